"""Forms and their questions in the language of this kiosk."""

from __future__ import annotations

from dataclasses import replace

from config.forms import Field, Form, Page
from kiosk.texts import said


def spoken_field(field: Field) -> Field:
    """A question as it is asked on the screen; key, type and codes stay."""
    return replace(
        field,
        label=said(field.label),
        help=said(field.help) if field.help else "",
        choices=tuple((code, said(label)) for code, label in field.choices),
    )


def spoken_page(page: Page) -> Page:
    """A page as it is asked on the screen."""
    return Page(said(page.title), tuple(map(spoken_field, page.fields)))


def spoken_form(form: Form) -> Form:
    """A whole form as it is asked on the screen."""
    return Form(form.slug, said(form.title), tuple(map(spoken_page, form.pages)))
