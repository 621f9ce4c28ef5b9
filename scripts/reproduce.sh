#!/usr/bin/env bash
# Builds the packages twice, from two clones in folders of different names and
# without what was compiled before, and compares them byte for byte.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(scripts/version.sh)
here=$PWD
for copy in first a-second-one; do
	echo "==> building in $copy"
	git clone --quiet --no-hardlinks "$here" "$work/$copy"
	# The tools are no part of what is compared.
	mkdir -p "$work/$copy/bin"
	[[ ! -d bin/tools ]] || cp -rp bin/tools "$work/$copy/bin/"
	(
		cd "$work/$copy"
		umask $([[ $copy == first ]] && echo 022 || echo 077)
		export GOCACHE="$work/cache-$copy" VERSION="$version" TZ
		TZ=$([[ $copy == first ]] && echo UTC || echo Asia/Tokyo)
		make --no-print-directory packages
	) >"$work/log" 2>&1 </dev/null || { tail -n 30 "$work/log"; exit 1; }
done

differ=no
for package in "$work"/first/release/*; do
	name=$(basename "$package")
	if cmp "$package" "$work/a-second-one/release/$name"; then
		echo "the same: $(sha256sum <"$package" | cut -c 1-16)… $name"
	else
		differ=yes
	fi
done
[[ $differ == no ]] || { echo "FAIL: what is the same did not become the same"; exit 1; }
