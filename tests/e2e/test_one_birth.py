"""One birth, typed key by key, from the ward to the parent's hands, central dead in between."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import zxingcpp
from PIL import Image

from config.forms import load_form
from config.procedures import FORMS
from kiosk.desk.desk import Desk
from tests.e2e.births import CHILD, close_panel, hand_card_over, home
from tests.e2e.books import agree, agree_on, rows, whole
from tests.e2e.city import DINAS, NUMBER, UPTD, UPTD_2, WARD, City, Loket
from tests.terminal.desk_terminal import Terminals

FORM = load_form(FORMS / "kelahiran.toml")
SISTER = {**CHILD, "anak_nama": "Aisyah Putra", "anak_jk": "L", "email": ""}


def take_in(ward: Loket, values: dict[str, str], reason: str = "") -> str:
    """F2 and the whole form; gives the number on the screen."""
    ward.press("F2")
    ward.fill_in(FORM, values)
    if reason:
        ward.see("Mungkin sudah pernah diajukan")
        ward.type_line(reason)
    screen = ward.see("Permohonan tersimpan")
    ward.press("Enter")
    ward.see("[Menunggu saya:")
    found = NUMBER.search(screen)
    assert found, screen
    return found[0]


def hand_out_batch(loket: Loket, title: str, count: int) -> str:
    """F4 and everything of one kind that is ready leaves, counted; gives the batch's number."""
    loket.press("F4")
    loket.see(re.compile(rf"(?m)^> +SERAH +{re.escape(title)}.* {count} "))
    loket.press("Enter")
    loket.see(re.compile(r"(?m)^>\*"))
    loket.press("Enter")
    loket.see("berapa yang diserahkan?")
    loket.type_line(str(count))
    screen = loket.see(re.compile(rf"Batch \S+: {count} "))
    close_panel(loket)
    home(loket)
    found = re.search(r"Batch (\S+):", screen)
    assert found
    return found[1]


def close_count(loket: Loket, count: int) -> None:
    """H at the end of a count that agrees."""
    loket.press("h")
    loket.see(f"Jumlah cocok: {count}.")
    close_panel(loket)
    home(loket)


def receive(loket: Loket, number: str, card: str) -> None:
    """While counting a batch in: scan one control card."""
    loket.scan(card, f"{number} diterima.")


@dataclass
class Births:
    """The two births of this story; the second one's file goes back to the ward."""

    number: str = ""
    second: str = ""
    resi: str = ""
    card: str = ""
    second_card: str = ""
    batch: str = ""


def at_the_ward(city: City, births: Births) -> None:
    """Central is dead; the ward takes both births in, and the day's files leave as a batch."""
    ward = city.lokets[0]
    births.number = take_in(ward, CHILD)
    births.second = take_in(ward, SISTER, "Saudara kembar, sudah dicek")
    births.resi = ward.qr(f"resi-{births.number}")
    births.card = ward.qr(f"kartu-{births.number}")
    births.second_card = ward.qr(f"kartu-{births.second}")
    births.batch = hand_out_batch(ward, "Daftar permohonan", 2)
    assert "Pekerjaan tetap aman" in ward.exchange()


def the_paper_comes_first(city: City, births: Births) -> None:
    """The files reach the dinas before their data; the entries meet when central is back."""
    ward, dinas = city.lokets[:2]
    assert "Data kasus ini belum tiba" in dinas.open_case(births.number, births.card)
    daftar = ward.qr(f"daftar-{births.batch}")
    dinas.scan(daftar, "Daftarnya belum tiba; menurut kertas 2. Diterima 0.")
    receive(dinas, births.number, births.card)
    city.central.restart()
    for loket in (ward, dinas):
        assert "Selesai" in loket.exchange()
    dinas.press("F4")
    dinas.see(re.compile(r"(?m)^> +TERIMA +Daftar permohonan.* 1/2 "))
    dinas.press("Enter")
    dinas.see("Daftar permohonan dari RS RSA: 1 dari 2 diterima")
    receive(dinas, births.second, births.second_card)
    close_count(dinas, 2)


