"""SPTJM: declarations under own responsibility, filled in for signing with two witnesses.

F-2.03 stands in for the letter of birth, F-2.04 for the proof of marriage (Permendagri 109/2019).
They bear whole NIKs: who signs must see whom he names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from config.letters import Letter
from kiosk.cases.state import CaseState
from kiosk.papers.dates import long_day, written_day
from kiosk.papers.facts import Office
from kiosk.papers.model import (
    Block,
    Gap,
    Heading,
    Line,
    Pair,
    Paper,
    PaperKind,
    Rule,
    SignatureBox,
    Signatures,
)
from kiosk.texts import say

_BY_PEN = "." * 30

Named = Callable[[str, str], str]
"""Gives the name of a code by its list: ``named("pekerjaan", "88")``."""


def sptjm(
    kind: PaperKind,
    state: CaseState,
    *,
    letter: Letter,
    office: Office,
    named: Named,
    time: int,
    copy: int = 0,
) -> Paper:
    """One declaration, filled in from the answers of a case; what they do not hold is left to the
    pen. ``time`` (ms) is when it is printed."""
    values = state.values
    training = (Heading(say("LATIHAN - TIDAK BERLAKU"), large=True),) if office.training else ()
    blocks: tuple[Block, ...] = (
        *training,
        Line(letter.code, bold=True),
        Heading(say(letter.title)),
        Heading(say(letter.subtitle)),
        Rule(),
        Line(say(letter.opening)),
        *_person(_declares(values), values, named),
        Pair(say("Alamat"), _address(values, named)),
        Gap(),
        Line(say(letter.statement)),
        *_child(values),
        Gap(),
        Line(say(letter.claim)),
        *_person("ibu", values, named, say("Ibu")),
        *_person("ayah", values, named, say("Ayah")),
        *_family_card(kind, values),
        Gap(),
        *(Line(say(sentence)) for sentence in letter.closing),
        Gap(),
        Line(say("Dibuat pada {hari}", hari=long_day(time))),
        Signatures(
            (
                SignatureBox(say("Saksi I"), *_witness("saksi1", values)),
                SignatureBox(say("Saksi II"), *_witness("saksi2", values)),
                SignatureBox(
                    say("Yang membuat pernyataan (meterai)"),
                    values.get(f"{_declares(values)}_nama", ""),
                    _nik(values, _declares(values)),
                ),
            )
        ),
    )
    return Paper(kind, state.number, letter.title, blocks, copy)


def _declares(values: Mapping[str, str]) -> str:
    """How the keys of the reporter's answers begin: a parent who reports is not asked again."""
    relation = values.get("pelapor_hubungan", "")
    return relation if relation in ("ayah", "ibu") else "pelapor"


def _person(who: str, values: Mapping[str, str], named: Named, title: str = "") -> list[Pair]:
    if title and not values.get(f"{who}_nama"):
        return []  # a father whom the certificate does not name
    born = [
        values.get(f"{who}_tempat_lahir", ""),
        written_day(values.get(f"{who}_tgl_lahir", "")),
    ]
    work = values.get(f"{who}_pekerjaan", "")
    facts = [
        (say("Nama {siapa}", siapa=title) if title else say("Nama"), values.get(f"{who}_nama", "")),
        (say("NIK"), values.get(f"{who}_nik", "") or values.get(f"{who}_paspor", "")),
        (say("Tempat/tgl lahir"), ", ".join(one for one in born if one)),
        (say("Pekerjaan"), named("pekerjaan", work) if work else ""),
    ]
    return [Pair(label, value or _BY_PEN) for label, value in facts]


def _child(values: Mapping[str, str]) -> list[Pair]:
    hour = values.get("anak_pukul", "")
    day = written_day(values.get("anak_tgl_lahir", ""))
    sex = {"L": say("laki-laki"), "P": say("perempuan")}.get(values.get("anak_jk", ""), "")
    facts = [
        (say("Nama anak"), values.get("anak_nama", "")),
        (say("Jenis kelamin"), sex),
        (say("Tempat lahir"), values.get("anak_tempat_lahir", "")),
        (say("Tanggal lahir"), say("{hari} pukul {jam}", hari=day, jam=hour) if hour else day),
        (say("Anak ke"), values.get("anak_ke", "")),
    ]
    return [Pair(label, value or _BY_PEN) for label, value in facts]


def _family_card(kind: PaperKind, values: Mapping[str, str]) -> list[Pair]:
    if kind != "sptjm-nikah":
        return []
    return [Pair(say("Nomor KK"), values.get("no_kk", "") or _BY_PEN)]


def _address(values: Mapping[str, str], named: Named) -> str:
    kelurahan = values.get("kelurahan", "")
    parts = [
        values.get("alamat", ""),
        f"RT {values['rt']}" if values.get("rt") else "",
        f"RW {values['rw']}" if values.get("rw") else "",
        named("regions", kelurahan) if kelurahan else values.get("kota_luar", ""),
    ]
    return ", ".join(part for part in parts if part) or _BY_PEN


def _witness(who: str, values: Mapping[str, str]) -> tuple[str, str]:
    return values.get(f"{who}_nama", ""), _nik(values, who)


def _nik(values: Mapping[str, str], who: str) -> str:
    nik = values.get(f"{who}_nik", "")
    return say("NIK {nik}", nik=nik) if nik else say("NIK:")
