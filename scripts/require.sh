#!/usr/bin/env bash
# Makes sure that what a step needs is there, or says how to get it.
#
#   scripts/require.sh [--optional] NEED...
#
# With root, or sudo that asks nothing, missing Debian or Ubuntu packages are
# installed. Otherwise the exact command is named and the exit code is 1. With
# --optional a missing need is told in one line and the exit code is 1 too, so
# that the caller can do without.
set -euo pipefail

readonly go_at_least=1.26 node_at_least=20.19

optional=no
if [[ ${1:-} == --optional ]]; then
	optional=yes
	shift
fi

at_least() { # at_least WANTED FOUND
	[[ $(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1) == "$1" ]]
}

# have NEED: is it there, and does it work?
have() {
	case $1 in
	c-compiler)
		command -v gcc >/dev/null &&
			printf '#include <stdlib.h>\nint main(void) { return 0; }\n' | gcc -x c - -o /dev/null 2>/dev/null
		;;
	webkitgtk) pkg-config --exists webkit2gtk-4.1 gtk+-3.0 2>/dev/null && have c-compiler ;;
	chromium) "$(dirname "$0")/chromium.sh" >/dev/null 2>&1 ;;
	sqlite3) command -v sqlite3 >/dev/null ;;
	python3) command -v python3 >/dev/null && python3 -c 'import csv, zipfile' 2>/dev/null ;;
	redis) command -v redis-server >/dev/null && command -v redis-cli >/dev/null ;;
	poppler) command -v pdftotext >/dev/null && command -v pdfinfo >/dev/null ;;
	keyring) command -v gnome-keyring-daemon >/dev/null && command -v dbus-daemon >/dev/null && command -v dbus-send >/dev/null ;;
	screen) command -v Xvfb >/dev/null && command -v import >/dev/null && command -v dbus-run-session >/dev/null ;;
	native-modules) command -v g++ >/dev/null && command -v make >/dev/null && command -v krb5-config >/dev/null && command -v python3 >/dev/null ;;
	webdriver) command -v WebKitWebDriver >/dev/null ;;
	window-manager) command -v openbox >/dev/null && command -v xdotool >/dev/null ;;
	links) command -v xdg-open >/dev/null && command -v gio >/dev/null && command -v update-desktop-database >/dev/null ;;
	icons) command -v rsvg-convert >/dev/null && command -v icotool >/dev/null ;;
	packages) command -v desktop-file-validate >/dev/null && command -v appstreamcli >/dev/null && command -v rpm >/dev/null ;;
	windows) command -v x86_64-w64-mingw32-gcc >/dev/null && command -v makensis >/dev/null && command -v zip >/dev/null ;;
	nsis) command -v makensis >/dev/null ;;
	wine) command -v wine >/dev/null && command -v wrestool >/dev/null && have windows ;;
	clean-root) command -v debootstrap >/dev/null && command -v unshare >/dev/null && have screen ;;
	notifications) command -v dunst >/dev/null && command -v dunstctl >/dev/null && command -v dbus-daemon >/dev/null ;;
	*)
		echo "require.sh: nothing is known of \"$1\"" >&2
		exit 2
		;;
	esac
}

# packages NEED: the Debian and Ubuntu packages that bring it.
packages() {
	case $1 in
	c-compiler) echo gcc libc6-dev ;;
	webkitgtk) echo gcc libc6-dev pkg-config libgtk-3-dev libwebkit2gtk-4.1-dev ;;
	chromium) # Ubuntu's is a snap in disguise: chromium.sh says what to do instead.
		grep -qi '^ID=ubuntu' /etc/os-release 2>/dev/null || echo chromium fonts-dejavu-core
		;;
	sqlite3) echo sqlite3 ;;
	python3) echo python3 ;;
	redis) echo redis-server redis-tools ;;
	poppler) echo poppler-utils ;;
	keyring) echo gnome-keyring dbus ;;
	screen) echo xvfb dbus imagemagick fonts-dejavu-core ;;
	native-modules) echo g++ make python3 libkrb5-dev ;;
	webdriver) echo webkit2gtk-driver ;;
	window-manager) echo openbox xdotool ;;
	links) echo xdg-utils libglib2.0-bin desktop-file-utils ;;
	icons) echo librsvg2-bin icoutils ;;
	packages) echo desktop-file-utils appstream rpm ;;
	windows) echo gcc-mingw-w64-x86-64 nsis zip ;;
	nsis) echo nsis ;;
	wine) echo wine wine64 icoutils gcc-mingw-w64-x86-64 nsis zip ;;
	clean-root) echo debootstrap util-linux xvfb dbus imagemagick fonts-dejavu-core ;;
	notifications) echo dunst dbus ;;
	esac
}

# Go and Node come from the person; packages of them are mostly too old.
require_go() {
	local found
	if ! command -v go >/dev/null; then
		echo "Go $go_at_least or newer is missing. Install it from https://go.dev/dl/ and put its bin folder on PATH." >&2
		return 1
	fi
	if ! found=$(go env GOVERSION 2>&1) || ! at_least "$go_at_least" "${found#go}"; then
		echo "Go $go_at_least or newer is needed, found: ${found#go}. Install it from https://go.dev/dl/." >&2
		return 1
	fi
}

require_node() {
	local found
	if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
		echo "Node $node_at_least or newer with npm is missing. Install it from https://nodejs.org/en/download." >&2
		return 1
	fi
	found=$(node --version)
	if ! at_least "$node_at_least" "${found#v}"; then
		echo "Node $node_at_least or newer is needed, found ${found#v}. Install it from https://nodejs.org/en/download." >&2
		return 1
	fi
}

# as_root prints the words that make the rest of a line run as root, or fails.
as_root() {
	if [[ $(id -u) == 0 ]]; then
		echo env
	elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
		echo sudo -n env
	else
		return 1
	fi
}

apt_install() { # apt_install PACKAGE...: quiet unless it fails
	local root log
	command -v apt-get >/dev/null && root=$(as_root) || return 1
	log=$(mktemp)
	# A lists folder that was emptied, as in container images, makes the first try fail.
	if $root DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >"$log" 2>&1 </dev/null ||
		{ $root apt-get update >"$log" 2>&1 </dev/null &&
			$root DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >>"$log" 2>&1 </dev/null; }; then
		rm -f "$log"
		return 0
	fi
	tail -n 5 "$log" >&2
	rm -f "$log"
	return 1
}

require_package() { # require_package NEED
	local need=$1 wanted
	have "$need" && return 0
	read -ra wanted <<<"$(packages "$need")"
	if [[ ${#wanted[@]} == 0 ]]; then
		"$(dirname "$0")/chromium.sh"
		return 1
	fi
	echo "==> $need is missing: installing ${wanted[*]}" >&2
	if apt_install "${wanted[@]}" && have "$need"; then
		return 0
	fi
	if [[ $optional == yes ]]; then
		echo "    not to be had here; to install it: sudo apt-get install ${wanted[*]}" >&2
	else
		echo "$need is missing. Install it with: sudo apt-get install ${wanted[*]}" >&2
	fi
	return 1
}

for need in "$@"; do
	case $need in
	go) require_go ;;
	node) require_node ;;
	*) require_package "$need" ;;
	esac
done
