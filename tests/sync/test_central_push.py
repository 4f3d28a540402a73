"""Central over real HTTP: exactly once, prefix commit, claims, routing, 4xx for rubbish."""

from __future__ import annotations

import socket
import threading

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.chain import verify
from sync.courier import Refused
from sync.entry import GENESIS, Spot, dumps, entry_hash, read_entry, sign1
from sync.receipt import read_receipt
from sync.trust import TrustList, central_key, learn
from sync.wire import CONTENT_TYPE, MAX_BODY, Pull, Push, pack_pull, pack_push

_client = httpx.Client(trust_env=False)


def take_all(centre, desk, cursor: int = 0) -> list:
    """Pull everything as a kiosk does: each entry is verified, each key learnt."""
    courier = centre.usual(desk)
    trust = TrustList((central_key(centre.public),))
    items = []
    while True:
        page = courier.pull(cursor, limit=40)
        for one in page.items:
            learn(trust, verify(one.spot, one.prev, one.raw, trust), one.spot)
        items += page.items
        cursor = page.cursor
        if not page.more:
            return items


def acts(items: list) -> list[tuple[str, str, int]]:
    """What the entries of cases among the delivered say, without the announcements."""
    said = [(read_entry(one.raw).act, one.spot.kiosk, one.spot.seq) for one in items]
    return [one for one in said if one[0] not in ("kunci", "kiosk")]


def post(centre, path: str, body: bytes, kind: str = CONTENT_TYPE) -> httpx.Response:
    return _client.post(centre.url + path, content=body, headers={"content-type": kind})


def test_a_push_brings_a_receipt_for_the_whole_chain(centre):
    desk = centre.desk()
    for n in range(450):  # more than one transaction
        desk.write(case=str(n))
    receipt = centre.courier(desk).push(1, 1, desk.raws)
    assert (receipt.kiosk, receipt.epoch, receipt.seq) == (desk.code, 1, 451)
    assert receipt.hash == desk.prev
    assert read_receipt(receipt.raw, centre.public) == receipt


def test_pushed_again_nothing_is_doubled(centre):
    desk = centre.desk()
    for n in range(5):
        desk.write(case=str(n))
    courier = centre.courier(desk)
    first = courier.push(1, 1, desk.raws[:4])
    again = courier.push(1, 1, desk.raws[:4])
    assert (again.seq, again.log_size) == (first.seq, first.log_size)
    overlapping = courier.push(1, 3, desk.raws[2:])
    assert (overlapping.seq, overlapping.log_size) == (6, first.log_size + 2)


def test_an_empty_push_asks_where_central_stands(centre):
    desk = centre.desk()
    courier = centre.courier(desk)
    assert (courier.push(1, 1, []).seq, courier.push(1, 1, []).hash) == (0, GENESIS)
    courier.push(1, 1, desk.raws)
    assert courier.push(1, 2, []).seq == 1


def test_the_same_chain_pushed_at_once_from_several_sides_is_taken_once(centre):
    desk = centre.desk()
    for n in range(300):
        desk.write(case=f"T{n}", to=())
    before = centre.courier(desk).push(1, 1, []).log_size
    receipts = []
    start = threading.Barrier(4)

    def carry() -> None:
        start.wait()
        receipts.append(centre.courier(desk).push(1, 1, desk.raws))

    threads = [threading.Thread(target=carry) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.hash for one in receipts] == [desk.prev] * 4
    assert centre.courier(desk).push(1, 1, []).log_size == before + 301


def test_a_gap_names_the_entry_that_central_waits_for(centre):
    desk = centre.desk()
    desk.write()
    desk.write()
    courier = centre.courier(desk)
    courier.push(1, 1, desk.raws[:1])
    with pytest.raises(Refused) as caught:
        courier.push(1, 3, desk.raws[2:])
    assert (caught.value.code, caught.value.expected) == ("loncat", 2)
    assert courier.push(1, 2, desk.raws[1:]).seq == 3


def test_another_entry_at_a_taken_place_is_a_fork(centre, new_desk):
    desk = centre.desk()
    desk.write(case="A")
    copy = new_desk(desk.code, desk.address, 1, desk.device, desk.officer, desk.raws[:1])
    copy.write(case="B")
    courier = centre.courier(desk)
    courier.push(1, 1, desk.raws)
    with pytest.raises(Refused) as caught:
        courier.push(1, 1, copy.raws)
    assert (caught.value.code, caught.value.seq) == ("cabang", 2)
    assert "bercabang" in caught.value.says
    assert courier.push(1, 1, desk.raws).hash == desk.prev


