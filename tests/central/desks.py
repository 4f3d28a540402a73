"""Kiosks reduced to a chain and a connection, for the tests of central."""

from __future__ import annotations

import itertools
import uuid
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from sync.central.admit import admit
from sync.entry import GENESIS, Entry, Spot, entry_hash, kid_of, loads, seal_entry
from sync.frames import Item
from sync.hole import Hole, seal_hole
from sync.push import PushHead, PushWriter
from sync.receipt import Receipt, read_receipt
from sync.signing import public_of, signer_of
from sync.wire import (
    CONTENT_TYPE,
    GROWTH_PATH,
    PROBE_PATH,
    PROOF_PATH,
    PULL_PATH,
    PUSH_PATH,
    UNBOUND,
    EntryError,
    Pull,
    PullPage,
    State,
    make_nonce,
    pack_pull,
    read_answer,
    read_kept,
    read_page,
    read_problem,
    read_state,
    request_hash,
)

_codes = (f"K{number:03d}" for number in itertools.count(1))


class Pen:
    """A private key and its names."""

    def __init__(self) -> None:
        seed = uuid.uuid4().bytes + uuid.uuid4().bytes
        self.sign = signer_of(seed)
        self.public = public_of(seed)
        self.kid = kid_of(self.public)


def case_of(text: str) -> bytes:
    return uuid.uuid5(uuid.NAMESPACE_OID, text).bytes


@dataclass
class Desk:
    """What a kiosk wrote, in order: ``raws``. A branch begins after entry ``since``."""

    code: str
    address: str
    epoch: int = 1
    device: Pen = field(default_factory=Pen)
    officer: Pen = field(default_factory=Pen)
    raws: list[bytes] = field(default_factory=list)
    since: int = 0
    root: bytes = GENESIS

    @property
    def prev(self) -> bytes:
        return entry_hash(self.raws[-1]) if self.raws else self.root

    @property
    def seq(self) -> int:
        return self.since + len(self.raws)

    def entry(self, act: str = "permohonan", case: str = "A", **more: Any) -> Entry:
        said: dict[str, Any] = {
            "case": case_of(case) if case else bytes(16),
            "act": act,
            "officer": "siti",
            "place": self.address,
            "time": 1_795_000_000_000 + self.seq,
            "boot": b"boot-id1",
            "uptime": 1000 + self.seq,
            "line": self.seq + 1,
            "to": ("dinas",),
        }
        return Entry(**(said | more))

    def seal(self, entry: Entry, pen: Pen | None = None) -> bytes:
        pen = pen or self.officer
        spot = Spot(self.code, self.epoch, self.seq + 1)
        raw = seal_entry(entry, spot, self.prev, pen.kid, pen.sign)
        self.raws.append(raw)
        return raw

    def write(self, act: str = "permohonan", case: str = "A", **more: Any) -> bytes:
        return self.seal(self.entry(act, case, **more))

    def announce(self, pen: Pen | None = None, officer: str = "siti", **more: Any) -> bytes:
        data = {
            "petugas": officer,
            "nama": "Siti Contoh",
            "inisial": "SC",
            "peran": ["operator"],
            "tempat": self.address,
            "kunci": (pen or self.officer).public,
        }
        entry = self.entry("kunci", officer=self.code, case="", to=("*",), data=data | more)
        return self.seal(entry, self.device)

    def copy(self, epoch: int = 0, upto: int | None = None) -> Desk:
        """The same keys; a copy of the chain so far, or another epoch's empty one."""
        raws = [] if epoch else self.raws[:upto]
        return Desk(self.code, self.address, epoch or self.epoch, self.device, self.officer, raws)

    def branch(self, epoch: int, since: int) -> Desk:
        """A branch of this chain after entry ``since``."""
        root = entry_hash(self.raws[since - 1]) if since else GENESIS
        return Desk(
            self.code, self.address, epoch, self.device, self.officer, since=since, root=root
        )

    def hole(self, seq: int, pen: Pen | None = None) -> Hole:
        """What stands for the entry at ``seq``."""
        pen = pen or self.device
        digest = entry_hash(self.raws[seq - 1 - self.since])
        return seal_hole(Spot(self.code, self.epoch, seq), digest, pen.kid, pen.sign)


