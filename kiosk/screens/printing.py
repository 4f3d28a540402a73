"""F6: the print queue. What nobody knows is asked of the officer in a plain question."""

from __future__ import annotations

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from kiosk.backroom import DevicesChanged
from kiosk.cases.card_words import paper_name
from kiosk.clock import stamp
from kiosk.desk.spool import ASKED, BEGUN
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
        words = say("Enter: lihat kertas, atau jawab bila tertulis huruf besar.")
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

    async def on_devices_changed(self, changed: DevicesChanged) -> None:
        """A paper came out, or a printer stopped."""
        changed.stop()
        await self.reload()

    @work
    async def on_record_chosen(self, chosen: RecordChosen) -> None:
        """Enter: look, or answer."""
        chosen.stop()
        job = self._jobs[chosen.key]
        if job.state in (*ASKED, *BEGUN, "QUEUED"):
            await self._answer(job)
        else:
            await self._look(job)

    async def _look(self, job: JobRow) -> None:
        text = await self.kiosk.ask(self.desk.printing.preview, job.id)
        await self.kiosk.push_screen_wait(
            TextPanel(paper_name(job.paper), text.splitlines(), folded=False)
        )

    async def _answer(self, job: JobRow) -> None:
        options = _options(job, sum(one.state == "LOOK" for one in self._jobs.values()))
        answer = await self.kiosk.push_screen_wait(Choose(_question(job), options))
        if answer is None:
            return
        if answer == "lihat":
            await self._look(job)
            return
        if answer == "henti":
            self.kiosk.backroom.halt(self.desk, job.id)
            self.say_next(say("Dihentikan. Jawab nanti apa yang sudah keluar."), "peringatan")
            return
        reason = ""
        if answer == "ulang" and job.state != "TROUBLE" and job.paper not in ("kartu", "uji"):
            reason = await self.kiosk.push_screen_wait(
                ReasonDialog(say("Cetakan kedua akan bertanda SALINAN. Apa alasannya?"))
            )
            if not reason:
                return
        with self.telling():
            await self._decide(job, answer, reason)
            await self.reload()
            self.say_next(say("Tercatat: {label}.", label=dict(options)[answer]))

    async def _decide(self, job: JobRow, answer: str, reason: str) -> None:
        decide = self.desk.printing.decide
        if answer != "semua":
            await self.kiosk.ask(decide, job.id, answer, reason)
            return
        for one in self._jobs.values():
            if one.state == "LOOK":
                await self.kiosk.ask(decide, one.id, "tercetak")


def _question(job: JobRow) -> str:
    match job.state:
        case "TROUBLE":
            return say("{name} tidak tercetak: {says}", name=job.name, says=job.says)
        case "QUEUED":
            return say("{name} menunggu printer. {says}", name=job.name, says=job.says).strip()
        case "PAUSED" | "SENT" | "SENDING":
            return say("{name} sedang dicetak. {says}", name=job.name, says=job.says).strip()
        case "LOOK":
            return say(
                "{name} sudah dikirim; printer ini tidak bisa melapor. Lihat kertasnya: utuh?",
                name=job.name,
            )
        case _:
            return say("Cetakan {name} terputus. Apakah kertasnya keluar utuh?", name=job.name)


def _options(job: JobRow, sent: int) -> list[tuple[str, str]]:
    if job.state in BEGUN:
        return [("henti", say("Hentikan cetakan ini"))]
    if job.state == "QUEUED":
        return [("lihat", say("Lihat kertasnya")), ("batal", say("Batalkan"))]
    options = [("tercetak", say("Sudah keluar utuh"))]
    if job.state == "TROUBLE":
        options = []
    if job.state == "LOOK" and sent > 1:
        options.append(("semua", say("Semua yang LIHAT KERTAS sudah keluar utuh")))
    return [*options, ("ulang", say("Cetak lagi")), ("batal", say("Batalkan"))]


def _paper(job: JobRow) -> str:
    """What a paper is called; a control card shows the present and is no copy."""
    name = paper_name(job.paper)
    if not job.copy or job.paper == "kartu":
        return name
    return f"{name} " + say("SALINAN {n}", n=job.copy)
