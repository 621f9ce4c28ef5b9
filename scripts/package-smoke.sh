#!/usr/bin/env bash
# Installs the .deb on a clean Debian, with apt and what it depends on and nothing
# else, starts the command and the window there as a person would, and removes it.
# It takes root and Debian's mirror.
#
#   scripts/package-smoke.sh [DEB]
#
# SUITE is the Debian release (bookworm), MIRROR where it comes from, and PICTURE a
# file for a picture of the window.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly suite=${SUITE:-bookworm} mirror=${MIRROR:-http://deb.debian.org/debian}
deb=${1:-}
if [[ -z $deb ]]; then
	make --no-print-directory packages
	deb=$(ls -t release/billfold_*.deb | head -n 1)
fi
deb=$(realpath "$deb")
scripts/require.sh clean-root
[[ $(id -u) == 0 ]] || { echo "A clean root can only be made as root: sudo make package-smoke" >&2; exit 1; }

work=$(mktemp -d)
root=$work/root
screen=
clear_up() {
	[[ -z $screen ]] || kill "$screen" 2>/dev/null || true
	for point in tmp/.X11-unix dev/shm dev/pts dev sys proc; do
		! mountpoint -q "$root/$point" || umount -l "$root/$point"
	done
	rm -rf --one-file-system "$work"
}
trap clear_up EXIT

say() { printf '==> %s\n' "$*"; }
fail() { printf 'FAIL: %s\n' "$*" >&2; exit 1; }
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
# as_person runs what a person would, who is not root.
as_person() { inside setpriv --reuid person --regid person --clear-groups env HOME=/home/person DISPLAY="${display:-}" "$@"; }

clean_root() {
	local kept=${XDG_CACHE_HOME:-$HOME/.cache}/billfold-smoke/$suite.tar
	if [[ ! -e $kept ]]; then
		say "making a clean $suite, which is kept for the next time"
		mkdir -p "$(dirname "$kept")"
		debootstrap --variant=minbase "$suite" "$work/new" "$mirror" >"$work/log" 2>&1 || { tail "$work/log"; fail debootstrap; }
		tar -C "$work/new" -cf "$kept.new" .
		mv "$kept.new" "$kept"
	fi
	mkdir "$root"
	tar -C "$root" -xf "$kept"
	cp /etc/resolv.conf "$root/etc/resolv.conf"
	mount -t proc proc "$root/proc"
	mount --rbind /dev "$root/dev"
	mount --make-rslave "$root/dev"
	inside useradd --create-home person
	# A root that is thrown away need not be safe from power cuts.
	echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/unsafe-io"
}

install_package() {
	say "apt-get install ./$(basename "$deb")"
	cp "$deb" "$root/tmp/billfold.deb"
	inside apt-get update >"$work/log" 2>&1 || { tail "$work/log"; fail "apt-get update"; }
	inside apt-get install -y --no-install-recommends /tmp/billfold.deb >"$work/log" 2>&1 || { tail -n 20 "$work/log"; fail "apt-get install"; }
	rm "$root/tmp/billfold.deb"
	inside dpkg --verify billfold
}

command_answers() {
	say "billfold status --sandbox active --json"
	as_person billfold status --sandbox active --json >"$work/status.json"
	grep -q '"schema": "billfold.status/1"' "$work/status.json" || fail "status printed something else"
	grep -q '"plan": "Pro"' "$work/status.json" || fail "status shows no plan"
	grep -q '"problem": null' "$work/status.json" || fail "status tells of a problem"
}

window_opens() {
	local exec number
	exec=$(sed -n 's/^Exec=//p' "$root/usr/share/applications/billfold.desktop" | head -n 1)
	say "the window, by its .desktop file: $exec"
	Xvfb -displayfd 3 -screen 0 1440x900x24 -nolisten tcp 3>"$work/number" >/dev/null 2>&1 &
	screen=$!
	for _ in $(seq 100); do [[ ! -s $work/number ]] || break; sleep 0.1; done
	number=$(cat "$work/number")
	display=:$number
	mkdir -p "$root/tmp/.X11-unix"
	mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
	# shellcheck disable=SC2086 # the line is words, and the link the last of them
	as_person ${exec/\%u/billfold://invoices} >"$work/window.log" 2>&1 &
	local window=$!
	for _ in $(seq 120); do
		kill -0 "$window" 2>/dev/null || { cat "$work/window.log"; fail "the window's program ended"; }
		! painted || break
		sleep 0.5
	done
	painted || { cat "$work/window.log"; fail "no window was painted within a minute"; }
	[[ -z ${PICTURE:-} ]] || cp "$work/picture.png" "$PICTURE"
	DISPLAY=$display xwininfo -name Billfold >/dev/null || fail "no window is called Billfold"
	kill "$window"
	wait "$window" 2>/dev/null || true
}

# painted tells whether the screen shows more than an empty window.
painted() {
	DISPLAY=$display import -window root "$work/picture.png" 2>/dev/null &&
		[[ $(identify -format %k "$work/picture.png") -gt 300 ]]
}

remove_package() {
	local left
	say "apt-get purge billfold"
	inside dpkg -L billfold >"$work/files"
	inside apt-get purge -y billfold >"$work/log" 2>&1 || { tail -n 20 "$work/log"; fail "apt-get purge"; }
	left=$(find "$root" -xdev -path "$root/home" -prune -o -iname '*billfold*' -print)
	[[ -z $left ]] || fail "left behind: $left"
	while read -r file; do
		[[ -d $root$file || ! -e $root$file ]] || fail "left behind: $file"
	done <"$work/files"
	! grep -rqs billfold "$root/usr/share/applications" || fail "billfold:// is still registered"
	[[ -n $(find "$root/home/person" -name billing.db) ]] || fail "the person's data went too"
}

clean_root
install_package
command_answers
window_opens
remove_package
say "PASS: $(basename "$deb") on a clean $suite"
