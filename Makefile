# Every verb does its whole set-up, on a machine that has python3 (3.11 or later) and make; again at once when called again.
PYTHON ?= python3
SHARED ?= ../shared
BIN := .venv/bin

# What is pure, by the architecture's contract in pyproject.toml: held to more than the rest.
PURE := streams/arabic/*,streams/extract/*,streams/records.py,streams/errors.py,connectors/parse/[a-z]*,$(\
)connectors/addresses.py,connectors/articles.py,connectors/bodies.py,connectors/dates.py,connectors/outcomes.py,$(\
)connectors/discovery.py,connectors/opml_edit.py,$(\
)connectors/holds.py,connectors/moving.py,connectors/rhythm.py,connectors/states.py,connectors/way.py,$(\
)streams/breaker.py,streams/failpoints.py,streams/heartbeat.py,streams/letters.py,$(\
)connectors/opml.py,connectors/schedule.py,connectors/sources.py,connectors/wants.py,$(\
)alerts/backoff.py,alerts/baseline.py,alerts/compare.py,alerts/condition.py,$(\
)alerts/corroborate.py,alerts/decide.py,alerts/destinations.py,alerts/facts.py,alerts/keys.py,alerts/outcome.py,$(\
)alerts/render.py,alerts/routing.py,alerts/sign.py,alerts/words.py

.PHONY: install run test faults api browser check lint eval fit kafka axe bench lock clean

# The run's packages first: `make run` needs no tools.
.venv/run: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("rasid needs Python 3.11 or later, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/dev: requirements-dev.lock .venv/run
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	touch $@

install: .venv/run

# The sample story through every stage on the embedded broker. Ctrl-C ends it: with job control (set -m) it reaches
# rasid alone, which winds up and leaves with 0, and does not kill make.
run: .venv/run
	@trap : INT; [ -t 0 ] && set -m; $(BIN)/rasid --config seeds/sample.yaml run

test: .venv/dev kafka axe
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder --cov --cov-report=term:skip-covered --cov-fail-under=85
	@$(BIN)/coverage report --format=total --fail-under=95 --include='$(PURE)' >/dev/null \
	  || { $(BIN)/coverage report --include='$(PURE)'; echo "pure modules: under 95 %"; exit 1; }

# The long form of the fault suite: an hour and more. A run that failed is repeated with its seed:
# make faults SEED=7 ONLY=broker JOBS=3 (its stories wait more than they work: several at a time)
faults: .venv/dev kafka
	$(BIN)/pytest -m faults -v --tb=short -p no:cacheprovider tests/faults $(if $(SEED),--seed $(SEED)) $(if $(ONLY),-k $(ONLY)) $(if $(JOBS),-n $(JOBS) --dist worksteal)

# Every page in every combination of width, language, colours, ledger and scripts, where `make test` takes them by pairs.
browser: .venv/dev axe
	$(BIN)/pytest -n auto --every -p no:cacheprovider tests/browser

# The interface for programs, held to its own description by a thousand requests to each address.
api: .venv/dev
	$(BIN)/pytest -n auto --hypothesis-profile=thorough tests/rasid/test_api_schema.py

check: lint test

# Everything of `make check` that is not a test.
lint: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The real articles, which are not ours to keep here, through the whole of `rasid run`.
eval: .venv/dev kafka
	$(BIN)/python -m bench.eval $(SHARED)

# How much each sign of the reader counts, fitted to the gold documents; a few minutes. PART=1: of parts alone.
fit: .venv/dev
	$(BIN)/python -m bench.fit $(if $(wildcard $(SHARED)/eval),$(SHARED)) $(if $(PART),--part)

# Apache Kafka from Maven's jars, for the tests; without Maven the tests say what they leave out.
kafka: .kafka/ready

.kafka/ready: deploy/kafka/pom.xml
	@if command -v mvn >/dev/null && command -v java >/dev/null; then \
	  mvn -q -B -f deploy/kafka/pom.xml dependency:copy-dependencies -DoutputDirectory=$(CURDIR)/.kafka && touch $@; \
	else echo "no Java or Maven here: tests on Apache Kafka will be left out"; fi

# The rules of accessibility that the browser tests hold pages against, from npm; without it the tests say what they leave out.
axe: tests/browser/node_modules/ready

tests/browser/node_modules/ready: tests/browser/package-lock.json
	@if command -v npm >/dev/null; then \
	  (cd tests/browser && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) && touch $@; \
	else echo "no npm here: tests in the browser will be left out"; fi

bench: .venv/dev
	$(BIN)/python -m bench
	$(BIN)/python -m bench.ledger
	$(BIN)/python -m bench.pages

lock:
	uv pip compile pyproject.toml --quiet --no-header --no-emit-index-url --generate-hashes --python-version 3.11 \
	  --extra embedded --extra postgres --extra build -o requirements.lock
	uv pip compile pyproject.toml --quiet --no-header --no-emit-index-url --generate-hashes --python-version 3.11 \
	  --extra embedded --extra postgres --extra build --extra dev -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf .venv .rasid .kafka tests/browser/node_modules
