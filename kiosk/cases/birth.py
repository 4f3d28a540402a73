"""Rules between the answers of a birth report (F-2.01, Permendagri 109/2019).

Each rule looks only at answers that are there, so it may be asked while the form is being filled
in and about forms that have only some of these fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Literal, NamedTuple

from kiosk.cases.findings import Finding
from kiosk.cases.identity import Values, check_niks
from kiosk.cases.names import same_name
from kiosk.cases.plain import iso_day
from kiosk.texts import say

LATE_AFTER_DAYS = 60
"""Reported later than this, a birth is recorded as late (UU 24/2013)."""

WITNESSES = ("saksi1", "saksi2")


class _Person(NamedTuple):
    key: str
    who: str
    name: str
    nik: str


def check_birth(values: Values, today: date) -> list[Finding]:
    """What the answers say about each other."""
    return [
        *check_niks(values),
        *_parents(values),
        *_reporter(values),
        *_witnesses(values),
        *_papers(values),
        *_child(values, today),
    ]


def _parents(values: Values) -> Iterator[Finding]:
    mother = _person(values, "ibu", say("ibu"))
    father = _person(values, "ayah", say("ayah"))
    sure = _same(mother, father)
    if sure:
        says = say("Ayah dan ibu tampak orang yang sama. Periksa nama dan NIK.")
        yield Finding(sure, "ayah_nik" if father.nik else "ayah_nama", says)
    child = iso_day(values.get("anak_tgl_lahir", ""))
    for prefix, youngest, oldest in (("ibu", 13, 55), ("ayah", 13, 100)):
        key = f"{prefix}_tgl_lahir"
        born = iso_day(values.get(key, ""))
        if born is None or child is None:
            continue
        age = child.year - born.year - ((child.month, child.day) < (born.month, born.day))
        if born >= child:
            yield Finding("tolak", key, say("Orang tua lahir sesudah anaknya. Periksa tanggal."))
        elif not youngest <= age <= oldest:
            says = say("Umur orang tua waktu anak lahir {umur} tahun. Periksa tanggal.", umur=age)
            yield Finding("peringatan", key, says)


def _reporter(values: Values) -> Iterator[Finding]:
    reporter = _person(values, "pelapor", say("pelapor"))
    for prefix, who in (("ibu", say("ibu")), ("ayah", say("ayah"))):
        if _same(reporter, _person(values, prefix, who)):
            says = say("Pelapor tampak sama dengan {siapa}. Ubah hubungan pelapor.", siapa=who)
            yield Finding("peringatan", "pelapor_nama", says)


def _witnesses(values: Values) -> Iterator[Finding]:
    others = [
        _person(values, "ibu", say("ibu")),
        _person(values, "ayah", say("ayah")),
        _person(values, "pelapor", say("pelapor")),
    ]
    sworn = "sptjm" in (values.get("bukti_lahir"), values.get("bukti_nikah"))
    for prefix in WITNESSES:
        witness = _person(values, prefix, say("saksi lain"))
        for other in others:
            level = _same(witness, other)
            if level:
                says = say(
                    "Saksi tidak boleh sama dengan {siapa}. Cari saksi lain.", siapa=other.who
                )
                yield Finding(level, witness.key, says)
        for key, given, partner in (
            (f"{prefix}_nama", witness.name, witness.nik),
            (f"{prefix}_nik", witness.nik, witness.name),
        ):
            if not given and sworn:
                says = say("SPTJM wajib dua saksi. Isi nama dan NIK kedua saksi.")
                yield Finding("tolak", key, says)
            elif not given and partner:
                yield Finding("peringatan", key, say("Data saksi belum lengkap. Isi nama dan NIK."))
        others.append(witness)


def _papers(values: Values) -> Iterator[Finding]:
    married, father = values.get("bukti_nikah", ""), values.get("ayah_dicatat", "")
    if married == "sptjm":
        says = say("F-2.04: akta akan memuat kalimat perkawinan belum tercatat. Pastikan benar.")
        yield Finding("peringatan", "bukti_nikah", says)
    if married == "tidak_ada" and father == "ya":
        says = say("Tanpa bukti perkawinan akta hanya menyebut ibu. Periksa isian ayah.")
        yield Finding("peringatan", "bukti_nikah", says)
    if married in ("buku_nikah", "akta_perkawinan", "bukti_lain") and father == "tidak":
        says = say("Ada bukti perkawinan, tetapi ayah tidak dicatat. Periksa isian ayah.")
        yield Finding("peringatan", "bukti_nikah", says)
    for key, says in (
        ("bukti_ktp", say("KTP-el belum ditunjukkan. Berkas dapat dikembalikan.")),
        ("bukti_kk", say("KK belum ditunjukkan. Berkas dapat dikembalikan.")),
        ("persetujuan", say("Pemohon belum menyetujui. Bacakan lagi dan jelaskan.")),
    ):
        if values.get(key) == "tidak":
            yield Finding("peringatan", key, says)


def _child(values: Values, today: date) -> Iterator[Finding]:
    born = iso_day(values.get("anak_tgl_lahir", ""))
    if born and (today - born).days > LATE_AFTER_DAYS:
        says = say("Lahir lebih dari 60 hari lalu: dicatat sebagai pelaporan terlambat.")
        yield Finding("info", "anak_tgl_lahir", says)
    if values.get("anak_kembar", "1") not in ("", "1"):
        yield Finding("info", "anak_kembar", say("Kembar: setiap bayi mendapat resi sendiri."))
    for key, least, most, says in (
        ("anak_berat", 500, 6000, say("Berat bayi tidak lazim. Tulis dalam gram: 3200.")),
        ("anak_panjang", 25, 65, say("Panjang bayi tidak lazim. Tulis dalam sentimeter: 49.")),
    ):
        number = values.get(key, "")
        if number.isascii() and number.isdigit() and not least <= int(number[:9]) <= most:
            yield Finding("peringatan", key, says)


def _person(values: Values, prefix: str, who: str) -> _Person:
    name, nik = values.get(f"{prefix}_nama", ""), values.get(f"{prefix}_nik", "")
    return _Person(f"{prefix}_nik" if nik else f"{prefix}_nama", who, name, nik)


def _same(one: _Person, other: _Person) -> Literal["", "tolak", "peringatan"]:
    """Whether two persons are one: by NIK for sure; by name alone only while a NIK is missing."""
    if one.nik and one.nik == other.nik:
        return "tolak"
    if same_name(one.name, other.name):
        return "peringatan" if one.nik and other.nik else "tolak"
    return ""


def named_as(values: Mapping[str, str], others: Iterable[Mapping[str, str]]) -> Finding | None:
    """That a twin bears the name of another child of the same birth: the wrong line was copied."""
    name = values.get("anak_nama", "")
    if any(same_name(name, one.get("anak_nama", "")) for one in others):
        return Finding("tolak", "anak_nama", say("Nama sama dengan saudara kembarnya. Periksa."))
    return None
