"""A PDF on a real IPP printer (ippeveprinter): printed, paused, failed, cut off, stopped."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from drivers.printing.cups import IppSender
from drivers.printing.feeder import Patience, State
from drivers.printing.ipp import JOB_GROUP, Operation, ask
from tests.a4.conftest import Told
from tests.a4.real_printers import EvePrinter, free_port

PDF = b"%PDF-1.4\n" + bytes(range(256)) * 400 + b"\n%%EOF\n"
QUICK = Patience(stall=3.0, pause=20.0, proof=10.0)

Eve = Callable[..., EvePrinter]


def sender(uri: str, patience: Patience = QUICK) -> IppSender:
    return IppSender(uri, patience=patience, look_every=0.1)


def jobs(uri: str) -> list[int]:
    """The states of all jobs that the printer knows."""
    target = sender(uri).target
    wanted = ("job-id", "job-state")
    return [
        job["job-state"][0]
        for which in ("completed", "not-completed")
        for job in ask(
            target, Operation.GET_JOBS, 5, which_jobs=which, requested_attributes=wanted
        ).every(JOB_GROUP)
    ]


def test_printed_on_the_printers_own_word(eve: Eve, told: Told) -> None:
    printer = eve()
    assert sender(printer.uri).send(PDF, 1, told, threading.Event()) == State.PRINTED
    assert (printer.folder / "kept").read_bytes() == PDF
    assert told.names == [State.SENDING, State.SENT, State.PRINTED]
    assert told.states[0][1] == 0
    assert told.states[-1][1] == len(PDF)


def test_an_encrypted_printer_with_a_certificate_of_its_own(eve: Eve, told: Told) -> None:
    printer = eve()
    uri = printer.uri.replace("ipp:", "ipps:")
    assert sender(uri).send(PDF, 1, told, threading.Event()) == State.PRINTED
    assert (printer.folder / "kept").read_bytes() == PDF


def test_sending_is_told_before_anything_leaves(eve: Eve, told: Told) -> None:
    printer = eve()
    known: list[int] = []
    told.at[State.SENDING] = lambda: known.append(len(jobs(printer.uri)))
    sender(printer.uri).send(PDF, 1, told, threading.Event())
    assert known[0] == 0


def test_paper_out_in_the_middle_is_said_and_goes_on_by_itself(eve: Eve, told: Told) -> None:
    printer = eve(
        'echo "STATE: +media-empty" >&2; while [ ! -e filled ]; do sleep 0.05; done\n'
        'echo "STATE: -media-empty" >&2; sleep 0.5; cp "$1" kept'
    )
    told.at[State.PAUSED] = (printer.folder / "filled").touch
    patience = Patience(stall=0.5, proof=10.0)
    assert sender(printer.uri, patience).send(PDF, 1, told, threading.Event()) == State.PRINTED
    assert told.said(State.PAUSED) == (
        "Kertas habis di printer A4. Isi kertas; cetakan dilanjutkan sendiri."
    )
    assert told.names[:3] == [State.SENDING, State.PAUSED, State.SENDING]
    assert told.names[-2:] == [State.SENT, State.PRINTED]


def test_an_empty_tray_is_said_and_a_stop_takes_the_job_back(eve: Eve, told: Told) -> None:
    printer = eve()
    printer.empty_the_tray()
    stop = threading.Event()
    told.at[State.PAUSED] = stop.set
    patience = Patience(stall=0.5, proof=10.0)
    assert sender(printer.uri, patience).send(PDF, 1, told, stop) == State.UNKNOWN
    assert "Kertas habis di printer A4" in told.said(State.PAUSED)
    assert jobs(printer.uri) in ([7], [5])
    assert not (printer.folder / "kept").exists()


def test_an_aborted_job_is_asked_about(eve: Eve, told: Told) -> None:
    printer = eve("exit 1")
    assert sender(printer.uri).send(PDF, 1, told, threading.Event()) == State.UNKNOWN
    assert "dibatalkan oleh printer A4" in told.said(State.UNKNOWN)
    assert len(jobs(printer.uri)) == 1


def test_nobody_there_leaves_it_queued(told: Told) -> None:
    uri = f"ipp://127.0.0.1:{free_port()}/ipp/print"
    assert sender(uri).send(PDF, 1, told, threading.Event()) == State.QUEUED
    assert told.states == [
        (
            State.QUEUED,
            0,
            "Tidak ada sambungan ke printer A4. Periksa kabel dan nyalakan printernya.",
        )
    ]


def test_a_wrong_path_or_format_leaves_it_queued(eve: Eve, told: Told) -> None:
    printer = eve()
    wrong = printer.uri.replace("/ipp/print", "/lain")
    assert sender(wrong).send(PDF, 1, told, threading.Event()) == State.QUEUED
    raw = IppSender(printer.uri, "application/vnd.cups-raw", QUICK)
    assert raw.send(PDF, 1, told, threading.Event()) == State.QUEUED
    assert "tidak diterima printer A4" in told.said(State.QUEUED)
    assert jobs(printer.uri) == []


def test_stopped_while_it_prints_the_job_is_cancelled(eve: Eve, told: Told) -> None:
    printer = eve("sleep 8; touch printed")
    stop = threading.Event()
    told.at[State.PAUSED] = told.at[State.SENDING] = threading.Timer(1.0, stop.set).start
    with suppress(RuntimeError):  # a timer starts once
        sender(printer.uri).send(PDF, 1, told, stop)
    assert told.states[-1][0] == State.UNKNOWN
    assert "dihentikan" in told.said(State.UNKNOWN)
    assert not (printer.folder / "printed").exists()


def test_what_never_ends_is_given_up_and_cancelled(eve: Eve, told: Told) -> None:
    printer = eve("sleep 60")
    patience = Patience(stall=2.0, pause=2.0, proof=1.0)
    assert sender(printer.uri, patience).send(PDF, 1, told, threading.Event()) == State.UNKNOWN
    assert "terlalu lama" in told.said(State.UNKNOWN)


class Cutter(threading.Thread):
    """Passes one printer's bytes on, and cuts the connection of the print request where told."""

    def __init__(self, printer: int, *, before_answer: bool = False, after: int = 0) -> None:
        super().__init__(daemon=True)
        self.line = socket.create_server(("127.0.0.1", 0))
        self.uri = f"ipp://127.0.0.1:{self.line.getsockname()[1]}/ipp/print"
        self.printer = printer
        self.before_answer = before_answer
        self.after = after
        self.cut = False
        self.start()

    def run(self) -> None:
        with suppress(OSError):
            while True:
                client = self.line.accept()[0]
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        server = socket.create_connection(("127.0.0.1", self.printer))
        back = threading.Thread(target=self._back, args=(server, client), daemon=True)
        self.sent = 0
        back.start()
        with suppress(OSError):
            while data := client.recv(65536):
                if self.sent or b"%PDF" in data:
                    self.sent += len(data)
                if self.after and self.sent > self.after and not self.cut:
                    self.cut = True
                    break
                server.sendall(data)
        for one in (server, client):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _back(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                if self.before_answer and self.sent and not self.cut:
                    self.cut = True
                    break
                client.sendall(data)
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)


