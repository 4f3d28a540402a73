"""Rules between the answers of an application for a KIA (Permendagri 2/2016).

A KIA is for a child under 17 who is not married. Under five it bears no photo and holds until the
fifth birthday; from five on it bears one and holds until the day before the seventeenth. Papers
that are missing refuse nothing: the application is registered, and judged at step 2 of the SOP.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from config.lookups import lookup
from kiosk.cases.findings import Finding
from kiosk.cases.identity import Values, check_niks
from kiosk.cases.plain import iso_day
from kiosk.texts import said, say

GROWN = 17
"""Years from which a person has a KTP-el."""

WITH_PHOTO = 5
"""Years from which the card bears a photo."""

SOON = timedelta(days=30)
"""A card that would end within this is hardly worth its blanko."""

BACKGROUNDS = "latar_foto"
"""The office's list of colours behind the photo, by year of birth: "ganjil" (odd), "genap" (even).
Practice differs from city to city, so it is a file that the office changes."""


def check_kia(values: Values, today: date) -> list[Finding]:
    """What the answers say about each other."""
    return [
        *check_niks(values),
        *_child(values, today),
        *_photo(values, today),
        *_papers(values),
    ]


def birthday(born: date, years: int) -> date:
    """The day on which someone is so many years old; born on 29 February: 1 March."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def card_until(born: date, today: date) -> date:
    """The last day of a card issued today to a child born then."""
    fifth = birthday(born, WITH_PHOTO)
    return fifth if today < fifth else birthday(born, GROWN) - timedelta(days=1)


def photo_background(born: date) -> str:
    """The colour behind the photo of a child born then; empty when the office leaves it open."""
    item = lookup(BACKGROUNDS).get("ganjil" if born.year % 2 else "genap")
    return item.name if item else ""


def _born(values: Values, today: date) -> date | None:
    """The child's date of birth; None as long as it is not there, or cannot be."""
    born = iso_day(values.get("anak_tgl_lahir", ""))
    return born if born is not None and born <= today else None


def _child(values: Values, today: date) -> Iterator[Finding]:
    born = _born(values, today)
    if born is not None:
        yield _age(born, today)
        if values.get("jenis") == "habis" and today < birthday(born, WITH_PHOTO):
            says = say("Anak belum 5 tahun: kartunya masih berlaku. Periksa jenis permohonan.")
            yield Finding("peringatan", "jenis", says)
    if values.get("belum_kawin") == "tidak":
        says = say("Yang sudah kawin memakai KTP-el, bukan KIA. Arahkan ke perekaman KTP-el.")
        yield Finding("tolak", "belum_kawin", says)


def _age(born: date, today: date) -> Finding:
    key = "anak_tgl_lahir"
    if today >= birthday(born, GROWN):
        says = say("Sudah 17 tahun: bukan KIA. Arahkan ke perekaman KTP-el.")
        return Finding("tolak", key, says)
    until = card_until(born, today)
    ends = f"{until:%d-%m-%Y}"
    if until - today <= SOON:
        says = say("Kartu hanya berlaku sampai {tanggal}. Tawarkan menunggu.", tanggal=ends)
        return Finding("peringatan", key, says)
    if today < birthday(born, WITH_PHOTO):
        says = say("Di bawah 5 tahun: kartu tanpa foto, berlaku sampai {tanggal}.", tanggal=ends)
    else:
        says = say("5 tahun ke atas: kartu berfoto, berlaku sampai {tanggal}.", tanggal=ends)
    return Finding("info", key, says)


def _photo(values: Values, today: date) -> Iterator[Finding]:
    born = _born(values, today)
    if born is None:
        return
    given = values.get("bukti_foto", "")
    if today < birthday(born, WITH_PHOTO):
        if given == "ya":
            yield Finding("info", "bukti_foto", say("Di bawah 5 tahun foto tidak dipakai."))
    elif given != "ya":
        colour = photo_background(born)
        says = (
            say("Minta foto 2x3 berwarna, latar {warna}.", warna=said(colour))
            if colour
            else say("Minta foto 2x3 berwarna.")
        )
        yield Finding("peringatan", "bukti_foto", says)


def _papers(values: Values) -> Iterator[Finding]:
    for key, says in (
        ("bukti_kk", say("KK belum dikirim. Mintalah sebelum langkah verifikasi.")),
        ("bukti_akta", say("Akta kelahiran belum dikirim. Mintalah sebelum verifikasi.")),
        ("bukti_ktp", say("KTP-el orang tua belum dikirim. Mintalah sebelum verifikasi.")),
        ("bukti_kartu_lama", say("Foto KIA lama belum dikirim. Mintalah sebelum verifikasi.")),
        ("persetujuan", say("Pemohon belum menyetujui. Kirim pernyataannya dan jelaskan.")),
    ):
        if values.get(key) == "tidak":
            yield Finding("peringatan", key, says)
    for kind, key, says in (
        ("hilang", "bukti_hilang", say("KIA hilang: minta surat kehilangan dari kepolisian.")),
        ("pindah", "bukti_pindah", say("Pindah datang: minta surat keterangan pindah.")),
    ):
        if values.get("jenis") == kind and not values.get(key):
            yield Finding("peringatan", key, says)
