# `make run` and `make test` are all a newcomer needs; `make help` lists the rest.
PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help run test lint format bench mutate pictures messages

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: .venv/installed ## serve the portal on http://127.0.0.1:8000 (PORT=9000 changes the port)
	@$(BIN)/python manage.py prepare
	@echo "address:  http://127.0.0.1:$(PORT)"
	@$(BIN)/python manage.py importworker --follow-parent & \
	exec $(BIN)/gunicorn dlfportal.wsgi --bind 127.0.0.1:$(PORT)

test: .venv/developing ## run the whole suite, on SQLite and on PostgreSQL
	@$(BIN)/python -m tests.run

lint: .venv/developing ## check style, types, layers and migrations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy dlfportal
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python manage.py makemigrations --check --dry-run

format: .venv/developing ## rewrite the code in the house style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: .venv/installed ## measure every goal of cost (QUICK=1: less; PART=compare, growth, heart, import, plans, compare or memory)
	@$(BIN)/python -m bench

mutate: .venv/developing ## break the code by a sample of mutants and count what the tests notice
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,mutate]'
	@$(BIN)/python -m tests.mutate

pictures: .venv/developing ## take the pictures of README and help
	@$(BIN)/python -m tests.pictures

messages: .venv/installed ## gather and compile the Chinese messages
	@$(BIN)/python manage.py makemessages -l zh_Hans --no-location --no-obsolete --ignore .venv --ignore tests --ignore bench
	@$(BIN)/python manage.py compilemessages -l zh_Hans --ignore .venv

.venv/installed: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/developing: .venv/installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
