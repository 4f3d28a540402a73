"""``python -m bench``: all benches, written to bench/RESULTS.md; ``python -m bench start``: one."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import desk, keys, report, start
from bench.figure import Figure
from bench.fill import Filled, fill

Bench = Callable[[Filled, int], list[Figure]]
# The desk comes last: it writes to the folder.
BENCHES: dict[str, Bench] = {"start": start.measure, "keys": keys.measure, "desk": desk.measure}


def main() -> int:
    """Run the benches; 1 when a figure is over its bound."""
    ask = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    ask.add_argument("benches", nargs="*", metavar="BENCH", help=f"of {', '.join(BENCHES)}")
    ask.add_argument("--cases", type=int, default=100_000, help="synthetic cases in the store")
    ask.add_argument("--runs", type=int, default=11, help="runs of each side")
    ask.add_argument("--data", type=Path, help="keep the filled folder here, and use it again")
    args = ask.parse_args()
    unknown = set(args.benches) - set(BENCHES)
    if unknown:
        ask.error(f"no such bench: {', '.join(sorted(unknown))}")
    # Not in memory: the commits that are measured want a disk.
    disk = "/var/tmp" if Path("/var/tmp").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="loket-bench-", dir=disk) as folder:
        print(f"filling {args.cases:,} cases ...", file=sys.stderr, flush=True)
        filled = fill(args.data or Path(folder) / "kiosk", args.cases)
        figures: list[Figure] = []
        for name in args.benches or BENCHES:
            print(f"{name} ...", file=sys.stderr, flush=True)
            figures += BENCHES[name](filled, args.runs)
    print(report.table(figures))
    if not args.benches:
        print(f"\nwritten to {report.write(figures, filled.cases, args.runs)}", file=sys.stderr)
    return 0 if all(figure.ok for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
