"""Checks of a form's answers, at three levels, field by field and as a whole.

What holds between the answers depends on the form (``_rules_of``). A form without rules of its own
still has every NIK held against the date of birth and the sex beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from config.forms import visible
from kiosk.cases.answers import check_answer, normalise
from kiosk.cases.findings import Finding
from kiosk.cases.identity import BIRTH, check_nik_of, check_niks
from kiosk.cases.names import same_name

if TYPE_CHECKING:
    from config.forms import Field, Form

__all__ = ["Finding", "check_field", "check_form", "normalise", "same_name"]

Rules = Callable[[Mapping[str, str], date], list[Finding]]

NEW_NAMES = {("kelahiran", "anak_nama"), ("akta-jambi", "anak_nama")}
"""(form, key) of names that are recorded for the first time (Permendagri 73/2022)."""


def check_field(
    field: Field, value: str, values: Mapping[str, str], today: date, form: str = ""
) -> list[Finding]:
    """What is to say of one field when the officer leaves it, ``values`` being the other answers
    and ``form`` the slug of the form it stands in ('' for a field of an outcome).

    A field that is not asked has no findings.
    """
    if not visible(field, values):
        return []
    value = normalise(field, value)
    findings = _alone(form, field, value, today)
    answers = {**values, field.key: value}
    findings += [found for found in _together(form, answers, today) if found.key == field.key]
    silent = all(found.level == "info" for found in findings)
    if field.type == "date" and field.key.endswith(BIRTH) and silent:
        # The NIK is asked before the date: said here, the warning comes when both are known.
        findings += check_nik_of(field.key.removesuffix(BIRTH), answers, field.key)
    return findings


def check_form(form: Form, values: Mapping[str, str], today: date) -> list[Finding]:
    """What is to say of a whole form, in the order of its fields.

    Answers to questions that the other answers have made superfluous do not count.
    """
    answers: dict[str, str] = {}
    findings: list[Finding] = []
    for field in form.fields:
        if visible(field, answers):
            answers[field.key] = normalise(field, values.get(field.key, ""))
            findings += _alone(form.slug, field, answers[field.key], today)
    findings += [found for found in _together(form.slug, answers, today) if form.has(found.key)]
    order = {field.key: at for at, field in enumerate(form.fields)}
    return sorted(findings, key=lambda found: order[found.key])


def _alone(form: str, field: Field, value: str, today: date) -> list[Finding]:
    return check_answer(field, value, today, new_name=(form, field.key) in NEW_NAMES)


def _together(form: str, answers: Mapping[str, str], today: date) -> Iterable[Finding]:
    rules = _rules_of(form)
    return rules(answers, today) if rules else check_niks(answers)


def _rules_of(form: str) -> Rules | None:
    """What the answers of a form say about each other, loaded with the first such form."""
    match form:
        case "kelahiran" | "akta-jambi":
            from kiosk.cases.birth import check_birth

            return check_birth
        case "kia":
            from kiosk.cases.kia import check_kia

            return check_kia
        case _:
            return None
