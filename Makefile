# make preview     the whole workflow, small, into preview/: a report to look at in a few minutes
# make all         everything: environment, data, training, figures, report
# make thorough    more seeds, variants and longer trainings, into thorough/: about three hours on two cores
# make test        the same environment, then lint, the unit tests, a small run of the whole workflow
#                  and a sample of the tests that are many or long
# make test-all    all tests
# make test-long   those of them that are not in make test
# make slurm       install Slurm (Debian, as root), so that `make test-all` can bring up a cluster
# make chromium    install Chromium and a font (Debian, as root), so that it can look at the report
# make audit       look the locked packages up among the known vulnerabilities
# make golden      compute the golden metrics of the tests anew, after a change that changes numbers
# make schema      write config.schema.json, with which editors complete and check settings
# make lock        resolve envs/requirements.txt anew into the lock that both install

PYTHON ?= python3
BIN := .venv/bin
LOCK := envs/requirements.lock

.PHONY: all preview thorough test test-all test-long lint golden schema slurm chromium audit lock

all: $(BIN)/.installed
	$(BIN)/snakemake all

preview: $(BIN)/.installed
	$(BIN)/snakemake --profile profiles/preview
	@echo "Look at preview/results/report.html, and at report.pdf and explore.html beside it."

thorough: $(BIN)/.installed
	$(BIN)/snakemake --profile profiles/thorough

test: lint
	$(BIN)/python -m pytest

test-all: lint
	$(BIN)/python -m pytest --all

test-long: $(BIN)/.installed
	$(BIN)/python -m pytest --all -m thorough

lint: $(BIN)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile rules
	$(BIN)/snakemake --lint

golden: $(BIN)/.installed
	cd tests && PYTHONPATH=../scripts:. ../$(BIN)/python -m support.golden

schema: $(BIN)/.installed
	$(BIN)/snakemake schema

$(BIN)/.installed: $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("dlse needs Python 3.11 or newer, but $(PYTHON) is %d.%d; name a newer one: make PYTHON=python3.11" % sys.version_info[:2])'
	@case "$(CURDIR)" in *" "*) echo "Snakemake starts no Python from a path with a space: move $(CURDIR) to another folder." >&2; exit 1;; esac
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --requirement $(LOCK)
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	@touch $@

slurm: PACKAGES := slurm-wlm munge
chromium: PACKAGES := chromium fonts-liberation
slurm chromium:
	apt-get update --quiet=2
	DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --no-install-recommends $(PACKAGES)

audit:
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/python -m pip install --quiet pip-audit==2.10.1
	.venv-audit/bin/pip-audit --strict --no-deps --disable-pip --requirement $(LOCK)
	rm -rf .venv-audit

lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet --requirement envs/requirements.txt
	.venv-lock/bin/python -m pip freeze | sed 's/^\(torch==[^+]*\)+.*/\1/' > $(LOCK)
	rm -rf .venv-lock
