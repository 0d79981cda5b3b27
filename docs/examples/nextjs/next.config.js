// Next.js copies what the server needs into build/standalone; assemble.js makes the function of it.
module.exports = {
  output: "standalone",
  outputFileTracingRoot: __dirname,
  distDir: "build", // hidden files, such as those in .next, are not in a function's zip
  // Image optimization needs sharp, whose native parts are half of the function; this page has none.
  outputFileTracingExcludes: { "*": ["node_modules/@img/**", "node_modules/sharp/**"] },
};
