"""The print queue: printed means printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.desk.views import JobRow, Refusal
from kiosk.press import Press
from tests.desk.kia import kia
from tests.desk.world import TODAY, World


def papers(folder: Path) -> list[str]:
    return sorted(path.stem for path in (folder / "kertas").glob("*.bin"))


def job_of(world: World, paper: str) -> JobRow:
    return next(job for job in world.desk("RSA").printing.jobs() if job.paper == paper)


def test_each_original_comes_out_once(offline: World) -> None:
    (number,) = offline.take_in(1)
    ward = offline.desk("RSA")
    assert ward.printing.pending() == 2
    assert Press(ward).run() == 2
    assert Press(ward).run() == 0 and ward.printing.pending() == 0
    assert papers(ward.front.folder) == [f"kartu-{number}", f"resi-{number}"]
    assert {job.state for job in ward.printing.jobs()} == {"PRINTED"}
    assert number in ward.printing.preview(job_of(offline, "resi").id)


def test_a_copy_of_a_resi_needs_its_reason_and_says_that_it_is_one(offline: World) -> None:
    (number,) = offline.take_in(1)
    ward = offline.desk("RSA")
    with pytest.raises(Refusal, match="alasan"):
        ward.printing.print_again("resi", number, "  ")
    assert ward.printing.print_again("resi", number, "resi pertama basah") == 1
    assert ward.printing.print_again("resi", number, "hilang") == 2
    assert ward.printing.print_again("kartu", number, "") == 1
    Press(ward).run()
    assert papers(ward.front.folder) == sorted(
        f"{paper}-{number}{copy}"
        for paper, copy in (
            ("kartu", ""),
            ("kartu", "-salinan1"),
            ("resi", ""),
            ("resi", "-salinan1"),
            ("resi", "-salinan2"),
        )
    )
    text = (ward.front.folder / "kertas" / f"resi-{number}-salinan2.txt").read_text()
    assert "SALINAN 2" in text
    assert "SALINAN" not in (ward.front.folder / "kertas" / f"resi-{number}.txt").read_text()
    lines = [line for line in ward.core.known(number).lines if line.act == "cetak"]
    assert [(line.text, line.note) for line in lines] == [
        ("resi", "resi pertama basah"),
        ("resi", "hilang"),
        ("kartu", ""),
    ]


def test_only_papers_of_a_case_are_printed_again(offline: World) -> None:
    (number,) = offline.take_in(1)
    batch = offline.send("siti", "daftar")
    ward = offline.desk("RSA")
    for paper, of in (("akta", number), ("daftar", batch), ("resi", batch), ("kartu", batch)):
        with pytest.raises(Refusal):
            ward.printing.print_again(paper, of, "coba")
    with pytest.raises(Refusal, match="belum ada"):
        ward.printing.print_again("resi", "RSA1-261121-9999-X", "coba")
    assert ward.core.known(number).prints == {}


def test_a_paper_that_did_not_begin_waits_for_the_officer(offline: World) -> None:
    (number,) = offline.take_in(1)
    ward = offline.desk("RSA")
    ward.core.db.execute("UPDATE jobs SET document='{}' WHERE paper='resi'")
    assert Press(ward).run() == 0
    (job,) = ward.printing.unanswered()
    assert (job.paper, job.state) == ("resi", "TROUBLE") and job.says
    assert ward.link.state().attention == 1
    assert Press(ward).run() == 1  # the card is not held up
    ward.printing.decide(job.id, "ulang")
    assert ward.printing.unanswered() == [] and ward.printing.pending() == 1
    assert ward.core.known(number).prints == {}  # nothing came out: no copy


def test_a_paper_that_began_is_of_unknown_fate(offline: World) -> None:
    """The printer failed half-way: only an officer can say what came out."""
    offline.take_in(1)
    ward = offline.desk("RSA")
    (ward.front.folder / "kertas").write_text("no folder")
    assert Press(ward).run() == 0
    (job,) = ward.printing.unanswered()
    assert job.state == "UNKNOWN"


@pytest.mark.parametrize(
    ("verdict", "after", "copies"),
    [("tercetak", "PRINTED", 0), ("batal", "CANCELLED", 0), ("ulang", "CANCELLED", 1)],
)
def test_the_officer_says_what_became_of_it(
    offline: World, verdict: str, after: str, copies: int
) -> None:
    (number,) = offline.take_in(1)
    ward = offline.desk("RSA")
    job = job_of(offline, "resi")
    ward.printing.spool.begin(job.id, "virtual", b"")
    with pytest.raises(Refusal):
        ward.printing.decide(job.id, verdict)
    assert ward.printing.recover() == 1
    assert [one.id for one in ward.printing.unanswered()] == [job.id]
    assert ward.printing.jobs()[0].id == job.id
    ward.session.logout()
    with pytest.raises(Refusal, match="terkunci"):
        ward.printing.decide(job.id, verdict)
    offline.sit("siti")
    ward.printing.decide(job.id, verdict)
    assert next(one.state for one in ward.printing.jobs() if one.id == job.id) == after
    assert ward.core.known(number).prints.get("resi", 0) == copies
    with pytest.raises(Refusal):
        ward.printing.decide(job.id, verdict)
    with pytest.raises(Refusal):
        ward.printing.decide(10_000, verdict)


def test_a_list_of_unknown_fate_is_sent_again_as_a_copy(offline: World) -> None:
    (number,) = offline.take_in(1)
    batch = offline.send("siti", "daftar")
    ward = offline.desk("RSA")
    job = job_of(offline, "daftar")
    ward.printing.spool.begin(job.id, "virtual", b"")
    ward.printing.recover()
    ward.printing.decide(job.id, "ulang", "listrik padam")
    Press(ward).run()
    assert f"daftar-{batch}-salinan1" in papers(ward.front.folder)
    text = (ward.front.folder / "kertas" / f"daftar-{batch}-salinan1.txt").read_text()
    assert "SALINAN 1" in text and number in text
    (line,) = [one for one in ward.core.known(number).lines if one.act == "cetak"]
    assert (line.text, line.note) == ("daftar", "listrik padam")


def test_nothing_is_sent_that_cannot_first_be_written_down(offline: World) -> None:
    """A disk that takes no more: no paper leaves, and none is lost or doubled afterwards."""
    (number,) = offline.take_in(1)
    ward = offline.desk("RSA")
    ward.core.db.execute("PRAGMA query_only=1")
    assert Press(ward).run() == 0
    assert papers(ward.front.folder) == []
    ward.core.db.execute("PRAGMA query_only=0")
    assert Press(ward).run() == 2
    assert papers(ward.front.folder) == [f"kartu-{number}", f"resi-{number}"]


def test_the_first_resi_of_a_chat_is_no_copy_and_needs_no_reason(offline: World) -> None:
    admin = offline.sit("mega")
    (made,) = admin.intake.submit("kia-whatsapp", kia(1, TODAY))
    assert not admin.printing.is_copy("resi", made.number)
    assert admin.printing.print_again("resi", made.number, "") == 0
    assert admin.printing.is_copy("resi", made.number)
    with pytest.raises(Refusal, match="alasan"):
        admin.printing.print_again("resi", made.number, "")
    (ward,) = offline.take_in(1)
    assert offline.sit("siti").printing.is_copy("resi", ward)


def test_another_office_prints_only_copies_of_a_resi(world: World) -> None:
    (number,) = world.take_in(1)
    world.to_dinas(number)
    dinas = world.sit("andi")
    assert dinas.printing.is_copy("resi", number)
    with pytest.raises(Refusal, match="alasan"):
        dinas.printing.print_again("resi", number, "")
    assert dinas.printing.print_again("resi", number, "hilang di jalan") == 1
