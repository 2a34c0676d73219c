# Parlor's commands. `make run` and `make test` first install what is missing (contrib/setup), after saying what.

export CARGO_TARGET_DIR ?= $(CURDIR)/target
CARGO := cargo
SETUP := contrib/setup/setup
# Warnings fail the checks, and only there: while working, they are warnings.
STRICT := -- -D warnings

.DEFAULT_GOAL := help
# One after the other, in the order written: the node under test needs the machine for itself.
.NOTPARALLEL:
.PHONY: help run test bench setup setup-test setup-bench fmt lint doc layers unit loom build e2e browser audit deny clean

help: ## lists the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup ## installs what is missing, builds in release mode, starts the node (ARGS='--camera test …')
	LIBCAMERA_LOG_LEVELS="*:ERROR" $(CARGO) run --release --locked -p parlor -- run $(ARGS)

test: setup-test fmt lint doc layers unit loom e2e browser audit deny ## runs every check and test

bench: setup-bench ## prints each measure as a ratio against its reference, measured in the same run
	$(CARGO) build --release --locked -p parlor -p parlor-e2e --bin parlor --bin parlor-bench
	"$(CARGO_TARGET_DIR)/release/parlor-bench"
	$(CARGO) test --release --locked -p parlor --lib --no-default-features -- --ignored --nocapture two_hundred

setup: ## installs what `run` needs
	@$(SETUP) run

setup-test: ## installs what `test` needs
	@$(SETUP) test

setup-bench: ## installs what `bench` needs
	@$(SETUP) bench

fmt: ## checks the formatting
	$(CARGO) fmt --all --check

lint: ## clippy, with and without GStreamer
	$(CARGO) clippy --workspace --all-targets --locked $(STRICT)
	$(CARGO) clippy -p parlor --no-default-features --all-targets --locked $(STRICT)

doc: ## builds the documentation; a broken link fails
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --locked --document-private-items

layers: ## the protocol crate must not know a runtime, a network stack or GStreamer
	@tree=$$($(CARGO) tree --locked -p parlor-protocol -e no-dev --prefix none) || exit 1; \
	if echo "$$tree" | grep -E '^(tokio|libp2p|axum|hyper|gstreamer)'; then \
		echo "parlor-protocol must not depend on these: it is a value, the node drives it" >&2; exit 1; \
	fi

unit: ## unit and property tests; the pages are tested without an engine, whose chunks would mix with the tests' own
	$(CARGO) test --workspace --exclude parlor-e2e --locked
	$(CARGO) test -p parlor --lib --no-default-features --locked

loom: ## the ring's concurrency, every interleaving
	$(CARGO) test -p parlor --lib --no-default-features --features loom --locked ring

build:
	$(CARGO) build --locked -p parlor

e2e: setup-test build ## the running node against ffmpeg, aiortc, V4L2 and broken clients
	$(CARGO) test -p parlor-e2e --locked

# How a stream plays is seen on a machine that does nothing else; who walks through pages mostly waits, so two files at a time.
browser: setup-test build ## the pages in Chromium and Firefox, with and without JavaScript
	cd tests/browser && node --test --test-concurrency=1 --test-reporter=spec journeys/playing/
	cd tests/browser && node --test --test-concurrency=2 --test-reporter=spec journeys/*.test.js

audit: ## known vulnerabilities in the dependencies
	@contrib/setup/audit

deny: ## licences and sources of the dependencies (deny.toml)
	@contrib/setup/deny

clean: ## deletes what was built
	$(CARGO) clean
