"""Opening the desk must not pay for pictures and cables that it does not use yet."""

import subprocess
import sys

HEAVY = {"PIL", "qrcode", "usb", "serial", "escpos"}


def test_the_doors_of_the_wing_import_nothing_heavy() -> None:
    program = (
        "import sys, drivers.escpos, drivers.printers, drivers.wedge, drivers.virtual.printer\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not HEAVY & set(run.stdout.split())
