// Takes the place of the compiled part of AWS's runtime client for Node.js, aws-lambda-ric, whose
// `index.mjs` loads it as `./rapid-client.node`. It has the same three functions, which call the
// Runtime API of the execution environment.
"use strict";

const http = require("node:http");

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");

// One connection waits for the next invocation, so responses need others.
const waiting = new http.Agent({ keepAlive: true });
const posting = new http.Agent({ keepAlive: true });

function call(agent, method, path, body = "") {
  return new Promise((resolve, reject) => {
    const options = {
      agent,
      hostname,
      port,
      method,
      path: `/2018-06-01/runtime/invocation/${path}`,
      headers: { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) },
    };
    const request = http.request(options, (response) => {
      response.setEncoding("utf-8");
      let bodyJson = "";
      response.on("data", (text) => (bodyJson += text));
      response.on("end", () => resolve({ bodyJson, headers: response.headers }));
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

// As in AWS's part, a response that cannot be delivered is no error of the function.
function post(path, body) {
  call(posting, "POST", path, body).catch(() => {});
}

exports.next = () => call(waiting, "GET", "next");
exports.done = (requestId, response) => post(`${requestId}/response`, response);
exports.error = (requestId, error) => post(`${requestId}/error`, error);
