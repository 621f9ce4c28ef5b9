#!/usr/bin/env bash
# Writes the licences of everything that the programs for a system are made of, and
# fails where one of them would bind us to more than to tell of it.
#
#   scripts/third-party.sh linux|windows|darwin FILE
set -euo pipefail
cd "$(dirname "$0")/.."
readonly system=$1 file=$2

scripts/tool.sh go-licenses
export GOOS=$system
programs=(. ./backend/cmd/billfold)
case $system in
linux)
	tags=desktop,production,webkit2_41
	programs+=(./backend/cmd/billfold-gateway)
	;;
*) # the imports are the same without a compiler for that system
	tags=desktop,production
	export CGO_ENABLED=0
	;;
esac
export GOFLAGS="${GOFLAGS:-} -tags=$tags"
# What lies under GOROOT is the standard library. A program built with -trimpath knows
# no GOROOT, and then takes every package for a part of it: an empty report.
GOROOT=$(go env GOROOT)
export GOROOT

# It tells of each C file that it looks at no further, and of each page that it could not look up.
log=$(mktemp)
trap 'rm -f "$log" "$file.new" "$file.modules"' EXIT
licences() { bin/tools/go-licenses "$@" --ignore billfold 2>"$log" || { tail -n 20 "$log" >&2; return 1; }; }

titled() { # titled WHAT FILE
	printf '\n%s\n%s\n\n' "$(printf '=%.0s' {1..80})" "$1"
	cat "$2"
}

licences check "${programs[@]}" --disallowed_types=forbidden,restricted,unknown
mkdir -p "$(dirname "$file")"
licences report "${programs[@]}" --template build/third-party.tmpl >"$file.modules"
grep -q . "$file.modules" || { echo "$0: not one Go module was found" >&2; exit 1; }
{
	echo "Billfold is made with the work of others. These are the licences of what is in it. The source of"
	echo "each Go module, unchanged, is what \"go mod download -json MODULE\" fetches."
	cat "$file.modules"
	titled "Go: its runtime and standard library" "$(go env GOROOT)/LICENSE"
	for text in backend/paper/fonts/*.txt; do titled "Typefaces of documents: $(basename "$text" .txt)" "$text"; done
	for text in frontend/dist/pdf/*/LICENSE*; do titled "PDF.js: $(basename "$(dirname "$text")")" "$text"; done
	node scripts/pages.mjs notices
} >"$file.new"
mv "$file.new" "$file"
