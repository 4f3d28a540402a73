"""What central hands on: to whom, in which order, in what portions."""

from __future__ import annotations

import pytest

from sync.chain import verify
from sync.entry import Spot, entry_hash, read_entry
from sync.trust import TrustList, central_key, learn
from sync.wire import Pull, pack_pull
from tests.central.desks import Centre, Desk, Refused

ANNOUNCED = ("kunci", "kiosk", "siaran")


def take_all(centre: Centre, desk: Desk, cursor: int = 0, room: int = 20_000) -> list:
    """Pull everything as a kiosk does: each entry is verified, each key learnt."""
    line = centre.line(desk)
    trust = TrustList((central_key(centre.public),))
    items = []
    while True:
        page = line.pull(cursor, room)
        for one in page.items:
            learn(trust, verify(one.spot, one.prev, one.raw, trust), one.spot)
        items += page.items
        cursor = page.cursor
        if not page.more:
            return items


def acts(items: list, but: str = "") -> list[tuple[str, str, int]]:
    """What the entries of cases among the delivered say, without one kiosk's own."""
    said = [(read_entry(one.raw).act, one.spot.kiosk, one.spot.seq) for one in items]
    return [one for one in said if one[0] not in ANNOUNCED and one[1] != but]


def test_entries_go_where_they_are_addressed(centre):
    facility, dinas, uptd = centre.desk(), centre.desk("dinas-r"), centre.desk("uptd:14.71.10")
    aside = centre.desk("rs:other")
    facility.write(case="R1", to=("dinas-r",))
    facility.write(case="R1", to=())
    facility.write(case="R2", to=())
    centre.line(facility).push()
    code = facility.code
    assert acts(take_all(centre, dinas)) == [("permohonan", code, 2), ("permohonan", code, 3)]
    assert acts(take_all(centre, facility), but=code) == []
    assert acts(take_all(centre, uptd)) == acts(take_all(centre, aside)) == []

    # An address newly on the case gets all of it; the place that began it hears what follows.
    dinas.write("hasil", case="R1", to=("uptd:14.71.10",))
    centre.line(dinas).push()
    whole = [("permohonan", code, 2), ("permohonan", code, 3), ("hasil", dinas.code, 2)]
    assert acts(take_all(centre, uptd)) == whole
    assert acts(take_all(centre, facility), but=code) == [("hasil", dinas.code, 2)]
    assert acts(take_all(centre, aside)) == []


