"""Terima: scan each control card of a batch, count, and say when it does not agree."""

from __future__ import annotations

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from kiosk.desk.batches import batch_title
from kiosk.desk.views import BatchItem, BatchRow, Refusal, ScanView
from kiosk.papers.bast import item_word
from kiosk.screens.base import DeskScreen, News
from kiosk.screens.reason import ReasonDialog
from kiosk.screens.routes import open_scan
from kiosk.screens.words import place_word
from kiosk.texts import say
from kiosk.widgets.dialogs import Ask, TextPanel
from kiosk.widgets.record_list import Column, ListSource, RecordChosen, RecordList, Row


class CountingScreen(DeskScreen):
    """Each scan is a paraf at once; T takes all by count, N one by its number (a card bears no
    code of ours, and may be one that is not on the list); H closes the batch."""

    BINDINGS: list[BindingType] = [
        Binding("escape", "back", show=False),
        Binding("t,T", "all", show=False),
        Binding("h,H", "close", show=False),
        Binding("n,N", "number", show=False),
    ]
    DEFAULT_CSS = """
    CountingScreen #batch { height: 2; padding: 0 1; }
    """

    def __init__(self, number: str, count: int = 0):
        super().__init__(say("Terima {number}", number=number))
        self._number = number
        self._count = count
        self._row: BatchRow | None = None

    def body(self) -> list[Widget]:
        """How far the count is, and the files."""
        columns = [
            Column(say("Nomor"), 20),
            Column(say("Nama")),
            Column(say("Barang"), 8),
            Column(say("Keadaan"), 24),
        ]
        return [
            Static("", id="batch", markup=False),
            RecordList(columns, ListSource([]), empty=say("Pindai kartu kendali satu per satu.")),
        ]

    async def on_mount(self) -> None:
        """Begin to count."""
        self.query_one(RecordList).focus()
        await self.reload()
        row = self._row
        if row is not None and row.known and row.target != self.desk.core.settings.address:
            words = say(
                "Daftar ini untuk {target}. Di sini terima hanya yang ada di tangan Anda.",
                target=place_word(row.target),
            )
            self.say_next(words, "peringatan")
            return
        self.say_next(
            say("Pindai, atau Enter: terima baris ini. T: semua. N: ketik nomor. H: selesai.")
        )

    async def on_news(self, news: News) -> None:
        """The batch's list may have arrived."""
        news.stop()
        await self.reload()

    async def reload(self) -> None:
        """Read the batch anew."""
        row = await self.kiosk.ask(self.desk.batches.one, self._number, self._count)
        items = await self.kiosk.ask(self.desk.batches.items, self._number)
        self._row = row
        if row.known:
            head = say(
                "{title} dari {place}: {received} dari {count} diterima",
                title=batch_title(row.kind),
                place=place_word(row.source),
                received=row.received,
                count=row.count,
            )
        else:
            head = say(
                "Daftarnya belum tiba; menurut kertas {count}. Diterima {received}.",
                count=self._count or "?",
                received=row.received,
            )
        if row.closed is not None:
            head += "  " + say("(sudah dihitung)")
        self.put("#batch", head)
        rows = [
            Row(
                item.number,
                (
                    item.number,
                    item.name or say("(data belum tiba)"),
                    item_word(item.item),
                    _standing(item, row.known),
                ),
            )
            for item in items
        ]
        await self.query_one(RecordList).reload(ListSource(rows))

    async def take_scan(self, seen: ScanView) -> None:
        """A control card: terima. Anything else goes its usual way."""
        if seen.state not in ("sah", "nomor") or seen.kind == "D":
            open_scan(self, seen)
            return
        await self._receive(seen.number, seen.procedure)

    async def _receive(self, number: str, procedure: str = "") -> None:
        with self.telling():
            warning = await self.kiosk.ask(self.desk.files.receive, number, self._number, procedure)
            await self.reload()
            done = say("{number} diterima.", number=number)
            more = warning or say("Pindai berikutnya; H bila semua sudah dihitung.")
            self.say_next(f"{done} {more}", "peringatan" if warning else "info")

    async def on_record_chosen(self, chosen: RecordChosen) -> None:
        """Enter: this one is in my hands."""
        chosen.stop()
        await self._receive(chosen.key)

    @work
    async def action_number(self) -> None:
        """N: one that cannot be scanned, on the list or not, by its number."""
        typed = await self.kiosk.push_screen_wait(
            ReasonDialog(say("Nomor resi yang ada di tangan Anda?"), most=24)
        )
        if typed is not None:
            with self.telling():
                await self._receive(self.desk.core.number(typed))

    @work
    async def action_all(self) -> None:
        """T: all of them, when the whole count agrees."""
        counted = await self.kiosk.push_screen_wait(
            ReasonDialog(say("Hitung di tangan Anda: berapa yang datang?"), digits=True, most=4)
        )
        if counted is None:
            return
        with self.telling():
            await self.kiosk.ask(self.desk.batches.receive_rest, self._number, int(counted))
            await self.reload()
            await self._close(int(counted))

    @work
    async def action_close(self) -> None:
        """H: the count is finished."""
        row = self._row
        if row is None:
            return
        expected = row.count or self._count
        if expected and row.received != expected:
            sure = await self.kiosk.push_screen_wait(
                Ask(
                    say(
                        "Di daftar {count}, diterima {received}. Tutup dengan selisih?",
                        count=expected,
                        received=row.received,
                    )
                )
            )
            if not sure:
                return
        await self._close(row.received)

    async def _close(self, counted: int) -> None:
        try:
            difference = await self.kiosk.ask(
                self.desk.batches.close, self._number, counted, self._count
            )
        except Refusal as error:
            self.say_next(str(error), "tolak")
            return
        self.kiosk.exchange_soon()
        lines = (
            [say("Selisih {n}. Pengecualian dibuka; lihat F9.", n=difference)]
            if difference
            else [say("Jumlah cocok: {n}.", n=counted)]
        )
        await self.kiosk.push_screen_wait(TextPanel(say("Selesai dihitung"), lines))
        self.dismiss()


def _standing(item: BatchItem, listed: bool) -> str:
    """What became of one thing of a batch, in a few words; ``listed``: its list is here."""
    if not item.received:
        return say("belum")
    if item.astray:
        return say("diterima, salah alamat")
    if listed and not item.expected:
        return say("diterima, tak di daftar")
    return say("diterima")
