// Stands between a sandbox and whoever asks it, and may change what comes back.

import http from "node:http";

/**
 * Opens a proxy in front of a sandbox. Links to the sandbox lead to the proxy, so that
 * documents pass it too; `change(answer)` may alter status, type and body of each one.
 * Its `says` is that of the sandbox with another address.
 */
export async function between(sandbox, change) {
  const server = http.createServer((request, response) => {
    pass(request, response).catch((error) => response.destroy(error));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}`;

  async function pass(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { host, connection, ...headers } = request.headers;
    const upstream = await fetch(sandbox.says.url + request.url, {
      method: request.method,
      headers,
      body: chunks.length ? Buffer.concat(chunks) : undefined,
      redirect: "manual",
    });
    const type = upstream.headers.get("content-type") ?? "";
    let body = Buffer.from(await upstream.arrayBuffer());
    if (/json/.test(type)) body = Buffer.from(body.toString().replaceAll(sandbox.says.url, url));
    const answer = { status: upstream.status, type, body };
    change(answer);
    const kept = ["retry-after", "request-id", "location"].filter((name) => upstream.headers.has(name));
    response.writeHead(answer.status, {
      "content-type": answer.type,
      "content-length": answer.body.length,
      ...Object.fromEntries(kept.map((name) => [name, upstream.headers.get(name)])),
    });
    response.end(answer.body);
  }

  return { says: { ...sandbox.says, url }, close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()) };
}
