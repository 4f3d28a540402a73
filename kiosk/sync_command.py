"""``kiosk sync``: exchanges with pusat without a screen."""

from __future__ import annotations

import argparse
import json
import time
from typing import TYPE_CHECKING

from kiosk.cli import complain
from kiosk.texts import say

if TYPE_CHECKING:
    from kiosk.desk.desk import Desk
    from kiosk.desk.views import StuckRow
    from kiosk.exchange import Exchange, Exchanged

LOOK_SECONDS = 0.5
"""How often ``kiosk sync`` without --once looks whether something is due, or new."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``kiosk sync`` takes besides --data."""
    parser.add_argument("--once", action="store_true", help="satu kali, lalu selesai")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Exchange, once or for ever; gives the exit code: 1 when something is in the way."""
    from kiosk.desk.desk import Desk
    from kiosk.exchange import Exchange

    desk = Desk.open(args.data)
    exchange = Exchange(desk)
    try:
        while True:
            done = exchange.run()
            stuck = [one for one in desk.link.state().stuck if one.needs_action]
            _tell(done, stuck, exchange, args.json)
            if args.once:
                return 1 if done.trouble or stuck else 0
            _wait(desk, exchange)
    except KeyboardInterrupt:
        return 0
    finally:
        exchange.close()
        desk.close()


def _tell(done: Exchanged, stuck: list[StuckRow], exchange: Exchange, as_json: bool) -> None:
    if as_json:
        said = {
            "dikirim": done.pushed,
            "diterima": done.pulled,
            "kendala": done.trouble,
            "perlu_tindakan": [
                {
                    "entri": one.ref,
                    "nomor": one.number,
                    "sebab": one.says,
                    "kali": one.tries,
                    "sejak": one.since,
                }
                for one in stuck
            ],
            "lagi_dalam_detik": round(exchange.schedule.wait),
        }
        print(json.dumps(said, ensure_ascii=False), flush=True)
        return
    if done.trouble:
        complain(done.trouble)
    for one in stuck:
        complain(
            say(
                "Perlu tindakan: entri {ref} ({number}): {says}",
                ref=one.ref,
                number=one.number or "-",
                says=one.says,
            )
        )


def _wait(desk: Desk, exchange: Exchange) -> None:
    """Until the next exchange is due; what the screen beside writes makes it due sooner."""
    ledger = desk.core.ledger
    while exchange.schedule.wait > 0:
        time.sleep(min(LOOK_SECONDS, exchange.schedule.wait))
        before = ledger.version
        ledger.renew()
        if ledger.version != before:
            exchange.schedule.acted()
