"""Central as an HTTP service: rubbish, limits, stalled bodies, records, health."""

from __future__ import annotations

import base64
import json
import re
import socket
import time

import httpx
import pytest

from sync.central.inflow import Inflow
from sync.central.limits import Buckets, Guard, Limits, Nonces
from sync.central.refusal import Refusal
from sync.entry import dumps, sign1
from sync.push import PushHead, PushWriter
from sync.wire import (
    CONTENT_TYPE,
    MAX_BODY,
    PULL_PATH,
    PUSH_PATH,
    UNBOUND,
    Pull,
    pack_pull,
    read_problem,
    request_hash,
)
from tests.central.desks import Centre, Refused


def post(centre: Centre, path: str, body: bytes, kind: str = CONTENT_TYPE) -> httpx.Response:
    return centre.http.post(centre.url + path, content=body, headers={"content-type": kind})


def assert_plain_problem(answer: httpx.Response) -> None:
    assert 400 <= answer.status_code < 500, answer.text
    said = answer.json()
    assert said["kode"]
    assert said["pesan"]
    assert base64.b64decode(said["segel"])
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", CONTENT_TYPE, 400),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", CONTENT_TYPE, 400),
        (b"%PDF-1.7", "application/pdf", 415),
        (b"{}", "application/json", 415),
        (b"", "", 415),
        (b"\x00\x02\x81\x81", CONTENT_TYPE, 400),
        (b"\x81" * 4000, CONTENT_TYPE, 400),
        (b"\x00" * (MAX_BODY + 1), CONTENT_TYPE, 413),
    ],
)
def test_rubbish_is_refused_plainly(centre, body, kind, status):
    for path in (PUSH_PATH, PULL_PATH):
        answer = post(centre, path, body, kind)
        assert answer.status_code == status
        assert_plain_problem(answer)


def test_a_long_body_of_unknown_length_is_cut_off(new_centre):
    centre = new_centre(limits=Limits(body_bytes=50_000))
    desk = centre.desk()
    for n in range(60):
        desk.write(case=f"Z{n}", data={"x": f"{n}" * 1000})
    body = centre.line(desk).body()
    pieces = (body.body()[:200], b"\x01" * 60_000)
    answer = centre.http.post(
        centre.url + PUSH_PATH, content=iter(pieces), headers={"content-type": CONTENT_TYPE}
    )
    assert answer.status_code in (400, 413)
    assert_plain_problem(answer)
    seal = base64.b64decode(answer.json()["segel"])
    assert read_problem(seal, UNBOUND, centre.public).code in (
        "badan-tidak-terbaca",
        "terlalu-besar",
    )
    pulling = pack_pull(Pull(desk.code, 0), desk.device.kid, desk.device.sign) + bytes(5000)
    assert post(centre, PULL_PATH, pulling).status_code == 413


def half_a_push(centre: Centre, sent: bytes = b"x" * 500) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", centre.port))
    head = f"POST {PUSH_PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: {CONTENT_TYPE}\r\n"
    line.sendall(head.encode() + b"Content-Length: 100000\r\n\r\n" + sent)
    return line


def test_a_body_that_stops_half_way_is_not_waited_for(new_centre, database):
    centre = new_centre(database, Limits(chunk_seconds=0.2))
    desk = centre.desk()
    for n in range(20):
        desk.write(case=f"{n}")
    line = centre.line(desk)
    begun = time.monotonic()
    with half_a_push(centre, line.body().body()[:-10]) as stalled:
        assert b" 408 " in stalled.recv(4096).split(b"\r\n")[0]
    assert time.monotonic() - begun < 5
    assert line.probe().seq == 16  # the whole frames before are kept


def test_a_body_that_drips_is_cut_off_in_the_end(new_centre):
    centre = new_centre(limits=Limits(chunk_seconds=5, request_seconds=0.5))
    desk = centre.desk()
    body = centre.line(desk).body().body()
    with half_a_push(centre, body[:1]) as dripping:
        dripping.settimeout(0.1)
        answer = b""
        for at in range(1, 100):
            try:
                dripping.sendall(body[at : at + 1])
                answer = dripping.recv(4096)
                break
            except TimeoutError:
                continue
    assert b" 408 " in answer.split(b"\r\n")[0]


