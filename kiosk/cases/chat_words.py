"""The words by which people name an answer in a chat: "nama anak", "No. KK", "TTL", "bapak".

Only whole names that stand in these tables (or on the form itself) are known: a word that merely
resembles one names nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.forms import Form

CHILD, FATHER, MOTHER, APPLICANT = "anak", "ayah", "ibu", "pelapor"

_PERSONS = {
    CHILD: "anak bayi ananda adik dedek",
    FATHER: "ayah bapak bapa papa bpk",
    MOTHER: "ibu mama bunda mamak",
    APPLICANT: "pemohon pelapor pengaju",
}
_OF_PERSONS = {
    "nama": "nama nm nma namalengkap",
    "nik": "nik nonik nomornik nonikktp noktp nomorktp nikktp nomorindukkependudukan",
    "ttl": "ttl tempattanggallahir tempattgllahir tmptanggallahir tmptgllahir tmpttgllahir"
    " tempatdantanggallahir tempatdantgllahir tempattgllhr tempatlahirtanggallahir"
    " tempatlahirdantanggallahir tempatlahirtgllahir lahir",
    "tgl_lahir": "tanggallahir tgllahir tgllhr tanggallhr tgllhir tanggalkelahiran",
    "tempat_lahir": "tempatlahir tmplahir tmptlahir kotalahir kotakelahiran tempatkelahiran",
    "jk": "jk jeniskelamin jnskelamin kelamin jeniskel gender lp jklp jeniskelaminlp",
}
_OF_ALL = {
    "no_kk": "nokk nomorkk kk kartukeluarga nokartukeluarga nomorkartukeluarga nkk nonkk",
    "alamat": "alamat alamatrumah alamattinggal alamatsekarang alamatkk alamatdomisili"
    " tempattinggal alamatpemohon alamatanak almt",
    "rtrw": "rtrw",
    "rt": "rt",
    "rw": "rw",
    "kelurahan": "kelurahan kel kelurahandesa desakelurahan keldesa desakel desa",
    "kecamatan": "kecamatan kec",
    "telepon": "nohp nomorhp hp nowa nomorwa wa whatsapp nowhatsapp nomorwhatsapp telepon telpon"
    " telp tlp notelp notelpon notelepon notlp nomortelepon nomortelpon nohpwa nomorhpwa hpwa"
    " nohandphone nomorhandphone kontak nohporangtua nohppemohon nohppelapor nomorponsel",
    "email": "email emailpemohon emailaktif alamatemail surel gmail",
    "hubungan": "hubungan hubunganpemohon hubunganpelapor hubungandengananak hubungandgnanak"
    " hubunganpemohondengananak hubunganpelapordengananak hubdengananak hub statushubungan",
    "akta": "noakta nomorakta noaktakelahiran nomoraktakelahiran noaktalahir nomoraktalahir"
    " aktakelahiran noakte nomorakte noaktekelahiran noaktelahir aktekelahiran",
    "jenis": "jenispermohonan permohonan keperluan jenispengajuan pengajuan jenislayanan layanan"
    " jeniskia",
}
_KEYS = {
    "hubungan": ("pelapor_hubungan", "pemohon_hubungan", "hubungan"),
    "akta": ("akta_nomor", "anak_akta_nomor", "no_akta", "nomor_akta", "akta"),
    "jenis": ("jenis", "jenis_permohonan"),
}
"""The form's keys for what is named so; other names are keys themselves."""

_DROPPED = frozenset(("lengkap", "kandung", "saya", "aktif", "si", "nya", "dari", "dr"))
_CUT = frozenset(("sesuai", "berdasarkan", "seperti", "yang", "yg", "di", "pada", "utk", "untuk"))
_HEADS = frozenset(("data", "biodata", "identitas", "datadiri"))
_WORD = re.compile(r"[^\W_]+")
_ASIDE = re.compile(r"\([^()]*\)")
_LONGEST_LABEL = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """What a label asks: whose ('' when it does not say), and what; ``key`` where the label is the
    form's own."""

    what: str
    whose: str = ""
    key: str = ""

    def keys(self, whose: str = "") -> tuple[str, ...]:
        """The form's keys that may hold the answer, the likeliest first."""
        if self.key:
            return (self.key,)
        if self.what not in _OF_PERSONS:
            return _KEYS.get(self.what, (self.what,))
        owner = self.whose or whose
        own = f"{owner}_{self.what}"
        return (own, self.what) if owner == CHILD else (own,)

    @property
    def personal(self) -> bool:
        """Whether one must know whose it is."""
        return not self.key and self.what in _OF_PERSONS


@cache
def _known() -> dict[str, Asked]:
    names = {name: Asked(what) for what, said in _OF_ALL.items() for name in said.split()}
    for whose, persons in _PERSONS.items():
        names |= {person: Asked("nama", whose) for person in persons.split()}
    for what, said in _OF_PERSONS.items():
        names |= {name: Asked(what) for name in said.split()}
        for name, (whose, persons) in product(said.split(), _PERSONS.items()):
            names |= {name + person: Asked(what, whose) for person in persons.split()}
    return names


class Labels:
    """What is known by name, the form's own labels included."""

    def __init__(self, form: Form) -> None:
        own = {_joined(field.label): Asked("", key=field.key) for field in form.fields}
        self._names = {**own, **_known()}

    def asked(self, text: str) -> Asked | None:
        """What a label asks, None when it is none."""
        return self._names.get(_joined(text)) if len(text) <= 80 else None

    def knows(self, text: str) -> bool:
        """Whether a text is a label."""
        return self.asked(text) is not None

    def at_end(self, text: str) -> tuple[int, Asked] | None:
        """The longest label with which a text ends: where it begins, and what it asks."""
        words = list(_WORD.finditer(_without_asides(text)))[-_LONGEST_LABEL:]
        for word in words:
            asked = self.asked(text[word.start() :])
            if asked is not None:
                return word.start(), asked
        return None

    def at_start(self, text: str) -> tuple[int, Asked] | None:
        """The longest label with which a text begins: where it ends, and what it asks."""
        words = list(_WORD.finditer(text))[:_LONGEST_LABEL]
        for word in reversed(words):
            asked = self._names.get(_joined(text[: word.end()], cut=False))
            if asked is not None:
                return word.end(), asked
        return None

    def heading(self, text: str) -> str:
        """Whose answers follow a heading like "DATA AYAH"; '' when it is none."""
        words = _words(text)
        if len(words) < 2 or words[0] not in _HEADS:
            return ""
        asked = self._names.get("".join(words[1:]))
        return asked.whose if asked else ""


def _without_asides(text: str) -> str:
    return _ASIDE.sub(lambda found: " " * len(found[0]), text)


def _words(text: str, *, cut: bool = True) -> list[str]:
    """What a label says, without "sesuai KK" and the like behind it (``cut``)."""
    words: list[str] = []
    for found in _WORD.finditer(_without_asides(text)):
        word = found[0].casefold()
        if cut and word in _CUT and words:
            break
        words.append(word)
    return [_stem(word) for word in words if word not in _DROPPED] or words


def _stem(word: str) -> str:
    """A word without its "-nya": "ayahnya" asks for the father."""
    return word.removesuffix("nya") if len(word) > 5 else word


def _joined(text: str, *, cut: bool = True) -> str:
    return "".join(_words(text, cut=cut))
