import dataclasses
import random
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.procedures import Procedure, load_all
from kiosk.cases.resi import case_id, make_number
from kiosk.cases.state import CaseState, apply, custody, fold, order_key
from sync.entry import Entry, Spot

PROCEDURES = load_all()


def by_act(state: CaseState, act: str) -> list[Any]:
    return [line for line in state.lines if line.act == act]


# -- the usual way ---------------------------------------------------------------------------


def test_a_new_application_is_with_the_clerk(card, procedures):
    first = card.permohonan(daftar="RSA1-261121-D001-X", kembar=["A", "B"])
    state = fold(card.entries, procedures)
    assert (state.number, state.procedure, state.step) == (card.number, "kado-camer", "1")
    assert state.status == "berjalan"
    assert state.id == first.entry.case
    assert (state.holder_place, state.holder_role) == ("rs:RSA", "operator-fasilitas")
    assert (state.holder_officer, state.holder_since) == ("ani", first.entry.time)
    assert state.values["anak_nama"] == "CAHAYA PUTRI"
    assert state.linked == ["A", "B"]
    assert state.daftar == "RSA1-261121-D001-X"
    assert state.duplicates == [{"nomor": "X", "keputusan": "beda", "alasan": "nama lain"}]
    assert state.created == state.updated == first.entry.time
    assert state.origin == "rs:RSA"
    assert state.flags == ()


def test_handing_over_and_receiving(card, procedures):
    card.permohonan()
    card.hasil("1", "diajukan")
    given = card.serah("2", "dinas", "operator", batch="D1")
    state = fold(card.entries, procedures)
    assert state.step == "2"
    assert (state.holder_place, state.holder_role, state.holder_officer) == ("", "", "")
    assert state.transit is not None
    assert (state.transit.to, state.transit.role) == ("dinas", "operator")
    assert (state.transit.since, state.transit.batch) == (given.entry.time, "D1")
    (leg,) = custody(state)
    assert (leg.step, leg.given_by, leg.given_place) == ("2", "ani", "rs:RSA")
    assert (leg.taken_by, leg.taken_at, leg.taken_place) == (None, None, None)

    taken = card.terima(kiosk="DIN", officer="budi", place="dinas", step="2")
    state = fold(card.entries, procedures)
    assert state.transit is None
    assert (state.holder_place, state.holder_role) == ("dinas", "operator")
    assert state.holder_officer == "budi"
    (leg,) = custody(state)
    assert (leg.taken_by, leg.taken_at, leg.taken_place) == ("budi", taken.entry.time, "dinas")
    (line,) = by_act(state, "serah")
    assert (line.received_by, line.received_place) == ("budi", "dinas")
    assert state.flags == ()


def test_the_whole_way_closes_the_case(card, procedures):
    card.to_the_end()
    state = fold(card.entries, procedures)
    assert (state.status, state.step) == ("tutup", "tutup")
    assert state.closed == card.entries[-1].entry.time
    assert state.flags == ()
    assert [line.officer for line in state.claims] == ["eka"]
    assert state.claims[0].isi == {"nama": "SITI"}
    assert all(leg.given_by and leg.taken_by for leg in custody(state))
    assert [leg.step for leg in custody(state)] == ["2", "3", "4", "5", "7", "8", "9"]
    assert state.last_line == len(card.entries)


def test_a_returned_file_stays_returned_until_it_moves_on(card, procedures):
    card.to_dinas()
    card.hasil("2", "kembali", isi={"catatan": "KK belum ada"}, place="dinas", kiosk="DIN")
    state = fold(card.entries, procedures)
    assert (state.step, state.status, state.note) == ("K", "dikembalikan", "KK belum ada")
    card.hasil("K", "dikembalikan", place="dinas", kiosk="DIN")
    assert fold(card.entries, procedures).status == "dikembalikan"
    card.hasil("L", "dilengkapi", isi={"catatan": "KK"})
    state = fold(card.entries, procedures)
    assert (state.step, state.status) == ("1", "berjalan")


def test_doing_a_step_again_stays_where_it_is(card, procedures):
    card.permohonan()
    for step, outcome in (
        ("1", "diajukan"),
        ("2", "dientri"),
        ("3", "diparaf"),
        ("4", "diparaf"),
        ("5", "ditandatangani"),
        ("6", "gagal-kirim"),
        ("7", "rusak"),
    ):
        card.hasil(step, outcome)
    state = fold(card.entries, procedures)
    assert (state.step, state.status, state.last_outcome) == ("7", "berjalan", "rusak")


