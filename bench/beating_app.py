"""The kiosk with a pulse: ``python -m bench.beating_app FILE --data FOLDER``.

Beside the kiosk's own work its event loop is asked every 2 ms whether it still turns; each time it
came late, the moment and the seconds it was late are written to FILE.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time

from kiosk.app import KioskApp
from kiosk.cli import main

BEAT = 0.002
WORTH = 0.002
"""Seconds late that are written down."""


async def _beat(handle: int) -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(BEAT)
        now = time.perf_counter()
        late = now - before - BEAT
        if late > WORTH:
            os.write(handle, f"{now:.6f} {late:.6f}\n".encode())


if __name__ == "__main__":
    pulse = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    begin = KioskApp.on_mount
    tasks: list[asyncio.Task[None]] = []

    def on_mount(self: KioskApp) -> None:
        """As the kiosk's own; and the pulse begins."""
        begin(self)
        tasks.append(asyncio.get_running_loop().create_task(_beat(pulse)))

    KioskApp.on_mount = on_mount
    sys.exit(main(sys.argv[2:]))
