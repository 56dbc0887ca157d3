# Needs git, make and Python 3.11 or newer. `make demo` and `make test` are the newcomer's two commands.
PYTHON ?= python3
SOURCES := $(wildcard $(shell git ls-files simulators reference conformance load src examples pyproject.toml 2>/dev/null))

.PHONY: demo test ci long bench clean

demo: .venv/installed
	.venv/bin/parcelproof demo --out out

test: .venv/tox
	.venv/bin/tox run-parallel --parallel 2 --parallel-no-spinner --parallel-live -e lint,types,wheel

ci: .venv/tox demo
	.venv/bin/tox run-parallel --parallel 3 --parallel-no-spinner --parallel-live -e ci,judge,sdk

long: .venv/tox
	.venv/bin/tox run -e long

bench: .venv/tox
	.venv/bin/tox run -e bench

clean:
	rm -rf .venv .tox out build dist src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is %d.%d: say make PYTHON=python3.11" % sys.version_info[:2])'
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python $(SOURCES)
	.venv/bin/pip install --quiet --force-reinstall --no-deps .
	.venv/bin/pip install --quiet '.[zpl]'
	touch $@

.venv/tox: .venv/bin/python
	.venv/bin/pip install --quiet 'tox>=4.23,<5' 'tox-uv>=1.20,<2'
	touch $@
