# Two commands do all the set-up on a fresh machine: `make demo` and `make test`.
# They need rustup, a C compiler, make and python3; everything else they install by themselves.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Outside of the checkout, so that fresh clones share what is slow to build: the AWS SDKs.
export CARGO_TARGET_DIR ?= $(HOME)/.cache/wildfire/target
VENV := .venv
PYTHON := $(VENV)/bin/python

.PHONY: help
help: ## What there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(VENV)/.ready: tests/requirements.txt
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --requirement tests/requirements.txt
	touch $@

.PHONY: toolchain
toolchain:
	@rustup show active-toolchain >/dev/null 2>&1 || rustup toolchain install --no-self-update

.PHONY: build
build: toolchain ## Build the binary (development profile)
	cargo build --locked --workspace

.PHONY: release
release: toolchain ## Build the binary for use, about 15 minutes on two cores
	cargo build --locked --release --bin wildfire

.PHONY: demo
demo: $(VENV)/.ready build ## Bring the reference stage up in an emulator, from nothing to an empty second plan
	scripts/demo up

.PHONY: demo-down
demo-down: ## Stop the emulator of the demo, and all that is in it
	scripts/demo down

.PHONY: test
test: $(VENV)/.ready toolchain ## Every test
	cargo test --locked --workspace

SEEDS ?= 0..100000

.PHONY: soak
soak: toolchain ## The simulation with 100,000 seeds (SEEDS=0..1000 for others)
	WILDFIRE_SEEDS=$(SEEDS) cargo test --locked --release --package wildfire-engine --lib \
		simulation::tests::every_seed_ends_well -- --nocapture

HANDOVERS ?= 1000
CONTENDERS ?= 64

.PHONY: lock-test
lock-test: $(VENV)/.ready build ## 1,000 handovers of the lock among 64 processes that are killed and paused
	$(PYTHON) scripts/lock_test.py --handovers $(HANDOVERS) --contenders $(CONTENDERS)

.PHONY: lint
lint: toolchain ## Formatting, clippy, the licences and advisories of dependencies, documentation
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	scripts/cargo-deny check
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --workspace

.PHONY: bench
bench: $(VENV)/.ready release ## The figures of docs/benchmarks.md
	cargo bench --locked --package wildfire-engine --bench scale
	$(PYTHON) scripts/bench.py

.PHONY: kill-sweep
kill-sweep: $(VENV)/.ready build ## Kill the binary at every call of every operation on the reference stage: an hour or more
	$(PYTHON) scripts/kill_sweep.py

.PHONY: docs
docs: build ## Generate the pages of the resource types
	WILDFIRE_UPDATE_DOCS=1 cargo test --locked --test wildfire docs

.PHONY: clean
clean: ## Remove what the demo and the tests leave in the checkout
	rm -rf $(VENV) .demo
