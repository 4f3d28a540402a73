"""Fifty power cuts on the way of two births: what a screen confirmed stays, nothing doubles.

KILL9_SEED repeats a run's choices of victims and moments (the machine's own timing differs);
a failure prints it.
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from config.forms import load_form
from config.procedures import FORMS
from kiosk.desk.desk import Desk
from tests.e2e.births import CHILD, close_panel, hand_card_over, home
from tests.e2e.books import agree, cases, rows, whole
from tests.e2e.city import DINAS, NUMBER, UPTD, WARD, City, Loket
from tests.terminal.desk_terminal import NotSeen, Terminals

KILLS = 50
FORM = load_form(FORMS / "kelahiran.toml")
FIRST = {**CHILD, "telepon": "6281255512345"}
SECOND = {
    **FIRST,
    "anak_nama": "Bima Nugraha",
    "anak_jk": "L",
    "ibu_nama": "Ratna Kumala",
    "ibu_nik": "1471105206920002",
    "ayah_dicatat": "tidak",
    "bukti_nikah": "tidak_ada",
    "pelapor_hubungan": "ibu",
    "email": "ratna@contoh.id",
}
STEPS = (
    "Diajukan ke Dinas",
    "Lengkap, dientri di SIAK",
    "Diparaf, diajukan TTE",
    "Diparaf, diajukan TTE",
    "Sudah TTE",
    "Terkirim ke email",
    "KIA tercetak",
    "Masuk rekap distribusi",
    "Diserahkan ke pengambil",
)
"""What each card says at the end, each once, in this order."""


class Outage:
    """Cuts the power of a kiosk or of central at moments of its own choice."""

    def __init__(self, city: City, seed: int) -> None:
        self.city = city
        self.dice = random.Random(seed)
        self.kills: Counter[str] = Counter()
        self.on = True
        self._timers: list[threading.Timer] = []
        for loket in city.lokets:
            loket.before_key = lambda key, loket=loket: self.moment(loket, key)

    @property
    def over(self) -> bool:
        return self.kills.total() >= KILLS

    def moment(self, loket: Loket, key: str) -> None:
        """A key is about to be pressed: perhaps the power goes, before it or while it works."""
        likely = {"letter": 0.005, "Enter": 0.06}.get(key, 0.2)
        if not self.on or self.over or self.dice.random() > likely:
            return
        choice = self.dice.random()
        late = self.dice.uniform(0, 0.5) if self.dice.random() < 0.7 else 0.0
        if choice < 0.55:
            pid, name = loket.pid, loket.place.code
        elif choice < 0.8:
            pid, name = self.city.central.pid, "pusat"
        else:
            other = self.dice.choice([one for one in self.city.lokets if one is not loket])
            pid, name = other.pid, other.place.code
        self._cut_in(late, pid, name)

    def while_it_prints(self, loket: Loket) -> None:
        """The power of this kiosk will go while the next paper comes out of its printer."""

        def watch() -> None:
            sending = "SELECT 1 FROM jobs WHERE state='SENDING'"
            while self.on and not rows(loket.folder / "kiosk.db", sending):
                time.sleep(0.005)
            if self.on:
                self._cut(loket.pid, loket.place.code)

        self._timers.append(threading.Timer(0, watch))
        self._timers[-1].start()

    def _cut_in(self, seconds: float, pid: int, name: str) -> None:
        timer = threading.Timer(seconds, self._cut, (pid, name))
        self._timers.append(timer)
        timer.start() if seconds else timer.run()

    def _cut(self, pid: int, name: str) -> None:
        with suppress(OSError):
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            if state not in "ZX":
                os.killpg(pid, signal.SIGKILL)
                self.kills[name] += 1

    def end(self) -> None:
        """No more of it."""
        self.on = False
        for timer in self._timers:
            if timer.ident:
                timer.join()


class Story:
    """The officers, who begin again after each power cut and look first what was done."""

    def __init__(self, city: City, outage: Outage) -> None:
        self.ward, self.dinas, self.uptd = city.lokets
        self.city = city
        self.outage = outage
        self.confirmed: list[str] = []
        self.numbers: list[str] = []
        self.batches: list[str] = []
        self.asked = 0

    def until(self, loket: Loket, officer: str, work: Callable[[], None]) -> None:
        """Do a piece of work, from its beginning again after each power cut."""
        while True:
            self.revive()
            try:
                loket.sit(officer)
                home(loket)
                work()
                return
            except (NotSeen, subprocess.CalledProcessError):
                if loket.alive:
                    raise
                loket.officer = ""

    def revive(self) -> None:
        """Power is back wherever it was cut."""
        for loket in self.city.lokets:
            if not loket.alive:
                loket.open()
        while not self.city.central.alive:
            with suppress(NotSeen):
                self.city.central.restart()

    # The work

    def take_in(self, values: dict[str, str]) -> str:
        """F2: one birth, from the draft of before the power cut if there was one."""
        child = values["anak_nama"].upper()
        number = ""
        begun = False

        def work() -> None:
            nonlocal number, begun
            ward = self.ward
            ward.press("F2")
            if begun:
                with suppress(NotSeen):
                    ward.see("Ada isian yang belum selesai", 2)
                if ward.shows("Ada isian yang belum selesai"):
                    ward.press("y")
                    ward.see("Isian dilanjutkan")
                elif number := self.find(child):
                    return
                else:
                    ward.press("F2")
            begun = True
            ward.fill_in(FORM, values)
            found = NUMBER.search(ward.see("Permohonan tersimpan"))
            assert found
            number = found[0]
            self.confirmed.append(f"{number} permohonan")
            close_panel(ward)

        self.outage.while_it_prints(self.ward)
        self.until(self.ward, "siti", work)
        return number

    def find(self, child: str) -> str:
        """F3: the number of a child's case, empty when there is none."""
        self.ward.press("F3")
        self.ward.see("Ketik nama, nomor")
        self.ward.type(child)
        self.ward.see(child)
        row = re.compile(rf"(?m)^>.(\S+) +{child}")
        with suppress(NotSeen):
            found = row.search(self.ward.see(row, 2))
            assert found
            return found[1]
        return ""

    def act(self, loket: Loket, officer: str, number: str, label: str, *fields: str) -> None:
        """An act on a case, when it is still on offer: the fields are label, text, label, text."""

        def work() -> None:
            if not re.search(rf"(?m)^ +\d  {label}", loket.open_case(number)):
                return
            if label.startswith("Terima"):
                loket.take(label.removeprefix("Terima "))
            elif fields:
                loket.note(label, list(zip(fields[::2], fields[1::2], strict=True)))
            else:
                loket.act(label)
                loket.see(f"Tercatat: {label}"[:30])
            self.confirmed.append(f"{number} {label}")

        self.until(loket, officer, work)

    def hand_out(self, loket: Loket, officer: str, title: str, count: int) -> None:
        """F4: the batch leaves, if it has not left already (F8 tells)."""
        batch = ""

        def work() -> None:
            nonlocal batch
            loket.press("F8")
            row = re.compile(rf"(?m)^..(\S+) +{title}")
            loket.see("hari ini:")
            with suppress(NotSeen):
                found = row.search(loket.see(row, 1))
                assert found
                batch = found[1]
                return
            loket.press("F4")
            loket.see(re.compile(rf"(?m)^> +SERAH +{title}.* {count} "))
            loket.press("Enter")
            loket.see(re.compile(r"(?m)^>\*"))
            loket.press("Enter")
            loket.see("berapa yang diserahkan?")
            loket.type_line(str(count))
            found = re.search(r"Batch (\S+):", loket.see(re.compile(rf"Batch \S+: {count} ")))
            assert found
            batch = found[1]
            self.confirmed.append(f"{batch} batch")
            close_panel(loket)

        self.until(loket, officer, work)
        self.batches.append(batch)

    def count_in(self, loket: Loket, officer: str, count: int) -> None:
        """F4: the batch on its way here, each paper received, and the count closed."""
        batch = self.batches[-1]
        begun = False

        def work() -> None:
            nonlocal begun
            loket.press("F4")
            row = re.compile(rf"(?m)^> +TERIMA .*{batch[:12]}")
            try:
                loket.see(row, 3 if begun else 30)
            except NotSeen:
                if begun and loket.alive:
                    return
                raise
            begun = True
            loket.press("Enter")
            loket.see(re.compile(rf"Terima {batch}[\s\S]* dari {count} diterima"))
            for at, number in enumerate(sorted(self.numbers)):
                if at:
                    loket.press("Down")
                if "belum" in loket.see(re.compile(rf"(?m)^> {number} .*(belum|diterima)$")):
                    loket.press("Enter")
                    loket.see(re.compile(rf"(?m)^> {number} .*diterima$"))
            loket.see(f"{count} dari {count} diterima")
            loket.press("h")
            loket.see(f"Jumlah cocok: {count}.")
            self.confirmed.append(f"{batch} terhitung")
            close_panel(loket)

        self.until(loket, officer, work)

    def meet(self, *lokets: Loket) -> None:
        """F7 until central has answered."""
        for loket in lokets:
            answer = ""

            def work(loket: Loket = loket) -> None:
                nonlocal answer
                answer = loket.exchange()

            while "Selesai" not in answer:
                self.until(loket, loket.officer or loket.place.officers[0][0], work)

    def collect(self, number: str, name: str, nik: str) -> None:
        """The card goes to the mother, once."""

        def work() -> None:
            if "Status: selesai" in self.uptd.open_case(number):
                return
            hand_card_over(self.uptd, number, name, nik)
            self.confirmed.append(f"{number} Diserahkan ke pengambil")

        self.until(self.uptd, "yuni", work)

    def answer_printer(self, loket: Loket) -> None:
        """F6: what the power cut left open is answered after a look into the tray."""

        def work() -> None:
            while True:
                loket.press("F6")
                screen = loket.see(re.compile(r"(?m)^> \d\d-\d\d-\d{4} "))
                row = re.search(rf"(?m)^> \S+ \S+ (\S+) .*({NUMBER.pattern}) .*BELUM PASTI", screen)
                if row is None and re.search(r"(?m) (antre|sedang dicetak) *$", screen):
                    continue
                if row is None:
                    return
                kind = row[1].lower()
                out = any((loket.folder / "kertas").glob(f"{kind}-{row[2]}*.bin"))
                loket.press("Enter")
                loket.see("terputus. Apakah")
                self.asked += 1
                loket.press("1" if out else "2")
                if not out and kind == "resi":
                    loket.see("Apa alasannya?")
                    loket.type_line("Listrik padam")
                home(loket)

        self.until(loket, loket.place.officers[0][0], work)


