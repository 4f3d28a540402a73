"""What holds on every screen: scans, keys that must not quit, the desk thread."""

from __future__ import annotations

import asyncio
import random
import threading

from textual.widgets import Input

from config.forms import Field, Page
from kiosk.shell.base_app import ShellApp
from kiosk.widgets.fields import LineInput
from kiosk.widgets.form_view import FormView

RESI = "RSA1-261121-0001-K"
HELD = 0.06  # seconds: longer than a key is held back


class Going(ShellApp):
    def __init__(self) -> None:
        super().__init__()
        self.went: list[str] = []

    async def go(self, where: str) -> None:
        self.went.append(where)


def form() -> FormView:
    return FormView([Page("Uji", (Field("a", "Satu", "text"), Field("b", "Dua", "text")))])


async def test_a_scan_goes_to_the_screen_and_not_into_the_field(stage):
    async with stage(form(), scans=True) as on:
        await on.type("Ani")
        await on.type(RESI, "<enter>", gap=0.002)
        await asyncio.sleep(HELD)
        await on.pilot.pause()
        assert [(scan.text, scan.garbage) for scan in on.screen.scans] == [(RESI, False)]
        assert on.app.focused.typed == "Ani"
        assert on.app.focused.field.key == "a"


async def test_a_scan_after_a_pause_takes_back_the_key_that_was_already_shown(stage):
    async with stage(form(), scans=True) as on:
        await on.type("Budi")
        await on.type(RESI[:3], gap=0.05, settle=False)
        assert on.app.focused.typed == "BudiRSA"
        await on.type(RESI[3:], "<enter>", gap=0.03, pause=0.0, settle=False)
        await asyncio.sleep(HELD)
        await on.pilot.pause()
        assert [scan.text for scan in on.screen.scans] == [RESI]
        assert on.app.focused.typed == "Budi"


async def test_a_scan_with_a_prefix_is_known_at_any_speed(stage):
    async with stage(form(), scans=True) as on:
        await on.type("\x02" + RESI, "<enter>", gap=0.12)
        await asyncio.sleep(HELD)
        assert [scan.text for scan in on.screen.scans] == [RESI]
        assert on.app.focused.typed == ""


async def test_garbage_reaches_no_field_and_fires_no_key(stage):
    dice = random.Random(7)
    letters = "".join(map(chr, [*range(1, 27), 29, *range(32, 127)]))
    for prefix in ("", "\x02"):
        app = Going()
        async with stage(form(), app=app, scans=True) as on:
            await on.type("Ani")
            garbage = "abcdefghijklm" + "".join(dice.choices(letters, k=3_000))
            await on.type(prefix + garbage, "<escape>", "<f2>", "<enter>", gap=0.001, settle=False)
            await asyncio.sleep(4 * HELD)
            await on.pilot.pause()
            assert on.app.focused.typed == "Ani"
            assert on.app.focused.field.key == "a"
            assert app.went == []
            assert on.app.is_running
            assert any(scan.garbage for scan in on.screen.scans)
            await on.type("ta", gap=0.2)
            await asyncio.sleep(HELD)
            await on.pilot.pause()
            assert on.app.focused.typed == "Anita"


async def test_an_officer_types_as_ever(stage):
    async with stage(form(), scans=True) as on:
        await on.type("Budi Santosa", "<backspace>", "o", "<enter>", "x", "<enter>", gap=0.08)
        await asyncio.sleep(HELD)
        await on.pilot.pause()
        assert on.screen.done == [{"a": "Budi Santoso", "b": "x"}]
        assert on.screen.scans == []


async def test_a_scan_reaches_the_dialog_on_top_and_then_the_application(stage):
    from kiosk.shell.base_app import Scanned
    from kiosk.widgets.dialogs import Ask

    class Hearing(ShellApp):
        heard: list[str] = []

        def on_scanned(self, scan: Scanned) -> None:
            self.heard.append(scan.text)

    async with stage(app=Hearing(), scans=True) as on:
        on.app.push_screen(Ask("Ya?"))
        await on.pilot.pause()
        await on.type(RESI, "<enter>", gap=0.002)
        await asyncio.sleep(HELD)
        await on.pilot.pause()
        assert Hearing.heard == [RESI]
        assert on.app.screen is not on.screen


async def test_no_key_ends_the_program_or_opens_a_palette(stage):
    async with stage(form()) as on:
        await on.type("<ctrl+q>", "<ctrl+c>", "<ctrl+p>", "<ctrl+z>", "<ctrl+backslash>")
        assert on.app.is_running
        assert on.app.screen is on.screen


async def test_function_keys_go_where_they_say_on_every_screen(stage):
    app = Going()
    async with stage(form(), app=app) as on:
        await on.type(*(f"<f{n}>" for n in range(2, 11)))
        assert app.went == [
            "baru", "cari", "serah", "kerja", "cetak", "sinkron", "laporan", "kelola", "kunci",
        ]  # fmt: skip
        on.app.set_focus(None)
        await on.type("<f1>")
        assert app.went[-1] == "bantuan"


async def test_what_is_asked_runs_on_one_thread_in_order_and_its_error_comes_back(stage):
    async with stage() as on:
        names: list[tuple[int, str]] = []

        def work(n: int) -> int:
            names.append((n, threading.current_thread().name))
            if n == 3:
                raise ValueError("tidak")
            return n * 2

        answers = await asyncio.gather(
            *(on.app.ask(work, n) for n in range(5)), return_exceptions=True
        )
        assert answers[:3] + answers[4:] == [0, 2, 4, 8]
        assert isinstance(answers[3], ValueError)
        assert [n for n, _ in names] == [0, 1, 2, 3, 4]
        assert len({name for _, name in names}) == 1
        assert names[0][1] != threading.current_thread().name


async def test_what_is_copied_stays_inside(stage):
    async with stage(form()) as on:
        written: list[str] = []
        on.app._driver.write = written.append
        await on.type("rahasia", "<ctrl+shift+a>", "<ctrl+c>")
        assert on.app.clipboard == "rahasia"
        assert not [text for text in written if "\x1b]52" in text]


async def test_backspace_and_a_letter_stay_in_order(stage):
    assert issubclass(LineInput, Input)
    async with stage(form()) as on:
        await on.type("ab", "<backspace>", "c", "<home>", "x", "<delete>", "<end>", "z")
        assert on.app.focused.typed == "xcz"
