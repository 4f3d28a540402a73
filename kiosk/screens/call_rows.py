"""The lines of the telephone desk: calls on hold, what waits, what a caller is known by."""

from __future__ import annotations

from collections.abc import Sequence

from config.forms import Form
from kiosk.cases.masks import mask_phone
from kiosk.desk.call_views import Earlier, Underway, Waiting
from kiosk.screens.words import short_stamp, since_word
from kiosk.texts import say
from kiosk.widgets.record_list import Column, Row

MOST_OFFERED = 8
"""With the one line for another matter as many as there are digits."""


def list_columns() -> list[Column]:
    """One set of columns for all of them."""
    return [
        Column(say("Waktu"), 11),
        Column(say("Apa"), 22),
        Column(say("Nomor"), 18),
        Column(say("Keadaan")),
    ]


def underway_row(call: Underway, form: Form) -> Row:
    """A call on hold, or one that the kiosk stopped in."""
    phone = mask_phone(call.values.get("telepon", ""))
    kind = call.values.get("jenis", "")
    about = form.field("jenis").label_of(kind) if kind and form.has("jenis") else ""
    name = call.values.get("nama", "")
    says = ", ".join(one for one in (name, about) if one)
    return Row(
        f"tahan:{call.began}", (short_stamp(call.began), say("TERTAHAN"), phone or "-", says)
    )


def waiting_row(one: Waiting, now: int) -> Row:
    """A complaint that waits for the officer."""
    says = f"{one.phone} {one.name}"
    if one.attempts:
        again = short_stamp(one.due) if one.due else ""
        says = say("{n}x, lagi {waktu}", n=one.attempts, waktu=again or "-") + f" {one.name}"
    return Row(one.number, (since_word(one.since, now), one.what, one.number, says))


def earlier_row(one: Earlier, *, linked: bool, same: bool) -> Row:
    """An earlier call or case of the caller: ``linked`` to this call, or the ``same`` matter."""
    mark = "=" if linked else "!" if same else " "
    what = f"{one.calls}x {one.what}" if one.calls > 1 else one.what
    says = say("MASIH TERBUKA: {keadaan}", keadaan=one.outcome) if same else one.outcome
    if one.name and not one.kind:
        says = f"{one.name}: {says}"
    return Row(one.number, (short_stamp(one.when), f"{mark}{what}", one.number, says))


def add_options(same: Sequence[Earlier]) -> list[tuple[str, str]]:
    """The complaints that a further call may be about, to be chosen from."""
    return [
        (one.number, say("Tambahkan ke {nomor}: {keadaan}", nomor=one.number, keadaan=one.outcome))
        for one in same[:MOST_OFFERED]
    ]


def leave_options() -> list[tuple[str, str]]:
    """What may become of a call whose form is left before it is done."""
    return [
        ("terus", say("Terus mengisi")),
        ("tahan", say("Tahan, lanjutkan nanti")),
        ("buang", say("Buang panggilan ini")),
    ]
