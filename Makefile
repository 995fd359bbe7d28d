# `make run` and `make test` need Python 3.11 or later and make; everything else comes from
# the package registries, into .venv and frontend/node_modules.
# Only a program's own answer goes to standard output; what is built or installed is told on standard error.

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

# Any Python from 3.11 on; PYTHON=… names one.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)

PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
MANAGE := $(PY) manage.py
# Behind a company's proxy, trust what the system trusts.
export NODE_USE_SYSTEM_CA ?= 1
# Node from PATH if it is new enough, else from its wheel.
WITH_NODE = PATH="$$($(PY) tools/node.py):$$PATH"
PAGE_SOURCES := $(shell find frontend -path frontend/node_modules -prune -o -path frontend/dist -prune -o -type f -print 2>/dev/null)

.PHONY: help run test check bench bench-long faults mutants format types docs lock browser install build clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

run: .venv/.product frontend/dist/index.html build/.compiled ## Run the service with its sample on this machine (JSON=1, PORT=…, DATABASE_URL=…, REDIS_URL=…)
	@exec $(PY) -m annotator.supervisor

test: .venv/.develop frontend/dist/index.html browser ## Run every test, against real servers and in a real browser
	@cd frontend && $(call node,npm test)
	@$(PY) -m pytest -n 2 --dist loadfile $(ARGS)

check: .venv/.develop frontend/node_modules/.installed ## Check style, types, storeys, migrations and generated files
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports
	@$(PY) -W 'ignore:Got an error checking' manage.py makemigrations --check --dry-run
	@cd frontend && $(call node,npm run --silent lint && npm run --silent check)
	@$(MAKE) build/schema.ts
	@cmp build/schema.ts frontend/src/api/schema.ts || { echo 'The types of the API are not up to date: run `make types`.' >&2; exit 1; }
	@$(MANAGE) describe-events | cmp - docs/events.md || { echo 'The list of events is not up to date: run `make docs`.' >&2; exit 1; }

bench: .venv/.develop frontend/dist/index.html ## Measure: print the figures that the documents quote
	@for each in $(filter-out %/bench_ui.py %/bench_io.py,$(wildcard tests/bench/bench_*.py)); do $(PY) -m tests.bench.$$(basename $$each .py) || exit 1; done

bench-ui: .venv/.develop frontend/dist/index.html browser ## Measure the workspace in a real browser
	@$(PY) -m tests.bench.bench_ui

bench-io: .venv/.develop frontend/dist/index.html ## Measure imports and exports, with the highest memory (DOCUMENTS=10000)
	@$(PY) -m tests.bench.bench_io --documents $(or $(DOCUMENTS),10000)

bench-long: .venv/.develop ## A million random steps of the log against a list in memory (PALIMPSEST_STEPS=…, PALIMPSEST_SEED=…)
	@PALIMPSEST_STEPS=$${PALIMPSEST_STEPS:-1000000} $(PY) -m pytest tests/property/events/test_machine.py -s $(ARGS)

fuzz: .venv/.develop ## Read 20,000 mutated files of every format (FILES=…)
	@$(PY) -m tests.property.formats.fuzz $(or $(FILES),20000)

faults: .venv/.develop frontend/dist/index.html build/.compiled ## Deal every fault to the running service, and see that nothing is lost (SEED=…, MINUTES=6)
	@$(PY) -m tests.faults

mutants: .venv/.develop ## Change the rules of the log in small ways, and see that a test notices each
	@$(PY) -m tests.mutants $(ARGS)

format: .venv/.develop frontend/node_modules/.installed ## Bring the code into its style
	@$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format --quiet .
	@cd frontend && $(call node,npm run --silent format)

types: .venv/.develop frontend/node_modules/.installed ## Generate the page's types from the API
	@rm -f build/schema.ts && $(MAKE) build/schema.ts
	@cp build/schema.ts frontend/src/api/schema.ts

docs: .venv/.develop ## Write the list of events from the catalog
	@$(MANAGE) describe-events > docs/events.md

lock: .venv/.develop ## Pin the requirements anew
	@for each in requirements requirements-dev; do CUSTOM_COMPILE_COMMAND='make lock' .venv/bin/pip-compile --quiet \
		--upgrade --generate-hashes --strip-extras --allow-unsafe --annotation-style line \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
		--output-file $$each.txt $$each.in || exit 1; done

browser: .venv/.develop ## Get a Chromium for the tests, unless the machine has one
	@$(WITH_NODE) $(PY) tools/browser/unpack.py >&2

install: .venv/.product ## Install what the product needs
build: frontend/dist/index.html ## Build the page

clean: ## Remove what is built and installed here; data stays
	@rm -rf .venv build frontend/dist frontend/node_modules tools/browser/node_modules tools/browser/unpacked

# --- how the files come about ------------------------------------------------

# A command line in the frontend's folder, with Node found from there.
node = PATH="$$(../$(PY) ../tools/node.py):$$PATH"; export PATH; $(1)

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo 'Python 3.11 or later is needed, with its venv module (on Debian: python3-venv); PYTHON=… names one.' >&2; exit 1; }
	@echo 'Making .venv with $(PYTHON) …' >&2
	@$(PYTHON) -m venv .venv >&2

.venv/.product: requirements.txt | .venv/bin/python
	@echo 'Installing what the product needs …' >&2
	@$(PIP) install --require-hashes --no-deps -r requirements.txt >&2
	@touch $@

.venv/.develop: requirements-dev.txt .venv/.product
	@echo 'Installing what checks and tests need …' >&2
	@$(PIP) install --use-pep517 --require-hashes --no-deps -r requirements-dev.txt >&2
	@touch $@

frontend/node_modules/.installed: frontend/package-lock.json frontend/package.json | .venv/.product
	@echo 'Installing what the page is built with …' >&2
	@cd frontend && { $(call node,npm ci --no-audit --no-fund --ignore-scripts); } >&2
	@touch $@

frontend/dist/index.html: $(PAGE_SOURCES) frontend/node_modules/.installed
	@echo 'Building the page …' >&2
	@cd frontend && { $(call node,npm run --silent build); } >&2
	@$(PY) -m servestatic.compress --quiet frontend/dist >&2
	@touch $@

# Compiled before the first start, not during it.
build/.compiled: $(shell find annotator events -name '*.py' 2>/dev/null) | .venv/bin/python
	@mkdir -p build
	@$(PY) -m compileall -q annotator events >&2
	@touch $@

build/schema.ts: $(shell find annotator events -name '*.py' 2>/dev/null) frontend/node_modules/.installed | .venv/.product
	@mkdir -p build
	@$(MANAGE) spectacular --format openapi-json --file build/openapi.json
	@cd frontend && { $(call node,npx --no-install openapi-typescript ../build/openapi.json --output ../build/schema.ts --root-types --immutable); } >&2
