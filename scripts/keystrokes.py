"""Counts what an officer presses and sees to take one case in, and writes docs/keystrokes.md.

Run by ``make keystrokes``. The training kiosk runs behind a screen of 80x25; a tireless hand fills
in made-up cases by the fewest keys: a choice by its number, a date as eight digits, a code by as
much of its name as makes it single. Typing counts key by key, and so do Enter and F2.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from textual import events

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from config.forms import Field, visible  # noqa: E402
from kiosk.screens.chat import ChatText  # noqa: E402
from kiosk.training import found_places, sample_birth  # noqa: E402
from kiosk.widgets.fields import ChoiceEntry, TextEntry, options_of  # noqa: E402
from kiosk.widgets.form_view import FormView  # noqa: E402
from tests.desk.kia import chat_of, kia  # noqa: E402
from tests.screens.counter import NAMES, Counter, at_counter  # noqa: E402

DOCS = ROOT / "docs" / "keystrokes.md"
BEGIN, END = "<!-- counted by scripts/keystrokes.py -->", "<!-- end of the count -->"
LOOKS, LOOK_SECONDS = 1500, 0.004
SAVED = re.compile("Permohonan tersimpan|Tercatat PGD")
CHOOSING = "Permohonan apa?"

CALL = {
    "telepon": "6281277700001",
    "nama": "RINA WATI",
    "jenis": "informasi",
    "isi": "kia anaknya belum datang",
}
EVENT = {
    "nama": "Lapas Kelas IIA Pekanbaru",
    "alamat": "Jl. Lembaga No. 1",
    "kontak_nama": "Hasan Basri",
    "telepon": "6281277700002",
    "jumlah": "40",
}
SECOND = {
    "anak_nama": "SAUDARA KEMBAR",
    "anak_jk": "L",
    "anak_pukul": "0859",
    "anak_berat": "2700",
    "anak_panjang": "47",
}


@dataclass
class Hand:
    """Presses keys one by one and waits for what each leads to; counts keys and screens."""

    at: Counter
    skips: bool = False
    """Whether the officer uses F2 to pass over answers that stand there already."""
    keys: int = 0
    typed: int = 0
    screens: int = 0
    _view: tuple[object, ...] = ()

    def look(self) -> None:
        """Another screen, window or page than before counts as one more."""
        screen = self.at.app.screen
        forms = [(id(form), form.page) for form in screen.query(FormView) if form.display]
        view = (id(screen), *forms)
        if view != self._view:
            self._view, self.screens = view, self.screens + 1

    async def press(self, *keys: str, answer: bool = False) -> None:
        """Press keys by their names, or as the signs that they write."""
        for key in keys:
            self.keys += 1
            self.typed += answer
            sign = key if len(key) == 1 else None
            self.at.app.post_message(events.Key(NAMES.get(key, key), sign))
            await self.at.pilot.pause()
        self.look()

    async def until(self, ready: Callable[[], Any]) -> Any:
        """Wait for something to be so; what it is."""
        for _ in range(LOOKS):
            found = ready()
            if found:
                return found
            await asyncio.sleep(LOOK_SECONDS)
        raise RuntimeError(f"this does not come:\n{self.at.text}")

    async def see(self, words: str | re.Pattern[str]) -> None:
        """Wait until the screen shows it."""
        await self.until(lambda: re.search(words, self.at.text))
        self.look()

    # -- a form ------------------------------------------------------------------------------

    async def form(self, but: FormView | None = None) -> FormView:
        """The form on top, another one than ``but``."""

        def found() -> FormView | None:
            forms = [one for one in self.at.app.screen.query(FormView) if one is not but]
            return forms[0] if forms and forms[0].is_attached else None

        return await self.until(found)

    async def fill(self, values: Mapping[str, str], form: FormView) -> None:
        """Answer a form from where the cursor stands to its end."""
        while (entry := await self.entry(form)) is not None:
            wanted = values.get(entry.field.key)
            if wanted is not None and self._stored(form, entry.field, entry.typed) != wanted:
                if entry.typed and isinstance(entry, TextEntry):
                    await self.press("ctrl+u")
                await self.press(*self.said(entry.field, wanted), answer=True)
            await self.press("f2" if self.skips and self._may_skip(form, values) else "enter")
            await self.until(partial(self._left, form, entry))
            self.look()

    async def entry(self, form: FormView) -> TextEntry | ChoiceEntry | None:
        """The field under the cursor, None when the form is done."""

        def found() -> object:
            entry = self.at.app.focused
            if not form.is_attached or form._locked or re.search(SAVED, self.at.text):
                return "done"
            return isinstance(entry, TextEntry | ChoiceEntry) and not entry.closed and entry

        entry = await self.until(found)
        return None if entry == "done" else entry

    def _left(self, form: FormView, entry: object) -> bool:
        gone = not form.is_attached or form._locked or self.at.app.focused is not entry
        return gone and not form._busy

    @staticmethod
    def _stored(form: FormView, field: Field, typed: str) -> str:
        return form._answers._normalise(field, typed) if typed.strip() else ""

    def _may_skip(self, form: FormView, values: Mapping[str, str]) -> bool:
        """Whether F2 passes over nothing but what is right already, and over something."""
        entry = form._current
        assert entry is not None
        known = {**form.values, entry.field.key: self._stored(form, entry.field, entry.typed)}
        asked = [field for page in form.pages for field in page.fields if visible(field, known)]
        here = next(n for n, field in enumerate(asked) if field.key == entry.field.key)
        passed = 0
        for field in asked[here + 1 :]:
            empty = field.required and not known.get(field.key)
            if empty or field.key in form._doubts:
                break
            wanted = values.get(field.key)
            if wanted is not None and wanted != known.get(field.key, ""):
                return False
            passed += 1
        return passed > 0

    def said(self, field: Field, value: str) -> str:
        """The fewest signs by which an answer is typed."""
        if field.options:
            codes = [code for code, _ in options_of(field)]
            return str(codes.index(value) + 1)
        if field.type == "date":
            return f"{value[8:]}{value[5:7]}{value[:4]}"
        if field.type == "time":
            return value.replace(":", "")
        if field.type == "phone":
            return "0" + value.removeprefix("62")
        if field.type == "lookup":
            return self._fragment(field, value)
        return value.lower() if field.type == "name" else value

    def _fragment(self, field: Field, code: str) -> str:
        """As much of a name as names one item only; the code where no part of it does."""
        core = self.at.desk().core
        if field.lookup == "regions":
            place = core.regions.get(code)
            name = place.kelurahan.lower() if place else code
            count = lambda text: len(core.regions.find(text, 2))  # noqa: E731
        else:
            item = core.lookup(field.lookup).get(code)
            name = item.name.lower() if item else code
            count = lambda text: len(core.lookup(field.lookup).find(text, 2))  # noqa: E731
        parts = (name[:end] for end in range(2, len(name) + 1))
        return next((part for part in parts if count(part) == 1), code)


# -- the cases -----------------------------------------------------------------------------------


async def take_in(hand: Hand, way: str, *children: Mapping[str, str]) -> None:
    """F2, the application of this number where it is asked, the form, the last window closed."""
    await hand.press("f2")
    if way:
        await hand.see(CHOOSING)
        await hand.press(way)
    form: FormView | None = None
    for values in children:
        form = await hand.form(but=form)
        hand.look()
        await hand.fill(values, form)
    await hand.see(SAVED)
    await hand.press("enter")


def born(at: Counter, n: int, **changes: str) -> dict[str, str]:
    """A made-up birth as it is stored."""
    values = sample_birth(n, at.desk("RSA").intake.today()) | changes
    return values | {"telepon": "62" + values["telepon"].removeprefix("0")}


def child(at: Counter, n: int, **changes: str) -> dict[str, str]:
    """A made-up application for a KIA as it is stored."""
    values = kia(n, at.desk("DKP").intake.today(), **changes)
    return values | {"telepon": "62" + values["telepon"].removeprefix("0")}


async def from_chat(hand: Hand) -> None:
    """The chat pasted by one key, read, and only what it does not say asked."""
    values = child(hand.at, 3)
    await hand.press("f2")
    await hand.see(CHOOSING)
    await hand.press("1")
    text: ChatText = await hand.until(lambda: next(iter(hand.at.app.screen.query(ChatText)), None))
    hand.look()
    text.post_message(events.Paste(chat_of(values)))
    hand.keys += 1
    await hand.see("Hubungan")
    await hand.press("f2")
    await hand.see("Yang terbaca dari obrolan")
    await hand.press("enter")
    form = await hand.form()
    await hand.until(lambda: form._current and form._current.field.key == "persetujuan")
    # What the chat says in other words than the form's data (a street's capitals) stands.
    await hand.fill({"persetujuan": "ya"}, form)
    await hand.see(SAVED)
    await hand.press("enter")


async def call(hand: Hand) -> None:
    """The telephone rings: from F2 to the case on the screen."""
    await hand.press("f2")
    await hand.see("Ketik nomor penelepon")
    await hand.fill(CALL, await hand.form())
    await hand.see("Tercatat PGD")


class Way(NamedTuple):
    """One way to take a case in: what it is, who does it where, and the doing."""

    procedure: str
    how: str
    officer: str
    skips: bool
    do: Callable[[Hand], Awaitable[None]]


WAYS = (
    Way("KADO CAMER", "the first birth of a ward", "siti", False,
        lambda hand: take_in(hand, "1", born(hand.at, 1))),
    Way("KADO CAMER", "the next birth, carried defaults, Enter only", "siti", False,
        lambda hand: take_in(hand, "1", born(hand.at, 2))),
    Way("KADO CAMER", "the next birth, F2 over what stands there", "siti", True,
        lambda hand: take_in(hand, "1", born(hand.at, 3))),
    Way("KADO CAMER", "twins: two cases", "siti", True,
        lambda hand: take_in(hand, "1", born(hand.at, 4, anak_kembar="2"), SECOND)),
    Way("KIA via WhatsApp", "the empty form, Enter only", "mega", False,
        lambda hand: take_in(hand, "2", child(hand.at, 1))),
    Way("KIA via WhatsApp", "the empty form, F2 over what stands there", "mega", True,
        lambda hand: take_in(hand, "2", child(hand.at, 2))),
    Way("KIA via WhatsApp", "from a pasted chat", "mega", True, from_chat),
    Way("Akta Jambi", "the first birth", "siti", False,
        lambda hand: take_in(hand, "2", born(hand.at, 5))),
    Way("Akta Jambi", "the next birth, F2 over what stands there", "siti", True,
        lambda hand: take_in(hand, "2", born(hand.at, 6))),
    Way("AKAPELA", "a call with no question about a case", "tari", False, call),
    Way("MAS RAPID", "the kegiatan, before its list of names", "dafa", True,
        lambda hand: take_in(hand, "", EVENT)),
)  # fmt: skip


class Counted(NamedTuple):
    """What one way took."""

    way: Way
    keys: int
    typed: int
    screens: int


async def count(ways: tuple[Way, ...] = WAYS) -> list[Counted]:
    """Take one case in by each way, one after the other at the same kiosks."""
    found: list[Counted] = []
    with tempfile.TemporaryDirectory(prefix="loket-tombol-") as name:
        template = Path(name) / "asal"
        found_places(template, "http://127.0.0.1:9")
        async with at_counter(template, Path(name) / "kota") as at:
            for way in ways:
                await at.sit(way.officer)
                hand = Hand(at, way.skips)
                hand.look()
                hand.screens = 0
                await way.do(hand)
                found.append(Counted(way, hand.keys, hand.typed, hand.screens))
    return found


def table(counted: list[Counted]) -> list[str]:
    """The rows of the document."""
    head = "| procedure | how | keys | of them answers | screens |"
    return [
        head,
        "|---|---|---:|---:|---:|",
        *(
            f"| {one.way.procedure} | {one.way.how} | {one.keys} | {one.typed} | {one.screens} |"
            for one in counted
        ),
    ]


def write(rows: list[str]) -> None:
    """Put the table in its place in the document."""
    text = DOCS.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    DOCS.write_text("\n".join([before + BEGIN, "", *rows, "", END + after]), encoding="utf-8")


if __name__ == "__main__":
    rows = table(asyncio.run(count()))
    write(rows)
    print("\n".join(rows))
