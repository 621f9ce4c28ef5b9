#!/usr/bin/env bash
# Reads the Windows programs and their installer, and runs them under Wine: installs
# silently as a person would, asks the command, removes everything again. Wine is not
# Windows; the window itself, which needs WebView2, is not opened.
#
#   scripts/windows-smoke.sh [SETUP.EXE]
set -euo pipefail
cd "$(dirname "$0")/.."

setup=${1:-}
if [[ -z $setup ]]; then
	make --no-print-directory windows
	setup=$(ls -t release/*-setup.exe | head -n 1)
fi
setup=$(realpath "$setup")
# As it says itself: the tree may have gone on.
version=$(basename "$setup")
version=${version#billfold-}
version=${version%-windows-*}
scripts/require.sh wine

work=$(mktemp -d)
trap 'wineserver -k 2>/dev/null || true; rm -rf "$work"' EXIT
# A home of its own, and none of Wine's own entries in the menu.
export HOME=$work WINEPREFIX=$work/prefix WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml,winemenubuilder.exe='
readonly windows=$WINEPREFIX/drive_c/windows links='HKCU\Software\Classes\billfold'
readonly at_login='HKCU\Software\Microsoft\Windows\CurrentVersion\Run'
readonly approved='HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run'
local_data=

say() { printf '==> %s\n' "$*"; }
fail() { printf 'FAIL: %s\n' "$*" >&2; exit 1; }
registry() { wine reg query "$@" 2>/dev/null | tr -d '\r'; }

prepare() {
	say "a new Windows folder of Wine"
	wine winecfg /v win10 >/dev/null 2>&1
	if [[ ! -e $windows/system32/bcryptprimitives.dll ]]; then
		# Older Wines lack this one library, which every program in Go asks for.
		printf '%s\n' '#include <windows.h>' '#include <ntsecapi.h>' \
			'__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size) { return RtlGenRandom(data, size); }' |
			x86_64-w64-mingw32-gcc -shared -O2 -x c - -o "$windows/system32/bcryptprimitives.dll" -ladvapi32
	fi
	local_data=$(wine cmd /c 'echo %LOCALAPPDATA%' 2>/dev/null | tr -d '\r')
	local_data=$(winepath -u "$local_data")
}

read_program() { # read_program EXE SUBSYSTEM
	say "reading $(basename "$1")"
	objdump -p "$1" >"$work/headers"
	grep -q "^Subsystem.*$2" "$work/headers" || fail "it is not for $2"
	# What Windows itself has, and nothing that an installer would have to bring.
	if grep 'DLL Name' "$work/headers" | grep -qivE '(kernel32|msvcrt|api-ms-win-crt-.*)\.dll'; then
		fail "it needs a library: $(grep 'DLL Name' "$work/headers")"
	fi
	wrestool --list "$1" >"$work/resources"
	for type in 3 14 16 24; do grep -q -- "--type=$type" "$work/resources" || fail "it has no resource of type $type"; done
	wrestool --extract --raw --type=16 "$1" | iconv -f UTF-16LE -t UTF-8 -c | tr '\0' ' ' | grep -qF "$version" ||
		fail "it does not say its version"
}

install() {
	local folder=$local_data/Programs/Billfold
	say "$(basename "$setup") /S"
	wine "$setup" /S
	for name in billfold.exe billfold-desktop.exe LICENSE.txt THIRD-PARTY.txt uninstall.exe; do
		[[ -s $folder/$name ]] || fail "$name was not installed"
	done
	read_program "$folder/billfold.exe" CUI
	read_program "$folder/billfold-desktop.exe" GUI
	registry "$links\\shell\\open\\command" /ve | grep -qF '\Programs\Billfold\billfold-desktop.exe" "%1"' || fail "billfold:// is not registered"
	registry "$links" /v 'URL Protocol' >/dev/null || fail "billfold is no protocol"
	[[ -n $(find "$WINEPREFIX/drive_c/users" -path '*Start Menu*' -name Billfold.lnk) ]] || fail "it is not in the start menu"
	say "once more, over itself"
	wine "$setup" /S
}

ask() {
	say "billfold.exe status --sandbox active --json"
	wine "$local_data/Programs/Billfold/billfold.exe" status --sandbox active --json >"$work/status.json"
	grep -q '"plan": "Pro"' "$work/status.json" || fail "status shows no plan"
	grep -q '"problem": null' "$work/status.json" || fail "status tells of a problem"
	[[ -n $(find "$local_data/billfold" -name billing.db) ]] || fail "nothing was kept in %LOCALAPPDATA%"
}

start_at_login() {
	local command=$local_data/Programs/Billfold/billfold.exe
	say "billfold.exe autostart on, off, on"
	wine "$command" autostart --json | grep -q '"on": false' || fail "it is on, unasked"
	wine "$command" autostart on --json | grep -q '"on": true' || fail "it was not switched on"
	registry "$at_login" /v Billfold | grep -qF '\billfold-desktop.exe" "--hidden"' || fail "it would start something else"
	wine reg add "$approved" /v Billfold /t REG_BINARY /d 030000000000000000000000 /f >/dev/null
	wine "$command" autostart --json | grep -q '"on": false' || fail "what the Task Manager switched off counts as on"
	wine "$command" autostart off --json | grep -q '"on": false' || fail "it was not switched off"
	! registry "$at_login" /v Billfold >/dev/null || fail "the entry is still there"
	wine "$command" autostart on >/dev/null
}

remove() {
	say "uninstall.exe /S"
	wine "$local_data/Programs/Billfold/uninstall.exe" /S
	# It goes on as a copy of itself, so that it can remove itself.
	for _ in $(seq 100); do [[ -e $local_data/Programs/Billfold ]] || break; sleep 0.2; done
	[[ ! -e $local_data/Programs/Billfold ]] || fail "left behind: $(ls "$local_data/Programs/Billfold")"
	wineserver -w
	! grep -qi 'billfold' "$WINEPREFIX/user.reg" || fail "left in the registry: $(grep -i billfold "$WINEPREFIX/user.reg" | head -n 3)"
	[[ -z $(find "$WINEPREFIX/drive_c/users" -path '*Start Menu*' -iname '*billfold*') ]] || fail "left in the start menu"
	[[ -n $(find "$local_data/billfold" -name billing.db) ]] || fail "the person's data went too"
}

prepare
install
ask
start_at_login
remove
say "PASS: $(basename "$setup") under $(wine --version)"