def one_file_goes_back(city: City, births: Births) -> None:
    """What is missing is written down; the ward sees it with the file."""
    ward, dinas = city.lokets[:2]
    why = "FC buku nikah tidak terbaca"
    dinas.open_case(births.second, births.second_card)
    dinas.note("Tidak lengkap/bermasalah", [("Catatan pada berkas", why)])
    back = hand_out_batch(dinas, "Serah terima (BAST)", 1)
    for loket in (dinas, ward):
        assert "Selesai" in loket.exchange()
    daftar = dinas.qr(f"bast-{back}")
    ward.scan(daftar, "Serah terima (BAST) dari Dinas: 0 dari 1 diterima")
    receive(ward, births.second, births.second_card)
    close_count(ward, 1)
    assert f"Catatan: {why}" in ward.open_case(births.second)


def through_the_dinas(city: City, births: Births) -> None:
    """Entry, two paraf (the first Kabid's look sends it back once), TTE, e-mail, card, rekap."""
    dinas = city.lokets[1]
    number, card = births.number, births.card

    def take(officer: str, item: str = "berkas") -> None:
        dinas.sit(officer)
        dinas.open_case(number, card)
        dinas.take(item)

    dinas.open_case(number, card)
    dinas.note("Lengkap, dientri di SIAK", [("Nomor di SIAK", "SIAK-77")])
    take("rina")
    dinas.act("Diparaf, diajukan TTE")
    dinas.see("Tercatat: Diparaf")
    take("hendra")
    dinas.note("Salah entri, ke Kasi", [("Yang harus diperbaiki", "Nama ayah")])
    take("rina")
    dinas.act("Diparaf, diajukan TTE")
    dinas.see("Tercatat: Diparaf")
    take("hendra")
    dinas.act("Diparaf, diajukan TTE")
    dinas.see("Tercatat: Diparaf")
    take("andi")
    dinas.note("Sudah TTE", [("Nomor akta", "1471-LU-9")])
    dinas.note("Terkirim ke email", [("Email tujuan", "sari@contoh.id"), ("Pukul terkirim", "")])
    take("doni", "KIA")
    dinas.note("KIA tercetak", [("Nomor blanko", "K000123")])
    take("wati", "KIA")
    births.batch = hand_out_batch(dinas, "Rekap distribusi KIA", 1)
    assert "Selesai" in dinas.exchange()


def at_the_uptd(city: City, births: Births) -> None:
    """The card is counted in, and both desks of the UPTD know of it."""
    dinas, uptd, uptd_2 = city.lokets[1:]
    assert "Selesai" in uptd.exchange()
    rekap = dinas.qr(f"rekap-{births.batch}")
    uptd.scan(rekap, "Rekap distribusi KIA dari Dinas: 0 dari 1 diterima")
    uptd.press("t")
    uptd.see("berapa yang datang?")
    uptd.type_line("1")
    uptd.see("Jumlah cocok: 1.")
    close_panel(uptd)
    home(uptd)
    for loket in (uptd, uptd_2):
        assert "Selesai" in loket.exchange()


def card_over_the_counter(loket: Loket, births: Births) -> None:
    """The resi is scanned while the officer searches for something else."""
    loket.press("F3")
    loket.see("Ketik nama, nomor")
    loket.open_case(births.number, births.resi)
    hand_card_over(loket, births.number, CHILD["ibu_nama"], CHILD["ibu_nik"])


def handed_over_twice(city: City, births: Births) -> None:
    """Without central each desk of the UPTD hands the card over; the verdict comes with it."""
    uptd, uptd_2 = city.lokets[2:]
    city.central.kill9()
    card_over_the_counter(uptd, births)
    home(uptd)
    assert "Permohonan ini sudah selesai" in uptd.open_case(births.number, births.resi)
    assert not re.search(r"(?m)^ +1  ", uptd.see("Yang dilakukan"))
    card_over_the_counter(uptd_2, births)
    city.central.restart()
    for loket in (uptd, uptd_2, uptd):
        assert "Selesai" in loket.exchange()
    uptd_2.press("F9")
    uptd_2.see("1 menunggu keputusan")
    uptd_2.press("Enter")
    uptd_2.see(re.compile(rf"penyerahan ganda +{births.number}"))
    uptd_2.press("Enter")
    screen = uptd_2.see("Selesaikan dengan catatan")
    assert re.search(r"pemenang: \S+, kiosk U1[01]", screen)
    assert re.search(r"kalah: \S+, kiosk U1[01]", screen)
    assert "kiosk U10" in screen
    assert "kiosk U11" in screen
    uptd_2.press("1")
    uptd_2.see("Bagaimana diselesaikan?")
    uptd_2.type_line("Kartu satu, loket 2 salah catat")
    uptd_2.see("Tidak ada pengecualian.")
    assert "Selesai" in uptd_2.exchange()


