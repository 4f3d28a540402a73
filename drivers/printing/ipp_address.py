"""Where a page printer or a queue of CUPS is, as a string.

ipp://HOST:631/ipp/print     the printer itself (port and path may be left out)
ipps://HOST/ipp/print        the same, encrypted
cups:QUEUE                   a queue of the CUPS on this computer
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from drivers.printing.ipp import Target
from drivers.trouble import DeviceTrouble
from drivers.words import words

CUPS = "localhost:631"

_QUEUE = re.compile(r"[^\s/?#\x00-\x1f]{1,127}")


def parse_target(address: str, server: str = CUPS) -> Target:
    """Where ``ipp://HOST:PORT/PATH``, ``ipps://...`` or ``cups:QUEUE`` is. Raises DeviceTrouble."""
    kind, _, rest = address.strip().partition(":")
    if kind == "cups" and _QUEUE.fullmatch(rest):
        place = f"{server}/printers/{quote(rest)}"
        return Target(f"ipp://{place}", f"http://{place}")
    try:
        parts = urlsplit(address.strip())
        port = parts.port or 631
    except ValueError:
        parts, port = None, 0
    if parts is None or parts.scheme not in ("ipp", "ipps") or not parts.hostname:
        raise DeviceTrouble(
            words(
                'Alamat printer "{address}" tidak dikenal. Buka F9 Perangkat dan pilih printernya '
                "dari daftar.",
                address=address,
            )
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    place = f"{host}:{port}{quote(parts.path if parts.path.strip('/') else '/ipp/print')}"
    return Target(f"{parts.scheme}://{place}", f"http{parts.scheme[3:]}://{place}")
