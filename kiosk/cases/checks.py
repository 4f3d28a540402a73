"""Checks of a form's answers, at three levels, field by field and as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from config.forms import visible
from kiosk.cases.answers import check_answer, normalise
from kiosk.cases.birth import check_birth, check_nik_of
from kiosk.cases.findings import Finding
from kiosk.cases.names import same_name

if TYPE_CHECKING:
    from config.forms import Field, Form

__all__ = ["Finding", "check_field", "check_form", "normalise", "same_name"]


def check_field(field: Field, value: str, values: Mapping[str, str], today: date) -> list[Finding]:
    """What is to say of one field when the officer leaves it, ``values`` being the other answers.

    A field that is not asked has no findings.
    """
    if not visible(field, values):
        return []
    value = normalise(field, value)
    findings = check_answer(field, value, today)
    answers = {**values, field.key: value}
    findings += [found for found in check_birth(answers, today) if found.key == field.key]
    if field.type == "date" and not findings:
        # The NIK is asked before the date: said here, the warning comes when both are known.
        findings += check_nik_of(field.key.removesuffix("_tgl_lahir"), answers, field.key)
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
            findings += check_answer(field, answers[field.key], today)
    findings += [found for found in check_birth(answers, today) if form.has(found.key)]
    order = {field.key: at for at, field in enumerate(form.fields)}
    return sorted(findings, key=lambda found: order[found.key])
