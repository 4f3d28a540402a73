"""Central's own key: made once, kept in central's folder where only its user reads it."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from sync.entry import Signer, kid_of
from sync.signing import public_of, signer_of

KEY_FILE = "pusat.key"
PRIVATE_BYTES = 32


class NoCentral(Exception):
    """The folder holds no central, or its key cannot be read. The text is Indonesian."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Central's signing key in use."""

    kid: bytes
    public: bytes
    sign: Signer


def make(folder: Path) -> Identity:
    """The key of the central in ``folder``, made now if there is none (file mode 0600)."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / KEY_FILE
    if path.exists():
        return read(folder)
    # Written whole under another name first: a power cut leaves a complete key or none.
    draft = folder / f".{KEY_FILE}.{secrets.token_hex(8)}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(PRIVATE_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # unlike a rename, never replaces a key made meanwhile
        except FileExistsError:
            return read(folder)
    finally:
        draft.unlink()
    _fsync_folder(folder)
    return read(folder)


def read(folder: Path) -> Identity:
    """The key of the central in ``folder``. Raises NoCentral."""
    try:
        private = (folder / KEY_FILE).read_bytes()
    except FileNotFoundError:
        raise NoCentral("Folder ini belum berisi pusat.") from None
    except OSError as error:
        raise NoCentral("Kunci pusat tidak dapat dibaca.") from error
    if len(private) != PRIVATE_BYTES:
        raise NoCentral("Kunci pusat rusak. Pulihkan dari cadangan.")
    public = public_of(private)
    return Identity(kid_of(public), public, signer_of(private))


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
