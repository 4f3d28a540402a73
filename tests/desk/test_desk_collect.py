"""Who gets a card, and what is written down when something departs from the rule."""

from __future__ import annotations

import pytest

from config.policy import load_policy
from kiosk.desk.cards import NeedsApproval
from kiosk.desk.desk import Desk
from kiosk.desk.views import FormRefused, Refusal
from tests.desk.kia import kia
from tests.desk.world import PINS, TODAY, World

NIK = "1471104506920001"
INSTEAD = "Surat pernyataan kehilangan resi"


@pytest.fixture
def at_the_uptd(world: World) -> tuple[Desk, str]:
    """A card that waits for its collector."""
    (number,) = world.take_in(1)
    world.to_uptd(number)
    return world.sit("yuni"), number


def mother(desk: Desk, number: str) -> dict[str, str]:
    return {"nama": desk.cards.parents(number)[0], "nik": NIK}


def test_a_lost_resi_needs_the_statement_and_a_supervisor(at_the_uptd: tuple[Desk, str]) -> None:
    desk, number = at_the_uptd
    collector = mother(desk, number)
    for papers in ((), ("KTP-el pengambil",)):
        with pytest.raises(Refusal, match="Belum diperlihatkan: Resi permohonan"):
            desk.cards.hand_over(number, "orang_tua", collector, papers)
    shown = ("KTP-el pengambil", INSTEAD)
    with pytest.raises(NeedsApproval, match="Resi permohonan diganti: perlu PIN"):
        desk.cards.hand_over(number, "orang_tua", collector, shown)
    approval = desk.cards.approve(number, "eko", PINS["eko"])
    desk.cards.hand_over(number, "orang_tua", collector, shown, approval)
    isi = desk.core.known(number).claims[0].isi
    assert INSTEAD in isi["dokumen"] and "Resi" not in isi["dokumen"].replace(INSTEAD, "")
    assert (isi["penyimpangan"], isi["disetujui"]) == ("Resi permohonan diganti", "eko")


def test_nothing_stands_in_for_another_paper(at_the_uptd: tuple[Desk, str]) -> None:
    desk, number = at_the_uptd
    with pytest.raises(Refusal, match="Belum diperlihatkan: KTP-el pengambil"):
        desk.cards.hand_over(
            number, "orang_tua", mother(desk, number), ("Resi permohonan", INSTEAD)
        )


def test_two_departures_are_named_together(at_the_uptd: tuple[Desk, str]) -> None:
    desk, number = at_the_uptd
    stranger = {"nama": "NAMA LAIN", "nik": NIK, "alasan": "nama gadis di KTP"}
    with pytest.raises(NeedsApproval, match="Nama berbeda; Resi permohonan diganti: perlu PIN"):
        desk.cards.hand_over(number, "orang_tua", stranger, ("KTP-el pengambil", INSTEAD))


def test_the_word_for_one_card_is_not_the_word_for_another(world: World) -> None:
    one, two = world.take_in(1, 2)
    world.to_uptd(one, two)
    desk = world.sit("yuni")
    shown = ("KTP-el pengambil", INSTEAD)
    approval = desk.cards.approve(one, "eko", PINS["eko"])
    with pytest.raises(NeedsApproval):
        desk.cards.hand_over(two, "orang_tua", mother(desk, two), shown, approval)


@pytest.mark.parametrize(
    ("key", "value"), [("nik", "123"), ("nik", ""), ("telepon", "0812"), ("telepon", "abc")]
)
def test_what_the_collector_says_is_judged_like_any_answer(
    at_the_uptd: tuple[Desk, str], key: str, value: str
) -> None:
    desk, number = at_the_uptd
    papers = desk.core.policy.default.papers
    with pytest.raises(FormRefused) as refused:
        desk.cards.hand_over(number, "orang_tua", mother(desk, number) | {key: value}, papers)
    assert refused.value.findings[0].key == key
    assert desk.core.known(number).status == "berjalan"


def test_the_telephone_is_kept_in_one_form(at_the_uptd: tuple[Desk, str]) -> None:
    desk, number = at_the_uptd
    papers = desk.core.policy.default.papers
    collector = mother(desk, number) | {"telepon": "0812 5550-7777"}
    desk.cards.hand_over(number, "orang_tua", collector, papers)
    isi = desk.core.known(number).claims[0].isi
    assert (isi["telepon"], isi["nik_akhir"]) == ("6281255507777", "0001")
    assert "penyimpangan" not in isi and "disetujui" not in isi


def test_an_old_card_is_withdrawn_when_it_is_replaced_for_damage_or_age() -> None:
    policy = load_policy()
    assert policy.withdrawn({"jenis": "rusak"}) == ("KIA lama",)
    assert policy.withdrawn({"jenis": "habis"}) == ("KIA lama",)
    for kind in ("baru", "hilang", "pindah", ""):
        assert policy.withdrawn({"jenis": kind}) == ()


