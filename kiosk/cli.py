"""The command line: ``kiosk`` is the screen, ``kiosk VERB`` does one thing and ends.

Exit 0: done; 1: it did not work or something is wrong with the data; 2: the call was wrong.
Answers go to stdout, messages to stderr.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from kiosk.texts import say

DATA_VARIABLE = "KIOSK_DATA"


def default_folder() -> Path:
    """The platform's folder for a kiosk's data, or what KIOSK_DATA says."""
    given = os.environ.get(DATA_VARIABLE)
    if given:
        return Path(given)
    base = os.environ.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "loket-luring"


def complain(text: str) -> int:
    """A plain line on stderr; gives exit code 1."""
    print(f"kiosk: {text}", file=sys.stderr)
    return 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in ("--data", "demo") or words[0].startswith("--data="):
        return _screen(words)
    from kiosk.commands import run

    return run(words)


def _screen(words: list[str]) -> int:
    if len(words) == 2 and words[0] == "--data":  # how a kiosk starts: no parser, it costs time
        return _show(None, Path(words[1]))
    import argparse

    ask = argparse.ArgumentParser(
        prog="kiosk",
        description="Loket Luring: loket adminduk yang tetap bekerja tanpa jaringan.",
        epilog="contoh: kiosk --data /var/lib/kiosk   |   kiosk demo",
    )
    ask.add_argument("verb", nargs="?", choices=["demo"], help="demo: mode latihan")
    ask.add_argument("--data", type=Path, default=None, metavar="DIR", help="folder data kiosk")
    args = ask.parse_args(words)
    return _show(args.verb, args.data)


def _show(verb: str | None, data: Path | None) -> int:
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        print(
            "kiosk: "
            + say("Layar kiosk perlu terminal; masukan lewat pipa atau berkas tidak dibaca."),
            file=sys.stderr,
        )
        return 2
    if verb == "demo":
        from kiosk.training import run_demo

        return run_demo(data)
    from kiosk.app import run_kiosk

    return run_kiosk(data or default_folder())


if __name__ == "__main__":
    sys.exit(main())