def test_a_restored_kiosk_goes_on_in_a_new_epoch(centre, new_desk):
    desk = centre.desk()
    courier = centre.courier(desk)
    courier.push(1, 1, desk.raws)
    restored = new_desk(desk.code, desk.address, 2, desk.device, desk.officer)
    restored.write()
    receipt = courier.push(2, 1, restored.raws)
    assert (receipt.epoch, receipt.seq) == (2, 1)


def test_what_comes_before_a_bad_entry_stays(centre):
    desk = centre.desk()
    for n in range(6):
        desk.write(case=str(n))
    bad = list(desk.raws)
    bad[4] = bad[4][:-1] + bytes([bad[4][-1] ^ 1])
    courier = centre.courier(desk)
    with pytest.raises(Refused) as caught:
        courier.push(1, 1, bad)
    refused = caught.value
    assert (refused.code, refused.seq) == ("tanda-tangan-tidak-sah", 5)
    assert (refused.receipt.seq, refused.receipt.hash) == (4, entry_hash(desk.raws[3]))
    assert courier.push(1, 5, desk.raws[4:]).seq == 7


def test_an_unknown_officer_is_named_as_such(centre, new_pen):
    desk = centre.desk(announced=False)
    desk.write()
    courier = centre.courier(desk)
    with pytest.raises(Refused) as caught:
        courier.push(1, 1, desk.raws)
    assert (caught.value.code, caught.value.seq) == ("petugas-tidak-dikenal", 1)
    desk.raws.clear()
    desk.announce(new_pen(), "budi")
    desk.announce()
    desk.write()
    assert courier.push(1, 1, desk.raws).seq == 3


def test_only_the_device_key_announces_officers(centre):
    desk = centre.desk()
    entry = desk.entry("kunci", to=("*",), data={"petugas": "x", "kunci": bytes(32)})
    desk.seal(entry, desk.officer)
    with pytest.raises(Refused) as caught:
        centre.courier(desk).push(1, 1, desk.raws)
    assert (caught.value.code, caught.value.seq) == ("petugas-tidak-cocok", 2)


def test_a_malformed_announcement_is_refused(centre):
    desk = centre.desk()
    desk.announce(officer="x", kunci=b"short")
    with pytest.raises(Refused) as caught:
        centre.courier(desk).push(1, 1, desk.raws)
    assert (caught.value.code, caught.value.seq) == ("pengumuman-tidak-sah", 2)


def test_a_kiosk_that_is_not_admitted_gets_nothing(centre, new_desk, new_pen):
    stranger = new_desk("ZZZ", "rs:ZZZ")
    thief = centre.desk()
    thief.device = new_pen()
    for desk in (stranger, thief, new_desk("PUSAT", "pusat")):
        courier = centre.courier(desk)
        for ask in (lambda c=courier: c.push(1, 1, []), lambda c=courier: c.pull(0)):
            with pytest.raises(Refused) as caught:
                ask()
            assert caught.value.code == "kiosk-tidak-dikenal"


def test_a_sealed_push_is_no_pull(centre):
    desk = centre.desk()
    body = pack_push(Push(desk.code, 1, 1, ()), desk.device.kid, desk.device.sign)
    assert post(centre, "/v1/pull", body).status_code == 400
    lookalike = dumps([desk.code, 0, 10, b"nonce"])
    body = sign1(lookalike, desk.device.kid, desk.device.sign, b"loket-luring push 1")
    assert post(centre, "/v1/pull", body).status_code == 403


def test_entries_go_where_they_are_addressed(centre):
    facility, dinas, uptd = centre.desk(), centre.desk("dinas-r"), centre.desk("uptd:14.71.10")
    aside = centre.desk("rs:other")
    facility.write(case="R1", to=("dinas-r",))
    facility.write(case="R1", to=())
    facility.write(case="R2", to=())
    centre.courier(facility).push(1, 1, facility.raws)
    code = facility.code
    assert acts(take_all(centre, dinas)) == [("permohonan", code, 2), ("permohonan", code, 3)]
    assert acts(take_all(centre, facility)) == []
    assert acts(take_all(centre, uptd)) == acts(take_all(centre, aside)) == []

    # An address newly on the case gets all of it; the place that began it hears what follows.
    dinas.write("hasil", case="R1", to=("uptd:14.71.10",))
    centre.courier(dinas).push(1, 1, dinas.raws)
    whole = [("permohonan", code, 2), ("permohonan", code, 3), ("hasil", dinas.code, 2)]
    assert acts(take_all(centre, uptd)) == whole
    assert acts(take_all(centre, facility)) == [("hasil", dinas.code, 2)]
    assert acts(take_all(centre, aside)) == []


