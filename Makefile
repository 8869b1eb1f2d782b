# Go skips packages under testdata in ./...; they are named here, for every target.
PKGS := ./... ./testdata/mockserver/... ./testdata/swiftdialog/... ./testdata/fakemac/... ./testdata/oldmdm/... ./testdata/macprogram/... ./testdata/demo/... ./testdata/browser/... ./testdata/e2e/...
VERSION ?= 1.0.0
BUILD ?= build
# HTTP/2 is left out: a poll every five minutes has no use for it, and it is a
# twentieth of each program.
TAGS := -tags nethttpomithttp2
GOFLAGS_BUILD := -trimpath $(TAGS) -ldflags "-s -w -X main.version=$(VERSION)"

.DEFAULT_GOAL := help
# Tools come before the tests that run them, and the stories are timed: with -j too.
.NOTPARALLEL:
.PHONY: help deps build test lint unit e2e demo orbit-darwin desktop-darwin pkg bench-desktop bench-pkg bench-server fuzz clean pkgs

help: ## what can be made
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

deps: ## install what the tests need (Debian), or say how
	@.ci/deps test

build: ## build/orbit and build/desktop for this machine
	go build $(GOFLAGS_BUILD) -o $(BUILD)/ ./cmd/...

# Reproducible: the same source gives the same programs in any folder.
GOFLAGS_PKG := -trimpath $(TAGS) -buildvcs=false -ldflags "-s -w -buildid= -X main.version=$(VERSION)"
MAC_ORBIT := --orbit build/orbit-darwin-arm64 --orbit build/orbit-darwin-amd64
PKG := build/fleet-migrate-$(VERSION).pkg
ifeq ($(shell uname),Darwin)
PKG_NEEDS := desktop-darwin
PKG_DESKTOP := --desktop build/desktop-darwin-arm64 --desktop build/desktop-darwin-amd64
else
DESKTOP_APP ?= none
PKG_DESKTOP := $(if $(wildcard build/desktop-darwin-arm64),--desktop build/desktop-darwin-arm64 --desktop build/desktop-darwin-amd64,--desktop-app "$(DESKTOP_APP)")
endif

orbit-darwin: ## build/orbit, and beside it orbit for both kinds of Mac
	go build $(GOFLAGS_BUILD) -o build/ ./cmd/orbit
	GOOS=darwin GOARCH=arm64 CGO_ENABLED=0 go build $(GOFLAGS_PKG) -o build/orbit-darwin-arm64 ./cmd/orbit
	GOOS=darwin GOARCH=amd64 CGO_ENABLED=0 go build $(GOFLAGS_PKG) -o build/orbit-darwin-amd64 ./cmd/orbit

desktop-darwin: ## on a Mac: Fleet Desktop for both kinds of Mac (the menu bar needs AppKit, hence cgo)
	GOARCH=arm64 CGO_ENABLED=1 CC="clang -arch arm64" go build $(GOFLAGS_PKG) -o build/desktop-darwin-arm64 ./cmd/desktop
	GOARCH=amd64 CGO_ENABLED=1 CC="clang -arch x86_64" go build $(GOFLAGS_PKG) -o build/desktop-darwin-amd64 ./cmd/desktop

pkg: orbit-darwin $(PKG_NEEDS) ## the installer; FLEET_URL=, ENROLL_SECRET_FILE=, SWIFTDIALOG=, on Linux DESKTOP_APP= (docs/packaging.md)
	build/orbit package $(MAC_ORBIT) $(PKG_DESKTOP) --pkg-version $(VERSION) -o $(PKG) \
		$(if $(FLEET_URL),--fleet-url "$(FLEET_URL)") $(if $(ENROLL_SECRET_FILE),--enroll-secret-file "$(ENROLL_SECRET_FILE)") \
		$(if $(SWIFTDIALOG),--swiftdialog "$(SWIFTDIALOG)") $(ARGS)
	build/orbit package verify $(PKG)

bench-pkg: ## packing 40 and 200 MB, side by side with find | cpio | gzip
	go run ./bench/pkg

demo: ## one Mac migrates, on one page; ARGS=--auto plays it by itself
	@.ci/deps demo
	go run ./testdata/demo/cmd/demo $(ARGS)

# The stories over D-Bus and X are Linux's; a Mac has neither.
TESTS := lint unit $(if $(filter Linux,$(shell uname)),e2e)
test: deps $(TESTS) ## everything that CI runs

lint: ## gofmt, vet here and for macOS, shell scripts
	@bad=$$("$$(go env GOROOT)/bin/gofmt" -l .) || exit 1; test -z "$$bad" || { echo "$$bad"; echo "run: gofmt -w ."; exit 1; }
	go vet $(PKGS) ./.ci/darwincheck
	GOOS=darwin GOARCH=arm64 CGO_ENABLED=0 go vet $(PKGS)
	GOOS=darwin GOARCH=amd64 CGO_ENABLED=0 go vet $(PKGS)
	GOOS=darwin GOARCH=arm64 CGO_ENABLED=0 go build -o /dev/null ./cmd/orbit
	GOOS=darwin GOARCH=amd64 CGO_ENABLED=0 go build -o /dev/null ./cmd/orbit
	go run ./.ci/darwincheck ./cmd/desktop
	shellcheck .ci/run .ci/deps .ci/fuzz .ci/macos-package

unit: ## every test but the stories over real processes
	go test -race -shuffle=on $(filter-out ./testdata/e2e/...,$(PKGS))

# The stories mostly wait, so more of them than there are cores may run at once.
e2e: ## the stories over real processes, bus and browser; pictures go to artifacts/
	mkdir -p artifacts
	go test -race -shuffle=on -count=1 -parallel 4 ./testdata/e2e/...

bench-desktop: ## what Fleet Desktop costs a Mac, beside its budgets; takes two minutes
	go test -run '^$$' -bench '^BenchmarkDesktop$$' -benchtime 1x -count 1 ./bench/desktop/
	go test -run '^$$' -bench Poll -benchmem ./pkg/deviceclient/

bench-server: ## 100,000 Macs poll the companion server: requests/s, p50, p99, memory
	go test -run '^$$' -bench . -benchtime 3s ./bench/server/

fuzz: ## every fuzz target, FUZZTIME each (default 60s)
	.ci/fuzz $(PKGS)

clean: ## remove what was built
	rm -rf build artifacts

pkgs:
	@echo $(PKGS)
