# Two commands for everyone: `make demo` and `make test`. The rest are long campaigns.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: demo test install lint types unit bench crash flips fuzz soak mutation release-digests lock clean

demo: $(VENV)/.installed
	$(BIN)/python samples/demo.py

test: $(VENV)/.installed-test lint types unit

install: $(VENV)/.installed

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed requirements-test.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	touch $@

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

unit:
	$(BIN)/python -m pytest -q -n auto --dist loadfile

bench: $(VENV)/.installed-test
	for bench in benchmarks/*.py; do $(BIN)/python $$bench || exit 1; done

# A thousand kills at random moments, and one at every durable step of a run; hours, not minutes.
crash: $(VENV)/.installed-test
	ANONYMIZER_KILLS=1000 ANONYMIZER_CRASH_POINTS=200 ANONYMIZER_STEPS=all \
		$(BIN)/python -m pytest -q tests/crash tests/vault/test_crash.py

# Every byte of every file of a small study turned over; the table goes to build/flips.md.
flips: $(VENV)/.installed-test
	mkdir -p build
	ANONYMIZER_FLIPS=all ANONYMIZER_FLIPS_REPORT=$(CURDIR)/build/flips.md \
		$(BIN)/python -m pytest -q tests/attacks/test_flips.py

# Change the code of crypto, audit and vault in one place at a time, and see whether a test fails.
mutation: $(VENV)/.installed-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check mutmut==3.8.1
	nice -n 10 $(BIN)/python tools/mutate.py crypto audit vault

# What is published with a release: the digest of the single-file verifier.
release-digests:
	$(PYTHON) -c "import hashlib, pathlib as p; \
		f = p.Path('tools/verify_log.py'); \
		p.Path('docs/release-digests.txt').write_text(hashlib.sha256(f.read_bytes()).hexdigest() + f'  {f}\n')"

# Long sequences of changes, kills and openings against a plain model of what should be there.
soak: $(VENV)/.installed-test
	ANONYMIZER_EXAMPLES=2000 $(BIN)/python -m pytest -q tests/vault/test_machine.py

# Thousands of damaged files for each reader.
fuzz: $(VENV)/.installed-test
	ANONYMIZER_FUZZ=5000 $(BIN)/python -m pytest -q tests/attacks/test_fuzz.py tests/formats/test_generated.py

# The locks hold exact versions and digests for every platform; needs uv.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links pyproject.toml build.in -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links --extra test -c requirements.lock pyproject.toml build.in \
		-o requirements-test.lock

clean:
	rm -rf $(VENV) demo build dist *.egg-info
