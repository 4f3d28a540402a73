"""What the checks inside the guest share. `make test` collects none of them (guest_*.py)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.usb.accounts import KIOSK, ROOT, STRANGER, make_account
from tests.usb.gadgets import Gadget
from tests.usb.printer_gadget import PrinterGadget


@pytest.fixture
def gadgets() -> Iterator[list[Gadget]]:
    """Put a gadget in here, and it is unplugged when the check is over."""
    made: list[Gadget] = []
    yield made
    for gadget in made:
        gadget.unplug()


@pytest.fixture
def printer(gadgets: list[Gadget]) -> PrinterGadget:
    """A receipt printer, plugged in."""
    made = PrinterGadget()
    gadgets.append(made)
    made.plug()
    return made


@pytest.fixture(scope="session")
def stranger() -> str:
    """An account that nothing was done for."""
    make_account(STRANGER)
    return STRANGER


@pytest.fixture(scope="session")
def officer_account() -> str:
    """The kiosk's account, made able by the project's own command and nothing else."""
    make_account(KIOSK)
    subprocess.run(
        [sys.executable, "-m", "drivers.rights", KIOSK], cwd=ROOT, check=True, timeout=120
    )
    return KIOSK
