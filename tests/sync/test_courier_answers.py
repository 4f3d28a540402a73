"""What central says is believed only under its seal, and only for the very question asked."""

from __future__ import annotations

import base64

import pytest

from sync.courier import LinkDown, Refused
from sync.entry import Spot, dumps, entry_hash, sign1
from sync.receipt import Receipt, seal_receipt
from sync.wire import (
    CONTENT_TYPE,
    UNBOUND,
    PullPage,
    State,
    Trouble,
    pack_answer,
    pack_page,
    pack_state,
    request_hash,
)
from tests.sync.doors import Answer, answering, bound, refusal


def test_another_central_is_not_believed(courier, push, new_pen):
    other = new_pen()
    root = bytes(32)
    receipt = seal_receipt(Receipt("RSA", 1, 0, root, 0, root, 1), other.kid, other.sign)

    def page(body: bytes) -> Answer:
        sealed = pack_page(PullPage([], 0, False, 1), bound(body), other.kid, other.sign)
        return 200, CONTENT_TYPE, sealed

    def problem(body: bytes) -> Answer:
        return refusal(other, Trouble("cabang", "x"), bound(body))

    for make in (lambda _: (200, CONTENT_TYPE, pack_answer(receipt)), page, problem):
        with answering(make) as url:
            for ask in (push, lambda carrier: carrier.pull(0, 1000), lambda one: one.probe(1)):
                with pytest.raises(LinkDown, match="bukan pusat"):
                    ask(courier(url))


def test_a_page_shown_again_is_not_believed(courier, central):
    shown: list[bytes] = []

    def once(body: bytes) -> Answer:
        if not shown:
            page = PullPage([], 9, False, 1)
            shown.append(pack_page(page, request_hash(body), central.kid, central.sign))
        return 200, CONTENT_TYPE, shown[0]

    with answering(once) as url:
        carrier = courier(url)
        assert carrier.pull(0, 1000).cursor == 9
        with pytest.raises(LinkDown):
            carrier.pull(0, 1000)


def state(**more: object) -> State:
    said = {"kiosk": "RSA", "epoch": 1, "seq": 5, "hash": bytes(32), "at": 7, "at_hash": b""}
    said |= {"epochs": ((1, 5),), "size": 9, "root": bytes(32), "time": 4, "wait": 0}
    return State(**(said | more))


def nonce_in(path: bytes) -> bytes:
    said = path.rpartition(b"nonce=")[2]
    assert len(said) == 22
    return base64.urlsafe_b64decode(said + b"==")


def test_a_probe_is_answered_for_its_nonce_and_its_question(courier, central):
    shown: list[bytes] = []

    def answer(path: bytes, told: State) -> Answer:
        assert path.startswith(b"/v2/probe?kiosk=RSA&epoch=1&at=7&nonce=")
        shown.append(pack_state(told, nonce_in(path), central.kid, central.sign))
        return 200, CONTENT_TYPE, shown[-1]

    with answering(lambda path: answer(path, state())) as url:
        assert courier(url).probe(1, 7) == state()
    for other in (state(kiosk="RSB"), state(epoch=2), state(at=8)):
        with answering(lambda path, o=other: answer(path, o)) as url, pytest.raises(LinkDown):
            courier(url).probe(1, 7)
    with answering(lambda _: (200, CONTENT_TYPE, shown[0])) as url, pytest.raises(LinkDown):
        courier(url).probe(1, 7)


def test_a_refusal_shown_again_is_not_believed(courier, central, desk, push):
    desk.write()
    shown: list[Answer] = []

    def once(body: bytes) -> Answer:
        if not shown:
            shown.append(refusal(central, Trouble("loncat", "Kirim dari 4.", 9, 4), bound(body)))
        return shown[0]

    with answering(once) as url:
        carrier = courier(url)
        with pytest.raises(Refused) as caught:
            push(carrier)
        refused = caught.value
        assert (refused.code, refused.says, refused.seq, refused.expected, refused.receipt) == (
            "loncat",
            "Kirim dari 4.",
            9,
            4,
            None,
        )
        with pytest.raises(LinkDown):
            push(carrier)