def test_a_cut_loses_at_most_the_frame_on_the_wire(centre):
    """What had arrived is kept, though the sender has gone before it was looked at."""
    desk = centre.desk()
    for n in range(400):
        desk.write(case=f"C{n}")
    line = centre.line(desk)
    half_a_push(centre, line.body().body()[:-10]).close()
    for _ in range(100):
        if line.probe().seq == 400:
            break
        time.sleep(0.05)
    assert line.probe().seq == 400


def test_a_line_cut_half_way_harms_nobody(centre, caplog):
    for _ in range(3):
        half_a_push(centre).close()
    assert centre.http.get(f"{centre.url}/healthz").status_code == 200
    assert caplog.records == []


def test_a_dictionary_of_another_version_is_told(centre):
    desk = centre.desk()
    pen = desk.device
    said = [desk.code, 1, 1, 0, 0, 99, 0, bytes(16)]
    sealed = sign1(dumps(said), pen.kid, pen.sign, b"loket-luring push 2")
    line = centre.line(desk)
    writer = PushWriter(PushHead(desk.code, 1, 1), pen.kid, pen.sign)
    writer.request = request_hash(sealed)
    with pytest.raises(Refused) as caught:
        line.send(writer, len(sealed).to_bytes(2) + sealed)
    assert (caught.value.status, caught.value.code) == (400, "kamus-tidak-dikenal")
    with pytest.raises(Refused) as caught:
        line.pull_with(pack_pull(Pull(desk.code, 0, 100, 99), pen.kid, pen.sign))
    assert (caught.value.status, caught.value.code) == (400, "kamus-tidak-dikenal")


def test_other_addresses_and_ways_are_refused_plainly(centre):
    with httpx.Client(trust_env=False, base_url=centre.url) as client:
        assert client.get("/healthz").json() == {"keadaan": "baik"}
        for answer in (client.get("/"), client.get(PUSH_PATH), client.post("/healthz")):
            assert_plain_problem(answer)
        assert client.get(PUSH_PATH).headers["allow"] == "POST"


@pytest.mark.parametrize(
    "asked",
    [
        "/v2/probe",
        "/v2/probe?kiosk=RSA&epoch=1",
        "/v2/probe?kiosk=RSA&epoch=0&nonce=AAAAAAAAAAAAAAAAAAAAAA",
        "/v2/probe?kiosk=RSA&epoch=99999999999999999999&nonce=AAAAAAAAAAAAAAAAAAAAAA",
        "/v2/probe?kiosk=RSA&epoch=1&at=-1&nonce=AAAAAAAAAAAAAAAAAAAAAA",
        "/v2/probe?kiosk=R%00A&epoch=1&nonce=AAAAAAAAAAAAAAAAAAAAAA",
        "/v2/probe?kiosk=RSA&epoch=1&nonce=%C3%A9",
        "/v2/proof?kiosk=RSA&epoch=1&seq=1",
        "/v2/growth?from=1",
        "/v2/growth?from=x&to=2",
    ],
)
def test_wrong_questions_are_refused_plainly(centre, asked):
    answer = centre.http.get(centre.url + asked)
    assert answer.status_code == 400
    assert_plain_problem(answer)


def test_an_answer_carries_few_headers(centre):
    answer = centre.http.get(f"{centre.url}/healthz")
    assert set(answer.headers) == {"content-length", "content-type"}


def test_who_asks_too_often_is_told_when_to_come_back(new_centre):
    centre = new_centre(limits=Limits(kiosk_rate=0.5, kiosk_burst=3))
    desk, other = centre.desk(), centre.desk()
    line = centre.line(desk)
    for _ in range(3):
        line.push()
    for ask in (line.push, line.pull):
        with pytest.raises(Refused) as caught:
            ask()
        assert (caught.value.status, caught.value.code) == (429, "terlalu-sering")
        assert 1 <= caught.value.wait <= 2
    assert centre.line(other).push().seq == 1
    assert line.probe().seq == 1


