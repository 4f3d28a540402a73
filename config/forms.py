"""Forms as data: pages of fields that an officer fills in from top to bottom.

A form is a TOML file under ``config/forms``::

    title = "Pelaporan kelahiran"

    [[page]]
    title = "Bayi"

    [[page.field]]
    key = "anak_nama"
    label = "Nama bayi"
    type = "name"
    required = true
    help = "Seperti pada surat keterangan lahir"

All values of a form are texts. A ``yesno`` holds "ya" or "tidak"; a ``choice`` and a ``lookup``
hold the code, not the label; a ``date`` is stored as ISO 8601, a ``number`` as its digits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from config.document import Table, nearest, open_toml
from config.lookups import known_codes, lookup_exists

FORMS = Path(__file__).parent / "forms"

YES = "ya"
NO = "tidak"

FIELD_TYPES = (
    *("text", "name", "nik", "kk", "date", "time", "phone", "email"),
    *("choice", "lookup", "number", "yesno", "note"),
)

FIELDS_PER_PAGE = 12
"""What fits on a screen of 80x25 with the status lines around it."""

LABEL_WIDTH = 22
"""Characters; what is left of 80 columns must hold a name of 60 with its frame."""

HELP_WIDTH = 76
"""Characters; the help of a field is one line at the foot of the screen."""

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_FIELD_KEYS = (
    *("key", "label", "type", "required", "max", "help"),
    *("lookup", "choices", "carry", "when", "default", "ahead"),
)


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form.

    ``max`` is the largest count of characters (0: no limit but the type's own). ``carry`` says
    that the next case usually has the same answer, ``default`` is the answer of a first case.
    ``when`` names the fields and the accepted answers under which this one is asked; all of them
    must hold. ``ahead`` is for a date that is still to come, such as a plan.
    """

    key: str
    label: str
    type: str
    required: bool = False
    max: int = 0
    help: str = ""
    lookup: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    carry: bool = False
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    default: str = ""
    ahead: bool = False

    def label_of(self, value: str) -> str:
        """What an officer reads for a value of a choice or yesno; other values as they are."""
        return dict(self.options).get(value, value)

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """The answers of a choice or yesno as (code, label); empty for other types."""
        return ((YES, "Ya"), (NO, "Tidak")) if self.type == "yesno" else self.choices


