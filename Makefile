# Every target makes its environment first; PYTHON picks the interpreter (3.11 to 3.13).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# What a reader has: the program without extras.
PLAIN := .venv-plain
PLAIN_READY := $(PLAIN)/.ready
INSTALLED := build/installed
CODE := lesion_viewer training tests docs setup.py
PYTEST := $(BIN)/python -m pytest
TRIAL := $(PYTEST) tests/programs --ignore=none -n 0

WITHOUT_WINDOWS := QT_QPA_PLATFORM=offscreen

.DEFAULT_GOAL := help
.PHONY: help demo screenshot pictures translations lint docstrings quick test coverage fuzz crash turns bench docs wheel \
	installed try-wheel bundle try-bundle try-root clean

help: ## what make can do
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(READY): pyproject.toml setup.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $@

$(PLAIN_READY): pyproject.toml setup.py
	$(PYTHON) -m venv $(PLAIN)
	$(PLAIN)/bin/python -m pip install --quiet --upgrade pip
	$(PLAIN)/bin/python -m pip install --quiet --editable .
	touch $@

demo: $(PLAIN_READY) ## a phantom CT with the bundled detector; without a display, a scripted review
	$(PLAIN)/bin/lesion-viewer demo

# The README's picture: what the demonstration shows.
screenshot: $(PLAIN_READY) ## the README's picture, made anew
	$(WITHOUT_WINDOWS) $(PLAIN)/bin/lesion-viewer demo
	cp demo-output/window.png resources/screenshot.png

# What lupdate looks for: tr of lesion_viewer.ui.texts, and Text of lesion_viewer.text.
GERMAN := resources/translations/lesion-viewer_de
translations: $(READY) ## the texts of the code into the .ts file, and that into the .qm file
	$(BIN)/pyside6-lupdate -silent -no-obsolete -locations none -sort-messages -extensions py \
		-tr-function-alias tr+=Text lesion_viewer -ts $(GERMAN).ts
	$(BIN)/pyside6-lrelease -silent $(GERMAN).ts -qm $(GERMAN).qm

# The layouts on the phantom; PICTURES='--study PATH --output FOLDER' for a look at another study.
pictures: $(READY) ## the manual's pictures of the layouts, made anew
	$(BIN)/python docs/pictures.py $(PICTURES)

lint: $(READY) ## ruff, mypy in strict mode, docstrings
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/python -m tests.lint.docstrings & docstrings=$$!; $(BIN)/mypy; types=$$?; wait $$docstrings && exit $$types

docstrings: $(READY) ## what is undocumented, counted by file
	-$(BIN)/python -m tests.lint.docstrings --count lesion_viewer training

quick: lint ## lint and the tests that are not slow: five minutes on two cores
	$(WITHOUT_WINDOWS) $(PYTEST) -m 'not slow'

test: lint ## lint and all tests; TESTS='tests/ct -n 0' for some, or other options
	$(WITHOUT_WINDOWS) $(PYTEST) $(TESTS)

coverage: $(READY) ## all tests, and which lines and branches they reach (htmlcov/index.html)
	$(WITHOUT_WINDOWS) $(PYTEST) --cov --cov-report=term --cov-report=html

# All readers on damaged and hostile files; FUZZ='--inputs 50000 --seed 7' for more or others.
fuzz: $(READY) ## 10,000 damaged and hostile files, and conversations with the receiver
	$(BIN)/python tests/fuzz/fuzz.py $(FUZZ)
	PYTHONPATH=. $(BIN)/python tests/fuzz/fuzz_receiver.py

# Kills scripted reviews and looks for what they lost; CRASH='--kills 5000 --seed 7' for more or others.
crash: $(READY) ## kills 1,000 scripted reviews
	$(BIN)/python tests/crash/crash.py $(CRASH)

# The boxes of a real CT stored in all 16 ways are the same; TURNS='PATH --model NAME' for others.
turns: $(READY) ## the boxes of a real CT, stored in all 16 ways
	$(BIN)/python tests/turns.py $(TURNS)

bench: $(READY) ## speed against peers, as ratios
	$(WITHOUT_WINDOWS) $(PYTEST) tests/benchmarks --ignore=none -s -n 0

docs: $(READY) ## the manual, in site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

# From nothing: build/ may hold modules that are gone.
wheel: $(READY) ## a wheel, in dist/
	rm -rf build/lib build/bdist.* dist/*.whl
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

# What a reader gets: the wheel and its dependencies, nothing of the checkout.
installed: wheel
	rm -rf $(INSTALLED)
	$(PYTHON) -m venv $(INSTALLED)
	$(INSTALLED)/bin/python -I -m pip install --quiet dist/*.whl

try-wheel: installed ## the wheel in an environment of its own, tried from outside the checkout
	$(TRIAL) --program '$(CURDIR)/$(INSTALLED)/bin/lesion-viewer'

bundle: installed ## the program with Python and Qt, a folder and an archive in dist/
	$(INSTALLED)/bin/python -I -m pip install --quiet "$$(ls dist/*.whl)[bundle]"
	.ci/bundle/build $(INSTALLED)/bin

try-bundle: bundle ## the archive of the bundle, unpacked and tried from outside the checkout
	rm -rf build/unpacked
	mkdir -p build/unpacked
	tar xzf dist/lesion-viewer-*.tar.gz -C build/unpacked
	$(TRIAL) --program '$(CURDIR)/build/unpacked/lesion-viewer/lesion-viewer'

# As root, with debootstrap.
try-root: try-bundle ## the bundle, tried in a bare Debian with only the libraries that the manual names
	.ci/bundle/try-in-bare-root build/unpacked/lesion-viewer $(BIN)/python

clean: ## take away the environment and what was built
	rm -rf $(VENV) $(PLAIN) build dist site htmlcov .coverage *.egg-info .pytest_cache .mypy_cache .ruff_cache
