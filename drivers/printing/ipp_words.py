"""What a page printer, its queue and its jobs report, in words that say what to do next.

Keywords of RFC 8011 (sections 5.3.8, 5.4.12), PWG 5100.9 and CUPS.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from drivers.words import Words, words


def _stoppers(printer: str, queue: str) -> Mapping[str, Words]:
    """By the keyword without its severity, the most telling first."""
    return {
        "media-jam": words(
            "Kertas macet di {printer}. Keluarkan kertasnya, lalu tutup lagi.", printer=printer
        ),
        "cover-open": words(
            "Tutup {printer} terbuka. Tutuplah; cetakan dilanjutkan sendiri.", printer=printer
        ),
        "media-empty": words(
            "Kertas habis di {printer}. Isi kertas; cetakan dilanjutkan sendiri.", printer=printer
        ),
        "media-needed": words(
            "Ukuran kertas di {printer} tidak cocok. Isi kertas yang benar; cetakan dilanjutkan "
            "sendiri.",
            printer=printer,
        ),
        "input-tray-missing": words(
            "Baki kertas {printer} terlepas. Pasang kembali bakinya.", printer=printer
        ),
        "output-area-full": words(
            "Baki keluaran {printer} penuh atau terlepas. Ambil kertas yang sudah keluar.",
            printer=printer,
        ),
        "toner-empty": words(
            "Tinta atau toner {printer} habis. Ganti; cetakan dilanjutkan sendiri.", printer=printer
        ),
        "marker-waste-full": words(
            "Wadah sisa tinta {printer} penuh. Hubungi teknisi printer.", printer=printer
        ),
        "opc-life-over": words(
            "Suku cadang {printer} sudah habis umurnya. Hubungi teknisi printer.", printer=printer
        ),
        "fuser-over-temp": words(
            "Bagian dalam {printer} terlalu panas. Tunggu sebentar.", printer=printer
        ),
        "spool-area-full": words(
            "Memori {printer} penuh. Matikan printer, lalu nyalakan lagi.", printer=printer
        ),
        "offline": no_connection(printer),
        "connecting-to-device": no_connection(printer),
        "cups-missing-filter": words(
            "Komputer ini belum dapat menyiapkan cetakan. Jalankan: sudo apt install cups-filters"
        ),
        "paused": words(
            "Antrean {antrean} dihentikan. Jalankan: sudo cupsenable {antrean}", antrean=queue
        )
        if queue
        else words(
            "Cetakan ditahan di {printer}. Tekan tombol Lanjut di printer.", printer=printer
        ),
    }


def no_connection(printer: str) -> Words:
    """It is off, or its cable is out."""
    return words(
        "Tidak ada sambungan ke {printer}. Periksa kabel dan nyalakan printernya.", printer=printer
    )


def no_service() -> Words:
    """CUPS itself is not running."""
    return words("Layanan cetak komputer ini tidak berjalan. Jalankan: sudo systemctl start cups")


def not_a_printer(printer: str) -> Words:
    """Something answered that speaks no IPP."""
    return words(
        "Yang menjawab di alamat {printer} bukan printer. Periksa alamatnya di F9 Perangkat.",
        printer=printer,
    )


def halted(printer: str) -> Words:
    """The officer or the end of the kiosk stopped it."""
    return words(
        "Pencetakan di {printer} dihentikan. Lihat apakah kertas ini sudah keluar.",
        printer=printer,
    )


def too_long(printer: str) -> Words:
    """No progress, or no hands, for longer than is waited."""
    return words(
        "Cetakan di {printer} terlalu lama tidak selesai. Lihat apakah kertas ini sudah keluar.",
        printer=printer,
    )


def forgotten(printer: str) -> Words:
    """The printer does not know the job any more."""
    return words(
        "Cetakan ini tidak diingat lagi oleh {printer}. Lihat apakah kertasnya keluar.",
        printer=printer,
    )


def broken_off(printer: str) -> Words:
    """The connection ended, and the job was not found."""
    return words(
        "Sambungan ke {printer} putus saat mengirim. Lihat apakah kertas ini keluar utuh.",
        printer=printer,
    )


def stands_still(printer: str) -> Words:
    """It stopped and does not say why."""
    return words(
        "Ada gangguan di {printer}. Periksa kertas, tutup, dan layarnya.",
        printer=printer,
    )


def held(printer: str) -> Words:
    """The job waits for somebody to release it."""
    return words(
        "Cetakan ini ditahan di {printer}. Lepaskan di layar printer.",
        printer=printer,
    )


def in_turn(printer: str) -> Words:
    """Another job is printed first."""
    return words(
        "Dokumen lain sedang dicetak di {printer}. Tunggu giliran.",
        printer=printer,
    )


_SAME = {
    "door-open": "cover-open",
    "interlock-open": "cover-open",
    "output-tray-missing": "output-area-full",
    "marker-waste-receptacle-full": "marker-waste-full",
    "marker-supply-empty": "toner-empty",
    "developer-empty": "toner-empty",
    "timed-out": "offline",
    "shutdown": "offline",
    "moving-to-paused": "paused",
    "stopped-partly": "paused",
    "hold-new-jobs": "paused",
}

_ALWAYS = ("offline", "cups-missing-filter")
"""CUPS reports these mildly (-report, -warning) although nothing is printed."""

_MILD = ("connecting-to-device",)
"""What CUPS reports for a moment of every job."""

_SEVERITIES = ("-error", "-warning", "-report")


def stopper(
    reasons: Iterable[str], *, stopped: bool, printer: str, queue: str = ""
) -> Words | None:
    """What keeps ``printer`` from printing; None when nothing named does.

    ``stopped``: the printer or the job stands still, so a mild report names the cause too; some
    printers report an empty tray no other way, others report so a tray that is not used.
    ``queue``: the name by which CUPS knows it.
    """
    found = {name for reason in reasons if (name := _named(reason, stopped=stopped))}
    known = _stoppers(printer, queue)
    return next((says for name, says in known.items() if name in found), None)


def _named(reason: str, *, stopped: bool) -> str:
    """The keyword of a reason that counts, without its severity."""
    name = reason
    for severity in _SEVERITIES:
        name = name.removesuffix(severity)
    mild = reason.endswith(_SEVERITIES[1:]) or name in _MILD
    return _SAME.get(name, name) if stopped or not mild or name in _ALWAYS else ""


def refusal(status: int, printer: str) -> Words:
    """Why a request was refused, by its IPP status."""
    if status in (0x0401, 0x0402, 0x0403):
        return _refused(printer)
    if status in (0x0406, 0x0407, 0x040D):
        return _not_found(printer)
    if status in (0x0409, 0x040A, 0x040B, 0x040F, 0x0411):
        return words(
            "Bentuk cetakan ini tidak diterima {printer}. Pilih printer lain di F9 Perangkat.",
            printer=printer,
        )
    return _not_now(printer)


def http_refusal(status: int, printer: str) -> Words:
    """Why a request was refused before it was read, by its HTTP status."""
    if status in (401, 403):
        return _refused(printer)
    if status == 404:
        return _not_found(printer)
    if status == 426:
        return words(
            "Sambungan ke {printer} harus terenkripsi. Ganti ipp:// pada alamatnya menjadi "
            "ipps:// di F9 Perangkat.",
            printer=printer,
        )
    return _not_now(printer)


def _refused(printer: str) -> Words:
    return words(
        "Komputer ini tidak diizinkan mencetak ke {printer}. Minta izin kepada pengelolanya.",
        printer=printer,
    )


def _not_found(printer: str) -> Words:
    return words(
        "Alamat {printer} tidak benar lagi. Buka F9 Perangkat dan pilih lagi printernya.",
        printer=printer,
    )


def _not_now(printer: str) -> Words:
    return words(
        "Cetakan sedang tidak diterima {printer}. Tunggu sebentar, atau periksa printernya.",
        printer=printer,
    )


def ending(
    state: int, reasons: Iterable[str], message: str, printed: int | None, printer: str
) -> Words:
    """Why a job ended without being printed.

    ``state`` is 7 (cancelled), 8 (aborted) or 9 (completed, with errors); ``printed`` counts the
    sheets or sides that came out, None when it is not known.
    """
    if any(reason.startswith(("document-", "unsupported-document")) for reason in reasons):
        return words(
            "Cetakan ini tidak terbaca oleh {printer}. Lihat apakah ada yang keluar, lalu pilih "
            "printer lain di F9 Perangkat.",
            printer=printer,
        )
    if "filter failed" in message.lower():
        return words(
            "Komputer ini gagal menyiapkan cetakan. Lihat apakah ada yang keluar, lalu jalankan: "
            "sudo apt install cups-filters"
        )
    if state == 7:
        return words(
            "Cetakan ini dibatalkan di {printer} atau di CUPS. Lihat apa yang sudah keluar.",
            printer=printer,
        )
    if state == 9:
        return words(
            "Cetakan di {printer} selesai dengan gangguan. Lihat apakah semua lembarnya utuh.",
            printer=printer,
        )
    if printed == 0:
        return words(
            "Cetakan ini dibatalkan oleh {printer}, yang mengabarkan belum ada lembar keluar. "
            "Lihat printernya, lalu cetak lagi.",
            printer=printer,
        )
    return words(
        "Cetakan ini dibatalkan oleh {printer} di tengah jalan. Lihat apa yang sudah keluar.",
        printer=printer,
    )
