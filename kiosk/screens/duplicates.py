"""A likely duplicate beside the new case, before anything prints; the decision needs a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical

from kiosk.cases.masks import mask_nik
from kiosk.cases.subject import subject_of
from kiosk.papers.dates import written_day
from kiosk.texts import say
from kiosk.widgets.dialogs import INSIDE, Dialog, Lines
from kiosk.widgets.fields import LineInput

if TYPE_CHECKING:
    from kiosk.cases.duplicates import Match

HALF = 26


class DuplicateDialog(Dialog[str | None]):
    """Gives the reason why it is another child; None when the officer stops."""

    DEFAULT_CSS = """
    DuplicateDialog LineInput { width: 60; }
    """

    def __init__(self, values: Mapping[str, str], match: Match):
        super().__init__()
        known = match.candidate
        who = subject_of(values)
        rows = [
            ("", say("YANG BARU"), known.number),
            (say("Anak") if "anak_nama" in values else say("Nama"), who.name, known.child_name),
            (say("NIK"), mask_nik(who.nik), mask_nik(known.nik)),
            (say("Lahir"), written_day(who.birth), written_day(known.birth)),
            (say("Ibu"), who.mother, known.mother_name),
            (say("NIK ibu"), mask_nik(who.mother_nik), mask_nik(known.mother_nik)),
        ]
        self._lines: Sequence[str] = [
            say("Mungkin sudah pernah diajukan. Periksa sebelum resi dicetak."),
            "",
            *(
                f"{label:8} {new:{HALF}.{HALF}} | {old:{HALF}.{HALF}}"
                for label, new, old in rows
                if new or old
            ),
            "",
            *wrap(say("Sebab dicurigai: {why}", why=", ".join(match.reasons)), INSIDE),
            "",
            *_what_to_do(same_person=bool(who.nik)),
        ]

    def compose(self) -> ComposeResult:
        """Both cases side by side, and the reason."""
        with Vertical(classes="window"):
            yield Lines(self._lines, bold_first=True)
            yield LineInput(max_length=60, id="reason")

    def on_key(self, event: events.Key) -> None:
        """Enter with a reason goes on."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            reason = self.query_one("#reason", LineInput).value.strip()
            if reason:
                self.dismiss(reason)


def _what_to_do(*, same_person: bool) -> list[str]:
    """A second birth is another child; a second request of a person may be needed all the same."""
    if same_person:
        return [
            say("Bila permohonan ini tetap diperlukan, tulis alasannya lalu Enter."),
            say("Bila tidak, tekan Esc: permohonan baru tidak dibuat."),
        ]
    return [
        say("Bila BUKAN anak yang sama, tulis alasannya lalu Enter."),
        say("Bila sama, tekan Esc: permohonan baru tidak dibuat."),
    ]
