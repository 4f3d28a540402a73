"""The four lines that frame every screen: title, message, status and keys."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap
from typing import Literal

from rich.cells import cell_len
from rich.style import Style
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from typing_extensions import override

from kiosk.texts import say
from kiosk.widgets.paint import BOLD, PLAIN, fit, strip_of

Level = Literal["info", "peringatan", "tolak"]
BETWEEN = "\u2502"  # the single vertical line: one of the few glyphs every console font has


@dataclass(frozen=True)
class StatusFacts:
    """What the status line says; every fact true at the moment it was gathered.

    `receipt_age` is the age in seconds of the last signed receipt of pusat (None: none yet);
    `link`, `printer` and `clock` are short words; a fact whose `*_ok` is false is marked with "!".
    """

    officer: str = ""
    printer: str = ""
    printer_ok: bool = True
    receipt_age: float | None = None
    link: str = ""
    link_ok: bool = True
    waiting: int = 0
    clock: str = ""
    clock_ok: bool = True
    only_here: int = 0


class Bar(Widget):
    """One line, full width, drawn without a layout of its own."""

    DEFAULT_CSS = """
    Bar { height: 1; width: 1fr; }
    """
    ALLOW_SELECT = False


class TitleBar(Bar):
    """Top line: office, the screen's title, and LATIHAN where nothing is real."""

    DEFAULT_CSS = """
    TitleBar { background: $bar-background; color: $bar-foreground; }
    """
    office: reactive[str] = reactive("")
    heading: reactive[str] = reactive("")
    training: reactive[bool] = reactive(False)

    def __init__(self, office: str = "", heading: str = "", *, training: bool = False) -> None:
        super().__init__()
        self.set_reactive(TitleBar.office, office)
        self.set_reactive(TitleBar.heading, heading)
        self.set_reactive(TitleBar.training, training)

    @override
    def render_line(self, y: int) -> Strip:
        """The line as drawn."""
        width, base = self.size.width, self.rich_style
        mark = f"[{say('LATIHAN')}] " if self.training else ""
        room = max(0, width - len(mark) - len(self.heading) - 4)
        left = fit(self.office, min(cell_len(self.office), room))
        gap = " " * max(1, width - len(mark) - cell_len(left) - len(self.heading) - 2)
        return strip_of(
            width, base, (f" {left}", PLAIN), (gap, PLAIN), (f"{self.heading} ", BOLD), (mark, BOLD)
        )


class MessageLine(Bar):
    """What to do next: one line, two when the sentence needs them.

    The level is a mark and a word before the sentence, never a colour alone.
    """

    level: reactive[Level] = reactive[Level]("info")
    text: reactive[str] = reactive("")

    def __init__(self, text: str = "", level: Level = "info") -> None:
        super().__init__()
        self.set_reactive(MessageLine.text, text)
        self.set_reactive(MessageLine.level, level)

    def show(self, text: str, level: Level = "info") -> None:
        """Say this from now on."""
        self.level, self.text = level, text
        self._fit_height()

    def on_resize(self) -> None:
        """The sentence may need its second line at another width."""
        self._fit_height()

    def _fit_height(self) -> None:
        height = 2 if self.size.width and len(self._lines()) > 1 else 1
        if self.size.height and height != self.size.height:
            self.styles.height = height

    def _lines(self) -> list[str]:
        if not self.text:
            return [""]
        mark = {
            "info": "> {pesan}",
            "peringatan": "! " + say("Peringatan: {pesan}"),
            "tolak": "X " + say("Ditolak: {pesan}"),
        }[self.level]
        text = mark.replace("{pesan}", self.text)
        return wrap(text, max(20, self.size.width), subsequent_indent="  ") or [""]

    @override
    def render_line(self, y: int) -> Strip:
        """The line as drawn."""
        lines = self._lines()
        style = PLAIN if self.level == "info" else BOLD
        text = lines[y] if y < len(lines) else ""
        if y == 1 and len(lines) > 2:
            text = " ".join([text, *lines[2:]])
        width = self.size.width
        return strip_of(width, self.rich_style, (fit(text, width), style))


