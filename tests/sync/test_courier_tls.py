"""A pinned CA connects whatever the clock says, and nothing but it is believed."""

from __future__ import annotations

import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sync.courier import Courier, LinkDown

YEAR = timedelta(days=365)
NOW = datetime.now(UTC)
PEM = serialization.Encoding.PEM


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """A CA of the office's own."""

    def __init__(self, begin: datetime = NOW - YEAR, end: datetime = NOW + 10 * YEAR) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _name("CA Disdukcapil (uji)")
        self.cert = self._sign(self.name, self.key.public_key(), begin, end, ca=True)

    def _sign(self, subject, public, begin, end, *, ca: bool) -> x509.Certificate:
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(names, critical=False)
            .sign(self.key, hashes.SHA256())
        )

    def save(self, path: Path) -> Path:
        path.write_bytes(self.cert.public_bytes(PEM))
        return path

    def server(self, folder: Path, begin: datetime, end: datetime) -> Path:
        """A server's certificate and key, in one file."""
        key = ec.generate_private_key(ec.SECP256R1())
        cert = self._sign(_name("127.0.0.1"), key.public_key(), begin, end, ca=False)
        plain = serialization.NoEncryption()
        form = serialization.PrivateFormat.PKCS8
        path = folder / "server.pem"
        path.write_bytes(cert.public_bytes(PEM) + key.private_bytes(PEM, form, plain))
        return path


@contextmanager
def tls_server(chain: Path) -> Iterator[str]:
    """A server that answers every probe as a portal would; what matters is that it is reached."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def says(url: str, ca: Path | None) -> str:
    courier = Courier(url, "RSA", bytes(32), bytes(8), lambda _: bytes(64), ca=ca, timeout=5)
    with pytest.raises(LinkDown) as caught:
        courier.probe(1)
    courier.close()
    return caught.value.says


REACHED = "bukan pusat"
BROKEN = "Sambungan aman ke pusat gagal"


@pytest.mark.parametrize(
    ("begin", "end"),
    [(-1, 1), (-11, -10), (10, 11)],
    ids=["valid", "clock ten years ahead", "clock ten years behind"],
)
def test_a_pinned_ca_connects_whatever_the_clock_says(tmp_path: Path, begin: int, end: int) -> None:
    authority = Authority(NOW + begin * YEAR, NOW + end * YEAR)
    chain = authority.server(tmp_path, NOW + begin * YEAR, NOW + end * YEAR)
    ca = authority.save(tmp_path / "ca.pem")
    with tls_server(chain) as url:
        assert REACHED in says(url, ca)


def test_another_ca_is_not_believed(tmp_path: Path) -> None:
    chain = Authority().server(tmp_path, NOW - YEAR, NOW + YEAR)
    other = Authority().save(tmp_path / "other.pem")
    with tls_server(chain) as url:
        assert BROKEN in says(url, other)
        assert BROKEN in says(url, None), "a private CA is none of the public ones"


def test_the_name_still_counts(tmp_path: Path) -> None:
    authority = Authority()
    chain = authority.server(tmp_path, NOW - YEAR, NOW + YEAR)
    ca = authority.save(tmp_path / "ca.pem")
    with tls_server(chain) as url:
        assert BROKEN in says(url.replace("127.0.0.1", "localhost"), ca)


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_a_ca_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    assert "central_ca" in says("https://127.0.0.1:1", path)
