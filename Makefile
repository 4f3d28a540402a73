# Two commands: `make run` (the kiosk in training mode) and `make test` (everything).
PY := .venv/bin/python

.PHONY: run test test-usb check bench setup pictures keystrokes clean
run:
	@scripts/setup.sh runtime
	@$(PY) -m kiosk demo

test: check
	@scripts/tools.sh
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder tests

# The kiosk against Linux's own USB stack, in a QEMU guest (docs/testing-usb.md). Not part of `test`.
test-usb:
	@scripts/test-usb.sh $(ARGS)

check:
	@scripts/setup.sh dev
	@$(PY) -m ruff check kiosk drivers sync config tests bench scripts
	@$(PY) -m ruff format --check kiosk drivers sync config tests bench scripts
	@.venv/bin/lint-imports --no-cache
	@$(PY) -m pyright --pythonpath $(PY)

# All of it, about an hour; one that misses a bound does not keep the others from running.
bench:
	@scripts/setup.sh dev
	@failed=0; for part in bench bench.paper "bench.sync all"; do \
	    $(PY) -m $$part || failed=1; done; exit $$failed

pictures:
	@scripts/setup.sh dev
	@$(PY) scripts/pictures.py

# Keys and screens of one intake of every procedure: the table in docs/keystrokes.md.
keystrokes:
	@scripts/setup.sh dev
	@$(PY) scripts/keystrokes.py

clean:
	rm -rf .venv build *.egg-info .pytest_cache .ruff_cache