def test_prints_are_counted_by_paper(card, procedures):
    card.permohonan()
    for paper in ("resi", "resi", "kartu"):
        card.write("cetak", {"kertas": paper, "salinan": 0, "alasan": "robek"})
    assert fold(card.entries, procedures).prints == {"resi": 2, "kartu": 1}


# -- out of order ----------------------------------------------------------------------------


def test_a_step_done_twice_moves_once(card, procedures):
    card.to_dinas()
    card.hasil("2", "dientri", kiosk="DIN", place="dinas")
    card.hasil("2", "kembali", kiosk="DI2", place="dinas", isi={"catatan": "terlambat"})
    state = fold(card.entries, procedures)
    assert (state.step, state.status) == ("3", "berjalan")
    assert by_act(state, "hasil")[-1].flag == "di luar urutan"
    assert by_act(state, "hasil")[-1].note == "terlambat"
    assert state.note == ""


def test_a_number_given_twice_opens_an_exception_with_both_sides(card, procedures):
    """By a restored copy of a kiosk, before it knew: both families hold the same number."""
    card.permohonan()
    card.permohonan(isi={"anak_nama": "BAYU SAPUTRA"})
    state = fold(card.entries, procedures)
    assert state.values["anak_nama"] == "CAHAYA PUTRI"
    (note,) = state.open_exceptions
    assert note.kind == "nomor-ganda"
    assert note.facts["permohonan pertama"] == "CAHAYA PUTRI"
    assert note.facts["permohonan kedua"] == "BAYU SAPUTRA"
    assert note.facts["diterima kedua"]["kiosk"] == "RSA"
    assert fold(card.entries, {}).open_exceptions


def test_both_applications_under_one_number_are_named_whatever_their_form(card, procedures):
    card.permohonan(isi={"nama": "RATNA DEWI"})
    card.permohonan(isi={"nama": "BAYU SAPUTRA"})
    (note,) = fold(card.entries, procedures).open_exceptions
    assert note.facts["permohonan pertama"] == "RATNA DEWI"
    assert note.facts["permohonan kedua"] == "BAYU SAPUTRA"


def test_a_card_handed_out_twice_is_seen_and_the_verdict_opens_an_exception(card, procedures):
    card.to_the_end()
    card.hasil("9", "diserahkan", kiosk="UP2", place="uptd:14.71.11", officer="fitri")
    state = fold(card.entries, procedures)
    assert [(line.officer, line.place) for line in state.claims] == [
        ("eka", "uptd:14.71.10"),
        ("fitri", "uptd:14.71.11"),
    ]
    assert "ganda" in state.flags
    assert "di luar urutan" in state.flags

    sides = {
        "pemenang": {"kiosk": "UPT", "epoch": 1, "seq": 2, "petugas": "eka", "waktu": 1},
        "kalah": {"kiosk": "UP2", "epoch": 1, "seq": 1, "petugas": "fitri", "waktu": 2},
    }
    verdict = card.write("putusan", {"claim": "kia:1", **sides}, kiosk="PUSAT", officer="pusat")
    state = fold(card.entries, procedures)
    (note,) = state.open_exceptions
    assert (note.kind, note.ref) == ("ganda", f"PUSAT/1/{verdict.spot.seq}")
    assert note.facts == {"claim": "kia:1", **sides}

    card.write("selesai", {"tentang": note.ref, "catatan": "kartu kedua ditarik"}, officer="gita")
    state = fold(card.entries, procedures)
    assert state.open_exceptions == []
    assert (state.exceptions[0].closed_by, state.exceptions[0].note) == (
        "gita",
        "kartu kedua ditarik",
    )


def test_settling_what_is_not_open_is_a_line_and_no_more(card, procedures):
    card.permohonan()
    card.write("selesai", {"tentang": "RSA/1/9", "catatan": ""})
    assert fold(card.entries, procedures).flags == ("di luar urutan",)


def test_receiving_without_a_handing_over_leaves_a_gap(card, procedures):
    card.permohonan()
    card.terima(kiosk="DIN", officer="budi", place="dinas", step="1", role="operator")
    state = fold(card.entries, procedures)
    assert (state.holder_place, state.holder_role) == ("dinas", "operator")
    (leg,) = custody(state)
    assert (leg.given_by, leg.given_at, leg.given_place) == (None, None, None)
    assert leg.taken_by == "budi"
    assert state.flags == ("tanpa serah",)


