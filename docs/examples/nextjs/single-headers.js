// The web adapter carries one value for each header, and Next.js sends x-nextjs-prerender twice with
// a page that was rendered when it was built, which ends as a status of 502
// (docs/facts/web-adapter.md#response-headers).
const { ServerResponse } = require("node:http");

const { writeHead } = ServerResponse.prototype;
ServerResponse.prototype.writeHead = function (...given) {
  for (const name of this.getHeaderNames()) {
    const value = this.getHeader(name);
    if (Array.isArray(value) && name !== "set-cookie") {
      this.setHeader(name, [...new Set(value)].join(", "));
    }
  }
  return writeHead.apply(this, given);
};
