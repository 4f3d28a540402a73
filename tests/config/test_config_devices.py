"""perangkat.toml: what is written is read back, what is wrong is said with its line."""

import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st

from config.devices import (
    DEVICES_FILE,
    PAPERS,
    TRAINING,
    Device,
    Devices,
    load_devices,
    save_devices,
)
from config.errors import ConfigError

RESI = Device("usb:0416:5011:A1", "printer", "Printer resi", "80-epson", "process")
CARD = Device("serial:/dev/serial/by-id/lx", "printer", "Dot matrix", "dotmatrix", baud=38400)
SCANNER = Device("hidpos:05f9:2206:7", "barcode", "Pemindai QR", prefix="STX", suffix="CR LF")

words = st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip)
printers = st.builds(
    Device,
    address=words,
    kind=st.just("printer"),
    name=words,
    profile=words,
    proof=st.sampled_from(["process", "status", "officer"]),
    baud=st.integers(300, 4_000_000),
    tested=st.none() | st.dates(),
)


@run(deadline=None)
@given(
    st.lists(printers, unique_by=lambda one: one.address, max_size=4),
    st.dictionaries(st.sampled_from(PAPERS), st.integers(0, 3)),
)
def test_what_is_saved_is_read_back(devices: list[Device], given_to: dict[str, int]):
    papers = {p: devices[at].address for p, at in given_to.items() if at < len(devices)}
    kept = Devices(tuple(devices), papers)
    with tempfile.TemporaryDirectory() as folder:
        save_devices(Path(folder), kept)
        assert load_devices(Path(folder)) == kept


def test_without_a_file_only_a_training_kiosk_has_devices(tmp_path: Path):
    assert load_devices(tmp_path) == Devices()
    assert load_devices(tmp_path, training=True) == TRAINING
    assert TRAINING.printer_of("resi") is not None


def test_a_paper_goes_where_it_was_given_or_to_the_only_printer():
    one = Devices((RESI, SCANNER))
    assert one.printer_of("kartu") == RESI and one.papers_of(RESI.address) == list(PAPERS)
    two = one.having(CARD)
    assert two.printer_of("kartu") is None
    both = two.sending("kartu", CARD.address).sending("resi", RESI.address)
    assert both.printer_of("kartu") == CARD and both.printer_of("resi") == RESI
    assert both.printer_of("rekap") == CARD, "a list goes where the papers like it go"
    assert two.sending("resi", RESI.address).printer_of("rekap") is None
    gone = both.without(CARD.address)
    assert gone.papers == {"resi": RESI.address} and gone.find(CARD.address) is None


def test_a_device_set_up_again_takes_its_place():
    again = Device(RESI.address, "printer", "Loket 1", tested=date(2026, 11, 21))
    assert Devices((RESI, CARD)).having(again).devices == (again, CARD)


GOOD = ["[[device]]", 'address = "tcp:10.0.0.5:9100"', 'kind = "printer"', 'name = "P"']


@pytest.mark.parametrize(
    ("line", "text", "key", "says"),
    [
        (3, 'kind = "pencetak"', "device[1].kind", "'pencetak' tidak dikenal"),
        (4, "name = 5", "device[1].name", "harus teks"),
        (4, 'name = " "', "device[1].name", "tidak boleh kosong"),
        (5, 'proof = "mungkin"', "device[1].proof", "tidak dikenal"),
        (5, "baud = 7", "device[1].baud", "antara 300"),
        (5, 'warna = "merah"', "device[1].warna", "tidak dikenal"),
        (6, '[papers]\nresi = "usb:1:2:3"', "papers.resi", "bukan printer"),
        (6, '[papers]\nstruk = "tcp:10.0.0.5:9100"', "papers.struk", "tidak dikenal"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    tmp_path: Path, line: int, text: str, key: str, says: str
):
    lines = [*GOOD, "", ""]
    lines[line - 1] = text
    (tmp_path / DEVICES_FILE).write_text("\n".join(lines))
    with pytest.raises(ConfigError, match=says) as wrong:
        load_devices(tmp_path)
    assert wrong.value.key == key
    assert wrong.value.line == (line + 1 if text.startswith("[papers]") else line)


def test_an_address_stands_once(tmp_path: Path):
    (tmp_path / DEVICES_FILE).write_text("\n".join([*GOOD, *GOOD]))
    with pytest.raises(ConfigError, match="dua kali"):
        load_devices(tmp_path)


def test_a_paper_cannot_be_given_to_what_is_no_printer(tmp_path: Path):
    with pytest.raises(ConfigError, match="bukan printer"):
        save_devices(tmp_path, Devices((SCANNER,), {"resi": SCANNER.address}))
