"""A chat pasted, typed or brought as a file: what can be read of it fills the form.

KIA through WhatsApp, SOP 060/Dukcapil-PDIP/1250/2021 steps 1 and 2.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import TextArea

from kiosk.screens.base import DeskScreen
from kiosk.screens.begin import open_form
from kiosk.screens.reason import ReasonDialog
from kiosk.texts import said, say
from kiosk.widgets.dialogs import Ask, Choose, TextPanel

if TYPE_CHECKING:
    from config.forms import Form
    from kiosk.cases.chat import ChatReading

SETTLE_SECONDS = 0.5
"""After the last key: what stands here is kept as a draft."""

TYPE_IT = "ketik"


class ChatText(TextArea, inherit_bindings=False):
    """Plain text of many lines. Function keys are the kiosk's, so Textual's own are left out."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor_up", show=False),
        Binding("down", "cursor_down", show=False),
        Binding("left", "cursor_left", show=False),
        Binding("right", "cursor_right", show=False),
        Binding("home", "cursor_line_start", show=False),
        Binding("end", "cursor_line_end", show=False),
        Binding("pageup", "cursor_page_up", show=False),
        Binding("pagedown", "cursor_page_down", show=False),
        Binding("backspace", "delete_left", show=False),
        Binding("delete", "delete_right", show=False),
        Binding("ctrl+z", "undo", show=False),
    ]
    DEFAULT_CSS = """
    ChatText, ChatText:focus {
        background: $field-background; color: $field-foreground; border: none; padding: 0 1;
    }
    ChatText .text-area--cursor {
        background: $input-cursor-background; color: $input-cursor-foreground;
    }
    """

    def __init__(self, text: str) -> None:
        super().__init__(text, soft_wrap=True, show_line_numbers=False, highlight_cursor_line=False)
        self.cursor_blink = False


class ChatScreen(DeskScreen):
    """Room for a chat; F2 reads it into the form of a procedure."""

    hears_scans = False
    BINDINGS: list[BindingType] = [
        Binding("escape", "leave", show=False),
        Binding("f2", "read", show=False),
        Binding("ctrl+o", "file", show=False),
    ]

    def __init__(self, procedure: str, text: str = ""):
        super().__init__(
            say("Obrolan pemohon"),
            say("Tempel atau ketik obrolan, lalu F2. Ctrl+O membuka file (USB). Esc kembali."),
        )
        self._slug = procedure
        self._text = text
        self._keeping: Timer | None = None

    def body(self) -> list[Widget]:
        """The text."""
        return [ChatText(self._text)]

    @property
    def text(self) -> str:
        """What stands here."""
        return self.query_one(ChatText).text

    def on_mount(self) -> None:
        """Ready for the paste."""
        self.query_one(ChatText).focus()

    def unsaved(self) -> bool:
        """Whether leaving would lose a text."""
        return bool(self.text.strip())

    def on_text_area_changed(self, changed: TextArea.Changed) -> None:
        """Keep it, a moment after the last key."""
        changed.stop()
        if self._keeping is not None:
            self._keeping.stop()
        self._keeping = self.set_timer(SETTLE_SECONDS, self._keep)

    async def _keep(self) -> None:
        if self.text.strip():
            form = await self._form()
            with self.telling():
                await self.kiosk.ask(self.desk.intake.save_draft, form.slug, {}, "", (), self.text)

    async def _form(self) -> Form:
        return await self.kiosk.ask(self.desk.intake.form, self._slug)

    @work
    async def action_read(self) -> None:
        """F2: into the form; first what could not be read, if there is any."""
        text = self.text
        if not text.strip():
            self.say_next(say("Belum ada obrolan. Tempel atau ketik dahulu."), "peringatan")
            return
        if self._keeping is not None:
            self._keeping.stop()
        reading = await self.kiosk.ask(self.desk.intake.read_chat, self._slug, text)
        form = await self._form()
        if reading.unread or reading.doubts:
            await self.kiosk.push_screen_wait(
                TextPanel(say("Yang terbaca dari obrolan"), _told(reading, form))
            )
        await open_form(self.kiosk, self._slug, chat=text, reading=reading)

    @work
    async def action_file(self) -> None:
        """Ctrl+O: a chat that was brought as a file."""
        from kiosk.desk.chat_files import chat_files, read_chat_file

        if self.unsaved() and not await self.kiosk.push_screen_wait(
            Ask(say("Ganti teks di layar dengan isi file?"))
        ):
            return
        name = await self._chosen(await self.kiosk.ask(chat_files))
        if not name:
            return
        with self.telling():
            text = await self.kiosk.ask(read_chat_file, name)
            self.query_one(ChatText).text = text
            self.say_next(say("Isi file di layar. F2 membacanya ke formulir."))

    async def _chosen(self, found: list[Path]) -> str | None:
        if found:
            options = [(str(path), path.name) for path in found]
            answer = await self.kiosk.push_screen_wait(
                Choose(say("File mana?"), [*options, (TYPE_IT, say("Ketik nama filenya"))])
            )
            if answer != TYPE_IT:
                return answer
        return await self.kiosk.push_screen_wait(
            ReasonDialog(say("Nama file dengan foldernya, misalnya /media/usb/chat.txt"))
        )

    @work
    async def action_leave(self) -> None:
        """Esc: back; a text stays as a draft unless it is thrown away."""
        if self.unsaved():
            answer = await self.kiosk.push_screen_wait(
                Choose(
                    say("Tinggalkan obrolan ini?"),
                    [
                        ("simpan", say("Simpan dahulu, lanjutkan nanti")),
                        ("buang", say("Buang")),
                    ],
                )
            )
            if answer is None:
                return
            if self._keeping is not None:
                self._keeping.stop()
            if answer == "simpan":
                await self._keep()
            else:
                await self._drop()
        else:
            await self._drop()
        self.kiosk.home()

    async def _drop(self) -> None:
        form = await self._form()
        await self.kiosk.ask(self.desk.intake.drop_draft, form.slug)


def _told(reading: ChatReading, form: Form) -> list[str]:
    """What an officer must know before the form: what is doubtful, and what was not used."""
    lines = [say("{n} isian terisi. Periksa semuanya dengan KK dan akta.", n=len(reading.values))]
    if reading.doubts:
        lines += ["", say("Perlu dilihat:")]
        lines += [f"- {said(form.field(one.key).label)}: {one.says}" for one in reading.doubts]
    if reading.unread:
        lines += ["", say("Baris yang tidak dipakai:"), *(f"  {line}" for line in reading.unread)]
    return lines
