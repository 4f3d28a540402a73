"""Takes papers from the queue to the printer, one at a time, each state written first."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from drivers.printers import Printer, PrinterTrouble, open_printer
from kiosk.desk.desk import Desk
from kiosk.desk.views import Refusal
from kiosk.exchange import Ask, directly

PAPERS = "kertas"
"""The folder, inside the kiosk's data folder, where the virtual printer keeps its papers."""


class Press:
    """The one owner of the printer."""

    def __init__(self, desk: Desk, ask: Ask = directly):
        self._desk = desk
        self._ask = ask
        self._printer: Printer | None = None
        self._printed = 0

    @property
    def papers(self) -> Path:
        """Where the virtual printer's papers lie."""
        return self._desk.front.folder / PAPERS

    def run(self) -> int:
        """Print everything queued; gives how many papers came out.

        Ends early when the printer or the disk is in trouble. A paper whose end could not be
        written down stays SENDING, and is asked about when the kiosk starts again.
        """
        self._printed = 0
        with suppress(Refusal):  # the desk says so at the next act
            while self._next():
                self._printed += 1
        return self._printed

    def _next(self) -> bool:
        """Print one paper; False when there is none, or it did not come out."""
        job = self._ask(self._desk.printing.take)
        if job is None:
            return False
        number, name, data = job
        try:
            if self._printer is None:
                self._printer = open_printer(
                    self._desk.settings.printer, self.papers, self._desk.settings.paper
                )
            self._printer.send(data, name)
        except PrinterTrouble as error:
            # Once the first byte has left, only the officer can say what came out.
            state = "UNKNOWN" if error.started else "TROUBLE"
            self._ask(self._desk.printing.mark, number, state, error.says)
            return False
        self._ask(self._desk.printing.mark, number, "PRINTED")
        return True
