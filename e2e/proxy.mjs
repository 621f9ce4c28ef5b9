// A proxy before the sandbox, which can go away, answer in its stead, and change what it says.

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
    /** May alter the body and the type of a document on its way; while it is null, links lead past the proxy. */
    this.change = null;
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
      const { "content-type": type = "" } = answer.headers;
      if (this.change && /json|pdf/.test(type)) return this.#alter(answer, response);
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onwards.on("error", () => response.destroy());
    request.pipe(onwards);
  }

  /** Links to the sandbox lead here, so that documents pass too. */
  async #alter(answer, response) {
    const chunks = [];
    for await (const chunk of answer) chunks.push(chunk);
    const said = { type: answer.headers["content-type"], body: Buffer.concat(chunks) };
    if (/json/.test(said.type)) said.body = Buffer.from(said.body.toString().replaceAll(this.target.origin, this.url));
    else this.change(said);
    response.writeHead(answer.statusCode, {
      ...answer.headers,
      "content-type": said.type,
      "content-length": said.body.length,
    });
    response.end(said.body);
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
