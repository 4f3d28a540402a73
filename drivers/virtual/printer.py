"""The virtual printer: each paper becomes three files, kept as if it lay in the tray."""

from __future__ import annotations

import os
import re
import unicodedata
from itertools import chain, count
from pathlib import Path

from drivers.profiles import Profile
from drivers.trouble import PrinterTrouble
from drivers.virtual.decode import DecodeError
from drivers.words import words

_LONGEST_NAME = 80


class VirtualPrinter:
    """Keeps every paper in a folder as ``name.png``, ``name.txt`` and, last, ``name.bin``
    (a PDF as ``name.pdf`` and ``name.bin``).

    The ``.bin`` is the mark that the whole paper came out; a ``.png`` or ``.txt`` without it is a
    torn paper. A paper sent again comes out again, as ``name-2``: nothing is ever overwritten, so
    counting the ``.bin`` files counts the papers. One owner sends at a time.
    """

    def __init__(self, folder: Path, profile: Profile) -> None:
        self.folder = folder
        self.profile = profile

    def send(self, data: bytes, name: str) -> None:
        """Prints one paper; when this returns, it stays even if the power goes.

        Raises PrinterTrouble: not started when the bytes are no clean ESC/POS or do not fit on
        the paper, started when the disk failed.
        """
        pictures = self._render(data)
        try:
            _make_folder(self.folder)
            stem = self._free_stem(_file_name(name), pictures)
            for ending, content in (*pictures.items(), (".bin", data)):
                _write(self.folder / (stem + ending), content)
        except OSError as error:
            raise PrinterTrouble(
                words(
                    "Kertas tidak dapat disimpan di printer virtual. "
                    "Periksa sisa ruang penyimpanan, lalu lihat apakah kertas ini sudah keluar."
                ),
                started=True,
            ) from error

    def papers(self) -> list[Path]:
        """The ``.bin`` of each whole paper, by name."""
        return sorted(self.folder.glob("*.bin"))

    def _render(self, data: bytes) -> dict[str, bytes]:
        from drivers.virtual.paper import PaperError

        try:
            return _LANGUAGES[self.profile.language](data, self.profile)
        except (DecodeError, PaperError) as error:
            raise PrinterTrouble(
                words("Printer menolak kertas ini ({why}). Beri tahu supervisor kiosk.", why=error),
                started=False,
            ) from error

    def _free_stem(self, name: str, pictures: dict[str, bytes]) -> str:
        """The first of ``name``, ``name-2``, ... that holds no whole paper and no other one.

        A paper torn by a crash and sent again with the same bytes is completed, not doubled.
        """
        stems = chain([name], (f"{name}-{number}" for number in count(2)))
        return next(stem for stem in stems if self._is_free(stem, pictures))

    def _is_free(self, stem: str, pictures: dict[str, bytes]) -> bool:
        return not (self.folder / f"{stem}.bin").exists() and all(
            _absent_or_same(self.folder / (stem + ending), content)
            for ending, content in pictures.items()
        )


def _thermal(data: bytes, profile: Profile) -> dict[str, bytes]:
    from drivers.virtual.decode import decode
    from drivers.virtual.paper import PaperError, render_png
    from drivers.virtual.plain import render_text

    elements = decode(data)
    if not elements:
        raise PaperError("nothing to print")
    text = render_text(elements, profile.columns).encode()
    return {".png": render_png(elements, profile.columns), ".txt": text}


def _dot_matrix(data: bytes, profile: Profile) -> dict[str, bytes]:
    from drivers.virtual.decode_escp import decode_escp
    from drivers.virtual.paper import PaperError
    from drivers.virtual.paper_escp import render_escp_png
    from drivers.virtual.plain_escp import render_escp_text

    elements = decode_escp(data, 24 if profile.pins == 24 else 9)
    if not elements:
        raise PaperError("nothing to print")
    return {
        ".png": render_escp_png(elements),
        ".txt": render_escp_text(elements).encode(),
    }


def _document(data: bytes, profile: Profile) -> dict[str, bytes]:
    from drivers.virtual.paper import PaperError

    del profile
    if not data.startswith(b"%PDF-") or b"%%EOF" not in data[-32:]:
        raise PaperError("no PDF")
    return {".pdf": data}


_LANGUAGES = {"escpos": _thermal, "escp": _dot_matrix, "pdf": _document}


def _file_name(name: str) -> str:
    """``name`` as a file may be called anywhere: no folders, no hidden file, not too long."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]+", "-", plain)[:_LONGEST_NAME].strip("-.") or "kertas"


def _absent_or_same(path: Path, content: bytes) -> bool:
    return not path.exists() or path.read_bytes() == content


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        _sync_folder(folder.parent)


def _write(path: Path, content: bytes) -> None:
    """Writes a file so that it is there whole or not at all, and stays."""
    unfinished = path.with_name(f".{path.name}.part")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
