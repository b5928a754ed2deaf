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

bench: setup  ## pages a second against bare pdfplumber
	$(PY) -m tools.bench

server: setup  ## a Prefect server on this machine (http://127.0.0.1:4200)
	$(VENV)/bin/prefect server start

# Where the server of `make server` listens; an operator's own address stays.
deploy worker: export PREFECT_API_URL ?= http://127.0.0.1:4200/api

deploy: setup  ## register the work pool and the deployments of prefect.yaml with the server
	$(VENV)/bin/prefect --no-prompt work-pool create --type process diminishing --overwrite
	$(VENV)/bin/prefect --no-prompt deploy --all

# A scheduled run waits so long for one that holds the home (a chunk of a backfill, say).
WAIT_SECONDS ?= 3600
worker: setup  ## run what the schedule or a person starts, on this checkout and HOME_DIR
	PYTHONPATH='$(CURDIR)' DIMINISHING_HOME='$(abspath $(HOME_DIR))' DIMINISHING_WAIT_SECONDS=$(WAIT_SECONDS) \
	  $(PY) -m flows worker --pool diminishing

lock: setup  ## write requirements.lock anew from pyproject.toml
	$(VENV)/bin/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
	  --quiet --upgrade --output-file requirements.lock

clean:  ## remove the virtual environment and caches, never data
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

.PHONY: help setup nightly train lint check test score evaluation docs bench server deploy worker lock clean
