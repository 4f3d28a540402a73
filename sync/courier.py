"""Carries entries to central and back over HTTP; believes nothing that central did not sign.

A request is as lean as HTTP allows: on the links it is made for, headers cost as much as entries.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Never, TypeVar, cast

from sync.entry import EntryError, Signer, Spot, loads, members
from sync.push import HEAD_LENGTH, PushHead
from sync.receipt import Receipt, read_receipt
from sync.retry_after import seconds_of
from sync.wire import (
    CONTENT_TYPE,
    GROWTH_PATH,
    MAX_ANSWER,
    PROBE_PATH,
    PROOF_PATH,
    PULL_PATH,
    PUSH_PATH,
    UNBOUND,
    Pull,
    PullPage,
    State,
    Trouble,
    make_nonce,
    pack_pull,
    read_answer,
    read_kept,
    read_page,
    read_problem,
    read_state,
    request_hash,
)

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    import httpx

__all__ = ["Courier", "LinkDown", "Refused"]

T = TypeVar("T")

_SAFE = "Semua pekerjaan tetap aman di kiosk ini dan dikirim nanti."
_UNREACHABLE = f"Pusat tidak dapat dihubungi. {_SAFE}"
_SLOW = f"Pusat tidak menjawab pada waktunya. {_SAFE}"
_STRANGER = (
    "Yang menjawab bukan pusat; mungkin jaringan ini meminta login dulu. "
    f"Buka jaringan itu atau hubungi admin. {_SAFE}"
)
_TROUBLE = f"Pusat sedang terganggu. {_SAFE}"
_BUSY = f"Pusat sedang sibuk dan minta menunggu. {_SAFE}"
_TLS = f"Sambungan aman ke pusat gagal. Periksa tanggal dan jam kiosk ini. {_SAFE}"
_ADDRESS = "Alamat pusat dalam pengaturan tidak dapat dipakai. Hubungi admin."
_CA = "Sertifikat pusat (central_ca) tidak dapat dibaca. Hubungi admin."

_NO_CHECK_TIME = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME: a pinned CA is believed whatever the clock says."""
_SEND_BUFFER = 32 * 1024
"""Bytes the kernel takes ahead of the link. More, and a dead link would not be felt while
sending, only by waiting in vain for the answer."""
_SLOWEST = 1024
"""Bytes a second of the slowest link that a push is given time for."""
_PROOF_TYPE = "application/cbor"
_ABSENT = "tidak-ada"
_BUSY_STATUS = (429, 503)
_LOGIN_WANTED = 511
"""What a network answers that wants a login first (RFC 6585)."""


class LinkDown(Exception):
    """Central was not reached, or what answered was not central. ``says``: Indonesian, plain.

    ``retry_after``: seconds that the other side asks to be left alone, None when it does not.
    """

    def __init__(self, says: str, retry_after: float | None = None) -> None:
        super().__init__(says)
        self.says = says
        self.retry_after = retry_after


class Refused(Exception):
    """Central itself refused; trying the same again changes nothing.

    ``code`` is the protocol's word (``cabang``, ``loncat``, ``petugas-tidak-dikenal``...),
    ``says`` Indonesian, ``seq`` the entry meant and ``expected`` the seq central wants next
    (0: does not apply). ``receipt`` covers the entries before the refused one, which were kept.
    """

    def __init__(
        self,
        code: str,
        says: str,
        *,
        seq: int = 0,
        expected: int = 0,
        receipt: Receipt | None = None,
    ) -> None:
        super().__init__(f"{code}: {says}")
        self.code = code
        self.says = says
        self.seq = seq
        self.expected = expected
        self.receipt = receipt


