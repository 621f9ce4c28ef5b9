// A proxy before the sandbox, which can go away and answer in its stead.

import http from "node:http";

/** Stands before a sandbox. `gone` hangs up on everybody; `answer` may answer a request itself. */
export class Proxy {
  static async before(target) {
    const proxy = new Proxy(target);
    await new Promise((resolve) => proxy.server.listen(0, "127.0.0.1", resolve));
    proxy.url = `http://127.0.0.1:${proxy.server.address().port}`;
    return proxy;
  }

  constructor(target) {
    this.target = new URL(target);
    this.gone = false;
    /** Given method and path: {status, body} to be said instead of what the sandbox says, or null. */
    this.answer = () => null;
    this.server = http.createServer((request, response) => this.#handle(request, response));
  }

  #handle(request, response) {
    if (this.gone) return request.destroy();
    const own = this.answer(request.method, request.url);
    if (own) {
      response.writeHead(own.status, { "Content-Type": "application/json" });
      return response.end(JSON.stringify(own.body));
    }
    const { hostname, port } = this.target;
    const headers = { ...request.headers, host: `${hostname}:${port}` };
    const onwards = http.request({ hostname, port, path: request.url, method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onwards.on("error", () => response.destroy());
    request.pipe(onwards);
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** A refusal in Stripe's shape. */
export const refusal = (code, param) => ({
  status: 400,
  body: { error: { type: "invalid_request_error", code, param, message: "Refused." } },
});
