# make demo   set up everything and run the site with a demo organization
# make test   set up everything and run every check and test
# make check  the checks, and the tests that what was changed can reach, in about a minute
# make bench  measure the budgets, with AGAINST=../other those of another checkout in turn with them
# make fuzz   send 20,000 requests of nonsense
# make formats  run the tools whose files are read, and read what they write: some minutes, some need the network
# make audit ask whether a pinned version has a known vulnerability; make sbom writes the bill of materials
# make soak   save with many people at once while servers are killed, for some twenty minutes
# make docs  build the documentation as a site, into var/docs
# make texts  bring the catalogs of translations up to the sources
# make lint, make lock and make clean do as their names say

PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
export PYTHON

BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
UV := $(shell command -v uv 2>/dev/null)
# uv, where it is at hand, installs the same files, hashes checked, in a tenth of the time; if it cannot, pip does.
install = $(if $(UV),$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r $(1) || )$(PIP) install -r $(1)
STATIC := $(or $(STATIC_ROOT),$(or $(DATA_DIR),var)/static)/staticfiles.json
PO := $(wildcard assessments/locale/*/LC_MESSAGES/django.po)
CATALOGS := assessments/locale/.compiled
STATIC_SOURCES := $(shell find static -type f) requirements/base.txt

.PHONY: demo test check fuzz audit sbom docs soak lint bench formats texts lock clean
.DEFAULT_GOAL := demo

$(BIN)/python:
	@echo "Making a virtual environment."
	@sh requirements/system.sh python
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.base: requirements/base.txt | $(BIN)/python
	@echo "Installing what the site needs$(if $(UV), with uv: some seconds,: one to three minutes)."
	@$(call install,requirements/base.txt)
	@touch $@

$(VENV)/.dev: requirements/dev.txt requirements/base.txt | $(BIN)/python
	@echo "Installing what the checks and tests need$(if $(UV), with uv: some seconds,: one to three minutes)."
	@$(call install,requirements/dev.txt)
	@touch $(VENV)/.base $@

$(VENV)/.pdf: requirements/system.sh | $(BIN)/python
	@echo "Looking for the libraries and fonts that make PDFs."
	@sh requirements/system.sh pdf
	@touch $@

$(VENV)/.browser: requirements/system.sh | $(BIN)/python
	@echo "Looking for Chromium and Firefox, which the tests drive."
	@sh requirements/system.sh browser
	@touch $@

$(STATIC): $(STATIC_SOURCES) | $(VENV)/.base
	@echo "Collecting styles, scripts and fonts: some seconds."
	@$(MANAGE) collectstatic --noinput --clear -v0 -i datasets -i templates -i widgetbundle.js

$(CATALOGS): $(PO) | $(VENV)/.base
	@$(MANAGE) catalogs compile
	@touch $@

demo: $(VENV)/.base $(VENV)/.pdf $(STATIC) $(CATALOGS)
	@PORT="$(PORT)" PATH="$(abspath $(BIN)):$$PATH" $(MANAGE) demo

test: $(VENV)/.dev $(VENV)/.pdf $(VENV)/.browser $(STATIC) lint
	@$(BIN)/python -m tests
	@$(BIN)/python -m tests.audit --tell

check: $(VENV)/.dev
	@began=$$(date +%s) && $(MAKE) --no-print-directory lint && $(BIN)/python -m tests.reach $$began

fuzz: $(VENV)/.dev $(VENV)/.pdf $(STATIC) $(CATALOGS)
	FUZZ_REQUESTS=20000 $(BIN)/python -m pytest tests/test_fuzz.py

lint: $(VENV)/.dev $(CATALOGS)
	@echo "Checking style, types, migrations and settings: up to half a minute."
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(MANAGE) makemigrations --check --dry-run -v0
	@$(MANAGE) check --fail-level WARNING

# Known vulnerabilities of what is pinned, where the network has the advisory service.
audit: $(VENV)/.dev
	@$(BIN)/python -m tests.audit

# What the site is made of, as CycloneDX, in var/sbom.json.
sbom: $(VENV)/.dev
	@$(BIN)/python -m tests.sbom

soak: $(VENV)/.dev $(VENV)/.pdf $(STATIC) $(CATALOGS)
	@$(BIN)/python -m tests.soak $(SOAK)

docs: $(VENV)/.dev
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs --quiet build

bench: $(VENV)/.dev $(VENV)/.pdf $(STATIC) $(CATALOGS)
	$(BIN)/python -m tests.bench $(if $(AGAINST),--against $(AGAINST))

formats: $(VENV)/.dev
	$(BIN)/python -m tests.formats

# Versions with hashes, from the *.in files; the output names no index.
texts: $(VENV)/.base
	@$(MANAGE) catalogs extract

lock: $(VENV)/.dev
	$(PIP) install uv
	$(BIN)/uv pip compile -q --generate-hashes --no-header --python-version 3.11 requirements/base.in -o requirements/base.txt
	$(BIN)/uv pip compile -q --generate-hashes --no-header --python-version 3.11 requirements/dev.in -o requirements/dev.txt

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
