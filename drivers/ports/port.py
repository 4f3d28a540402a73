"""What every way to a printer can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class PortStatus:
    """What the side channel of a port tells while its data channel may be blocked.

    Of the IEEE 1284 bits that USB printers give by GET_PORT_STATUS: ``paper_out`` (bit 5),
    ``selected`` (bit 4), ``no_error`` (bit 3).
    """

    paper_out: bool = False
    selected: bool = True
    no_error: bool = True


class Port(Protocol):
    """An open way to one printer. Not thread-safe: its one owner thread calls it."""

    def write(self, data: bytes, seconds: float) -> int:
        """Offers ``data``; gives how many bytes were taken within ``seconds``, from 0 to all.

        0 means that the printer took nothing (it is busy, out of paper, its buffer is full) and
        nothing is lost; the rest may be offered again. What was taken may still be on its way:
        in the buffers of kernel and printer. Raises DeviceGone, with ``maybe_taken`` when bytes of
        this very call may have left.
        """
        ...

    def read(self, seconds: float) -> bytes:
        """What the printer sent, waiting at most ``seconds`` for the first byte; b"" for nothing.

        A way without answers waits the same time, so that whoever asks in a loop does not spin.
        Raises DeviceGone.
        """
        ...

    def status(self) -> PortStatus | None:
        """What the side channel tells now; None where it tells nothing. Raises DeviceGone."""
        ...

    def close(self) -> None:
        """Gives the device back. May be called twice; never raises.

        Bytes on their way still go out as long as any move; after a second without one the rest is
        dropped, so that it does not come out after its paper was asked about.
        """
        ...
