#!/usr/bin/env bash
# The linters, in the order of their speed. WINDOW=no leaves out what needs the
# headers of WebKitGTK.
set -euo pipefail
cd "$(dirname "$0")/.."

# The same flags as the build's, so that what was compiled for it is used again.
export GOFLAGS="${GOFLAGS:-} -trimpath -buildvcs=false"
readonly window_tags=desktop,production,webkit2_41

case ${1:-all} in
format)
	unformatted=$(git ls-files -z --cached --others --exclude-standard -- '*.go' | xargs -0 gofmt -l)
	if [[ -n $unformatted ]]; then
		printf 'gofmt would change:\n%s\n' "$unformatted"
		exit 1
	fi
	for script in scripts/*.sh .ci/run; do bash -n "$script"; done
	;;
vet)
	go vet ./...
	if [[ ${WINDOW:-yes} == yes ]]; then
		go vet -tags "$window_tags" .
		go vet -tags "$window_tags,e2e" .
	fi
	;;
static)
	# Pinned in tools/go.mod, apart from the product's own dependencies.
	go -C tools build -o ../bin/staticcheck honnef.co/go/tools/cmd/staticcheck
	bin/staticcheck ./...
	if [[ ${WINDOW:-yes} == yes ]]; then
		bin/staticcheck -tags "$window_tags" .
	fi
	;;
frontend)
	(cd frontend && npm run --silent lint && npm run --silent check)
	;;
extension)
	(cd extension && npm run --silent lint && npm run --silent check)
	;;
all)
	scripts/require.sh --optional webkitgtk || export WINDOW=no
	for part in format vet static frontend extension; do
		echo "==> $part"
		"scripts/lint.sh" "$part"
	done
	;;
*)
	echo "usage: scripts/lint.sh [format|vet|static|frontend|extension|all]" >&2
	exit 2
	;;
esac