def test_an_address_that_floods_is_told_too(new_centre):
    centre = new_centre(limits=Limits(address_rate=1, address_burst=5))
    answers = [centre.http.get(f"{centre.url}/v2/growth?from=0&to=0") for _ in range(7)]
    assert [one.status_code for one in answers] == [200] * 5 + [429] * 2
    assert answers[-1].headers["retry-after"] == "1"


def test_buckets_forget_who_has_long_been_quiet():
    buckets = Buckets(rate=1000, burst=2)
    for n in range(50_000):
        buckets.take(str(n))
    assert len(buckets._left) <= 20_001
    slow = Buckets(rate=0.001, burst=1)
    slow.take("a")
    with pytest.raises(Refusal) as caught:
        slow.take("a")
    assert caught.value.wait == 1000


def test_nonces_are_remembered_and_bounded():
    nonces = Nonces()
    assert nonces.is_new("A", b"1")
    assert nonces.is_new("B", b"1")
    assert not nonces.is_new("A", b"1")
    for n in range(30_000):
        assert nonces.is_new("C", n.to_bytes(4))
    assert len(nonces._seen) <= 20_000


def test_a_crowd_is_asked_to_wait():
    guard = Guard(Limits(crowd=2))
    guard.at_work = 2
    assert guard.wait_ms() == 0
    guard.at_work = 12
    assert 0 <= max(guard.wait_ms() for _ in range(50)) < 5000


def test_requests_are_recorded_without_anybodys_data(new_centre, capfd):
    centre = new_centre(log=True)
    desk = centre.desk()
    desk.write(data={"isi": {"nama": "BAYI CONTOH", "nik": "1471000000000001"}})
    line = centre.line(desk)
    line.push()
    with pytest.raises(Refused):
        line.push(desk.raws, first=9)
    centre.http.get(f"{centre.url}/{'x' * 30}?nik=1471000000000001")
    said = ""
    for _ in range(1000):  # a line is written after its answer
        said += capfd.readouterr().err
        if len(found := [one for one in said.splitlines() if one.startswith("{")]) == 3:
            break
        time.sleep(0.02)
    lines = [json.loads(one) for one in found]
    assert [(one["path"], one["status"], one["code"]) for one in lines] == [
        (PUSH_PATH, 200, ""),
        (PUSH_PATH, 409, "loncat"),
        ("lain", 404, "tidak-ditemukan"),
    ]
    first = lines[0]
    assert (first["kiosk"], first["entries"]) == (desk.code, 2)
    assert first["in"] > 200
    assert first["out"] > 100
    assert set(first) == {
        *("time", "path", "kiosk", "status", "code", "in", "out", "ms", "entries")
    }
    for personal in ("CONTOH", "1471000000000001", "siti", "127.0.0.1"):
        assert personal not in json.dumps(lines)


def test_counters_are_told(centre):
    desk = centre.desk()
    centre.line(desk).push()
    answer = centre.http.get(f"{centre.url}/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    told = dict(re.findall(r"^(central_\w+(?:{[^}]*})?) ([0-9.e+]+)$", answer.text, re.M))
    assert float(told["central_entries_total"]) >= 1
    assert float(told["central_log_size"]) == centre.line(desk).probe().size
    assert any('path="/v2/push",status="200"' in name for name in told)
    assert desk.code not in answer.text


async def test_reading_ahead_is_bounded():
    """A sender faster than the database is left to wait."""
    sent = []

    class Asked:
        headers = {}

        async def stream(self):
            for n in range(40):
                sent.append(n)
                yield bytes(64 * 1024)

    async with Inflow(Asked(), Limits(), most=1 << 30) as body:
        first = await body.take()
        assert len(first) <= 6 * 64 * 1024
        assert len(sent) <= 10
        total = len(first)
        while data := await body.take():
            total += len(data)
    assert total == 40 * 64 * 1024
