"""A prison's list of names (MAS RAPID, SOP step 1) read row by row, each with what is wrong.

Nothing is refused as a whole but a list without a head: a row that cannot be taken says why, and
is corrected or left out by the officer. Nothing here raises, whatever the list holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from kiosk.cases.checks import check_form, normalise
from kiosk.cases.findings import Finding
from kiosk.cases.identity import check_nik
from kiosk.cases.names import near_name, same_name
from kiosk.cases.roster_cells import read_day, read_number, read_sex, read_words, split_birth
from kiosk.cases.roster_columns import COLUMNS, TTL, Head, find_head, is_counting, score
from kiosk.cases.tables import Cell, Row, split_text, text_of_cell
from kiosk.texts import said, say

if TYPE_CHECKING:
    from config.forms import Form

MOST_NAMES = 2000
"""Rows of one list; a larger one is a mistake, or comes in parts."""

LONGEST_CELL = 200
"""Characters of one answer that are read."""

IDENTIFYING = ("nik", "no_kk", "tgl_lahir", "nomor_registrasi")
"""Of these a row has at least one beside its name: a name alone finds nobody."""

_ALSO = frozenset(("ALS", "ALIAS", "BIN", "BINTI", "BTI"))


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One name of the list. ``at`` is its row as a spreadsheet counts them, ``values`` the answers
    of the form, ``findings`` what is to say of it; ``left_out`` why the officer leaves it out."""

    at: int
    values: Mapping[str, str]
    findings: tuple[Finding, ...] = ()
    left_out: str = ""

    @property
    def refused(self) -> bool:
        """Whether it cannot be taken as it stands."""
        return any(finding.level == "tolak" for finding in self.findings)

    @property
    def doubtful(self) -> bool:
        """Whether an officer should look at it."""
        return any(finding.level == "peringatan" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as it was read. ``problem`` says why it is none ('' when it is one); ``remarks`` what
    concerns its columns: unknown ones, ones that come twice, ones that are wanting."""

    lines: tuple[RosterLine, ...] = ()
    problem: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name that stands on a roster already: ``here`` when it is this very list's, ``state`` in
    words how it stands with it."""

    number: str
    name: str
    nik: str
    birth: str
    here: bool
    state: str = ""


@dataclass
class _Reading:
    values: dict[str, str] = field(default_factory=dict[str, str])
    findings: list[Finding] = field(default_factory=list[Finding])

    def keep(self, key: str, value: str, found: Sequence[Finding] = ()) -> None:
        """An answer and what was found while it was read; the first answer of a key stays."""
        if value and not self.values.get(key):
            self.values[key] = value[:LONGEST_CELL]
        self.findings += found


def read_text(
    text: str, form: Form, today: date, given: Mapping[str, str] | None = None
) -> Listing:
    """A list from the text of a CSV file or from pasted rows; ``given`` as in read_rows."""
    return read_rows(split_text(text, score), form, today, given)


def read_rows(
    rows: Sequence[Row], form: Form, today: date, given: Mapping[str, str] | None = None
) -> Listing:
    """A list from rows of cells, the head among the first. ``given`` are answers that every name
    has though the list does not say them (the prison)."""
    head = find_head(rows)
    if head is None:
        return Listing(problem=_headless(rows))
    if head.missing:
        names = ", ".join(said(COLUMNS[key]) for key in head.missing)
        return Listing(problem=say("Kolom {nama} tidak ada. Tambahkan, lalu ulangi.", nama=names))
    titles = _texts(rows[head.row])
    lines: list[RosterLine] = []
    for at, row in enumerate(rows[head.row + 1 :], head.row + 2):
        if _texts(row) == titles or is_counting(row):
            continue
        line = _line(at, row, head, form, today, given or {})
        if line is not None:
            lines.append(line)
    if len(lines) > MOST_NAMES:
        says = say("Daftar ini {n} baris, paling banyak {batas}.", n=len(lines), batas=MOST_NAMES)
        return Listing(problem=says)
    if not lines:
        return Listing(problem=say("Di bawah judul kolom tidak ada satu nama pun."))
    return Listing(tuple(lines), "", tuple(_remarks(head, form)))


def corrected(line: RosterLine, values: Mapping[str, str], form: Form, today: date) -> RosterLine:
    """A row as the officer has corrected it on the screen; what the file said no longer counts."""
    kept = {k: normalise(form.field(k), v) for k, v in values.items() if form.has(k)}
    kept = {key: value for key, value in kept.items() if value}
    return RosterLine(line.at, kept, tuple(check_values(kept, form, today)))


def check_values(values: Mapping[str, str], form: Form, today: date) -> list[Finding]:
    """What is to say of one name's answers by themselves."""
    findings = check_form(form, values, today)
    name, nik = values.get("nama", ""), values.get("nik", "")
    if name and not any(values.get(key) for key in IDENTIFYING):
        says = say("Hanya nama. Tulis NIK, nomor KK, tanggal lahir, atau nomor registrasi.")
        findings.append(Finding("tolak", "nik", says))
    elif not nik:
        says = say("NIK belum ada; dicari di SIAK waktu verifikasi.")
        findings.append(Finding("peringatan", "nik", says))
    if _ALSO.intersection(name.replace(".", " ").split()):
        says = say("Nama memuat alias atau bin. Tulis seperti pada KK.")
        findings.append(Finding("peringatan", "nama", says))
    return findings


def compare(lines: Sequence[RosterLine], known: Iterable[KnownName]) -> list[RosterLine]:
    """The rows with what is to say of each beside the others of the list, and beside the names
    that stand on rosters already. Rows that are left out are compared with nothing."""
    more: dict[int, list[Finding]] = defaultdict(list)
    taken = [(at, line) for at, line in enumerate(lines) if not line.left_out]
    _among(taken, more)
    _beside(taken, list(known), more)
    return [
        replace(line, findings=(*line.findings, *more[at])) if more[at] else line
        for at, line in enumerate(lines)
    ]


def _among(taken: Sequence[tuple[int, RosterLine]], more: dict[int, list[Finding]]) -> None:
    """Duplicates within the list. One NIK for two persons refuses both: whose it is, only the
    papers say."""
    by_nik: dict[str, list[tuple[int, RosterLine]]] = defaultdict(list)
    by_birth: dict[str, list[tuple[int, RosterLine]]] = defaultdict(list)
    for at, line in taken:
        nik, birth = line.values.get("nik", ""), line.values.get("tgl_lahir", "")
        for other_at, other in by_nik[nik] if nik else ():
            says = say("NIK sama dengan baris {baris}.", baris=other.at)
            more[at].append(Finding("tolak", "nik", says))
            if not near_name(_name(line), _name(other)):
                says = say("NIK sama dengan baris {baris}.", baris=line.at)
                more[other_at].append(Finding("tolak", "nik", says))
        for _, other in by_birth[birth]:
            niks = {nik, other.values.get("nik", "")}
            if len(niks) > 1 and (birth or "" in niks) and same_name(_name(line), _name(other)):
                sure = birth and "" in niks
                says = say("Nama sama dengan baris {baris}.", baris=other.at)
                more[at].append(Finding("tolak" if sure else "peringatan", "nama", says))
        by_nik[nik].append((at, line))
        by_birth[birth].append((at, line))


def _beside(
    taken: Sequence[tuple[int, RosterLine]],
    known: Sequence[KnownName],
    more: dict[int, list[Finding]],
) -> None:
    by_nik = {one.nik: one for one in known if one.nik}
    by_birth: dict[str, list[KnownName]] = defaultdict(list)
    for one in known:
        by_birth[one.birth].append(one)
    for at, line in taken:
        found = by_nik.get(line.values.get("nik", "") or "-")
        birth = line.values.get("tgl_lahir", "")
        for other in by_birth[birth] if birth and found is None else ():
            if same_name(_name(line), other.name):
                found = other
        if found is not None:
            more[at].append(_met(found))


def _met(known: KnownName) -> Finding:
    if known.here:
        says = say("Sudah ada di daftar kegiatan ini: {nomor}.", nomor=known.number)
        return Finding("tolak", "nama", says)
    says = say("Ada di kegiatan lain: {nomor}, {keadaan}.", nomor=known.number, keadaan=known.state)
    return Finding("peringatan", "nama", says)


def _name(line: RosterLine) -> str:
    return line.values.get("nama", "")


def _texts(row: Row) -> list[str]:
    return [text for cell in row if (text := text_of_cell(cell))]


def _line(
    at: int, row: Row, head: Head, form: Form, today: date, given: Mapping[str, str]
) -> RosterLine | None:
    reading = _Reading()
    cells = {key: row[n] for key, n in head.places.items() if n < len(row)}
    if TTL in cells:
        place, day = split_birth(cells[TTL])
        cells.setdefault("tempat_lahir", place)
        cells.setdefault("tgl_lahir", day)
    for key, cell in cells.items():
        if form.has(key):
            _read(reading, key, cell, form, today)
    if not reading.values and not reading.findings:
        return None
    _sex_of_nik(reading)
    kept = {k: normalise(form.field(k), v) for k, v in {**given, **reading.values}.items()}
    told = {finding.key for finding in reading.findings if finding.level == "tolak"}
    judged = [found for found in check_values(kept, form, today) if found.key not in told]
    return RosterLine(at, kept, (*reading.findings, *judged))


def _sex_of_nik(reading: _Reading) -> None:
    """A list of one prison often leaves the sex out; the NIK says it, the officer compares."""
    nik = reading.values.get("nik", "")
    told = any(finding.key == "jk" for finding in reading.findings)
    if reading.values.get("jk") or told or not nik:
        return
    if not any(finding.level == "tolak" for finding in check_nik("nik", nik)):
        says = say("Jenis kelamin diambil dari NIK. Cocokkan.")
        sex = "P" if int(nik[6:8]) > 40 else "L"
        reading.keep("jk", sex, [Finding("peringatan", "jk", says)])


def _read(reading: _Reading, key: str, cell: Cell, form: Form, today: date) -> None:
    match form.field(key).type:
        case "nik" | "kk":
            reading.keep(key, *read_number(key, said(form.field(key).label), cell))
        case "date":
            reading.keep(key, *read_day(key, cell, today))
        case _ if key == "jk":
            reading.keep(key, *read_sex(key, cell))
        case _:
            reading.keep(key, read_words(cell))


def _remarks(head: Head, form: Form) -> Iterable[str]:
    unused = [*head.unknown, *(said(COLUMNS[key]) for key in head.places if _unused(key, form))]
    if unused:
        yield say("Kolom yang tidak dipakai: {nama}.", nama=", ".join(unused)[:LONGEST_CELL])
    if head.twice:
        yield say("Kolom ganda, dipakai yang pertama: {nama}.", nama=", ".join(head.twice))
    wanting = [said(COLUMNS[key]) for key in head.wanting if form.has(key)]
    if wanting:
        yield say("Kolom yang belum ada: {nama}.", nama=", ".join(wanting))


def _unused(key: str, form: Form) -> bool:
    return key != TTL and not form.has(key)


def _headless(rows: Sequence[Row]) -> str:
    if not any(_texts(row) for row in rows):
        return say("Daftar ini kosong.")
    return say(
        "Baris judul kolom tidak ditemukan. Tulis di atas nama-nama: {nama}.",
        nama=", ".join(said(COLUMNS[key]) for key in ("nama", "nik", "no_kk", TTL, "jk", "blok")),
    )
