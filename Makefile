# Everything a user runs. Each target makes the environment first, from the lock file.

# The first that pyproject.toml admits, where no other is named: what comes with a system may be newer.
SUITS := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c '$(SUITS)' 2>/dev/null && echo $$python && break; done)
VENV := .venv
RUN_ENV := $(VENV)/.installed-run
DEV_ENV := $(VENV)/.installed-dev
PIP := $(VENV)/bin/pip --disable-pip-version-check --quiet

# Tests start the command line, Dagster and dbt by the hundred: what Python compiled once is kept.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo docs pages ui nightly test test-slow faults bench bench-breaks bench-rules bench-structural bench-parcoursup bench-sessions bench-drift bench-nights bench-floor lint lint-style lint-types lint-defs lint-sql audit sbom lock

demo: $(RUN_ENV) ## one night on recorded real extracts, with no key and no outside service
	@$(VENV)/bin/vigie demo $(ARGS)

ui: $(RUN_ENV) ## Dagster on 127.0.0.1, with the nights of the demo in it
	@$(VENV)/bin/vigie ui $(ARGS)

docs: $(RUN_ENV) ## the page of the tables, their columns and their lineage (ARGS=--live: the real station's)
	@$(VENV)/bin/vigie docs $(ARGS)

nightly: $(RUN_ENV) ## one night against the producers' own portals
	@$(VENV)/bin/vigie nightly $(ARGS)

pages: $(RUN_ENV) ## the page of each indicator, docs/indicateurs, from the demo's night
	@$(VENV)/bin/vigie pages

PYTEST := $(VENV)/bin/pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder
test: $(DEV_ENV) ## every module, one whole night and its readers, one fault a protocol: needs no browser, no Java
	$(PYTEST) -m 'not slow' $(ARGS)

test-slow: $(DEV_ENV) ## all the rest (as root; buildah, Chromium, Java, LibreOffice, nginx, PostgreSQL, systemd): nights, kills, faults, and the properties on many examples
	$(PYTEST) -m 'slow or hypothesis' --hypothesis-profile=thorough $(ARGS)

faults: $(DEV_ENV) ## every fault at every point of what a station writes; ARGS="--kills 200 --seed 1": whole nights too (docs/faults.md)
	$(VENV)/bin/python -m tests.faults $(ARGS)

bench: $(RUN_ENV) ## dbt build against the same SQL on DuckDB alone, on the demo's data (after make demo)
	$(VENV)/bin/python -m tests.benchmarks.dbt_against_duckdb $(ARGS)

bench-breaks: $(DEV_ENV) ## what is caught and what rings for nothing, by Vigie and by others (docs/detection.md)
	$(VENV)/bin/python -m tests.benchmarks.breaks $(ARGS)

bench-rules: $(RUN_ENV) ## time and memory of all rules over 10⁴, 10⁵, 10⁶ cells
	$(VENV)/bin/python -m tests.benchmarks.rules_speed $(ARGS)

bench-parcoursup: $(RUN_ENV) ## fetching, archiving and landing 100 000 rows against streaming and DuckDB alone
	$(VENV)/bin/python -m tests.benchmarks.parcoursup_speed $(ARGS)

bench-structural: $(RUN_ENV) ## the structural rules on a million records against one query of DuckDB
	$(VENV)/bin/python -m tests.benchmarks.structural_rules $(ARGS)

bench-sessions: $(DEV_ENV) ## what a night costs, in processor and memory, from 2 to 16 sessions of Parcoursup
	$(VENV)/bin/python -m tests.benchmarks.sessions_speed

bench-drift: $(RUN_ENV) ## telling two extracts apart against DuckDB counting their distinct values
	$(VENV)/bin/python -m tests.benchmarks.drift_speed

bench-nights: $(DEV_ENV) ## what a night costs, launched by the daemon or typed, by what changed: full, a deposit, a decision, nothing
	$(VENV)/bin/python -m tests.benchmarks.nights_speed $(ARGS)

bench-floor: $(DEV_ENV) ## a first night against the imports of its frameworks and a bare dbt build
	$(VENV)/bin/python -m tests.benchmarks.night_floor $(ARGS)

lint: $(DEV_ENV) ## style, types, Dagster's definitions and SQL, side by side
	@$(MAKE) --no-print-directory --jobs --output-sync lint-style lint-types lint-defs lint-sql

lint-style: $(DEV_ENV)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

lint-types: $(DEV_ENV)
	$(VENV)/bin/mypy

# dg looks for what turns its telemetry off in a home of Dagster's.
lint-defs: $(DEV_ENV) ## Dagster's definitions, as dg loads them
	@mkdir -p var/lint && cp dagster.yaml var/lint/
	VIGIE_HOME="$(CURDIR)/var/lint" DAGSTER_HOME="$(CURDIR)/var/lint" $(VENV)/bin/dg check defs

lint-sql: $(DEV_ENV) ## style of the SQL, as dbt compiles it
	@mkdir -p var/lint
	VIGIE_HOME="$(CURDIR)/var/lint" DBT_PROFILES_DIR="$(CURDIR)/dbt_project" DBT_TARGET_PATH="$(CURDIR)/var/lint/dbt" \
		DO_NOT_TRACK=1 $(VENV)/bin/sqlfluff lint dbt_project

$(VENV)/bin/python:
	@"$(PYTHON)" -c '$(SUITS)' 2>/dev/null || { echo 'Vigie needs Python 3.11, 3.12 or 3.13 (dbt and dagster-dbt have no newer one yet):' \
		'install it, then name it, as in « make demo PYTHON=/path/to/python3.13 »' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(RUN_ENV): requirements/run.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes --requirement requirements/run.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_ENV): requirements/dev.lock $(RUN_ENV) | $(VENV)/bin/python
	$(PIP) install --require-hashes --requirement requirements/dev.lock
	@touch $@

# What looks at a release has an environment of its own: what is shipped is not judged by what judges it.
RELEASE := var/release
$(RELEASE)/.installed: requirements/release.lock
	@mkdir -p var && $(PYTHON) -m venv --clear $(RELEASE)
	$(RELEASE)/bin/pip --disable-pip-version-check --quiet install --require-hashes --requirement $<
	@touch $@

audit: $(RELEASE)/.installed ## known vulnerabilities of what is shipped, by PyPI's advisories; fails, and says so, where they cannot be had
	$(RELEASE)/bin/pip-audit --strict --disable-pip --require-hashes --requirement requirements/run.lock $(ARGS) \
		|| { echo 'audit: a package above has a known vulnerability, or could not be looked up' >&2; exit 1; }

sbom: $(RELEASE)/.installed ## the bill of materials of what is shipped, CycloneDX, from the lock file
	$(RELEASE)/bin/cyclonedx-py requirements requirements/run.lock --pyproject pyproject.toml --mc-type application \
		--output-reproducible --output-file requirements/run.cdx.json

LOCK := $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-strip-extras --no-emit-index-url --no-annotate --custom-compile-command 'make lock'
lock: $(RUN_ENV) ## resolve the dependencies again
	$(PIP) install uv
	$(LOCK) pyproject.toml --extra dev --output-file requirements/dev.lock
	$(LOCK) pyproject.toml --extra postgres --constraint requirements/dev.lock --output-file requirements/run.lock
	$(LOCK) --group release --output-file requirements/release.lock
	@$(MAKE) --no-print-directory sbom
