"""Taking cases in: what may begin where, duplicates of a KIA, drafts with a chat, the sent resi."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from kiosk.desk.chat_files import chat_files, read_chat_file
from kiosk.desk.sending_resi import FOLDER
from kiosk.desk.sticks import sticks
from kiosk.desk.views import FormRefused, Refusal
from tests.desk.kia import chat_of, kia
from tests.desk.world import TODAY, World, birth

KIA = "kia-whatsapp"


def slugs(world: World, officer: str) -> list[str]:
    return [one.slug for one in world.sit(officer).intake.beginnable()]


def test_each_officer_begins_what_is_his(offline: World) -> None:
    assert slugs(offline, "siti") == ["kado-camer", "akta-jambi"]
    assert slugs(offline, "mega") == [KIA]
    assert slugs(offline, "andi") == []
    assert set(slugs(offline, "bayu")) >= {KIA}
    assert "mas-rapid-nama" not in slugs(offline, "bayu")
    assert slugs(offline, "yuni") == []


def test_the_office_names_who_begins_here(offline: World) -> None:
    assert "Admin WhatsApp (Cendekia)" in offline.sit("andi").intake.beginners()
    assert offline.sit("yuni").intake.beginners() == []


def test_a_kia_begins_at_its_second_step_and_prints_no_resi(offline: World) -> None:
    desk = offline.sit("mega")
    (made,) = desk.intake.submit(KIA, kia(1, TODAY))
    state = desk.core.known(made.number)
    assert (state.step, state.procedure) == ("2", KIA)
    assert made.name == kia(1, TODAY)["anak_nama"]
    assert [job.paper for job in desk.printing.jobs()] == ["kartu"]


def test_take_in_is_part_of_the_transaction_around_it(offline: World) -> None:
    desk = offline.sit("mega")
    with desk.core.ledger.transaction():
        parent = desk.intake.take_in(desk.core.hand(), KIA, kia(1, TODAY))
        number = desk.intake.take_in(
            desk.core.hand(),
            KIA,
            kia(2, TODAY),
            parent=parent,
            data={"tautan": [[parent, "keluarga"]]},
        )
    state = desk.core.known(number)
    assert state.parent == parent
    assert [(link.number, link.kind) for link in state.links] == [(parent, "keluarga")]
    assert desk.printing.jobs() == []
    with pytest.raises(FormRefused), desk.core.ledger.transaction():
        lost = desk.intake.take_in(desk.core.hand(), KIA, kia(3, TODAY))
        desk.intake.take_in(desk.core.hand(), KIA, kia(4, TODAY, anak_nik="1"))
    assert desk.core.state(lost) is None


def duplicates(world: World, procedure: str = KIA, **changes: str) -> list[tuple[str, str]]:
    desk = world.sit("mega")
    found = desk.intake.duplicates(procedure, kia(1, TODAY, **changes))
    return [(match.candidate.number, ", ".join(match.reasons)) for match in found]


def test_a_second_kia_of_the_same_child_is_found_by_nik_or_by_name_and_day(offline: World) -> None:
    (made,) = offline.sit("mega").intake.submit(KIA, kia(1, TODAY))
    ((number, why),) = duplicates(offline, anak_nama="NAMA LAIN SEKALI")
    assert number == made.number
    assert "NIK sama" in why and "masih berjalan" in why
    ((number, why),) = duplicates(offline, anak_nik="1471105203200999")
    assert number == made.number
    assert "nama hampir sama" in why and "NIK berbeda" in why
    assert duplicates(offline, anak_nik="1471105203200999", anak_nama="NAMA LAIN SEKALI") == []
    assert duplicates(offline, anak_nik="1471105203200999", anak_tgl_lahir="2020-03-09") == []


def test_a_kia_that_ended_counts_for_a_year(offline: World) -> None:
    desk = offline.sit("mega")
    (made,) = desk.intake.submit(KIA, kia(1, TODAY))
    desk.files.record(made.number, "ditolak", {"alasan": "KIA masih berlaku"})
    ((_, why),) = duplicates(offline)
    assert "selesai kurang dari setahun lalu" in why
    two_years = 2 * 365 * 24 * 3600 * 1000
    desk.core.db.execute("UPDATE cases SET updated = updated - ?", (two_years,))
    assert duplicates(offline) == []


def test_a_kia_finds_the_childs_own_birth_report(world: World) -> None:
    (number,) = world.take_in(1)
    world.meet("RSA", "DKP")
    born = birth(1)["anak_tgl_lahir"]
    found = duplicates(world, anak_tgl_lahir=born, anak_nik="1471105203200999")
    assert [one for one, _ in found] == [number]


def test_a_chat_is_kept_with_the_draft_and_goes_with_it(offline: World) -> None:
    desk = offline.sit("mega")
    chat = chat_of(kia(1, TODAY))
    desk.intake.save_draft("kia", {}, "", chat=chat)
    draft = desk.intake.draft("kia")
    assert draft is not None
    assert draft.chat == chat
    (made,) = desk.intake.submit(KIA, kia(1, TODAY))
    assert desk.intake.draft("kia") is None
    state = desk.core.known(made.number)
    assert "Assalamualaikum" not in str(state.values)


def test_a_chat_fills_what_it_says(offline: World) -> None:
    desk = offline.sit("mega")
    expected = kia(1, TODAY)
    reading = desk.intake.read_chat(KIA, chat_of(expected))
    same = {key for key in reading.values if reading.values[key] == expected.get(key)}
    assert same == {
        *("anak_nama", "anak_nik", "anak_tgl_lahir", "anak_jk", "no_kk", "ibu_nama", "ayah_nama"),
        *("anak_tempat_lahir", "kelurahan", "rt", "rw", "pelapor_hubungan"),
    }
    assert reading.unread == ("Assalamualaikum, mau buat KIA",)


def test_a_chat_file_is_read_whatever_wrote_it(tmp_path: Path) -> None:
    for name, raw in (
        ("a.txt", "\ufeffNama anak: Aisyah".encode()),
        ("b.txt", "Nama anak: Aisyah".encode("utf-16")),
        ("c.txt", "Nama anak: Aisyah \xe9".encode("cp1252")),
    ):
        (tmp_path / name).write_bytes(raw)
        assert read_chat_file(f" '{tmp_path / name}' ").startswith("Nama anak: Aisyah")
    for name, raw in (("d.txt", b"\0\1\2" * 9), ("e.txt", b" \n"), ("f.txt", b"x" * 2_000_001)):
        (tmp_path / name).write_bytes(raw)
        with pytest.raises(Refusal):
            read_chat_file(str(tmp_path / name))
    for name in (str(tmp_path / "tidak-ada.txt"), str(tmp_path), "\0", "~tidakada/a.txt"):
        with pytest.raises(Refusal):
            read_chat_file(name)
    (tmp_path / "usb").mkdir()
    (tmp_path / "usb" / "chat.txt").write_text("x")
    assert tmp_path / "usb" / "chat.txt" in chat_files((str(tmp_path), "/tidak/ada"))


def test_the_resi_to_send_is_read_by_machines_and_hides_what_is_not_everybodys(
    offline: World,
) -> None:
    desk = offline.sit("mega")
    values = kia(1, TODAY)
    (made,) = desk.intake.submit(KIA, values)
    saved = desk.sending_resi.save(made.number)
    folder = desk.front.folder / FOLDER
    assert sorted(path.name for path in folder.iterdir()) == [
        f"{made.number}.pdf",
        f"{made.number}.png",
    ]
    pages = PdfReader(BytesIO(saved.pdf.read_bytes())).pages
    text = "\n".join(page.extract_text() for page in pages)
    assert made.number in text and made.code in text and values["anak_nama"] in text
    flat = " ".join(text.split())
    assert "Pengambilan KIA: - Bawa resi ini ke UPTD Disdukcapil Kecamatan Tenayan Raya." in flat
    assert "Selanjutnya: - Verifikasi dan validasi: KK dan akta" in flat
    for hidden in (values["anak_nik"], values["no_kk"], values["telepon"]):
        assert hidden not in text.replace(" ", "")
    (code,) = zxingcpp.read_barcodes(Image.open(saved.png))
    assert desk.work.scan(code.text).number == made.number


def test_the_resi_goes_onto_a_stick(offline: World, tmp_path: Path) -> None:
    desk = offline.sit("mega")
    (made,) = desk.intake.submit(KIA, kia(1, TODAY))
    saved = desk.sending_resi.save(made.number)
    stick = tmp_path / "usb"
    stick.mkdir()
    assert sticks([str(tmp_path), "/tidak/ada"], lambda path: path == stick) == [stick]
    desk.sending_resi.copy(made.number, str(stick))
    assert (stick / saved.png.name).read_bytes() == saved.png.read_bytes()
    assert len(list(stick.iterdir())) == 2
    with pytest.raises(Refusal):
        desk.sending_resi.copy(made.number, str(tmp_path / "dicabut"))


def test_a_resi_saved_again_is_the_same_file_and_one_line_of_the_card(offline: World) -> None:
    desk = offline.sit("mega")
    (made,) = desk.intake.submit(KIA, kia(1, TODAY))
    first = desk.sending_resi.save(made.number)
    bytes_before = first.png.read_bytes()
    again = desk.sending_resi.save(made.number)
    assert again == first
    assert again.png.read_bytes() == bytes_before
    lines = [line for line in desk.core.known(made.number).lines if line.act == "cetak"]
    assert len(lines) == 1
    with pytest.raises(Refusal):
        desk.sending_resi.save("RSA1-261121-0099-X")


def test_a_disk_that_takes_no_file_is_told_and_leaves_no_line(offline: World) -> None:
    desk = offline.sit("mega")
    (made,) = desk.intake.submit(KIA, kia(1, TODAY))
    (desk.front.folder / FOLDER).write_text("in the way")
    with pytest.raises(Refusal):
        desk.sending_resi.save(made.number)
    assert not [line for line in desk.core.known(made.number).lines if line.act == "cetak"]


def test_twins_of_one_name_are_a_slip_of_the_hand(offline: World) -> None:
    ward = offline.sit("siti")
    first = birth(1, anak_kembar="2")
    with pytest.raises(FormRefused) as refused:
        ward.intake.submit("kado-camer", first, [{"anak_nama": first["anak_nama"].lower()}])
    assert refused.value.findings[0].key == "anak_nama"
    assert not list(ward.work.everything())
