"""What is asked for each act on blanko, a form of a few fields each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from textual import work
from textual.widget import Widget

from config.blanko import BLANKO
from config.forms import Field
from kiosk.desk.views import FormRefused
from kiosk.screens.base import FormScreen
from kiosk.texts import said, say
from kiosk.widgets.dialogs import TextPanel
from kiosk.widgets.form_view import FormDone, FormView

Answers = Mapping[str, str]
Done = Callable[[Answers], Awaitable[Sequence[str] | None]]
"""Does the act with the answers; gives what the officer is told, None when he thought better."""


class BlankoForm(FormScreen):
    """One act: its fields, and what is told when it is written down."""

    def __init__(self, title: str, fields: Sequence[Field], begun: Answers, done: Done):
        super().__init__(title, say("Isi lalu Enter. Esc membatalkan."))
        self._fields = tuple(fields)
        self._done = done
        self.begun = dict(begun)

    def body(self) -> list[Widget]:
        """The form."""
        return [self.page_of(self.title or "", self._fields)]

    def on_form_done(self, done: FormDone) -> None:
        """All is answered."""
        done.stop()
        self._act(dict(done.values))

    @work
    async def _act(self, values: dict[str, str]) -> None:
        form = self.query_one(FormView)
        told: Sequence[str] | None = None
        with self.telling():
            try:
                told = await self._done(values)
            except FormRefused as error:
                finding = error.findings[0]
                await form.refuse(finding.key, finding.says)
                return
        if told is None:
            form.unlock()
            return
        self.kiosk.exchange_soon()
        await self.kiosk.push_screen_wait(TextPanel(say("Tercatat"), list(told)))
        self.dismiss()


def kind_field() -> Field:
    """Which blanko."""
    choices = tuple((kind, said(name)) for kind, name in BLANKO.items())
    return Field("jenis", say("Jenis blanko"), "choice", required=True, choices=choices)


def count_field(label: str = "", help: str = "") -> Field:
    """How many."""
    return Field(
        "jumlah",
        label or say("Jumlah keping"),
        "number",
        required=True,
        max=6,
        help=help or say("Hitung di tangan Anda."),
    )


def serial_fields() -> tuple[Field, Field]:
    """A range of serials; both may be empty."""
    return (
        Field("seri_awal", say("Nomor seri pertama"), "text", max=20, help=say("Boleh kosong.")),
        Field(
            "seri_akhir",
            say("Nomor seri terakhir"),
            "text",
            max=20,
            help=say("Harus cocok dengan jumlahnya."),
        ),
    )


def receive_fields() -> list[Field]:
    """Blanko from pusat or a supplier."""
    return [
        kind_field(),
        count_field(),
        Field(
            "dari",
            say("Dari"),
            "text",
            required=True,
            max=60,
            help=say("Ditjen Dukcapil, penyedia, atau kantor lain tanpa kiosk."),
        ),
        Field(
            "surat",
            say("Nomor surat"),
            "text",
            required=True,
            max=60,
            help=say("Surat pengantar atau berita acara yang menyertainya."),
        ),
        *serial_fields(),
    ]


def send_fields() -> list[Field]:
    """Blanko to another place."""
    return [
        kind_field(),
        count_field(),
        *serial_fields(),
        Field("catatan", say("Catatan"), "text", max=100, help=say("Boleh kosong.")),
    ]


def letter_fields() -> list[Field]:
    """A parcel of which only the letter is here."""
    return [
        Field(
            "nomor",
            say("Nomor surat kirim"),
            "text",
            required=True,
            max=24,
            help=say("Seperti tertulis di surat, misalnya DKP1-261121-T001-X."),
        ),
        kind_field(),
        Field(
            "tertulis",
            say("Jumlah di surat"),
            "number",
            required=True,
            max=6,
            help=say("Yang tertulis di surat kirim."),
        ),
        count_field(say("Jumlah yang datang")),
    ]


def spoil_fields() -> list[Field]:
    """Spoiled ones found on the shelf."""
    return [
        kind_field(),
        Field(
            "seri",
            say("Nomor seri"),
            "text",
            max=20,
            help=say("Di balik kartu; kosongkan bila tak terbaca."),
        ),
        count_field(help=say("Satu bila nomor serinya ditulis.")),
        Field(
            "alasan",
            say("Sebab rusak"),
            "text",
            required=True,
            max=100,
            help=say("Misalnya: cacat pabrik, basah, terlipat, gagal encode."),
        ),
    ]


def count_fields() -> list[Field]:
    """The shelf counted."""
    return [kind_field(), count_field(help=say("Yang baik di rak; yang rusak dihitung terpisah."))]


def destroy_fields() -> list[Field]:
    """The destruction before two witnesses."""
    fields = [
        count_field(say("Jumlah dimusnahkan")),
        Field(
            "tempat",
            say("Tempat"),
            "text",
            required=True,
            max=60,
            help=say("Di mana dimusnahkan."),
        ),
        Field("cara", say("Cara"), "text", required=True, max=60, help=say("Biasanya dibakar.")),
    ]
    for n in (1, 2):
        fields += [
            Field(f"saksi{n}", say("Nama saksi {n}", n=n), "text", required=True, max=60),
            Field(
                f"jabatan{n}",
                say("Jabatan saksi {n}", n=n),
                "text",
                required=True,
                max=40,
                help=say("Misalnya: Satpol PP, Inspektorat, Kepala Seksi."),
            ),
        ]
    return fields