def test_received_at_another_place_than_it_was_sent_to(card, procedures):
    card.permohonan()
    card.serah("2", "dinas", "operator")
    card.terima(kiosk="UPT", place="uptd:14.71.10", officer="eka")
    state = fold(card.entries, procedures)
    assert state.transit is None
    assert state.holder_place == "uptd:14.71.10"
    sent, got = custody(state)
    assert (sent.given_by, sent.taken_by) == ("ani", None)
    assert (got.given_by, got.taken_by) == (None, "eka")


def test_handed_on_by_one_who_never_received_it(card, procedures):
    card.permohonan()
    card.serah("2", "dinas", "operator")
    card.serah("3", "dinas", "kepala-seksi", kiosk="DIN", place="dinas", officer="budi")
    state = fold(card.entries, procedures)
    assert state.transit is not None and state.transit.role == "kepala-seksi"
    assert state.flags == ("tanpa terima",)
    assert [leg.taken_by for leg in custody(state)] == [None, None]


def test_a_handing_over_that_stands_after_its_receiving_is_matched_by_time(card, procedures):
    """Kiosks without the data count from line 65: DIN hands on at 67, KSI received at 65."""
    card.permohonan()
    card.hasil("1", "diajukan")
    card.serah("2", "dinas", "operator", line=3, time=1000)
    card.terima(kiosk="DIN", place="dinas", officer="budi", step="2", line=65, time=2000)
    card.serah("3", "dinas", "kepala-seksi", kiosk="DIN", place="dinas", line=67, time=3000)
    card.terima(kiosk="KSI", place="dinas", officer="caca", step="3", line=65, time=4000)
    state = fold(card.entries, procedures)
    assert state.transit is None
    assert state.holder_officer == "caca"
    assert [(leg.given_at, leg.taken_at) for leg in custody(state)] == [(1000, 2000), (3000, 4000)]
    assert state.flags == ()


def test_a_file_whose_data_has_not_arrived_can_be_worked_on(card, procedures):
    first = [card.permohonan(), card.hasil("1", "diajukan"), card.serah("2", "dinas", "operator")]
    dinas: Mapping[str, Any] = {"kiosk": "DIN", "place": "dinas", "officer": "budi"}
    card.terima(line=65, step="2", **dinas)
    card.hasil("2", "dientri", **dinas)
    blind = fold(card.entries[3:], procedures)
    assert (blind.status, blind.number, blind.procedure) == (
        "menunggu-data",
        card.number,
        "kado-camer",
    )
    assert blind.step == "3"
    assert blind.holder_place == "dinas"

    whole = fold([*card.entries[3:], *first], procedures)
    assert (whole.status, whole.step, whole.flags) == ("berjalan", "3", ())
    assert [leg.taken_by for leg in custody(whole)] == ["budi"]


def test_a_second_application_of_a_number_changes_nothing(card, procedures):
    card.permohonan()
    card.permohonan(isi={"anak_nama": "LAIN"})
    state = fold(card.entries, procedures)
    assert state.values["anak_nama"] == "CAHAYA PUTRI"
    assert state.flags == ("di luar urutan",)


def test_an_application_under_another_cases_key_is_not_believed(card, procedures):
    card.permohonan(nomor=make_number("RSB", 1, date(2026, 11, 21), 1))
    state = fold(card.entries, procedures)
    assert (state.status, state.number) == ("menunggu-data", "")
    assert state.flags == ("tidak lengkap",)


def test_what_this_kiosk_does_not_know_is_kept(card, procedures):
    card.permohonan()
    card.write("terbang", {"ke": "bulan"})
    card.hasil("1", "lenyap")
    card.serah("2", "", "operator")
    state = fold(card.entries, procedures)
    assert [line.flag for line in state.lines[1:]] == [
        "tidak dikenal",
        "tidak dikenal",
        "tidak lengkap",
    ]
    assert (state.step, state.holder_place, state.transit) == ("1", "rs:RSA", None)
    assert custody(state) == []


def test_without_its_procedure_a_case_is_kept_and_moves_nowhere(card):
    card.to_dinas()
    state = fold(card.entries, {})
    assert (state.step, state.status, state.procedure) == ("1", "berjalan", "kado-camer")
    assert state.holder_place == "dinas"


