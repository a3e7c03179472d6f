# The project's verbs. `make demo` is the first one to try; `make help` lists them.

PYTHON ?= python3
VENV := .venv
FOLDER ?= examples
BIN := $(VENV)/bin
INSTALLED_BY := pyproject.toml constraints-dev.txt scripts/install.py

.DEFAULT_GOAL := help
.PHONY: help demo test check fix bench docs soak clean

help:
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.installed-embedded  ## rewrite examples/draft.md with the embedded model
	@mkdir -p build
	@$(BIN)/styletune rewrite examples/draft.md --output build/draft.rewritten.md --show --force; \
		status=$$?; if [ $$status -eq 1 ]; then exit 0; fi; exit $$status  # 1: some paragraph was kept as it was

test: $(VENV)/.installed-embedded-dev  ## set everything up and run all tests
	@$(BIN)/python scripts/fetch_commonmark_spec.py
	@$(BIN)/python -m pytest -m "not slow"

check: $(VENV)/.installed-embedded-dev  ## lint, formatting, types, import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports

fix: $(VENV)/.installed-embedded-dev  ## repair what ruff can repair
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(VENV)/.installed-embedded-dev  ## measure speed; informational, some minutes
	@$(BIN)/python benchmarks/markdown_corpus.py $(FOLDER)
	@$(BIN)/python benchmarks/thousand_posts.py $(FOLDER)
	@$(BIN)/python benchmarks/marks_vs_markdown.py
	@$(BIN)/python benchmarks/ladder.py

docs: $(VENV)/.installed-embedded-dev  ## regenerate docs/cli.md and the README's file tree, before and after
	$(BIN)/python scripts/cli_reference.py
	$(BIN)/python scripts/readme_file_tree.py
	$(BIN)/python scripts/readme_before_after.py

soak: $(VENV)/.installed-embedded-dev  ## the long forms: property tests with 5,000 examples each, slow tests, 1,000 kills, 1,000 watched saves, 1,000 kills of synthesis
	@HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -m "hypothesis and not model" --timeout=0
	@$(BIN)/python -m pytest -m slow --timeout=0
	@$(BIN)/python tests/support/kill_runs.py $$(mktemp -d) 1000
	@$(BIN)/python tests/support/watch_soak.py $$(mktemp -d) 1000
	@$(BIN)/python tests/support/synthesis_kills.py $$(mktemp -d) 1000

clean:  ## remove what make builds, the environment included
	rm -rf build dist cache $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/.installed-embedded: $(INSTALLED_BY)
	@$(PYTHON) scripts/install.py embedded

$(VENV)/.installed-embedded-dev: $(INSTALLED_BY)
	@$(PYTHON) scripts/install.py embedded,dev
