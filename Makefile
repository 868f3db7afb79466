# The commands of the house. `make run` and `make test` need nothing but Python 3.11 or newer and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_READY := $(VENV)/.ready-run
DEV_READY := $(VENV)/.ready-dev

.PHONY: run test lint format bench seed-large faults fuzz alarm-load mutants lock sbom catalogues clean

run: $(RUN_READY)
	@$(BIN)/python run.py demo

test: $(DEV_READY)
	@$(BIN)/python -m pytest -n 4 --dist loadfile

lint: $(DEV_READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy monitor simulators config.py run.py
	@$(BIN)/bandit --quiet --recursive monitor simulators config.py run.py
	@$(BIN)/python -m pytest -q -n 0 tests/architecture/test_floors.py

format: $(DEV_READY)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(DEV_READY)
	@$(BIN)/python -m tests.bench $(if $(LARGE),--large $(LARGE))

# A clinic of three years in FOLDER, for measuring: `make seed-large FOLDER=/tmp/large`, then `make bench LARGE=/tmp/large`.
seed-large: $(DEV_READY)
	@$(BIN)/python -m tests.large $(FOLDER)

# Only the tests that kill, freeze, cut and starve something on purpose; `make test` has them too.
# MONITOR_FAULT_RUNS=500 runs their long forms.
faults: $(DEV_READY)
	@$(BIN)/python -m pytest -n auto --dist loadfile -m faults

# A million broken frames through framing, parsing, reading and answering; ends with 1 at the first broken promise.
fuzz: $(DEV_READY)
	@$(BIN)/python -m tests.fuzz

# How often the alarms ring, and whether what must ring does; MONITOR_RECORDINGS names a folder of recordings of your own.
alarm-load: $(DEV_READY)
	@$(BIN)/python -m tests.alarm_load

# Breaks the clinical core in thousands of small ways and counts the tests that notice; the survivors stand in the output.
mutants: $(DEV_READY)
	@$(BIN)/mutmut run > mutants.log 2>&1 || (tail -n 5 mutants.log; exit 1)
	@$(BIN)/mutmut results
	@$(BIN)/mutmut export-cicd-stats > /dev/null
	@$(BIN)/python -c 'import json; s = json.load(open("mutants/mutmut-cicd-stats.json")); \
		print("killed %d of %d: %.1f %%" % (s["killed"] + s["timeout"], s["total"], 100 * (s["killed"] + s["timeout"]) / s["total"]))'

# Pinned with hashes from setup.cfg; run it after changing a dependency.
lock: $(DEV_READY)
	@$(BIN)/pip install --quiet uv
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-strip-extras \
		--custom-compile-command "make lock" setup.cfg -o requirements.lock
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-strip-extras \
		--custom-compile-command "make lock" --extra dev setup.cfg -o requirements-dev.lock

# What the server is made of, as CycloneDX; needs no installed package and no network.
sbom:
	@$(PYTHON) -m tests.architecture.write_sbom > sbom.cdx.json
	@echo "Written: sbom.cdx.json"

# Brings the catalogues of texts up to what the program says; what is new there waits for its translation.
catalogues: $(DEV_READY)
	@$(BIN)/python -m tests.architecture.write_catalogues

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis mutants mutants.log

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed")'
	@echo "Making a virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(RUN_READY): $(VENV)/bin/python requirements.lock setup.cfg
	@if [ ! -f $(DEV_READY) ] || [ requirements-dev.lock -nt $(DEV_READY) ]; then \
		echo "Installing the pinned packages (about a minute the first time) ..."; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; fi
	@touch $@

$(DEV_READY): $(VENV)/bin/python requirements-dev.lock setup.cfg
	@echo "Installing the pinned packages, with those for tests (about two minutes the first time) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
