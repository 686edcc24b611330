# make run     install, make the demonstration, serve it on http://127.0.0.1:8000
# make test    install what tests need, check everything
# make messages  bring the words of the pages up to date after a template was changed
# make clean   remove what was installed (the data in .data stay)
#
# make run PYTHON=python3.13   uses that Python; 3.11 is the oldest that works.

PYTHON ?= python3
VENV = .venv
BIN = $(VENV)/bin
LOG = $(VENV)/install.log
SURVEYAPP_DATA ?= .data
export SURVEYAPP_DATA
# Exact versions of everything, the build's own tools included.
export PIP_CONSTRAINT = $(CURDIR)/.constraints.txt
export PIP_DISABLE_PIP_VERSION_CHECK = 1

NEW_ENOUGH = -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
FOUND = $(shell for python in $(PYTHON) python3.13 python3.12 python3.11; do \
	if $$python $(NEW_ENOUGH); then echo $$python; break; fi; done)

.PHONY: run test messages clean chromium
.DELETE_ON_ERROR:

run: $(VENV)/.installed
	@$(BIN)/surveyapp demo
	@exec $(BIN)/surveyapp run

test: $(VENV)/.installed-test chromium
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict questionnaires analysis
	$(BIN)/mypy surveyapp
	$(BIN)/pytest -n 2 --dist loadgroup

WORDS = surveyapp/translations
messages: $(VENV)/.installed-test
	$(BIN)/pybabel -q extract -F $(WORDS)/babel.cfg -k _l -k lazy_gettext --no-location --sort-output -o $(VENV)/messages.pot .
	$(BIN)/pybabel -q update -i $(VENV)/messages.pot -d $(WORDS) -l zh_Hans --no-fuzzy-matching --ignore-obsolete
	$(BIN)/pybabel -q compile -d $(WORDS)
	$(BIN)/pytest -q tests/surveyapp/test_pages_language.py -k 'string or left_over or placeholders or compiled'

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

# $(call slowly,words,command): says what is being done and that it still is; shows the log on failure.
define slowly
@echo "$(1)"; \
{ $(2); } >$(LOG) 2>&1 & job=$$!; seconds=0; \
while kill -0 $$job 2>/dev/null; do \
	sleep 1; seconds=$$((seconds + 1)); \
	if [ $$((seconds % 10)) -eq 0 ]; then echo "  … $$seconds s"; fi; \
done; \
wait $$job || { tail -n 25 $(LOG); echo "FAILED / 失败: $(1)"; exit 1; }
endef

$(BIN)/python:
	@if [ -z "$(FOUND)" ]; then \
		echo "Python 3.11 or newer is needed; '$(PYTHON)' is older or missing. Try: make run PYTHON=python3.12"; \
		echo "需要 Python 3.11 或更新版本，“$(PYTHON)”版本过旧或不存在。可指定：make run PYTHON=python3.12"; \
		exit 1; \
	fi
	@mkdir -p $(VENV)
	$(call slowly,Making a private Python environment in $(VENV) / 正在建立独立的 Python 环境,$(FOUND) -m venv $(VENV))

$(VENV)/.installed: pyproject.toml .constraints.txt | $(BIN)/python
	$(call slowly,Installing the program and its libraries: about a minute / 正在安装程序和所需的库（约一分钟）,$(BIN)/python -m pip install --editable .)
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(call slowly,Installing what the tests need / 正在安装测试所需的工具,$(BIN)/python -m pip install --editable '.[test]')
	@touch $@

# Browser tests need Chromium; without it they are skipped and say so.
chromium: | $(VENV)/.installed
	@if command -v chromium || command -v chromium-browser; then exit 0; fi >/dev/null; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing Chromium for the browser tests: a few minutes / 正在安装浏览器测试所需的 Chromium"; \
		export DEBIAN_FRONTEND=noninteractive; \
		timeout 900 sh -c 'apt-get update && apt-get install -y --no-install-recommends chromium' \
			>$(LOG) 2>&1 || tail -n 5 $(LOG); \
	fi; \
	if ! command -v chromium >/dev/null; then \
		echo "!!! NO CHROMIUM: THE BROWSER TESTS WILL BE SKIPPED / 没有 Chromium，将跳过浏览器测试 !!!"; \
	fi
