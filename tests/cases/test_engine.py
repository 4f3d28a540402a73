from collections.abc import Iterable

import pytest

from kiosk.cases.card import describe
from kiosk.cases.engine import may_record, offers, why_not
from kiosk.cases.state import fold


def names(card, procedures, roles: Iterable[str], place: str) -> list[tuple[str, str]]:
    state = fold(card.entries, procedures)
    some = offers(state, procedures["kado-camer"], roles, place)
    why = why_not(state, procedures["kado-camer"], roles, place)
    assert bool(why) != bool(some)
    return [(one.kind, one.outcome.id if one.outcome else "") for one in some]


def why(card, procedures, roles: Iterable[str], place: str, now: int | None = None) -> str:
    state = fold(card.entries, procedures)
    return why_not(state, procedures["kado-camer"], roles, place, now)


def test_the_clerk_is_offered_what_may_come_of_the_first_step(card, procedures):
    card.permohonan()
    assert names(card, procedures, ["operator-fasilitas"], "rs:RSA") == [("batch", "diajukan")]
    assert names(card, procedures, ["operator"], "rs:RSA") == []
    assert names(card, procedures, ["operator-fasilitas"], "rs:RSB") == []


def test_a_file_on_its_way_is_first_to_be_received_and_only_by_its_role(card, procedures):
    card.permohonan()
    card.hasil("1", "diajukan")
    card.serah("2", "dinas", "operator")
    assert names(card, procedures, ["operator"], "dinas") == [("terima", "")]
    assert names(card, procedures, ["supervisor"], "dinas") == [("terima", "")]
    assert names(card, procedures, ["kepala-seksi"], "dinas") == []
    assert names(card, procedures, ["operator-fasilitas"], "rs:RSA") == []
    said = why(card, procedures, ["kepala-seksi"], "dinas", card.entries[-1].entry.time + 1)
    assert said.startswith("Berkas menunggu diterima Operator / FO di sini sejak ")
    said = why(card, procedures, ["operator-fasilitas"], "rs:RSA")
    assert "sedang menuju Operator / FO (Dinas)" in said


def test_the_receiver_is_offered_the_outcomes_of_his_step(card, procedures):
    card.to_dinas()
    assert names(card, procedures, ["operator"], "dinas") == [
        ("hasil", "dientri"),
        ("hasil", "kembali"),
    ]
    assert names(card, procedures, ["kepala-seksi"], "dinas") == []
    said = why(card, procedures, ["kepala-seksi"], "dinas")
    assert said == "Langkah ini dicatat oleh: Operator / FO."


def test_another_role_is_told_who_has_the_file_and_since_when(card, procedures):
    card.to_dinas()
    dinas = {"kiosk": "DIN", "place": "dinas"}
    card.hasil("2", "dientri", officer="budi", **dinas)
    card.serah("3", "dinas", "kepala-seksi", officer="budi", **dinas)
    taken = card.terima(officer="caca", step="3", **dinas)
    card.write("cetak", {"kertas": "kartu"}, **dinas)
    assert names(card, procedures, ["operator"], "rs:RSA") == []
    said = why(card, procedures, ["operator"], "rs:RSA", taken.entry.time + 1000)
    assert said.startswith("Berkas masih pada Kepala Seksi (Dinas) sejak ")
    assert said.endswith(".") and "-20" not in said
    another_day = why(card, procedures, ["operator"], "rs:RSA", taken.entry.time + 10**8)
    assert "-20" in another_day


def test_what_the_director_signs_lies_with_the_operator(card, procedures):
    card.to_dinas()
    dinas = {"kiosk": "DIN", "place": "dinas", "officer": "budi"}
    for step, outcome in (("2", "dientri"), ("3", "diparaf"), ("4", "diparaf")):
        card.hasil(step, outcome, **dinas)
    for role in ("kepala-dinas", "operator", "sekretariat", "supervisor"):
        assert names(card, procedures, [role], "dinas") == [("hasil", "ditandatangani")]
    assert names(card, procedures, ["kepala-bidang"], "dinas") == []


def test_a_step_done_but_not_handed_on_waits_with_its_holder(card, procedures):
    card.to_dinas()
    card.hasil("2", "dientri", kiosk="DIN", place="dinas")
    assert names(card, procedures, ["kepala-seksi"], "dinas") == []
    assert "Berkas masih pada Operator" in why(card, procedures, ["kepala-seksi"], "dinas")
    assert names(card, procedures, ["supervisor"], "dinas") == [
        ("hasil", "diparaf"),
        ("hasil", "koreksi"),
    ]


def test_a_supervisor_is_not_offered_a_step_of_another_place(card, procedures):
    card.permohonan()
    card.hasil("1", "diajukan")
    assert names(card, procedures, ["supervisor"], "rs:RSA") == []
    assert names(card, procedures, ["supervisor"], "dinas") == []


