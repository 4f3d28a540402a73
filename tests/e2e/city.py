"""A whole city on one machine: central and four kiosks, founded by the command line alone.

Nothing here knows the inside of the program: a ``Loket`` is one kiosk on a console of 80x25,
worked by keys and a scanner, and read off its screen and its papers.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from config.forms import Field, Form, visible
from tests.terminal.desk_process import ROOT, Process, found, plain_environment, poll
from tests.terminal.desk_terminal import NotSeen, Terminal, Terminals, free_port, kiosk

KEY_GAP = 0.013
"""Seconds between two keys of a very fast hand: a machine's are 10 ms apart at most."""

BEFORE_ENTER = 0.085
"""Seconds of rest before Enter: behind typed text it would otherwise end a scan."""

AFTER_SCAN = 0.05
"""Seconds of rest after a scan: what comes sooner would be part of it."""

SCANS = 5
TORN = "Bukan resi atau kartu kendali|Hasil pindai tidak terbaca"

PATIENCE = 30.0
NUMBER = re.compile(r"\b[A-Z0-9]{4}-\d{6}-[A-Z]?\d{3,4}-[A-Z0-9]\b")
SEATED = "F5"
LOGIN = "Nomor petugas"


@dataclass(frozen=True, slots=True)
class Place:
    """One kiosk of the city and who works there: id, name, initials, roles, PIN."""

    code: str
    profile: str
    address: str
    name: str
    officers: tuple[tuple[str, str, str, str, str], ...]


WARD = Place(
    "RSA",
    "rs",
    "rs:RSA",
    "RSUD Arifin Achmad",
    (("siti", "Siti Rahmawati", "SR", "operator-fasilitas", "1111"),),
)
DINAS = Place(
    "DKP",
    "dinas",
    "dinas",
    "Disdukcapil Pekanbaru",
    (
        ("andi", "Andi Saputra", "AS", "operator", "2222"),
        ("rina", "Rina Kasi", "RK", "kepala-seksi", "3333"),
        ("hendra", "Hendra Kabid", "HK", "kepala-bidang", "4444"),
        ("novi", "Novi Kadis", "NK", "kepala-dinas", "5555"),
        ("doni", "Doni Cetak", "DC", "operator-cetak", "6666"),
        ("wati", "Wati Distribusi", "WD", "administrasi-distribusi", "7777"),
    ),
)
UPTD = Place(
    "U10",
    "uptd",
    "uptd:14.71.10",
    "UPTD Tenayan Raya",
    (
        ("yuni", "Yuni Astuti", "YA", "petugas-uptd", "8888"),
        ("eko", "Eko Prasetyo", "EP", "supervisor", "9999"),
    ),
)
UPTD_2 = Place(
    "U11",
    "uptd",
    "uptd:14.71.10",
    "UPTD Tenayan Raya, loket 2",
    (("budi", "Budi Hartono", "BH", "petugas-uptd", "8181"),),
)


