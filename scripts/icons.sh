#!/usr/bin/env bash
# Draws the icons of the packages from their drawings in build/. What it writes is
# kept in the tree, so that only who changes a drawing needs the programs for it.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/require.sh icons

draw() { # draw DRAWING SIZE: small sizes have drawings of their own, which lie on the pixels
	rsvg-convert --width "$2" --height "$2" --output "build/icons/$2.png" "$1"
}
for size in 16 32; do draw build/icons/grid-16.svg "$size"; done
for size in 24 48; do draw build/icons/grid-24.svg "$size"; done
for size in 64 128 256 512 1024; do draw build/appicon.svg "$size"; done

cd build/icons
icotool --create --output ../windows/billfold.ico 16.png 24.png 32.png 48.png 64.png --raw=256.png
