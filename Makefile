PYTHON ?= python3
BIN := .venv/bin

.PHONY: help run test install install-dev install-bench lint types imports unit bench lock

help:  ## Show what can be made.
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/'

install:
	@$(PYTHON) webapp/bootstrap.py

install-dev:
	@$(PYTHON) webapp/bootstrap.py dev

install-bench:
	@$(PYTHON) webapp/bootstrap.py bench

run: install  ## Start everything and print the address (PORT, TILLER_HOME).
	@DEBUG=$${DEBUG-true} TILLER_DEMO=$${TILLER_DEMO-true} exec $(BIN)/python manage.py run

test: install-dev lint types imports unit  ## Lint, types, import contracts, tests.

lint:
	$(BIN)/ruff format --check -q .
	$(BIN)/ruff check -q .

types:
	$(BIN)/mypy .

imports:
	$(BIN)/lint-imports --no-cache

unit:
	$(BIN)/python -m pytest

bench: install-bench  ## Print the figures that the documents name.
	$(BIN)/python -m tests.bench

lock:  ## Pin what pyproject.toml asks for, in new environments.
	$(PYTHON) webapp/lock.py
