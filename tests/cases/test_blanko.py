"""The blanko ledger: whatever order the moves come in, it says what lies on the shelves."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.cases.blanko import (
    AT_RECEIVER,
    AT_SENDER,
    ON_THE_WAY,
    Balance,
    Book,
    balance,
    shelf_difference,
    total,
)
from kiosk.cases.blanko_moves import (
    COUNTED,
    COUNTED_IN,
    DESTROYED,
    RECEIVED,
    SENT,
    SETTLED,
    SPOILED,
    USED,
    Move,
    move_of,
    serials,
)
from sync.entry import Entry, Placed, Spot

DINAS, WARD = "dinas", "uptd:14.71.10"
DESKS = {DINAS: ("DKP", "DK2"), WARD: ("U10", "V10")}
MOVES = (RECEIVED, SENT, COUNTED_IN, USED, SPOILED, DESTROYED, COUNTED, SETTLED)


@dataclass
class Shelves:
    """What truly lies where, and what the kiosks wrote down of it."""

    good: Counter[str] = field(default_factory=Counter)
    pile: Counter[str] = field(default_factory=Counter)
    off: Counter[str] = field(default_factory=Counter)
    """Cards the book does not know of, until a supervisor settles it."""
    moves: list[Move] = field(default_factory=list)
    on_the_way: list[tuple[str, str, str, int]] = field(default_factory=list)
    used: list[tuple[str, str, bytes]] = field(default_factory=list)
    serial: int = 0

    def write(self, place: str, move: str, count: int, desk: int = 0, **more: object) -> Move:
        at = len(self.moves) + 1
        ref = f"{DESKS[place][desk]}/1/{at}"
        one = Move(ref, at, "kia", place, move, count, **more)  # type: ignore[arg-type]
        self.moves.append(one)
        return one

    def new_serial(self) -> str:
        self.serial += 1
        return f"K{self.serial}"


places = st.sampled_from([DINAS, WARD])
desks = st.integers(0, 1)


def receive(draw: st.DrawFn, city: Shelves) -> None:
    place, count = draw(places), draw(st.integers(0, 500))
    city.good[place] += count
    city.write(place, RECEIVED, count, draw(desks))


def print_card(draw: st.DrawFn, city: Shelves) -> None:
    """A card is printed or spoiled; a second desk may write the very same card down, too."""
    place, serial = draw(places), city.new_serial()
    case, move = bytes([draw(st.integers(1, 3))]), draw(st.sampled_from([USED, SPOILED]))
    city.good[place] -= 1
    city.pile[place] += move == SPOILED
    for desk in draw(st.sampled_from([(0,), (1,), (0, 1)])):
        city.write(place, move, 1, desk, serial=serial, case=case)
    if move == USED:
        city.used.append((place, serial, case))


def turn_out_bad(draw: st.DrawFn, city: Shelves) -> None:
    """A printed card is found bad: on its case, perhaps at another place, or on the pile where it
    was printed, and there two may write it down."""
    if not city.used:
        return
    place, serial, case = city.used.pop(draw(st.integers(0, len(city.used) - 1)))
    city.pile[place] += 1
    if draw(st.booleans()):
        city.write(draw(places), SPOILED, 1, draw(desks), serial=serial, case=case)
    else:
        for desk in draw(st.sampled_from([(0,), (0, 1)])):
            city.write(place, SPOILED, 1, desk, serial=serial)


def spoil_on_the_shelf(draw: st.DrawFn, city: Shelves) -> None:
    place, named, count = draw(places), draw(st.booleans()), draw(st.integers(1, 5))
    count = 1 if named else count
    city.good[place] -= count
    city.pile[place] += count
    city.write(place, SPOILED, count, draw(desks), serial=city.new_serial() if named else "")


def destroy(draw: st.DrawFn, city: Shelves) -> None:
    place = draw(places)
    spoiled = Book(city.moves).spoiled_here("kia", place)
    burnt = [one for one in spoiled if draw(st.booleans())]
    count = sum(one.count for one in burnt)
    city.pile[place] -= count
    refs = tuple(draw(st.sampled_from(one.refs)) for one in burnt)
    city.write(place, DESTROYED, count, draw(desks), about=refs, number="M")


def send(draw: st.DrawFn, city: Shelves) -> None:
    source, count = draw(places), draw(st.integers(0, 200))
    target = WARD if source == DINAS else DINAS
    number = f"T{len(city.moves)}"
    city.good[source] -= count
    city.write(source, SENT, count, draw(desks), number=number, other=target)
    city.on_the_way.append((number, source, target, count))


def count_in(draw: st.DrawFn, city: Shelves) -> None:
    """Counted in, perhaps twice; a difference lies somewhere, and a supervisor may find out."""
    if not city.on_the_way:
        return
    number, source, target, sent = city.on_the_way.pop()
    counted = sent + draw(st.sampled_from([0, 0, -2, 3]))
    counted = max(0, counted)
    for desk in draw(st.sampled_from([(0,), (1,), (1, 0)])):
        city.write(target, COUNTED_IN, counted, desk, number=number, other=source, book=sent)
    missing = sent - counted
    ways = [AT_SENDER, AT_RECEIVER, *([ON_THE_WAY] if missing >= 0 else [])]
    way = draw(st.sampled_from(ways))
    city.good[target] += sent if way == AT_RECEIVER else counted
    city.good[source] += missing if way == AT_SENDER else 0
    if draw(st.booleans()):
        city.write(draw(places), SETTLED, 0, draw(desks), about=(number,), other=way)
    elif way != ON_THE_WAY:
        city.off[source if way == AT_SENDER else target] += missing


def count_the_shelf(draw: st.DrawFn, city: Shelves) -> None:
    """Some went without a word; the shelf is counted, and a supervisor takes them off."""
    place = draw(places)
    if city.off[place]:
        return
    city.good[place] -= draw(st.integers(-2, 3))
    counted = city.write(place, COUNTED, city.good[place], draw(desks))
    difference = shelf_difference(counted, city.moves)
    for desk in draw(st.sampled_from([(0,), (0, 1)])):
        city.write(place, SETTLED, difference, desk, about=(counted.ref,))
    assert shelf_difference(counted, city.moves) == 0


ACTS = (
    *(receive, print_card, print_card, turn_out_bad, spoil_on_the_shelf, destroy),
    *(send, send, count_in, count_in, count_the_shelf),
)


@st.composite
def days(draw: st.DrawFn) -> Shelves:
    city = Shelves()
    for _ in range(draw(st.integers(0, 25))):
        draw(st.sampled_from(ACTS))(draw, city)
    return city


@given(days(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_book_says_what_lies_on_the_shelves(city: Shelves, chance) -> None:
    merged = [*city.moves, *city.moves[::2]]
    chance.shuffle(merged)
    book = Book(merged)
    for place in (DINAS, WARD):
        line = book.balances().get(("kia", place), Balance("kia", place))
        assert line.left == city.good[place] - city.off[place], (place, line)
        assert line.spoiled_here == city.pile[place], (place, line)
        assert sum(one.count for one in book.spoiled_here("kia", place)) == city.pile[place]
    whole = total(book.balances().values(), "kia")
    assert whole.holds
    assert whole.in_transit == sum(count for *_, count in city.on_the_way)
    assert book.balances() == Book(city.moves).balances()


texts = st.sampled_from(["", "a", "b", "T1", "K1", DINAS, WARD])
any_move = st.builds(
    Move,
    ref=st.builds("{}/1/{}".format, st.sampled_from(["DKP", "U10"]), st.integers(1, 30)),
    time=st.integers(0, 5),
    kind=st.sampled_from(["kia", "ktp"]),
    place=st.sampled_from([DINAS, WARD, ""]),
    move=st.sampled_from(MOVES),
    count=st.integers(0, 9),
    book=st.integers(0, 9),
    serial=texts,
    case=st.sampled_from([b"", b"1", b"2"]),
    number=texts,
    other=st.sampled_from([DINAS, WARD, "", AT_SENDER, AT_RECEIVER, ON_THE_WAY]),
    about=st.lists(st.sampled_from(["T1", "DKP/1/1", "U10/1/2"]), max_size=2).map(tuple),
)


@given(st.lists(any_move, max_size=30, unique_by=lambda move: move.ref), st.data())
@settings(max_examples=300, deadline=None)
def test_any_moves_at_all_give_one_balance_that_holds(moves: list[Move], data) -> None:
    """Nonsense of other kiosks included: the same set, the same balance, and it adds up."""
    other = data.draw(st.permutations(moves))
    mine, theirs = Book(moves), Book(other + other[:3])
    assert mine.balances() == theirs.balances()
    assert mine.transfers == theirs.transfers
    for kind in ("kia", "ktp"):
        assert total(mine.balances().values(), kind).holds
        for place in (DINAS, WARD):
            line = mine.balances().get((kind, place), Balance(kind, place))
            assert line.spoiled_here >= 0
            assert balance(other, kind, place) == line


def entry(act: str, data: dict, place: str = DINAS) -> Placed:
    made = Entry(bytes(16), act, "doni", place, 5, bytes(8), 1, 1, data=data)
    return Placed(Spot("DKP", 1, 1), b"", b"", made, b"")


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
KEYS = ("gerak", "jenis", "jumlah", "buku", "seri", "nomor", "lain", "tentang", "alasan")


@given(
    st.sampled_from(["blanko", "hasil", "serah"]),
    st.fixed_dictionaries(
        {}, optional={key: junk | st.sampled_from([*MOVES, "kia", 3]) for key in KEYS}
    ),
    junk,
)
@settings(max_examples=300, deadline=None)
def test_whatever_another_kiosk_wrote_is_read_without_an_error(act, data, isi) -> None:
    told = data if act == "blanko" else {"hasil": "dicetak", "isi": isi, "blanko": data}
    move = move_of(entry(act, told))
    if move is not None:
        assert Book([move]).balances() is not None
        assert move.count >= 0 or move.move == SETTLED


def test_an_outcome_counts_one_card_with_its_serial() -> None:
    data = {"hasil": "dicetak", "isi": {"blanko": " k 01 "}}
    assert move_of(entry("hasil", data)) is None
    move = move_of(entry("hasil", {**data, "blanko": {"gerak": USED, "jenis": "kia"}}))
    assert move is not None
    assert (move.serial, move.count, move.place, move.case) == ("K01", 1, DINAS, bytes(16))
    # Only a desk's own act may bring cards in.
    assert move_of(entry("hasil", {"blanko": {"gerak": RECEIVED, "jenis": "kia"}})) is None


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        ("K0001", "K0500", 500),
        ("k 0001", "K0001", 1),
        ("0099", "0100", 2),
        ("A1-01", "A1-09", 9),
        ("K2", "K1", None),
        ("K1", "L2", None),
        ("K9", "K10", 2),
        ("K09", "K100", None),
        ("K", "K", None),
        ("", "", None),
    ],
)
def test_a_range_of_serials_is_counted(first: str, last: str, count: int | None) -> None:
    assert serials(first, last) == count


def move(seq: int, what: str, count: int, place: str = DINAS, **more: object) -> Move:
    return Move(f"DKP/1/{seq}", seq, "kia", place, what, count, **more)  # type: ignore[arg-type]


def test_cards_that_arrive_before_the_news_of_their_sending() -> None:
    came = move(9, COUNTED_IN, 98, WARD, number="T1", other=DINAS, book=100)
    alone = Book([came])
    assert alone.balances()["kia", DINAS].transferred_out == 100
    assert alone.transfers["T1"].difference == 2 and not alone.transfers["T1"].known
    sent = move(1, SENT, 100, number="T1", other=WARD)
    both = Book([came, sent]).transfers["T1"]
    assert (both.known, both.sent, both.counted, both.difference) == (True, 100, 98, 2)


def test_the_pile_holds_each_card_once_and_names_why() -> None:
    book = Book(
        [
            move(1, RECEIVED, 10),
            move(2, SPOILED, 1, serial="K1", case=b"1", reason="macet"),
            move(3, SPOILED, 1, serial="K1", reason="terlipat"),
            move(4, SPOILED, 3, reason="basah"),
            move(5, DESTROYED, 3, about=("DKP/1/4",), number="M1"),
        ]
    )
    (left,) = book.spoiled_here("kia", DINAS)
    assert (left.serial, left.reason, left.refs) == ("K1", "macet", ("DKP/1/2", "DKP/1/3"))
    line = book.balances()["kia", DINAS]
    assert (line.left, line.spoiled, line.destroyed, line.spoiled_here) == (6, 4, 3, 1)


def test_one_serial_on_two_cases_is_two_cards_of_which_one_was_mistyped() -> None:
    two = [move(1, USED, 1, serial="K1", case=b"1"), move(2, USED, 1, serial="K1", case=b"2")]
    assert Book(two).balances()["kia", DINAS].used == 2


def test_what_comes_late_explains_a_difference() -> None:
    counted = move(5, COUNTED, 9, book=10)
    moves = [move(1, RECEIVED, 10), counted]
    assert shelf_difference(counted, moves) == -1
    assert shelf_difference(counted, [*moves, move(4, USED, 1, serial="K1", case=b"1")]) == 0
    # What was printed afterwards explains nothing.
    assert shelf_difference(counted, [*moves, move(6, USED, 1, serial="K2", case=b"1")]) == -1
