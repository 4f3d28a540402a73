"""Who may sign what, and which entry of a chain is the first bad one."""

from __future__ import annotations

import dataclasses

import pytest

from sync.chain import ChainError, check_chain, verify
from sync.entry import BRANCH, GENESIS, Entry, Spot, entry_hash, seal_entry
from sync.trust import (
    Key,
    TrustError,
    TrustList,
    central_key,
    device_key,
    key_of_entry,
    learn,
)


def rows_of(desk):
    prev = GENESIS
    for seq, raw in enumerate(desk.raws, 1):
        yield Spot(desk.code, desk.epoch, seq), prev, raw, entry_hash(raw)
        prev = entry_hash(raw)


def trust_in(desk) -> TrustList:
    return TrustList((device_key(desk.device.public, desk.code),))


@pytest.fixture
def desk(new_desk):
    desk = new_desk("RSA", "rs:RSA")
    desk.announce()
    for number in range(5):
        desk.write(case=str(number))
    return desk


def test_a_whole_chain_holds_and_teaches_its_keys(desk):
    trust = trust_in(desk)
    assert list(check_chain(rows_of(desk), trust)) == []
    (key,) = trust.of_officer("siti", "RSA")
    assert (key.name, key.initials, key.roles, key.place) == (
        "Siti Contoh",
        "SC",
        ("operator",),
        "rs:RSA",
    )
    assert trust.public_of(key.kid) == desk.officer.public
    assert trust.public_of(b"nobody..") is None


def test_the_first_bad_entry_is_named_once(desk):
    rows = list(rows_of(desk))
    spot, prev, raw, digest = rows[3]
    rows[3] = (spot, prev, raw[:-1] + bytes([raw[-1] ^ 1]), digest)
    problems = list(check_chain(rows, trust_in(desk)))
    assert [one.spot for one in problems] == [spot]


def test_a_missing_or_foreign_entry_breaks_a_whole_chain(desk):
    rows = list(rows_of(desk))
    (problem,) = check_chain(rows[:2] + rows[3:], trust_in(desk))
    assert problem.spot.seq == 4
    (problem,) = check_chain(rows[1:], trust_in(desk))
    assert problem.spot.seq == 2
    spot, _, raw, digest = rows[2]
    (problem,) = check_chain([*rows[:2], (spot, bytes(32), raw, digest)], trust_in(desk))
    assert problem.spot.seq == 3


def test_parts_of_another_kiosks_chain_hold_by_themselves(desk):
    rows = list(rows_of(desk))
    trust = trust_in(desk)
    some = [rows[0], rows[5], rows[2], rows[3]]
    assert list(check_chain(some, trust, whole={"OWN"})) == []
    spot, _, raw, digest = rows[3]
    (problem,) = check_chain([rows[2], (spot, bytes(32), raw, digest)], trust, whole=())
    assert problem.spot == spot


def test_of_a_purged_entry_only_the_links_are_checked(desk):
    rows = [
        (spot, prev, b"" if spot.seq in (3, 4) else raw, digest)
        for spot, prev, raw, digest in rows_of(desk)
    ]
    assert list(check_chain(rows, trust_in(desk))) == []
    spot, prev, raw, _ = rows[2]
    rows[2] = (spot, prev, raw, bytes(32))
    (problem,) = check_chain(rows, trust_in(desk))
    assert problem.spot.seq == 4


def test_a_branch_begins_at_an_entry_of_its_chain(desk):
    rows = list(rows_of(desk))
    trunk = rows[:3]
    branch = [
        (Spot(spot.kiosk, spot.epoch + 2 * BRANCH, spot.seq), prev, raw, digest)
        for spot, prev, raw, digest in rows[3:]
    ]
    hashes = {spot: digest for spot, _, _, digest in trunk}
    assert list(check_chain([*trunk, *branch], trust_in(desk), hash_at=hashes.get)) == []
    (problem,) = check_chain([*trunk, *branch], trust_in(desk))
    assert problem.spot == branch[0][0]
    (problem,) = check_chain([*trunk, *branch[1:]], trust_in(desk), hash_at=hashes.get)
    assert problem.spot == branch[1][0]


@pytest.mark.parametrize(
    ("place", "value"), [("kiosk", "RSB"), ("epoch", 2), ("seq", 3), ("prev", bytes(32))]
)
def test_an_entry_holds_at_its_own_place_only(desk, place, value):
    trust = trust_in(desk)
    list(check_chain(rows_of(desk), trust))
    trust.add(dataclasses.replace(trust.of_officer("siti")[0], kiosk="RSB"))
    spot, prev, raw, _ = list(rows_of(desk))[1]
    assert verify(spot, prev, raw, trust).act == "permohonan"
    if place == "prev":
        prev = value
    else:
        spot = dataclasses.replace(spot, **{place: value})
    with pytest.raises(ChainError) as caught:
        verify(spot, prev, raw, trust)
    assert caught.value.code == "tanda-tangan-tidak-sah"


