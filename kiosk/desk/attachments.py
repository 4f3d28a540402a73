"""Papers scanned into a case: their pages on the shelf, and one line on the control card."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drivers.documents.shelf import NotOnShelf, Shelf
from drivers.trouble import DeviceTrouble
from kiosk.cases.acts import LONGEST_LABEL
from kiosk.cases.card import AttachedPage, Attachment
from kiosk.cases.resi import case_id
from kiosk.desk.core import Core
from kiosk.desk.files import Files
from kiosk.desk.ledger import Act
from kiosk.desk.scan_draft import Preview, ScanDraft
from kiosk.desk.views import Refusal
from kiosk.texts import say

if TYPE_CHECKING:
    from drivers.documents.page import StoredPage

SHELF = "lampiran"
DRAFTS = "pindaian"
PREVIEW = "pratinjau"
"""The folders, inside the kiosk's data folder, of pages attached, under way, and shown."""


class Attachments:
    """Scans. Any officer may add one to any case; it moves nothing."""

    def __init__(self, core: Core, files: Files):
        self._core = core
        self._files = files
        folder = core.front.folder
        self.shelf = Shelf(folder / SHELF)
        self.preview = Preview(folder / PREVIEW)
        self.preview.clear()
        self._drafts = folder / DRAFTS

    # -- what is there -------------------------------------------------------------------------

    def of(self, number: str) -> tuple[Attachment, ...]:
        """What was scanned into a case, in the card's order. Raises Refusal."""
        state = self._core.state(number)
        return state.attachments if state else ()

    def page(self, attachment: Attachment, page: AttachedPage) -> bytes:
        """A page's picture. Raises Refusal when it is not here, or damaged."""
        try:
            return self.shelf.get(page.name)
        except NotOnShelf as error:
            kiosk = attachment.ref.partition("/")[0]
            raise Refusal(
                say("Pindaian ini ada di kiosk {kiosk}, belum ada di sini.", kiosk=kiosk)
            ) from error
        except DeviceTrouble as error:
            raise _refusal(error) from error

    def labels(self, number: str) -> list[str]:
        """What a paper of this case may be called: those its procedure asks for at the beginning;
        of every procedure while the case's own is not known. Raises Refusal."""
        state = self._core.state(number)
        known = self._core.procedures.get(state.procedure) if state else None
        procedures = [known] if known else list(self._core.procedures.values())
        named = (paper for one in procedures for paper in one.first.requires)
        return [paper for paper in dict.fromkeys(named) if len(paper) <= LONGEST_LABEL]

    # -- under way -----------------------------------------------------------------------------

    def draft(self, number: str) -> ScanDraft:
        """The pages that this officer scanned for this case and has not attached yet. Those that
        are on the case already (the kiosk stopped right after) are dropped. Raises Refusal."""
        draft = ScanDraft(self._draft_folder(number))
        attached = {page.name for one in self.of(number) for page in one.pages}
        try:
            for page in draft.ready() if attached else ():
                if _name(page.read()) in attached:
                    draft.drop(page.path)
            draft.open()
        except OSError as error:
            raise _disk() from error
        return draft

    def unfinished(self) -> dict[str, int]:
        """The cases for which this officer has pages that are not attached, and how many. Raises
        Refusal when the desk is locked."""
        ending = self._draft_ending()
        found: dict[str, int] = {}
        for folder in self._drafts.glob(f"*{ending}"):
            draft = ScanDraft(folder)
            count = len(draft.waiting()) + len(draft.ready())
            if count:
                found[folder.name.removesuffix(ending)] = count
        return found

    def _draft_folder(self, number: str) -> Path:
        return self._drafts / f"{self._core.number(number)}{self._draft_ending()}"

    def _draft_ending(self) -> str:
        # An officer's id may hold what no file name may.
        return "." + hashlib.sha256(self._core.acting().id.encode()).hexdigest()[:12]

    # -- acts ----------------------------------------------------------------------------------

    def keep(self, *pages: StoredPage) -> tuple[AttachedPage, ...]:
        """Put pages on the shelf; they stay there even if they are never attached. Raises
        Refusal when the disk does not take them."""
        try:
            return tuple(
                AttachedPage(
                    self.shelf.put(page.data, page.suffix),
                    page.media,
                    len(page.data),
                    page.width,
                    page.height,
                )
                for page in pages
            )
        except DeviceTrouble as error:
            raise _refusal(error) from error

    def attach(self, number: str, label: str, pages: Sequence[AttachedPage]) -> None:
        """Write a paper's pages, all on the shelf already, on the card of a case. Also for a case
        whose data has not arrived. Raises Refusal."""
        core = self._core
        name = " ".join(label.split())[:LONGEST_LABEL]
        if not name or not pages:
            raise Refusal(say("Pindaian harus punya nama surat dan sedikitnya satu halaman."))
        if not all(self.shelf.has(page.name) for page in pages):
            raise Refusal(say("Ada halaman yang belum tersimpan. Pindai lagi halaman itu."))
        with core.ledger.transaction():
            state = core.state(number)
            core.ledger.write(
                core.hand(),
                Act(
                    case_id(number),
                    "lampiran",
                    state.step if state else "",
                    to=self._files.addresses(state),
                    data={"nomor": number, "nama": name, "halaman": _told(pages)},
                ),
            )

    def attach_draft(self, number: str, label: str) -> int:
        """Attach every accepted page of the draft as one paper; gives how many. Pages that nobody
        has looked at yet stay. Raises Refusal."""
        draft = self.draft(number)
        try:
            ready = draft.ready()
            pages = self.keep(*(page.read() for page in ready))
            self.attach(number, label, pages)
            for page in ready:
                draft.drop(page.path)
            if not draft.waiting():
                draft.clear()
        except OSError as error:
            raise _disk() from error
        return len(pages)


def _name(page: StoredPage) -> str:
    return f"{hashlib.sha256(page.data).hexdigest()}.{page.suffix}"


def _told(pages: Iterable[AttachedPage]) -> list[dict[str, Any]]:
    return [
        {
            "sha256": bytes.fromhex(page.name.partition(".")[0]),
            "jenis": page.media,
            "byte": page.size,
            "lebar": page.width,
            "tinggi": page.height,
        }
        for page in pages
    ]


def _refusal(error: DeviceTrouble) -> Refusal:
    return Refusal(say(error.says.text, **error.says.values))


def _disk() -> Refusal:
    return Refusal(say("Pindaian tidak terbaca atau disk penuh. Hubungi pengelola."))
