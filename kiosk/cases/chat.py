"""Fast intake: a pasted chat read into the answers of a form.

KIA through WhatsApp (SOP 060/Dukcapil-PDIP/1250/2021 steps 1 and 2) begins with what a parent
wrote in a chat. What is written there beyond doubt fills the form; what could mean two things, or
contradicts itself, stays empty and is said so, and every line that was not used is shown: nothing
is guessed and nothing is lost.

Whose number or date it is when the chat does not say ("NIK: ...") is told by the answer itself:
the date in a NIK, and any date of birth, is that of a child or of an adult.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from config.forms import visible
from config.table_files import fold
from kiosk.cases import chat_answers as answers
from kiosk.cases.chat_lines import ChatLine, chat_lines
from kiosk.cases.chat_said import Said, all_said
from kiosk.cases.chat_words import CHILD, FATHER, MOTHER, Asked, Labels
from kiosk.cases.checks import Finding, check_form, normalise
from kiosk.cases.names import same_name
from kiosk.cases.plain import iso_day
from kiosk.texts import said, say

if TYPE_CHECKING:
    from config.forms import Field, Form
    from config.lookups import Lookup
    from config.regions import Regions

CHILD_YEARS = 17
"""A KIA is for whoever is younger (Permendagri 2/2016)."""

_SHOWN = 40


@dataclass(frozen=True, slots=True)
class ChatReading:
    """What a chat says: ``values`` in the form's stored shape, ``doubts`` on fields that an officer
    must look at, and the lines that were ``unread``, as they were written."""

    values: Mapping[str, str]
    doubts: tuple[Finding, ...]
    unread: tuple[str, ...]


@dataclass(slots=True)
class _Found:
    """What was understood so far."""

    values: dict[str, str] = field(default_factory=dict[str, str])
    lines: dict[str, list[ChatLine]] = field(default_factory=dict[str, list[ChatLine]])
    doubts: dict[str, Finding] = field(default_factory=dict[str, Finding])
    used: list[ChatLine] = field(default_factory=list[ChatLine])
    unused: list[ChatLine] = field(default_factory=list[ChatLine])


def read_chat(
    text: str, form: Form, *, regions: Regions, lookups: Mapping[str, Lookup], today: date
) -> ChatReading:
    """The answers that any text at all holds for a form. Never raises.

    ``regions`` is the city's table of kelurahan, ``lookups`` the code lists of the form's fields
    by their name.
    """
    return _Reader(form, regions, lookups, today).read(text)


class _Reader:
    """One reading."""

    def __init__(
        self, form: Form, regions: Regions, lookups: Mapping[str, Lookup], today: date
    ) -> None:
        self._form = form
        self._regions = regions
        self._lookups = lookups
        self._today = today
        self._labels = Labels(form)
        self._found = _Found()

    def read(self, text: str) -> ChatReading:
        lines = chat_lines(text, self._labels.knows)
        spoken = all_said(lines, self._labels, self._today)
        said_ = spoken.said
        self._found.used += spoken.headings
        self._found.unused += spoken.unnamed
        later: list[Said] = []
        for one in said_:
            if one.asked.personal and not one.asked.whose and one.asked.what in ("nik", "nama"):
                later.append(one)
            else:
                self._take(one)
        self._take_bare_numbers([one for one in later if one.asked.what == "nik"])
        self._take_bare_names([one for one in later if one.asked.what == "nama"])
        self._take_place(said_)
        self._take_applicant()
        self._take_sender(lines)
        self._judge()
        return self._reading(lines)

    # -- whose it is ---------------------------------------------------------------------------

    def _take(self, one: Said) -> None:
        """An answer whose owner is named, is told by its date, or is the family."""
        what = one.asked.what
        if answers.says_nothing(one.text):
            self._found.unused.append(one.line)
        elif what in ("alamat", "rt", "rw", "rtrw", "kelurahan", "kecamatan"):
            pass  # _take_place sees them all together
        elif what in ("ttl", "tgl_lahir"):
            self._take_day(one)
        elif what in ("jk", "tempat_lahir") and not one.asked.whose:
            self._put(one, one.hint if one.sure else CHILD)
        else:
            self._put(one, one.asked.whose)

    def _take_day(self, one: Said) -> None:
        day, around = answers.day_in(one.text, self._today)
        place = answers.place_in(around)
        born = iso_day(day)
        owner = one.asked.whose or (one.hint if one.sure else "")
        if born is not None and not owner and self._is_child(born):
            owner = CHILD
        if born is None or not owner:
            self._unsure(one, owner)
            return
        self._set(one, Asked("tgl_lahir", owner), day)
        if one.asked.what == "ttl" and place:
            self._put(Said(Asked("tempat_lahir", owner), place, one.line), owner)

    def _is_child(self, born: date) -> bool:
        before = (born.month, born.day) > (self._today.month, self._today.day)
        return self._today.year - born.year - before < CHILD_YEARS

    def _take_bare_numbers(self, said_: Sequence[Said]) -> None:
        """NIK of which the chat does not say whose: the date in them tells."""
        for one in said_:
            nik = answers.sixteen_digits(one.text)
            owner = self._owner_of(nik, one) if nik else CHILD if not one.hint else ""
            if nik and owner:
                self._set(one, Asked("nik", owner), nik)
            elif not answers.says_nothing(one.text):
                self._unsure(one, owner)
            else:
                self._found.unused.append(one.line)

    def _owner_of(self, nik: str, one: Said) -> str:
        child = self._found.values.get(self._key(Asked("tgl_lahir", CHILD)), "")
        born = iso_day(child)
        day, month, year = int(nik[6:8]), nik[8:10], nik[10:12]
        if born is not None:
            childs = f"{day % 40:02}{month}{year}" == f"{born:%d%m%y}"
        else:
            childs = (self._today.year - int(year)) % 100 < CHILD_YEARS
        if childs:
            return "" if one.sure and one.hint != CHILD else CHILD
        if one.hint == CHILD and one.sure:
            return CHILD  # the check of the whole form says that the dates differ
        fits = {FATHER: day < 40, MOTHER: day > 40}.get(one.hint, one.hint != CHILD)
        return one.hint if fits and (self._today.year - int(year)) % 100 >= CHILD_YEARS else ""

    def _take_bare_names(self, said_: Sequence[Said]) -> None:
        """ "Nama: ..." is the child's where the chat also gives a child's date or NIK."""
        values = self._found.values
        childs = any(self._key(Asked(what, CHILD)) in values for what in ("tgl_lahir", "nik"))
        named = self._key(Asked("nama", CHILD)) in values
        for one in said_:
            if one.sure:
                self._put(one, one.hint)
            elif childs and not named and one.hint in ("", CHILD):
                self._put(one, CHILD)
            else:
                self._unsure(one, CHILD if not named else "")

    # -- the address, and the sender -----------------------------------------------------------

    def _take_place(self, said_: Sequence[Said]) -> None:
        """Street, RT and RW; the kelurahan by its name and its kecamatan's, whichever line."""
        places: list[tuple[str, str, Said]] = []
        streets: list[Said] = []
        for one in said_:
            what = one.asked.what
            if what not in ("alamat", "rt", "rw", "rtrw", "kelurahan", "kecamatan"):
                continue
            if answers.says_nothing(one.text):
                continue
            before = {"kelurahan": "kel ", "kecamatan": "kec ", "rt": "RT ", "rw": "RW "}
            address = answers.address_in(before.get(what, "") + one.text)
            for key in ("rt", "rw"):
                if key in address.parts:
                    self._set(one, Asked(key), address.parts[key])
            places += [(key, name, one) for key, name in address.parts.items() if key[0] == "k"]
            if what == "alamat" and address.street:
                streets.append(Said(one.asked, address.street, one.line))
            elif address.street:
                self._unsure(one, "")
        if streets:
            whole = ", ".join(one.text for one in streets)
            for one in streets:
                self._put(Said(one.asked, whole, one.line), "")
        self._take_kelurahan(places)

    def _take_kelurahan(self, places: list[tuple[str, str, Said]]) -> None:
        names = {key: {fold(name): name for kind, name, _ in places if kind == key}
                 for key in ("kelurahan", "kecamatan")}  # fmt: skip
        key = self._key(Asked("kelurahan"))
        if not key or not places:
            self._found.unused += [one.line for *_, one in places]
            return
        if any(len(same) > 1 for same in names.values()) or not names["kelurahan"]:
            shown = ", ".join(name for same in names.values() for name in same.values())
            self._doubt(key, say("Di obrolan: {teks}. Pilih kelurahannya.", teks=_short(shown)))
        else:
            (kelurahan,) = names["kelurahan"].values()
            kecamatan = next(iter(names["kecamatan"].values()), "")
            fits = answers.kelurahan_in(self._regions, kelurahan, kecamatan)
            if len(fits) == 1:
                self._set(places[0][2], Asked("kelurahan"), fits[0].code)
                self._found.used += [one.line for *_, one in places]
                return
            words = f"{kelurahan}, kec. {kecamatan}" if kecamatan else kelurahan
            says = say("Kelurahan '{teks}' tidak ada di daftar. Pilih dari KK.", teks=_short(words))
            self._doubt(key, says)
        self._found.unused += [one.line for *_, one in places]

    def _take_applicant(self) -> None:
        """Who applies, by his name alone: a parent of that name, or someone to be asked about."""
        key, values = self._key(Asked("hubungan")), self._found.values
        name = values.get("pelapor_nama", "")
        if not name or not key or key in values:
            return
        for parent in (FATHER, MOTHER):
            if same_name(name, values.get(f"{parent}_nama", "")):
                values[key] = parent
                del values["pelapor_nama"]
                return
        self._doubt(key, say("Pemohon di obrolan: {teks}. Pilih hubungannya.", teks=_short(name)))

    def _take_sender(self, lines: list[ChatLine]) -> None:
        """The sender's number stands in for the applicant's, where nobody named one."""
        key = self._key(Asked("telepon"))
        numbers = {answers.phone_in(line.sender) for line in lines} - {""}
        if not key or key in self._found.values or key in self._found.doubts or len(numbers) != 1:
            return
        self._found.values[key] = normalise(self._form.field(key), numbers.pop())
        self._doubt(key, say("Nomor pengirim obrolan; pastikan nomor pemohon."))

    # -- into the form -------------------------------------------------------------------------

    def _key(self, asked: Asked, whose: str = "") -> str:
        return next((key for key in asked.keys(whose) if self._form.has(key)), "")

    def _put(self, one: Said, whose: str) -> None:
        """An answer into its field, read by the field's type."""
        key = self._key(one.asked, whose)
        if not key:
            self._found.unused.append(one.line)
            return
        asked = self._form.field(key)
        value = self._value(asked, one.text)
        if one.asked.what == "tempat_lahir":
            value = value.upper()  # as on KK and akta
        if value:
            self._keep(key, normalise(asked, value), one.line)
        else:
            self._unsure(one, whose)

    def _value(self, asked: Field, text: str) -> str:
        reads: dict[str, Callable[[], str]] = {
            "nik": lambda: answers.sixteen_digits(text),
            "kk": lambda: answers.sixteen_digits(text),
            "date": lambda: answers.day_in(text, self._today)[0],
            "phone": lambda: answers.phone_in(text),
            "email": lambda: answers.email_in(text),
            "choice": lambda: answers.choice_in(asked, text),
            "yesno": lambda: answers.choice_in(asked, text),
            "lookup": lambda: answers.code_in(asked, text, self._lookups),
            "number": lambda: text if re.fullmatch(r"\d{1,9}", text, re.ASCII) else "",
            "name": lambda: answers.name_in(text),
        }
        read = reads.get(asked.type)
        return read() if read else text

    def _set(self, one: Said, asked: Asked, value: str) -> None:
        """A value that is read already, into its field."""
        key = self._key(asked)
        if key:
            self._keep(key, normalise(self._form.field(key), value), one.line)
        else:
            self._found.unused.append(one.line)

    def _keep(self, key: str, value: str, line: ChatLine) -> None:
        known = self._found.values.get(key)
        self._found.lines.setdefault(key, []).append(line)
        if known is None and key not in self._found.doubts:
            self._found.values[key] = value
        elif known is not None and known != value:
            self._drop(key, _two(known, value))
        elif known is None:
            self._found.unused.append(line)

    def _drop(self, key: str, says: str) -> None:
        self._found.values.pop(key, None)
        self._found.unused += self._found.lines.pop(key, [])
        self._doubt(key, says, again=True)

    def _unsure(self, one: Said, whose: str) -> None:
        """An answer that stays out of the form: its field, if that is known, says why."""
        self._found.unused.append(one.line)
        key = self._key(one.asked, whose)
        if key and key not in self._found.values:
            self._doubt(key, say("Di obrolan tertulis '{teks}'. Periksa.", teks=_short(one.text)))

    def _doubt(self, key: str, says: str, *, again: bool = False) -> None:
        if again or key not in self._found.doubts:
            self._found.doubts[key] = Finding("peringatan", key, says)

    # -- the whole -----------------------------------------------------------------------------

    def _judge(self) -> None:
        """What the form itself would refuse or doubt, and what it would not ask at all."""
        values = self._found.values
        whole = {**self._form.defaults(), **values}
        for one in self._form.fields:
            if one.key in values and not visible(one, whole):
                self._found.unused += self._found.lines.get(one.key, [])
                del values[one.key]
        for found in check_form(self._form, {**self._form.defaults(), **values}, self._today):
            if found.key not in values or found.level == "info":
                continue
            if found.level == "tolak":
                label = said(self._form.field(found.key).label)
                words = _short(values[found.key])
                self._drop(found.key, f"{found.says} ({label}: {words})")
            else:
                self._doubt(found.key, found.says)

    def _reading(self, lines: list[ChatLine]) -> ChatReading:
        """Everything in the order of the form, and of the chat."""
        used = {id(line) for line in self._found.used}
        used |= {id(line) for several in self._found.lines.values() for line in several}
        unused = {id(line) for line in self._found.unused}
        order = [one.key for one in self._form.fields]
        values, doubts = self._found.values, self._found.doubts
        return ChatReading(
            {key: values[key] for key in order if values.get(key)},
            tuple(doubts[key] for key in order if key in doubts),
            tuple(line.written for line in lines if id(line) in unused or id(line) not in used),
        )


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def _two(one: str, other: str) -> str:
    return say(
        "Di obrolan ada dua: {satu} / {dua}. Pilih yang benar.", satu=_short(one), dua=_short(other)
    )
