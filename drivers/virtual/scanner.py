"""A document scanner without hardware: made-up pages, laid askew as hurried hands lay them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from time import sleep as real_sleep
from typing import TYPE_CHECKING, Protocol

from drivers.documents.job import (
    PAPERS,
    Progress,
    RawPage,
    ScanTrouble,
    ScanWish,
    next_number,
    page_name,
    sync_page,
)
from drivers.words import words

if TYPE_CHECKING:
    from PIL import Image

IN_THE_FEEDER = 3
"""Pages that lie in the feeder, always."""

_STEPS = 10
"""How often a page under way reports its progress."""

_ASKEW: tuple[tuple[int, float], ...] = ((0, 1.5), (90, -2.0), (180, 0.0), (0, 0.0))
"""How the pages lie: quarters clockwise, then degrees clockwise."""

_LINES = (
    "Yang bertanda tangan di bawah ini menerangkan dengan sebenarnya",
    "bahwa pada hari ini telah lahir seorang anak dengan selamat.",
    "Surat ini dibuat untuk latihan petugas dan bukan surat yang sah,",
    "sehingga tidak boleh dipakai untuk keperluan apa pun juga.",
    "Semua nama dan nomor di dalamnya adalah karangan belaka.",
)


class Sleep(Protocol):
    """Waits for some seconds."""

    def __call__(self, seconds: float, /) -> object:
        """Wait."""
        ...


class VirtualScanner:
    """Gives one page off the glass, or IN_THE_FEEDER out of the feeder; the same ones each time."""

    def __init__(
        self, name: str, *, seconds_a_page: float = 0.6, sleep: Sleep = real_sleep
    ) -> None:
        self._name = name
        self._seconds = seconds_a_page
        self._sleep = sleep

    @property
    def name(self) -> str:
        """What the officer calls it."""
        return self._name

    def scan(
        self, wish: ScanWish, folder: Path, progress: Progress, stop: threading.Event
    ) -> Iterator[RawPage]:
        """Gives pages as drivers.documents.job.Source says."""
        given: list[RawPage] = []
        for _ in range(IN_THE_FEEDER if wish.feeder else 1):
            try:
                number = next_number(folder)
                self._pass_by(number, progress, stop)
                page = _written(number, wish, folder)
            except OSError as error:
                raise ScanTrouble(
                    words("Pindaian tidak dapat disimpan. Periksa sisa ruang disk."),
                    "broken",
                    tuple(given),
                ) from error
            except _Stopped:
                raise ScanTrouble(
                    words("Pemindaian dihentikan."), "stopped", tuple(given)
                ) from None
            given.append(page)
            yield page

    def _pass_by(self, number: int, progress: Progress, stop: threading.Event) -> None:
        for step in range(_STEPS + 1):
            if stop.is_set():
                raise _Stopped
            progress(number, step * 100 // _STEPS)
            self._sleep(self._seconds / _STEPS)


class _Stopped(Exception):
    """The officer's own wish."""


def _written(number: int, wish: ScanWish, folder: Path) -> RawPage:
    path = folder / page_name(number, "png")
    unfinished = folder / f".{path.name}.part"
    _drawn(number, wish).save(unfinished, "PNG", compress_level=1)
    unfinished.replace(path)
    sync_page(path)
    return RawPage(number, path, wish.resolution)


def _drawn(number: int, wish: ScanWish) -> Image.Image:
    """The n-th made-up page as it lies under the light: askew, with a black lid around it."""
    from PIL import Image

    turn, skew = _ASKEW[(number - 1) % len(_ASKEW)]
    page = _page(number, wish)
    if turn:
        quarters = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180}
        page = page.transpose(quarters[turn])
    lid = max(page.size) // 20
    glass = Image.new(page.mode, (page.width + 2 * lid, page.height + 2 * lid), "black")
    glass.paste(page, (lid, lid))
    if skew:
        glass = glass.rotate(-skew, Image.Resampling.BICUBIC, fillcolor="black")
    return glass.convert("1") if wish.colour == "hitam-putih" else glass


def _page(number: int, wish: ScanWish) -> Image.Image:
    from PIL import Image, ImageDraw, ImageFont

    millimetre = wish.resolution / 25.4
    across, down = PAPERS[wish.paper]
    size = (round(across * millimetre), round(down * millimetre))
    page = Image.new("RGB" if wish.colour == "warna" else "L", size, "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(min(4.0, down / 14) * millimetre)
    large = ImageFont.load_default(min(12.0, down / 8) * millimetre)
    margin = size[0] // 12
    draw.text((margin, margin), f"LATIHAN {number}", fill="black", font=large)
    y, step = margin + round(size[1] * 0.15), round(min(6.5, down / 9) * millimetre)
    for at in range((size[1] - margin - y) // step):
        text = _LINES[(at * 3 + number) % len(_LINES)]
        draw.text((margin, y + at * step), text, fill="black", font=font)
    if wish.colour == "warna":
        side = size[0] // 4
        draw.ellipse((margin, size[1] - side, margin + side, size[1] - 9), outline="blue", width=9)
    return page
