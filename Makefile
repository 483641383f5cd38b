# Thin: the plain commands behind each target stand in README.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

BENCH ?=

.PHONY: study test bench test-cluster wheelhouse format lock help

help: ## Say what can be made.
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

study: $(VENV)/.study ## Install into .venv and run the default study.
	$(BIN)/snakemake --cores all
	@$(BIN)/aestudy summary

# Whatever the locale says, tests and what they start read and write UTF-8.
test test-cluster: export PYTHONUTF8 = 1

test: $(VENV)/.test ## Lint and run all tests.
	$(BIN)/ruff format --check src tests workflow benchmarks
	$(BIN)/ruff check src tests workflow benchmarks
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/pytest -n auto --dist loadfile

bench: $(VENV)/.bench ## Measure speed and memory side by side with PyTorch, Keras and scikit-image.
	$(BIN)/python -m benchmarks $(BENCH)

test-cluster: $(VENV)/.test ## Run the study on a SLURM of simulated nodes with every fault; needs root.
	$(BIN)/pytest -m slow_cluster -v --durations=0

format: $(VENV)/.test ## Format the code.
	$(BIN)/ruff check --fix src tests workflow benchmarks
	$(BIN)/ruff format src tests workflow benchmarks
	$(BIN)/snakefmt Snakefile workflow

lock: $(VENV)/.test ## Resolve the dependencies anew and write envs/.
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/python envs/lock.py

# A package of the lock comes as source only, and its build asks for setuptools and wheel.
wheelhouse: $(VENV)/bin/python ## Collect all packages in wheelhouse/, for a cluster without internet.
	$(BIN)/python -m pip download --quiet --require-hashes -r envs/requirements-cluster.lock --dest wheelhouse
	$(BIN)/python -m pip download --quiet --dest wheelhouse setuptools wheel

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.study: envs/requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r envs/requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: envs/requirements-test.lock $(VENV)/.study
	$(BIN)/python -m pip install --quiet --require-hashes -r envs/requirements-test.lock
	@touch $@

# The study's own packages keep the versions of the lock.
$(VENV)/.bench: benchmarks/requirements.txt $(VENV)/.study
	$(BIN)/python -m pip install --quiet -r benchmarks/requirements.txt
	@touch $@
