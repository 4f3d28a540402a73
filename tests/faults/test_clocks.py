"""A clock ten years off, with and without TLS: everything is delivered, and the offset told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sync.central.serve import Running, run_in_thread
from tests.desk.world import ShiftedClock, World
from tests.faults.books import all_agree, log_of, numbers_once, rows, size_of
from tests.faults.conftest import CASES
from tests.faults.link import Line
from tests.faults.town import lead, meet_until_done

YEARS = 10 * 365 * 24 * 3600 * 1000


@pytest.mark.parametrize("shift", [YEARS, -YEARS], ids=["ahead", "behind"])
def test_a_clock_ten_years_off(busy: World, shift: int) -> None:
    clock = ShiftedClock(shift)
    busy.clocks["DKP"] = busy.clocks["RSA"] = clock
    busy.shut("RSA")
    ward = busy.desk("RSA")
    number = next(iter(ward.work.everything())).number
    ward.core.officer = (busy.seats or {})["siti"]
    busy.to_dinas(number)
    busy.do("andi", number, "dientri", siak_ref="S-1")
    for code in ("RSA", "DKP", "RSA"):
        meet_until_done(busy, code, 1)
        state = busy.desk(code).link.state()
        assert state.clock_offset is not None and abs(state.clock_offset - shift) < 60_000
        assert state.trouble == "" and state.waiting == 0
        kept = busy.desk(code).core.journal.receipts.all()
        assert kept and all(abs(one.time - ShiftedClock().now()) < 60_000 for one in kept)
    # What the kiosk claims stands in the entry, what central saw beside it.
    claimed = "SELECT max(abs(time - arrived)) FROM entries WHERE kiosk = 'DKP'"
    assert rows(busy.home / "pusat" / "pusat.db", claimed)[0][0] > YEARS // 2
    states = busy.states(number)
    assert all(state == states[0] for state in states)
    # The clock is set right, and all goes on.
    clock.shift = 0
    busy.take_in(70)
    for code in ("RSA", "DKP"):
        meet_until_done(busy, code, 1)
        offset = busy.desk(code).link.state().clock_offset
        assert offset is not None and abs(offset) < 60_000
    assert len(numbers_once(busy, "RSA", "DKP")) == CASES + 1
    all_agree(busy, "RSA", "DKP")


# -- TLS -------------------------------------------------------------------------------------------


def certificate(folder: Path, shift: timedelta) -> tuple[Path, Path, Path]:
    """A CA of one's own and what it signed for loopback, valid for a day around now + shift: to
    these a clock that is right looks as far off as a wrong clock looks to right ones. Gives the
    files of CA, certificate and key."""
    folder.mkdir()
    start = datetime.now(UTC) + shift - timedelta(hours=12)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pusat")])
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CA kota")])
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())

    def build(subject: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(ca_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + timedelta(days=1))
        )

    root = build(ca_name, ca_key.public_key()).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    leaf = build(name, key.public_key()).add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
    )
    files = folder / "pusat-ca.pem", folder / "pusat.pem", folder / "pusat.key"
    pem = serialization.Encoding.PEM
    files[0].write_bytes(root.sign(ca_key, hashes.SHA256()).public_bytes(pem))
    files[1].write_bytes(leaf.sign(ca_key, hashes.SHA256()).public_bytes(pem))
    files[2].write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


@contextmanager
def over_tls(world: World, folder: Path, shift: timedelta) -> Iterator[tuple[Running, Path]]:
    """Central behind TLS, and the CA of its certificate."""
    ca, cert, key = certificate(folder, shift)
    with run_in_thread(world.home / "pusat", tls=(cert, key)) as central:
        yield central, ca


@pytest.mark.parametrize("years", [0, 10, -10])
def test_tls_with_a_pinned_ca_and_a_clock_ten_years_off(
    cut_off: World, place: Path, years: int
) -> None:
    with over_tls(cut_off, place / "tls", timedelta(days=365 * years)) as (central, ca):
        url = f"https://127.0.0.1:{central.port}"
        (cut_off.folder("RSA") / ca.name).write_bytes(ca.read_bytes())
        lead(cut_off, 0, "RSA", central_url=url, central_ca=ca.name)
        cut_off.clocks["RSA"] = ShiftedClock(-365 * years * 24 * 3600 * 1000)
        meet_until_done(cut_off, "RSA", 1)
        assert cut_off.desk("RSA").link.state().waiting == 0
        all_agree(cut_off, "RSA")
        cut_off.shut("RSA")  # else central would wait for its goodbye


@pytest.mark.parametrize("pinned", [True, False], ids=["another-ca", "the-public-cas"])
def test_tls_by_a_stranger(cut_off: World, place: Path, pinned: bool) -> None:
    other, _, _ = certificate(place / "lain", timedelta(0))
    with (
        over_tls(cut_off, place / "tls", timedelta(0)) as (central, _),
        Line(central.port) as line,
    ):
        (cut_off.folder("RSA") / other.name).write_bytes(other.read_bytes())
        url = f"https://127.0.0.1:{line.port}"
        lead(cut_off, 0, "RSA", central_url=url, central_ca=other.name if pinned else "")
        done = cut_off.line("RSA").run()
        assert "Sambungan aman ke pusat gagal" in done.trouble
        assert cut_off.desk("RSA").link.state().waiting == CASES + 2
        assert line.up < 4000
        assert size_of(cut_off.home / "pusat", "RSA") == 0
        assert all(one.kiosk == "PUSAT" for one in log_of(cut_off.home / "pusat"))
