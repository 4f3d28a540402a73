"""``python -m bench.sync push|ingest|growth|memory|all``: each writes its part of RESULTS.md."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial

from bench import report
from bench.sync import growth, ingest, memory, push
from bench.sync.verdict import Section

Measure = Callable[[Callable[[str], None]], Section]


def main() -> int:
    """Run what is asked for; 1 when a bound is not met."""
    ask = argparse.ArgumentParser(prog="python -m bench.sync", description=__doc__)
    names = ("push", "ingest", "growth", "memory")
    ask.add_argument("bench", choices=(*names, "all"))
    ask.add_argument("--cases", type=int, default=500, help="of a full push and of the ingest")
    ask.add_argument("--entries", type=int, default=100_000, help="most of growth and of memory")
    ask.add_argument("--dry", action="store_true", help="print only, do not write RESULTS.md")
    args = ask.parse_args()
    measures: dict[str, Measure] = {
        "push": partial(push.measure, args.cases),
        "ingest": partial(ingest.measure, args.cases),
        "growth": partial(growth.measure, args.entries),
        "memory": partial(memory.measure, args.entries),
    }
    began = time.monotonic()

    def tell(text: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {text} ...", file=sys.stderr, flush=True)

    met = True
    for name in names if args.bench == "all" else (args.bench,):
        section = measures[name](tell)
        print(section.text(), flush=True)
        if not args.dry:
            report.put(section.text())
        met = met and section.met
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
