#!/usr/bin/env bash
# Runs a command on a screen of its own that nobody sees, with a D-Bus session of
# its own, and takes both down afterwards.
#
#   scripts/on-a-screen.sh COMMAND...
set -euo pipefail

# Xvfb finds a free number itself and writes it to descriptor 3.
number=$(mktemp)
Xvfb -displayfd 3 -screen 0 1440x900x24 -nolisten tcp 3>"$number" >/dev/null 2>&1 &
screen=$!
trap 'kill "$screen" 2>/dev/null; wait "$screen" 2>/dev/null || true; rm -f "$number"' EXIT
for _ in $(seq 200); do
	[[ -s $number ]] && break
	kill -0 "$screen" 2>/dev/null || { echo "Xvfb did not start" >&2; exit 1; }
	sleep 0.05
done
[[ -s $number ]] || { echo "Xvfb did not get ready" >&2; exit 1; }

unset WAYLAND_DISPLAY
DISPLAY=:$(cat "$number") dbus-run-session -- "$@"
