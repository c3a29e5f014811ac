# Every task has one short verb here; .ci/run and the commit hooks run the same ones. `make` alone lists them.

# The newest Python for which TensorFlow has wheels comes first.
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$name; break; }; done)

PY := .venv/bin/python
# Wheels only: nothing is ever compiled.
INSTALL := $(PY) -m pip install --disable-pip-version-check --only-binary :all:
PACKAGE := pyproject.toml hatch_build.py tools/node.py src/sutja/_version.py
# A bundle that was trained on MNIST alone; it is trained where it is missing.
CHAMPION := runs/mnist
WEB := $(shell find web -name node_modules -prune -o -type f -print 2>/dev/null)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help story damaged serve test lint types web unit dag masked kills pinprivacy format client dist accuracy poison bench bench-train page pictures lighthouse races reference clean airflow mlflow lock image scale audit sbom robust-pin robust-faults robust-soak robust-slow robust-overload robust-fuzz robust-api docs docs-serve

help: ## list these verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

serve: .venv/.serve ## install what is missing and serve the page on http://127.0.0.1:5000 (PORT=5001 for another port)
	@.venv/bin/sutja serve $(if $(PORT),--port $(PORT))

test: lint types web unit ## install all that the tests need and run every check and test

lint: .venv/.dev ## style, formatting and who imports whom
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/lint-imports

types: .venv/.dev ## the types of the Python
	.venv/bin/mypy

web: .venv/.dev ## types, style and tests of the TypeScript
	$(PY) tools/node.py run check
	$(PY) tools/node.py run test