def test_fifty_power_cuts(terminals: Terminals, tmp_path: Path) -> None:
    seed = int(os.environ.get("KILL9_SEED") or random.SystemRandom().randrange(10**6))
    print(f"KILL9_SEED={seed}")
    city = City(terminals, tmp_path, [WARD, DINAS, UPTD])
    city.open()
    outage = Outage(city, seed)
    story = Story(city, outage)
    try:
        live_through(story)
        while not outage.over:
            reprint(story)
    finally:
        outage.end()
        print(f"power cuts: {dict(outage.kills)}")
    for loket in city.lokets:
        if loket is not story.uptd:  # which prints nothing
            story.answer_printer(loket)
        story.meet(loket)
    print(f"papers of unknown fate: {story.asked}")
    for loket in city.lokets:
        loket.shut()
    agree(city)
    check_books(story)
    check_papers(story)
    whole(city)


def live_through(story: Story) -> None:
    """Two births from the ward to the mothers' hands."""
    ward, dinas, uptd = story.ward, story.dinas, story.uptd
    story.meet(ward, dinas, uptd)
    mothers: dict[str, dict[str, str]] = {}
    for values in (FIRST, SECOND):
        mothers[story.take_in(values)] = values
    numbers = story.numbers = list(mothers)
    story.hand_out(ward, "siti", "Daftar permohonan", 2)
    story.meet(ward, dinas)
    story.count_in(dinas, "andi", 2)
    for number in numbers:
        story.act(dinas, "andi", number, "Lengkap, dientri di SIAK", "Nomor di SIAK", "S7")
    for officer in ("rina", "hendra"):
        for number in numbers:
            story.act(dinas, officer, number, "Terima berkas")
            story.act(dinas, officer, number, "Diparaf, diajukan TTE")
    for number in numbers:
        mail = ("Email tujuan", mothers[number]["email"], "Pukul terkirim", "")
        story.act(dinas, "andi", number, "Terima berkas")
        story.act(dinas, "andi", number, "Sudah TTE", "Nomor akta", "A9")
        story.act(dinas, "andi", number, "Terkirim ke email", *mail)
    for at, number in enumerate(numbers, 1):
        story.act(dinas, "doni", number, "Terima KIA")
        story.act(dinas, "doni", number, "KIA tercetak", "Nomor blanko", f"K{at}")
    for number in numbers:
        story.act(dinas, "wati", number, "Terima KIA")
    story.hand_out(dinas, "wati", "Rekap distribusi KIA", 2)
    story.meet(dinas, uptd)
    story.count_in(uptd, "yuni", 2)
    for number, values in mothers.items():
        story.collect(number, values["ibu_nama"], values["ibu_nik"])
    story.meet(uptd, dinas, ward)


