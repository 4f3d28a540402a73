"""Made-up sheets as a scanner would give them: text, a QR code, a border, turned and skewed."""

from __future__ import annotations

from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFont

SENTENCES = (
    "Yang bertanda tangan di bawah ini menerangkan dengan sebenarnya bahwa telah lahir",
    "seorang anak di rumah sakit umum daerah kota ini pada hari dan tanggal tersebut.",
    "Surat keterangan ini dibuat untuk dipergunakan sebagaimana mestinya oleh orang tua",
    "dalam pengurusan akta kelahiran dan kartu identitas anak pada dinas kependudukan.",
    "Demikian keterangan ini kami berikan agar yang berkepentingan menjadi maklum.",
    "Pemohon wajib menunjukkan kartu tanda penduduk elektronik dan kartu keluarga asli.",
)
FORM = (
    "Nama anak : Budi Santoso",
    "Tempat dan tanggal lahir : Pekanbaru, 3 Maret 2026",
    "Nama ibu : Sari Wulandari",
    "Nama ayah : Joko Susilo",
    "Alamat : Jalan Sudirman No. 17, Pekanbaru",
)
CAPITALS = (
    "PEMERINTAH KOTA PEKANBARU DINAS KEPENDUDUKAN DAN PENCATATAN SIPIL",
    "NAMA LENGKAP : BUDI SANTOSO",
    "TEMPAT DAN TANGGAL LAHIR : PEKANBARU, 3 MARET 2026",
    "ALAMAT : JALAN SUDIRMAN NO. 17 RT 002 RW 014",
    "KELURAHAN : REJOSARI, KECAMATAN TENAYAN RAYA",
    "PEKERJAAN : KARYAWAN SWASTA, AGAMA ISLAM, STATUS KAWIN TERCATAT",
    "NOMOR INDUK KEPENDUDUKAN 1471104403920001 DAN NOMOR KARTU KELUARGA",
    "HUBUNGAN DENGAN KEPALA KELUARGA : ANAK KANDUNG",
    "DENGAN INI MENYATAKAN BAHWA SEMUA KETERANGAN DI ATAS ADALAH BENAR",
    "APABILA TIDAK BENAR BERSEDIA DITUNTUT SESUAI HUKUM YANG BERLAKU",
)


def sheet(
    *,
    dpi: int = 200,
    millimetres: tuple[float, float] = (210.0, 297.0),
    kind: str = "surat",
    code: str = "LL1:UJI",
    seed: int = 1,
    colour: bool = False,
) -> Image.Image:
    """An upright sheet: ``surat`` (paragraphs), ``isian`` (a form with rulings), ``kapital``."""
    width, height = (round(side * dpi / 25.4) for side in millimetres)
    picture = Image.new("RGB" if colour else "L", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    chance = Random(seed)
    point = dpi / 72
    font = ImageFont.load_default(round(11 * point))
    margin = width // 9
    y = height // 12
    if code:
        square = round(width * 0.2)
        picture.paste(qr(code, square), (width - margin - square, y))
    draw.text((margin, y), "SURAT KETERANGAN", fill="black", font=ImageFont.load_default(
        round(14 * point)))  # fmt: skip
    y += round(width * 0.22)
    lines = {"surat": SENTENCES, "isian": FORM, "kapital": CAPITALS}[kind]
    step = round(17 * point)
    while y < height * 0.85:
        text = chance.choice(lines)
        if kind == "kapital":
            text = " ".join((text, chance.choice(lines)))
        while draw.textlength(text, font=font) > width - 2 * margin - chance.randrange(width // 2):
            text = text.rsplit(" ", 1)[0]
        draw.text((margin, y), text, fill="black", font=font)
        y += step
        if kind == "isian":
            draw.line((margin, y, width - margin, y), fill="black", width=2)
    if kind == "isian":
        for x in (margin - 10, width // 2, width - margin + 10):
            draw.line((x, height // 3, x, y), fill="black", width=2)
    if colour:
        draw.ellipse((margin, height * 0.75, margin + 300, height * 0.75 + 300), outline="blue",
                     width=12)  # fmt: skip
    return picture


def qr(text: str, side: int) -> Image.Image:
    """A QR code of ``side`` dots."""
    import qrcode

    code = qrcode.QRCode(border=2)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    drawn = Image.new("L", (len(matrix), len(matrix)), 255)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                drawn.putpixel((x, y), 0)
    return drawn.resize((side, side), Image.Resampling.NEAREST)


def laid(
    paper: Image.Image,
    *,
    turn: int = 0,
    skew: float = 0.0,
    border: str | None = None,
    room: float = 0.06,
    noise: int = 0,
) -> Image.Image:
    """The paper on the glass: ``turn`` degrees clockwise in quarters, then ``skew`` degrees, with
    ``border`` ("black", "white") around it."""
    quarters = {
        90: Image.Transpose.ROTATE_270,
        180: Image.Transpose.ROTATE_180,
        270: Image.Transpose.ROTATE_90,
    }
    if turn:
        paper = paper.transpose(quarters[turn])
    fill = border or "white"
    if border:
        extra = round(max(paper.size) * room)
        ground = Image.new(paper.mode, (paper.width + 2 * extra, paper.height + 2 * extra), fill)
        ground.paste(paper, (extra, extra))
        paper = ground
    if skew:
        paper = paper.rotate(-skew, Image.Resampling.BICUBIC, fillcolor=fill)
    if noise:
        grain = Image.effect_noise(paper.size, noise).convert(paper.mode)
        paper = Image.blend(paper, grain, 0.15)
    return paper


def save(picture: Image.Image, path: Path, **how: object) -> Path:
    """The picture in a file, in the format that its name says."""
    picture.save(path, **how)
    return path
