"""What must hold of every procedure in the folder, so that a case of it never gets stuck."""

from __future__ import annotations

import pytest

from config.forms import FORMS, Form, load_form
from config.lookups import known_codes
from config.procedures import CLOSED, Outcome, Procedure, Step, load_all
from config.roles import OUTSIDERS

ALL = load_all()
EVERY = pytest.mark.parametrize("procedure", ALL.values(), ids=list(ALL))


def form_of(procedure: Procedure) -> Form:
    return load_form(FORMS / f"{procedure.form}.toml")


def ways(procedure: Procedure) -> list[tuple[Step, Outcome]]:
    return [(step, one) for step in procedure.steps for one in step.outcomes]


@EVERY
def test_every_case_can_be_closed(procedure: Procedure):
    closing = {CLOSED}
    for _ in procedure.steps:
        closing |= {s.id for s in procedure.steps if any(o.to in closing for o in s.outcomes)}
    assert {step.id for step in procedure.steps} < closing


@EVERY
def test_every_step_has_someone_who_can_log_in_and_write_it_down(procedure: Procedure):
    for step in procedure.steps:
        assert set(step.roles) - set(OUTSIDERS), step.id
        assert step.holder not in OUTSIDERS, step.id


@EVERY
def test_what_is_done_at_the_intake_leads_to_where_a_case_begins(procedure: Procedure):
    before = procedure.steps[: procedure.steps.index(procedure.begin)]
    assert all([one.to for one in step.outcomes] == [procedure.begin.id] for step in before)
    for step in before:
        # Nobody else than who takes the case in can do what stands before its beginning.
        assert set(step.roles) - set(OUTSIDERS) == {step.holder}


@EVERY
def test_conditions_name_answers_that_the_form_can_give(procedure: Procedure):
    form = form_of(procedure)
    for step, outcome in ways(procedure):
        for key, accepted in outcome.when:
            field = form.field(key)
            codes = [code for code, _ in field.options] or known_codes(field.lookup)
            assert set(accepted) <= set(codes), (step.id, outcome.id)


@EVERY
def test_wherever_a_case_stands_some_way_is_open_to_it(procedure: Procedure):
    form = form_of(procedure)
    for step in procedure.steps:
        keys = {key for outcome in step.outcomes for key, _ in outcome.when}
        assert len(keys) <= 1, step.id
        for key in keys:
            for code, _ in form.field(key).options:
                assert any(one.fits({key: code}) for one in step.outcomes), (step.id, code)


@EVERY
def test_what_leaves_by_a_list_asks_for_nothing_and_has_a_receiver(procedure: Procedure):
    forms = [form_of(procedure)]
    if procedure.parent:
        forms.append(form_of(ALL[procedure.parent]))
    for step, outcome in ways(procedure):
        if not outcome.batches:
            assert not outcome.receiver, (step.id, outcome.id)
            continue
        assert outcome.fields == (), (step.id, outcome.id)
        if outcome.to == CLOSED:
            assert any(form.has(outcome.receiver) for form in forms), (step.id, outcome.id)
        else:
            following = procedure.step(outcome.to)
            assert outcome.batch_for(following.place), (step.id, outcome.id)


@EVERY
def test_a_blanko_is_named_and_a_card_goes_out_by_rules(procedure: Procedure):
    for step, outcome in ways(procedure):
        if outcome.uses or outcome.spoils:
            keys = {field.key for field in outcome.fields if field.required}
            assert "blanko" in keys, (step.id, outcome.id)
        if outcome.claim:
            assert outcome.policy or outcome.batches, (step.id, outcome.id)
            assert outcome.to == CLOSED


@EVERY
def test_a_team_is_named_before_a_case_goes_to_it(procedure: Procedure):
    """The first way there names it; a case that comes back goes to the team it was with."""
    there = [
        outcome
        for step, outcome in ways(procedure)
        if (following := procedure.find(outcome.to)) is not None
        and (following.place, step.place) == ("lapangan", "dinas")
    ]
    named = [field.key for one in there for field in one.fields if field.required]
    assert not there or "tim" in named


@EVERY
def test_whatever_goes_back_or_is_refused_says_why(procedure: Procedure):
    reasons = {"catatan", "alasan"}
    for step, outcome in ways(procedure):
        gives_up = outcome.to == CLOSED and outcome.id in (
            *("ditolak", "batal", "berhenti", "dibatalkan", "tidak-ikut", "ganda"),
        )
        if (outcome.kind == "kembali" and not outcome.batches) or gives_up:
            assert reasons & {field.key for field in outcome.fields}, (step.id, outcome.id)


@EVERY
def test_it_can_be_read_on_the_screen(procedure: Procedure):
    for step in procedure.steps:
        assert len(step.list) <= 30
        for outcome in step.outcomes:
            assert len(outcome.label) <= 30, (step.id, outcome.id)
            assert all(field.help for field in outcome.fields), (step.id, outcome.id)
    assert all(field.help for field in form_of(procedure).fields)


def test_a_name_on_a_prisons_list_belongs_to_its_activity():
    assert ALL["mas-rapid-nama"].parent == "mas-rapid"
    assert [slug for slug, one in ALL.items() if one.parent] == ["mas-rapid-nama"]
