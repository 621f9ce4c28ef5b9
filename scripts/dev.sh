#!/usr/bin/env bash
# Live reload for the frontend, over a real backend: see scripts/dev.mjs.
# `npm run dev -- --mode fake` in frontend/ does it with made-up data alone.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/require.sh go node c-compiler
make --no-print-directory frontend/node_modules/.installed programs
exec node scripts/dev.mjs "$@"
