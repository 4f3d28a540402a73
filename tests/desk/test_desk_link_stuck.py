"""One bad item holds nothing back; what pusat has is proven; budgets follow the link."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator

import pytest

from kiosk.cli import main
from kiosk.desk.ledger import Act, Hand
from kiosk.desk.lineage import GROWTH
from kiosk.desk.proofs import prove
from kiosk.keys import SigningKey
from sync.courier import Courier, LinkDown
from sync.entry import Spot, kid_of
from sync.schedule import FIRST_PUSH, SMALLEST_PUSH, TRIES
from sync.signing import public_of, signer_of
from sync.trust import NO_CASE
from tests.desk.world import ShiftedClock, World


@pytest.fixture
def key() -> SigningKey:
    seed = secrets.token_bytes(32)
    public = public_of(seed)
    return SigningKey(kid_of(public), public, signer_of(seed))


def write_stranger(world: World, number: str, key: SigningKey) -> int:
    """An entry by a key that pusat does not know; gives its seq."""
    ward = world.sit("siti")
    hand = Hand("siti", ward.settings.address, key)
    with ward.core.ledger.transaction():
        case = ward.core.case_key(number)
        placed = ward.core.ledger.write(hand, Act(case, "cetak", data={"kertas": "kartu"}))
    return placed.spot.seq


def test_a_refused_entry_is_passed_over_after_a_few_tries(world: World, key: SigningKey) -> None:
    first = world.take_in(1)
    bad = write_stranger(world, first[0], key)
    second = world.take_in(2)
    ward = world.sit("siti")
    for tries in range(1, TRIES):
        (done,) = world.meet("RSA", rounds=1)
        assert "belum dikenal" in done.trouble
        (stuck,) = ward.link.state().stuck
        assert (stuck.ref, stuck.number, stuck.tries) == (f"RSA/1/{bad}", first[0], tries)
        assert not stuck.needs_action
    (done,) = world.meet("RSA", rounds=1)
    assert done.trouble == ""
    state = ward.link.state()
    assert state.waiting == 1 and state.only_here == 1
    assert state.stuck[0].needs_action and state.attention == 1
    assert dict(ward.link.history(first[0]))[f"RSA/1/{bad}"] is False
    world.sit("andi")
    world.meet("DKP")
    numbers = {row.number for row in world.desk("DKP").work.everything()}
    assert numbers == {*first, *second}


def test_the_hole_is_filled_when_its_reason_has_gone(world: World, key: SigningKey) -> None:
    (number,) = world.take_in(1)
    bad = write_stranger(world, number, key)
    world.meet("RSA", rounds=TRIES)
    clock = world.clocks["RSA"] = ShiftedClock(shift=2 * 60 * 60 * 1000)
    world.shut("RSA")
    assert world.meet("RSA", rounds=1)[0].trouble == ""
    (stuck,) = world.desk("RSA").link.state().stuck
    assert stuck.tries == TRIES + 1, "still refused, and told so"
    core = world.desk("RSA").core
    data = {"petugas": "siti", "nama": "Siti", "inisial": "S", "peran": [], "tempat": "rs:RSA"}
    with core.ledger.transaction():
        core.ledger.write(
            core.device_hand(),
            Act(NO_CASE, "kunci", to=("*",), data=data | {"kunci": key.public}),
        )
    clock.shift *= 2
    assert world.meet("RSA", rounds=1)[0].trouble == ""
    state = world.desk("RSA").link.state()
    assert (state.stuck, state.waiting) == ((), 0)
    world.sit("andi")
    world.meet("DKP", rounds=1)
    assert (f"RSA/1/{bad}", True) in world.desk("DKP").link.history(number)


def test_the_command_line_names_what_is_stuck(
    world: World, key: SigningKey, capsys: pytest.CaptureFixture[str]
) -> None:
    (number,) = world.take_in(1)
    bad = write_stranger(world, number, key)
    world.meet("RSA", rounds=TRIES)
    world.shut("RSA")
    folder = str(world.folder("RSA"))
    assert main(["sync", "--once", "--data", folder]) == 1
    assert f"RSA/1/{bad}" in capsys.readouterr().err
    assert main(["sync", "--once", "--json", "--data", folder]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["kendala"] == ""
    (stuck,) = told["perlu_tindakan"]
    assert (stuck["entri"], stuck["nomor"], stuck["kali"]) == (f"RSA/1/{bad}", number, TRIES)


def test_an_exchange_that_breaks_off_was_marked_before(world: World) -> None:
    world.take_in(1)
    ward = world.desk("RSA")
    line = world.line("RSA")

    def cut(*_: object) -> object:
        assert ward.link.state().last_try is not None
        assert ward.link.state().trouble != ""
        raise LinkDown("putus")

    courier = line.courier()
    courier.probe = cut  # pyright: ignore
    assert line.run().trouble == "putus"
    assert ward.link.state().trouble == "putus" and ward.link.state().last_receipt is None


# -- how much at once ----------------------------------------------------------------------------


class Cutting:
    """Makes a courier's pushes fail: before they reach central, or after."""

    def __init__(self, courier: Courier, after: bool) -> None:
        self.sizes: list[int] = []
        self._after = after
        self._push = courier.push
        courier.push = self.push  # pyright: ignore

    def push(self, head, body, last=(0, b"")):
        self.sizes.append(len(body))
        if self._after:
            self._push(head, body, last)
        raise LinkDown("putus")