@dataclass(frozen=True, slots=True)
class Page:
    """At most FIELDS_PER_PAGE fields that are filled in together."""

    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Form:
    """What is asked for one kind of application. ``slug`` is the file's name."""

    slug: str
    title: str
    pages: tuple[Page, ...]

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The fields of all pages in the order of asking."""
        return tuple(field for page in self.pages for field in page.fields)

    @cached_property
    def _by_key(self) -> Mapping[str, Field]:
        return {field.key: field for field in self.fields}

    def has(self, key: str) -> bool:
        """Whether the form asks for this key."""
        return key in self._by_key

    def field(self, key: str) -> Field:
        """The field of a key. Raises KeyError."""
        return self._by_key[key]

    def defaults(self) -> dict[str, str]:
        """The answers a first case begins with; put over them what is carried."""
        return {field.key: field.default for field in self.fields if field.default}


def visible(field: Field, values: Mapping[str, str]) -> bool:
    """Whether a field is asked, given the answers so far (an unanswered key is '')."""
    return all(values.get(key, "") in accepted for key, accepted in field.when)


def load_form(path: Path) -> Form:
    """Read a form. Raises ConfigError with file, key and line."""
    try:
        seen = path.stat()
    except OSError:
        return _load_form(path, 0, 0)
    return _load_form(path, seen.st_mtime_ns, seen.st_size)


@lru_cache(maxsize=16)
def _load_form(path: Path, _changed: int, _size: int) -> Form:
    document = open_toml(path).only("title", "page")
    known: dict[str, Field] = {}
    pages: list[Page] = []
    for table in document.tables("page"):
        table.only("title", "field")
        fields = read_fields(table, known)
        if not fields:
            raise table.error("field", "halaman ini belum punya isian.")
        if len(fields) > FIELDS_PER_PAGE:
            says = (
                f"halaman ini berisi {len(fields)} isian, paling banyak {FIELDS_PER_PAGE};"
                " pindahkan sebagian ke halaman lain."
            )
            raise table.error("field", says)
        pages.append(Page(table.filled("title"), fields))
    if not pages:
        raise document.error("page", "formulir ini belum punya halaman.")
    return Form(path.stem, document.filled("title"), tuple(pages))


def read_fields(table: Table, known: dict[str, Field] | None = None) -> tuple[Field, ...]:
    """The ``field`` tables below a table. ``known`` holds the fields asked earlier (by key), to
    which ``when`` may point, and is added to. Raises ConfigError."""
    known = {} if known is None else known
    fields: list[Field] = []
    for one in table.tables("field"):
        field = _field(one, known)
        known[field.key] = field
        fields.append(field)
    return tuple(fields)


def _field(table: Table, known: Mapping[str, Field]) -> Field:
    table.only(*_FIELD_KEYS)
    kind = table.one_of("type", FIELD_TYPES)
    field = Field(
        key=_key(table, known),
        label=_short(table, "label", LABEL_WIDTH),
        type=kind,
        required=table.flag("required", False),
        max=table.number("max", 0, high=1000),
        help=_short(table, "help", HELP_WIDTH) if table.has("help") else "",
        lookup=_lookup(table, kind),
        choices=_choices(table, kind),
        carry=table.flag("carry", False),
        when=_when(table, known),
        default=table.text("default", ""),
        ahead=table.flag("ahead", False),
    )
    if field.ahead and kind != "date":
        raise table.error("ahead", f"isian jenis '{kind}' bukan tanggal.")
    if field.default:
        _check_answer(table, "default", field, field.default)
    return field


def _key(table: Table, known: Mapping[str, Field]) -> str:
    key = table.filled("key")
    if not _KEY.fullmatch(key):
        raise table.error("key", "hanya huruf kecil, angka dan garis bawah, diawali huruf.")
    if key in known:
        raise table.error("key", f"isian '{key}' sudah ada lebih dahulu; beri nama lain.")
    return key


def _short(table: Table, key: str, width: int) -> str:
    text = table.filled(key)
    if len(text) > width:
        says = f"terlalu panjang: {len(text)} huruf, paling banyak {width}."
        raise table.error(key, says)
    return text


def _lookup(table: Table, kind: str) -> str:
    if kind != "lookup":
        if table.has("lookup"):
            raise table.error("lookup", f"isian jenis '{kind}' tidak memakai daftar kode.")
        return ""
    name = table.filled("lookup")
    if not lookup_exists(name):
        raise table.error("lookup", f"daftar kode '{name}' tidak ada di folder lookups.")
    return name


def _choices(table: Table, kind: str) -> tuple[tuple[str, str], ...]:
    if kind != "choice":
        if table.has("choices"):
            raise table.error("choices", f"isian jenis '{kind}' tidak memakai pilihan.")
        return ()
    choices = table.pairs("choices")
    codes = [code for code, _ in choices]
    if len(choices) < 2:
        raise table.error("choices", "tulis paling sedikit dua pilihan.")
    if len(set(codes)) < len(codes) or "" in codes:
        raise table.error("choices", "kode pilihan tidak boleh kosong atau sama.")
    return choices


def _when(table: Table, known: Mapping[str, Field]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    rules = table.table("when")
    when: list[tuple[str, tuple[str, ...]]] = []
    for key in rules.names():
        if key not in known:
            hint = nearest(key, known)
            raise rules.error(key, f"tidak ada isian '{key}' sebelum ini;{hint}".rstrip(";"))
        accepted = rules.texts(key)
        if not accepted:
            raise rules.error(key, "tulis jawaban yang diterima.")
        for answer in accepted:
            _check_answer(rules, key, known[key], answer)
        when.append((key, accepted))
    return tuple(when)


def _check_answer(table: Table, key: str, field: Field, answer: str) -> None:
    """That an answer which the file presumes is one the field can have."""
    if field.options:
        table.check(key, answer, [code for code, _ in field.options])
    elif field.lookup:
        table.check(key, answer, known_codes(field.lookup))
