#!/usr/bin/env bash
# Makes the packages for Debian, Ubuntu, Fedora and their like from what is in bin/.
# docs/packaging.md tells what a vendor may set by the environment.
#
#   scripts/package.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
readonly out=$1

scripts/tool.sh nfpm
version=$(scripts/version.sh)
PACKAGE_VERSION=$(scripts/version.sh --package)
PACKAGE_ARCH=${PACKAGE_ARCH:-$(go env GOARCH)}
# What is the same goes into the same bytes: no time but that of the commit.
SOURCE_DATE_EPOCH=$(scripts/version.sh --epoch)
STAGE=$(mktemp -d)
trap 'rm -rf "$STAGE"' EXIT
export PACKAGE_VERSION PACKAGE_ARCH SOURCE_DATE_EPOCH STAGE
export PACKAGE=${PACKAGE:-billfold} APP_ID=${APP_ID:-app.billfold.billfold}
OTHER_NAME=
[[ $PACKAGE == billfold ]] || OTHER_NAME=billfold
export OTHER_NAME
export MAINTAINER=${MAINTAINER:-Billfold <billfold@localhost>} VENDOR_NAME=${VENDOR_NAME:-Billfold}
export HOMEPAGE=${HOMEPAGE:-} BUGS=${BUGS:-} SIGNING_KEY=${SIGNING_KEY:-}

copyright() {
	cat build/linux/copyright
	awk 'NR > 4 { print ($0 == "" ? " ." : " " $0) }' LICENSE
}

stage() {
	local notices=bin/third-party-linux.txt
	if [[ ! -e $notices || go.sum -nt $notices || frontend/dist/licences.json -nt $notices ]]; then
		scripts/third-party.sh linux "$notices"
	fi
	copyright >"$STAGE/copyright"
	gzip --best --no-name --stdout CHANGELOG.md >"$STAGE/NEWS.gz"
	gzip --best --no-name --stdout "$notices" >"$STAGE/THIRD-PARTY.txt.gz"
	sed "s,<id>app.billfold.billfold</id>,<id>$APP_ID</id>," build/linux/billfold.metainfo.xml >"$STAGE/billfold.metainfo.xml"
	# The first line is for who installs it by hand.
	sed 1d build/billfold-gateway.service >"$STAGE/billfold-gateway.service"
	# Without C it runs on every Linux, and in a container that holds nothing else.
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$version" \
		-o "$STAGE/billfold-gateway" ./backend/cmd/billfold-gateway
	find "$STAGE" -type f -exec touch --date "@$SOURCE_DATE_EPOCH" {} +
}

stage
mkdir -p "$out"
for package in billfold billfold-gateway; do
	for kind in deb rpm; do
		bin/tools/nfpm package --config "build/linux/$package.yaml" --packager "$kind" --target "$out" >/dev/null
	done
done