def test_an_unknown_officer_is_told_from_a_bad_signature(desk, new_pen):
    trust = trust_in(desk)
    raw = desk.seal(desk.entry(), new_pen())
    with pytest.raises(ChainError) as caught:
        verify(Spot("RSA", 1, 7), bytes(32), raw, trust)
    assert caught.value.code == "petugas-tidak-dikenal"


def test_nobody_signs_beyond_his_right(desk, new_pen):
    central = new_pen()
    trust = trust_in(desk)
    trust.add(central_key(central.public))
    list(check_chain(rows_of(desk), trust))

    def refused(entry: Entry, pen, kiosk: str) -> str:
        spot = Spot(kiosk, 1, 9)
        raw = seal_entry(entry, spot, GENESIS, pen.kid, pen.sign)
        with pytest.raises(ChainError) as caught:
            verify(spot, GENESIS, raw, trust)
        return caught.value.code

    beyond = "petugas-tidak-cocok"
    assert refused(desk.entry(officer="budi"), desk.officer, "RSA") == beyond
    assert refused(desk.entry("kunci"), desk.officer, "RSA") == beyond
    assert refused(desk.entry("kiosk", officer="RSA"), desk.device, "RSA") == beyond
    assert refused(desk.entry("putusan"), desk.officer, "RSA") == beyond
    assert refused(desk.entry("permohonan"), desk.device, "RSA") == beyond
    assert refused(desk.entry(), central, "RSA") == "petugas-tidak-dikenal"
    assert refused(desk.entry(), desk.officer, "PUSAT") == "petugas-tidak-dikenal"


def test_a_kiosk_that_announces_a_strangers_key_gains_nothing(desk, new_desk):
    trust = trust_in(desk)
    list(check_chain(rows_of(desk), trust))
    thief = new_desk("RSB", "rs:RSB")
    thief.announce(desk.officer, officer="mallory")
    trust.add(device_key(thief.device.public, "RSB"))
    assert list(check_chain(rows_of(thief), trust)) == []
    assert list(check_chain(rows_of(desk), trust)) == []
    assert trust.get(desk.officer.kid, "RSA").owner == "siti"
    assert trust.get(desk.officer.kid).owner == "siti"


def test_an_announcement_may_renew_but_not_take_over(desk):
    trust = trust_in(desk)
    list(check_chain(rows_of(desk), trust))
    desk.announce(roles=[], peran=["supervisor"])
    assert list(check_chain(rows_of(desk), trust)) == []
    assert trust.of_officer("siti")[0].roles == ("supervisor",)
    assert len(trust) == 2
    desk.announce(officer="budi")
    (problem,) = check_chain(rows_of(desk), trust)
    assert problem.spot.seq == 8


def test_malformed_announcements_teach_nothing(desk):
    good = desk.entry("kunci", to=("*",), data={"petugas": "a", "kunci": bytes(32)})
    good = dataclasses.replace(good, case=bytes(16))
    spot = Spot("RSA", 1, 1)
    assert learn(TrustList(), good, spot) == key_of_entry(good, spot)
    for data in ({}, {"kunci": b"x"}, {"petugas": 1}, {"peran": "x"}, {"peran": [1]}, {"nama": 1}):
        bad = dataclasses.replace(good, data={**good.data, **data} if data else {})
        assert key_of_entry(bad, spot) is None
        with pytest.raises(TrustError):
            learn(TrustList(), bad, spot)
    for bad in (dataclasses.replace(good, to=()), dataclasses.replace(good, case=b"x" * 16)):
        assert key_of_entry(bad, spot) is None
    assert key_of_entry(desk.entry(), spot) is None


def test_only_central_announces_kiosks(desk, new_pen):
    data = {"kiosk": "RSB", "nama": "RS B", "alamat": "rs:RSB", "kunci": new_pen().public}
    entry = dataclasses.replace(
        desk.entry("kiosk", to=("*",), data=data), case=bytes(16), officer="pusat"
    )
    assert key_of_entry(entry, Spot("RSA", 1, 1)) is None
    trust = TrustList()
    learn(trust, entry, Spot("PUSAT", 1, 1))
    (key,) = trust.of_kiosk("RSB")
    assert (key.kind, key.owner, key.place) == ("kiosk", "RSB", "rs:RSB")


def test_a_kid_names_its_key():
    with pytest.raises(TrustError):
        TrustList((Key(b"12345678", bytes(32), "a", "petugas", "RSA"),))
