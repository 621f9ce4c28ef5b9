#!/usr/bin/env bash
# Builds and starts Billfold with its sandbox: in a window where there is a
# display and WebKitGTK can be had, otherwise in browser mode.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '==> %s\n' "$*"; }

scripts/require.sh go node c-compiler

window=no
if [[ -z ${DISPLAY:-} && -z ${WAYLAND_DISPLAY:-} ]]; then
	say "no display here: browser mode it is"
elif scripts/require.sh --optional webkitgtk; then
	window=yes
else
	say "without WebKitGTK 4.1 there is no window: browser mode it is"
fi

if [[ $window == yes ]]; then
	make --no-print-directory frontend desktop
	say "starting the window; closing it ends Billfold"
	exec bin/billfold-desktop "$@"
fi
make --no-print-directory frontend programs
say "starting browser mode; Ctrl+C ends it"
if [[ -z ${DISPLAY:-} && -z ${WAYLAND_DISPLAY:-} && $(uname -s) == Linux ]]; then
	exec bin/billfold web --no-open "$@"
fi
exec bin/billfold web "$@"
