"""Tries devices with the person at the keyboard: a page printed, a code read back, a sheet scanned.
What was found right is written into ``perangkat.toml``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from config.devices import FORMATS, Device
from drivers.trouble import DeviceTrouble
from kiosk.doctor import Doctor, Finding, TriedSheet
from kiosk.doctor_ears import Heard
from kiosk.texts import said_words, say

Tell = Callable[[str], None]
Hear = Callable[[str, Sequence[Device], Tell], Heard]

ATTEMPTS = 3
"""How often a code may be read wrong."""


class Trials:
    """One conversation. ``answer`` asks a question and gives the line that was typed; ``hear``
    waits for one scan of these scanners or of one that types."""

    def __init__(self, doctor: Doctor, answer: Callable[[str], str], tell: Tell, hear: Hear):
        self._doctor = doctor
        self._answer = answer
        self._tell = tell
        self._hear = hear
        self._proven: set[str] = set()

    def run(self, findings: Sequence[Finding]) -> None:
        """Offer a trial of each device; of one that is not in use only if a kiosk is here to use
        it."""
        for device in self._doctor.devices.of_kind("printer"):
            self._printer(device)
        for device in self._doctor.devices.of_kind("barcode"):
            if device.address not in self._proven:
                self._barcode(device, say("Coba pemindai {nama}? [y/t] ", nama=device.name))
        for one in findings:
            usable = one.in_use or (self._doctor.settings is not None and not one.trouble)
            if one.kind == "document" and usable:
                self._document(one)
            elif not one.in_use and usable and one.address.startswith(("serial:", "hidpos:")):
                self._barcode(
                    Device(one.address, "barcode", one.name),
                    say("Pakai {nama} sebagai pemindai barcode/QR? [y/t] ", nama=one.name),
                )

    def _yes(self, question: str) -> bool:
        return self._answer(question).strip().casefold()[:1] == "y"

    def _passed(self, device: Device) -> None:
        self._doctor.passed(device)
        self._tell(say("{nama}: baik, tercatat.", nama=device.name))

    # -- a page and its code -------------------------------------------------------------------

    def _printer(self, device: Device) -> None:
        if not self._yes(say("Cetak halaman uji di {nama}? [y/t] ", nama=device.name)):
            return
        try:
            code = self._doctor.print_test(device)
        except DeviceTrouble as trouble:
            self._tell(said_words(trouble.says))
            return
        if not self._yes(say("Apakah halaman itu keluar utuh dan terbaca? [y/t] ")):
            self._tell(say("Pilih jenis printer lain: kiosk doctor --use ALAMAT --profile JENIS"))
            return
        scanners = self._doctor.devices.of_kind("barcode")
        heard = self._read_back(say("Pindai QR di halaman itu (Enter melewati)."), scanners, code)
        if heard is None:
            return
        self._passed(device)
        if heard.scanner is not None:
            self._proven.add(heard.scanner.address)
            self._passed(heard.scanner)

    def _barcode(self, device: Device, question: str) -> None:
        if not self._yes(question):
            return
        prompt = say("Pindai QR di halaman uji dengan {nama} (Enter melewati).", nama=device.name)
        heard = self._read_back(prompt, [device], self._doctor.test_code)
        if heard is None or not heard.text:
            return
        if heard.scanner is None:
            self._tell(say("Kode itu diketik seperti dari papan ketik, bukan lewat alat ini."))
            return
        self._passed(heard.scanner)

    def _read_back(self, prompt: str, scanners: Sequence[Device], code: str) -> Heard | None:
        """The scan that read ``code``, or one without text where it was left out; None when only
        other codes came."""
        for _ in range(ATTEMPTS):
            heard = self._hear(prompt, scanners, self._tell)
            if heard.garbage:
                self._tell(say("Hasil pindai tidak terbaca. Bersihkan kaca, pindai lagi."))
            elif heard.text in ("", code):
                return heard
            else:
                other = {"teks": heard.text[:60], "isi": code}
                self._tell(say("Itu kode lain: {teks}. Di halaman uji tertulis {isi}.", **other))
        self._tell(say("Belum tercatat. Coba lagi dengan halaman uji yang baru."))
        return None

    # -- a sheet -------------------------------------------------------------------------------

    def _document(self, one: Finding) -> None:
        known = self._doctor.devices.find(one.address)
        device = known or Device(one.address, "document", one.name)
        question = (
            say("Coba pindai selembar kertas di {nama}? [y/t] ", nama=one.name)
            if known
            else say("Coba {nama} dengan selembar kertas, lalu pakai? [y/t] ", nama=one.name)
        )
        if not self._yes(question):
            return
        feeder = self._lay_sheet(one)
        self._tell(say("Memindai ..."))
        try:
            sheet = self._doctor.scan_test(device, feeder=feeder)
            self._look(device, sheet)
        except DeviceTrouble as trouble:
            self._tell(said_words(trouble.says))
        finally:
            self._doctor.clear_scan()

    def _lay_sheet(self, one: Finding) -> bool:
        """Where the sheet lies: whether it is the feeder."""
        glass, feeder = one.abilities.get("glass", True), one.abilities.get("feeder", True)
        if glass and feeder:
            where = say(
                "Letakkan selembar kertas di kaca, lalu Enter (P dan Enter bila di pengumpan): "
            )
            return self._answer(where).strip().casefold()[:1] == "p"
        if feeder:
            self._answer(say("Letakkan selembar kertas di pengumpan, lalu Enter: "))
        else:
            self._answer(say("Letakkan selembar kertas di kaca, lalu Enter: "))
        return bool(feeder)

    def _look(self, device: Device, sheet: TriedSheet) -> None:
        for line in sheet_lines(sheet):
            self._tell(line)
        if not self._yes(say("Apakah gambar itu benar: tegak, utuh, terbaca? [y/t] ")):
            self._tell(say("Belum tercatat. Bersihkan kaca, luruskan kertas, lalu coba lagi."))
            return
        form = self._answer(
            say("Simpan halaman sebagai AVIF atau JPEG? [{bentuk}] ", bentuk=device.format.upper())
        )
        wanted = form.strip().casefold()[:1]
        chosen = next((one for one in FORMATS if wanted and one.startswith(wanted)), device.format)
        self._passed(replace(device, format=chosen))


def sheet_lines(sheet: TriedSheet) -> list[str]:
    """What came of a test sheet, in words."""
    came, done = sheet.righting.came, sheet.righting
    lines = [
        say(
            "Datang {n} lembar, {lebar} x {tinggi} titik, {dpi} dpi.",
            n=sheet.sheets,
            lebar=came[0],
            tinggi=came[1],
            dpi=sheet.resolution or "?",
        )
    ]
    turned = [say("diputar {n} derajat", n=done.turned)] if done.turned else []
    if done.skew:
        turned.append(say("diluruskan {n} derajat", n=f"{done.skew:.1f}"))
    if done.cut:
        turned.append(say("dipotong ke tepi kertas"))
    size = {"lebar": sheet.size[0], "tinggi": sheet.size[1]}
    lines.append(
        say("Disimpan {lebar} x {tinggi} titik: {ubah}.", ubah=", ".join(turned), **size)
        if turned
        else say("Disimpan {lebar} x {tinggi} titik, seperti datangnya.", **size)
    )
    kept = ", ".join(f"{form.upper()} {_kilobytes(n)} KB" for form, n in sheet.stored.items())
    return [
        *lines,
        say("Ukuran simpan: {daftar}.", daftar=kept),
        say("Lihat gambarnya di {path}", path=sheet.picture),
    ]


def _kilobytes(count: int) -> int:
    return max(1, round(count / 1000))