class Refused(Exception):
    """Central refused; its seal held."""

    def __init__(self, answer: httpx.Response, public: bytes, bound: bytes) -> None:
        said = answer.json()
        seal = b64decode(said["segel"], validate=True)
        try:
            trouble = read_problem(seal, bound, public)
        except EntryError:
            trouble = read_problem(seal, UNBOUND, public)
        super().__init__(trouble.code)
        assert (trouble.code, trouble.says) == (said["kode"], said["pesan"])
        self.status = answer.status_code
        self.code, self.says = trouble.code, trouble.says
        self.seq, self.expected = trouble.seq, trouble.expected
        self.receipt = read_kept(trouble, public)
        self.wait = int(answer.headers.get("retry-after", 0))


@dataclass
class Line:
    """A connection of a desk to central."""

    url: str
    public: bytes
    desk: Desk
    http: httpx.Client

    def body(
        self,
        items: Sequence[Item] | None = None,
        first: int = 0,
        cursor: int = 0,
        room: int = 0,
    ) -> PushWriter:
        """A push of ``items``, by default of all that the desk wrote."""
        desk = self.desk
        if items is None:
            items, first = desk.raws, desk.since + 1
        head = PushHead(desk.code, desk.epoch, first or desk.since + 1, cursor, room)
        writer = PushWriter(head, desk.device.kid, desk.device.sign)
        writer.add(items)
        return writer

    def send(
        self, writer: PushWriter, body: bytes | None = None
    ) -> tuple[Receipt, PullPage | None]:
        raw = self._ask("POST", PUSH_PATH, writer.request, body or writer.body())
        receipt, page = read_answer(raw)
        read = read_page(page, writer.request, self.public) if page else None
        return read_receipt(receipt, self.public), read

    def push(self, items: Sequence[Item] | None = None, first: int = 0) -> Receipt:
        return self.send(self.body(items, first))[0]

    def pull(self, cursor: int = 0, room: int = 1 << 20) -> PullPage:
        pull = Pull(self.desk.code, cursor, room)
        return self.pull_with(pack_pull(pull, self.desk.device.kid, self.desk.device.sign))

    def pull_with(self, body: bytes) -> PullPage:
        bound = request_hash(body)
        return read_page(self._ask("POST", PULL_PATH, bound, body), bound, self.public)

    def probe(self, at: int = 0, epoch: int = 0) -> State:
        nonce = make_nonce()
        said = urlsafe_b64encode(nonce).rstrip(b"=").decode()
        asked = f"?kiosk={self.desk.code}&epoch={epoch or self.desk.epoch}&at={at}&nonce={said}"
        return read_state(self._ask("GET", PROBE_PATH + asked, UNBOUND), nonce, self.public)

    def proof(self, spot: Spot, size: int) -> tuple[int, list[bytes]]:
        asked = f"?kiosk={spot.kiosk}&epoch={spot.epoch}&seq={spot.seq}&size={size}"
        index, path = loads(self._ask("GET", PROOF_PATH + asked, UNBOUND))
        return index, path

    def growth(self, first: int, second: int) -> list[bytes]:
        return loads(self._ask("GET", f"{GROWTH_PATH}?from={first}&to={second}", UNBOUND))

    def _ask(self, method: str, path: str, bound: bytes, body: bytes | None = None) -> bytes:
        headers = {"content-type": CONTENT_TYPE} if body is not None else None
        answer = self.http.request(method, self.url + path, content=body, headers=headers)
        if answer.status_code != 200:
            raise Refused(answer, self.public, bound)
        return answer.content


@dataclass
class Centre:
    """A central at work."""

    folder: Path
    database: str
    public: bytes
    port: int

    def __post_init__(self) -> None:
        self.http = httpx.Client(trust_env=False, timeout=60)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def line(self, desk: Desk, fresh: bool = False) -> Line:
        http = httpx.Client(trust_env=False, timeout=60) if fresh else self.http
        return Line(self.url, self.public, desk, http)

    def desk(self, address: str = "", announced: bool = True, admitted: bool = True) -> Desk:
        """A newly admitted kiosk, by default with its officer's key announced."""
        code = next(_codes)
        desk = Desk(code, address or f"rs:{code}")
        if admitted:
            self.admit(desk)
        if announced:
            desk.announce()
        return desk

    def admit(self, desk: Desk, **more: Any) -> None:
        public = desk.device.public
        admit(
            self.folder,
            desk.code,
            "RS Contoh",
            desk.address,
            public,
            database=self.database,
            **more,
        )
