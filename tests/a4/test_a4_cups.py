"""Papers through a real CUPS: raw bytes unchanged, its word no proof, its troubles in words."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from drivers.printing.cups import RAW, IppSender
from drivers.printing.feeder import Patience, State
from drivers.printing.ipp import JOB_GROUP, Operation, ask
from tests.a4.conftest import Told
from tests.a4.real_printers import CupsServer, free_port

ESCP = b"\x1b@Resi\r\n" + bytes(range(256)) * 300 + b"\x0c"
KEEP = 'cp "$6" kept 2>/dev/null || cat > kept'
QUICK = Patience(stall=2.0, pause=3.0, proof=10.0)

Cups = Callable[..., CupsServer]


def sender(cups: CupsServer, address: str = "cups:struk") -> IppSender:
    return IppSender(
        address, RAW, QUICK, name="printer dot-matrix", server=cups.server, look_every=0.1
    )


def states(cups: CupsServer) -> list[object]:
    """The states of all jobs of the queue."""
    target = sender(cups).target
    wanted = ("job-id", "job-state")
    return [
        job["job-state"][0]
        for which in ("completed", "not-completed")
        for job in ask(
            target, Operation.GET_JOBS, 5, which_jobs=which, requested_attributes=wanted
        ).every(JOB_GROUP)
    ]


def test_raw_bytes_arrive_unchanged_and_the_officer_proves_them(cups: Cups, told: Told) -> None:
    server = cups(KEEP)
    assert sender(server).send(ESCP, 4, told, threading.Event()) == State.SENT
    assert (server.folder / "kept").read_bytes() == ESCP
    assert told.names == [State.SENDING, State.SENT]


def test_a_queue_named_by_ipp_proves_no_more(cups: Cups, told: Told) -> None:
    server = cups(KEEP)
    address = f"ipp://{server.server}/printers/struk"
    assert sender(server, address).send(ESCP, 4, told, threading.Event()) == State.SENT


def test_paper_out_is_said_while_the_queue_waits(cups: Cups, told: Told) -> None:
    server = cups(
        'echo "STATE: +media-empty-error" >&2\nwhile [ ! -e filled ]; do sleep 0.05; done\n'
        f'echo "STATE: -media-empty-error" >&2\n{KEEP}'
    )
    told.at[State.PAUSED] = (server.folder / "filled").touch
    assert sender(server).send(ESCP, 4, told, threading.Event()) == State.SENT
    assert told.said(State.PAUSED) == (
        "Kertas habis di printer dot-matrix. Isi kertas; cetakan dilanjutkan sendiri."
    )


def test_a_printer_that_is_off_is_said(cups: Cups, told: Told) -> None:
    server = cups(
        'echo "STATE: +offline-report" >&2\nwhile [ ! -e on ]; do sleep 0.05; done\n'
        f'echo "STATE: -offline-report" >&2\n{KEEP}'
    )
    told.at[State.PAUSED] = (server.folder / "on").touch
    assert sender(server).send(ESCP, 4, told, threading.Event()) == State.SENT
    assert "Tidak ada sambungan ke printer dot-matrix" in told.said(State.PAUSED)


def test_a_failed_backend_is_asked_about(cups: Cups, told: Told) -> None:
    server = cups("exit 1")
    assert sender(server).send(ESCP, 4, told, threading.Event()) == State.UNKNOWN
    assert "Lihat" in told.said(State.UNKNOWN)
    assert len(states(server)) == 1


def test_a_stopped_queue_names_the_command_that_cures_it(cups: Cups, told: Told) -> None:
    server = cups("exit 1", "stop-printer")
    assert sender(server).send(ESCP, 4, told, threading.Event()) == State.UNKNOWN
    assert "sudo cupsenable struk" in told.said(State.PAUSED)
    assert sender(server).send(ESCP, 5, told, threading.Event()) == State.QUEUED
    assert "sudo cupsenable struk" in told.said(State.QUEUED)


def test_stopped_by_the_officer_the_job_leaves_the_queue(cups: Cups, told: Told) -> None:
    server = cups("while :; do sleep 0.1; done")
    stop = threading.Event()
    timer = threading.Timer(1.0, stop.set)
    timer.start()
    assert sender(server).send(ESCP, 4, told, stop) == State.UNKNOWN
    assert states(server) == [7]


def test_no_such_queue_and_no_cups_leave_it_queued(cups: Cups, told: Told) -> None:
    server = cups(KEEP)
    lost = sender(server, "cups:tidak-ada")
    assert lost.send(ESCP, 4, told, threading.Event()) == State.QUEUED
    assert "Alamat printer dot-matrix tidak benar lagi" in told.said(State.QUEUED)
    nobody = IppSender("cups:struk", RAW, QUICK, server=f"127.0.0.1:{free_port()}")
    assert nobody.send(ESCP, 4, told, threading.Event()) == State.QUEUED
    assert "sudo systemctl start cups" in told.said(State.QUEUED)


def test_what_tell_raises_passes_and_nothing_is_sent(cups: Cups) -> None:
    server = cups(KEEP)

    def full(*_: object) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        sender(server).send(ESCP, 4, full, threading.Event())
    assert states(server) == []
