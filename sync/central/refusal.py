"""Why central does not take something: what the kiosk is told, by code and in plain words."""

from __future__ import annotations

import logging

from sync.entry import Spot
from sync.wire import Trouble

_log = logging.getLogger("sync.central")


class Refusal(Exception):
    """Central does not take this; ``status`` is the HTTP status of the answer.

    ``wait`` seconds the kiosk is asked to wait before it tries again (0: trying again is no use).
    """

    def __init__(self, status: int, trouble: Trouble, wait: int = 0) -> None:
        super().__init__(trouble.code)
        self.status = status
        self.trouble = trouble
        self.wait = wait


def stranger() -> Refusal:
    """The request is not sealed by the key of an admitted kiosk."""
    says = "Kiosk ini belum terdaftar di pusat, atau kuncinya bukan yang terdaftar."
    return Refusal(403, Trouble("kiosk-tidak-dikenal", says))


def revoked() -> Refusal:
    """The kiosk's key was revoked."""
    says = "Kunci kiosk ini sudah dicabut di pusat. Hubungi admin."
    return Refusal(403, Trouble("kiosk-dicabut", says))


def gap(spot: Spot, expected: int) -> Refusal:
    """The entry comes too early."""
    says = f"Entri {expected} belum sampai di pusat; kirim mulai dari situ."
    return Refusal(409, Trouble("loncat", says, spot.seq, expected))


def fork(spot: Spot, expected: int) -> Refusal:
    """Another entry has this place."""
    _log.warning("fork at %s/%d/%d", spot.kiosk, spot.epoch, spot.seq)
    says = (
        f"Rantai bercabang: pusat sudah menyimpan entri {spot.seq} yang isinya lain. "
        "Mungkin kiosk ini dipulihkan dari salinan lama, atau disalin. Hubungi admin."
    )
    return Refusal(409, Trouble("cabang", says, spot.seq, expected))


def bad(spot: Spot, code: str, says: str) -> Refusal:
    """The entry cannot be believed."""
    return Refusal(422, Trouble(code, f"Entri {spot.seq} ditolak. {says}", spot.seq, spot.seq))


def unreadable() -> Refusal:
    """The request says nothing that central understands."""
    return Refusal(400, Trouble("badan-tidak-terbaca", "Isi permintaan tidak dapat dibaca."))


def unknown_dictionary() -> Refusal:
    """The request is packed by a dictionary of another version."""
    says = "Versi kamus pemampatan ini tidak dikenal pusat. Pasang versi program yang sama."
    return Refusal(400, Trouble("kamus-tidak-dikenal", says))


def repeated() -> Refusal:
    """The very same request was answered before."""
    says = "Permintaan ini sudah pernah dijawab; kirim yang baru."
    return Refusal(409, Trouble("ulangan", says))


def too_large() -> Refusal:
    """More bytes than central reads in one request."""
    says = "Kiriman terlalu besar; kirim dalam bagian lebih kecil."
    return Refusal(413, Trouble("terlalu-besar", says))


def too_slow() -> Refusal:
    """The body stopped coming."""
    return Refusal(408, Trouble("terlalu-lambat", "Kiriman terhenti di tengah jalan; ulangi."))


def too_often(wait: int) -> Refusal:
    """More requests than one kiosk or address may make; ``wait`` seconds until the next."""
    says = "Terlalu banyak permintaan; tunggu sebentar."
    return Refusal(429, Trouble("terlalu-sering", says), wait)


def busy(wait: int) -> Refusal:
    """The database is locked, down or full; ``wait`` seconds until trying again makes sense."""
    says = "Pusat sedang sibuk atau diskanya penuh; ulangi nanti."
    return Refusal(503, Trouble("pusat-sibuk", says), wait)


def nowhere() -> Refusal:
    """There is no such address or entry at central."""
    return Refusal(404, Trouble("tidak-ditemukan", "Alamat ini tidak ada di pusat."))


def absent() -> Refusal:
    """The log has no such entry, or not yet at that size."""
    says = "Entri atau ukuran log itu tidak ada di pusat."
    return Refusal(404, Trouble("tidak-ada", says))


def wrong_way() -> Refusal:
    """A method that this address does not have."""
    return Refusal(405, Trouble("cara-salah", "Cara meminta ini tidak dipakai di alamat ini."))


def wrong_type(kind: str) -> Refusal:
    """A body of another media type."""
    return Refusal(415, Trouble("jenis-isi-salah", f"Jenis isi harus {kind}."))
