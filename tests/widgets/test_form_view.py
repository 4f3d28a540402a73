"""Filling in a form with nothing but keys."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from textual.geometry import Size
from textual.widgets import Input

from config.forms import LABEL_WIDTH, Field, Page
from kiosk.widgets.dialogs import TextPanel
from kiosk.widgets.fields import ChoiceEntry, LineInput, TextEntry, shown, stored
from kiosk.widgets.form_view import FormView
from kiosk.widgets.lookup_dialog import LookupDialog

HUBUNGAN = [("01", "KEPALA KELUARGA"), ("02", "SUAMI"), ("03", "ISTRI"), ("04", "ANAK")]

BABY = Page(
    "Bayi",
    (
        Field("nama", "Nama bayi", "name", required=True, help="Seperti pada surat"),
        Field("jk", "Jenis kelamin", "choice", choices=(("L", "Laki-laki"), ("P", "Perempuan"))),
        Field("lahir", "Tanggal lahir", "date"),
        Field("kembar", "Kembar?", "yesno"),
        Field("ke", "Kembar ke-", "number", when=(("kembar", ("ya",)),)),
        Field("hub", "Hubungan", "lookup", lookup="hubungan"),
    ),
)
MOTHER = Page("Ibu", (Field("nik", "NIK ibu", "nik"), Field("hp", "No. HP", "phone")))


@dataclass
class Found:
    level: str
    key: str
    says: str


async def find(text: str) -> list[tuple[str, str]]:
    text = text.casefold()
    return [row for row in HUBUNGAN if text in row[0] or text in row[1].casefold()]


def form(**more: object) -> FormView:
    return FormView([BABY, MOTHER], lookups={"hubungan": find}, **more)  # type: ignore[arg-type]


async def test_a_whole_form_is_filled_in_without_looking(stage):
    async with stage(form()) as on:
        await on.type(
            "Ani", "<enter>", "2", "<enter>", "05112026", "<enter>", "t", "<enter>", "04",
            "<enter>",
            "1471010101010001", "<enter>", "0811222", "<enter>",
        )  # fmt: skip
        assert on.screen.done == [
            {
                "nama": "Ani", "jk": "P", "lahir": "2026-11-05", "kembar": "tidak", "hub": "04",
                "nik": "1471010101010001", "hp": "0811222",
            }
        ]  # fmt: skip
        assert [key for key, _ in on.screen.left] == [
            "nama", "jk", "lahir", "kembar", "hub", "nik", "hp",
        ]  # fmt: skip


async def test_what_is_typed_ahead_reaches_the_next_field_even_over_a_slow_lookup(stage):
    gate = asyncio.Event()

    async def slow(text: str) -> list[tuple[str, str]]:
        await gate.wait()
        return await find(text)

    async with stage(FormView([BABY, MOTHER], lookups={"hubungan": slow})) as on:
        await on.type("Ani", "<enter>", "<enter>", "<enter>", "<enter>", "03")
        await on.type("<enter>", "1471", settle=False)
        gate.set()
        await on.pilot.pause()
        await on.type("99")
        view = on.screen.query_one(FormView)
        assert view.page == 1
        assert view.collect() | {"nama": "Ani", "hub": "03", "nik": "147199"} == view.collect()


async def test_a_conditional_field_comes_and_goes(stage):
    async with stage(form()) as on:
        await on.type("A", "<enter>", "<enter>", "<enter>")
        assert "Kembar ke-" not in on.text
        await on.type("y", "<enter>")
        assert "Kembar ke-" in on.text
        await on.type("2", "<up>", "t", "<enter>")
        assert "Kembar ke-" not in on.text
        assert "ke" not in on.screen.query_one(FormView).collect()


async def test_a_refused_field_keeps_the_officer_and_says_why(stage):
    def check(field: Field, value: str, values: dict[str, str]) -> list[Found]:
        del values
        if field.key == "nama" and not value:
            return [Found("tolak", "nama", "Nama bayi wajib diisi.")]
        if field.key == "lahir" and value < "2026":
            return [Found("peringatan", "lahir", "Sudah lama.")]
        return []

    async with stage(form(check=check)) as on:
        await on.type("<enter>")
        assert on.message == "Nama bayi wajib diisi."
        assert "X Ditolak: Nama bayi wajib diisi." in on.text
        assert on.app.focused.field.key == "nama"
        await on.type("Ani", "<enter>", "<enter>", "01012020", "<enter>")
        assert "! Peringatan: Sudah lama." in on.text
        assert on.app.focused.field.key == "kembar"
        (row,) = [line for line in on.lines() if "Tanggal lahir" in line]
        assert "! 01-01-2020" in row


async def test_going_back_is_never_held_up(stage):
    async with stage(form()) as on:
        await on.type("A", "<enter>", "<up>", "<delete>", "<down>")
        assert on.app.focused.field.key == "nama"
        await on.type("B", "<down>", "<shift+tab>", "<pagedown>")
        assert on.app.focused.field.key == "nik"
        await on.type("<up>")
        assert on.app.focused.field.key == "hub"
        await on.type("<pagedown>", "<pageup>")
        assert on.app.focused.field.key == "nama"


async def test_the_last_enter_finds_what_was_jumped_over_and_counts_once(stage):
    async with stage(form()) as on:
        await on.type("<pagedown>", "<enter>", "<enter>")
        assert on.screen.done == []
        assert on.app.focused.field.key == "nama"
        assert on.message
        await on.type("Ani", "<pagedown>", "<down>", "<enter>", "<enter>", "<enter>")
        assert len(on.screen.done) == 1
        on.screen.say_next("Nomor sudah ada.", "tolak")
        await on.type("<enter>")
        assert len(on.screen.done) == 2


async def test_a_code_is_found_by_part_of_its_name_or_chosen_from_the_list(stage):
    async with stage(form()) as on:
        await on.type("A", "<enter>", "<enter>", "<enter>", "<enter>")
        await on.type("istr", "<enter>", "<up>")
        (row,) = [line for line in on.lines() if "Hubungan" in line]
        assert "03" in row
        assert "ISTRI" in row
        await on.type("?")
        assert isinstance(on.app.screen, LookupDialog)
        await on.type("a")
        await on.type("<down>", "<down>", "<enter>")
        assert on.app.screen is on.screen
        await on.pilot.pause()
        assert on.screen.query_one(FormView).collect()["hub"] == "04"
        assert on.app.focused.field.key == "nik"


async def test_a_code_nobody_knows_is_refused_and_several_open_the_list(stage):
    async with stage(form()) as on:
        await on.type("A", "<enter>", "<enter>", "<enter>", "<enter>", "zzz", "<enter>")
        assert "zzz" in on.message
        assert on.app.focused.field.key == "hub"
        await on.type("<ctrl+u>", "a", "<enter>")
        await on.pilot.pause()
        assert isinstance(on.app.screen, LookupDialog)
        await on.type("<escape>")
        assert on.app.focused.field.key == "hub"


async def test_carried_values_are_marked_until_they_are_changed(stage):
    async with stage(form(values={"nama": "Ani", "jk": "P"}, carried=("nama", "jk"))) as on:
        (row,) = [line for line in on.lines() if "Jenis kelamin" in line]
        assert "< 2 Perempuan" in row
        assert "(dari kasus sebelumnya)" in row
        await on.type("<enter>", "1", "<enter>")
        rows = [line for line in on.lines() if "Jenis kelamin" in line or "Nama bayi" in line]
        assert "< Ani" in rows[0]
        assert "<" not in rows[1]


async def test_choices_by_number_letter_and_arrows(stage):
    async with stage(form()) as on:
        entry = on.screen.query_one(ChoiceEntry)
        entry.focus()
        await on.pilot.pause()
        for keys, code in (("2", "P"), ("l", "L"), ("<right>", "P"), ("<backspace>", "")):
            await on.type(keys)
            assert entry.typed == code
        assert on.app.cursor_position == entry.content_region.offset


async def test_help_of_a_field(stage):
    async with stage(form()) as on:
        await on.type("<f1>")
        await on.pilot.pause()
        assert isinstance(on.app.screen, TextPanel)
        assert "Seperti pada surat" in on.text
        await on.type("<escape>")
        assert on.app.screen is on.screen


async def test_an_entry_takes_only_what_its_type_allows(stage):
    async with stage(form()) as on:
        await on.type("<pagedown>", "14x71\x03010101010001999")
        assert on.app.focused.typed == "1471010101010001"


async def test_pasted_control_characters_are_harmless(stage):
    from textual.events import Paste

    async with stage(form()) as on:
        on.app.post_message(Paste("\x1b[2J\x07Siti\x11\tA\nbaris dua"))
        await on.pilot.pause()
        assert on.app.focused.typed == "[2JSitiA"


async def test_typing_needs_no_new_layout_of_the_screen(stage):
    # LineInput redeclares a reactive of Textual's; this pins what that relies on.
    assert LineInput._reactives["virtual_size"]._layout is False
    assert Input._reactives["virtual_size"]._layout is True
    async with stage(form()) as on:
        counts = on.screen._layout_widgets
        await on.type("x" * 50, "<home>", "<end>")
        entry = on.app.focused
        assert isinstance(entry, TextEntry)
        assert entry.virtual_size == Size(51, 1)
        assert not counts
        assert entry.cursor_screen_offset.x < 80


def test_dates_are_read_with_or_without_marks():
    field = Field("t", "T", "date")
    for typed in ("05112026", "5-11-2026", "05/11/2026", "05.11.2026", " 05 11 2026 "):
        assert stored(field, typed) == "2026-11-05"
    assert stored(field, "31022026") == "31022026"
    assert shown(field, "2026-11-05") == "05-11-2026"
    assert shown(field, "0511") == "0511"


async def test_the_longest_label_and_answer_fit_the_line(stage):
    field = Field("a", "A" * LABEL_WIDTH, "name", required=True)
    async with stage(FormView([Page("Uji", (field,))], {"a": "B" * 60})) as on:
        (row,) = [line for line in on.lines() if "AAA" in line]
        assert f"> {'A' * LABEL_WIDTH}*  BBB" in row
        assert len(row) == 80


async def test_a_form_is_done_once_though_its_last_answer_is_written_in_another_way(stage):
    """A telephone number becomes 62...: that is no change of the officer's."""
    number = Page("Telepon", (Field("hp", "No. HP", "phone"),))
    stored_otherwise = FormView([number], normalise=lambda _, typed: typed.replace("08", "628", 1))
    async with stage(stored_otherwise) as on:
        await on.type("0811222", "<enter>")
        assert stored_otherwise._locked
        await on.type("<enter>")
        assert on.screen.done == [{"hp": "62811222"}]
        await on.type("<end>")
        await on.type("3")
        await on.type("<enter>")
        assert on.screen.done == [{"hp": "62811222"}, {"hp": "628112223"}]


async def test_many_choices_are_folded_between_two_of_them(stage):
    labels = ("Buku nikah", "Akta perkawinan", "Bukti lain yang sah", "SPTJM F-2.04")
    labels += ("Tidak ada (anak seorang ibu)",)
    choices = tuple((f"k{at}", label) for at, label in enumerate(labels))
    page = Page("Berkas", (Field("nikah", "Bukti", "choice", choices=choices),))
    async with stage(FormView([page])) as on:
        for at, label in enumerate(labels, 1):
            assert f"{at} {label}" in on.text
