"""Carries entries to central and back over HTTP; believes nothing that central did not sign."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Never

from sync.entry import EntryError, Signer, entry_hash
from sync.receipt import Receipt, read_receipt
from sync.wire import (
    CONTENT_TYPE,
    MAX_ANSWER,
    PULL_PATH,
    PUSH_PATH,
    UNBOUND,
    Delivered,
    Pull,
    PullPage,
    Push,
    pack_pull,
    pack_push,
    read_kept,
    read_page,
    read_problem,
    request_hash,
)

if TYPE_CHECKING:
    import httpx

__all__ = ["Courier", "Delivered", "LinkDown", "PullPage", "Refused"]

_SAFE = "Semua pekerjaan tetap aman di kiosk ini dan dikirim nanti."
_UNREACHABLE = f"Pusat tidak dapat dihubungi. {_SAFE}"
_SLOW = f"Pusat tidak menjawab pada waktunya. {_SAFE}"
_STRANGER = (
    "Yang menjawab bukan pusat; mungkin jaringan ini meminta login dulu. "
    f"Buka jaringan itu atau hubungi admin. {_SAFE}"
)
_TROUBLE = f"Pusat sedang terganggu. {_SAFE}"
_TLS = f"Sambungan aman ke pusat gagal. Periksa tanggal dan jam kiosk ini. {_SAFE}"
_ADDRESS = "Alamat pusat dalam pengaturan tidak dapat dipakai. Hubungi admin."


class LinkDown(Exception):
    """Central was not reached, or what answered was not central. ``says``: Indonesian, plain."""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


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
    this kiosk's own; ``timeout`` in seconds holds for connecting, for every silence in between,
    and, tenfold, for a whole answer.
    """

    def __init__(
        self,
        url: str,
        kiosk: str,
        central_public: bytes,
        device_kid: bytes,
        device_signer: Signer,
        *,
        timeout: float = 15.0,
    ) -> None:
        self._url = url.rstrip("/")
        self._kiosk = kiosk
        self._central = central_public
        self._kid = device_kid
        self._signer = device_signer
        self._timeout = timeout
        self._client: httpx.Client | None = None

    def push(self, epoch: int, first_seq: int, raws: list[bytes]) -> Receipt:
        """Hand over own entries from ``first_seq`` on; no entries at all asks for the receipt.

        Raises LinkDown or Refused. Safe to repeat: what central has is passed over.
        """
        push = Push(self._kiosk, epoch, first_seq, tuple(raws))
        body = pack_push(push, self._kid, self._signer)
        answer = self._post(PUSH_PATH, body)
        try:
            receipt = read_receipt(answer, self._central)
        except EntryError as error:
            raise LinkDown(_STRANGER) from error
        # An old receipt shown again does not cover what was just handed over.
        last = first_seq + len(raws) - 1
        if (receipt.kiosk, receipt.epoch) != (self._kiosk, epoch) or (
            raws
            and (
                receipt.seq < last or (receipt.seq == last and receipt.hash != entry_hash(raws[-1]))
            )
        ):
            raise LinkDown(_STRANGER)
        return receipt

    def pull(self, cursor: int, limit: int = 200) -> PullPage:
        """What central has for this kiosk's place after ``cursor``. Raises LinkDown or Refused.

        The page is central's word; each entry's own signature is still to be verified.
        """
        body = pack_pull(Pull(self._kiosk, cursor, limit), self._kid, self._signer)
        answer = self._post(PULL_PATH, body)
        try:
            return read_page(answer, request_hash(body), self._central)
        except EntryError as error:
            raise LinkDown(_STRANGER) from error

    def close(self) -> None:
        """Let go of the connection; the next call opens a new one."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _post(self, path: str, body: bytes) -> bytes:
        import httpx

        try:
            status, kind, answer = self._exchange(path, body)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise LinkDown(_ADDRESS) from error
        except httpx.TimeoutException as error:
            raise LinkDown(_SLOW) from error
        except httpx.ConnectError as error:
            raise LinkDown(_TLS if _is_tls(error) else _UNREACHABLE) from error
        except httpx.HTTPError as error:
            raise LinkDown(_UNREACHABLE) from error
        if status == 200 and kind == CONTENT_TYPE:
            return answer
        if status == 408:
            raise LinkDown(_SLOW)
        if 400 <= status < 500:
            self._refused(status, answer, body)
        raise LinkDown(_TROUBLE if status >= 500 else _STRANGER)

    def _exchange(self, path: str, body: bytes) -> tuple[int, str, bytes]:
        import httpx

        if self._client is None:
            # No proxies from the environment: central's address is the office's to set.
            self._client = httpx.Client(timeout=self._timeout, trust_env=False)
        deadline = time.monotonic() + 10 * self._timeout
        headers = {"content-type": CONTENT_TYPE, "accept-encoding": "identity"}
        answer = bytearray()
        with self._client.stream("POST", self._url + path, content=body, headers=headers) as got:
            for piece in got.iter_bytes():
                answer += piece
                if len(answer) > MAX_ANSWER:
                    raise LinkDown(_STRANGER)
                if time.monotonic() > deadline:
                    raise LinkDown(_SLOW)
            kind = got.headers.get("content-type", "").split(";")[0].strip().lower()
            return got.status_code, kind, bytes(answer)

    def _refused(self, status: int, answer: bytes, body: bytes) -> Never:
        """Raise Refused with central's sealed reason, or LinkDown when it is not central's."""
        import base64
        import json

        try:
            seal = base64.b64decode(json.loads(answer)["segel"], validate=True)
            # A body that was too large was never read, so its refusal is bound to no request.
            bound = UNBOUND if status == 413 else request_hash(body)
            trouble = read_problem(seal, bound, self._central)
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


def _is_tls(error: BaseException | None) -> bool:
    import ssl

    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
