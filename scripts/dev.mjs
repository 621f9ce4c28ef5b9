// Vite's development server in front of a real browser mode: a saved file of the
// frontend shows at once, over a real backend and the sandbox. Arguments go to
// `billfold web`, e.g. --sandbox many.

import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const vite = pathToFileURL(path.join(root, "frontend/node_modules/vite/dist/node/index.js"));
const { createServer } = await import(vite);

const backend = spawn(
  path.join(root, "bin/billfold"),
  ["web", "--no-open", "--idle-exit=-1s", "--listen", "127.0.0.1:0", ...process.argv.slice(2)],
  { stdio: ["ignore", "pipe", "inherit"] },
);
const stop = () => backend.kill("SIGTERM");
process.once("exit", stop);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(0));
backend.once("exit", (code) => process.exit(code ?? 1));

const address = await new Promise((resolve) => {
  let output = "";
  backend.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
    const match = output.match(/(http:\/\/127\.0\.0\.1:\d+)\/#(token=\S+)/);
    if (match) resolve({ target: match[1], token: match[2] });
  });
});

// The Host header stays the development server's: browser mode compares it with
// the page's origin, and lets any loopback port through.
const proxy = Object.fromEntries(
  ["/session", "/call", "/events"].map((at) => [at, { target: address.target, changeOrigin: false }]),
);
const server = await createServer({ root: path.join(root, "frontend"), server: { host: "127.0.0.1", proxy } });
await server.listen();
const { port } = server.httpServer.address();
console.log(`==> open this once: http://127.0.0.1:${port}/#${address.token}`);
console.log("==> a saved file of frontend/src shows at once; Ctrl+C ends it");
