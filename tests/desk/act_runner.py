"""A desk at work in a process of its own, to be killed: every act, and then its confirmation.

Usage: python act_runner.py FOLDER OFFICER PIN. Each line of stdout is something an officer has
been told, so it must never be lost.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from kiosk.desk.desk import Desk  # noqa: E402
from kiosk.desk.views import Refusal  # noqa: E402
from kiosk.press import Press  # noqa: E402
from kiosk.training import sample_birth  # noqa: E402


def tell(*words: object) -> None:
    print(*words, flush=True)


def main(folder: Path, officer: str, pin: str) -> None:
    desk = Desk.open(folder)
    desk.printing.recover()
    desk.session.login(officer, pin)
    press = Press(desk)
    today = desk.intake.today()
    n = desk.work.count("semua")
    tell("ready")
    while True:
        n += 1
        values = sample_birth(n, today)
        desk.intake.save_draft("kelahiran", values, "telepon")
        tell("draft", values["anak_nama"])
        (made,) = desk.intake.submit("kado-camer", values)
        tell("made", made.number)
        for _ in range(press.run()):
            tell("printed")
        if n % 3 == 0:
            hand_over(desk)


def hand_over(desk: Desk) -> None:
    """What is ready leaves; a neighbour on the same folder may have been quicker."""
    for group in desk.batches.ready():
        rows = [row.number for row in group.rows]
        try:
            batch = desk.batches.hand_over(group.kind, group.target, rows, len(rows))
        except Refusal as refused:
            tell("refused", refused)
        else:
            tell("batch", batch)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
