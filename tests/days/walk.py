"""A day of the office through the real screens: what officers do, one after the other.

One application stands for every kiosk of the training city, so a day is a list of sentences::

    async with begin_day() as day:
        (number,) = await day.take_in("siti", "kado-camer", sample_birth(1, day.today))
        batch = await day.hand_over("siti", "Daftar permohonan")
        await day.sync()
        await day.count_in("andi", batch)
        await day.act("andi", number, "Lengkap, dientri di SIAK", siak_ref="S-1")

Every officer is logged in by his PIN, every key goes to the screen, and what a screen refuses
raises `Refused`. At the end ``await day.branches_taken()`` is compared with ``branches_of(slug)``.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import date

from kiosk.cases.state import CaseState
from kiosk.clock import day_of
from kiosk.screens.case import CaseScreen
from kiosk.screens.custody import CustodyScreen
from kiosk.screens.duplicates import DuplicateDialog
from kiosk.training import PLACES
from kiosk.widgets.dialogs import Choose
from kiosk.widgets.form_view import FormView
from kiosk.widgets.record_list import RecordList
from tests.days.branches import Branch, branches_in, branches_of
from tests.days.hands import LOOK_SECONDS, MOST_LOOKS, Refused, Screen
from tests.screens.counter import Counter, NotSeen

__all__ = ["BATCH", "MOST_LOOKS", "NUMBER", "Branch", "Day", "Refused", "branches_of"]

NUMBER = re.compile(r"\b[A-Z0-9]{4}-\d{6}-\d{4}-[A-Z0-9]\b")
BATCH = re.compile(r"\b[A-Z0-9]{4}-\d{6}-[A-Z]\d{3}-[A-Z0-9]\b")


class Day(Screen):
    """The city's one screen, and whoever sits before it."""

    def __init__(self, at: Counter) -> None:
        super().__init__(at)
        self.officer = ""

    @property
    def today(self) -> date:
        """The day by the first kiosk's clock."""
        return day_of(self.at.app.doors[0].clock.now())

    async def state(self, number: str, code: str = "") -> CaseState:
        """A case as the desk in use (or a kiosk's) knows it."""
        desk = self.at.desk(code)
        return await self.at.do(desk.core.known, number)  # type: ignore[return-value]

    async def top_records(self) -> RecordList:
        """The list on top, once it is read."""
        records: RecordList = await self.top(RecordList)
        for _ in range(MOST_LOOKS):
            if records.current is not None and records.has_focus:
                return records
            await asyncio.sleep(LOOK_SECONDS)
        raise NotSeen(f"the list on top stays empty:\n{self.at.text}")

    # -- who, and pusat ------------------------------------------------------------------------

    async def log_in(self, officer: str) -> None:
        """An officer takes the seat at his kiosk; whoever sat there locks it before."""
        if self.officer == officer and self.at.app.seated:
            return
        await self.at.sit(officer)
        self.officer = officer

    async def sync(self) -> None:
        """F7, and as often as it takes until every kiosk has what is for it."""
        await self.keys("<f7>")
        await self.see(re.compile("Selesai\\."))
        for _ in range(2):
            trouble = await self.at.app.exchange()
            assert not trouble, trouble
        await self.keys("<f5>")
        await self.see("[Menunggu saya:")

    # -- cases -------------------------------------------------------------------------------

    async def begin(self, officer: str, procedure: str) -> FormView:
        """F2, and which procedure where it is asked; the empty form."""
        await self.log_in(officer)
        await self.keys("<f2>")
        for _ in range(MOST_LOOKS):
            await asyncio.sleep(LOOK_SECONDS)
            screen = self.at.app.screen
            if isinstance(screen, Choose):
                await self.pick(procedure)
            elif screen.is_mounted and screen.query(FormView):
                break
        return await self.top(FormView)

    async def take_in(
        self, officer: str, procedure: str, *children: Mapping[str, str], another: str = ""
    ) -> list[str]:
        """An application from F2 to its resi; more than one are children of the same birth.

        ``another`` is the reason why a likely duplicate is another person. Gives the numbers.
        """
        form = await self.begin(officer, procedure)
        for values in children:
            if form.is_attached is False or form._locked:
                form = await self._next_form(form)
            await self.fill(values, form)
        for _ in range(MOST_LOOKS):
            await asyncio.sleep(LOOK_SECONDS)
            dialog = self.at.app.screen
            if isinstance(dialog, DuplicateDialog) and dialog.focused is not None:
                if not another:
                    raise Refused(self.at.text)
                await self.keys(another, "<enter>")
                await self.closed(dialog)
            elif "Permohonan tersimpan" in self.at.text:
                break
            elif self.refusal:
                raise Refused(self.refusal)
        numbers = NUMBER.findall(await self.see("Permohonan tersimpan"))
        await self.keys("<enter>")
        await self.see(re.compile(r"\[Menunggu saya:|Yang dilakukan"))
        return list(dict.fromkeys(numbers))

    async def _next_form(self, old: FormView) -> FormView:
        """The form of the next child of the same birth."""
        for _ in range(MOST_LOOKS):
            await asyncio.sleep(LOOK_SECONDS)
            found = [one for one in self.at.app.screen.query(FormView) if one is not old]
            if found:
                return found[0]
        raise NotSeen(f"no further form:\n{self.at.text}")

    async def open_case(self, officer: str, number: str) -> str:
        """F3 and the number, unless the case is open already; the screen."""
        await self.log_in(officer)
        screen = self.at.app.screen
        if isinstance(screen, CaseScreen) and screen.number == number:
            return self.at.text
        return await self.at.open_case(number)

    async def choose(self, label: str) -> None:
        """On a case: the act of this label, by its number."""
        line = re.compile(rf"(?m)^ +(\d)  {re.escape(label)}")
        screen = await self.see(re.compile(f"{line.pattern}|Enter: semua \\d+ pilihan"))
        if found := line.search(screen):
            await self.keys(found[1])
            return
        await self.keys("<enter>")
        await self.pick(label)

    async def take(self, officer: str, number: str) -> None:
        """The officer receives a file or card on its way to him."""
        await self.open_case(officer, number)
        await self.choose("Terima")
        await self.see("Paraf terima tercatat.")

    async def act(self, officer: str, number: str, label: str, **values: str) -> None:
        """The officer opens the case, receives it if it is on its way to him, and records the
        outcome of this label with what it asks for. Raises Refused."""
        await self.open_case(officer, number)
        if re.search(r"(?m)^ +\d  Terima ", self.at.text):
            await self.take(officer, number)
        before = len((await self.state(number)).lines)
        await self.choose(label)
        for _ in range(MOST_LOOKS):
            await asyncio.sleep(LOOK_SECONDS)
            screen = self.at.app.screen
            forms = [one for one in screen.query(FormView) if not one._locked]
            if forms:
                await self.fill(values, forms[0])
            elif len((await self.state(number)).lines) > before:
                break
            elif self.refusal:
                raise Refused(self.refusal)
        await self.top(CaseScreen)
        await self.see(re.compile(rf"(?s)Kasus {number}.*Yang dilakukan"))

    async def correct(
        self, officer: str, number: str, reason: str, *papers: str, **values: str
    ) -> None:
        """0 on a case: these answers are corrected (ralat) for a reason; ``papers`` of those that
        are offered anew are printed. Raises Refused."""
        await self.open_case(officer, number)
        await self.keys("0")
        await self.pick("ralat")
        await self.fill(values)
        await self.see("Apa alasan ralat ini?")
        await self.keys(reason, "<enter>")
        for paper in papers:
            await self.see("Ralat tercatat. Cetak ulang?")
            await self.pick(paper)
        for _ in range(MOST_LOOKS):
            await asyncio.sleep(LOOK_SECONDS)
            screen = self.at.app.screen
            if isinstance(screen, Choose):
                await self.pick("Tidak, selesai")
            elif isinstance(screen, CaseScreen):
                break
            elif self.refusal:
                raise Refused(self.refusal)
        await self.see(re.compile(rf"(?s)Kasus {number}.*Yang dilakukan"))

    # -- batches -----------------------------------------------------------------------------

    async def hand_over(
        self, officer: str, title: str, to: str = "", only: Sequence[str] = ()
    ) -> str:
        """F4: what is ready under this title (``to`` a place, ``only`` some numbers) leaves,
        counted; gives the batch's number."""
        await self.log_in(officer)
        await self.custody(rf"SERAH +{re.escape(title)}.*{re.escape(to)}")
        await self.see(re.compile(r"(?s)Serah: .*\n>\*"))
        records = await self.top_records()
        keys = [row.key for row in await records.source.rows(0, 500)]
        await self.keys("<home>")
        for key in keys:
            await self.keys("<space>" if only and key not in only else "<down>")
        await self.keys("<enter>")
        await self.see("berapa yang diserahkan?")
        await self.keys(str(len(only or keys)), "<enter>")
        screen = await self.see(re.compile(r"Batch \S+: \d+ "))
        await self.keys("<enter>")
        await self.see("Serah dan terima")
        batch = BATCH.search(screen)
        assert batch, screen
        return batch[0]

    async def count_in(
        self, officer: str, batch: str, numbers: Sequence[str] | None = None
    ) -> None:
        """F4: a batch that came is counted in: the whole by its count, or these of it one by one,
        the rest missing."""
        await self.log_in(officer)
        await self.custody(rf"TERIMA +.*{re.escape(batch)}")
        await self.see(f"Terima {batch}")
        records = await self.top_records()
        if numbers is None:
            await self.keys("t")
            await self.see("berapa yang datang?")
            await self.keys(str(records.total), "<enter>")
        else:
            for number in numbers:
                await records.move_to(number)
                await self.keys("<enter>")
                await self.see(f"{number} diterima.")
            await self.keys("h")
            if len(numbers) != records.total:
                await self.see("Tutup dengan selisih?")
                await self.keys("y")
        await self.see(re.compile("Jumlah cocok|Selisih "))
        await self.keys("<enter>")
        await self.see("Serah dan terima")

    async def custody(self, line: str) -> None:
        """F4, and Enter on the line that reads so (a pattern)."""
        await self.at.go("<f4>", CustodyScreen)
        screen = await self.see(re.compile(rf"(?m)^[> ] *{line}"))
        rows = re.findall(r"(?m)^[> ] *((?:SERAH|TERIMA) .*)$", screen)
        at = next(n for n, row in enumerate(rows) if re.match(line, row))
        await self.keys("<home>", *["<down>"] * at)
        await self.see(re.compile(rf"(?m)^> *{line}"))
        await self.keys("<enter>")

    # -- the collector -----------------------------------------------------------------------

    async def collect(
        self,
        officer: str,
        number: str,
        collector: Mapping[str, str],
        *,
        label: str = "Diserahkan ke pengambil",
        approver: str = "",
    ) -> None:
        """Somebody comes for the card: ``collector`` has hubungan, nama, nik and whatever the form
        asks besides; every paper was shown unless it says otherwise. ``approver`` gives his word
        by PIN where it is wanted. Raises Refused."""
        await self.open_case(officer, number)
        if re.search(r"(?m)^ +\d  Terima ", self.at.text):
            await self.take(officer, number)
        await self.choose(label)
        form: FormView = await self.top(FormView)
        papers = {
            field.key: "ya" for page in form.pages for field in page.fields if field.type == "yesno"
        }
        await self.fill({**papers, **collector}, form)
        await self.see(re.compile("Serahkan .* kepada"))
        await self.keys("y")
        for _ in range(MOST_LOOKS):
            await asyncio.sleep(LOOK_SECONDS)
            screen = self.at.app.screen
            if isinstance(screen, Choose) and approver:
                await self._approve(approver)
            elif "Penyerahan tercatat" in self.at.text:
                break
            elif self.refusal:
                raise Refused(self.refusal)
        await self.see("Penyerahan tercatat")
        await self.keys("<enter>")
        await self.see(re.compile(rf"(?s)Kasus {number}.*Status: selesai"))

    async def _approve(self, approver: str) -> None:
        pin = next(c.hint for place in PLACES for c in place.officers if c.officer == approver)
        await self.pick(approver)
        await self.see("PIN:")
        await self.keys(pin, "<enter>")

    # -- what was done -----------------------------------------------------------------------

    async def branches_taken(self) -> set[Branch]:
        """Every branch that moved a case today, by the journals of all kiosks."""
        taken: set[Branch] = set()
        for code in self.at.app._desks:
            taken |= await self.at.do(branches_in, self.at.desk(code))  # type: ignore[arg-type]
        return taken