# -- whatever arrives, in whatever order -------------------------------------------------------

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=6),
    st.binary(max_size=4),
)
GARBAGE = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.none() | st.integers() | st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(
    (
        *("nomor", "prosedur", "isi", "duplikat", "kembar", "daftar", "hasil", "ke", "peran"),
        *("batch", "barang", "kertas", "salinan", "alasan", "jenis", "fakta", "tentang"),
        *("catatan", "claim", "pemenang", "kalah"),
    )
)
NUMBER = make_number("RSA", 1, date(2026, 11, 21), 1)
SENSE = {
    "nomor": [NUMBER],
    "prosedur": ["kado-camer", "lain"],
    "hasil": [one.id for step in PROCEDURES["kado-camer"].steps for one in step.outcomes],
    "ke": ["dinas", "rs:RSA", "uptd:14.71.10"],
    "peran": ["operator", "kepala-seksi"],
    "tentang": ["RSA/1/1", "RSA/1/2", "DIN/1/1"],
}


@st.composite
def data(draw: st.DrawFn) -> dict[Any, Any]:
    given: dict[Any, Any] = draw(st.dictionaries(KEYS, GARBAGE, max_size=6))
    for key, likely in SENSE.items():
        if draw(st.integers(0, 3)):
            given[key] = draw(st.sampled_from(likely))
    return given


@st.composite
def written(draw: st.DrawFn) -> Entry:
    return Entry(
        case=case_id(NUMBER),
        act=draw(
            st.sampled_from(
                (
                    *("permohonan", "hasil", "hasil", "serah", "serah", "terima", "terima"),
                    *("cetak", "pengecualian", "selesai", "putusan", "batch", "lain"),
                )
            )
        ),
        officer=draw(st.sampled_from(["ani", "budi", ""])),
        place=draw(st.sampled_from(["dinas", "rs:RSA", "uptd:14.71.10", ""])),
        time=draw(st.one_of(st.integers(0, 20), st.integers())),
        boot=b"",
        uptime=0,
        line=draw(st.one_of(st.integers(1, 9), st.integers())),
        step=draw(st.sampled_from(["", "1", "2", "3", "9", "K", "x"])),
        claim=draw(st.sampled_from(["", "kia:1"])),
        data=draw(data()),
    )


@dataclasses.dataclass(frozen=True)
class At:
    spot: Spot
    entry: Entry


def entries() -> st.SearchStrategy[list[At]]:
    def in_place(some: list[tuple[str, Entry]]) -> list[At]:
        return [At(Spot(kiosk, 1, seq), entry) for seq, (kiosk, entry) in enumerate(some, 1)]

    pairs = st.tuples(st.sampled_from(["RSA", "DIN", "PUSAT"]), written())
    return st.lists(pairs, max_size=12).map(in_place)


@settings(deadline=None)
@given(entries(), st.randoms(use_true_random=False), st.data())
def test_any_order_and_any_repetition_fold_to_the_same_state(
    some: list[At], shuffle: random.Random, draw: st.DataObject
):
    state = fold(some, PROCEDURES)
    again = some + [one for one in some if shuffle.random() < 0.5]
    shuffle.shuffle(again)
    assert fold(again, PROCEDURES) == state
    assert len(state.lines) == len(some)

    ordered = sorted(some, key=order_key)
    cut = draw.draw(st.integers(0, len(ordered)))
    grown = fold(ordered[:cut], PROCEDURES)
    for one in ordered[cut:]:
        apply(grown, one, PROCEDURES)
        apply(grown, one, PROCEDURES)
    assert grown == state


@settings(deadline=None)
@given(entries())
def test_what_is_asked_of_a_state_never_fails(some: list[At]):
    state = fold(some, PROCEDURES)
    custody(state)
    assert state.flags == tuple(sorted(set(state.flags)))


def test_a_real_way_in_any_order(card, procedures):
    card.to_the_end()
    whole = fold(card.entries, procedures)
    shuffle = random.Random(7)
    for _ in range(30):
        shuffle.shuffle(card.entries)
        assert fold(card.entries, procedures) == whole


def test_an_entry_that_stands_before_the_last_one_asks_for_a_fold(card, procedures):
    card.to_dinas()
    state = fold(card.entries, procedures)
    with pytest.raises(ValueError, match="fold"):
        apply(state, card.entries[0], procedures)


def test_the_procedures_are_read_only_through_the_map(card, procedures: dict[str, Procedure]):
    card.to_dinas()
    before = dict(procedures)
    fold(card.entries, procedures)
    assert procedures == before
