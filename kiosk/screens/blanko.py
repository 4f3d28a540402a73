"""F9, Blanko: how many unprinted cards lie where, and what is done with them."""

from __future__ import annotations

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from config.blanko import BLANKO
from kiosk.cases.blanko import AT_RECEIVER, AT_SENDER, ON_THE_WAY, Balance
from kiosk.desk.blanko_views import Difference, MoveRow
from kiosk.screens import blanko_forms as forms
from kiosk.screens.base import ListScreen
from kiosk.screens.blanko_forms import Answers, BlankoForm
from kiosk.screens.words import place_word, short_stamp
from kiosk.texts import said, say
from kiosk.widgets.dialogs import Ask, Choose, TextPanel
from kiosk.widgets.record_list import Column, ListSource, RecordChosen, RecordList, Row

BY_LETTER = "surat"
"""The choice of a parcel whose news has not arrived."""


def move_word(move: str) -> str:
    """What the office calls a line of the ledger."""
    return {
        "terima": say("terima"),
        "kirim": say("kirim"),
        "terima-kiriman": say("terima kiriman"),
        "terpakai": say("terpakai"),
        "rusak": say("rusak"),
        "musnah": say("dimusnahkan"),
        "opname": say("opname"),
        "beres": say("selisih selesai"),
    }.get(move, move)