def reprint(story: Story) -> None:
    """More of what a power cut may hit: a control card printed anew, and an exchange."""
    for loket in (story.ward, story.dinas):

        def work(loket: Loket = loket) -> None:
            loket.open_case(story.numbers[0])
            loket.press("F6")
            loket.see("Kertas kasus ini")
            loket.press("1")
            loket.see("Masuk antrean cetak.")

        story.until(loket, loket.place.officers[0][0], work)
        story.meet(loket)


def check_books(story: Story) -> None:
    """Both cases once, each step once and in its order, each batch counted once, no surprises."""
    dinas = story.dinas
    assert set(cases(dinas)) == set(cases(story.ward)) == set(story.numbers)
    assert len(set(story.numbers)) == 2
    central = story.city.pusat / "pusat.db"
    claims = [claim for (claim,) in rows(central, "SELECT claim FROM claims ORDER BY claim")]
    assert claims == sorted(f"kia:{number}" for number in story.numbers)
    desk = Desk.open(dinas.folder)
    try:
        for number in story.numbers:
            state = desk.core.known(number)
            done = [line.text for line in state.lines if line.act == "hasil"]
            assert tuple(done) == STEPS
            assert Counter(line.act for line in state.lines if line.act != "cetak") == Counter(
                permohonan=1, hasil=len(STEPS), serah=7, terima=7
            )
            assert not state.flags
            assert len(state.claims) == 1
            seen = {fact.split(" ", 1)[1] for fact in story.confirmed if fact.startswith(number)}
            assert seen <= {"permohonan", "Terima berkas", "Terima KIA", *done}
    finally:
        desk.close()
    here = dinas.folder / "kiosk.db"
    counted = rows(here, "SELECT number, count, counted FROM batches ORDER BY kind")
    assert counted == [(number, 2, 2) for number in story.batches]
    acts = Counter(act for (act,) in rows(here, "SELECT act FROM entries"))
    assert (acts["batch"], acts["batch-terima"]) == (2, 2)
    assert (acts["pengecualian"], acts["putusan"]) == (0, 0)


def check_papers(story: Story) -> None:
    """Each resi came out; its original once, and again only as a copy that an officer gave."""
    jobs = rows(
        story.ward.folder / "kiosk.db", "SELECT id, paper, number, copy, state, says FROM jobs"
    )
    for number in story.numbers:
        names = [path.stem for path in (story.ward.folder / "kertas").glob(f"resi-{number}*.bin")]
        originals = [name for name in names if "salinan" not in name]
        assert names, f"no resi of {number}: {jobs}"
        assert len(originals) <= 1, names
        asked = rows(
            story.ward.folder / "kiosk.db",
            "SELECT count(*) FROM jobs WHERE paper='resi' AND number=? AND copy > 0",
            number,
        )
        assert len(names) - len(originals) <= asked[0][0]