def test_a_link_that_swallows_pushes_gets_smaller_ones(world: World) -> None:
    world.take_in(*range(1, 4))
    line = world.line("RSA")
    cutting = Cutting(line.courier(), after=False)
    budgets = [line.budget.bytes]
    for _ in range(9):
        assert line.run().trouble == "putus"
        budgets.append(line.budget.bytes)
    assert budgets[:3] == [FIRST_PUSH, FIRST_PUSH // 2, FIRST_PUSH // 4]
    assert budgets[-1] == SMALLEST_PUSH
    assert min(cutting.sizes) <= SMALLEST_PUSH + 4_000


def test_an_answer_that_is_lost_loses_and_doubles_nothing(world: World) -> None:
    """All arrived, no receipt did: it is asked for, and what is there is not sent again."""
    numbers = world.take_in(*range(1, 4))
    line = world.line("RSA")
    courier = line.courier()
    push = courier.push
    cutting = Cutting(courier, after=True)
    courier.push = lambda *given: (  # pyright: ignore
        cutting.push(*given) if not cutting.sizes else push(*given)
    )
    assert line.run().trouble == ""
    assert line.budget.bytes >= FIRST_PUSH
    assert world.desk("RSA").link.state().waiting == 0
    world.sit("andi")
    world.meet("DKP")
    assert {row.number for row in world.desk("DKP").work.everything()} == set(numbers)


def test_one_new_case_is_one_request_on_a_proven_link_and_two_on_another(world: World) -> None:
    world.take_in(1)
    world.meet("RSA")
    line = world.line("RSA")
    asked: list[str] = []
    send = line.courier()._exchange
    line.courier()._exchange = lambda how, path, body: (  # pyright: ignore
        asked.append(path.partition("?")[0]) or send(how, path, body)
    )
    world.take_in(2)
    assert line.run().trouble == ""
    assert asked == ["/v2/push"]
    asked.clear()
    world.take_in(3)
    line.schedule.failed()
    assert line.run().trouble == ""
    assert asked == ["/v2/probe", "/v2/push"]


# -- proofs --------------------------------------------------------------------------------------


@pytest.fixture
def proven(world: World) -> Iterator[World]:
    world.take_in(1)
    world.meet("RSA", "DKP")
    world.take_in(2)
    world.meet("RSA", "DKP")
    yield world


def test_central_proves_what_it_has(proven: World, capsys: pytest.CaptureFixture[str]) -> None:
    ward, line = proven.desk("RSA"), proven.line("RSA")
    last = ward.core.journal.head().seq
    done = prove(ward, line.courier(), every=True)
    assert (done.entries, done.bad, done.says) == (last, "", "") and done.roots >= 2
    one = prove(ward, line.courier(), entry=Spot("RSA", 1, 2))
    assert one.entries == 1 and not one.says
    assert prove(ward, line.courier(), entry=Spot("RSA", 1, 99)).bad == "RSA/1/99"
    proven.take_in(3)
    later = prove(ward, line.courier(), entry=Spot("RSA", 1, last + 1))
    assert "belum sampai" in later.says
    proven.shut("RSA")
    folder = str(proven.folder("RSA"))
    assert main(["verify", "--pusat", "--data", folder]) == 0
    assert "Terbukti" in capsys.readouterr().out
    assert main(["verify", "--pusat", "--entri", "RSA/1/2", "--json", "--data", folder]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["pusat"]["bukti"] == 1 and told["pusat"]["sebab"] == ""
    assert main(["verify", "--pusat", "--entri", "RSA-1", "--data", folder]) == 1


def test_a_central_that_changed_its_log_is_found_out(proven: World) -> None:
    """Its own tree says other than what it signed: an exception, by itself after a while."""
    ward = proven.desk("RSA")
    ward.core.db.execute(
        "UPDATE roots SET root=zeroblob(32) WHERE size=(SELECT max(size) FROM roots)"
    )
    done = prove(ward, proven.line("RSA").courier())
    assert "berubah" in done.says
    assert [row.kind for row in ward.cards.exceptions()] == ["pusat-berubah"]
    proven.take_in(3)
    proven.meet("RSA")
    assert "berubah" in prove(ward, proven.line("RSA").courier()).says, "it is not forgotten"
    assert len(ward.cards.exceptions()) == 1


def test_it_is_looked_into_now_and_then_without_being_asked(proven: World) -> None:
    ward = proven.desk("RSA")
    ward.core.db.execute("UPDATE roots SET root=zeroblob(32)")
    ward.front.note(GROWTH, "1")
    proven.meet("RSA", rounds=1)
    assert [row.kind for row in ward.cards.exceptions()] == ["pusat-berubah"]


def test_an_entry_without_a_proof_is_named(proven: World) -> None:
    ward, courier = proven.desk("RSA"), proven.line("RSA").courier()
    good = courier.proof(Spot("RSA", 1, 2), prove(ward, courier).size)
    assert good is not None
    for answer, word in ((None, "tidak lagi"), (good, "tidak cocok"), ((0, []), "tidak cocok")):
        courier.proof = lambda *_, given=answer: given  # pyright: ignore
        done = prove(ward, courier, entry=Spot("RSA", 1, 4))
        assert done.bad == "RSA/1/4" and word in done.says
