import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import base45
import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from pycose.keys import OKPKey
from pycose.messages import Sign1Message

from kiosk.cases.qr import (
    BASE45,
    PREFIX,
    QrClaim,
    QrReading,
    base45_decode,
    base45_encode,
    encode,
    read,
)
from kiosk.cases.resi import BadNumber, make_number
from sync.entry import dumps, kid_of, sign1

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
KID = kid_of(PUBLIC)
DAY = date(2026, 11, 21)
CLAIM = QrClaim("R", make_number("RSA", 1, DAY, 1), "kado-camer", DAY, "uptd:14.71.10")


def known(kid: bytes) -> bytes | None:
    return PUBLIC if kid == KID else None


def unknown(_: bytes) -> None:
    return None


@given(st.binary(max_size=200))
def test_base45_agrees_with_another_implementation(raw: bytes):
    assert base45_encode(raw) == base45.b45encode(raw).decode()
    assert base45_decode(base45_encode(raw)) == raw


@given(st.text(BASE45, max_size=30))
def test_base45_decodes_and_refuses_as_another_implementation_does(text: str):
    # Of texts no encoder makes the other one accepts some; ours is asked to be stricter only.
    try:
        ours = base45_decode(text)
    except ValueError:
        ours = None
    if ours is not None:
        assert base45.b45decode(text) == ours
        assert base45_encode(ours) == text


@pytest.mark.parametrize("text", ["A", "AAAA", "GGW", ":::", "::", "aa", "é0"])
def test_no_base45(text: str):
    with pytest.raises(ValueError):
        base45_decode(text)


def test_a_qr_is_a_cose_sign1_to_another_implementation():
    text = encode(CLAIM, KID, KEY.sign)
    tagged = cbor2.loads(base45.b45decode(text.removeprefix(PREFIX)))
    assert tagged.tag == 18
    # pycose wants the list and dict that cbor2 no longer gives inside a tag.
    protected, _, payload, signature = tagged.value
    message = Sign1Message.from_cose_obj([protected, {}, payload, signature], True)
    message.key = OKPKey(crv="ED25519", x=PUBLIC)
    message.external_aad = PREFIX.encode()
    assert message.verify_signature()
    kind, number, procedure, days, office, count = cbor2.loads(message.payload)
    assert (kind, procedure, office, count) == ("R", "kado-camer", "uptd:14.71.10", 0)
    assert number == CLAIM.number.replace("-", "")
    assert days == (DAY - date(1970, 1, 1)).days


@pytest.mark.parametrize("kind, count", [("R", 0), ("K", 0), ("D", 120)])
@pytest.mark.parametrize("procedure", ["kado-camer", "kia-whatsapp", ""])
def test_a_qr_is_small_and_reads_back(kind: str, count: int, procedure: str):
    claim = replace(CLAIM, kind=kind, count=count, procedure=procedure)
    text = encode(claim, KID, KEY.sign)
    assert len(text) <= 220
    assert set(text) <= set(BASE45)
    assert read(text, known) == QrReading("sah", claim, KID)


@pytest.mark.parametrize(
    "scanned", [str.lower, str.swapcase, lambda text: text + "\r\n", lambda text: " " + text]
)
def test_caps_lock_and_line_ends_do_not_matter(scanned: Callable[[str], str]):
    assert read(scanned(encode(CLAIM, KID, KEY.sign)), known).state == "sah"


@given(st.binary(min_size=1, max_size=9))
def test_no_code_ends_in_a_blank_that_a_scanner_may_drop(raw: bytes):
    assert not base45_encode(raw).endswith(" ")


def test_of_an_unknown_issuer_the_claim_is_shown_but_not_believed():
    text = encode(CLAIM, KID, KEY.sign)
    assert read(text, unknown) == QrReading("penerbit-belum-dikenal", CLAIM, KID)
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert read(text, lambda _: other) == QrReading("tidak-sah")
    assert read(text, lambda _: b"no key") == QrReading("tidak-sah")


def test_every_changed_sign_at_every_place_is_caught():
    text = encode(CLAIM, KID, KEY.sign)
    for at, right in enumerate(text):
        for sign in BASE45.replace(right, ""):
            changed = text[:at] + sign + text[at + 1 :]
            assert read(changed, known).state != "sah", (at, sign)


def test_a_sign_too_many_or_too_few_is_caught():
    text = encode(CLAIM, KID, KEY.sign)
    for at in range(len(text)):
        assert read(text[:at] + text[at + 1 :], known).state != "sah"
        assert read(text[:at] + "0" + text[at:], known).state != "sah"


@given(st.one_of(st.text(max_size=300), st.text(BASE45, max_size=300).map(PREFIX.__add__)))
def test_garbage_is_not_valid(text: str):
    assert read(text, known) == QrReading("tidak-sah")


def test_garbage_of_any_length_is_not_valid():
    assert read("LL1:" + "A" * 3_000_000, known) == QrReading("tidak-sah")
    assert read("\x00" * 100_000, known) == QrReading("tidak-sah")


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5) | st.binary(max_size=5) | st.floats(),
        lambda inner: st.lists(inner, max_size=7) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    )
)
def test_a_signed_payload_that_is_no_claim_is_not_valid(payload: object):
    raw = sign1(dumps(payload), KID, KEY.sign, PREFIX.encode())
    assert read(PREFIX + base45_encode(raw), known) == QrReading("tidak-sah")


@pytest.mark.parametrize(
    "wrong",
    [
        {0: "X"},
        {1: "RSA12611210001A"},
        {3: -1},
        {3: 10**9},
        {3: True},
        {4: b"office"},
        {5: -1},
        {5: None},
    ],
)
def test_a_signed_claim_with_one_wrong_member_is_not_valid(wrong: dict[int, object]):
    parts: list[object] = ["R", CLAIM.number.replace("-", ""), "p", 20778, "dinas", 0]
    good = sign1(dumps(parts), KID, KEY.sign, PREFIX.encode())
    assert read(PREFIX + base45_encode(good), known).state == "sah"
    for at, value in wrong.items():
        parts[at] = value
    bad = sign1(dumps(parts), KID, KEY.sign, PREFIX.encode())
    assert read(PREFIX + base45_encode(bad), known) == QrReading("tidak-sah")


def test_a_signature_made_for_something_else_is_not_valid():
    payload = dumps(["R", CLAIM.number.replace("-", ""), "p", 20778, "dinas", 0])
    raw = sign1(payload, KID, KEY.sign, b"")
    assert read(PREFIX + base45_encode(raw), known).state == "tidak-sah"


def test_the_unsigned_header_is_not_free():
    text = encode(CLAIM, KID, KEY.sign)
    tagged = cbor2.loads(base45_decode(text.removeprefix(PREFIX)))
    for header in ({1: 2}, [], None, secrets.token_bytes(3)):
        parts = [tagged.value[0], header, *tagged.value[2:]]
        changed = base45_encode(cbor2.dumps(cbor2.CBORTag(18, parts)))
        assert read(PREFIX + changed, known).state == "tidak-sah"


def test_what_cannot_be_a_claim_is_not_signed():
    with pytest.raises(BadNumber):
        encode(replace(CLAIM, number="RSA1"), KID, KEY.sign)
    with pytest.raises(ValueError, match="kind"):
        encode(replace(CLAIM, kind="Z"), KID, KEY.sign)
