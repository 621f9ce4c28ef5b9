#!/usr/bin/env bash
# Live reload for the frontend: Vite's own server with the pages' made-up data.
# `npm run dev` in frontend/ takes the same arguments.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/require.sh node
make --no-print-directory frontend/node_modules/.installed
echo "==> serving the pages with made-up data; a saved file shows at once; Ctrl+C ends it"
cd frontend
exec npm run --silent dev -- --mode fake --host 127.0.0.1 "$@"
