# Every target installs what it needs (`launch`); Python 3.11 or newer and make are required.

DEV := ./launch --dev
# Tools import the settings, which create a data folder: not the real one.
TOOL := GEMPIX_DATA_DIR=$(CURDIR)/.test/tools $(DEV)
TEST := env -u DATABASE_URL -u REDIS_URL $(DEV)
POSTGRES := postgresql://postgres@127.0.0.1:5432/postgres
REDIS := redis://127.0.0.1:6379/5
# What also runs on the other database.
BOTH := -m both_databases tests/unit tests/integration tests/fuzz tests/journeys
# Tools that are programs of the environment, not Python modules.
BIN = $$($(DEV) -c 'import sysconfig; print(sysconfig.get_path("scripts"))')
TEMPLATES := $(shell find templates -name '*.html')
# Print the time of each folder after a whole run.
TIMINGS := -p tests.timings
ARGS :=

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: ## start the studio; Ctrl-C stops it
	@./launch manage.py run

test: ## run every test; ARGS="-k word" selects some, on SQLite only
	@$(if $(ARGS),:,$(MAKE) --no-print-directory test-both)
	@echo "== Tests on SQLite"
	@$(TEST) -m pytest $(if $(ARGS),$(ARGS),$(TIMINGS))

# The tests that depend on the database. With GEMPIX_CI set, skipping them is an error.
test-both:
	@if $(DEV) -c "import psycopg, redis; psycopg.connect('$(POSTGRES)', connect_timeout=2); redis.from_url('$(REDIS)', socket_timeout=2).ping()" 2>/dev/null; then \
	    echo "== Tests on PostgreSQL and Redis"; \
	    DATABASE_URL=$(POSTGRES) REDIS_URL=$(REDIS) $(DEV) -m pytest $(BOTH) $(TIMINGS); \
	else \
	    echo "!! SKIPPED: tests on PostgreSQL and Redis, because they do not answer on 127.0.0.1:5432 and :6379"; \
	    test -z "$$GEMPIX_CI"; \
	fi

test-unit: ## run the unit tests
	@$(TEST) -m pytest tests/unit $(ARGS)

test-browser: ## run the journeys and browser tests
	@$(TEST) -m pytest tests/journeys tests/browser $(ARGS)

mutants: ## break the product in one place at a time; a test must fail each time (ARGS=word)
	@$(TEST) -m tests.mutants $(ARGS)

coverage: ## measure branch coverage of generator/ by package, with all tests
	@$(DEV) -m coverage erase
	@DATABASE_URL=$(POSTGRES) REDIS_URL=$(REDIS) $(DEV) -m coverage run -m pytest -q $(BOTH)
	@$(TEST) -m coverage run -m pytest -q
	@$(DEV) -m coverage combine --quiet
	@$(TOOL) -m tests.coverage_by_package

crash: ## kill a worker at every line of a job's life (about an hour; ARGS="--every 25")
	@$(TEST) -m tests.crash.points
	@$(TEST) -m tests.crash.lines $(ARGS)
	@$(TEST) -m pytest tests/crash -n 1

fuzz: ## send 20,000 hostile requests to every route, on both databases (FUZZ_SEED repeats a run)
	@FUZZ_REQUESTS=$${FUZZ_REQUESTS:-20000} $(TEST) -m pytest tests/fuzz/test_routes.py -n 0 -s $(ARGS)
	@FUZZ_REQUESTS=$${FUZZ_REQUESTS:-20000} DATABASE_URL=$(POSTGRES) REDIS_URL=$(REDIS) $(DEV) -m pytest tests/fuzz/test_routes.py -n 0 -s $(ARGS)

soak: ## run ten minutes of load, faults and kills (ARGS="--minutes 2 --jobs 100")
	@$(TEST) -m tests.soak $(ARGS)

bench: ## measure the time from the service's success to the image on the page
	@$(DEV) -m tests.benchmarks.latency

bench-slow: ## measure a page while slow clients attack, on 127.0.0.1
	@$(TEST) -m tests.benchmarks.slow_clients $(ARGS)

bench-paint: ## measure the largest contentful paint of the gallery
	@$(TEST) -m tests.benchmarks.paint

screenshots: ## capture every page at three widths in both themes into screenshots/ (ARGS=word)
	@$(TEST) -m tests.screenshots $(ARGS)

bench-pages: ## measure the server time of lists of 100,000 images, on SQLite and PostgreSQL
	@$(TEST) -m tests.benchmarks.pages $(ARGS); sqlite=$$?; \
	$(DEV) -m tests.benchmarks.pages --postgres $(POSTGRES) $(ARGS) && exit $$sqlite

check: lint ## run lint, then every test
	@$(MAKE) --no-print-directory test

lint: ## check style, types, templates, settings and migrations
	@$(TOOL) -m ruff check .
	@$(TOOL) -m ruff format --check .
	@$(TOOL) -m mypy --python-version $$($(DEV) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
	@$(TOOL) -m djlint templates --lint --quiet
	@"$(BIN)/djade" --check --target-version 5.2 $(TEMPLATES)
	@"$(BIN)/oxlint" --deny-warnings static/js
	@"$(BIN)/oxfmt" --check static/js static/css
	@if [ -x "$(BIN)/biome" ]; then "$(BIN)/biome" lint --error-on-warnings static/css; \
	else echo "!! SKIPPED: lint of CSS; biome has no wheel for this platform"; fi
	@$(TOOL) manage.py check --fail-level WARNING
	@$(TOOL) manage.py makemigrations --check --dry-run

settings: ## regenerate docs/settings.md and .env.sample from the readers
	@$(TOOL) -m gempix_site.reference

format: ## format everything and fix what the linters can
	@$(DEV) -m ruff check --fix .
	@$(DEV) -m ruff format .
	@"$(BIN)/oxlint" --fix static/js
	@"$(BIN)/oxfmt" static/js static/css
	@"$(BIN)/djade" --target-version 5.2 $(TEMPLATES) || "$(BIN)/djade" --check --target-version 5.2 $(TEMPLATES)

lock: ## regenerate the lock files from requirements*.txt (needs uv)
	@command -v uv >/dev/null || { echo "gempix: make lock requires uv"; exit 1; }
	@for set in requirements requirements-dev; do \
	    uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	        --custom-compile-command "make lock" \
	        $(LOCK_ARGS) $$set.txt --output-file $$set.lock || exit; \
	done

bundles: ## join and minify scripts and styles into static/built (needs npm)
	@$(TEST) -m tests.bundles

vendor: ## update the vendored front-end files (needs npm)
	@static/vendor/update.sh

.PHONY: help run test test-both test-unit test-browser mutants coverage crash fuzz soak bench bench-pages bench-paint bench-slow screenshots check lint settings format lock bundles vendor
