"""The five SOPs, row by row, as printed: number, actor, time, output, papers.

What stands here was copied from the SOPs, not from the TOML files; actors are in the words of the
actor columns, or of the sentence where the scan lost the marks. A row of a SOP may be several
steps here (a hand-over inside it, a consultation); then each of them bears the row's number.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import NamedTuple

import pytest

from config.procedures import Dates, Procedure, Step, load_all


class Printed(NamedTuple):
    """One row of a SOP: its number, the actor's role, minutes (0: blank), output, papers."""

    no: str
    actor: str
    minutes: int
    output: str
    papers: tuple[str, ...] = ()


class Sop(NamedTuple):
    """A SOP's heading, its table, and its box "Pencatatan dan pendataan"."""

    number: str
    title: str
    dates: Dates
    control_card: bool
    rows: tuple[Printed, ...]
    registers: tuple[str, ...]
    reports: tuple[str, ...]


PEKANBARU_2021 = Dates(date(2021, 12, 14), date(2021, 12, 28), None, date(2021, 12, 31))
BIRTH = ("surat keterangan lahir", "buku nikah", "ktp-el", "kk")
PHONE = ("telepon", "jaringan", "atk", "lembar laporan")
INMATES = ("daftar tahanan", "kk tahanan")

SOPS: dict[str, Sop] = {
    "kado-camer": Sop(
        "060/Dukcapil-PDIP/1240/2021",
        "kado camer",
        PEKANBARU_2021,
        True,
        (
            Printed("1", "operator-fasilitas", 2, "daftar permohonan", ("pks", *BIRTH)),
            Printed("2", "operator", 5, "verifikasi berkas persyaratan", BIRTH),
            Printed("3", "kepala-seksi", 5, "pengajuan tte", ("draft dokumen", "siak")),
            Printed("4", "kepala-bidang", 5, "pengajuan tte", ("draft dokumen", "siak")),
            Printed("5", "kepala-dinas", 2, "tte dokumen", ("siak",)),
            Printed("6", "operator", 2, "dokumen kependudukan dan pencatatan sipil", ("siak",)),
            Printed("7", "operator", 2, "tidak lengkap", ("daftar permohonan", "tidak lengkap")),
        ),
        ("registrasi permohonan", "verifikasi", "koordinasi dan konsultasi", "solusi"),
        ("laporan permohonan yang masuk",),
    ),
    "kia-whatsapp": Sop(
        "060/Dukcapil-PDIP/1250/2021",
        "melalui whatsapp",
        PEKANBARU_2021,
        True,
        (
            Printed("1", "pemohon", 5, "registrasi", ("aplikasi cendekia", "komputer")),
            Printed("2", "admin-whatsapp", 60, "validasi data", ("cendekia", "jaringan", "berkas")),
            Printed("3", "operator-cetak", 60, "data pemohon yang", ("permohonan", "berkas")),
            Printed(
                "4", "administrasi-distribusi", 60, "rekap distribusi kia", ("daftar pemohon",)
            ),
            Printed("5", "petugas-uptd", 450, "penyerahan kia", ("rekap distribusi kia", "kia")),
        ),
        ("pada database", "registrasi permohonan", "nomor telepon dan jenis dokumen", "koordinasi"),
        ("laporan pengiriman dokumen",),
    ),
    "akta-jambi": Sop(
        "PD.06.00 / 62.17 / 2024",
        "terintegrasi dengan mitra rumah sakit",
        Dates(date(2024, 1, 3), date(2024, 1, 15), date(2024, 1, 16), None),
        False,
        (
            Printed("1", "pemohon", 5, "berkas", ("berkas",)),
            Printed("2", "operator-fasilitas", 0, ""),
            Printed("3", "operator-peduli-sehat", 5, "berkas", ("berkas",)),
            Printed("4", "operator-peduli-sehat", 3, "berkas", ("berkas",)),
            Printed("5", "verifikator", 3, "diteliti dan diajukan tte", ("berkas",)),
            Printed("6", "kepala-dinas", 2, "akta kelahiran", ("berkas",)),
            Printed("7", "operator-peduli-sehat", 2, "akta kelahiran", ("berkas",)),
            Printed("8", "petugas-drive-thru", 2, "akta kelahiran", ("berkas",)),
            Printed("9", "pemohon", 2, "akta kelahiran", ("berkas",)),
        ),
        ("elektronik dan manual",),
        (),
    ),
    "akapela": Sop(
        "060/Dukcapil-PDIP/702/2020",
        "kontak aktif pengaduan pelayanan",
        Dates(date(2020, 4, 1), date(2020, 4, 6), None, date(2020, 4, 9)),
        False,
        (
            Printed("1", "pemohon", 1, "pengajuan permohonan", ("smart phone", "jaringan")),
            Printed("2", "operator", 1, "data pemohon", PHONE),
            Printed("3", "operator", 5, "informasi pelayanan", PHONE),
            Printed("4", "kepala-bidang", 5, "informasi pelayanan", PHONE),
            Printed("5", "operator-editor", 5, "dokumen kependudukan", PHONE),
            Printed("6", "kepala-seksi", 5, "penerbitan dokumen", PHONE),
            Printed("7", "petugas-pengambilan", 3, "dokumen kependudukan", PHONE),
            Printed("8", "operator", 2, "laporan pelayanan", PHONE),
        ),
        ("registrasi pengaduan", "nomor telepon dan jenis", "ketentuan", "koordinasi"),
        ("lembar laporan",),
    ),
    "mas-rapid": Sop(
        "060/Dukcapil-PDIP/1240/2021",
        "perekaman khusus narapidana",
        PEKANBARU_2021,
        True,
        (
            Printed("1", "lapas", 1, "permohonan", INMATES),
            Printed("2", "petugas-dafduk", 1, "verifikasi data pemohon", INMATES),
            Printed("3", "kepala-seksi", 5, "lulus verifikasi", ("daftar tahanan", "siak")),
            Printed("4", "kepala-bidang", 5, "spt", ("telah diverifikasi", "daftar pelaksana")),
            Printed(
                *("5", "petugas-perekaman", 5, "ktp elektronik"),
                (*INMATES, "spt", "siak", "alat perekaman", "jaringan", "alat cetak", "blanko"),
            ),
        ),
        ("registrasi permohonan", "nama pemohon", "ketentuan", "koordinasi dan konsultasi"),
        ("laporan pelayanan perekaman ktp elektronik",),
    ),
}

