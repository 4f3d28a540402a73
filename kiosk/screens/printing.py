"""F6: the print queue. What nobody knows is asked of the officer in a plain question."""

from __future__ import annotations

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from kiosk.clock import stamp
from kiosk.desk.printing import paper_name
from kiosk.desk.views import JobRow
from kiosk.screens.base import ListScreen
from kiosk.screens.reason import ReasonDialog
from kiosk.screens.words import job_word
from kiosk.texts import say
from kiosk.widgets.dialogs import Choose, TextPanel
from kiosk.widgets.record_list import Column, ListSource, RecordChosen, RecordList, Row


class PrintScreen(ListScreen):
    """Papers, newest first; those that wait for an answer on top."""

    BINDINGS: list[BindingType] = [Binding("escape", "back", show=False)]

    def __init__(self) -> None:
        words = say("Enter: lihat kertas, atau jawab bila BELUM PASTI.")
        super().__init__(say("Cetak"), words)
        self._jobs: dict[str, JobRow] = {}

    def body(self) -> list[Widget]:
        """The queue."""
        columns = [
            Column(say("Waktu"), 16),
            Column(say("Kertas")),
            Column(say("Nomor"), 20),
            Column(say("Keadaan"), 14),
        ]
        return [RecordList(columns, ListSource([]), empty=say("Belum ada yang dicetak."))]

    async def reload(self) -> None:
        """Read the queue anew."""
        jobs = await self.kiosk.ask(self.desk.printing.jobs)
        self._jobs = {str(job.id): job for job in jobs}
        rows = [
            Row(
                str(job.id),
                (
                    stamp(job.created),
                    _paper(job),
                    job.number,
                    job_word(job.state),
                ),
            )
            for job in jobs
        ]
        await self.records.reload(ListSource(rows))

    @work
    async def on_record_chosen(self, chosen: RecordChosen) -> None:
        """Enter: look, or answer."""
        chosen.stop()
        job = self._jobs[chosen.key]
        if job.state in ("UNKNOWN", "TROUBLE"):
            await self._answer(job)
            return
        text = await self.kiosk.ask(self.desk.printing.preview, job.id)
        await self.kiosk.push_screen_wait(
            TextPanel(paper_name(job.paper), text.splitlines(), folded=False)
        )

    async def _answer(self, job: JobRow) -> None:
        question = (
            say("Kiosk berhenti saat mencetak {name}. Apakah kertasnya keluar utuh?", name=job.name)
            if job.state == "UNKNOWN"
            else say("{name} tidak tercetak: {says}", name=job.name, says=job.says)
        )
        options = [
            ("tercetak", say("Sudah keluar utuh")),
            ("ulang", say("Cetak lagi")),
            ("batal", say("Batalkan")),
        ]
        answer = await self.kiosk.push_screen_wait(Choose(question, options))
        if answer is None:
            return
        reason = ""
        if answer == "ulang" and job.state == "UNKNOWN" and job.paper == "resi":
            reason = await self.kiosk.push_screen_wait(
                ReasonDialog(say("Resi kedua akan bertanda SALINAN. Apa alasannya?"))
            )
            if not reason:
                return
        with self.telling():
            await self.kiosk.ask(self.desk.printing.decide, job.id, answer, reason)
            self.kiosk.print_soon()
            await self.reload()
            self.say_next(say("Tercatat: {label}.", label=dict(options)[answer]))


def _paper(job: JobRow) -> str:
    """What a paper is called; a control card shows the present and is no copy."""
    name = paper_name(job.paper)
    if not job.copy or job.paper == "kartu":
        return name
    return f"{name} " + say("SALINAN {n}", n=job.copy)
