"""Corrections, links, and cases without a paper file."""

import dataclasses
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.procedures import load_all
from kiosk.cases.state import CaseLink, fold
from tests.cases.conftest import Card

PROCEDURES = load_all()
PAPERLESS = {"kado-camer": dataclasses.replace(PROCEDURES["kado-camer"], berkas=False)}


def corrected(card, **changes):
    data = {"ubah": {key: list(pair) for key, pair in changes.items()}, "alasan": "salah ketik"}
    return card.write("ralat", data)


def test_a_correction_keeps_old_value_new_value_and_reason(card, procedures):
    card.permohonan()
    done = corrected(card, anak_nama=("CAHAYA PUTRI", "CAHAYA PUTERI"), telepon=("", "62812"))
    state = fold(card.entries, procedures)
    assert state.values["anak_nama"] == "CAHAYA PUTERI"
    assert state.values["telepon"] == "62812"
    assert state.values["ibu_nik"] == "1471065005980001"
    first, second = state.corrections
    assert first == ("anak_nama", "CAHAYA PUTRI", "CAHAYA PUTERI", "salah ketik", "ani",
                     done.entry.time, "rs:RSA")  # fmt: skip
    assert (second.key, second.old, second.new) == ("telepon", "", "62812")
    assert (state.step, state.flags, state.updated) == ("1", (), state.created)


def test_two_corrections_of_one_answer_open_an_exception(card, procedures):
    card.permohonan()
    corrected(card, anak_nama=("CAHAYA PUTRI", "CAHAYA A"))
    corrected(card, anak_nama=("CAHAYA PUTRI", "CAHAYA B"), telepon=("", "62812"))
    state = fold(card.entries, procedures)
    assert state.values["anak_nama"] == "CAHAYA A"
    assert "telepon" not in state.values, "a correction is taken as a whole or not at all"
    (note,) = state.exceptions
    assert note.kind == "ralat-bentrok"
    assert note.facts["sekarang"] == {"anak_nama": "CAHAYA A"}
    assert state.flags == ("bentrok",)


@pytest.mark.parametrize(
    "change",
    [{}, {"anak_nama": ["X"]}, {"anak_nama": "X"}, {"anak_nama": ["a", "b", "c"]}, [], "x"],
)
def test_a_broken_correction_changes_nothing(card, procedures, change):
    card.permohonan()
    card.write("ralat", {"ubah": change, "alasan": "x"})
    state = fold(card.entries, procedures)
    assert state.values["anak_nama"] == "CAHAYA PUTRI"
    assert state.flags == ("tidak lengkap",)


def test_a_correction_before_its_application_changes_nothing(card, procedures):
    corrected(card, anak_nama=("A", "B"))
    assert fold(card.entries, procedures).flags == ("di luar urutan",)


def test_links_are_kept_once_each(card, procedures):
    card.permohonan(tautan=[["RSA1-261121-0002-X", "keluarga"]], induk="DKP1-261121-0001-A")
    for _ in range(2):
        card.write("tautan", {"ke": "RSA1-261121-0003-X", "jenis": "terkait"})
    card.write("tautan", {"jenis": "terkait"})
    state = fold(card.entries, procedures)
    assert state.parent == "DKP1-261121-0001-A"
    assert state.links == (
        CaseLink("RSA1-261121-0002-X", "keluarga"),
        CaseLink("RSA1-261121-0003-X", "terkait"),
    )
    assert state.flags == ("tidak lengkap",)


def test_without_paper_an_outcome_moves_the_case_at_once(card):
    card.permohonan()
    card.hasil("1", "diajukan", **{})
    state = fold(card.entries, PAPERLESS)
    assert (state.step, state.holder_place, state.holder_role) == ("2", "rs:RSA", "operator")
    sent = card.write("hasil", {"hasil": "dientri", "ke": "dinas"}, step="2")
    state = fold(card.entries, PAPERLESS)
    assert (state.step, state.holder_place, state.holder_role) == ("3", "dinas", "kepala-seksi")
    assert (state.holder_officer, state.holder_since) == ("", sent.entry.time)
    assert state.outcomes == {"1": "diajukan", "2": "dientri"}


def test_an_application_without_paper_may_begin_elsewhere(card):
    begun = {"kado-camer": dataclasses.replace(PAPERLESS["kado-camer"], begins="2")}
    card.permohonan(ke="dinas")
    state = fold(card.entries, begun)
    assert (state.step, state.holder_place, state.holder_role) == ("2", "dinas", "operator")


@given(st.randoms(use_true_random=False), st.lists(st.sampled_from("ABC"), max_size=6))
def test_any_order_of_corrections_gives_the_same(dice: random.Random, names: list[str]):
    card = Card()
    card.permohonan()
    for at, name in enumerate(names):
        old = dice.choice(["CAHAYA PUTRI", *names])
        card.write(
            "ralat",
            {"ubah": {"anak_nama": [old, name]}, "alasan": "x"},
            kiosk=dice.choice(["RSA", "DIN"]),
            line=2 + at // 2,
        )
    whole = fold(card.entries, PROCEDURES)
    shuffled = list(card.entries)
    dice.shuffle(shuffled)
    assert fold(shuffled, PROCEDURES) == whole
