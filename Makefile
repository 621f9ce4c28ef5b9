# Billfold: what can be done with this tree. `make` alone lists it.
#
# Files are rebuilt only when what they are made of changed, so a second
# `make run` starts in seconds. The scripts say what they do and install, or
# name, what is missing: see scripts/require.sh.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Go and npm keep their caches under HOME; a bare environment may have none set.
ifeq ($(strip $(HOME)),)
export HOME := $(shell getent passwd "$$(id -u)" | cut -d: -f6)
endif

# A vendor's build has the vendor's file built in: make build VENDOR=vendor.json.
VENDOR ?=
ifneq ($(strip $(VENDOR)),)
VENDOR_OVERLAY := bin/vendor-overlay.json
$(shell mkdir -p bin && printf '{"Replace": {"%s": "%s"}}\n' "$(CURDIR)/backend/vendorfile/embedded/vendor.json" "$(abspath $(VENDOR))" >$(VENDOR_OVERLAY))
export GOFLAGS += -overlay=$(CURDIR)/$(VENDOR_OVERLAY)
endif

VERSION := $(shell scripts/version.sh)
GOFLAGS_BUILD := -trimpath -buildvcs=false -ldflags '-s -w -X main.version=$(VERSION)'
# Wails picks the window and WebKitGTK 4.1 by build tags.
WINDOW_TAGS := desktop,production,webkit2_41

FRONTEND_SOURCES := $(shell find frontend -path frontend/node_modules -prune -o -path frontend/dist -prune \
	-o -path frontend/src/text/messages -prune -o -type f ! -name '*.go' -print 2>/dev/null)

EXTENSION_SOURCES := $(shell find extension -path extension/node_modules -prune -o -path extension/dist -prune -o -type f -print 2>/dev/null)
EXTENSION_VERSION := $(shell sed -n 's/^  "version": "\(.*\)",$$/\1/p' extension/package.json)
EXTENSION := extension/dist/billfold-$(EXTENSION_VERSION).vsix

.PHONY: help run test dev build extension bench probe lint screenshots clean \
	programs desktop desktop-e2e frontend prerequisites packages windows release package-smoke windows-smoke reproduce icons

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build and start Billfold with its sandbox: in a window, or else in the browser
	@scripts/run.sh

test: ## run every check: linters, Go and frontend tests, Chromium and the real window
	@scripts/test.sh

dev: ## work on the frontend with live reload, over browser mode and the sandbox
	@scripts/dev.sh

build: prerequisites frontend programs ## build the programs into bin/, the window too where WebKitGTK can be had
	@if scripts/require.sh --optional webkitgtk; then $(MAKE) --no-print-directory desktop; fi

extension: prerequisites $(EXTENSION) ## pack the extension for VS Code and its forks: extension/dist/billfold-VERSION.vsix

$(EXTENSION): extension/node_modules/.installed $(EXTENSION_SOURCES)
	@echo "==> packing the extension"
	@cd extension && npm run --silent build && npm run --silent package

bench: prerequisites frontend programs ## print the table of figures: pulls, queries, start of the window, the way from an IDE
	@scripts/bench.sh

probe: ## send 50,000 random requests of one customer through the gateway, and look for a byte of another's
	@BILLFOLD_PROBE=50000 go test ./backend/gateway -run TestRandomProbe -count 1 -timeout 60m -v

lint: prerequisites frontend/node_modules/.installed extension/node_modules/.installed ## run the linters of Go, of the frontend and of the extension
	@scripts/lint.sh

screenshots: prerequisites frontend programs e2e/node_modules/.installed ## make the pictures in docs/images from the real app
	@scripts/require.sh chromium
	@node e2e/screenshots.mjs docs/images

packages: prerequisites frontend programs desktop ## make the .deb and .rpm packages in release/
	@scripts/package.sh release

windows: frontend ## cross-build the Windows programs and their installer into release/
	@scripts/require.sh go node windows
	@scripts/windows.sh release

release: ## everything that is released, with checksums and bills of materials, in release/
	@scripts/release.sh release

package-smoke: ## install the .deb on a clean root, start it there and remove it again
	@scripts/package-smoke.sh

windows-smoke: ## install the Windows programs under Wine, start the command and remove them again
	@scripts/windows-smoke.sh

reproduce: ## build the packages in two folders and compare them byte for byte
	@scripts/reproduce.sh

icons: ## draw the icons of the packages anew from their drawings
	@scripts/icons.sh

clean: ## remove what was built, not what was downloaded
	rm -rf bin release extension/dist
	find frontend/dist -mindepth 1 ! -name .gitkeep -delete

prerequisites:
	@scripts/require.sh go node c-compiler

frontend: frontend/dist/index.html

frontend/dist/index.html: frontend/node_modules/.installed $(FRONTEND_SOURCES)
	@echo "==> building the window's pages"
	@cd frontend && npm run --silent build
	@touch $@

%/node_modules/.installed: %/package-lock.json
	@echo "==> installing the packages of $*"
	@cd $* && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

programs:
	@echo "==> building bin/billfold, bin/billfold-sandbox and bin/billfold-gateway"
	@mkdir -p bin
	@go build $(GOFLAGS_BUILD) -o bin/billfold ./backend/cmd/billfold
	@go build $(GOFLAGS_BUILD) -o bin/billfold-sandbox ./backend/cmd/billfold-sandbox
	@go build $(GOFLAGS_BUILD) -o bin/billfold-gateway ./backend/cmd/billfold-gateway

desktop:
	@echo "==> building bin/billfold-desktop"
	@mkdir -p bin
	@go build $(GOFLAGS_BUILD) -tags $(WINDOW_TAGS) -o bin/billfold-desktop .

# The window that a WebDriver may steer; never shipped.
desktop-e2e:
	@mkdir -p bin
	@go build $(GOFLAGS_BUILD) -tags $(WINDOW_TAGS),e2e -o bin/billfold-desktop-e2e .