def test_a_card_of_another_city_is_handed_out_where_the_facility_holds_it(card, procedures):
    card.permohonan()
    for step, outcome in (
        *(("1", "diajukan"), ("2", "dientri"), ("3", "diparaf"), ("4", "diparaf")),
        *(("5", "ditandatangani"), ("6", "dikirim"), ("7", "dicetak"), ("8", "direkap")),
    ):
        card.hasil(step, outcome)
    card.serah("9", "rs:RSA", "operator-fasilitas")
    assert names(card, procedures, ["operator-fasilitas"], "rs:RSA") == [("terima", "")]
    card.terima(role="operator-fasilitas", barang="kia")
    assert ("hasil", "diserahkan") in names(card, procedures, ["operator-fasilitas"], "rs:RSA")


def test_a_closed_case_offers_nothing(card, procedures):
    card.to_the_end()
    assert names(card, procedures, ["petugas-uptd", "supervisor"], "uptd:14.71.10") == []
    assert "sudah selesai" in why(card, procedures, ["petugas-uptd"], "uptd:14.71.10")


def test_a_case_of_which_nothing_is_here_may_be_received():
    (offer,) = offers(None, None, ["operator"], "dinas")
    assert (offer.kind, offer.label) == ("terima", "Terima berkas")
    assert why_not(None, None, ["operator"], "dinas") == ""


def test_a_case_without_its_data_may_be_received_and_worked_on(card, procedures):
    card.write("cetak", {"kertas": "kartu"})
    assert names(card, procedures, ["operator"], "dinas") == [("terima", "")]
    card.terima(kiosk="DIN", place="dinas", line=65, role="operator")
    assert names(card, procedures, ["operator"], "dinas") == [
        ("hasil", "dientri"),
        ("hasil", "kembali"),
        ("hasil", "ditandatangani"),
        ("hasil", "dikirim"),
        ("hasil", "gagal-kirim"),
        ("batch", "dikembalikan"),
    ]
    assert names(card, procedures, ["operator"], "uptd:14.71.10") == [("terima", "")]


def test_without_its_procedure_a_case_is_explained(card):
    card.permohonan()
    state = fold(card.entries, {})
    assert offers(state, None, ["operator-fasilitas"], "rs:RSA") == []
    assert "Prosedur" in why_not(state, None, ["operator-fasilitas"], "rs:RSA")


def test_what_may_be_recorded_is_what_is_offered(card, procedures):
    card.to_dinas()
    state = fold(card.entries, procedures)
    procedure = procedures["kado-camer"]
    for place in ("dinas", "rs:RSA"):
        for role in ("operator", "kepala-seksi", "operator-fasilitas", "supervisor"):
            said = may_record(state, procedure.step(state.step), [role], place)
            assert bool(said) != bool(offers(state, procedure, [role], place))


@pytest.mark.parametrize("time", [10**30, -(10**30)])
def test_a_time_no_calendar_holds_does_no_harm(card, procedures, time: int):
    card.permohonan()
    card.serah("2", "dinas", "operator", line=5, time=time)
    assert "menuju" in why(card, procedures, ["operator"], "rs:RSA", time)


def test_card_lines_are_said_in_plain_words(card, procedures):
    card.to_dinas()
    card.hasil("2", "kembali", isi={"catatan": "KK belum ada"})
    card.hasil("2", "dientri")
    card.write("cetak", {"kertas": "kartu"})
    card.write("cetak", {"kertas": "resi-kirim"})
    card.write("pengecualian", {"jenis": "kartu-lama"})
    card.write("terbang", {})
    said = [describe(line) for line in fold(card.entries, procedures).lines]
    assert said == [
        "Permohonan diterima dari pemohon",
        "Diajukan ke Dinas",
        "Diserahkan ke Dinas dengan daftar RSA1-261121-D001-X",
        "Diterima",
        "Tidak lengkap/bermasalah: KK belum ada",
        "Lengkap, dientri di SIAK (di luar urutan, tidak mengubah langkah)",
        "Kartu kendali dicetak",
        "Resi untuk WhatsApp disimpan",
        "Perlu tindakan: kartu dengan data lama",
        "Catatan lain: terbang (tidak dikenal oleh kiosk ini)",
    ]


def test_what_is_received_bears_its_name(card, procedures):
    card.permohonan()
    card.hasil("1", "diajukan")
    card.serah("2", "dinas", "operator")
    for item, label in (("kia", "Terima KIA"), ("ktp", "Terima KTP-el"), ("x", "Terima berkas")):
        state = fold(card.entries, procedures)
        assert state.transit is not None
        state.transit = state.transit._replace(item=item)
        (offer,) = offers(state, procedures["kado-camer"], ["operator"], "dinas")
        assert offer.label == label


def test_a_file_that_stays_in_the_office_goes_to_a_role(card, procedures):
    card.to_dinas()
    card.hasil("2", "dientri", place="dinas")
    card.serah("3", "dinas", "kepala-seksi", place="dinas")
    assert describe(fold(card.entries, procedures).lines[-1]) == "Diserahkan ke Kepala Seksi"
