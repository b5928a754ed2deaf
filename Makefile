# Two commands for everybody: `make nightly` and `make test`. `make help` lists the rest.
PYTHON ?= python3.11
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.installed
# Where `python3.11` is not the name, take whatever python3 is; pip refuses versions that are too old.
PYTHON := $(shell command -v $(PYTHON) || command -v python3)

# Prefect reports nothing home unless the operator asks for it.
export PREFECT_SERVER_ANALYTICS_ENABLED ?= false
export DO_NOT_TRACK ?= 1

# Prefect's server on this machine is not asked through a proxy. Of the two names, the small one counts first everywhere.
export no_proxy := $(or $(no_proxy),$(NO_PROXY))
ifneq ($(no_proxy),*)
no_proxy := $(no_proxy),127.0.0.1,localhost,::1
endif
export NO_PROXY := $(no_proxy)

.DEFAULT_GOAL := help

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## / — /'

setup: $(STAMP)  ## virtual environment with pinned, hashed packages; does nothing where it is up to date

$(STAMP): requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	touch $(STAMP)

# make nightly PAPERS=folder HOME_DIR=folder OPTIONS="--offline"
HOME_DIR ?= data
nightly: setup  ## the nightly job; PAPERS=folder reads a folder of PDFs
	$(PY) -m flows nightly --home '$(HOME_DIR)' $(if $(PAPERS),--papers '$(PAPERS)') $(OPTIONS)

# Tests run on all cores; those of one module, or that share a warehouse or a server, in one process (tests/conftest.py).
PYTEST := $(PY) -m pytest -n logical --dist loadgroup --no-loadscope-reorder

lint: setup
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

check: lint  ## lint, types and quick unit tests: what to run before every commit
	$(PYTEST) -m 'not slow' tests/unit

test: lint  ## lint, types and all tests
	$(PYTEST)

SCORE ?= ../shared/corpus/score
score: setup  ## compare the latest release with hand-made labels
	$(PY) $(SCORE) '$(HOME_DIR)/releases/latest'

CORPUS ?= ../shared/corpus
train: setup  ## train the judges of results and disclosures anew on the labelled papers of CORPUS (warehouse/reference/*judge.json)
	$(PY) -m tools.train_judge --corpus '$(CORPUS)'
	$(PY) -m tools.train_disclosures --corpus '$(CORPUS)'

# make evaluation RELEASE=folder CASES=folder OPTIONS="--bench --coverage"
RELEASE ?= $(HOME_DIR)/releases/latest
evaluation: setup  ## measure a release of the corpus and write docs/evaluation.md
	$(PY) -m tools.evaluation '$(RELEASE)' $(if $(CASES),--cases '$(CASES)') $(OPTIONS)

docs: setup  ## write docs/data_dictionary.md from the registry
	$(PY) -m tools.data_dictionary

bench: setup  ## speed of reading and fitting beside what others offer, renewed in docs/evaluation.md
	$(PY) -m tools.evaluation --bench

# make scale BASE=folder SCALE_DIR=folder OPTIONS="--papers 1000 3000"
BASE ?= $(HOME_DIR)
SCALE_DIR ?= build/scale
scale: setup  ## what each step of a night costs as the papers grow, simulated from those of the home BASE
	$(PY) -m tools.scale --base '$(BASE)' --home '$(SCALE_DIR)' $(OPTIONS)

# A database server for `make server`, on Debian's package postgresql: in SERVICES, as an own user, on 127.0.0.1.
SERVICES ?= services
services: setup  ## a PostgreSQL cluster below SERVICES for the Prefect server; started again where it is there
	$(PY) -m tools.postgresql start '$(SERVICES)'

services-stop: setup  ## stop it; its data stay
	$(PY) -m tools.postgresql stop '$(SERVICES)'

# A run renews the lease of its place; the place of one that was killed is free when it runs out, after five minutes.
# Kept in files, leases outlive the server: in memory, its restart would end every run under way.
server: export PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE ?= prefect.server.concurrency.lease_storage.filesystem
server: setup  ## a Prefect server (http://127.0.0.1:4200), on PostgreSQL where `make services` made one, else on SQLite
	@if test -f '$(SERVICES)/database-url'; then \
	  export PREFECT_SERVER_DATABASE_CONNECTION_URL="$${PREFECT_SERVER_DATABASE_CONNECTION_URL:-$$(cat '$(SERVICES)/database-url')}"; fi; \
	exec $(VENV)/bin/prefect server start

# Where the server of `make server` listens; an operator's own address stays.
deploy worker: export PREFECT_API_URL ?= http://127.0.0.1:4200/api

# make deploy POOL_TYPE=docker|kubernetes
deploy: setup  ## register the work pool and the deployments of prefect.yaml with the server
	$(PY) -m flows deploy $(if $(POOL_TYPE),--pool-type $(POOL_TYPE))

# A scheduled run waits so long for one that holds the home (a chunk of a backfill, say).
WAIT_SECONDS ?= 3600
worker: setup  ## run what the schedule or a person starts, on this checkout and HOME_DIR
	@export PYTHONPATH='$(CURDIR)' DIMINISHING_HOME='$(abspath $(HOME_DIR))' DIMINISHING_WAIT_SECONDS=$(WAIT_SECONDS); \
	  exec $(PY) -m flows worker --pool diminishing

lock: setup  ## write requirements.lock anew from pyproject.toml
	$(VENV)/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
	  --quiet --upgrade --output-file requirements.lock

audit: setup  ## known vulnerabilities of the locked packages, where the registry answers
	$(PY) -m tools.audit

clean:  ## remove the virtual environment and caches, never data
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

.PHONY: help setup nightly train lint check test score evaluation docs bench scale services services-stop server deploy worker \
  audit lock clean