def test_one_push_routes_as_many_pushes_would(centre):
    """The same entries, pushed whole and one by one, are delivered alike."""
    got = []
    for n, whole in enumerate((True, False)):
        facility = centre.desk(f"rs:whole{n}")
        places = [centre.desk(f"place{n}:{m}") for m in range(3)]
        to = [one.address for one in places]
        for m in range(12):
            facility.write(case=f"W{n}/{m % 3}", to=(to[m % 3], to[m // 4]) if m % 2 else ())
        facility.write("siaran", case=f"W{n}/0", to=("*",))
        facility.write(case=f"W{n}/0", to=(to[1],))
        facility.write(case="", to=(to[2],))
        line = centre.line(facility)
        if whole:
            line.push()
        for seq in range(1, facility.seq + 1):
            line.push(facility.raws[seq - 1 : seq], first=seq)
        mine = [
            sorted(
                one.spot.seq for one in take_all(centre, place) if one.spot.kiosk == line.desk.code
            )
            for place in places
        ]
        got.append(mine)
    assert got[0] == got[1]


def test_a_file_that_arrives_before_its_data_brings_its_history(centre):
    facility, uptd = centre.desk(), centre.desk("uptd:14.71.99")
    uptd.write("terima", case="early", to=())
    centre.line(uptd).push()
    facility.write(case="early", to=("dinas",))
    centre.line(facility).push()
    assert acts(take_all(centre, uptd), but=uptd.code) == [("permohonan", facility.code, 2)]
    assert acts(take_all(centre, facility), but=facility.code) == [("terima", uptd.code, 2)]


def test_announcements_reach_everyone_once(centre):
    desk = centre.desk()
    centre.line(desk).push()
    other = centre.desk()
    items = take_all(centre, other)
    spots = [one.spot for one in items]
    assert len(set(spots)) == len(spots)
    assert Spot(desk.code, 1, 1) in spots
    assert any(read_entry(one.raw).data.get("kiosk") == desk.code for one in items)
    indexes = [one.index for one in items]
    assert indexes == sorted(indexes)


def test_a_pull_goes_on_where_it_stopped(centre):
    desk, dinas = centre.desk(), centre.desk("dinas-p")
    for n in range(5):
        desk.write(case=f"P{n}", to=("dinas-p",))
    centre.line(desk).push()
    line = centre.line(dinas)
    page = line.pull()
    assert not page.more
    assert line.pull(page.cursor).items == []
    desk.write(case="P9", to=("dinas-p",))
    centre.line(desk).push(desk.raws[6:], first=7)
    (one,) = line.pull(page.cursor).items
    assert one.raw == desk.raws[6]
    assert one.prev == entry_hash(desk.raws[5])


@pytest.mark.parametrize("room", [1, 3_000, 300_000, 1 << 40])
def test_a_page_is_cut_by_bytes_and_nothing_is_left_out(centre, room):
    desk, dinas = centre.desk(), centre.desk("dinas-q")
    for n in range(8):
        size = 200_000 if n % 4 == 0 else 500
        desk.write(case=f"Q{n}", to=("dinas-q",), data={"x": f"{n % 10}" * size})
    centre.line(desk).push()
    line = centre.line(dinas)
    cursor, got = 0, []
    while True:
        page = line.pull(cursor, room)
        got += [one.raw for one in page.items]
        cursor = page.cursor
        size = sum(len(one.raw) for one in page.items)
        assert size <= min(room, 1 << 20) or len(page.items) == 1
        if not page.more:
            break
    assert [raw for raw in got if raw in desk.raws[1:]] == desk.raws[1:]


def test_a_kiosk_gets_its_own_entries_back_when_it_begins_anew(centre):
    desk, other = centre.desk("rs:lost"), centre.desk("rs:lost")
    for n in range(60):
        desk.write(case=f"L{n}", to=())
    desk.write(case="", to=())  # of no case, and to nobody
    line = centre.line(desk)
    line.push()
    other.write(case="L1", to=())
    centre.line(other).push()

    usual = [one.raw for one in line.pull(cursor=1).items]
    assert not set(usual) & set(desk.raws)
    got = [one.raw for one in take_all(centre, desk, room=5_000)]  # over several pages
    assert [raw for raw in got if raw in desk.raws] == desk.raws
    assert other.raws[1] in got

    # With everything taken, it is a kiosk like others: nothing of its own comes again.
    page = line.pull(room=1 << 20)
    while page.more:
        page = line.pull(page.cursor)
    desk.write(case="L9", to=())
    line.push(desk.raws[-1:], first=desk.seq)
    assert line.pull(page.cursor).items == []


def test_the_first_deliveries_ride_in_the_answer_to_a_push(centre):
    facility, dinas = centre.desk(), centre.desk("dinas-ride")
    line = centre.line(dinas)
    start = take_cursor(line)
    facility.write(case="V1", to=("dinas-ride",))
    facility.write(case="V2", to=("dinas-ride",), data={"x": "y" * 9000})
    centre.line(facility).push()
    receipt, page = line.send(line.body(cursor=start, room=4000))
    assert receipt.seq == 1
    assert [one.raw for one in page.items] == facility.raws[:2]
    assert page.more
    receipt, last = line.send(line.body([], 2, page.cursor, 100_000))
    assert [one.raw for one in last.items] == facility.raws[2:]
    assert not last.more
    assert line.send(line.body([], 2, last.cursor, 100_000))[1] is None  # nothing waits
    assert line.send(line.body([], 2, start, 0))[1] is None  # no room


def test_a_push_never_echoes_itself(centre):
    desk = centre.desk()
    for n in range(20):
        desk.write(case=f"E{n}", to=())
    line = centre.line(desk)
    _, page = line.send(line.body(room=1 << 20))
    assert desk.code not in {one.spot.kiosk for one in page.items}
    # In a new epoch after a restore, the old one's entries come back.
    restored = desk.copy(epoch=2)
    restored.write()
    line = centre.line(restored)
    cursor, got = 0, []
    while True:
        page = line.send(line.body(cursor=cursor, room=1 << 20))[1]
        got += [one.raw for one in page.items]
        cursor = page.cursor
        if not page.more:
            break
    assert [raw for raw in got if raw in desk.raws] == desk.raws
    assert restored.raws[0] not in got


def test_a_large_entry_does_not_ride_but_is_told(centre):
    facility, dinas = centre.desk(), centre.desk("dinas-big")
    line = centre.line(dinas)
    cursor = take_cursor(line)
    facility.write(case="B1", to=("dinas-big",), data={"x": "y" * 9000})
    centre.line(facility).push(facility.raws)
    _, page = line.send(line.body(cursor=cursor, room=100))
    assert page.more
    while page.more:
        page = line.pull(page.cursor, room=100)
        last = page.items[-1]
    assert last.raw == facility.raws[1]


def take_cursor(line) -> int:
    page = line.pull()
    while page.more:
        page = line.pull(page.cursor)
    return page.cursor


def test_the_same_pull_again_is_refused(centre):
    desk = centre.desk()
    body = pack_pull(Pull(desk.code, 0), desk.device.kid, desk.device.sign)
    line = centre.line(desk)
    assert line.pull_with(body).items
    with pytest.raises(Refused) as caught:
        line.pull_with(body)
    assert (caught.value.status, caught.value.code) == (409, "ulangan")


def test_a_push_shown_again_gets_no_deliveries(centre):
    desk = centre.desk()
    line = centre.line(desk)
    writer = line.body(room=100_000)
    assert line.send(writer)[1] is not None
    receipt, page = line.send(writer)
    assert (receipt.seq, page) == (1, None)
