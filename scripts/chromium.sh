#!/usr/bin/env bash
# Prints the path of a Chromium or Chrome that starts without a desktop, or says
# what to do. CHROMIUM names one to use.
#
# Ubuntu's chromium packages only point at a snap, which cannot read the folders
# the tests work in; those are passed over.
set -euo pipefail

usable() {
	local path
	path=$(command -v "$1" 2>/dev/null) || return 1
	path=$(readlink -f "$path")
	[[ $path != /snap/* && $path != */bin/snap ]] || return 1
	! head -c 4096 "$path" | grep -aqF /snap/bin/ || return 1
	echo "$path"
}

if [[ -n ${CHROMIUM:-} ]]; then
	if [[ -x $CHROMIUM ]]; then
		echo "$CHROMIUM"
		exit 0
	fi
	echo "CHROMIUM is set to $CHROMIUM, which is no program." >&2
	exit 1
fi

for name in chromium google-chrome-stable google-chrome chromium-browser; do
	usable "$name" && exit 0
done
echo "No Chromium was found. On Debian: sudo apt-get install chromium." \
	"On Ubuntu, whose chromium is a snap, install Google Chrome's package" \
	"(https://www.google.com/chrome/) or set CHROMIUM to a Chromium binary." >&2
exit 1
