"""Which column of a prison's list is what, in the many spellings that lists have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.cases.tables import Row, text_of_cell

TTL = "ttl"
"""A column of place and date of birth together."""

COLUMNS: dict[str, str] = {
    "nama": "Nama",
    "nik": "NIK",
    "no_kk": "No KK",
    TTL: "TTL",
    "tempat_lahir": "Tempat lahir",
    "tgl_lahir": "Tanggal lahir",
    "jk": "JK",
    "blok": "Blok",
    "nomor_registrasi": "No registrasi",
    "nama_ibu": "Nama ibu",
    "nama_ayah": "Nama ayah",
    "alamat": "Alamat",
    "asal": "Daerah asal",
    "keterangan": "Keterangan",
}
"""Column -> what a list's head should call it; all but the last are fields of the form where it
has them."""

NEEDED = ("nama",)
"""Without these a list is no list of names."""

WISHED = ("nik", "no_kk", "tgl_lahir", "jk", "nomor_registrasi")
"""What step 1 of the SOP wants of each name (list and KK); said when a list leaves it out."""

HEAD_WITHIN = 40
"""Rows in which the head is looked for: a letter's head and titles stand above it."""

_SPELLINGS: dict[str, str] = {
    "nama": (
        "nama|nama lengkap|nama wbp|nama napi|nama narapidana|nama tahanan|nama warga binaan"
        "|nama penghuni|nama tahanan narapidana|nama narapidana tahanan|nama tahanan napi|name"
        "|nama lengkap wbp|nama terpidana|nama anak didik|nama warga binaan pemasyarakatan|wbp"
    ),
    "nik": (
        "nik|no nik|nomor nik|nomor induk kependudukan|no induk kependudukan|no ktp|nomor ktp"
        "|nik ktp|nik wbp|no nik ktp|no identitas|nomor identitas|nik nomor induk kependudukan"
        "|noktp|nonik|no ktp nik|nik no ktp|nomor induk kependudukan nik"
    ),
    "no_kk": (
        "no kk|nomor kk|kk|nkk|no kartu keluarga|nomor kartu keluarga|no kk kartu keluarga|nokk"
        "|kartu keluarga|nomor kartu keluarga kk|no kartu keluarga kk"
    ),
    TTL: (
        "ttl|tempat tgl lahir|tempat tanggal lahir|tempat dan tanggal lahir|tempat dan tgl lahir"
        "|tmp tgl lahir|tpt tgl lahir|tmpt tgl lahir|tempat tgl lhr|tempat tanggal lahir ttl|t t l"
        "|tempat lahir tanggal lahir|tempat lahir tgl lahir|tmpt tanggal lahir|tempat tgllahir"
    ),
    "tempat_lahir": "tempat lahir|tmp lahir|tmpt lahir|tpt lahir|kota lahir|tempat lhr|tempatlahir",
    "tgl_lahir": (
        "tgl lahir|tanggal lahir|tgl lhr|lahir|tanggal lhr|tgllahir|tgl kelahiran|dob"
        "|tanggal kelahiran|tanggallahir"
    ),
    "jk": (
        "jk|j k|jenis kelamin|kelamin|l p|lp|sex|gender|jns kelamin|jen kel|jenkel|p l|jeniskelamin"
    ),
    "blok": (
        "blok|kamar|blok kamar|kamar blok|sel|blok sel|lokasi|wisma|wisma kamar|hunian|blok hunian"
        "|kamar hunian|lokasi kamar|blok dan kamar|lokasi sel|no kamar|blok no kamar"
    ),
    "nomor_registrasi": (
        "no registrasi|nomor registrasi|no reg|no register|nomor register|noreg|reg|registrasi"
        "|no reg wbp|no reg instansi|no registrasi wbp|no induk|no induk wbp|register|nomor reg"
        "|no registrasi instansi|nomor registrasi instansi|nomor induk wbp|no reg napi"
    ),
    "nama_ibu": "nama ibu|ibu|ibu kandung|nama ibu kandung|nama ibu kandung wbp",
    "nama_ayah": "nama ayah|ayah|bapak|nama bapak|ayah kandung|nama ayah kandung|bin",
    "alamat": "alamat|alamat ktp|alamat asal|alamat lengkap|alamat domisili|alamat kk|alamat di kk",
    "asal": "asal|daerah asal|kota asal|asal daerah|kabupaten asal|kota kabupaten|kab kota",
    "keterangan": "keterangan|ket|catatan|kasus|perkara",
}
_KNOWN = {word: key for key, words in _SPELLINGS.items() for word in words.split("|")}
_COUNTING = frozenset(("no", "nomor", "no urut", "nomor urut", "urut", "n o"))


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a list: at which row it stands, which column is what, and the columns that
    nobody knows (as they are called) or that come a second time."""

    row: int
    places: dict[str, int]
    unknown: tuple[str, ...]
    twice: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The needed columns that are not there."""
        return tuple(key for key in NEEDED if key not in self.places)

    @property
    def wanting(self) -> tuple[str, ...]:
        """The wished columns that are not there."""
        have = {*self.places, *(("tgl_lahir",) if TTL in self.places else ())}
        return tuple(key for key in WISHED if key not in have)


def find_head(rows: Sequence[Row]) -> Head | None:
    """The row that names the columns best, among the first; None when none names two, or the
    name itself."""
    heads = [_head(at, row) for at, row in enumerate(rows[:HEAD_WITHIN])]
    best = max(heads, key=_weight, default=None)
    return best if best is not None and (len(best.places) > 1 or not best.missing) else None


def score(rows: Sequence[Row]) -> tuple[int, int]:
    """How much a list's rows look as they should: columns known, rows as wide as the head."""
    head = find_head(rows)
    if head is None:
        return 0, 0
    width = max(head.places.values()) + 1
    return len(head.places), sum(len(row) >= width for row in rows[head.row + 1 :])


def is_counting(row: Row) -> bool:
    """Whether a row only numbers the columns (1, 2, 3 ... below the head)."""
    numbers = [text for cell in row if (text := text_of_cell(cell).strip("()[]. "))]
    return len(numbers) > 1 and numbers == [str(n) for n in range(1, len(numbers) + 1)]


def _weight(head: Head) -> tuple[bool, int]:
    return not head.missing, len(head.places)


def _head(at: int, row: Row) -> Head:
    places: dict[str, int] = {}
    unknown: list[str] = []
    twice: list[str] = []
    for column, cell in enumerate(row):
        title = text_of_cell(cell)
        word = _bare(title)
        key = _KNOWN.get(word, "")
        if key and key in places:
            twice.append(title)
        elif key:
            places[key] = column
        elif word and word not in _COUNTING:
            unknown.append(title)
    return Head(at, places, tuple(unknown), tuple(twice))


def _bare(title: str) -> str:
    """``Tempat/Tgl. Lahir *`` as ``tempat tgl lahir``."""
    words = re.findall(r"[a-z]+", re.sub(r"\([^)]*\)", " ", title.casefold()))
    return " ".join(words or re.findall(r"[a-z]+", title.casefold()))
