#!/usr/bin/env bash
# Cross-builds the two Windows programs on Linux, with icon, version and manifest,
# and their installer. SQLite is C, so it takes MinGW.
#
#   scripts/windows.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p "$1"
out=$(realpath "$1")

scripts/tool.sh go-winres
version=$(scripts/version.sh)
numbers=$(scripts/version.sh --numbers)
SOURCE_DATE_EPOCH=$(scripts/version.sh --epoch)
export SOURCE_DATE_EPOCH
vendor=${VENDOR_NAME:-Billfold}
stage=bin/windows
mkdir -p "$stage"

compile() { # compile PROGRAM DESCRIPTION LDFLAGS GOARGS...
	local name=$1 described=$2 ldflags=$3 resources
	shift 3
	echo "==> building $stage/$name.exe"
	GOOS=windows GOARCH=amd64 CGO_ENABLED=1 CC=x86_64-w64-mingw32-gcc \
		go build -trimpath -buildvcs=false -ldflags "-s -w $ldflags -X main.version=$version" -o "$stage/$name.exe" "$@"
	resources=$(mktemp build/windows/resources.XXXXXX.json)
	sed "s|@NAME@|$name|; s|@DESCRIPTION@|$described|; s|@NUMBERS@|$numbers|g; s|@VERSION@|$version|g; s|@VENDOR@|$vendor|" \
		build/windows/resources.json >"$resources"
	bin/tools/go-winres patch --no-backup --in "$resources" "$stage/$name.exe" || { rm -f "$resources"; return 1; }
	rm -f "$resources"
}

compile billfold "Billfold's command" "" ./backend/cmd/billfold
compile billfold-desktop "Billfold" "-H windowsgui" -tags desktop,production .
scripts/third-party.sh windows "$stage/THIRD-PARTY.txt"
cp LICENSE "$stage/LICENSE.txt"
# The times of files go into the installer.
find "$stage" -type f -exec touch --date "@$SOURCE_DATE_EPOCH" {} +

installer=$out/billfold-$version-windows-amd64-setup.exe
makensis -V2 -WX -INPUTCHARSET UTF8 -DVERSION="$version" -DNUMBERS="$numbers" -DVENDOR_NAME="$vendor" \
	-DSTAGE="$PWD/$stage" -DOUT="$installer" build/windows/installer.nsi
# Without an installer, for who may run none.
rm -f "$out/billfold-$version-windows-amd64.zip"
(cd "$stage" && TZ=UTC zip -q -X -9 "$out/billfold-$version-windows-amd64.zip" billfold.exe billfold-desktop.exe LICENSE.txt THIRD-PARTY.txt)