def the_card_tells(city: City, births: Births) -> None:
    """The kartu kendali, printed at the end, has both paraf of every hand-over."""
    dinas = city.lokets[1]
    dinas.sit("andi")
    assert "Selesai" in dinas.exchange()
    assert "Status: selesai" in dinas.open_case(births.number, births.card)
    dinas.press("F6")
    dinas.see("Kertas kasus ini")
    dinas.press("1")
    dinas.see("Masuk antrean cetak.")
    dinas.paper(f"kartu-{births.number}")
    newest = max(
        (dinas.folder / "kertas").glob("kartu-*.txt"), key=lambda path: path.stat().st_mtime
    )
    card = newest.read_text()
    assert births.number in card
    given = re.findall(r"(?m)^ *Serah *: (?:.* )?(\S+)$", card)
    taken = re.findall(r"(?m)^ *Terima *: .* (\S+)$", card)
    way = ["SR", "AS", "RK", "HK", "RK", "HK", "AS", "DC", "WD", "YA"]
    assert taken == way
    assert given == ["Pemohon", *way[:-1]]


def the_resi_proves_itself(city: City, births: Births) -> None:
    """Its QR, read off the picture by another's decoder, is known by kiosks that never saw it."""
    ward, dinas, uptd = city.lokets[:3]
    picture = ward.folder / "kertas" / f"resi-{births.number}.png"
    with Image.open(picture) as paper:
        (code,) = zxingcpp.read_barcodes(paper)
    assert code.text == births.resi
    at = len(code.text) // 2
    forged = code.text[:at] + ("A" if code.text[at] != "A" else "B") + code.text[at + 1 :]
    for loket in (dinas, uptd):
        assert f"sah {births.number}" in loket.command("verify", "--resi", code.text)
        assert "tidak-sah" in loket.command("verify", "--resi", forged, code=1)


def given_once_by_verdict(city: City, births: Births) -> None:
    """Both hand-overs are on the card, one won, and the loser's is settled by an officer."""
    claim = f"kia:{births.number}"
    central = city.pusat / "pusat.db"
    ((winner,),) = rows(
        central, "SELECT e.kiosk FROM claims c JOIN entries e USING (idx) WHERE claim=?", claim
    )
    for loket in city.lokets:
        here = loket.folder / "kiosk.db"
        assert len(rows(here, "SELECT 1 FROM entries WHERE act='putusan'")) == 1
        claimed = {code for (code,) in rows(here, "SELECT kiosk FROM claims WHERE claim=?", claim)}
        assert claimed == {"U10", "U11"}
        desk = Desk.open(loket.folder)
        try:
            (verdict,) = desk.cards.exceptions(open_only=False)
        finally:
            desk.close()
        assert verdict.facts["pemenang"]["kiosk"] == winner
        assert {verdict.facts[side]["kiosk"] for side in ("pemenang", "kalah")} == claimed
        assert verdict.note == "Kartu satu, loket 2 salah catat"


def test_one_birth(terminals: Terminals, tmp_path: Path) -> None:
    city = City(terminals, tmp_path, [WARD, DINAS, UPTD, UPTD_2])
    city.open()
    for loket in city.lokets:
        loket.sit(loket.place.officers[0][0])
        assert "Selesai" in loket.exchange()
    births = Births()
    city.central.kill9()
    at_the_ward(city, births)
    the_paper_comes_first(city, births)
    one_file_goes_back(city, births)
    through_the_dinas(city, births)
    at_the_uptd(city, births)
    handed_over_twice(city, births)
    the_card_tells(city, births)
    for loket in city.lokets:
        loket.shut()
    agree(city)
    first = agree_on(city, city.lokets, births.number)
    assert (first["langkah"], first["status"]) == ("tutup", "tutup")
    second = agree_on(city, city.lokets[:2], births.second)
    assert (second["langkah"], second["status"], second["di"]) == ("L", "dikembalikan", "rs:RSA")
    given_once_by_verdict(city, births)
    the_resi_proves_itself(city, births)
    whole(city)
