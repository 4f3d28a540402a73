"""Whatever comes: no answer of the five hundreds, and no bad entry is taken."""

from __future__ import annotations

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from sync.entry import GENESIS, Spot, dumps, entry_hash, seal_entry, sign1
from sync.frames import FrameWriter
from sync.wire import CONTENT_TYPE, PULL_PATH, PUSH_PATH, Pull, pack_pull
from tests.central.desks import Centre, Desk, Refused

several = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
HEADERS = {"content-type": CONTENT_TYPE}

anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64) | st.text() | st.binary(max_size=40),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def known(centre: Centre) -> Desk:
    desk = centre.desk()
    centre.line(desk).push()
    return desk


def assert_refused(answer: httpx.Response) -> None:
    assert 400 <= answer.status_code < 500, answer.text
    said = answer.json()
    assert said["kode"] and said["pesan"] and said["segel"]


def head_of(desk: Desk, said: object) -> bytes:
    sealed = sign1(dumps(said), desk.device.kid, desk.device.sign, b"loket-luring push 2")
    return len(sealed).to_bytes(2) + sealed


@several
@given(data=st.data())
def test_well_sealed_nonsense_is_refused_plainly(centre, known, data):
    """The right key over wrong types, ranges and numbers of members."""
    path, members = data.draw(st.sampled_from([(PUSH_PATH, 6), (PULL_PATH, 4)]))
    shape = st.one_of(
        anything,
        st.lists(anything, min_size=members, max_size=members).map(
            lambda rest: [known.code, *rest]
        ),
        st.lists(st.integers(0, 2**63 - 1), min_size=members - 1, max_size=members - 1).map(
            lambda rest: [known.code, *rest, b"nonce"]
        ),
    )
    said = data.draw(shape)
    if path == PUSH_PATH:
        body = head_of(known, said)
    else:
        body = sign1(dumps(said), known.device.kid, known.device.sign, b"loket-luring pull 2")
    assert_refused(centre.http.post(centre.url + path, content=body, headers=HEADERS))


@several
@given(data=st.data())
def test_any_numbers_in_a_well_sealed_head_are_borne(centre, known, data):
    """Every epoch, seq, cursor and room there is: refused or answered, nothing else."""
    number = st.integers(0, 2**63 - 1) | st.integers(0, 5000)
    epoch, first, cursor, room = data.draw(st.tuples(number, number, number, number))
    body = head_of(known, [known.code, epoch, first, cursor, room, 0, bytes(16)])
    answer = centre.http.post(centre.url + PUSH_PATH, content=body, headers=HEADERS)
    if answer.status_code != 200:
        assert_refused(answer)
    pull = pack_pull(Pull(known.code, cursor, room), known.device.kid, known.device.sign)
    answer = centre.http.post(centre.url + PULL_PATH, content=pull, headers=HEADERS)
    assert answer.status_code == 200


@several
@given(data=st.data())
def test_damaged_pushes_never_bring_in_a_bad_entry(centre, data):
    """Bytes changed, cut out, doubled: what is kept of a push is its own entries, in order."""
    desk = centre.desk()
    for n in range(11):
        desk.write(case=f"F{n}", to=())
    line = centre.line(desk)
    whole = line.body().body()
    cuts = data.draw(st.tuples(*[st.integers(0, 1000)] * 2))
    at, end = sorted(len(whole) * cut // 1000 for cut in cuts)
    body = data.draw(
        st.sampled_from(
            [
                whole[:at] + whole[end:],
                whole[:end] + whole[at:],
                whole[:at] + bytes(end - at) + whole[end:],
                whole[:at] + bytes([whole[at - 1] ^ 0x55]) + whole[at + 1 :],
            ]
        )
    )
    answer = centre.http.post(centre.url + PUSH_PATH, content=body, headers=HEADERS)
    assert answer.status_code == 200 or 400 <= answer.status_code < 500
    state = line.probe()
    assert state.seq <= desk.seq
    assert state.hash == (entry_hash(desk.raws[state.seq - 1]) if state.seq else GENESIS)
    assert line.push().hash == desk.prev


@several
@given(change=st.data())
def test_any_damaged_entry_is_refused_and_named(centre, known, change):
    raw = bytearray(known.raws[0])
    raw[change.draw(st.integers(0, len(raw) - 1))] ^= change.draw(st.integers(1, 255))
    body = damaged_frame(known, bytes(raw))
    answer = centre.http.post(centre.url + PUSH_PATH, content=body, headers=HEADERS)
    assert_refused(answer)
    assert centre.line(known).probe().seq == 1


def damaged_frame(desk: Desk, raw: bytes) -> bytes:
    """A push of bytes that may be no COSE_Sign1 at all: signature and payload as they lie."""
    payload, signature = raw[18:-66], raw[-64:]
    kid = raw[7:15]
    writer = FrameWriter(0)
    packed = writer._squeezer.block(dumps([[0, kid, payload]]))
    frame = b"\0\x01" + len(packed).to_bytes(4) + signature + packed
    return head_of(desk, [desk.code, 1, 2, 0, 0, 0, bytes(16)]) + frame


@several
@given(
    said=st.fixed_dictionaries(
        {},
        optional={
            "act": st.text(max_size=210),
            "step": st.text(max_size=210),
            "place": st.text(max_size=10),
            "claim": st.text(max_size=210),
            "line": st.integers(-5, 2**63),
            "time": st.integers(-5, 2**63),
            "to": st.lists(st.text(max_size=210), max_size=52).map(tuple),
            "data": st.dictionaries(st.text(), anything, max_size=4),
        },
    )
)
def test_entries_of_every_content_are_borne(centre, said):
    """What can be signed is taken or refused for good; either way the chain goes on."""
    desk = centre.desk()
    try:
        desk.write(**said)
    except ValueError:
        return  # no kiosk could write this
    desk.write()
    line = centre.line(desk)
    try:
        assert line.push().seq == 3
    except Refused as refused:
        assert (refused.status, refused.seq) == (422, 2)
        assert line.push([desk.hole(2), desk.raws[2]], first=2).seq == 3


def test_an_entry_of_another_chain_is_no_entry_here(centre, known):
    thief = centre.desk()
    raw = seal_entry(
        known.entry(), Spot(known.code, 1, 2), known.prev, known.officer.kid, known.officer.sign
    )
    line = centre.line(thief)
    line.push()
    with pytest.raises(Refused) as caught:
        line.push([raw], first=2)
    assert caught.value.status == 422


@schemathesis.serializer(CONTENT_TYPE)
def as_it_is(_: object, value: object) -> bytes:
    """A body of our media type that Schemathesis made up."""
    return bytes(value) if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


def test_the_description_holds(centre):
    """Schemathesis on /openapi.json: right and wrong requests, answers as described, no 5xx."""
    described = schemathesis.openapi.from_url(f"{centre.url}/openapi.json")
    tried = set()
    for operation in (one.ok() for one in described.get_all_operations()):
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @settings(several, max_examples=15, suppress_health_check=list(HealthCheck))
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case: schemathesis.Case) -> None:
                tried.add(case.path)
                # That a body is sealed by a known key is more than a description can ask for.
                but = [positive_data_acceptance] if case.method == "POST" else []
                case.call_and_validate(excluded_checks=but)

            try:
                ask()
            except Unsatisfiable:
                assert mode is GenerationMode.NEGATIVE  # nothing can be asked wrongly
    assert tried | {"/openapi.json"} == set(described.raw_schema["paths"])
