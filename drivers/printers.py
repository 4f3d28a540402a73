"""The one door to a printer: open it by its address, send it one paper at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class PrinterTrouble(Exception):
    """The paper did not come out as a whole.

    ``says`` tells the officer in Indonesian what to do next. ``started`` is False only when the
    printer took nothing at all: only then may the paper be sent again without asking anyone.
    """

    def __init__(self, says: str, *, started: bool) -> None:
        super().__init__(says)
        self.says = says
        self.started = started


class Printer(Protocol):
    """Something that takes the bytes of one paper."""

    def send(self, data: bytes, name: str) -> None:
        """Sends one paper and returns when the printer has it all.

        ``name`` names the job, for printers that keep what they print.
        Raises PrinterTrouble.
        """
        ...


def open_printer(url: str, folder: Path, paper: str = "58") -> Printer:
    """The printer at ``url``: ``virtual``, which keeps its papers in ``folder``.

    ``paper`` is the width in millimetres, a key of ``drivers.escpos.PROFILES``.
    Raises PrinterTrouble when the address or the width is not known.
    """
    from drivers.escpos import PROFILES

    profile = PROFILES.get(paper)
    if profile is None:
        known = ", ".join(PROFILES)
        raise PrinterTrouble(
            f'Lebar kertas "{paper}" tidak dikenal. Isi salah satu: {known}.', started=False
        )
    if url == "virtual":
        from drivers.virtual.printer import VirtualPrinter

        return VirtualPrinter(folder, profile.columns)
    raise PrinterTrouble(
        f'Printer "{url}" tidak dikenal. Isi "virtual" pada baris printer di pengaturan.',
        started=False,
    )