unit: .venv/.dev .venv/.serve ## the tests of the Python, of the package and in the browser (ARGS="-k name" for some)
	$(PY) tools/node.py install
	$(PY) tools/browser.py
	$(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder --ignore tests/airflow $(or $(ARGS),--ignore tests/service/test_speed.py)
	$(if $(ARGS),,$(PY) -m pytest tests/service/test_speed.py)

story: .venv/.dev .venv/.serve ## live through the whole story of learning on real pens, and put it into docs/learning.md (an hour)
	$(PY) -m tools.story

damaged: .venv/.dev ## the long form of the test that no damaged bundle serves: ten thousand of them
	SUTJA_DAMAGES=10000 $(PY) -m pytest tests/service/test_champion.py -k damaged

dag: .venv/.dev ## the test of the Airflow DAG, in an environment that it installs (197 MB; some minutes)
	$(PY) -m pytest tests/airflow

masked: .venv/.dev .venv/.serve ## the long form of the test that nothing betrays a PIN: twenty pairs (some minutes)
	SUTJA_PIN_PAIRS=20 $(PY) -m pytest tests/browser/test_pin_masked.py

kills: .venv/.dev .venv/.serve ## kill the service a thousand times while samples come in: what was acknowledged is there, once (an hour)
	SUTJA_SERVICE_KILLS=1000 $(PY) -m pytest -s tests/service/test_killed.py

pinprivacy: .venv/.dev ## steal a store with one digit of each of 20,000 PINs, and guess the PINs (some minutes)
	SUTJA_PINS=20000 $(PY) -m pytest -s tests/service/test_pin_sample.py -k "steals or carelessly"

races: .venv/.dev ## the long form of the tests that nobody promotes twice and nothing given is lost: 1,000 races, 200 kills (an hour)
	SUTJA_RACES=1000 SUTJA_KILLS=200 $(PY) -m pytest tests/store/test_races.py tests/store/test_kills.py

image: .venv/.dev ## run the steps of deploy/Dockerfile, measure what they make, and serve from it on a disk that nobody can write
	SUTJA_IMAGE=1 $(PY) -m pytest -s tests/deploy/test_image.py

scale: .venv/.dev .venv/.serve ## cut off, kill and restart hosts, measure what a digit costs (docs/deploying.md); kill nodes of Ray (docs/scaling.md)
	$(PY) -m tools.load measure
	$(PY) -m pytest -s tests/scale/nodes.py

lock: .venv/.dev ## write requirements/serve.lock anew: all that a service is built from, with hashes (ARGS=--upgrade for the newest)
	$(PY) -m tools.supply lock $(ARGS)

audit: .venv/.dev ## ask pip-audit and npm audit what is known against what is locked
	$(PY) -m tools.supply audit

sbom: .venv/.dev ## write the bills of materials (CycloneDX) of the service and of the page into dist/
	$(PY) -m tools.supply sbom

robust-slow: .venv/.dev .venv/.serve ## 500 slow clients of three kinds beside an honest one (5 minutes; docs/robustness.md)
	$(PY) -m tools.robust.slow

robust-overload: .venv/.dev .venv/.serve ## three times the load that the service bears (2 minutes; docs/robustness.md)
	$(PY) -m tools.robust.overload

robust-fuzz: .venv/.dev .venv/.serve ## two million damaged pictures and bodies: each is read or refused (up to an hour)
	$(PY) -m tools.robust.tested fuzz

robust-api: .venv/.dev .venv/.serve ## 2,000 cases an operation of the API, by its description, in sequences too (up to an hour)
	$(PY) -m tools.robust.tested api

robust-pin: .venv/.dev .venv/.serve ## draw a known PIN 500 times through errors and crashes, look for it everywhere (minutes; docs/robustness.md)
	$(PY) tools/browser.py
	$(PY) -m tools.robust.tested pin

robust-faults: .venv/.dev .venv/.serve ## fault after fault under load: reading never fails, nothing given is lost (minutes; docs/robustness.md)
	$(PY) -m tools.robust.faults

robust-soak: .venv/.dev .venv/.serve ## 45 minutes of mixed traffic with a swap every minute: memory, descriptors, errors (docs/robustness.md)
	$(PY) -m tools.robust.soak

format: .venv/.dev ## mend what ruff can mend by itself
	.venv/bin/ruff check --fix
	.venv/bin/ruff format

client: .venv/.dev ## write web/openapi.json, the TypeScript client and the shared constants anew after a change of them
	$(PY) tools/openapi.py
	$(PY) tools/node.py run client
	$(PY) tools/fixtures.py constants

dist: .venv/.dev ## wheel and source distribution, page included, into dist/
	rm -rf dist
	SUTJA_SKIP_WEB= $(PY) -m build

accuracy: .venv/.dev ## measure the shipped bundle anew: docs/accuracy.md with its pictures (some minutes)
	.venv/bin/sutja evaluate --out docs

poison: .venv/.dev ## poison the learning in 80 ways and put what came of it into docs/learning.md (three hours; resumable; CHAMPION=folder)
	@if test -e $(CHAMPION)/checkpoint/state.json; then .venv/bin/sutja train --resume $(CHAMPION); \
	elif ! test -e $(CHAMPION)/card.json; then rm -rf $(CHAMPION) && .venv/bin/sutja train --diet mnist --out $(CHAMPION); fi
	$(PY) -m tools.poison --champion $(CHAMPION)

bench: .venv/.learn ## measure sutja beside what people would pick instead: docs/performance.md (an hour or two; resumable; ARGS="--quick", ARGS="--only NAME")
	$(PY) -m bench $(ARGS)

bench-train: .venv/.learn ## measure how long the networks take to learn, into docs/performance.md (hours; resumable)
	$(PY) -m bench --only training $(ARGS)

mlflow: .venv/.learn ## show what the cycles of learning told MLflow, on http://127.0.0.1:5001 (PORT=... for another; 600 MB at first)
	$(PY) tools/beside.py mlflow

airflow: .venv/.learn ## run the cycle every hour by Airflow, on http://127.0.0.1:8080 (PORT=... for another; 200 MB at first)
	$(PY) tools/beside.py airflow

page: .venv/.dev ## build the page into src/sutja/service/static/
	$(PY) tools/node.py run build

pictures: page ## take the pictures of the page in docs/images/ anew
	$(PY) tools/browser.py
	$(PY) tools/pictures.py

docs: .venv/.docs ## build the documentation site into build/docs/site; a link or an anchor that leads nowhere fails
	$(PY) -m tools.docs

docs-serve: .venv/.docs ## show the documentation site on http://127.0.0.1:8000
	$(PY) -m tools.docs serve

lighthouse: page ## have Lighthouse judge each page in both languages (a minute or two; fetches 185 MB of npm packages once)
	$(PY) tools/browser.py
	$(PY) tools/lighthouse.py

reference: .venv/.dev .venv/.serve ## make the weights and the page anew from public data (up to three hours on two cores; resumable)
	runs/reference.sh --ship compact

clean: ## remove all that was built or installed here
	rm -rf .venv .venv-airflow .venv-mlflow .venv-peers .venv-s3 build dist web/node_modules src/sutja/service/static .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

.venv/bin/pip:
	@test -n "$(PYTHON)" || { echo "sutja needs Python 3.11 or newer. Found none; name yours: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit("sutja needs Python 3.11 or newer. This is %d.%d; name another: make PYTHON=/path/to/python3" % v[:2])'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "This Python has no venv module. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv

# Editable, so that a change of the Python needs no second install. A change in web/ builds the page anew.
.venv/.serve: $(PACKAGE) $(WEB) | .venv/bin/pip
	$(INSTALL) -e ".[serve]"
	@touch $@

.venv/.docs: $(PACKAGE) | .venv/bin/pip
	$(INSTALL) -e ".[docs]"
	@touch $@

.venv/.learn: $(PACKAGE) | .venv/bin/pip
	$(INSTALL) -e ".[serve,learn]"
	@touch $@

.venv/.dev: $(PACKAGE) | .venv/bin/pip
	@$(PY) -c 'import sys; v = sys.version_info; v < (3, 14) or sys.exit("The tests train, and TensorFlow has no wheels for Python %d.%d. Take 3.11 to 3.13: make clean test PYTHON=/path/to/python3.13" % v[:2])'
	$(INSTALL) -e ".[dev]" $$($(PY) tools/node.py requirement)
	@touch $@ .venv/.serve .venv/.learn .venv/.docs
