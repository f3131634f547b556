# make demo   everything on http://localhost:8000 (PORT=, SIMULATOR_PORT=)     make test   all that this machine can run
# make lint   style, types, imports, migrations, settings                     make bench  how fast, how heavy (ARGS=pages, journeys, search… for one)
# make mutants  what the tests of the pure rules let through (MINUTES=30)      make simulate  seasons played at random (MINUTES=30)
# make serve  as in production, on this machine (PORT=)                       make lock   pin the requirements anew
# make clean  remove what these commands made (.serve/ is kept)

PORT ?= 8000
SIMULATOR_PORT ?= 8001
VENV := .venv
RUN := $(VENV)/bin/python
# The first of these that is Python 3.12 or newer and can make a virtual environment is used.
PYTHONS := $(PYTHON) python3.13 python3.14 python3.12 python3 $(wildcard $(HOME)/.pyenv/versions/3.1[2-9]*/bin/python3)
CACHES := .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache test-results staticfiles mutants
# A production's settings, worth nothing: what `check --deploy` reads.
PRODUCTION := DEBUG=false SECRET_KEY=$$(head -c 48 /dev/urandom | base64 | tr -d '\n') ALLOWED_HOSTS=formations.example \
	SITE_URL=https://formations.example DATABASE_URL=postgres://adm79@127.0.0.1/adm79 EMAIL_URL=smtp+tls://127.0.0.1:587 \
	PUBLISHER_ADDRESS=x PUBLISHER_SIREN=x PUBLISHER_DIRECTOR=x PUBLISHER_HOST=x \
	NIR_PEPPER=$$(head -c 32 /dev/urandom | base64) ENCRYPTION_KEYS=$$(head -c 32 /dev/urandom | base64 | tr '+/' '-_')

.PHONY: demo test lint bench mutants simulate serve lock clean
.DEFAULT_GOAL := demo

demo: $(VENV)/base.installed
	@DEBUG=true exec $(RUN) manage.py demo --port $(PORT) --simulator-port $(SIMULATOR_PORT)

serve: $(VENV)/base.installed
	@exec $(RUN) -m config.serve --port $(PORT)

test: $(VENV)/dev.installed
	@exec $(RUN) -m tests.run

lint: $(VENV)/dev.installed
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	git ls-files '*.py' | xargs $(VENV)/bin/django-upgrade --check --target-version 6.1
	$(VENV)/bin/djlint --lint --quiet templates
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	DJANGO_SETTINGS_MODULE=tests.settings $(RUN) manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(RUN) manage.py check --deploy --fail-level WARNING
	$(RUN) -m pytest -q -p no:cacheprovider tests/config/test_repository.py

bench: $(VENV)/dev.installed
	@exec $(RUN) -m tests.bench $(ARGS)

mutants: $(VENV)/dev.installed $(VENV)/mutants.installed
	@exec $(RUN) -m tests.mutants

simulate: $(VENV)/dev.installed
	@exec $(RUN) -m tests.simulate

lock:
	@command -v uv >/dev/null || { echo "make lock needs uv (https://docs.astral.sh/uv/)." >&2; exit 1; }
	for name in base dev mutants; do UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --quiet --universal --python-version 3.12 \
		--generate-hashes --no-emit-index-url requirements/$$name.in -o requirements/$$name.txt || exit 1; done

clean:
	rm -rf $(CACHES) $(VENV) .demo
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/%.installed: requirements/%.txt | $(RUN)
	@echo "Installing requirements/$*.txt (hash-checked)…"
	@$(RUN) -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(RUN):
	@for python in $(PYTHONS); do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null || continue; \
		found=$$python; \
		"$$python" -c 'import venv, ensurepip' 2>/dev/null || continue; \
		echo "Making $(VENV) with $$("$$python" --version)…"; \
		exec "$$python" -m venv --clear $(VENV); \
	done; \
	if [ -n "$$found" ]; then echo "$$found has no venv module: apt install python3-venv" >&2; \
	else echo "Python 3.12 or newer is needed (apt install python3 python3-venv, or pyenv install 3.13; PYTHON= names one)." >&2; fi; \
	exit 1
