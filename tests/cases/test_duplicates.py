from hypothesis import given
from hypothesis import strategies as st

from kiosk.cases.duplicates import Candidate, likely

NEW = {
    "anak_nama": "CAHAYA PUTRI",
    "anak_jk": "P",
    "anak_tgl_lahir": "2026-11-20",
    "ibu_nama": "SITI AMINAH",
    "ibu_nik": "1471064205980001",
}
SAME = Candidate("A", "1471064205980001", "SITI AMINAH", "2026-11-20", "CAHAYA PUTRI", "P")


def score(**changed: str) -> int:
    candidate = Candidate(
        **{
            "number": "A",
            "mother_nik": SAME.mother_nik,
            "mother_name": SAME.mother_name,
            "birth": SAME.birth,
            "child_name": SAME.child_name,
            "sex": SAME.sex,
        }
        | changed
    )
    found = likely(NEW, [candidate])
    return found[0].score if found else 0


def test_the_same_birth_scores_highest_and_says_why():
    (match,) = likely(NEW, [SAME])
    assert match.score == 100
    assert match.candidate == SAME
    assert match.reasons == ("NIK ibu sama", "tanggal lahir sama", "nama bayi hampir sama")


def test_what_differs_lowers_the_score():
    assert score() > score(child_name="BUNGA LESTARI") > score(child_name="BUDI", sex="L") > 0
    assert score() > score(birth="2026-11-18") > score(birth="2026-06-01") > 0
    assert score() > score(mother_nik="", mother_name="SITI AMINA") > 0
    assert score(mother_nik="") > score(mother_nik="1471064205980002") > 0


def test_strangers_are_no_duplicates():
    assert score(mother_nik="1471064205980002", mother_name="DEWI LESTARI") == 0
    assert score(mother_nik="1471064205980002", child_name="BUNGA LESTARI") == 0
    assert score(mother_nik="", birth="2026-11-10") == 0
    assert score(birth="") == 0
    assert score(birth="2026-02-20") == 0


def test_the_same_mother_within_nine_months():
    (match,) = likely(NEW, [Candidate("B", SAME.mother_nik, "LAIN", "2026-03-01", "RUDI", "L")])
    assert "264 hari" in " ".join(match.reasons)
    assert likely(NEW, [Candidate("B", SAME.mother_nik, "LAIN", "2026-02-23", "RUDI", "L")]) == []


def test_declared_twins_weigh_less():
    other = Candidate("B", SAME.mother_nik, "SITI AMINAH", "2026-11-20", "BUNGA LESTARI", "P")
    (single,) = likely(NEW, [other])
    (twin,) = likely(NEW | {"anak_kembar": "2"}, [other])
    assert twin.score < single.score


def test_the_likeliest_comes_first():
    weak = Candidate("0", SAME.mother_nik, "SITI AMINAH", "2026-06-01", "RUDI", "L")
    assert [match.candidate.number for match in likely(NEW, [weak, SAME])] == ["A", "0"]


TEXTS = st.one_of(st.text(max_size=8), st.sampled_from([*NEW.values(), "2026-11-19"]))


@given(
    st.dictionaries(st.sampled_from([*NEW, "anak_kembar"]), TEXTS),
    st.lists(st.builds(Candidate, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS), max_size=5),
)
def test_anything_is_compared_and_in_any_order(values: dict[str, str], some: list[Candidate]):
    found = likely(values, some)
    assert all(1 <= match.score <= 100 and match.reasons for match in found)
    again = likely(values, some[::-1])
    assert sorted(map(repr, found)) == sorted(map(repr, again))
