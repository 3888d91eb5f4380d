# make run · test · check · format · lock · translations · docs · production · bench · clean     (see README.md)

PORT ?= 8000
DATA ?= var
WORKERS ?= 2

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/installed-requirements.txt
DEVELOPMENT := $(VENV)/installed-requirements-dev.txt
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard posapp/translations/*/LC_MESSAGES/*.po))
EXTRACT := -F babel.cfg -k _l -k lazy_gettext -k lazy_ngettext:1,2 --no-location --no-wrap --omit-header --sort-output
LOCK := $(if $(UPGRADE),--upgrade) --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-strip-extras --no-header --quiet

.PHONY: install run test check format lock translations docs production bench clean

install: $(DEVELOPMENT) $(CATALOGUES)

# Compiled code is kept whatever the machine's habit: without it every start takes three times as long.
run: $(RUNTIME) $(CATALOGUES)
	@exec env PYTHONDONTWRITEBYTECODE= POSAPP_ENV=development POSAPP_DEMO=true POSAPP_DATA_DIR="$(DATA)" \
		POSAPP_BASE_URL="http://127.0.0.1:$(PORT)" $(BIN)/python -m posapp serve

test: install
	@$(BIN)/python -m pytest -n $(WORKERS) $(TESTS)

check: install
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/djlint templates --lint --quiet
	@$(BIN)/python -m pytest -q tests/test_architecture.py tests/test_whole.py tests/test_translations.py

format: $(DEVELOPMENT)
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

# Pins every version with its hashes; needs uv. UPGRADE=1 takes the newest of everything. Extras stay in the names, for pip
# refuses an extra of a package that is pinned without it as soon as a newer one is out.
lock:
	uv pip compile $(LOCK) requirements.in -o requirements.txt
	uv pip compile $(LOCK) requirements-dev.in -o requirements-dev.txt

# Collects the sentences of the code into the catalogues; then translate what is empty and run `make test`.
translations: $(DEVELOPMENT)
	$(BIN)/pybabel -q extract $(EXTRACT) -o posapp/translations/messages.pot .
	$(BIN)/pybabel -q update -i posapp/translations/messages.pot -d posapp/translations --no-fuzzy-matching --no-wrap --ignore-obsolete --ignore-pot-creation-date
	@$(MAKE) --no-print-directory install

# Writes the pages that are made of the code.
docs: $(DEVELOPMENT)
	@$(BIN)/python -m tests.support.settings_page

# What a server needs and nothing more: environment, catalogues, compiled code. docs/operations.md goes on from here.
production: $(RUNTIME) $(CATALOGUES)
	@$(BIN)/python -m compileall -q posapp migrations wsgi.py

bench:
	@echo "There is nothing to measure yet."

# Everything that can be made again. The data folder stays.
clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage htmlcov test-results
	rm -f $(CATALOGUES) posapp/translations/messages.pot
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUNTIME): requirements.txt
	@sh tools/environment.sh $(VENV) requirements.txt

$(DEVELOPMENT): requirements-dev.txt $(RUNTIME)
	@sh tools/environment.sh $(VENV) requirements-dev.txt

posapp/translations/%.mo: posapp/translations/%.po | $(RUNTIME)
	@$(BIN)/pybabel -q compile -i $< -o $@
