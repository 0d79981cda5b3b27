// Put the function together in function/: the server, the files that browsers fetch, and run.sh.
const { cpSync, rmSync } = require("node:fs");

rmSync("function", { recursive: true, force: true });
cpSync("build/standalone", "function", { recursive: true });
cpSync("build/static", "function/build/static", { recursive: true });
cpSync("run.sh", "function/run.sh");
cpSync("single-headers.js", "function/single-headers.js");
