# make demo   example returns, the whole run, and where the report is (no root needed)
# make test   formatter, linter, types and every test
# make bench  processor time and memory against plain baselines
# make wheels a folder of wheels for Windows, to install without the internet
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CHILDREN ?= 5000
WINDOWS_PYTHON ?= 3.11

.PHONY: demo test validate bench wheels docs clean

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("childjourneys needs Python 3.11 or newer; set PYTHON=/path/to/python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[test]'
	touch $@

demo: $(VENV)/installed
	$(BIN)/python -m childjourneys demo --children $(CHILDREN) --out demo

# Pages are also looked at in Chromium. Where it is missing root installs Debian's; else these tests are skipped.
test: $(VENV)/installed-test
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
		{ [ "$$(id -u)" = 0 ] && timeout 300 apt-get install -y -qq chromium >/dev/null 2>&1; } || \
		echo "Chromium is not here and can't be installed: tests of pages in a browser are skipped."
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -m 'not slow'

validate: $(VENV)/installed-test
	$(BIN)/python -m pytest -m slow

bench: $(VENV)/installed-test
	$(BIN)/python tests/bench/run.py

docs: $(VENV)/installed-test
	$(BIN)/python docs/make_reference.py

# colorama is named because pip judges "only on Windows" by the machine that it runs on.
wheels: $(VENV)/installed
	rm -rf wheels
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps -w wheels .
	$(BIN)/python -m pip download --quiet --disable-pip-version-check -c constraints.txt \
		--platform win_amd64 --python-version $(WINDOWS_PYTHON) --only-binary=:all: -d wheels \
		$$($(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"])') colorama
	@ls wheels | wc -l | xargs -I N echo "N wheels in ./wheels: take the folder to the Windows machine"

clean:
	rm -rf $(VENV) demo wheels build .bench
