"""Power cuts and neighbours: real processes, SIGKILL at random moments, nothing confirmed lost."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

from kiosk.desk.checkup import verify
from kiosk.desk.desk import Desk
from kiosk.press import Press
from tests.desk.world import PINS, World, same_after_rebuild

RUNNER = Path(__file__).with_name("act_runner.py")
ROOT = Path(__file__).parents[2]


def start(folder: Path, officer: str) -> subprocess.Popen[str]:
    runner = subprocess.Popen(
        [sys.executable, str(RUNNER), str(folder), officer, PINS[officer]],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert runner.stdout is not None
    first = runner.stdout.readline()
    assert first == "ready\n", runner.communicate()[1]
    return runner


def kill(runner: subprocess.Popen[str]) -> list[list[str]]:
    """SIGKILL; gives what had been confirmed."""
    assert runner.poll() is None, runner.communicate()[1]
    runner.send_signal(signal.SIGKILL)
    out, err = runner.communicate()
    assert err == ""
    return [line.split(maxsplit=1) for line in out.splitlines(keepends=True) if line[-1] == "\n"]


def numbers_of(desk: Desk) -> list[str]:
    return [row.number for row in desk.work.everything()]


def healthy(desk: Desk) -> None:
    """The journal is whole, no number was given twice or left out, the tables are the journal's."""
    assert verify(desk).bad == ""
    numbers = numbers_of(desk)
    serials = sorted(int(number.split("-")[2]) for number in numbers)
    assert serials == list(range(1, len(numbers) + 1))
    assert same_after_rebuild(desk)


def papers(folder: Path) -> list[str]:
    return sorted(path.stem for path in (folder / "kertas").glob("*.bin"))


def test_killed_at_random_moments_nothing_confirmed_is_lost(offline: World) -> None:
    folder = offline.folder("RSA")
    chance = Random()
    made: list[str] = []
    batches: list[str] = []
    printed = 0
    for _ in range(6):
        runner = start(folder, "siti")
        time.sleep(chance.uniform(0.0, 0.5))
        said = kill(runner)
        made += [words[1].strip() for words in said if words[0] == "made"]
        batches += [words[1].strip() for words in said if words[0] == "batch"]
        printed += sum(1 for words in said if words[0] == "printed\n")

        desk = offline.sit("siti")
        desk.printing.recover()
        healthy(desk)
        numbers = numbers_of(desk)
        assert set(made) <= set(numbers) and len(set(made)) == len(made)
        known = {row.number: row for row in desk.batches.recent()}
        assert set(batches) <= set(known)
        assert all(len(desk.batches.items(batch)) == row.count > 0 for batch, row in known.items())
        if said and said[-1][0] == "draft":
            # Typed and confirmed: still there, or already the case it became.
            name = said[-1][1].strip()
            draft = desk.intake.draft("kelahiran")
            kept = draft is not None and draft.values["anak_nama"] == name
            assert kept or name in {row.name for row in desk.work.everything()}
        # Each case has its two papers in the queue, each batch its list.
        jobs = desk.printing.jobs(10_000)
        assert sorted((job.paper, job.number) for job in jobs) == sorted(
            [(paper, number) for paper in ("resi", "kartu") for number in numbers]
            + [("daftar", batch) for batch in known]
        )
        # What was being sent is asked about, not sent again.
        states = {job.name: job.state for job in jobs}
        assert set(states.values()) <= {"QUEUED", "PRINTED", "UNKNOWN"}
        out = papers(folder)
        assert len(out) >= printed
        assert all(states[name] in ("PRINTED", "UNKNOWN") for name in out)
        assert all(name in out for name, state in states.items() if state == "PRINTED")
        offline.shut("RSA")
    assert len(made) > 3

    desk = offline.sit("siti")
    asked = desk.printing.unanswered()
    Press(desk).run()
    assert [job.id for job in desk.printing.unanswered()] == [job.id for job in asked]
    for job in asked:
        desk.printing.decide(job.id, "tercetak" if job.name in papers(folder) else "batal")
    out = papers(folder)
    assert len(out) == len(set(out)) and not [name for name in out if name.endswith("-2")]
    assert len(out) >= 2 * len(numbers_of(desk)) - len(asked)


def test_a_paper_that_was_being_sent_is_asked_about(offline: World) -> None:
    (number,) = offline.take_in(1)
    desk = offline.desk("RSA")
    taken = desk.printing.spool.next_for("virtual", ["resi"])
    assert taken is not None
    desk.printing.spool.begin(taken.id, "virtual", b"some bytes")
    offline.shut("RSA")  # the power goes before the printer has answered
    desk = offline.sit("siti")
    assert desk.printing.recover() == 1 and desk.printing.recover() == 0
    (job,) = desk.printing.unanswered()
    assert (job.state, job.number) == ("UNKNOWN", number)
    assert Press(desk).run() == 1
    assert taken.name not in papers(offline.folder("RSA"))
    desk.printing.decide(job.id, "ulang")
    Press(desk).run()
    assert f"resi-{number}-salinan1" in papers(offline.folder("RSA"))


def test_neighbours_on_one_folder_never_fork_the_chain(world: World) -> None:
    """Two desks and ``kiosk sync --once`` write side by side."""
    folder = world.folder("RSA")
    runners = [start(folder, officer) for officer in ("siti", "murni")]
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-m", "kiosk", "sync", "--once", "--data", str(folder)],
            capture_output=True,
            cwd=ROOT,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")
    said = [words for runner in runners for words in kill(runner)]
    made = [words[1].strip() for words in said if words[0] == "made"]
    world.meet("RSA", "DKP")
    ward = world.sit("siti")
    healthy(ward)
    assert set(made) <= set(numbers_of(ward)) and len(set(made)) == len(made)
    assert {placed.entry.officer for placed in ward.core.journal.all_placed()} >= {"siti", "murni"}
    assert ward.link.state().waiting == 0
    assert numbers_of(world.desk("DKP")) == numbers_of(ward)
    assert verify(world.desk("DKP")).bad == ""
