"""F2: which application begins here, and how: by its form, from a chat, or by a desk of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from kiosk.desk.views import Draft
from kiosk.screens.base import DeskScreen
from kiosk.screens.forms import spoken_form
from kiosk.screens.words import short_title, spoken_title
from kiosk.texts import said, say
from kiosk.widgets.dialogs import Choose

if TYPE_CHECKING:
    from config.procedures import Procedure
    from kiosk.app import KioskApp
    from kiosk.cases.chat import ChatReading

FROM_CHAT = "obrolan:"
"""What stands before a procedure's slug where its case begins from a chat."""


async def _telephone(kiosk: KioskApp) -> None:
    from kiosk.screens.telephone import next_call

    kiosk.call_later(next_call, kiosk)


OPENERS: dict[str, Callable[[KioskApp], Awaitable[None]]] = {"akapela": _telephone}
"""What F2 opens for a procedure that does not begin with its form."""


async def begin_intake(kiosk: KioskApp) -> None:
    """Open the one procedure of which this officer takes cases in here, or ask which."""
    procedures = await kiosk.ask(kiosk.desk.intake.beginnable)
    ways = [way for one in procedures for way in _ways(one)]
    if not ways:
        who = ", ".join(map(said, await kiosk.ask(kiosk.desk.intake.beginners)))
        words = say("Permohonan baru di sini dibuat oleh: {siapa}.", siapa=who)
        if isinstance(kiosk.screen, DeskScreen):
            kiosk.screen.say_next(
                words if who else say("Permohonan baru tidak dibuat di kantor ini."), "peringatan"
            )
    elif len(ways) == 1:
        await open_intake(kiosk, ways[0][0])
    else:
        kiosk.run_worker(_ask_way(kiosk, ways))


def _ways(procedure: Procedure) -> list[tuple[str, str]]:
    """How a case of a procedure may begin, as lines to choose from."""
    if not procedure.chat:
        return [(procedure.slug, spoken_title(procedure.title))]
    title = short_title(procedure.title)
    return [
        (FROM_CHAT + procedure.slug, say("Dari obrolan: {layanan}", layanan=title)),
        (procedure.slug, say("Formulir kosong: {layanan}", layanan=title)),
    ]


async def _ask_way(kiosk: KioskApp, ways: list[tuple[str, str]]) -> None:
    way = await kiosk.push_screen_wait(Choose(say("Permohonan apa?"), ways))
    if way is not None:
        await open_intake(kiosk, way)


async def open_intake(kiosk: KioskApp, way: str) -> None:
    """Open the beginning of a procedure (its slug, or FROM_CHAT and its slug); a draft left by a
    crash is offered first."""
    chat, slug = way.startswith(FROM_CHAT), way.removeprefix(FROM_CHAT)
    if slug in OPENERS:
        await OPENERS[slug](kiosk)
        return
    intake = kiosk.desk.intake
    form = await kiosk.ask(intake.form, slug)
    draft = await kiosk.ask(intake.draft, form.slug)
    if chat and (draft is None or not (draft.values or draft.before)):
        from kiosk.screens.chat import ChatScreen

        kiosk.switch_to(ChatScreen(slug, draft.chat if draft else ""))
        return
    await open_form(kiosk, slug, draft=draft, else_chat=chat)


async def open_form(
    kiosk: KioskApp,
    slug: str,
    *,
    draft: Draft | None = None,
    chat: str = "",
    reading: ChatReading | None = None,
    else_chat: bool = False,
) -> None:
    """Open a procedure's form: empty, with a draft to offer (``else_chat``: when it is declined,
    room for a chat), or filled from a chat."""
    intake = kiosk.desk.intake
    form = spoken_form(await kiosk.ask(intake.form, slug))
    carried = await kiosk.ask(intake.carried, slug)
    procedure = kiosk.desk.core.procedures[slug]
    from kiosk.screens.intake import IntakeScreen

    screen = IntakeScreen(procedure, form, carried, draft, chat, reading)
    screen.else_chat = else_chat
    kiosk.switch_to(screen)
