"""The resi as files to be sent by WhatsApp: a PDF and a picture.

SOP 060/Dukcapil-PDIP/1250/2021 step 2: the lembar penerimaan permohonan goes to the applicant
through WhatsApp. The kiosk has no WhatsApp; the officer carries the file to the telephone.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from config.written import replace_file
from kiosk.cases.card_words import SENT_PAPER
from kiosk.cases.resi import case_id
from kiosk.desk.composing import Composing
from kiosk.desk.core import CENTRE, Core
from kiosk.desk.ledger import Act
from kiosk.desk.views import Refusal
from kiosk.texts import say

if TYPE_CHECKING:
    from kiosk.papers.model import Paper

FOLDER = "kirim"
"""The folder, inside the kiosk's data folder, of papers to be sent."""


class SavedResi(NamedTuple):
    """Where the files lie."""

    pdf: Path
    png: Path


class SendingResi:
    """F6 of a case: the resi as a PDF and as a picture."""

    def __init__(self, core: Core):
        self._core = core
        self._composing = Composing(core)

    def save(self, number: str) -> SavedResi:
        """Write both files of a case's resi, whole or not at all; the first time the control card
        says so. They show what the printed one shows: no full NIK, no full telephone number.

        Raises Refusal when the case is not known here or the disk does not take them.
        """
        core = self._core
        core.acting()
        with core.ledger.transaction():
            state = core.known(number)
            paper = self._composing.resi(number, self._composing.intake_hash(number))
            folder = core.front.folder / FOLDER
            saved = SavedResi(folder / f"{number}.pdf", folder / f"{number}.png")
            try:
                folder.mkdir(mode=0o700, exist_ok=True)
                replace_file(saved.pdf, _pdf(paper))
                replace_file(saved.png, _png(paper))
            except OSError as error:
                raise Refusal(
                    say("File resi tidak dapat disimpan. Periksa ruang penyimpanan.")
                ) from error
            if not state.prints.get(SENT_PAPER):
                to = tuple(dict.fromkeys((core.settings.address, CENTRE)))
                data = {"kertas": SENT_PAPER, "salinan": 0}
                act = Act(case_id(number), "cetak", state.step, to=to, data=data)
                core.ledger.write(core.hand(), act)
        return saved

    def copy(self, number: str, stick: str) -> None:
        """Put both saved files on a stick, there in full when this returns. Raises Refusal."""
        folder = self._core.front.folder / FOLDER
        try:
            for ending in ("pdf", "png"):
                name = f"{number}.{ending}"
                replace_file(Path(stick) / name, (folder / name).read_bytes())
        except OSError as error:
            raise Refusal(say("USB tidak dapat ditulis. Pasang USB lain, lalu ulangi.")) from error


def _pdf(paper: Paper) -> bytes:
    from kiosk.papers.pdf import to_pdf

    return to_pdf(paper)


def _png(paper: Paper) -> bytes:
    """The paper as it would come out of a printer for rolls of 80 mm."""
    from drivers.profiles import PROFILES
    from drivers.virtual.decode import decode
    from drivers.virtual.paper import render_png
    from kiosk.papers.render import to_escpos

    profile = PROFILES["80"]
    return render_png(decode(to_escpos(paper, profile)), profile.columns)


def drop_sent(folder: Path, number: str) -> None:
    """Delete a purged case's files from a kiosk's data folder."""
    for ending in ("pdf", "png"):
        (folder / FOLDER / f"{number}.{ending}").unlink(missing_ok=True)