def test_a_refusal_of_what_was_not_read_says_nothing_of_any_entry(courier, central, push):
    """Whoever kept it could show it again at any time."""
    trouble = Trouble("petugas-tidak-cocok", "Entri 9 ditolak.", 9, 9)
    with answering(lambda _: refusal(central, trouble, UNBOUND)) as url:
        with pytest.raises(Refused) as caught:
            push(courier(url))
        assert (caught.value.seq, caught.value.expected) == (0, 0)


def test_what_central_does_not_have_is_known_only_from_central(courier, central):
    spot = Spot("RSA", 1, 1)
    absent = refusal(central, Trouble("tidak-ada", "x"), UNBOUND, status=404)
    with answering(lambda _: absent) as url:
        assert courier(url).proof(spot, 9) is None
        assert courier(url).growth(1, 9) is None
    with answering(lambda _: (404, "text/html", b"login")) as url, pytest.raises(LinkDown):
        courier(url).proof(spot, 9)


def test_proofs_are_read_as_they_are_and_nonsense_is_not(courier):
    spot = Spot("RSA", 1, 1)
    cbor = "application/cbor"
    with answering(lambda _: (200, cbor, dumps([4, [bytes(32)]]))) as url:
        assert courier(url).proof(spot, 9) == (4, [bytes(32)])
    with answering(lambda _: (200, cbor, dumps([bytes(32)]))) as url:
        assert courier(url).growth(1, 9) == [bytes(32)]
    for nonsense in (dumps(5), dumps([4, [7]]), dumps([4]), b"\xff", b""):
        with answering(lambda _, n=nonsense: (200, cbor, n)) as url:
            with pytest.raises(LinkDown):
                courier(url).proof(spot, 9)
            with pytest.raises(LinkDown):
                courier(url).growth(1, 9)


@pytest.mark.parametrize(
    ("kiosk", "epoch", "seq"),
    [
        ("RSB", 1, 1),
        ("RSA", 2, 1),
        ("RSA", 1, 0),  # an old one: it does not cover this push
        ("RSA", 1, 1),  # for another entry
    ],
)
def test_a_receipt_for_something_else_is_not_believed(
    courier, central, desk, push, kiosk, epoch, seq
):
    desk.write()
    receipt = Receipt(kiosk, epoch, seq, bytes(32), 1, bytes(32), 1)
    sealed = pack_answer(seal_receipt(receipt, central.kid, central.sign))
    with answering(lambda _: (200, CONTENT_TYPE, sealed)) as url, pytest.raises(LinkDown):
        push(courier(url))


def test_the_page_that_rides_along_is_bound_to_the_push(courier, central, desk, push):
    desk.write()
    said = Receipt("RSA", 1, 1, entry_hash(desk.raws[0]), 1, bytes(32), 1)
    receipt = seal_receipt(said, central.kid, central.sign)

    def answer(body: bytes, to: bytes = b"") -> Answer:
        page = PullPage([], 9, False, 1)
        sealed = pack_page(page, to or bound(body), central.kid, central.sign)
        return 200, CONTENT_TYPE, pack_answer(receipt, sealed)

    with answering(answer) as url:
        got, page = push(courier(url))
        assert (got, page.cursor) == (receipt, 9)
    with answering(lambda body: answer(body, bytes(32))) as url, pytest.raises(LinkDown):
        push(courier(url))
    with answering(lambda _: (200, CONTENT_TYPE, pack_answer(receipt))) as url:
        assert push(courier(url)) == (receipt, None)


def test_a_sealed_page_with_nonsense_in_it_is_not_believed(courier, central):
    for said in ([], [1, b"x"], [0, dumps([[[1]], 0, False, 1])], [0, dumps([[], -1, False, 1])]):

        def page(body: bytes, said: object = said) -> Answer:
            context = b"loket-luring page 2" + request_hash(body)
            return 200, CONTENT_TYPE, sign1(dumps(said), central.kid, central.sign, context)

        with answering(page) as url, pytest.raises(LinkDown):
            courier(url).pull(0, 1000)
