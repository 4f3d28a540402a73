"""kiosk doctor: devices are put to use, asked, tried, and written down."""

from __future__ import annotations

import json
import os
import threading
import tty
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from config.devices import Device, load_devices
from drivers.barcodes import readers
from drivers.presence.found import Found
from kiosk.cli import main
from kiosk.doctor import Doctor, Finding
from kiosk.doctor_ears import Heard, hear, typed
from kiosk.doctor_talk import report
from kiosk.doctor_trials import Trials
from tests.barcodes.hidpos_unit import reports
from tests.barcodes.test_hidpos_scanner import ADDRESS as HIDPOS
from tests.barcodes.test_hidpos_scanner import Unit
from tests.desk.world import World
from tests.devices import sysfs_tree as usb
from tests.devices.escl_server import EsclServer
from tests.devices.printer_model import Skills
from tests.devices.sysfs_tree import SysfsTree
from tests.devices.tcp_printer import TcpPrinter
from tests.documents.sane_world import Sane

MUTE = Skills(dle_eot=False, asb=False, gs_r=False, gs_h=False)
CODE = "UJI-RSA"


@pytest.fixture(autouse=True)
def sane(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sane:
    """No scanner but those that a test names."""
    monkeypatch.setenv("SANE_CONFIG_DIR", str(tmp_path / "sane"))
    private = Sane(tmp_path / "sane")
    (private.folder / "dll.conf").write_text("")
    return private


def doctor(folder: Path, *more: str) -> int:
    return main(["doctor", "--data", str(folder), *more])


def nothing_heard(prompt: str, scanners: Sequence[Device], tell: Callable[[str], None]) -> Heard:
    del prompt, scanners, tell
    return Heard()


class Talk:
    """A person's answers, by the beginnings of the questions; "t" to every other one."""

    def __init__(self, folder: Path, found: frozenset[Found] = frozenset(), **answers: str) -> None:
        self.patient = Doctor(folder, found)
        self.asked: list[str] = []
        self.told: list[str] = []
        self.looked: list[tuple[int, int]] = []
        self._answers = answers

    def answer(self, question: str) -> str:
        self.asked.append(question)
        for path in self.patient.folder.glob("pratinjau/*.png"):
            with Image.open(path) as picture:
                self.looked.append(picture.size)
        return next((a for q, a in self._answers.items() if question.startswith(q)), "t")

    def run(self, listens: Callable[..., Heard] = nothing_heard) -> list[Finding]:
        findings = self.patient.examine()
        Trials(self.patient, self.answer, self.told.append, listens).run(findings)
        return findings


# -- printers --------------------------------------------------------------------------------


def test_a_printer_is_put_to_use_with_the_proof_it_can_give(
    offline: World, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = offline.folder("RSA")
    with TcpPrinter() as able, TcpPrinter(MUTE) as cheap:
        assert (
            doctor(folder, "--use", able.address, "--profile", "80-epson", "--papers", "resi") == 0
        )
        assert doctor(folder, "--use", cheap.address, "--profile", "58-polos") == 0
        devices = load_devices(folder)
        assert devices.find(able.address).proof == "process"
        assert devices.find(cheap.address).proof == "officer"
        assert devices.papers == {"resi": able.address}
        capsys.readouterr()
        doctor(folder, "--json")
        facts = json.loads(capsys.readouterr().out)
        one = next(one for one in facts["devices"] if one["address"] == able.address)
        assert one["in_use"] and one["abilities"]["gs_h"] and one["trouble"] == ""
        assert able.papers == [] and cheap.papers == []


def test_what_is_wrong_is_said_and_is_the_exit_code(
    offline: World, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = offline.folder("RSA")
    with TcpPrinter() as unit:
        doctor(folder, "--use", unit.address, "--profile", "80")
    capsys.readouterr()
    assert doctor(folder) == 1
    assert "Printer 127.0.0.1" in capsys.readouterr().out
    assert doctor(folder, "--use", "usb:xyz") == 1
    assert doctor(folder, "--use", "virtual", "--profile", "dot") == 1
    assert doctor(folder, "--use", "virtual", "--papers", "struk") == 1
    assert "struk" in capsys.readouterr().err


def test_a_test_page_is_printed_looked_at_and_scanned(offline: World) -> None:
    """Wrong codes are called wrong; after the third nothing is written down."""
    folder = offline.folder("RSA")
    scans = iter([Heard("UJI-SALAH"), Heard(garbage=True), Heard("8991002101234"), Heard(CODE)])
    with TcpPrinter() as unit:
        doctor(folder, "--use", unit.address, "--profile", "80-epson", "--name", "Loket 1")
        talk = Talk(folder, **{"Cetak halaman uji di Loket 1": "y", "Apakah halaman": "y"})
        talk.run(lambda *_: next(scans))
        assert talk.told == [
            "Itu kode lain: UJI-SALAH. Di halaman uji tertulis UJI-RSA.",
            "Hasil pindai tidak terbaca. Bersihkan kaca, pindai lagi.",
            "Itu kode lain: 8991002101234. Di halaman uji tertulis UJI-RSA.",
            "Belum tercatat. Coba lagi dengan halaman uji yang baru.",
        ]
        assert load_devices(folder).find(unit.address).tested is None
        talk.run(lambda *_: next(scans))
        assert talk.told[4:] == ["Loket 1: baik, tercatat."]
        assert len(unit.papers) == 2 and b"HALAMAN UJI" in unit.papers[0]
        assert load_devices(folder).find(unit.address).tested is not None


# -- barcode scanners ------------------------------------------------------------------------


class Cable:
    """A serial scanner: what is sent goes into the line once somebody has opened it."""

    def __init__(self) -> None:
        self.far, near = os.openpty()
        tty.setraw(near)
        self._near = near
        self.device = Device(f"serial:{os.ttyname(near)}", "barcode", "Pemindai meja")

    def soon(self, data: bytes, seconds: float = 0.4) -> None:
        threading.Timer(seconds, os.write, (self.far, data)).start()

    def close(self) -> None:
        os.close(self.far)
        os.close(self._near)


@pytest.fixture
def cable() -> Iterator[Cable]:
    one = Cable()
    yield one
    one.close()


@pytest.fixture
def keyboard() -> Iterator[tuple[int, Callable[..., Heard]]]:
    """The far end of a terminal, and ``hear`` at its near end."""
    far, near = os.openpty()
    with os.fdopen(near, "r") as typing:
        yield far, partial(hear, keyboard=typing)
    os.close(far)


@pytest.mark.parametrize(
    ("sent", "marks"),
    [
        (b"\x02UJI-RSA\r\n", ("STX", "CR LF")),
        (b"UJI-RSA\r", ("", "CR")),
        (b"\x02]Q1UJI-RSA\x03", ("STX AIM", "ETX")),
        (b"UJI-RSA\n", ("", "LF")),
    ],
)
def test_a_serial_scanner_reads_the_page_and_its_marks_are_written_down(
    offline: World, cable: Cable, keyboard, sent: bytes, marks: tuple[str, str]
) -> None:
    folder = offline.folder("RSA")
    talk = Talk(folder, **{"Coba pemindai Pemindai meja": "y"})
    talk.patient.use(cable.device, [])
    cable.soon(sent)
    talk.run(keyboard[1])
    kept = load_devices(folder).find(cable.device.address)
    assert talk.told[1:] == ["Pemindai meja: baik, tercatat."]
    assert (kept.prefix, kept.suffix) == marks and kept.tested is not None
    (finding,) = [one for one in talk.patient.examine() if one.address == kept.address]
    words = f"    pindaian: awalan {marks[0] or '-'}, akhiran {marks[1]}"
    assert words in list(report([finding]))


def test_a_serial_line_that_is_not_in_use_becomes_a_scanner_by_its_test(
    offline: World, cable: Cable, keyboard
) -> None:
    folder = offline.folder("RSA")
    line = Found(cable.device.address, "serial", "Datalogic", "05f9:2206 ttyACM0")
    talk = Talk(folder, frozenset([line]), **{"Pakai Datalogic sebagai pemindai": "y"})
    cable.soon(b"LL1:R:lain\r")
    cable.soon(b"\x02UJI-RSA\r", 1.2)
    talk.run(keyboard[1])
    assert "Itu kode lain: LL1:R:lain. Di halaman uji tertulis UJI-RSA." in talk.told
    kept = load_devices(folder).find(cable.device.address)
    assert (kept.kind, kept.name, kept.prefix) == ("barcode", "Datalogic", "STX")


def test_one_in_hid_pos_mode_reads_the_page(
    offline: World, keyboard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = offline.folder("RSA")
    tree = SysfsTree(tmp_path / "mesin")
    unit = Unit(tree, usb.HIDPOS_DESCRIPTOR)
    unit.plug("1-2")
    opened = partial(readers.open_reader, sysfs=tree.sysfs, dev=tree.dev)
    monkeypatch.setattr(readers, "open_reader", opened)
    talk = Talk(folder, **{"Coba pemindai Honeywell": "y"})
    talk.patient.use(Device(HIDPOS, "barcode", "Honeywell"), [])
    threading.Timer(0.4, unit.send, (reports("8991002101234"),)).start()
    threading.Timer(1.0, unit.send, (reports(CODE),)).start()
    talk.run(keyboard[1])
    assert "Itu kode lain: 8991002101234. Di halaman uji tertulis UJI-RSA." in talk.told
    assert talk.told[-1] == "Honeywell: baik, tercatat."
    assert load_devices(folder).find(HIDPOS).tested is not None
    unit.unplug()


def test_one_that_types_is_heard_on_the_keyboard_and_taken_for_no_other(
    offline: World, cable: Cable, keyboard
) -> None:
    folder = offline.folder("RSA")
    far, listens = keyboard
    os.write(far, b"\x02UJI-RSA\r\n")  # STX before, CR LF after: Enter, and once more
    assert listens("", [], print) == Heard(CODE)
    os.write(far, b"\n")
    assert listens("", [], print) == Heard()
    assert typed("]Q1UJI-RSA\t\n") == Heard(CODE)
    assert typed("UJI\x1b[A\n") == Heard(garbage=True)
    talk = Talk(folder, **{"Coba pemindai Pemindai meja": "y"})
    talk.patient.use(cable.device, [])
    threading.Timer(0.4, os.write, (far, b"UJI-RSA\r")).start()
    talk.run(listens)
    assert "diketik seperti dari papan ketik" in talk.told[-1]
    assert load_devices(folder).find(cable.device.address).tested is None


def test_why_a_scanner_cannot_be_read_is_said_while_the_others_are(cable: Cable, keyboard) -> None:
    gone = Device("serial:/dev/serial/by-id/tidak-ada", "barcode", "Gudang")
    told: list[str] = []
    cable.soon(b"UJI-RSA\r", 0.8)
    heard = keyboard[1]("", [gone, cable.device], told.append)
    assert heard.scanner is not None and heard.scanner.address == cable.device.address
    assert any("Gudang tidak terpasang" in line for line in told)


# -- document scanners -----------------------------------------------------------------------


def test_document_scanners_are_found_named_and_asked(
    offline: World, sane: Sane, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = offline.folder("RSA")
    sane.test_backend()
    with EsclServer() as server:
        assert doctor(folder, "--use", "sane:test:1", "--name", "Pemindai depan") == 0
        assert doctor(folder, "--use", f"escl:{server.url}") == 0
        assert "dipakai." in capsys.readouterr().out
        assert doctor(folder) == 0
        text = capsys.readouterr().out
        assert doctor(folder, "--json") == 0
        facts = {one["address"]: one for one in json.loads(capsys.readouterr().out)["devices"]}
    assert "Pemindai depan  [sane:test:1]\n    pemindai dok, dipakai: siap\n" in text
    assert "    tempat kertas: kaca, pengumpan (ADF)\n    resolusi: 1-1200 dpi\n" in text
    assert "    warna: abu-abu, warna\n    bentuk gambar: png\n" in text
    assert "    Halaman disimpan sebagai AVIF.\n" in text
    assert "Noname frontend-tester  [sane:test:0]\n    pemindai dok, belum dipakai: siap\n" in text
    network = facts[f"escl:{server.url}"]
    assert network["name"] and network["name"] != network["address"]
    able = network["abilities"]
    assert able["glass"] and able["feeder"] and not able["span"]
    assert able["resolutions"] == [75, 100, 200, 300] and "jpeg" in able["formats"]
    assert facts["sane:test:1"]["format"] == "avif"


def test_a_scanner_that_is_not_there_is_said_and_not_put_to_use(
    offline: World, sane: Sane, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = offline.folder("RSA")
    sane.test_backend()
    assert doctor(folder, "--use", "sane:test:9") == 1
    assert "tidak ditemukan" in capsys.readouterr().err
    assert doctor(folder, "--use", "sane:test:1") == 0
    sane.test_backend(number_of_devices="1")
    capsys.readouterr()
    assert doctor(folder, "--json") == 1
    devices = json.loads(capsys.readouterr().out)["devices"]
    one = next(one for one in devices if one["address"] == "sane:test:1")
    assert not one["present"] and "tidak ditemukan" in one["trouble"]


def test_without_scanimage_the_rest_is_found_and_the_cure_is_named(
    offline: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    assert doctor(offline.folder("RSA"), "--json") == 0
    assert "apt install sane-utils" in json.loads(capsys.readouterr().out)["hints"][0]


def test_a_sheet_is_scanned_looked_at_and_the_scanner_written_down(
    offline: World, sane: Sane
) -> None:
    """Through the real scanimage: one unit by its glass, kept as JPEG; the other by its feeder."""
    folder = offline.folder("RSA")
    sane.test_backend(test_picture='"Grid"')
    answers = {"Coba Noname": "y", "Letakkan": "", "Apakah gambar": "y", "Simpan halaman": "JPG"}
    talk = Talk(folder, **answers)
    talk.run()
    assert len([q for q in talk.asked if q.startswith("Letakkan selembar kertas di kaca")]) == 2
    came = talk.told[1]
    assert came.startswith("Datang 1 lembar, ") and came.endswith(" titik, 200 dpi.")
    assert talk.told[2].startswith("Disimpan ")
    assert "AVIF " in talk.told[3] and "JPEG " in talk.told[3]
    assert talk.told[4] == f"Lihat gambarnya di {folder / 'pratinjau/halaman.png'}"
    assert talk.told[5] == "Noname frontend-tester: baik, tercatat."
    assert talk.looked, "the picture lies there while the person is asked"
    assert not list(folder.glob("pratinjau/*")) and not list(folder.glob("uji-pindai-*"))
    for address in ("sane:test:0", "sane:test:1"):
        kept = load_devices(folder).find(address)
        assert (kept.kind, kept.format) == ("document", "jpeg") and kept.tested is not None
    again = Talk(folder, **{"Coba pindai selembar kertas di Noname": "y", "Letakkan": "P"})
    again.run()
    assert again.told[1].startswith("Datang 10 lembar, ")
    assert again.told[-1].startswith("Belum tercatat.")


def test_an_escl_scanner_and_its_trouble(offline: World) -> None:
    folder = offline.folder("RSA")
    with EsclServer(sheets=0) as server:
        doctor(folder, "--use", f"escl:{server.url}", "--name", "Lantai 2")
        talk = Talk(folder, **{"Coba pindai selembar kertas di Lantai 2": "y", "Letakkan": "p"})
        talk.run()
        assert talk.told[:1] == ["Memindai ..."] and "Tidak ada kertas" in talk.told[1]
        assert load_devices(folder).find(f"escl:{server.url}").tested is None
        answers = {"Coba pindai selembar": "y", "Letakkan": "", "Apakah": "y", "Simpan": ""}
        talk = Talk(folder, **answers)
        talk.run()
    assert talk.told[-1] == "Lantai 2: baik, tercatat."
    assert load_devices(folder).find(f"escl:{server.url}").format == "avif"


def test_what_was_done_to_a_sheet_is_told(offline: World) -> None:
    """The training scanner lays its page askew on a black lid."""
    folder = offline.folder("RSA")
    talk = Talk(folder, **{"Coba pindai selembar": "y", "Letakkan": "", "Apakah": "y"})
    talk.patient.use(Device("virtual:pemindai", "document", "Pemindai latihan"), [])
    talk.run()
    assert "diluruskan -1.5 derajat, dipotong ke tepi kertas." in talk.told[2]
