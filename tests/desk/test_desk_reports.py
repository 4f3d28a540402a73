"""F8: each register and report that a SOP asks for, from the cases alone."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from config.procedures import load_all
from kiosk.cases.masks import mask_nik, mask_phone
from kiosk.cases.period import PRESETS, Period, preset
from kiosk.cases.registers import KINDS, kind_for
from kiosk.cases.reporting import Report
from kiosk.desk.desk import Desk
from kiosk.desk.reports import to_csv
from kiosk.desk.views import Refusal
from kiosk.papers.preview import to_text
from tests.desk.field import listed
from tests.desk.world import TODAY, ShiftedClock, World, birth

HOUR = 3600 * 1000
DAY = 24 * HOUR
ALL_DAYS = Period(TODAY - timedelta(days=400), TODAY + timedelta(days=400))


def made(desk: Desk, kind: str, period: Period = ALL_DAYS, procedure: str = "kado-camer") -> Report:
    return desk.reports.make(desk.reports.one(procedure, kind), period)


def rows(report: Report) -> list[Mapping[str, str]]:
    keys = [column.key for column in report.columns]
    return [dict(zip(keys, row, strict=True)) for row in report.rows]


# -- which there are ---------------------------------------------------------------------------


def test_every_register_and_report_of_every_sop_is_offered(offline: World):
    desk = offline.sit("andi")
    offered = {(one.procedure, one.title): one.kind for one in desk.reports.offered()}
    for rules in load_all().values():
        for title in (*rules.registers, *rules.reports):
            if not rules.parent:
                assert offered[rules.slug, title] in KINDS
    for slug in {one.procedure for one in desk.reports.offered()}:
        kinds = {one.kind for one in desk.reports.offered(slug)}
        assert {"waktu", "ralat"} <= kinds


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Registrasi permohonan masyarakat", "registrasi"),
        ("Laporan permohonan yang masuk", "masuk"),
        ("Laporan pengiriman dokumen", "pengiriman"),
        ("Pencatatan nama, alamat, nomor telepon dan jenis dokumen yang akan dikirimkan",
         "pengiriman"),
        ("Laporan pelayanan perekaman KTP elektronik", "hasil"),
        ("Informasi permasalahan data atau berkas persyaratan beserta solusinya", "masalah"),
        ("Koordinasi dan konsultasi dengan Bidang atas permasalahan data pemohon", "koordinasi"),
        ("Lembar Laporan pelayanan pengaduan", "panggilan"),
        ("Buku tamu", "kegiatan"),
    ],
)  # fmt: skip
def test_a_title_says_what_is_meant(title: str, kind: str):
    assert kind_for(title).slug == kind


def test_what_is_not_there_is_refused_with_what_there_is(offline: World):
    desk = offline.sit("andi")
    with pytest.raises(Refusal, match="kado-camer"):
        desk.reports.one("kado", "registrasi")
    with pytest.raises(Refusal, match=r"Laporan pajak tidak ada.*registrasi"):
        desk.reports.one("kado-camer", "pajak")


# -- what they say -----------------------------------------------------------------------------


def test_registrasi_has_who_when_and_by_whom_with_numbers_masked(offline: World):
    numbers = offline.take_in(1, 2)
    ward = offline.sit("siti")
    first, second = rows(made(ward, "registrasi"))
    values = ward.core.known(numbers[0]).values
    assert (first["no"], first["nomor"]) == ("1", numbers[0])
    assert first["nama"] == values["anak_nama"] and first["oleh"] == "Siti Rahmawati"
    assert first["nik"] == mask_nik(values["ibu_nik"])
    assert first["telepon"] == mask_phone(values["telepon"])
    assert first["tempat"] == "RS RSA" and second["nomor"] == numbers[1]
    text = to_csv(made(ward, "registrasi"))
    assert not re.search(r"\d{16}|62\d{9,}", text)


def test_masuk_counts_by_day_and_place_and_how_far_they_are(world: World):
    world.clocks["RSA"] = clock = ShiftedClock(-2 * DAY)
    old = world.take_in(1)
    clock.shift = 0
    new = world.take_in(2, 3)
    world.to_dinas(*old, *new)
    world.do("andi", new[0], "kembali", catatan="KK tidak terbaca")
    *days, total = rows(made(world.sit("andi"), "masuk"))
    assert [one["masuk"] for one in days] == ["1", "2"]
    assert [one["tempat"] for one in days] == ["RS RSA", "RS RSA"]
    assert days[0]["tanggal"] == f"{TODAY - timedelta(days=2):%d-%m-%Y}"
    assert (days[1]["berjalan"], days[1]["dikembalikan"]) == ("1", "1")
    assert (total["tanggal"], total["masuk"], total["selesai"]) == ("Jumlah", "3", "0")


def test_masalah_has_the_note_and_the_solution(world: World):
    (number,) = world.take_in(1)
    world.to_dinas(number)
    world.do("andi", number, "kembali", catatan="KK tidak terbaca")
    (problem,) = rows(made(world.sit("andi"), "masalah"))
    assert (problem["masalah"], problem["penyelesaian"]) == ("KK tidak terbaca", "belum")
    batch = world.send("andi", "bast", [number])
    world.meet("DKP", "RSA")
    world.count_in("siti", batch, [number])
    world.do("siti", number, "dilengkapi", catatan="KK difoto ulang")
    world.meet("RSA", "DKP")
    (problem,) = rows(made(world.sit("andi"), "masalah"))
    assert problem["penyelesaian"].endswith("KK difoto ulang")
    assert problem["oleh"] == "Andi Saputra"


def test_pengiriman_has_address_telephone_document_and_where_it_went(world: World):
    (number,) = world.take_in(1)
    world.to_uptd(number)
    world.collect("yuni", number)
    world.meet()
    reports = world.sit("andi").reports
    offered = reports.one("kado-camer", "registrasi")
    kind = KINDS["pengiriman"]
    told = reports.told("pengiriman", ALL_DAYS, reports.cases(offered.procedure, ALL_DAYS))
    keys = [column.key for column in kind.columns()]
    by_email, by_list, by_hand = (
        dict(zip(keys, row, strict=True)) for row in kind.rows(told, reports._facts(ALL_DAYS))
    )
    values = birth(1)
    assert by_email["ke"] == "orang@contoh.id" and by_email["alamat"].startswith(values["alamat"])
    assert by_list["ke"] == "UPTD 14.71.10" and by_list["dokumen"] == "KIA"
    assert by_hand["ke"] == values["ibu_nama"] and by_hand["oleh"] == "Yuni Astuti"
    assert by_hand["telepon"] == mask_phone("62" + values["telepon"][1:])


def test_koordinasi_is_what_kasi_and_kabid_said_and_kegiatan_is_everything(world: World):
    (number,) = world.take_in(1)
    world.to_dinas(number)
    world.do("andi", number, "dientri", siak_ref="S-1")
    world.do("rina", number, "koreksi", catatan="nama ibu salah")
    asked = rows(made(world.sit("andi"), "koordinasi"))
    assert [(one["oleh"], one["catatan"]) for one in asked] == [("Rina Kasi", "nama ibu salah")]
    assert len(rows(made(world.sit("andi"), "kegiatan"))) == 3


def test_waktu_counts_the_late_against_the_standard(world: World):
    (number,) = world.take_in(1)
    world.clocks["DKP"] = clock = ShiftedClock()
    world.to_dinas(number)
    clock.shift = 21 * DAY
    world.do("andi", number, "dientri", siak_ref="S-1")
    world.do("rina", number, "diparaf")
    times = {one["langkah"]: one for one in rows(made(world.sit("andi"), "waktu"))}
    assert times["2"]["baku"] == "5" and times["2"]["terlambat"] == "1"
    assert int(times["2"]["terlama"]) > 1000, "weeks of working minutes"
    assert (times["3"]["kali"], times["3"]["terlambat"], times["3"]["tanpa_paraf"]) == (
        "1",
        "0",
        "0",
    )


def test_waktu_counts_the_standard_of_a_kegiatan_for_each_of_its_names(offline: World):
    """MAS RAPID rows 2 and 5: one minute and five minutes can only be for each person."""
    parent, numbers = listed(offline, 0, 1, 2, 3)
    offline.sit("dafa").roster.record(numbers, "lulus", {})
    offline.do("dafa", parent, "diverifikasi")
    report = made(offline.sit("rina"), "waktu", procedure="mas-rapid")
    times = {one["langkah"]: one for one in rows(report)}
    assert times["2"]["baku"] == "4"
    assert times["periksa"]["baku"] == "1"


def test_ralat_has_old_new_and_reason_masked(offline: World):
    (number,) = offline.take_in(1)
    ward = offline.sit("siti")
    values = ward.core.known(number).values
    ward.corrections.correct(
        number,
        {**values, "ibu_nik": birth(9)["ibu_nik"], "kelurahan": "14.71.08.1008"},
        "salah salin",
    )
    by_label = {one["isian"]: one for one in rows(made(ward, "ralat"))}
    assert by_label["NIK ibu"]["lama"] == mask_nik(values["ibu_nik"])
    assert by_label["Kelurahan"]["baru"] != "14.71.08.1008"
    assert {one["alasan"] for one in by_label.values()} == {"salah salin"}


def test_cases_of_a_procedure_below_are_told_with_it(offline: World):
    desk = offline.sit("andi")
    below = [one.slug for one in load_all().values() if one.parent == "mas-rapid"]
    assert below and desk.reports._family("mas-rapid") == ["mas-rapid", *below]


# -- periods -----------------------------------------------------------------------------------


def test_periods_as_an_office_says_them():
    saturday = date(2026, 11, 21)
    days = {name: preset(name, saturday) for name in PRESETS}
    assert days["hari-ini"] == (saturday, saturday)
    assert days["kemarin"] == (date(2026, 11, 20), date(2026, 11, 20))
    assert days["minggu-ini"] == (date(2026, 11, 16), saturday)
    assert days["bulan-ini"] == (date(2026, 11, 1), saturday)
    assert preset("kemarin", date(2027, 1, 1)).last == date(2026, 12, 31)
    ever = Period(date.min, date.max)
    assert ever.holds(0) and ever.end > ever.start
    assert days["hari-ini"].words == "21-11-2026"
    assert days["minggu-ini"].words == "16-11-2026 s.d. 21-11-2026"


def test_a_day_begins_and_ends_at_the_offices_midnight():
    period = Period(date(2026, 11, 21), date(2026, 11, 21))
    assert period.end - period.start == DAY
    assert period.start % DAY == 17 * HOUR, "midnight in WIB is 17.00 UTC"
    assert period.holds(period.start) and not period.holds(period.end)
    assert not period.holds(period.start - 1)


def test_only_what_happened_in_the_period_is_told(world: World):
    world.clocks["RSA"] = clock = ShiftedClock(-1 * DAY)
    (old,) = world.take_in(1)
    clock.shift = 0
    (new,) = world.take_in(2)
    ward = world.sit("siti")
    yesterday, today = preset("kemarin", TODAY), preset("hari-ini", TODAY)
    assert [one["nomor"] for one in rows(made(ward, "registrasi", yesterday))] == [old]
    assert [one["nomor"] for one in rows(made(ward, "registrasi", today))] == [new]
    world.send("siti", "daftar", [old])
    assert [one["nomor"] for one in rows(made(ward, "kegiatan", today))] == [old]
    assert rows(made(ward, "kegiatan", yesterday)) == []


# -- on paper and as a file --------------------------------------------------------------------


def test_a_report_on_paper_fits_and_is_for_signing(world: World):
    numbers = world.take_in(1, 2)
    ward = world.sit("siti")
    number = ward.reports.print(made(ward, "registrasi"))
    (job,) = [one for one in ward.printing.jobs() if one.paper == "laporan"]
    assert job.number == number and number.startswith("LAP-RSA-")
    paper = ward.printing.spool.document(job.id)
    assert paper is not None
    for columns in (32, 48, 80):
        lines = to_text(paper, columns)
        assert max(map(len, lines)) <= columns
        text = "\n".join(lines)
        assert all(one in text for one in numbers)
        assert "Siti Rahmawati" in text and "060/Dukcapil-PDIP/1240/2021" in text.replace("\n", "")


def test_a_file_is_safe_for_a_spreadsheet_and_for_nobody_else_to_read(offline: World):
    (number,) = offline.take_in(1)
    ward = offline.sit("siti")
    ward.corrections.correct(number, {"alamat": "=HYPERLINK(1)"}, "+62 coba")
    path = ward.reports.save(made(ward, "ralat"))
    assert path.stat().st_mode & 0o077 == 0 and path.parent.stat().st_mode & 0o077 == 0
    head, row = csv.reader(io.StringIO(path.read_text("utf-8-sig")))
    assert head[:4] == ["No", "Waktu", "Nomor", "Isian"]
    assert "'=HYPERLINK(1)" in row and "'+62 coba" in row


def test_a_report_is_the_same_piece_by_piece_and_at_every_kiosk(world: World):
    numbers = world.take_in(1, 2, 3)
    world.to_uptd(*numbers)
    world.meet()
    desks = [world.sit(one) for one in ("siti", "andi")]
    for kind in ("registrasi", "kegiatan", "masuk", "waktu"):
        whole = [made(desk, kind).rows for desk in desks]
        assert whole[0] == whole[1], kind
        reports = desks[1].reports
        offered = reports.one("kado-camer", kind)
        keys = reports.cases("kado-camer", ALL_DAYS)
        told = [one for key in keys for one in reports.told(kind, ALL_DAYS, [key])]
        assert reports.finished(offered, ALL_DAYS, told).rows == whole[1]
