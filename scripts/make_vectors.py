"""Writes docs/protocol/vectors.json: one of everything that travels, made of fixed keys and times.

A city that writes its own central checks its code against it; so does tests/protocol, with a
reader that shares no code with this one.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sync.entry import GENESIS, Entry, Spot, entry_hash, kid_of, seal_entry  # noqa: E402
from sync.hole import seal_hole  # noqa: E402
from sync.merkle import entry_leaf, growth_path, inclusion_path, root_of  # noqa: E402
from sync.push import PushHead, PushWriter, pack_push  # noqa: E402
from sync.receipt import Receipt, seal_receipt  # noqa: E402
from sync.signing import public_of, signer_of  # noqa: E402
from sync.wire import (  # noqa: E402
    Delivered,
    Pull,
    PullPage,
    State,
    Trouble,
    pack_answer,
    pack_page,
    pack_problem,
    pack_pull,
    pack_state,
    request_hash,
)

TARGET = ROOT / "docs" / "protocol" / "vectors.json"
TIME = 1_795_000_000_000
NONCE = bytes(range(16))
_SEEDS = {"petugas": b"\x01" * 32, "kiosk": b"\x02" * 32, "pusat": b"\x03" * 32}
KEYS = {name: (kid_of(public_of(seed)), signer_of(seed)) for name, seed in _SEEDS.items()}


def _entries() -> list[tuple[Spot, bytes, bytes]]:
    rows: list[tuple[Spot, bytes, bytes]] = []
    prev = GENESIS
    acts = (
        ("permohonan", {"nomor": "RSA1-261121-0001-K", "isi": {"anak_nama": "DIMAS CONTOH"}}),
        ("serah", {"ke": "dinas", "barang": "berkas", "peran": "operator"}),
        ("hasil", {"hasil": "diajukan"}),
    )
    for seq, (act, data) in enumerate(acts, 1):
        entry = Entry(
            case=bytes(range(16)),
            act=act,
            officer="siti",
            place="rs:RSA",
            time=TIME + seq * 60_000,
            boot=b"\x0b" * 8,
            uptime=seq * 60_000,
            line=seq,
            step="1",
            to=("rs:RSA", "dinas"),
            data=data,
        )
        spot = Spot("RSA", 1, seq)
        raw = seal_entry(entry, spot, prev, *KEYS["petugas"])
        rows.append((spot, prev, raw))
        prev = entry_hash(raw)
    return rows


def vectors() -> dict[str, object]:
    """Names, and bytes as hex."""
    rows = _entries()
    raws = [raw for _, _, raw in rows]
    leaves = [entry_leaf(spot, entry_hash(raw)) for spot, _, raw in rows]
    root = root_of(leaves)

    def subtree(start: int, end: int) -> bytes:
        return root_of(leaves[start:end])

    head = PushHead("RSA", 1, 1, cursor=7, room=4096, dictionary=0, nonce=NONCE)
    push = pack_push(head, raws, *KEYS["kiosk"])
    small = PushHead("RSA", 1, 1, cursor=7, room=4096, dictionary=1, nonce=NONCE)
    more = PushHead("RSA", 1, 3, cursor=7, room=4096, dictionary=1, primed=2, nonce=NONCE)
    primed = PushWriter(more, *KEYS["kiosk"], before=raws[:2])
    primed.add(raws[2:])
    hole = seal_hole(rows[1][0], entry_hash(raws[1]), *KEYS["kiosk"])
    with_hole = pack_push(head, [raws[0], hole, raws[2]], *KEYS["kiosk"])
    pull = pack_pull(Pull("DKP", 0, 65536, 0, NONCE), *KEYS["kiosk"])
    items = [
        Delivered(index, spot, prev, raw, TIME + 500_000)
        for index, (spot, prev, raw) in enumerate(rows, 1)
    ]
    page = PullPage(items, 3, False, TIME + 600_000)
    pulled = request_hash(pull)
    receipt = seal_receipt(
        Receipt("RSA", 1, 3, entry_hash(raws[2]), 3, root, TIME + 500_000), *KEYS["pusat"]
    )
    state = State(
        "RSA", 1, 3, entry_hash(raws[2]), 1, entry_hash(raws[0]), ((1, 3),), 3, root, TIME, 0
    )
    trouble = Trouble("loncat", "Entri 4 belum sampai di pusat; kirim mulai dari situ.", 9, 4)
    sealed_head = push[2 : 2 + int.from_bytes(push[:2])]
    said: dict[str, object] = {
        "seeds": {name: seed.hex() for name, seed in _SEEDS.items()},
        "public": {name: public_of(seed).hex() for name, seed in _SEEDS.items()},
        "nonce": NONCE.hex(),
        "entries": [
            {
                "spot": [spot.kiosk, spot.epoch, spot.seq],
                "prev": prev.hex(),
                "raw": raw.hex(),
                "hash": entry_hash(raw).hex(),
                "leaf": leaf.hex(),
            }
            for (spot, prev, raw), leaf in zip(rows, leaves, strict=True)
        ],
        "push": push.hex(),
        "push_head_hash": request_hash(sealed_head).hex(),
        "push_dictionary_1": pack_push(small, raws, *KEYS["kiosk"]).hex(),
        "push_primed": primed.body().hex(),
        "push_with_hole": with_hole.hex(),
        "answer": pack_answer(
            receipt, pack_page(page, request_hash(sealed_head), *KEYS["pusat"], 0)
        ).hex(),
        "pull": pull.hex(),
        "page": pack_page(page, pulled, *KEYS["pusat"], 0).hex(),
        "state": pack_state(state, NONCE, *KEYS["pusat"]).hex(),
        "problem": pack_problem(trouble, pulled, *KEYS["pusat"]).hex(),
        "root": root.hex(),
        "inclusion_of_2_in_3": [one.hex() for one in inclusion_path(1, 3, subtree)],
        "growth_from_2_to_3": [one.hex() for one in growth_path(2, 3, subtree)],
    }
    return said


if __name__ == "__main__":
    TARGET.write_text(json.dumps(vectors(), indent=1) + "\n")
