"""Handing a card over: who collects, which papers were shown, once."""

from __future__ import annotations

from collections.abc import Mapping

from textual import work
from textual.widget import Widget
from textual.widgets import Static

from config.forms import NO, YES, Field, Page
from config.policy import Relation
from kiosk.cases.checks import check_field, normalise
from kiosk.desk.cards import Approval, Collection, NeedsApproval
from kiosk.desk.views import Refusal
from kiosk.keys import WrongPin
from kiosk.screens.base import FormScreen
from kiosk.texts import said, say
from kiosk.widgets.dialogs import Ask, Choose, PinDialog, TextPanel
from kiosk.widgets.form_view import FormDone, FormView


class CollectScreen(FormScreen):
    """First the card's story (is it still here, is it for here?), then relation, papers, name."""

    DEFAULT_CSS = """
    CollectScreen #card { height: 4; padding: 0 1; }
    """

    def __init__(self, number: str, card: Collection):
        super().__init__(
            say("Penyerahan {item} {number}", item=card.item, number=number),
            say("Isi tiap baris lalu Enter. Esc kembali, kartu tetap di sini."),
        )
        self._number = number
        self._card = card
        self._policy = card.policy
        self._papers: dict[str, str] = {}
        self.begun = {"hubungan": card.policy.default.key}

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
        relations = self._policy.relations
        relation = Field(
            key="hubungan",
            label=say("Pengambil adalah"),
            type="choice",
            required=True,
            choices=tuple((r.key, said(r.label)) for r in relations),
            help=say("Pilih dengan angka. Tiap hubungan punya syaratnya sendiri."),
        )
        shown = [field for one in relations for field in self._paper_fields(one)]
        withdrawn = [
            self._paper(f"tarik{at}", paper, say("Ditarik dari pengambil: {paper}?"), {})
            for at, paper in enumerate(self._card.withdrawn)
        ]
        return Page(say("Periksa pengambil"), (relation, *shown, *withdrawn, *_who()))

    def _paper_fields(self, relation: Relation) -> list[Field]:
        """The papers that this collector shows, each with what may be shown instead."""
        fields: list[Field] = []
        for at, paper in enumerate(relation.papers):
            key, when = f"surat{at}_{relation.key}", {"hubungan": (relation.key,)}
            fields.append(self._paper(key, paper, say("Apakah diperlihatkan: {paper}?"), when))
            instead = self._policy.instead_of(paper)
            if instead:
                asked = say("Sebagai gantinya: {paper}?")
                fields.append(self._paper(f"ganti_{key}", instead, asked, {**when, key: (NO,)}))
        return fields

    def _paper(
        self, key: str, paper: str, question: str, when: Mapping[str, tuple[str, ...]]
    ) -> Field:
        self._papers[key] = paper
        return Field(
            key=key,
            label=said(paper)[:22],
            type="yesno",
            required=True,
            help=question.replace("{paper}", said(paper)),
            when=tuple(when.items()),
        )

    def on_mount(self) -> None:
        """Is the card still here, and is it for here?"""
        card = self._card
        trouble = card.taken or card.astray or card.stale
        if card.taken:
            last = f"! {card.taken}"
        elif card.astray:
            last = f"! {card.astray} " + say("Diserahkan di sini hanya dengan PIN penyetuju.")
        elif card.stale:
            last = f"! {card.stale} " + say("Diserahkan hanya dengan alasan dan PIN penyetuju.")
        else:
            last = say("Cocokkan nama dan wajah pada KTP-el dengan orang di depan Anda.")
        lines = [
            say("Nama      : {name}", name=card.name or "-"),
            say("Orang tua : {names}", names=" / ".join(card.parents) or "-"),
            last,
        ]
        self.put("#card", "\n".join(lines))
        if trouble:
            self.say_next(trouble, "tolak" if card.taken else "peringatan")

    def on_form_done(self, done: FormDone) -> None:
        """All is answered."""
        done.stop()
        self._hand_over(dict(done.values))

    @work
    async def _hand_over(self, values: dict[str, str]) -> None:
        relation = next(r for r in self._policy.relations if r.key == values["hubungan"])
        papers = [paper for key, paper in self._papers.items() if values.get(key) == YES]
        item = self._card.item
        sure = await self.kiosk.push_screen_wait(
            Ask(
                say(
                    "Serahkan {item} kepada {name} ({who})?",
                    item=item,
                    name=values["nama"],
                    who=said(relation.label),
                ),
                [say("Setelah ini kartu dianggap sudah keluar.")],
            )
        )
        if not sure:
            self.query_one(FormView).unlock()
            return
        if not await self._handed_over(relation, values, papers):
            return
        self.kiosk.exchange_soon()
        await self.kiosk.push_screen_wait(
            TextPanel(
                say("{item} diserahkan", item=item),
                [say("Penyerahan tercatat. Minta paraf pengambil di kartu kendali.")],
            )
        )
        self.dismiss()

    async def _handed_over(
        self, relation: Relation, values: Mapping[str, str], papers: list[str]
    ) -> bool:
        """Whether the desk let the card go, with another officer's word where it asks for one."""
        hand_over = self.desk.cards.hand_over
        approval: Approval | None = None
        while True:
            try:
                await self.kiosk.ask(
                    hand_over, self._number, relation.key, values, papers, approval
                )
            except NeedsApproval as error:
                approval, why = await self._approval(str(error))
                if approval is None:
                    self.say_next(why, "tolak")
                    return False
            except Refusal as error:
                self.say_next(str(error), "tolak")
                return False
            else:
                return True

    async def _approval(self, why: str) -> tuple[Approval | None, str]:
        """Another officer's word, by his PIN; without it, why there is none."""
        cards = await self.kiosk.ask(self.desk.cards.approvers)
        if not cards:
            return None, why + " " + say("Di kiosk ini belum ada. Hubungi pengelola.")
        who = await self.kiosk.push_screen_wait(
            Choose(why, [(card.officer, card.name) for card in cards])
        )
        while who is not None:
            pin = await self.kiosk.push_screen_wait(PinDialog(why))
            if pin is None:
                break
            try:
                return await self.kiosk.ask(self.desk.cards.approve, self._number, who, pin), ""
            except WrongPin as error:
                why = str(error)  # asked again at once: what is typed next is a PIN
            except Refusal as error:
                return None, f"{error} " + say("Kartu belum diserahkan.")
        return None, why + " " + say("Kartu belum diserahkan.")


def _who() -> tuple[Field, ...]:
    """What is written down of whoever collects."""
    return (
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
            help=say("Wajib bila bukan orang tua atau ada yang menyimpang."),
        ),
    )