def test_a_file_that_arrives_before_its_data_brings_its_history(centre):
    facility, uptd = centre.desk(), centre.desk("uptd:14.71.99")
    uptd.write("terima", case="early", to=())
    centre.courier(uptd).push(1, 1, uptd.raws)
    facility.write(case="early", to=("dinas",))
    centre.courier(facility).push(1, 1, facility.raws)
    assert acts(take_all(centre, uptd)) == [("permohonan", facility.code, 2)]
    assert acts(take_all(centre, facility)) == [("terima", uptd.code, 2)]


def test_announcements_reach_everyone_once(centre):
    desk = centre.desk()
    centre.courier(desk).push(1, 1, desk.raws)
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
    centre.courier(desk).push(1, 1, desk.raws)
    courier = centre.courier(dinas)
    page = courier.pull(0, limit=1000)
    assert not page.more
    assert courier.pull(page.cursor).items == []
    desk.write(case="P9", to=("dinas-p",))
    centre.courier(desk).push(1, 7, desk.raws[6:])
    (one,) = courier.pull(page.cursor).items
    assert one.raw == desk.raws[6]
    assert one.prev == entry_hash(desk.raws[5])


def test_a_page_is_cut_by_bytes_and_nothing_is_left_out(centre):
    desk, dinas = centre.desk(), centre.desk("dinas-q")
    for n in range(8):
        desk.write(case=f"Q{n}", to=("dinas-q",), data={"x": "a" * 240_000})
    courier = centre.courier(desk)
    courier.push(1, 1, desk.raws[:5])
    courier.push(1, 6, desk.raws[5:])
    cursor, got = 0, []
    reader = centre.courier(dinas)
    while True:
        page = reader.pull(cursor, limit=1000)
        got += [one.raw for one in page.items]
        cursor = page.cursor
        if not page.more:
            break
        assert sum(len(one.raw) for one in page.items) < 1_600_000
    assert [raw for raw in got if raw in desk.raws[1:]] == desk.raws[1:]


def test_one_card_claimed_by_many_has_exactly_one_winner(centre):
    desks = [centre.desk(f"uptd:{n}") for n in range(6)]
    for n, desk in enumerate(desks):
        desk.write("hasil", case="KIA", claim="kia:RSA1-261121-0001-K", line=n + 5, step="9")
    start = threading.Barrier(len(desks))

    def carry(desk) -> None:
        start.wait()
        centre.courier(desk).push(1, 1, desk.raws)

    threads = [threading.Thread(target=carry, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    def verdicts(desk) -> list:
        entries = [read_entry(one.raw) for one in take_all(centre, desk)]
        return [entry for entry in entries if entry.act == "putusan"]

    said = {entry.data["kalah"]["kiosk"]: entry for entry in verdicts(desks[0])}
    winners = {entry.data["pemenang"]["kiosk"] for entry in said.values()}
    assert len(winners) == 1
    assert set(said) | winners == {desk.code for desk in desks}
    assert len(said) == len(desks) - 1
    for desk in desks:
        centre.courier(desk).push(1, 1, desk.raws)  # carried again: no further verdict
    assert len(verdicts(desks[0])) == len(desks) - 1
    for loser, entry in said.items():
        mine = next(desk for desk in desks if desk.code == loser)
        first = next(desk for desk in desks if desk.code in winners)
        assert entry.to == tuple(sorted({mine.address, first.address}))
        assert (entry.officer, entry.place, entry.step) == ("pusat", "pusat", "9")
        assert entry.data["claim"] == "kia:RSA1-261121-0001-K"
        assert entry.data["kalah"] == {
            "kiosk": loser,
            "epoch": 1,
            "seq": 2,
            "petugas": "siti",
            "waktu": read_entry(mine.raws[1]).time,
        }


def assert_plain_problem(answer: httpx.Response) -> None:
    assert 400 <= answer.status_code < 500, answer.text
    said = answer.json()
    assert said["kode"]
    assert said["pesan"]
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", CONTENT_TYPE, 400),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", CONTENT_TYPE, 400),
        (b"%PDF-1.7", "application/pdf", 415),
        (b"{}", "application/json", 415),
        (b"", "", 415),
        (b"\x81" * 1_000_000, CONTENT_TYPE, 400),
        (b"\x00" * (MAX_BODY + 1), CONTENT_TYPE, 413),
    ],
)
def test_rubbish_is_refused_plainly(centre, body, kind, status):
    for path in ("/v1/push", "/v1/pull"):
        answer = post(centre, path, body, kind)
        assert answer.status_code == status
        assert_plain_problem(answer)