def test_the_answer_is_lost_and_the_job_found_by_its_name(eve: Eve, told: Told) -> None:
    printer = eve('sleep 0.5; cp "$1" kept')
    way = Cutter(printer.port, before_answer=True)
    assert sender(way.uri).send(PDF, 1, told, threading.Event()) == State.SENT
    assert way.cut
    assert (printer.folder / "kept").read_bytes() == PDF
    assert len(jobs(printer.uri)) == 1


def test_half_a_paper_that_the_printer_calls_completed_is_asked_about(eve: Eve, told: Told) -> None:
    printer = eve()
    way = Cutter(printer.port, after=200_000)
    assert sender(way.uri).send(PDF * 200, 1, told, threading.Event()) == State.UNKNOWN
    assert way.cut
    assert "putus saat mengirim" in told.said(State.UNKNOWN)
    assert len(jobs(printer.uri)) <= 1


def test_a_printer_that_dies_while_printing_is_asked_about(
    eve: Eve, told: Told, place: Path
) -> None:
    printer = eve("touch begun; sleep 30")
    patience = Patience(stall=1.0, pause=2.0, proof=5.0)
    told.at[State.PAUSED] = lambda: None

    def die() -> None:
        while not (place / "begun").exists():
            threading.Event().wait(0.02)
        printer.end()

    dying = threading.Thread(target=die)
    dying.start()
    assert sender(printer.uri, patience).send(PDF, 1, told, threading.Event()) == State.UNKNOWN
    dying.join()
    assert "Tidak ada sambungan" in told.said(State.PAUSED)
