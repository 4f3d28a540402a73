"""Pushes over real HTTP: exactly once, prefix commit, forks, claims."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from sync.central.database import Database
from sync.entry import GENESIS, MAX_INT, entry_hash, read_entry
from sync.receipt import read_receipt
from tests.central.desks import Desk, Pen, Refused


def together(work: Callable[..., None], *lists: object) -> None:
    """Do the work for each, all at once."""
    start = threading.Barrier(len(lists))

    def run(one: object) -> None:
        start.wait()
        work(one)

    threads = [threading.Thread(target=run, args=(one,)) for one in lists]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_push_brings_a_receipt_for_the_whole_chain(centre):
    desk = centre.desk()
    for n in range(700):  # more than one transaction
        desk.write(case=str(n))
    receipt = centre.line(desk).push()
    assert (receipt.kiosk, receipt.epoch, receipt.seq) == (desk.code, 1, 701)
    assert receipt.hash == desk.prev
    assert read_receipt(receipt.raw, centre.public) == receipt


def test_pushed_again_nothing_is_doubled(centre):
    desk = centre.desk()
    for n in range(5):
        desk.write(case=str(n))
    line = centre.line(desk)
    first = line.push(desk.raws[:4])
    again = line.push(desk.raws[:4])
    assert (again.seq, again.size, again.root) == (first.seq, first.size, first.root)
    overlapping = line.push(desk.raws[2:], first=3)
    assert (overlapping.seq, overlapping.size) == (6, first.size + 2)


def test_an_empty_push_asks_where_central_stands(centre):
    desk = centre.desk()
    line = centre.line(desk)
    assert (line.push([]).seq, line.push([]).hash) == (0, GENESIS)
    line.push()
    assert line.push([], first=2).seq == 1


def test_a_probe_tells_where_every_chain_stands(centre):
    desk = centre.desk()
    desk.write()
    line = centre.line(desk)
    assert line.probe().seq == 0
    receipt = line.push()
    later = desk.copy(epoch=2)
    later.write()
    centre.line(later).push()
    state = line.probe(at=1)
    assert (state.seq, state.hash) == (2, desk.prev)
    assert (state.at, state.at_hash) == (1, entry_hash(desk.raws[0]))
    assert state.epochs == ((1, 2), (2, 1))
    assert state.size == receipt.size + 1
    assert state.wait == 0
    assert line.probe(at=99).at_hash == b""
    assert line.probe(epoch=7).seq == 0
    with pytest.raises(Refused) as caught:
        centre.line(centre.desk(admitted=False)).probe()
    assert caught.value.code == "kiosk-tidak-dikenal"


def test_the_same_chain_pushed_at_once_from_several_sides_is_taken_once(centre):
    desk = centre.desk()
    for n in range(300):
        desk.write(case=f"T{n}", to=())
    before = centre.line(desk).push([]).size
    receipts = []
    lines = [centre.line(desk, fresh=True) for _ in range(4)]
    together(lambda line: receipts.append(line.push()), *lines)
    assert [one.hash for one in receipts] == [desk.prev] * 4
    assert centre.line(desk).push([]).size == before + 301


def test_a_gap_names_the_entry_that_central_waits_for(centre):
    desk = centre.desk()
    desk.write()
    desk.write()
    line = centre.line(desk)
    line.push(desk.raws[:1])
    with pytest.raises(Refused) as caught:
        line.push(desk.raws[2:], first=3)
    refused = caught.value
    assert (refused.status, refused.code, refused.expected) == (409, "loncat", 2)
    assert line.push(desk.raws[1:], first=2).seq == 3


def test_another_entry_at_a_taken_place_is_a_fork(centre):
    desk = centre.desk()
    copy = desk.copy()
    desk.write(case="A")
    copy.write(case="B")
    line = centre.line(desk)
    line.push()
    with pytest.raises(Refused) as caught:
        centre.line(copy).push()
    refused = caught.value
    assert (refused.status, refused.code, refused.seq) == (409, "cabang", 2)
    assert "bercabang" in refused.says
    assert line.push().hash == desk.prev


def test_what_comes_before_a_bad_entry_stays(centre):
    desk = centre.desk()
    for n in range(40):
        desk.write(case=str(n))
    bad = list(desk.raws)
    bad[14] = bad[14][:-1] + bytes([bad[14][-1] ^ 1])
    line = centre.line(desk)
    with pytest.raises(Refused) as caught:
        line.push(bad)
    refused = caught.value
    assert (refused.status, refused.code, refused.seq) == (422, "tanda-tangan-tidak-sah", 15)
    assert (refused.receipt.seq, refused.receipt.hash) == (14, entry_hash(desk.raws[13]))
    assert line.push(desk.raws[14:], first=15).seq == 41


def test_what_comes_before_a_torn_end_stays(centre):
    desk = centre.desk()
    for n in range(40):
        desk.write(case=str(n))
    line = centre.line(desk)
    writer = line.body()
    with pytest.raises(Refused) as caught:
        line.send(writer, writer.body()[:-1])
    refused = caught.value
    assert (refused.status, refused.code) == (400, "badan-tidak-terbaca")
    assert refused.receipt.seq == 32  # two frames of sixteen; the third is torn
    with pytest.raises(Refused) as caught:
        line.send(writer, writer.body() + b"\0\0\0\0\0\0rubbish")
    assert caught.value.receipt.seq == 41


def test_an_unknown_officer_is_named_as_such(centre):
    desk = centre.desk(announced=False)
    desk.write()
    line = centre.line(desk)
    with pytest.raises(Refused) as caught:
        line.push()
    assert (caught.value.code, caught.value.seq) == ("petugas-tidak-dikenal", 1)
    desk.raws.clear()
    desk.announce(Pen(), "budi")
    desk.announce()
    desk.write()
    assert line.push().seq == 3


def test_only_the_device_key_announces_officers(centre):
    desk = centre.desk()
    entry = desk.entry("kunci", to=("*",), data={"petugas": "x", "kunci": bytes(32)})
    desk.seal(entry, desk.officer)
    with pytest.raises(Refused) as caught:
        centre.line(desk).push()
    assert (caught.value.code, caught.value.seq) == ("petugas-tidak-cocok", 2)


def test_a_malformed_announcement_is_refused(centre):
    desk = centre.desk()
    desk.announce(officer="x", kunci=b"short")
    with pytest.raises(Refused) as caught:
        centre.line(desk).push()
    assert (caught.value.code, caught.value.seq) == ("pengumuman-tidak-sah", 2)


@pytest.mark.parametrize("told", [{"officer": "si\0ti"}, {"claim": "kia:\0"}, {"to": ("a\0",)}])
def test_what_no_database_can_store_is_refused_on_every_one(centre, told):
    desk = centre.desk(announced=False)
    desk.announce(officer=told.get("officer", "siti"))
    desk.write(**told)
    with pytest.raises(Refused) as caught:
        centre.line(desk).push()
    assert caught.value.code == "entri-rusak"


def test_a_kiosk_that_is_not_admitted_gets_nothing(centre):
    stranger = Desk("ZZZ", "rs:ZZZ")
    thief = centre.desk()
    thief.device = Pen()
    for desk in (stranger, thief, Desk("PUSAT", "pusat"), Desk("Z\0Z", "x"), Desk("x" * 300, "x")):
        line = centre.line(desk)
        for ask in (lambda one=line: one.push([]), lambda one=line: one.pull()):
            with pytest.raises(Refused) as caught:
                ask()
            assert (caught.value.status, caught.value.code) == (403, "kiosk-tidak-dikenal")


def test_entries_written_at_another_place_are_taken_and_counted(centre):
    desk = centre.desk()
    before = _counted(centre)
    desk.write(place="rs:elsewhere")
    assert centre.line(desk).push().seq == 2
    assert _counted(centre) == before + 1


def _counted(centre) -> float:
    lines = centre.http.get(f"{centre.url}/metrics").text.splitlines()
    (line,) = [one for one in lines if one.startswith("central_entries_elsewhere_total")]
    return float(line.split()[-1])


def test_one_card_claimed_by_many_has_exactly_one_winner(centre):
    desks = [centre.desk(f"uptd:{n}") for n in range(6)]
    for n, desk in enumerate(desks):
        desk.write("hasil", case="KIA", claim="kia:RSA1-261121-0001-K", line=n + 5, step="9")
    together(lambda desk: centre.line(desk, fresh=True).push(), *desks)

    def verdicts(desk) -> list:
        entries = [read_entry(one.raw) for one in centre.line(desk).pull().items]
        return [entry for entry in entries if entry.act == "putusan"]

    said = {entry.data["kalah"]["kiosk"]: entry for entry in verdicts(desks[0])}
    winners = {entry.data["pemenang"]["kiosk"] for entry in said.values()}
    assert len(winners) == 1
    assert set(said) | winners == {desk.code for desk in desks}
    assert len(said) == len(desks) - 1
    for desk in desks:
        centre.line(desk).push()  # carried again: no further verdict
    assert len(verdicts(desks[0])) == len(desks) - 1
    first = next(desk for desk in desks if desk.code in winners)
    for loser, entry in said.items():
        mine = next(desk for desk in desks if desk.code == loser)
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


def test_a_claim_made_twice_in_one_push_is_judged_too(centre):
    desk = centre.desk()
    for _ in range(3):
        desk.write("hasil", case="twice", claim=f"kia:{desk.code}")
    before = centre.line(desk).push([]).size
    assert centre.line(desk).push().size == before + 4 + 2


def test_a_card_with_the_highest_line_there_is_can_still_be_judged(centre):
    desk, rival = centre.desk(), centre.desk()
    for one in (desk, rival):
        one.write("hasil", case=f"high{desk.code}", claim=f"kia:{desk.code}", line=MAX_INT)
        assert centre.line(one).push().seq == 2


def test_a_stale_connection_that_goes_on_writing_harms_nothing(centre, monkeypatch):
    """Between the check and the lock, another connection of the kiosk brings the same, and more."""
    desk = centre.desk()
    for n in range(30):
        desk.write(case=f"S{n}")
    fast, stale = centre.line(desk, fresh=True), centre.line(desk, fresh=True)
    real, passed = Database.write, []

    def slow(self):
        if not passed:
            passed.append(True)
            fast.push()
        return real(self)

    monkeypatch.setattr(Database, "write", slow)
    before = stale.probe().size
    receipt = stale.push(desk.raws[:20])
    assert (receipt.seq, receipt.size) == (31, before + 31)


def test_a_fork_that_comes_between_check_and_lock_is_told(centre, monkeypatch):
    desk = centre.desk()
    copy = desk.copy()
    for n in range(5):
        desk.write(case=f"D{n}")
        copy.write(case=f"C{n}")
    real, passed = Database.write, []

    def slow(self):
        if not passed:
            passed.append(True)
            centre.line(desk, fresh=True).push()
        return real(self)

    monkeypatch.setattr(Database, "write", slow)
    with pytest.raises(Refused) as caught:
        centre.line(copy, fresh=True).push()
    assert (caught.value.code, caught.value.seq) == ("cabang", 2)
    assert caught.value.receipt.hash == desk.prev
