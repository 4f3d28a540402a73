"""The small windows, by keys alone."""

from __future__ import annotations

import pytest

from kiosk.widgets.dialogs import Ask, Choose, PinDialog, TextPanel


async def open_and_type(on, dialog, *keys):
    answers: list[object] = []
    on.app.push_screen(dialog, answers.append)
    await on.pilot.pause()
    shown = on.text
    await on.type(*keys)
    return answers, shown


@pytest.mark.parametrize(("keys", "answer"), [("y", True), ("Y", True), ("t", False)])
async def test_a_question_is_answered_by_one_key(stage, keys, answer):
    async with stage() as on:
        answers, shown = await open_and_type(on, Ask("Serahkan berkas ini?"), keys)
        assert answers == [answer]
        assert "Serahkan berkas ini?" in shown
        assert "Y = ya, T = tidak" in shown


async def test_no_other_key_answers_and_escape_gives_none(stage):
    async with stage() as on:
        answers, _ = await open_and_type(on, Ask("Ya?"), "x", "<enter>", "<f2>", "<ctrl+q>")
        assert answers == []
        await on.type("<escape>")
        assert answers == [None]


@pytest.mark.parametrize(
    ("keys", "answer"),
    [(("2",), "b"), (("<down>", "<down>", "<enter>"), "c"), (("<enter>",), "a"), (("9",), None)],
)
async def test_a_choice_by_number_or_arrows(stage, keys, answer):
    options = [("a", "Kepala seksi"), ("b", "Kepala bidang"), ("c", "Sekretariat")]
    async with stage() as on:
        answers, shown = await open_and_type(on, Choose("Kepada siapa?", options), *keys)
        assert answers == ([] if answer is None else [answer])
        assert "> 1 Kepala seksi" in shown


async def test_a_long_choice_scrolls(stage):
    async with stage() as on:
        options = [(str(n), f"Pilihan {n}") for n in range(40)]
        answers, shown = await open_and_type(on, Choose("?", options), "<end>")
        assert "Pilihan 39" not in shown
        assert "Pilihan 39" in on.text
        await on.type("<enter>")
        assert answers == ["39"]


async def test_a_long_text_scrolls_inside_its_window(stage):
    lines = [f"baris {n}" for n in range(60)]
    async with stage() as on:
        _, shown = await open_and_type(on, TextPanel("Resi", lines), "<pagedown>", "<down>")
        assert "baris 0 " in shown
        assert "baris 0 " not in on.text
        assert "baris 17" in on.text
        assert "hanya di kiosk ini" in on.lines()[23]
        await on.type("<end>")
        assert "baris 59" in on.text
        await on.type("<enter>")
        assert on.app.screen is on.screen


async def test_a_pin_is_never_shown(stage):
    async with stage() as on:
        answers, _ = await open_and_type(on, PinDialog("Masukkan PIN."), "8317")
        assert "8317" not in on.text
        assert "****" in on.text
        await on.type("<enter>")
        assert answers == ["8317"]
