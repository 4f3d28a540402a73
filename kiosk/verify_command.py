"""``kiosk verify``: proves the journal here, a QR code, or what pusat has."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from kiosk.cli import complain
from kiosk.texts import said, say

if TYPE_CHECKING:
    from kiosk.desk.desk import Desk
    from kiosk.desk.proofs import Proven
    from sync.entry import Spot

LONGEST_QR = 20_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``kiosk verify`` takes besides --data."""
    parser.add_argument("--resi", metavar="TEKS", help="teks QR; - dari masukan standar")
    parser.add_argument(
        "--pusat", action="store_true", help="buktikan juga bahwa pusat memiliki entri kiosk ini"
    )
    parser.add_argument("--entri", metavar="RSA/1/57", help="dengan --pusat: hanya entri ini")
    parser.add_argument("--semua", action="store_true", help="dengan --pusat: setiap entri")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Verify; gives the exit code: 1 when something is not as it should be."""
    from kiosk.desk.desk import Desk

    desk = Desk.open(args.data)
    try:
        return _resi(desk, args) if args.resi is not None else _journal(desk, args)
    finally:
        desk.close()


def _resi(desk: Desk, args: argparse.Namespace) -> int:
    text = args.resi
    if text == "-":
        text = sys.stdin.buffer.read(LONGEST_QR).decode(errors="replace")
    seen = desk.work.scan(text)
    if args.json:
        print(json.dumps({"keadaan": seen.state, "nomor": seen.number}))
    else:
        print(f"{seen.state} {seen.number} {seen.says}".strip())
    return 0 if seen.state == "sah" else 1


def _journal(desk: Desk, args: argparse.Namespace) -> int:
    from kiosk.desk.checkup import verify

    verdict = verify(desk)
    told: dict[str, object] = {
        "entri": verdict.entries,
        "rusak": verdict.bad,
        "sebab": verdict.says,
    }
    if not args.json:
        if verdict.bad:
            print(say("Entri rusak pertama: {bad}. {says}", bad=verdict.bad, says=verdict.says))
        else:
            print(say("Jurnal utuh: {entries} entri diperiksa.", entries=verdict.entries))
    good = not verdict.bad
    if args.pusat:
        proven = _at_central(desk, args)
        told["pusat"] = {
            "bukti": proven.entries,
            "akar": proven.roots,
            "catatan": proven.size,
            "rusak": proven.bad,
            "sebab": proven.says,
        }
        good = good and not proven.says
        if not args.json:
            _tell(proven)
    if args.json:
        print(json.dumps(told, ensure_ascii=False))
    return 0 if good else 1


def _tell(proven: Proven) -> None:
    if proven.says:
        print(say("Tidak terbukti {bad}: {says}", bad=proven.bad, says=proven.says))
        return
    print(
        say(
            "Terbukti: {entries} entri ada di catatan pusat ({size} entri), yang hanya bertambah"
            " sejak {roots} tanda terima.",
            entries=proven.entries,
            size=proven.size,
            roots=proven.roots,
        )
    )


def _at_central(desk: Desk, args: argparse.Namespace) -> Proven:
    from kiosk.desk.proofs import Proven, prove
    from kiosk.exchange import Exchange
    from sync.courier import LinkDown, Refused

    entry = None
    if args.entri:
        entry = _spot(args.entri)
        if entry is None:
            return Proven(says=say("Tulis entri seperti RSA/1/57."))
    if not desk.settings.central_url or not desk.settings.central_key:
        return Proven(says=say("Kiosk ini belum punya alamat pusat."))
    exchange = Exchange(desk)
    try:
        return prove(desk, exchange.courier(), entry=entry, every=args.semua)
    except (LinkDown, Refused) as error:
        complain(said(error.says))
        return Proven(says=said(error.says))
    finally:
        exchange.close()


def _spot(text: str) -> Spot | None:
    from sync.entry import Spot

    kiosk, epoch, seq, *more = [*text.strip().split("/"), "", ""]
    if any(more) or not (epoch.isdigit() and seq.isdigit()):
        return None
    return Spot(kiosk.upper(), int(epoch), int(seq))
