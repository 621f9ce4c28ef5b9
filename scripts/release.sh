#!/usr/bin/env bash
# Puts all that is released into one folder: packages, Windows programs, the IDE
# extension, bills of materials, and the checksums of all of them.
#
#   scripts/release.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
readonly out=$1
version=$(scripts/version.sh)

if [[ $version == *dirty* ]]; then
	echo "This tree has changes that are in no commit: nobody could build the same again." >&2
	[[ ${DIRTY:-no} == yes ]] || exit 1
fi
rm -rf "$out"
mkdir -p "$out"

make --no-print-directory packages
make --no-print-directory windows
make --no-print-directory extension
cp extension/dist/*.vsix "$out/"

scripts/tool.sh cyclonedx-gomod
bom() { # bom PROGRAM NAME: of what is really in it, from what the linker noted
	bin/tools/cyclonedx-gomod bin -json -licenses -std -noserial -notimestamp \
		-version "v$version" -output "$out/$2-$version.cdx.json" "$1"
}
bom bin/billfold billfold-linux
bom bin/billfold-desktop billfold-desktop-linux
bom bin/billfold-gateway billfold-gateway-linux
bom bin/windows/billfold.exe billfold-windows
bom bin/windows/billfold-desktop.exe billfold-desktop-windows
node scripts/pages.mjs bom "$version" >"$out/billfold-pages-$version.cdx.json"

(cd "$out" && sha256sum -- *) >"$out.sums"
mv "$out.sums" "$out/SHA256SUMS"
ls -l "$out"
