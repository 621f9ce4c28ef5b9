#!/usr/bin/env bash
# Builds tools of packaging into bin/tools/ where they are not there yet in the
# version that tools/release/go.mod pins.
#
#   scripts/tool.sh NAME...
set -euo pipefail
cd "$(dirname "$0")/.."

mkdir -p bin/tools
for name in "$@"; do
	path=$(go -C tools/release list -f '{{if eq .Name "main"}}{{.ImportPath}}{{end}}' tool | grep -E "/$name(/v[0-9]+)?\$")
	if [[ ! -e bin/tools/$name || tools/release/go.mod -nt bin/tools/$name ]]; then
		echo "==> building $name" >&2
		GOFLAGS='' GOOS='' GOARCH='' go -C tools/release build -trimpath -o ../../bin/tools/ "$path"
		touch "bin/tools/$name"
	fi
done
