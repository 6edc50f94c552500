# leadcycle: the two commands a new user needs are `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint types floors tests fuzz bench lock clean

help: ## show this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(STAMP) ## build .venv from the pinned, hashed requirements; does nothing when it is up to date

$(STAMP): requirements/dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("leadcycle needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup ## ninety virtual days against the sandbox, with a summary
	$(BIN)/leadcycle demo --days 90 --seed 7

test: lint types floors tests ## everything that must pass before a change lands

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

floors: setup
	$(BIN)/lint-imports

tests: setup
	$(BIN)/python -m pytest -n 2

fuzz: setup ## 200,000 damaged projects, and ten times the examples of every law, by chance
	FUZZ=10 $(BIN)/python -m pytest -n 2 tests/config/test_mutations.py
	HYPOTHESIS_PROFILE=wide $(BIN)/python -m pytest -n 2 -m hypothesis

bench: setup ## measured comparisons, kept in var/bench; BENCH="plan --share 0.1" for some, BENCH=--go-on after an interruption
	$(BIN)/python -m benchmarks $(BENCH)

lock: ## pin the requirements again (needs uv); no index lines are written
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q requirements/dev.in -o requirements/dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q -c requirements/dev.txt requirements/runtime.in -o requirements/runtime.txt

clean: ## remove what the commands above made
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .import_linter_cache
