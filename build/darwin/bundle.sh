#!/bin/bash
# Builds Billfold.app and a disk image of it. It runs on a Mac with Xcode's command
# line tools, since window and SQLite are C there, and the image is Apple's.
#
#   build/darwin/bundle.sh FOLDER
#
# SIGN names a "Developer ID Application" certificate in the keychain, and NOTARY a
# profile that `xcrun notarytool store-credentials` kept. Without them the bundle is
# signed for this Mac alone, and other Macs refuse it.
set -euo pipefail
cd "$(dirname "$0")/../.."
mkdir -p "$1"
out=$(cd "$1" && pwd)
[[ $(uname -s) == Darwin ]] || { echo "A bundle for macOS can only be built on a Mac." >&2; exit 1; }

version=$(scripts/version.sh)
numbers=$(scripts/version.sh --numbers)
app_id=${APP_ID:-app.billfold.billfold}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
app=$work/image/Billfold.app
mkdir -p "$app/Contents/MacOS" "$app/Contents/Resources"

# As Info.plist promises; both kinds of processor in one program.
export MACOSX_DEPLOYMENT_TARGET=12.0 CGO_ENABLED=1
build() { # build PROGRAM TAGS PACKAGE
	for arch in arm64 amd64; do
		GOARCH=$arch CGO_LDFLAGS="-framework UniformTypeIdentifiers" \
			go build -trimpath -buildvcs=false -tags "$2" -ldflags "-s -w -X main.version=$version" -o "$work/$1-$arch" "$3"
	done
	lipo -create -output "$app/Contents/MacOS/$1" "$work/$1-arm64" "$work/$1-amd64"
}
make --no-print-directory frontend
build billfold-desktop desktop,production .
build billfold production ./backend/cmd/billfold

plist=$app/Contents/Info.plist
cp build/darwin/Info.plist "$plist"
plutil -replace CFBundleIdentifier -string "$app_id" "$plist"
plutil -replace CFBundleShortVersionString -string "$numbers" "$plist"
plutil -replace CFBundleVersion -string "$numbers" "$plist"
plutil -lint "$plist"

set=$work/billfold.iconset
mkdir "$set"
for size in 16 32 128 256 512; do
	cp "build/icons/$size.png" "$set/icon_${size}x$size.png"
	cp "build/icons/$((size * 2)).png" "$set/icon_${size}x$size@2x.png"
done
iconutil --convert icns --output "$app/Contents/Resources/billfold.icns" "$set"
cp LICENSE "$app/Contents/Resources/LICENSE.txt"
scripts/third-party.sh darwin "$app/Contents/Resources/THIRD-PARTY.txt"

identity=${SIGN:--}
hardened=(--timestamp --options runtime)
[[ $identity != - ]] || hardened=()
for program in billfold billfold-desktop; do
	codesign --force ${hardened[@]+"${hardened[@]}"} --sign "$identity" "$app/Contents/MacOS/$program"
done
codesign --force ${hardened[@]+"${hardened[@]}"} --sign "$identity" "$app"
codesign --verify --deep --strict "$app"

ln -s /Applications "$work/image/Applications"
image=$out/billfold-$version-macos.dmg
rm -f "$image"
hdiutil create -quiet -volname Billfold -srcfolder "$work/image" -format UDZO "$image"
if [[ -n ${NOTARY:-} ]]; then
	codesign --force --timestamp --sign "$identity" "$image"
	xcrun notarytool submit "$image" --keychain-profile "$NOTARY" --wait
	xcrun stapler staple "$image"
fi
echo "$image"
