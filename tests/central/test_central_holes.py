"""Holes: a chain goes on past an entry that cannot be believed. Branches: a copy's own story."""

from __future__ import annotations

import pytest

from sync.entry import BRANCH, Spot, entry_hash, read_entry
from sync.merkle import entry_leaf, verify_inclusion
from tests.central.desks import Pen, Refused


def pulled(centre, desk) -> list[bytes]:
    line = centre.line(desk)
    page = line.pull()
    raws = [one.raw for one in page.items]
    while page.more:
        page = line.pull(page.cursor)
        raws += [one.raw for one in page.items]
    return raws


def test_a_hole_lets_the_chain_go_on_and_is_filled_later(centre):
    desk, dinas = centre.desk(), centre.desk("dinas-h")
    pen = Pen()
    desk.write(case="H1", to=("dinas-h",))
    late = desk.entry(case="H2", officer="budi", to=("dinas-h",), claim=f"kia:{desk.code}")
    desk.seal(late, pen)  # budi is not announced yet
    desk.write(case="H3", to=("dinas-h",))
    line = centre.line(desk)
    with pytest.raises(Refused) as caught:
        line.push()
    assert (caught.value.code, caught.value.seq) == ("petugas-tidak-dikenal", 3)
    receipt = line.push([desk.hole(3), desk.raws[3]], first=3)
    assert (receipt.seq, receipt.hash) == (4, desk.prev)
    assert desk.raws[2] not in pulled(centre, dinas)
    assert not any(raw == b"" for raw in pulled(centre, desk))

    index, path = line.proof(Spot(desk.code, 1, 3), receipt.size)
    leaf = entry_leaf(Spot(desk.code, 1, 3), entry_hash(desk.raws[2]))
    assert verify_inclusion(index, receipt.size, leaf, path, receipt.root)

    # Still not to be believed: among others it is passed over.
    assert line.push(desk.raws[2:4], first=3).size == receipt.size
    assert desk.raws[2] not in pulled(centre, dinas)
    desk.announce(pen, "budi")
    grown = line.push(desk.raws[4:], first=5)
    filled = line.push(desk.raws[2:3], first=3)
    assert (filled.size, filled.root) == (grown.size, grown.root)
    assert pulled(centre, dinas).count(desk.raws[2]) == 1
    line.push(desk.raws[2:3], first=3)
    assert pulled(centre, dinas).count(desk.raws[2]) == 1

    # Its claim is judged now: who came in between has it.
    rival = centre.desk()
    rival.write("hasil", case="H2", claim=f"kia:{desk.code}")
    centre.line(rival).push()
    verdicts = [
        read_entry(raw) for raw in pulled(centre, rival) if read_entry(raw).act == "putusan"
    ]
    assert [one.data["pemenang"]["kiosk"] for one in verdicts] == [desk.code]


def test_a_filled_hole_loses_a_claim_made_meanwhile(centre):
    desk, rival = centre.desk(), centre.desk()
    pen = Pen()
    desk.seal(desk.entry(case="J1", officer="budi", claim=f"kia:{rival.code}"), pen)
    line = centre.line(desk)
    line.push([desk.raws[0], desk.hole(2)])
    rival.write(case="J1", claim=f"kia:{rival.code}")
    centre.line(rival).push()
    desk.announce(pen, "budi")
    line.push()  # believed only from then on
    line.push()
    verdicts = [read_entry(one) for one in pulled(centre, desk) if read_entry(one).act == "putusan"]
    (verdict,) = [one for one in verdicts if one.case == read_entry(desk.raws[1]).case]
    assert verdict.data["pemenang"]["kiosk"] == rival.code
    assert verdict.data["kalah"]["seq"] == 2


def test_bytes_offered_alone_for_a_hole_are_refused_while_they_are_not_believed(centre):
    desk = centre.desk()
    pen = Pen()
    desk.seal(desk.entry(case="J2", officer="budi"), pen)
    desk.announce(pen, "budi")
    line = centre.line(desk)
    line.push([desk.raws[0], desk.hole(2)])
    with pytest.raises(Refused) as caught:
        line.push(desk.raws[1:2], first=2)
    assert (caught.value.status, caught.value.code) == (422, "petugas-tidak-dikenal")
    line.push(desk.raws[2:], first=3)
    line.push(desk.raws[1:2], first=2)
    assert desk.raws[1] in pulled(centre, desk)


def test_a_hole_is_sealed_by_the_kiosk_and_for_its_place(centre):
    desk = centre.desk()
    desk.write(case="A")
    desk.write(case="B")
    line = centre.line(desk)
    line.push(desk.raws[:1])
    for hole in (desk.hole(2, Pen()), desk.hole(3)):
        with pytest.raises(Refused) as caught:
            line.push([hole], first=2)
        assert (caught.value.status, caught.value.code) == (422, "lubang-tidak-sah")
    other = desk.copy(upto=1)
    other.write(case="C")
    assert line.push([desk.hole(2)], first=2).seq == 2
    assert line.push([desk.hole(2)], first=2).seq == 2
    with pytest.raises(Refused) as caught:
        line.push([other.hole(2)], first=2)
    assert caught.value.code == "cabang"


def test_a_hole_where_the_entry_is_changes_nothing(centre):
    desk = centre.desk()
    desk.write()
    line = centre.line(desk)
    receipt = line.push()
    assert line.push([desk.hole(2)], first=2).root == receipt.root
    assert desk.raws[1] in pulled(centre, desk)


def test_a_branch_begins_after_an_entry_of_its_chain(centre):
    desk = centre.desk()
    for n in range(6):
        desk.write(case=f"B{n}")
    line = centre.line(desk)
    line.push()
    branch = desk.branch(1 + BRANCH, since=4)
    branch.write(case="other", to=("dinas-b",))
    branch.write(case="more", to=("dinas-b",))
    other = centre.line(branch)
    assert other.probe().seq == 0
    receipt = other.push()
    assert (receipt.epoch, receipt.seq, receipt.hash) == (1 + BRANCH, 6, branch.prev)
    assert other.push().size == receipt.size
    assert other.probe().epochs == ((1, 7), (1 + BRANCH, 6))
    assert line.push().seq == 7
    dinas = centre.desk("dinas-b")
    assert [raw for raw in pulled(centre, dinas) if raw in branch.raws] == branch.raws
    branch.write()
    assert other.push(branch.raws[2:], first=7).seq == 7


def test_a_branch_that_does_not_join_its_chain_is_refused(centre):
    desk = centre.desk()
    for n in range(3):
        desk.write(case=f"B{n}")
    line = centre.line(desk)
    line.push()
    early = desk.branch(1 + BRANCH, since=2)
    early.raws.append(desk.raws[2])  # what stands on the chain itself is not logged twice
    early.write(case="x")
    with pytest.raises(Refused) as caught:
        centre.line(early).push()
    assert (caught.value.code, caught.value.expected) == ("loncat", 4)
    assert centre.line(early).push(early.raws[1:], first=4).seq == 4
    far = desk.branch(1 + 2 * BRANCH, since=4)
    far.since = 9
    far.write()
    with pytest.raises(Refused) as caught:
        centre.line(far).push()
    assert (caught.value.code, caught.value.expected) == ("loncat", 5)
    lost = desk.branch(BRANCH, since=0)
    with pytest.raises(Refused) as caught:
        centre.line(lost).push([])
    assert caught.value.code == "badan-tidak-terbaca"
