"""``kiosk purge``: removes the content of closed cases past their retention."""

from __future__ import annotations

import argparse
import json

from kiosk.clock import stamp
from kiosk.texts import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``kiosk purge`` takes besides --data."""
    parser.add_argument("--dry-run", action="store_true", help="hanya tampilkan, tanpa menghapus")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Purge, or only say what would go; gives the exit code."""
    from kiosk.desk.desk import Desk
    from kiosk.desk.purge import purge

    desk = Desk.open(args.data)
    try:
        days = desk.settings.retention_days
        lines = purge(desk, dry_run=args.dry_run)
    finally:
        desk.close()
    for line in lines:
        if args.json:
            said = {
                "nomor": line.number,
                "dibuka": line.created,
                "ditutup": line.closed,
                "entri": line.entries,
                "hash": line.hash.hex(),
            }
            print(json.dumps(said))
        else:
            print(f"{line.number}  {stamp(line.created)}  {stamp(line.closed)}")
    if args.json:
        return 0
    if not days:
        print(say("Masa simpan belum ditetapkan (retention_days): tidak ada yang dihapus."))
    elif args.dry_run:
        print(say("{n} kasus dapat dihapus isinya.", n=len(lines)))
    else:
        print(say("Isi {n} kasus dihapus; nomor, tanggal dan hash tetap.", n=len(lines)))
    return 0
