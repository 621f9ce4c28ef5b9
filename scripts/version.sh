#!/usr/bin/env bash
# Prints the version of this tree. A tag v1.2.3 gives 1.2.3, a later commit
# 1.2.3+4.gabc1234; before the first tag it is 0.1.0-dev.gabc1234, with the number
# from wails.json. VERSION in the environment goes before all that.
#
#   scripts/version.sh            as above
#   scripts/version.sh --package  as dpkg and rpm sort it: what comes before has a ~
#   scripts/version.sh --numbers  the three numbers alone, as Windows and macOS want them
#   scripts/version.sh --epoch    the time of the commit, in Unix seconds
set -euo pipefail
cd "$(dirname "$0")/.."

version_of_tree() {
	local described tag behind commit suffix
	if ! described=$(git describe --tags --long --dirty --always --match 'v[0-9]*' 2>/dev/null); then
		echo "$(number_of_wails)-dev"
		return
	fi
	suffix=
	[[ $described != *-dirty ]] || suffix=.dirty
	described=${described%-dirty}
	if [[ $described =~ ^v(.+)-([0-9]+)-g([0-9a-f]+)$ ]]; then
		tag=${BASH_REMATCH[1]} behind=${BASH_REMATCH[2]} commit=${BASH_REMATCH[3]}
		if [[ $behind == 0 && -z $suffix ]]; then
			echo "$tag"
		else
			echo "$tag+$behind.g$commit$suffix"
		fi
	else
		echo "$(number_of_wails)-dev.g$described$suffix"
	fi
}

number_of_wails() { sed -n 's/.*"productVersion": "\([0-9.]*\)".*/\1/p' wails.json; }

version=${VERSION:-$(version_of_tree)}
# It goes into file names and into what the packagers expand.
if [[ ! $version =~ ^[0-9]+\.[0-9]+\.[0-9]+([-+~.][0-9A-Za-z.+~-]*)?$ ]]; then
	echo "version.sh: \"$version\" is no version, which begins like 1.2.3" >&2
	exit 2
fi
case ${1:-} in
'') echo "$version" ;;
--package) sed -E 's/^([0-9.]+)-/\1~/; s/-/./g' <<<"$version" ;;
--numbers) grep -oE '^[0-9]+\.[0-9]+\.[0-9]+' <<<"$version" ;;
--epoch) echo "${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}" ;;
*)
	echo "usage: scripts/version.sh [--package|--numbers|--epoch]" >&2
	exit 2
	;;
esac
