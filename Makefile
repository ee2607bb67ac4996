PYTHON ?= python3
BIN := .venv/bin
# Two test processes on two cores: threads of their own would only wait for one another.
FAST := -m pytest -m "not slow" --numprocesses=2 --dist=worksteal
test test-oldest: export OMP_NUM_THREADS := 1
test test-oldest: export OPENBLAS_NUM_THREADS := 1
test-oldest: export PYTHONWARNINGS := ignore  # in processes that tests start
# A warning of the theme's makers, on another program.
docs: export NO_MKDOCS_2_WARNING := 1

.PHONY: setup demo docs notebook test test-slow test-oldest lint clean

setup: .venv/ready

.venv/ready: pyproject.toml constraints.txt $(wildcard src/tunewright/training/native/source/*)
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev,dashboard]"
	touch $@

demo: setup
	$(BIN)/tunewright demo

notebook: setup
	$(BIN)/python tests/notebook_running.py

docs: setup
	$(BIN)/mkdocs build --strict --quiet

lint: setup
	$(BIN)/ruff check src tests benchmarks notebooks docs
	$(BIN)/ruff format --check src tests benchmarks notebooks docs
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint
	$(BIN)/python $(FAST)

test-slow: setup
	$(BIN)/python -m pytest -m slow --timeout=3600

test-oldest:
	$(PYTHON) -m venv .venv-oldest
	.venv-oldest/bin/python -m pip install --quiet --constraint constraints-oldest.txt --editable ".[dev,dashboard]"
	.venv-oldest/bin/python $(FAST) --pythonwarnings=default

clean:
	rm -rf .venv .venv-oldest build dist site src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