def run(*arguments: str, given: str = "", code: int = 0) -> str:
    """Run one ``kiosk`` command to its end; its stdout. Fails when it ends with another code."""
    done = subprocess.run(
        kiosk(*arguments),
        input=given,
        capture_output=True,
        text=True,
        env=plain_environment(),
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert done.returncode == code, f"kiosk {' '.join(arguments)}: {done.stdout}{done.stderr}"
    return done.stdout


class Loket:
    """One kiosk on its console, and the officer who sits there."""

    def __init__(self, terminals: Terminals, place: Place, folder: Path) -> None:
        self.place = place
        self.folder = folder
        self.data = ("--data", str(folder))
        self.officer = ""
        self.before_key: Callable[[str], None] = lambda _key: None
        self.pid = 0
        self._terminals = terminals
        self._console: Terminal | None = None

    @property
    def console(self) -> Terminal:
        assert self._console is not None, "the kiosk is not open"
        return self._console

    # Its life

    def open(self) -> None:
        """Start the screen (again, after a power cut)."""
        self.officer = ""
        if self._console is None:
            self._console = self._terminals.start(kiosk(*self.data))
        else:
            self._console.restart()
        self.pid = self._console.pid

    @property
    def alive(self) -> bool:
        """Whether the program runs."""
        return self._console is not None and self._console.alive

    def shut(self) -> None:
        """End the screen as init does; it must end well."""
        os.kill(self.console.pid, signal.SIGTERM)
        assert self.console.exit_code() == 0

    # Hands

    def press(self, *names: str) -> None:
        """Press keys, each well apart from the one before."""
        for name in names:
            self.before_key(name)
            self.console.keys(name, gap=KEY_GAP)

    def type(self, text: str) -> None:
        """Type a text, faster than most can but no machine, and rest."""
        for character in text:
            self.before_key("letter")
            self.console.send(character.encode())
            time.sleep(KEY_GAP)
        time.sleep(BEFORE_ENTER)

    def type_line(self, text: str) -> None:
        """Type a text into the entry that has the cursor, see that it stands there, Enter."""
        self.type(text)
        self.see(text)
        self.press("Enter")

    def scan(self, qr: str, wanted: str | re.Pattern[str]) -> str:
        """Hold a paper under the scanner until the screen shows what that leads to; the screen.

        On a machine so busy that it reads a burst in pieces a scan may not be understood; then it
        is scanned again, as an officer does.
        """
        for _ in range(SCANS):
            self.before_key("scan")
            self.console.scan(qr)
            done = wanted if isinstance(wanted, str) else wanted.pattern
            screen = self.see(re.compile(f"{re.escape(done) if done == wanted else done}|{TORN}"))
            time.sleep(AFTER_SCAN)
            if found(wanted, screen):
                return screen
        raise NotSeen(f"{wanted!r} did not come of {SCANS} scans\n{self.console.picture()}")

    # Eyes

    def see(self, wanted: str | re.Pattern[str], patience: float = PATIENCE) -> str:
        """Wait until the screen shows it; the screen's lines joined."""
        return "\n".join(self.console.wait_for(wanted, patience))

    def see_gone(self, wanted: str | re.Pattern[str]) -> None:
        """Wait until the screen no longer shows it."""
        self.console.wait_gone(wanted, PATIENCE)

    def shows(self, wanted: str | re.Pattern[str]) -> bool:
        """Whether the screen shows it at this moment."""
        return found(wanted, "\n".join(self.console.screen()))

    # What an officer does

    def sit(self, officer: str) -> None:
        """Log an officer in, after locking the desk for whoever sat there."""
        if self.officer == officer:
            return
        if self.officer:
            self.press("F10")
        _, name, _, _, pin = next(one for one in self.place.officers if one[0] == officer)
        screen = self.see(re.compile(rf"(?s){re.escape(name)}.*{LOGIN}"))
        line = re.search(rf"(?m)^\s*(\d+)  {re.escape(name)}", screen)
        assert line, screen
        self.type(line[1])
        self.press("Enter")
        self.type(pin)
        self.see(re.compile(rf"PIN +\*{{{len(pin)}}}"))
        self.press("Enter")
        self.see("[Menunggu saya:")
        self.officer = officer

    def exchange(self) -> str:
        """F7, and wait for how it went; the screen."""
        self.press("F7")
        screen = self.see(re.compile("Selesai. Enter mencoba|Pekerjaan tetap aman"))
        self.press("F5")
        self.see("[Menunggu saya:")
        return screen

    def open_case(self, number: str, qr: str = "") -> str:
        """Open a case by scanning its paper, or by looking it up with F3; the screen."""
        opened = re.compile(rf"Kasus {number}[\s\S]*(Status:|belum tiba)[\s\S]*Yang dilakukan")
        if qr:
            return self.scan(qr, opened)
        self.press("F3")
        self.see("Ketik nama, nomor")
        self.type(number)
        self.see(re.compile(rf"(?m)^>.{re.escape(number)}"))
        self.press("Enter")
        return self.see(opened)

    def act(self, label: str) -> None:
        """On a case: the digit of the act that is called so."""
        screen = self.see(re.compile(rf"(?m)^ +\d  {re.escape(label)}"))
        line = re.search(rf"(?m)^ +(\d)  {re.escape(label)}", screen)
        assert line
        self.press(line[1])

    def take(self, item: str = "berkas") -> None:
        """On a case: receive its file or card."""
        self.act(f"Terima {item}")
        self.see("Paraf terima tercatat.")

    def note(self, label: str, answers: Sequence[tuple[str, str]]) -> None:
        """On a case: an act that asks for something, each answer by its label; and Enter."""
        self.act(label)
        for name, text in answers:
            self.answer(name, text)
        self.see("Yang dilakukan")

    def answer(self, label: str, text: str) -> None:
        """Fill in the entry of this label, once the cursor is there, and leave it by Enter."""
        here = re.compile(rf"(?m)^> {re.escape(label[:21])}.*$")
        there = entry(self.see(here), label)
        if text and not says(there, text):
            if there:
                self.press("End", "C-u")
            self.type(text)
            self.see(re.compile(rf"(?m)^> {re.escape(label[:21])}.*{re.escape(text)}"))
        self.press("Enter")

    def fill_in(self, form: Form, values: Mapping[str, str]) -> None:
        """Answer every field of a form that is asked, from the one on which the cursor stands:
        a draft goes on where it was left."""
        screen = self.see("(halaman ")
        start = next(
            at for at, page in enumerate(form.pages) if f"{page.title}  (halaman" in screen
        )
        for at, page in enumerate(form.pages[start:], start + 1):
            screen = self.see(f"{page.title}  (halaman {at} ")
            wanted = [
                (field.label, typed(field, values.get(field.key, "")))
                for field in page.fields
                if visible(field, dict(values))
            ]
            labels = [re.escape(label[:21]) for label, _ in wanted]
            here = next((n for n, label in enumerate(labels) if at_cursor(label, screen)), 0)
            for label, text in wanted[here:]:
                self.answer(label, text)

    # What it prints

    def paper(self, name: str, patience: float = PATIENCE) -> str:
        """The text of a paper that came out whole (``kartu-RSA1-...``)."""
        whole = self.folder / "kertas" / f"{name}.bin"
        if not poll(whole.exists, patience):
            raise NotSeen(f"{name} did not come out of {self.place.code}'s printer")
        return whole.with_suffix(".txt").read_text()

    def qr(self, name: str) -> str:
        """What the QR code of a paper says."""
        return next(
            line.removeprefix("[QR] ")
            for line in self.paper(name).splitlines()
            if line.startswith("[QR] ")
        )

    def command(self, verb: str, *arguments: str, given: str = "", code: int = 0) -> str:
        """A ``kiosk`` command on this kiosk's folder."""
        return run(verb, *self.data, *arguments, given=given, code=code)


def at_cursor(label: str, screen: str) -> bool:
    """Whether the cursor stands on the entry of this label (a pattern)."""
    return re.search(rf"(?m)^> {label}", screen) is not None


def entry(screen: str, label: str) -> str:
    """What stands in the entry of this label, and what is said beside it."""
    row = re.search(rf"(?m)^[> ] {re.escape(label[:21])}.*$", screen)
    return row[0][26:].strip() if row else ""


def says(there: str, text: str) -> bool:
    """Whether an entry has this answer already."""
    return f"{there} ".upper().startswith(f"{text} ".upper())


def typed(field: Field, value: str) -> str:
    """The keys that give this answer: a choice's number, a date as officers type it."""
    if field.type in ("choice", "yesno"):
        codes = [code for code, _ in field.options]
        if all(code.isdigit() for code in codes):
            return value
        return str(codes.index(value) + 1)
    if field.type == "date" and value:
        year, month, day = value.split("-")
        return f"{day}-{month}-{year}"
    return value


class City:
    """Central, and the kiosks of the places given, admitted and with their officers."""

    def __init__(self, terminals: Terminals, folder: Path, places: Sequence[Place]) -> None:
        self.pusat = folder / "pusat"
        self.port = free_port()
        key = run("central", "--data", str(self.pusat), "--key").strip()
        self.lokets = [Loket(terminals, place, folder / place.code) for place in places]

        def make(loket: Loket) -> None:
            place = loket.place
            loket.command(
                *("init", "--code", place.code, "--profile", place.profile),
                *("--name", place.name, "--address", place.address),
                *("--central", f"http://127.0.0.1:{self.port}", "--central-key", key),
            )
            loket.command("doctor", "--use", "virtual", "--name", "Printer virtual")
            for officer, name, initials, roles, pin in place.officers:
                loket.command(
                    *("enrol", "--id", officer, "--name", name),
                    *("--initials", initials, "--roles", roles),
                    given=pin + "\n",
                )

        with ThreadPoolExecutor(2) as crew:
            list(crew.map(make, self.lokets))
        for loket in self.lokets:
            card = str(loket.folder / "kartu-kiosk.json")
            run("central", "--data", str(self.pusat), "--admit", card)
        self.central: Process = terminals.process(
            kiosk("central", "--data", str(self.pusat), "--port", str(self.port)), port=self.port
        )

    def open(self) -> None:
        """Switch every kiosk on."""
        for loket in self.lokets:
            loket.open()
