"""One register or report, for whichever days: on the screen, on paper, as a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from config.forms import Field, Page
from kiosk.cases.period import PRESETS, Period, preset
from kiosk.cases.registers import KINDS
from kiosk.screens.base import FormScreen, ListScreen
from kiosk.screens.words import short_title
from kiosk.texts import said, say
from kiosk.widgets.dialogs import Choose, TextPanel
from kiosk.widgets.form_view import FormDone, FormView
from kiosk.widgets.record_list import Column, ListSource, RecordChosen, RecordList, Row

if TYPE_CHECKING:
    from kiosk.cases.reporting import Report
    from kiosk.desk.reports import Offered

AT_ONCE = 40
"""Cases that are gone through before the desk is free for others again."""


def period_word(name: str) -> str:
    """What a period that is asked for often is called; empty for one of its own days."""
    return {
        "hari-ini": say("Hari ini"),
        "kemarin": say("Kemarin"),
        "minggu-ini": say("Minggu ini"),
        "bulan-ini": say("Bulan ini"),
    }.get(name, "")


class ReportTableScreen(ListScreen):
    """The rows of a report. Left and right change the period, F6 prints or saves it."""

    BINDINGS: list[BindingType] = [
        Binding("escape", "back", show=False),
        Binding("left", "period(-1)", show=False),
        Binding("right", "period(1)", show=False),
        Binding("0", "days", show=False),
    ]
    DEFAULT_CSS = """
    ReportTableScreen #about { height: 2; padding: 0 1; }
    """

    def __init__(self, offered: Offered):
        super().__init__(say("Laporan"), self._what_next())
        self._offered = offered
        self._preset = 0
        self._period: Period | None = None
        self._report: Report | None = None

    @staticmethod
    def _what_next() -> str:
        return say("Kiri/kanan ganti masa, 0 tanggal lain, F6 cetak/simpan, Enter rincian.")

    def body(self) -> list[Widget]:
        """What it is, and its rows."""
        columns = [
            Column(column.title, column.width)
            for column in KINDS[self._offered.kind].columns()
            if column.screen
        ]
        empty = say("Tidak ada catatan dalam periode ini.")
        return [
            Static("", id="about", markup=False),
            RecordList(columns, ListSource([]), empty=empty),
        ]

    async def reload(self) -> None:
        """Made once; anew only for other days."""
        if self._period is None:
            self._make(preset(PRESETS[0], self.desk.reports.today().last))

    def action_period(self, step: int) -> None:
        """Left and right: another of the periods asked for often."""
        self._preset = (self._preset + step) % len(PRESETS)
        self._make(preset(PRESETS[self._preset], self.desk.reports.today().last))

    def action_days(self) -> None:
        """0: from one day to another."""
        self.kiosk.show_above(PeriodScreen(self._period, self._own_days))

    def _own_days(self, period: Period) -> None:
        self._preset = -1
        self._make(period)

    @work(exclusive=True, group="report")
    async def _make(self, period: Period) -> None:
        """Go through the cases piece by piece, so that the desk stays free for the others."""
        self._period, self._report = period, None
        name = period_word(PRESETS[self._preset]) if self._preset >= 0 else ""
        service = short_title(self._offered.service)
        heading = f"{said(self._offered.title)} ({service})"
        days = f"{name}: {period.words}" if name else period.words
        self.put("#about", f"{heading}\n{days}")
        with self.telling():
            reports = self.desk.reports
            cases = await self.kiosk.ask(reports.cases, self._offered.procedure, period)
            told: list[Any] = []
            for at in range(0, len(cases), AT_ONCE):
                if at:
                    self.say_next(say("Membaca {n} dari {all} kasus ...", n=at, all=len(cases)))
                piece = cases[at : at + AT_ONCE]
                told += await self.kiosk.ask(reports.told, self._offered.kind, period, piece)
            report = await self.kiosk.ask(reports.finished, self._offered, period, told)
            self.put("#about", f"{heading}\n{days}   " + say("{n} baris", n=len(report.rows)))
            await self._show(report)
            self.say_next(self._what_next())

    async def _show(self, report: Report) -> None:
        shown = [at for at, column in enumerate(report.columns) if column.screen]
        rows = [Row(str(n), tuple(row[at] for at in shown)) for n, row in enumerate(report.rows)]
        self.records.cursor = 0
        await self.records.reload(ListSource(rows))
        self._report = report

    @work
    async def on_record_chosen(self, chosen: RecordChosen) -> None:
        """Enter: the whole row."""
        chosen.stop()
        report = self._report
        if report is None:
            return
        cells = zip(report.columns, report.rows[int(chosen.key)], strict=True)
        lines = [f"{column.title:13}: {cell or '-'}" for column, cell in cells]
        await self.kiosk.push_screen_wait(TextPanel(said(report.title), lines))

    def show_papers(self) -> None:
        """F6: on paper, or as a file."""
        self._papers()

    @work
    async def _papers(self) -> None:
        report = self._report
        if report is None:
            self.say_next(say("Laporan masih disusun. Tunggu sebentar."), "peringatan")
            return
        answer = await self.kiosk.push_screen_wait(
            Choose(
                said(report.title),
                [
                    ("cetak", say("Cetak laporan ini")),
                    ("simpan", say("Simpan sebagai berkas CSV (lembar kerja)")),
                ],
            )
        )
        with self.telling():
            if answer == "cetak":
                await self.kiosk.ask(self.desk.reports.print, report)
                self.say_next(say("Masuk antrean cetak."))
            elif answer == "simpan":
                path = await self.kiosk.ask(self.desk.reports.save, report)
                self.say_next(say("Tersimpan: {file}", file=f"{path.parent.name}/{path.name}"))


class PeriodScreen(FormScreen):
    """From which day to which."""

    def __init__(self, period: Period | None, chosen: Callable[[Period], None]):
        super().__init__(say("Laporan"), say("Isi kedua tanggal. Esc membatalkan."))
        self._period = period
        self._chosen = chosen

    def body(self) -> list[Widget]:
        """Two days."""
        fields = (
            Field("dari", say("Dari tanggal"), "date", required=True),
            Field("sampai", say("Sampai tanggal"), "date", required=True),
        )
        days = self._period
        self.begun = {"dari": str(days.first), "sampai": str(days.last)} if days else {}
        return [FormView([Page(say("Masa laporan"), fields)], self.begun)]

    async def on_form_done(self, done: FormDone) -> None:
        """Make it for these days."""
        done.stop()
        form = self.query_one(FormView)
        days: dict[str, date] = {}
        for key in ("dari", "sampai"):
            day = _day(done.values, key)
            if day is None:
                await form.refuse(key, say("Tulis tanggal seperti 21-11-2026."))
                return
            days[key] = day
        if days["sampai"] < days["dari"]:
            await form.refuse("sampai", say("Tanggal akhir mendahului tanggal awal."))
            return
        self.dismiss()
        self._chosen(Period(days["dari"], days["sampai"]))


def _day(values: Mapping[str, str], key: str) -> date | None:
    try:
        return date.fromisoformat(values.get(key, ""))
    except ValueError:
        return None