READINGS: dict[str, dict[str, str]] = {
    "kado-camer": {
        "7": "1250/3",
        "8": "1250/4",
        "9": "1250/5",
        "9K": "",
        "L": "",
    },
    "kia-whatsapp": {"2P": "", "K": ""},
    "akta-jambi": {"3P": ""},
    "akapela": {"3K": "3", "P": ""},
    "mas-rapid": {"1P": "", "4S": "4", "T": ""},
}
"""Steps of ours beside the rows, with the row they belong to (docs/sop says why)."""


@pytest.fixture(scope="module")
def procedures() -> dict[str, Procedure]:
    return load_all()


def printed_step(procedure: Procedure, row: Printed) -> Step:
    """The step that is this row itself, not one of ours."""
    ours = READINGS[procedure.slug]
    (step,) = (one for one in procedure.steps if one.sop == row.no and one.id not in ours)
    return step


ROWS = [(slug, row) for slug, sop in SOPS.items() for row in sop.rows]


@pytest.mark.parametrize(("slug", "row"), ROWS, ids=[f"{slug}-{row.no}" for slug, row in ROWS])
def test_every_row_of_the_sop_is_a_step(procedures: dict[str, Procedure], slug: str, row: Printed):
    step = printed_step(procedures[slug], row)
    assert (step.actor, step.minutes) == (row.actor, row.minutes)
    assert row.output in step.output.lower()
    papers = " / ".join(step.requires).lower()
    assert [paper for paper in row.papers if paper not in papers] == []


@pytest.mark.parametrize("slug", SOPS)
def test_the_heading_and_the_registers_are_the_sops(procedures: dict[str, Procedure], slug: str):
    sop, procedure = SOPS[slug], procedures[slug]
    assert (procedure.number, procedure.dates) == (sop.number, sop.dates)
    assert sop.title in procedure.title.lower()
    assert procedure.control_card is sop.control_card
    registers = " / ".join(procedure.registers).lower()
    assert [one for one in sop.registers if one not in registers] == []
    assert len(procedure.registers) == len(sop.registers)
    reports = " / ".join(procedure.reports).lower()
    assert [one for one in sop.reports if one not in reports] == []


@pytest.mark.parametrize("slug", SOPS)
def test_every_other_step_is_a_reading_of_ours(procedures: dict[str, Procedure], slug: str):
    """Nothing is added to a SOP without being named here and in docs/sop."""
    sop, procedure = SOPS[slug], procedures[slug]
    rows = {printed_step(procedure, row).id for row in sop.rows}
    others = {step.id: step.sop for step in procedure.steps if step.id not in rows}
    assert others == READINGS[slug]


def test_units_are_those_the_sop_writes(procedures: dict[str, Procedure]):
    kia = procedures["kia-whatsapp"]
    assert [(step.sop, step.unit) for step in kia.steps if step.sop] == [
        ("1", "menit"),
        ("2", "jam"),
        ("3", "jam"),
        ("4", "jam"),
        ("5", "hari"),
    ]
    # One minute and five minutes can only be meant for each person (domain.md 1.5).
    rapid = procedures["mas-rapid"]
    assert [step.id for step in rapid.steps if step.per == "orang"] == ["2", "5"]


def test_each_city_has_its_own(procedures: dict[str, Procedure]):
    def open_in(city: str) -> set[str]:
        return {slug for slug, one in procedures.items() if one.open_in(city)}

    assert open_in("15.71") == {"akta-jambi"}
    assert open_in("14.71") == {*SOPS, "mas-rapid-nama"} - {"akta-jambi"}
    assert all(one.open_in("15.71", training=True) for one in procedures.values())


PATHS = {
    "informasi": ("1", "2", "3", "8"),
    "kebijakan": ("1", "2", "3K", "8"),
    "kebijakan, ragu": ("1", "2", "3K", "4", "8"),
    "data": ("1", "2", "5", "8"),
    "belum-terbit": ("1", "2", "6", "8"),
    "pengambilan": ("1", "2", "7", "8"),
}


def test_each_path_of_akapela_has_its_own_clock(procedures: dict[str, Procedure]):
    akapela = procedures["akapela"]
    sums = {kind: sum(akapela.step(one).minutes for one in path) for kind, path in PATHS.items()}
    assert sums == {
        "informasi": 9,
        "kebijakan": 9,
        "kebijakan, ragu": 14,
        "data": 9,
        "belum-terbit": 9,
        "pengambilan": 7,
    }
    for kind, path in PATHS.items():
        values = {"jenis": kind.partition(",")[0]}
        for here, there in pairwise(path):
            ways = {one.to for one in akapela.step(here).outcomes if one.fits(values)}
            assert there in ways, (kind, here)
    for kind in ("informasi", "kebijakan", "data", "belum-terbit", "pengambilan"):
        forward = [
            one.to
            for one in akapela.step("2").outcomes
            if one.fits({"jenis": kind}) and one.to != "P"
        ]
        assert len(forward) == 1, kind
