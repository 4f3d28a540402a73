"""``python -m bench.paper``: from the key that confirms a print to the printer's last byte.

The real kiosk on a terminal, a printer on TCP port 9100 that answers as a real one, asked and
found ready before. Beside it the same bytes on a bare socket to the same kind of printer.
"""

from __future__ import annotations

import argparse
import socket
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bench import report
from bench.figure import p95
from bench.fill import FIRST, PIN, fill
from bench.probe import Probe
from bench.sync.folder import disk
from bench.sync.verdict import Bound, Section
from config.devices import Device, Devices, save_devices
from tests.devices.tcp_printer import TcpPrinter
from tests.terminal.console_keys import code

PRINTS = 40
WARM = 3
WITHIN_MS = 50.0
AFTER = 0.2
"""Seconds after the last byte in which a pause of the UI counts as well."""
PATIENCE = 10.0


class Sink(TcpPrinter):
    """A receipt printer with room for a paper, that notes when what arrived."""

    def __init__(self) -> None:
        super().__init__(size=64 * 1024, rate=1_000_000)
        self._note = threading.Condition()
        self._came = bytearray()
        self._ended = 0.0
        take = self.printer.out

        def out(data: bytes) -> int:
            taken = take(data)
            with self._note:
                self._came += data[:taken]
                if not self._ended and _is_whole(self._came):
                    self._ended = time.perf_counter()
                    self._note.notify()
            return taken

        setattr(self.printer, "out", out)  # noqa: B010

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def begin(self) -> None:
        """Forget what came so far."""
        with self._note:
            self._came.clear()
            self._ended = 0.0

    def ended(self) -> float:
        """Wait for a whole paper; the moment its last byte came."""
        with self._note:
            if not self._note.wait_for(lambda: self._ended > 0, PATIENCE):
                raise RuntimeError(f"no paper came; {len(self._came)} bytes did")
            return self._ended


def _is_whole(came: bytearray) -> bool:
    """Whether the command that cuts a paper off (GS V 66 n) is there."""
    at = came.rfind(b"\x1dVB")
    return 0 <= at < len(came) - 3


@dataclass(frozen=True, slots=True)
class Print:
    """One print: ms to its last byte, and the longest pause of the UI meanwhile in ms."""

    ms: float
    pause: float


def measure(prints: int) -> Section:
    """``prints`` resi, each of another case, and as many bare sends of the same bytes."""
    with tempfile.TemporaryDirectory(dir=disk()) as name, Sink() as sink:
        folder, pulse = Path(name) / "kiosk", Path(name) / "pulse"
        fill(folder, prints + WARM)
        printer = Device(sink.address, "printer", "Printer loket", profile="80", proof="process")
        save_devices(folder, Devices((printer,), {}))
        made = _from_the_desk(folder, pulse, sink, prints)
        paper = sink.papers[-1]
    bare = _bare(paper, prints)
    return _section(made, bare, paper)


def _from_the_desk(folder: Path, pulse: Path, sink: Sink, prints: int) -> list[Print]:
    command = [sys.executable, "-m", "bench.beating_app", str(pulse), "--data", str(folder)]
    with Probe(command) as probe:
        probe.until(FIRST.name)
        for key in ("1", "Enter", *PIN, "Enter"):
            probe.press(code(key))
        probe.until("Daftar kerja")
        probe.press(code("Left"))
        probe.until("Semua: ")
        # The first find the printer, and load what Python needs for it: they do not count.
        made = [_next_case(probe, pulse, sink) for _ in range(prints + WARM)]
    return made[WARM:]


def _next_case(probe: Probe, pulse: Path, sink: Sink) -> Print:
    """Print the resi of the case under the cursor, and go on to the next."""
    probe.press(code("Enter"))
    probe.until("Status:")
    done = _print(probe, pulse, sink)
    probe.press(code("Escape"))
    probe.until("Semua: ")
    probe.press(code("Down"))
    return done


def _print(probe: Probe, pulse: Path, sink: Sink) -> Print:
    """The dialog up to its last key, and that key."""
    probe.press(code("F6"))
    probe.until("Kertas kasus ini")
    probe.press(b"2")
    probe.until("Alasan cetak ulang resi")
    for letter in b"rusak":
        probe.press(bytes([letter]))
    sink.begin()
    began = time.perf_counter()
    probe.send(code("Enter"))
    ended = sink.ended()
    probe.until("Masuk antrean cetak")
    time.sleep(AFTER)
    pauses = [late for now, late in _pauses(pulse) if began < now < ended + AFTER]
    return Print((ended - began) * 1000, max(pauses, default=0.0) * 1000)


def _pauses(pulse: Path) -> list[tuple[float, float]]:
    lines = pulse.read_text().splitlines() if pulse.exists() else []
    pairs = (line.split() for line in lines)
    return [(float(now), float(late)) for now, late in pairs]


def _bare(paper: bytes, prints: int) -> list[float]:
    """Ms from a bare send of the same bytes to the last of them."""
    times: list[float] = []
    with Sink() as sink, socket.create_connection(("127.0.0.1", sink.port)) as printer:
        printer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(prints + WARM):
            sink.begin()
            began = time.perf_counter()
            printer.sendall(paper)
            ended = sink.ended()
            times.append((ended - began) * 1000)
            time.sleep(0.1)
    return times[WARM:]


def _section(made: list[Print], bare: list[float], paper: bytes) -> Section:
    section = Section("Paper")
    ours, pauses = [one.ms for one in made], [one.pause for one in made]
    section.say(
        f"{report.origin('python -m bench.paper')}. {len(made)} resi, each of another case and of"
        f" about {len(paper):,} bytes, on a ready printer behind TCP port 9100, from the key that"
        " confirms to the last byte, the act's entry written in between; and the same bytes on a"
        " bare socket. A pause is how late the UI's loop came, until 0.2 s after the last byte."
    )
    rows = [
        (name, f"{statistics.median(ms):.1f}", f"{p95(ms):.1f}", f"{max(ms):.1f}")
        for name, ms in (
            ("key to last byte", ours),
            ("bare send", bare),
            ("longest pause of the UI", pauses),
        )
    ]
    section.table(("ms", "p50", "p95", "max"), rows)
    ratio = statistics.median(ours) / statistics.median(bare)
    section.say(f"The kiosk takes {ratio:.1f} times as long as the bare send (medians).")
    section.bounds += [
        Bound("key to last byte, p95 ms", p95(ours), WITHIN_MS, f"{len(made)} prints"),
        Bound("longest pause of the UI, p95 ms", p95(pauses), WITHIN_MS, f"{len(made)} prints"),
    ]
    return section


def main() -> int:
    """Run it; 1 when a bound is not met."""
    ask = argparse.ArgumentParser(prog="python -m bench.paper", description=__doc__)
    ask.add_argument("--prints", type=int, default=PRINTS)
    ask.add_argument("--dry", action="store_true", help="print only, do not write RESULTS.md")
    args = ask.parse_args()
    section = measure(args.prints)
    print(section.text())
    if not args.dry:
        report.put(section.text())
    return 0 if section.met else 1


if __name__ == "__main__":
    sys.exit(main())
