#!/usr/bin/env bash
# Prints the table of figures. The rows of the window are left out where there is
# no WebKitGTK or no virtual screen to open it on.
set -euo pipefail
cd "$(dirname "$0")/.."

make --no-print-directory e2e/node_modules/.installed
if scripts/require.sh --optional webkitgtk screen webdriver window-manager links; then
	make --no-print-directory desktop-e2e
	go build -trimpath -buildvcs=false -ldflags '-s -w' -tags desktop,production,webkit2_41,e2e \
		-o bin/emptywindow-e2e ./bench/emptywindow
else
	rm -f bin/emptywindow-e2e
fi
if [[ -e bin/emptywindow-e2e ]] && scripts/require.sh --optional chromium native-modules; then
	make --no-print-directory extension/node_modules/.installed extension
fi
exec go run -buildvcs=false ./bench "$@"