class BlankoScreen(ListScreen):
    """A line for each kind and place; digits do, Enter shows the lines of the book."""

    BINDINGS: list[BindingType] = [
        Binding("escape", "back", show=False),
        *(Binding(str(n), f"act({n})", show=False) for n in range(1, 8)),
    ]
    DEFAULT_CSS = """
    BlankoScreen #acts { height: 4; padding: 0 1; }
    """

    def __init__(self, parcel: tuple[str, str, int, str] | None = None):
        super().__init__(say("Blanko"), say("Pilih dengan angka. Enter melihat catatan baris ini."))
        self._parcel = parcel
        """What a scanned letter says: number, kind, how many, from where."""
        self._lines: dict[str, Balance] = {}
        self._differences: list[Difference] = []

    def body(self) -> list[Widget]:
        """What can be done, and the balances."""
        columns = [
            Column(say("Jenis"), 7),
            Column(say("Tempat")),
            Column(say("SISA"), 7, "right"),
            Column("", 6),
            Column(say("Rusak"), 7, "right"),
            Column(say("Datang"), 6, "right"),
            Column(say("Pakai"), 6, "right"),
            Column(say("Kirim"), 6, "right"),
            Column(say("Jalan"), 5, "right"),
        ]
        return [Static("", id="acts", markup=False), RecordList(columns, ListSource([]))]

    async def on_mount(self) -> None:
        """With a scanned letter its count begins at once."""
        await super().on_mount()
        if self._parcel is not None:
            self._begin_count(self._parcel)

    async def reload(self) -> None:
        """Read the book anew."""
        balances = await self.kiosk.ask(self.desk.blanko.balances)
        balances += await self.kiosk.ask(self.desk.blanko.totals)
        self._differences = await self.kiosk.ask(self.desk.blanko.differences)
        coming = len(await self.kiosk.ask(self.desk.blanko.incoming))
        self._lines = {f"{one.kind} {one.place}": one for one in balances}
        self.put("#acts", "\n".join(_acts(coming, len(self._differences))))
        await self.records.reload(
            ListSource([Row(key, _cells(one)) for key, one in self._lines.items()])
        )

    @property
    def _line(self) -> Balance | None:
        current = self.records.current
        return self._lines.get(current.key) if current else None

    @work
    async def on_record_chosen(self, chosen: RecordChosen) -> None:
        """Enter: the whole balance, and the latest lines of the book."""
        chosen.stop()
        line = self._lines[chosen.key]
        rows = await self.kiosk.ask(self.desk.blanko.moves, line.kind, line.place)
        title = f"{said(BLANKO[line.kind])}, {_place(line)}"
        lines = [*_whole(line), "", *map(_move_line, rows)]
        await self.kiosk.push_screen_wait(TextPanel(title, lines, folded=False))

    # -- acts --------------------------------------------------------------------------------

    async def action_act(self, number: int) -> None:
        """A digit."""
        may = await self.kiosk.ask(self.desk.blanko.may)
        if not may:
            self.say_next(
                say("Blanko dicatat oleh petugas cetak, distribusi, UPTD atau supervisor."), "tolak"
            )
            return
        begun = {"jenis": self._line.kind if self._line else "kia"}
        match number:
            case 1:
                self._open(say("Terima blanko"), forms.receive_fields(), begun, self._receive)
            case 2:
                self._send(begun)
            case 3:
                self._count_in()
            case 4:
                fields = forms.spoil_fields()
                self._open(say("Blanko rusak"), fields, begun | {"jumlah": "1"}, self._spoil)
            case 5:
                from kiosk.screens.blanko_pile import PileScreen

                self.kiosk.show_above(PileScreen(begun["jenis"]))
            case 6:
                self._open(say("Opname blanko"), forms.count_fields(), begun, self._count)
            case _:
                self._settle()

    def _open(
        self, title: str, fields: list[forms.Field], begun: Answers, done: forms.Done
    ) -> None:
        self.kiosk.show_above(BlankoForm(title, fields, begun, done))

    async def _receive(self, values: Answers) -> list[str]:
        count = int(values["jumlah"])
        await self.kiosk.ask(
            self.desk.blanko.receive,
            *(values["jenis"], count, values["dari"], values["surat"]),
            *(values["seri_awal"], values["seri_akhir"]),
        )
        return [say("{n} keping masuk ke buku.", n=count)]

    async def _spoil(self, values: Answers) -> list[str]:
        await self.kiosk.ask(
            self.desk.blanko.spoil,
            *(values["jenis"], values["alasan"], values["seri"], int(values["jumlah"])),
        )
        return [say("Simpan terpisah sampai dimusnahkan (5).")]

    async def _count(self, values: Answers) -> list[str]:
        counted = int(values["jumlah"])
        difference = await self.kiosk.ask(self.desk.blanko.count, values["jenis"], counted)
        if not difference:
            return [say("Jumlah cocok: {n}.", n=counted)]
        return [
            say("Di buku {book}, di rak {counted}.", book=counted - difference, counted=counted),
            say("Selisih {n}. Supervisor menyelesaikannya (7).", n=f"{difference:+}"),
        ]

    @work
    async def _send(self, begun: dict[str, str]) -> None:
        targets = await self.kiosk.ask(self.desk.blanko.targets)
        if not targets:
            self.say_next(say("Belum ada tempat lain yang dikenal. Tekan F7 dahulu."), "peringatan")
            return
        target = await self.kiosk.push_screen_wait(Choose(say("Kirim ke mana?"), targets))
        if target is None:
            return

        async def send(values: Answers) -> list[str] | None:
            kind, count = values["jenis"], int(values["jumlah"])
            left = await self.kiosk.ask(self.desk.blanko.left, kind)
            if count > left and not await self.kiosk.push_screen_wait(
                Ask(say("Menurut buku hanya ada {n} keping. Tetap kirim?", n=max(0, left)))
            ):
                return None
            number = await self.kiosk.ask(
                self.desk.blanko.transfer,
                *(kind, target, count, values["seri_awal"], values["seri_akhir"]),
                values["catatan"],
            )
            return [
                say("Kiriman {number}: {n} keping.", number=number, n=count),
                say("Suratnya dicetak; ikutkan bersama blanko."),
            ]

        title = say("Kirim ke {place}", place=dict(targets)[target])
        self._open(title, forms.send_fields(), begun, send)

    # -- counting in -------------------------------------------------------------------------

    @work
    async def _count_in(self) -> None:
        coming = await self.kiosk.ask(self.desk.blanko.incoming)
        options = [
            (
                one.number,
                say(
                    "{number}: {n} {kind} dari {place}",
                    number=one.number,
                    n=one.sent,
                    kind=said(BLANKO.get(one.kind, one.kind)),
                    place=place_word(one.source),
                ),
            )
            for one in coming
        ]
        answer = await self.kiosk.push_screen_wait(
            Choose(
                say("Kiriman yang mana?"),
                [*options, (BY_LETTER, say("Yang lain: menurut surat kirimnya"))],
            )
        )
        if answer == BY_LETTER:
            await self._by_letter()
        elif answer is not None:
            one = next(one for one in coming if one.number == answer)
            self._count_parcel((one.number, one.kind, one.sent, one.source))

    @work
    async def _begin_count(self, parcel: tuple[str, str, int, str]) -> None:
        """A letter that was scanned; of a number that was typed only the news can say the rest."""
        number, _, sent, _ = parcel
        coming = await self.kiosk.ask(self.desk.blanko.incoming)
        if sent or any(one.number == number for one in coming):
            self._count_parcel(parcel)
        else:
            await self._by_letter(number)

    async def _by_letter(self, number: str = "") -> None:
        targets = await self.kiosk.ask(self.desk.blanko.targets)
        source = await self.kiosk.push_screen_wait(Choose(say("Siapa pengirimnya?"), targets))
        if source is None:
            return

        async def count(values: Answers) -> list[str]:
            sent = int(values["tertulis"])
            return await self._counted(values["nomor"], values["jenis"], sent, source, values)

        title = say("Terima kiriman blanko")
        begun = {"nomor": number, "jenis": "kia"}
        self._open(title, forms.letter_fields(), begun, count)

    def _count_parcel(self, parcel: tuple[str, str, int, str]) -> None:
        number, kind, sent, source = parcel

        async def count(values: Answers) -> list[str]:
            return await self._counted(number, kind, sent, source, values)

        field = forms.count_field(say("Jumlah yang datang"))
        self._open(say("Terima kiriman {number}", number=number), [field], {}, count)

    async def _counted(
        self, number: str, kind: str, sent: int, source: str, values: Answers
    ) -> list[str]:
        counted = int(values["jumlah"])
        missing = await self.kiosk.ask(
            self.desk.blanko.count_in, number, counted, kind, sent, source
        )
        if not missing:
            return [say("Jumlah cocok: {n}.", n=counted)]
        return [
            say("Di surat {sent}, datang {counted}.", sent=counted + missing, counted=counted),
            say("Selisih {n}. Supervisor menyelesaikannya (7).", n=f"{-missing:+}"),
        ]

    # -- differences -------------------------------------------------------------------------

    @work
    async def _settle(self) -> None:
        if not self._differences:
            self.say_next(say("Tidak ada selisih blanko."))
            return
        options = [(one.about, _difference_line(one)) for one in self._differences]
        about = await self.kiosk.push_screen_wait(Choose(say("Selisih yang mana?"), options))
        found = next((one for one in self._differences if one.about == about), None)
        if found is None:
            return
        way: str | None = ""
        if found.source:
            way = await self.kiosk.push_screen_wait(
                Choose(
                    say("Di mana selisihnya?"),
                    [
                        (AT_SENDER, say("Di pengirim: yang dikirim sebanyak yang datang")),
                        (AT_RECEIVER, say("Di penerima: yang datang sebanyak di surat")),
                        (ON_THE_WAY, say("Hilang di jalan")),
                    ],
                )
            )
        if way is None:
            return
        from kiosk.screens.reason import ReasonDialog

        reason = await self.kiosk.push_screen_wait(
            ReasonDialog(say("Apa sebabnya? (siapa, apa, kapan)"), [_difference_line(found)])
        )
        if reason:
            with self.telling():
                await self.kiosk.ask(self.desk.blanko.settle, found.about, reason, way)
                self.kiosk.exchange_soon()
                await self.reload()
                self.say_next(say("Selesai. Buku sudah disesuaikan."))


