"""Handing a card over: who collects, which papers were shown, once."""

from __future__ import annotations

from collections.abc import Sequence

from textual import work
from textual.widget import Widget
from textual.widgets import Static

from config.forms import Field, Page
from config.policy import Relation
from kiosk.cases.checks import check_field, normalise
from kiosk.desk.cards import Approval, NeedsApproval
from kiosk.desk.views import Refusal
from kiosk.keys import WrongPin
from kiosk.screens.base import FormScreen
from kiosk.texts import said, say
from kiosk.widgets.dialogs import Ask, Choose, PinDialog, TextPanel
from kiosk.widgets.form_view import FormDone, FormView


class CollectScreen(FormScreen):
    """First the card's story (is it still here?), then relation, papers, name."""

    DEFAULT_CSS = """
    CollectScreen #card { height: 4; padding: 0 1; }
    """

    def __init__(self, number: str, relations: Sequence[Relation]):
        super().__init__(
            say("Penyerahan KIA {number}", number=number),
            say("Isi tiap baris lalu Enter. Esc kembali, kartu tetap di sini."),
        )
        self._number = number
        self._relations = relations
        self.begun = {"hubungan": relations[0].key}

    def body(self) -> list[Widget]:
        """What the officer compares, and the form."""
        return [Static("", id="card", markup=False), self._form()]

    def _form(self) -> FormView:
        today = self.desk.intake.today
        return FormView(
            [self._page()],
            self.begun,
            check=lambda field, value, values: check_field(field, value, values, today()),
            normalise=normalise,
        )

    def _page(self) -> Page:
        relation = Field(
            key="hubungan",
            label=say("Pengambil adalah"),
            type="choice",
            required=True,
            choices=tuple((r.key, said(r.label)) for r in self._relations),
            help=say("Pilih dengan angka. Tiap hubungan punya syaratnya sendiri."),
        )
        papers = [
            Field(
                key=f"surat{at}_{r.key}",
                label=said(paper)[:22],
                type="yesno",
                required=True,
                help=say("Apakah diperlihatkan: {paper}?", paper=said(paper)),
                when=(("hubungan", (r.key,)),),
            )
            for r in self._relations
            for at, paper in enumerate(r.papers)
        ]
        rest = [
            Field(
                key="nama",
                label=say("Nama di KTP-el"),
                type="text",
                required=True,
                max=60,
                help=say("Nama pengambil menurut KTP-el yang diperlihatkan."),
            ),
            Field(
                key="nik",
                label=say("NIK pengambil"),
                type="nik",
                required=True,
                help=say("Hanya empat angka terakhir yang disimpan."),
            ),
            Field(key="telepon", label=say("Telepon"), type="phone", help=say("Boleh kosong.")),
            Field(
                key="alasan",
                label=say("Alasan"),
                type="text",
                max=120,
                help=say("Wajib bila bukan orang tua atau namanya berbeda."),
            ),
        ]
        return Page(say("Periksa pengambil"), (relation, *papers, *rest))

    async def on_mount(self) -> None:
        """Is the card still here?"""
        taken = await self.kiosk.ask(self.desk.cards.already, self._number)
        state = await self.kiosk.ask(self.desk.core.known, self._number)
        parents = await self.kiosk.ask(self.desk.cards.parents, self._number)
        self.put(
            "#card",
            "\n".join(
                [
                    say("Anak      : {name}", name=state.values.get("anak_nama", "-")),
                    say("Orang tua : {names}", names=" / ".join(parents) or "-"),
                    f"! {taken}"
                    if taken
                    else say("Cocokkan nama dan wajah pada KTP-el dengan orang di depan Anda."),
                ]
            ),
        )
        if taken:
            self.say_next(taken, "tolak")

    def on_form_done(self, done: FormDone) -> None:
        """All is answered."""
        done.stop()
        self._hand_over(dict(done.values))

    @work
    async def _hand_over(self, values: dict[str, str]) -> None:
        relation = next(r for r in self._relations if r.key == values["hubungan"])
        papers = [
            paper
            for at, paper in enumerate(relation.papers)
            if values.get(f"surat{at}_{relation.key}") == "ya"
        ]
        sure = await self.kiosk.push_screen_wait(
            Ask(
                say(
                    "Serahkan KIA kepada {name} ({who})?",
                    name=values["nama"],
                    who=said(relation.label),
                ),
                [say("Setelah ini kartu dianggap sudah keluar.")],
            )
        )
        if not sure:
            self.query_one(FormView).unlock()
            return
        approval: Approval | None = None
        while True:
            try:
                await self.kiosk.ask(
                    self.desk.cards.hand_over,
                    self._number,
                    relation.key,
                    values,
                    papers,
                    approval,
                )
            except NeedsApproval as error:
                approval, why = await self._approval(str(error))
                if approval is None:
                    self.say_next(why, "tolak")
                    return
                continue
            except Refusal as error:
                self.say_next(str(error), "tolak")
                return
            break
        self.kiosk.exchange_soon()
        await self.kiosk.push_screen_wait(
            TextPanel(
                say("KIA diserahkan"),
                [say("Penyerahan tercatat. Minta paraf pengambil di kartu kendali.")],
            )
        )
        self.dismiss()

    async def _approval(self, why: str) -> tuple[Approval | None, str]:
        """Another officer's word, by his PIN; without it, why there is none."""
        cards = await self.kiosk.ask(self.desk.cards.approvers)
        if not cards:
            return None, why + " " + say("Di kiosk ini belum ada. Hubungi pengelola.")
        who = await self.kiosk.push_screen_wait(
            Choose(why, [(card.officer, card.name) for card in cards])
        )
        pin = await self.kiosk.push_screen_wait(PinDialog(why)) if who is not None else None
        if who is None or pin is None:
            return None, why + " " + say("Kartu belum diserahkan.")
        try:
            return await self.kiosk.ask(self.desk.cards.approve, self._number, who, pin), ""
        except (WrongPin, Refusal) as error:
            return None, f"{error} " + say("Kartu belum diserahkan.")
