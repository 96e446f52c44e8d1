# Every target makes the environment first; PYTHON picks the interpreter (3.11 to 3.13).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo screenshot test lint fuzz crash turns bench clean

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $@

demo: $(READY)
	$(BIN)/lesion-viewer demo

# The README's picture: what the demonstration shows.
screenshot: $(READY)
	QT_QPA_PLATFORM=offscreen $(BIN)/lesion-viewer demo
	cp demo-output/window.png resources/screenshot.png

lint: $(READY)
	$(BIN)/ruff check lesion_viewer training tests
	$(BIN)/ruff format --check lesion_viewer training tests
	$(BIN)/mypy

test: lint
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest

# All readers on damaged and hostile files; FUZZ='--inputs 50000 --seed 7' for more or others.
fuzz: $(READY)
	$(BIN)/python tests/fuzz/fuzz.py $(FUZZ)

# Kills scripted reviews and looks for what they lost; CRASH='--kills 5000 --seed 7' for more or others.
crash: $(READY)
	$(BIN)/python tests/crash/crash.py $(CRASH)

# The boxes of a real CT stored in all 16 ways are the same; TURNS='PATH --model NAME' for others.
turns: $(READY)
	$(BIN)/python tests/turns.py $(TURNS)

bench: $(READY)
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest tests/benchmarks --ignore=none -s

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
