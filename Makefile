# Two commands: `make run` (the kiosk in training mode) and `make test` (everything).
PY := .venv/bin/python

.PHONY: run test check bench setup pictures clean
run:
	@scripts/setup.sh runtime
	@$(PY) -m kiosk demo

test: check
	@$(PY) -m pytest -n 2 --dist loadfile tests

check:
	@scripts/setup.sh dev
	@$(PY) -m ruff check kiosk drivers sync config tests bench scripts
	@$(PY) -m ruff format --check kiosk drivers sync config tests bench scripts
	@.venv/bin/lint-imports --no-cache
	@$(PY) -m pyright --pythonpath $(PY)

bench:
	@scripts/setup.sh dev
	@$(PY) -m bench

pictures:
	@scripts/setup.sh dev
	@$(PY) scripts/pictures.py

clean:
	rm -rf .venv build *.egg-info .pytest_cache .ruff_cache