def half_a_push(centre) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", centre.port))
    head = f"POST /v1/push HTTP/1.1\r\nHost: x\r\nContent-Type: {CONTENT_TYPE}\r\n"
    line.sendall(head.encode() + b"Content-Length: 1000\r\n\r\n" + b"x" * 500)
    return line


def test_a_body_that_stops_half_way_is_not_waited_for(centre, monkeypatch):
    monkeypatch.setattr("sync.central.app.CHUNK_SECONDS", 0.1)
    with half_a_push(centre) as line:
        assert b" 408 " in line.recv(4096).split(b"\r\n")[0]


def test_a_line_cut_half_way_harms_nobody(centre, caplog):
    for _ in range(3):
        half_a_push(centre).close()
    assert httpx.get(f"{centre.url}/healthz").status_code == 200
    assert caplog.records == []


def test_too_many_entries_are_refused(centre):
    desk = centre.desk()
    body = pack_push(Push(desk.code, 1, 1, (b"x",) * 5001), desk.device.kid, desk.device.sign)
    answer = post(centre, "/v1/push", body)
    assert answer.status_code == 413
    assert_plain_problem(answer)


def test_other_addresses_and_ways_are_refused_plainly(centre):
    with httpx.Client(trust_env=False, base_url=centre.url) as client:
        assert client.get("/healthz").status_code == 200
        for answer in (client.get("/"), client.get("/v1/push"), client.post("/healthz")):
            assert_plain_problem(answer)


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64) | st.text() | st.binary(max_size=40),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
several = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def known(centre):
    desk = centre.desk()
    centre.courier(desk).push(1, 1, desk.raws)
    return desk


@several
@given(st.data())
def test_well_sealed_nonsense_is_refused_plainly(centre, known, data):
    """The right key over wrong types, ranges and numbers of members."""
    path, context = data.draw(st.sampled_from([("push", b"push"), ("pull", b"pull")]))
    shape = st.one_of(
        anything,
        st.lists(anything, min_size=4, max_size=5).map(lambda rest: [known.code, *rest[1:]]),
        st.tuples(anything, anything, anything).map(lambda t: [known.code, *t, b"nonce"]),
        st.lists(anything, min_size=1, max_size=3).map(
            lambda raws: [known.code, 1, 2, raws, b"nonce"]
        ),
        st.lists(st.binary(max_size=80), min_size=1, max_size=3).map(
            lambda raws: [known.code, 1, 2, raws, b"nonce"]
        ),
    )
    said = data.draw(shape)
    body = sign1(
        dumps(said), known.device.kid, known.device.sign, b"loket-luring " + context + b" 1"
    )
    assert_plain_problem(post(centre, f"/v1/{path}", body))


@several
@given(st.data())
def test_damaged_requests_are_refused_plainly(centre, known, data):
    """Cut short or with a byte changed, a real request is never taken for another."""
    pen = known.device
    whole = data.draw(
        st.sampled_from(
            [
                pack_push(Push(known.code, 1, 1, tuple(known.raws), bytes(16)), pen.kid, pen.sign),
                pack_pull(Pull(known.code, 0, 10, bytes(16)), pen.kid, pen.sign),
            ]
        )
    )
    at = data.draw(st.integers(0, len(whole) - 1))
    flip = data.draw(st.integers(0, 255))
    body = whole[:at] + (bytes([whole[at] ^ flip]) + whole[at + 1 :] if flip else b"")
    for path in ("/v1/push", "/v1/pull"):
        assert_plain_problem(post(centre, path, body))


@several
@given(change=st.data())
def test_any_damaged_entry_is_refused_and_named(centre, known, change):
    raw = bytearray(known.raws[0])
    raw[change.draw(st.integers(0, len(raw) - 1))] ^= change.draw(st.integers(1, 255))
    with pytest.raises(Refused) as caught:
        centre.usual(known).push(1, 2, [bytes(raw)])
    assert caught.value.seq == 2
    assert centre.usual(known).push(1, 2, []).seq == 1
