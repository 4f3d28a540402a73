"""What one kiosk or one address may ask of central, and what central remembers of it.

All of this is in the memory of one worker: several workers together allow that many times as much.
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from sync.central.refusal import repeated, too_often
from sync.wire import MAX_BODY


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of a request, in bytes and seconds; of requests, in so many per second.

    ``chunk_seconds`` is how long central waits for the next piece of a body; a whole body of
    ``body_bytes`` at 10 kbit/s takes just under ``request_seconds``. ``crowd`` requests at work in
    a worker are as many as it can serve well; a probe tells kiosks to wait when there are more.
    """

    body_bytes: int = MAX_BODY
    ask_bytes: int = 4096
    chunk_seconds: float = 20.0
    request_seconds: float = 3600.0
    kiosk_rate: float = 50.0
    kiosk_burst: float = 500.0
    address_rate: float = 500.0
    address_burst: float = 5000.0
    crowd: int = 20


_MANY = 20_000
_NONCE_SECONDS = 600.0


class Buckets:
    """Token buckets by name: ``rate`` tokens a second each, ``burst`` at most."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, name: str) -> None:
        """Take a token. Raises Refusal (429) when there is none."""
        now = time.monotonic()
        with self._lock:
            left, since = self._left.get(name, (self._burst, now))
            left = min(self._burst, left + (now - since) * self._rate)
            if left < 1:
                raise too_often(max(1, math.ceil((1 - left) / self._rate)))
            self._left[name] = (left - 1, now)
            if len(self._left) > _MANY:
                self._forget(now)

    def _forget(self, now: float) -> None:
        """Drop those that are full again by now, or else all: memory comes first."""
        full = self._burst / self._rate
        kept = {name: one for name, one in self._left.items() if now - one[1] < full}
        self._left = kept if len(kept) < _MANY else {}


class Nonces:
    """The requests of the last minutes, so that none is answered twice."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, bytes], float] = OrderedDict()
        self._lock = threading.Lock()

    def is_new(self, kiosk: str, nonce: bytes) -> bool:
        """Whether this was not asked before; it is remembered."""
        now = time.monotonic()
        with self._lock:
            while self._seen and (
                len(self._seen) >= _MANY or next(iter(self._seen.values())) < now - _NONCE_SECONDS
            ):
                self._seen.popitem(last=False)
            if (kiosk, nonce) in self._seen:
                return False
            self._seen[kiosk, nonce] = now
            return True


class Guard:
    """Keeps one kiosk or address from taking all of central."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._kiosks = Buckets(limits.kiosk_rate, limits.kiosk_burst)
        self._addresses = Buckets(limits.address_rate, limits.address_burst)
        self._nonces = Nonces()
        self.at_work = 0

    def address(self, name: str) -> None:
        """Count a request by the address it came from. Raises Refusal (429)."""
        self._addresses.take(name)

    def kiosk(self, code: str) -> None:
        """Count a request by the kiosk that sealed it. Raises Refusal (429)."""
        self._kiosks.take(code)

    def is_new(self, kiosk: str, nonce: bytes) -> bool:
        """Whether this very request was not made before."""
        return self._nonces.is_new(kiosk, nonce)

    def fresh(self, kiosk: str, nonce: bytes) -> None:
        """Raises Refusal (409 ``ulangan``) when this very request was made before."""
        if not self.is_new(kiosk, nonce):
            raise repeated()

    def wait_ms(self) -> int:
        """How long a kiosk is to wait before it pushes: 0 unless there is a crowd."""
        above = self.at_work - self.limits.crowd
        return random.randrange(above * 500) if above > 0 else 0
