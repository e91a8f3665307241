# One command each for what a newcomer and CI do. Needs Python 3.11 or newer, git and make; everything else goes into .venv.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

BIN := .venv/bin
INSTALLED := .venv/.installed
LOCKS := requirements/bootstrap.lock requirements/development.lock
SPEED ?= 30
# test processes side by side
PROCESSES ?= 2
# make lock UPGRADE=--upgrade takes newer versions; without it only what pyproject.toml asks for changes
UPGRADE ?=

# how long make fuzz looks
FUZZ_SECONDS ?= 300

.PHONY: help setup demo test lint fuzz chaos bench lock clean

help: ## What can be asked for
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

setup: $(INSTALLED) ## Create .venv with everything that the locks name

$(INSTALLED): $(LOCKS) pyproject.toml tools/set_up.sh
	@tools/set_up.sh
	@touch $@

demo: $(INSTALLED) ## A flood from the alert to the archived record, on this machine alone, in two minutes
	$(BIN)/tocsin demo --speed $(SPEED)

lint: $(INSTALLED) ## Format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint ## Lint, then the fast tests, then those with real servers and killed processes
	@tools/install_test_tools.sh
	$(BIN)/pytest -m "not slow" -n $(PROCESSES)
	$(BIN)/pytest -m slow -n $(PROCESSES) --dist loadgroup

fuzz: $(INSTALLED) ## Search for what breaks the readers of plans, conditions and scenarios, for FUZZ_SECONDS
	$(BIN)/uv pip install --quiet --target .fuzz/site --require-hashes --requirement requirements/fuzz.lock
	for target in plans expressions scenarios; do \
	    PYTHONPATH=.fuzz/site $(BIN)/python tools/fuzz/run.py $$target .fuzz $$(($(FUZZ_SECONDS) / 3)); done

chaos: $(INSTALLED) ## Kill, restart, freeze, fill, lock and set back, thousands of times; about twenty minutes
	$(BIN)/pytest tests/durability tests/chaos tests/notifications/test_dispatcher_killed.py --hypothesis-profile=chaos -n $(PROCESSES)

bench: $(INSTALLED) ## First figures, beside their peers
	$(BIN)/python -m bench

lock: $(INSTALLED) ## Write requirements/*.lock anew from pyproject.toml
	tools/lock.sh $(UPGRADE)

clean: ## Remove what the other commands made
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .fuzz build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