class Courier:
    """Speaks to the central at ``url`` for one kiosk.

    ``central_public`` is central's pinned key (32 bytes), ``device_kid`` and ``device_signer``
    this kiosk's own, ``ca`` a PEM file with the only CA that is believed (None: the public ones,
    and then the clock must be right); ``timeout`` in seconds holds for connecting and for every
    silence in between, beyond what a slow link needs for the bytes themselves.
    """

    def __init__(
        self,
        url: str,
        kiosk: str,
        central_public: bytes,
        device_kid: bytes,
        device_signer: Signer,
        *,
        ca: Path | None = None,
        timeout: float = 15.0,
    ) -> None:
        self._url = url.rstrip("/")
        self._kiosk = kiosk
        self._central = central_public
        self._kid = device_kid
        self._signer = device_signer
        self._ca = ca
        self._timeout = timeout
        self._client: httpx.Client | None = None

    def probe(self, epoch: int, at: int = 0) -> State:
        """What central has of this kiosk: of chain ``epoch``, and its hash at seq ``at``.

        One small round trip that carries no data. Raises LinkDown or Refused.
        """
        from base64 import urlsafe_b64encode

        nonce = make_nonce()
        said = urlsafe_b64encode(nonce).rstrip(b"=").decode()
        asked = f"?kiosk={self._kiosk}&epoch={epoch}" + (f"&at={at}" if at else "")
        answer = self._ask("GET", f"{PROBE_PATH}{asked}&nonce={said}", bound=UNBOUND)
        state = _believed(lambda: read_state(answer, nonce, self._central))
        if (state.kiosk, state.epoch, state.at) != (self._kiosk, epoch, at):
            raise LinkDown(_STRANGER)
        return state

    def push(
        self, head: PushHead, body: bytes, last: tuple[int, bytes] = (0, b"")
    ) -> tuple[Receipt, PullPage | None]:
        """Hand over own entries: ``body`` as PushWriter makes it for ``head``.

        ``last`` is the seq and hash of the last entry in it: a receipt that does not cover it is
        an old one shown again (seq 0: not known). Gives central's receipt, and the page that
        came along. Raises LinkDown or Refused. Safe to repeat: what central has is passed over.
        """
        bound = request_hash(_sealed_head(body))
        answer = self._ask("POST", PUSH_PATH, body, bound=bound)
        sealed, sealed_page = _believed(lambda: read_answer(answer))
        receipt = _believed(lambda: read_receipt(sealed, self._central))
        seq, digest = last
        if (
            (receipt.kiosk, receipt.epoch) != (self._kiosk, head.epoch)
            or receipt.seq < seq
            or (seq and receipt.seq == seq and receipt.hash != digest)
        ):
            raise LinkDown(_STRANGER)
        if not sealed_page:
            return receipt, None
        return receipt, _believed(lambda: read_page(sealed_page, bound, self._central))

    def pull(self, cursor: int, room: int) -> PullPage:
        """About ``room`` bytes of what central has for this place after ``cursor``.

        The page is central's word; each entry's own signature is still to be verified. Raises
        LinkDown or Refused.
        """
        body = pack_pull(Pull(self._kiosk, cursor, room), self._kid, self._signer)
        bound = request_hash(body)
        answer = self._ask("POST", PULL_PATH, body, bound=bound)
        return _believed(lambda: read_page(answer, bound, self._central))

    def proof(self, spot: Spot, size: int) -> tuple[int, list[bytes]] | None:
        """Where an entry stands in central's log of that size (from 0), and the path to its root;
        None when central has no such entry. Unsigned: check it against a signed root.
        Raises LinkDown."""
        asked = f"?kiosk={spot.kiosk}&epoch={spot.epoch}&seq={spot.seq}&size={size}"
        answer = self._fetch(PROOF_PATH + asked)
        if answer is None:
            return None
        index, path = _believed(lambda: members(loads(answer), (int, list)))
        return index, _hashes(path)

    def growth(self, first: int, second: int) -> list[bytes] | None:
        """The proof that the log of size ``second`` begins with that of size ``first``; None when
        central cannot give it. Unsigned: check it against two signed roots. Raises LinkDown."""
        answer = self._fetch(f"{GROWTH_PATH}?from={first}&to={second}")
        return None if answer is None else _hashes(_believed(lambda: loads(answer)))

    def close(self) -> None:
        """Let go of the connection; the next call opens a new one."""
        if self._client is not None:
            self._client.close()
            self._client = None

    # -- HTTP --------------------------------------------------------------------------------

    def _fetch(self, path: str) -> bytes | None:
        """An unsigned answer; None when it is refused."""
        status, headers, answer = self._send("GET", path, b"")
        if status == 200 and _kind(headers) == _PROOF_TYPE:
            return answer
        self._check_trouble(status, headers)
        if status == 404:
            try:
                self._refused(answer, UNBOUND)
            except Refused as error:
                if error.code == _ABSENT:
                    return None
                raise
        raise LinkDown(_STRANGER)

    def _ask(self, method: str, path: str, body: bytes = b"", *, bound: bytes) -> bytes:
        status, headers, answer = self._send(method, path, body)
        if status == 200 and _kind(headers) == CONTENT_TYPE:
            return answer
        self._check_trouble(status, headers)
        if 400 <= status < 500:
            self._refused(answer, bound)
        raise LinkDown(_STRANGER)

    @staticmethod
    def _check_trouble(status: int, headers: httpx.Headers) -> None:
        if status in _BUSY_STATUS:
            asked = seconds_of(headers.get("retry-after", ""), headers.get("date", ""))
            says = _TROUBLE if asked is None and status != 429 else _BUSY
            raise LinkDown(says, asked)
        if status == 408:
            raise LinkDown(_SLOW)
        if status == _LOGIN_WANTED:
            raise LinkDown(_STRANGER)
        if status >= 500:
            raise LinkDown(_TROUBLE)

    def _send(self, method: str, path: str, body: bytes) -> tuple[int, httpx.Headers, bytes]:
        import httpx

        try:
            return self._exchange(method, path, body)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise LinkDown(_ADDRESS) from error
        except httpx.TimeoutException as error:
            raise LinkDown(_SLOW) from error
        except httpx.ConnectError as error:
            raise LinkDown(_TLS if _is_tls(error) else _UNREACHABLE) from error
        except httpx.HTTPError as error:
            raise LinkDown(_UNREACHABLE) from error

    def _exchange(self, method: str, path: str, body: bytes) -> tuple[int, httpx.Headers, bytes]:
        import httpx

        client = self._open()
        grace = len(body) / _SLOWEST
        request = httpx.Request(
            method,
            self._url + path,
            headers={"content-type": CONTENT_TYPE} if body else {},
            content=body or None,
            extensions={
                "timeout": {
                    "connect": self._timeout,
                    "pool": self._timeout,
                    "write": self._timeout + _SEND_BUFFER / _SLOWEST,
                    "read": self._timeout + grace,
                }
            },
        )
        if not request.url.host:
            raise LinkDown(_ADDRESS)
        deadline = time.monotonic() + 10 * self._timeout + grace
        answer = bytearray()
        got = client.send(request, stream=True)
        try:
            for piece in got.iter_bytes():
                answer += piece
                if len(answer) > MAX_ANSWER:
                    raise LinkDown(_STRANGER)
                if time.monotonic() > deadline:
                    raise LinkDown(_SLOW)
        finally:
            got.close()
        return got.status_code, got.headers, bytes(answer)

    def _open(self) -> httpx.Client:
        if self._client is None:
            import socket

            import httpx

            # No proxies from the environment: central's address is the office's to set.
            transport = httpx.HTTPTransport(
                verify=self._tls(),
                trust_env=False,
                socket_options=[
                    (socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER),
                    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
                ],
            )
            self._client = httpx.Client(transport=transport, trust_env=False)
        return self._client

    def _tls(self) -> ssl.SSLContext | bool:
        import ssl

        if not self._url.lower().startswith("https:"):
            # Nothing to verify, and the public CAs would cost megabytes.
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self._ca is None:
            return True
        try:
            context = ssl.create_default_context(cafile=str(self._ca))
        except OSError as error:  # ssl.SSLError among them
            raise LinkDown(_CA) from error
        context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)
        return context

    def _refused(self, answer: bytes, bound: bytes) -> Never:
        """Raise Refused with central's sealed reason, or LinkDown when it is not central's."""
        import base64
        import json

        try:
            seal = base64.b64decode(json.loads(answer)["segel"], validate=True)
            trouble = self._trouble(seal, bound)
            receipt = read_kept(trouble, self._central)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise LinkDown(_STRANGER) from error
        raise Refused(
            trouble.code,
            trouble.says,
            seq=trouble.seq,
            expected=trouble.expected,
            receipt=receipt,
        )

    def _trouble(self, seal: bytes, bound: bytes) -> Trouble:
        try:
            return read_problem(seal, bound, self._central)
        except EntryError:
            # Refused before it was read, so bound to no request; and whoever keeps such a
            # refusal can show it again: it says nothing of any entry.
            trouble = read_problem(seal, UNBOUND, self._central)
            return Trouble(trouble.code, trouble.says)


def _sealed_head(body: bytes) -> bytes:
    """What the answer to a push is bound to; the body begins with its length."""
    length = int.from_bytes(body[:HEAD_LENGTH])
    return body[HEAD_LENGTH : HEAD_LENGTH + length]


def _believed(read: Callable[[], T]) -> T:
    """What ``read`` gives; LinkDown when the bytes are not central's."""
    try:
        return read()
    except EntryError as error:
        raise LinkDown(_STRANGER) from error


def _hashes(value: Any) -> list[bytes]:
    listed = cast("list[Any]", value) if isinstance(value, list) else None
    if listed is None or not all(type(one) is bytes for one in listed):
        raise LinkDown(_STRANGER)
    return listed


def _kind(headers: httpx.Headers) -> str:
    return headers.get("content-type", "").split(";")[0].strip().lower()


def _is_tls(error: BaseException | None) -> bool:
    import ssl

    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
