#!/usr/bin/env bash
# Every check, the fast ones first. A step that fails does not keep the next ones
# from running, so one run shows all that is wrong. The last line is
# "N passed, N failed": tests where a step has tests, else the step itself.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

readonly window_tags=desktop,production,webkit2_41
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
passed=0 failed=0 skipped=0
table=()

# count LOG WORD: how many tests went which way, read from what the runner printed.
count() {
	awk -v wanted="$2" '
		{ gsub(/\033\[[0-9;]*m/, "") }
		/^ *--- PASS:/ { passes++ }
		/^ *--- FAIL:/ { failures++ }
		/^ *--- SKIP:/ { skips++ }
		/^FAIL\t.*\[(build|setup) failed\]/ { failures++ }
		/^(# |ℹ )pass [0-9]+$/ { passes += $3 }
		/^(# |ℹ )(fail|cancelled) [0-9]+$/ { failures += $3 }
		/^ *Tests  / {
			for (i = 2; i <= NF; i++) {
				if ($i ~ /^passed/) passes += $(i - 1)
				if ($i ~ /^failed/) failures += $(i - 1)
			}
		}
		/^(# |ℹ )skipped [0-9]+$/ { skips += $3 }
		END { print (wanted == "pass" ? passes : wanted == "fail" ? failures : skips) + 0 }' "$1"
}

# validated LOG: how many answers of the sandbox were held against Stripe's own
# description of its API, by scenario and in all.
validated() {
	grep -aoE '[0-9]+ answers of the scenario [a-z-]+ validated' "$1" |
		awk '{ printf "%s%s %d", (NR > 1 ? ", " : "    validated by scenario: "), $6, $1 } END { if (NR) print "" }'
	grep -aoE '[0-9]+ answers of [0-9]+ endpoints validated' "$1" |
		awk '{ all += $1 } END { if (NR) printf "    %d answers validated against the description of Stripe API 2023-10-16\n", all }'
}

# slowest LOG: the packages of Go that took longest, each with its seconds.
slowest() {
	awk '/^ok  \t/ { name = $2; sub(/^billfold\/backend\//, "", name); seconds = $3; sub(/s$/, "", seconds); print seconds, name }' "$1" |
		sort -rn | head -n 8 | awk '{ printf "%s%s %d s", (NR > 1 ? ", " : "    slowest packages: "), $2, $1 } END { if (NR) print "" }'
}

# step NAME COMMAND...: run it, show what it printed when it fails, add it up.
step() {
	local name=$1 log=$logs/log started=$SECONDS took outcome=PASS passes failures
	shift
	printf '==> %s\n' "$name"
	"$@" >"$log" 2>&1 </dev/null
	local code=$?
	took=$((SECONDS - started))
	passes=$(count "$log" pass)
	failures=$(count "$log" fail)
	skipped=$((skipped + $(count "$log" skip)))
	if [[ $code == 0 && $failures == 0 ]]; then
		[[ $passes != 0 ]] || passes=1
	else
		outcome=FAIL
		[[ $failures != 0 ]] || failures=1
		grep -avE '^ *(=== (RUN|PAUSE|CONT|NAME)|--- PASS:|PASS$)' "$log" | tail -n 200
	fi
	passed=$((passed + passes))
	failed=$((failed + failures))
	validated "$log"
	slowest "$log"
	printf '    %s in %d s: %d passed, %d failed\n' "$outcome" "$took" "$passes" "$failures"
	table+=("$(printf '%-46s %-4s %6d s %7d passed %5d failed' "$name" "$outcome" "$took" "$passes" "$failures")")
}

# The vet step has looked already. Two packages at a time, since many start
# servers and write databases. The one that takes longest by far begins, or it would
# run alone in the end.
go_tests() {
	local code=0
	go test -race -vet=off -v -p 2 -timeout 30m ./backend/sandbox ./... || code=$?
	go test -vet=off -v -timeout 10m -tags "$window_tags" . || code=$?
	return "$code"
}

in_chromium() { CHROMIUM=$(scripts/chromium.sh) node --test --test-reporter=spec --test-concurrency=1 e2e/chromium/*.test.mjs; }

with_node() { node --test --test-reporter=spec e2e/node-client/*.test.mjs; }

signing_in() { CHROMIUM=$(scripts/chromium.sh) node --test --test-reporter=spec e2e/sign-in/*.test.mjs; }

packages() { node --test --test-reporter=spec --test-concurrency=1 e2e/packages/*.test.mjs; }

in_the_window() { scripts/on-a-screen.sh node --test --test-reporter=spec --test-concurrency=1 e2e/window/*.test.mjs; }

# Its own tests first; then what was packed, in the editor.
in_the_ide() {
	scripts/lint.sh extension && (cd extension && npm run --silent test) && make --no-print-directory extension || return
	scripts/code-server.sh || return
	CHROMIUM=$(scripts/chromium.sh) scripts/on-a-screen.sh node --test --test-reporter=spec --test-concurrency=1 e2e/ide/*.test.mjs
}

step "prerequisites" scripts/require.sh go node c-compiler webkitgtk chromium sqlite3 python3 redis poppler keyring screen webdriver packages nsis notifications native-modules window-manager links
step "formatting of Go and scripts" scripts/lint.sh format
step "packages from npm" make --no-print-directory frontend/node_modules/.installed e2e/node_modules/.installed e2e/node-client/node_modules/.installed e2e/sign-in/node_modules/.installed extension/node_modules/.installed
step "build of the window's pages" make --no-print-directory frontend
step "frontend: lint and type check" scripts/lint.sh frontend
step "frontend: unit tests" bash -c 'cd frontend && npm run --silent test'
step "build of the programs" make --no-print-directory programs desktop desktop-e2e
step "go vet, with and without the window" scripts/lint.sh vet
step "staticcheck" scripts/lint.sh static
step "Go tests with the race detector" go_tests
step "Stripe's own client for Node on the sandbox" with_node
step "sign-in at a certified provider, in Chromium" signing_in
step "end to end: Chromium on browser mode" in_chromium
step "packages, and what only other systems read" packages
step "end to end: the real window" in_the_window
step "the IDE extension in a real VS Code" in_the_ide

printf '\nWhere the time went:\n'
printf '  %s\n' "${table[@]}"
printf '  %-46s %-4s %6d s\n\n' "all" "" "$SECONDS"
[[ $skipped == 0 ]] || echo "$skipped tests were skipped: this machine lacks something they need."
if [[ $failed == 0 ]]; then echo PASS; else echo FAIL; fi
echo "$passed passed, $failed failed"
[[ $failed == 0 ]]