def _acts(coming: int, differences: int) -> list[str]:
    return [
        _pair(say("1  Terima dari pusat/penyedia"), say("2  Kirim ke tempat lain")),
        _pair(say("3  Terima kiriman ({n} di jalan)", n=coming), say("4  Rusak di rak")),
        _pair(say("5  Pemusnahan yang rusak"), say("6  Opname: hitung rak")),
        _pair(say("7  Selisih ({n} menunggu supervisor)", n=differences), ""),
    ]


def _pair(left: str, right: str) -> str:
    return f" {left:<38}{right}"


def _cells(line: Balance) -> tuple[str, ...]:
    mark = "MINUS" if line.left < 0 else say("HABIS") if line.left == 0 else say("tipis")
    came = line.received + line.transferred_in + line.adjusted
    numbers = (line.spoiled_here, came, line.used, line.transferred_out)
    return (
        said(BLANKO[line.kind]),
        _place(line),
        str(line.left),
        mark if line.low and (line.kept or line.left) else "",
        *map(str, numbers),
        str(line.in_transit + line.missing) if line.in_transit or line.missing else "-",
    )


def _place(line: Balance) -> str:
    return place_word(line.place) or say("SEMUA TEMPAT")


def _whole(line: Balance) -> list[str]:
    """The balance as one adds it up on paper."""
    pairs = (
        (say("Diterima"), line.received),
        (say("Kiriman masuk"), line.transferred_in),
        (say("Disesuaikan setelah opname"), line.adjusted),
        (say("Terpakai"), -line.used),
        (say("Rusak"), -line.spoiled),
        (say("Dikirim"), -line.transferred_out),
        (say("SISA DI RAK"), line.left),
        (say("Rusak, belum dimusnahkan"), line.spoiled_here),
        (say("Dikirim, belum dihitung di sana"), line.in_transit),
        (say("Dikirim, kurang di sana"), line.missing),
        (say("Sedang menuju ke sini"), line.coming),
    )
    always = 7
    return [
        f"{label:<34}{count:>8}" for at, (label, count) in enumerate(pairs) if count or at < always
    ]


def _move_line(row: MoveRow) -> str:
    move = row.move
    other = place_word(move.other) if move.move in ("kirim", "terima-kiriman") else move.other
    words = (move.serial, row.case or move.number, other, move.reason)
    what = f"{move_word(move.move)} {move.count}"
    return f"{short_stamp(move.time)}  {what:<20} {'  '.join(filter(None, words))}"[:72]


def _difference_line(one: Difference) -> str:
    words = {
        "kind": said(BLANKO.get(one.kind, one.kind)),
        "place": place_word(one.place),
        "book": one.book,
        "counted": one.counted,
        "now": f"{one.now:+}",
    }
    if one.source:
        return say("{number}: {kind} ke {place}, dikirim {book}, datang {counted}",
                   number=one.about, **words)  # fmt: skip
    return say("Rak {kind} di {place}: buku {book}, terhitung {counted}, kini {now}", **words)