class StatusLine(Bar):
    """The line that is always true: officer, printer, link, queue, clock, what is only here."""

    DEFAULT_CSS = """
    StatusLine { background: $strip-background; color: $strip-foreground; }
    """
    facts: reactive[StatusFacts] = reactive(StatusFacts())

    def __init__(self, facts: StatusFacts | None = None) -> None:
        super().__init__()
        if facts is not None:
            self.set_reactive(StatusLine.facts, facts)

    @override
    def render_line(self, y: int) -> Strip:
        """The line as drawn."""
        width = self.size.width
        facts = self.facts
        rest = [
            _marked(say("printer {keadaan}", keadaan=facts.printer or "?"), facts.printer_ok),
            _marked(_link(facts), facts.link_ok),
            say("antre {n}", n=facts.waiting),
            _marked(say("jam {keadaan}", keadaan=facts.clock or "?"), facts.clock_ok),
            say("hanya di kiosk ini: {n}", n=facts.only_here),
        ]
        officer = facts.officer or say("belum masuk")
        between = BETWEEN
        spare = width - sum(cell_len(part) for part in rest) - len(rest) - cell_len(officer)
        if spare >= 2 * len(rest):
            between = f" {BETWEEN} "
        elif spare < 0:
            shorter = max(6, cell_len(officer) + spare)
            spare += cell_len(officer) - shorter
            officer = fit(officer, shorter)
        if spare < 0:
            rest[0] = fit(rest[0], max(8, cell_len(rest[0]) + spare))
        return strip_of(width, self.rich_style, (between.join([officer, *rest]), PLAIN))


def _marked(text: str, ok: bool) -> str:
    return text if ok else f"!{text}"


def _link(facts: StatusFacts) -> str:
    if facts.link:
        return say("pusat {keadaan}", keadaan=facts.link)
    if facts.receipt_age is None:
        return say("pusat belum")
    return say("pusat {umur}", umur=age(facts.receipt_age))


def age(seconds: float) -> str:
    """How long ago, in the largest unit that fits: 40 dtk, 12 mnt, 5 jam, 3 hari."""
    whole = max(0, int(seconds))
    if whole < 60:
        return say("{n} dtk", n=whole)
    if whole < 3600:
        return say("{n} mnt", n=whole // 60)
    if whole < 48 * 3600:
        return say("{n} jam", n=whole // 3600)
    return say("{n} hari", n=whole // 86400)


class KeyBar(Bar):
    """Bottom line: the ten keys, the same on every screen; a still picture, so it costs nothing."""

    DEFAULT_CSS = """
    KeyBar { background: ansi_default; color: ansi_default; }
    """

    @override
    def render_line(self, y: int) -> Strip:
        """The line as drawn: whole words where there is room, short ones at 80 columns."""
        width = self.size.width
        labels = _key_labels()
        if sum(len(f"F{n} {full} ") for n, (full, _) in enumerate(labels, 1)) <= width + 1:
            pairs = [(f"F{n}", f" {words[0]} ") for n, words in enumerate(labels, 1)]
        else:
            pairs = [(f"F{n}", f"{words[1]} ") for n, words in enumerate(labels, 1)]
        key_style = Style(color="black", bgcolor="cyan")
        parts = [part for key, label in pairs for part in ((key, key_style), (label, PLAIN))]
        return strip_of(width, self.rich_style, *parts)


def _key_labels() -> list[tuple[str, str]]:
    """The ten labels, whole and short (the short ones fill 80 columns together)."""
    return [
        (say("Bantuan"), say("Bantu")),
        (say("Baru"), say("Baru")),
        (say("Cari"), say("Cari")),
        (say("Serah"), say("Serah")),
        (say("Kerja"), say("Kerja")),
        (say("Cetak"), say("Cetak")),
        (say("Sinkron"), say("Sinkr")),
        (say("Laporan"), say("Lapor")),
        (say("Kelola"), say("Kelola")),
        (say("Kunci"), say("Kunci")),
    ]