@pytest.fixture
def replaced(world: World) -> tuple[Desk, str]:
    """A new KIA for a damaged one, at the UPTD."""
    admin = world.sit("mega")
    (made,) = admin.intake.submit(
        "kia-whatsapp", kia(1, TODAY, jenis="rusak", bukti_kartu_lama="ya")
    )
    number = made.number
    world.do("mega", number, "lengkap", cocok_kk="cocok", cocok_akta="cocok")
    world.do("doni", number, "dicetak", blanko="B1")
    dinas = world.sit("wati")
    dinas.files.receive(number)
    rekap = world.send("wati", "rekap")
    (job,) = [one for one in dinas.printing.jobs() if one.number == rekap]
    paper = dinas.printing.preview(job.id)
    nik = dinas.core.known(number).values["anak_nik"]
    assert nik not in paper and f"{nik[:4]}**********{nik[-2:]}" in paper
    world.meet("DKP", "U10")
    desk = world.sit("yuni")
    desk.batches.receive_rest(rekap, 1)
    desk.batches.close(rekap, 1)
    return desk, number


def test_the_old_card_is_taken_back_and_written_down(replaced: tuple[Desk, str]) -> None:
    desk, number = replaced
    assert desk.cards.collection(number).withdrawn == ("KIA lama",)
    papers = (*desk.core.policy.default.papers, "KIA lama")
    desk.cards.hand_over(number, "orang_tua", mother(desk, number), papers)
    isi = desk.core.known(number).claims[0].isi
    assert isi["ditarik"] == "KIA lama" and "KIA lama" not in isi["dokumen"]


def test_without_the_old_card_a_reason_and_a_supervisor_are_needed(
    replaced: tuple[Desk, str],
) -> None:
    desk, number = replaced
    papers = desk.core.policy.default.papers
    collector = mother(desk, number)
    with pytest.raises(Refusal, match=r"KIA lama tidak dibawa\. Tulis alasannya"):
        desk.cards.hand_over(number, "orang_tua", collector, papers)
    collector["alasan"] = "tertinggal di sekolah"
    with pytest.raises(NeedsApproval, match="KIA lama tidak dibawa: perlu PIN"):
        desk.cards.hand_over(number, "orang_tua", collector, papers)
    approval = desk.cards.approve(number, "eko", PINS["eko"])
    desk.cards.hand_over(number, "orang_tua", collector, papers, approval)
    isi = desk.core.known(number).claims[0].isi
    assert isi["penyimpangan"] == "KIA lama tidak dibawa" and "ditarik" not in isi


def test_a_card_with_old_data_needs_a_reason_and_a_supervisor(
    at_the_uptd: tuple[Desk, str],
) -> None:
    desk, number = at_the_uptd
    assert desk.cards.collection(number).stale == ""
    desk.corrections.correct(number, {"alamat": "JL. BARU 7"}, "KK baru")
    assert "Data diralat" in desk.cards.collection(number).stale
    shown = desk.core.policy.default.papers
    with pytest.raises(Refusal, match=r"sesudah kartu ini dicetak\. Tulis alasannya"):
        desk.cards.hand_over(number, "orang_tua", mother(desk, number), shown)
    collector = mother(desk, number) | {"alasan": "Pemohon menerima, cetak ulang nanti"}
    with pytest.raises(NeedsApproval, match="Kartu dengan data lama: perlu PIN"):
        desk.cards.hand_over(number, "orang_tua", collector, shown)
    approval = desk.cards.approve(number, "eko", PINS["eko"])
    desk.cards.hand_over(number, "orang_tua", collector, shown, approval)
    isi = desk.core.known(number).claims[0].isi
    assert (isi["penyimpangan"], isi["disetujui"]) == ("Kartu dengan data lama", "eko")


def test_a_card_printed_again_after_the_correction_is_like_any_other(world: World) -> None:
    (number,) = world.take_in(1)
    world.to_dinas(number)
    world.to_printed(number)
    dinas = world.sit("andi")
    dinas.corrections.correct(number, {"alamat": "JL. BARU 7"}, "KK baru")
    world.do("wati", number, "salah-cetak", blanko="K000001", catatan="Alamat")
    world.do("doni", number, "dicetak", blanko="K000099")
    dinas = world.sit("wati")
    dinas.files.receive(number)
    assert dinas.core.known(number).open_exceptions
    assert dinas.cards.collection(number).stale == ""


def test_a_stale_card_is_settled_by_closing_its_exception(at_the_uptd: tuple[Desk, str]) -> None:
    desk, number = at_the_uptd
    desk.corrections.correct(number, {"alamat": "JL. BARU 7"}, "KK baru")
    (note,) = desk.core.known(number).open_exceptions
    desk.cards.resolve(note.ref, "Alamat di kartu sudah benar")
    assert desk.cards.collection(number).stale == ""
