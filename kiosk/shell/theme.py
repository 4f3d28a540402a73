"""The colours of the kiosk: the 16 of the Linux console, and nothing else.

The console has eight backgrounds and gets its bright foregrounds from bold, so "bright" is written
as bold, no background is ever a bright one, and no colour is blended. Every meaning has a word or a
mark as well: the colours only help to find it.
"""

from __future__ import annotations

from textual.theme import Theme

THEME_NAME = "loket"

_VARIABLES = {
    "ansi-background": "ansi_black",
    "ansi-foreground": "ansi_white",
    "text": "ansi_default",
    "text-muted": "ansi_default",
    "text-disabled": "ansi_default",
    "border": "ansi_white",
    "border-blurred": "ansi_white",
    # The bars.
    "bar-background": "ansi_blue",
    "bar-foreground": "ansi_white",
    "strip-background": "ansi_white",
    "strip-foreground": "ansi_black",
    # What is typed into.
    "field-background": "ansi_blue",
    "field-foreground": "ansi_white",
    "field-focus-background": "ansi_cyan",
    "field-focus-foreground": "ansi_black",
    "input-cursor-background": "ansi_white",
    "input-cursor-foreground": "ansi_black",
    "input-cursor-text-style": "none",
    "input-selection-background": "ansi_blue",
    "input-selection-foreground": "ansi_white",
    "screen-selection-background": "ansi_white",
    "screen-selection-foreground": "ansi_black",
    # The row under the cursor.
    "block-cursor-background": "ansi_white",
    "block-cursor-foreground": "ansi_black",
    "block-cursor-text-style": "none",
    "block-cursor-blurred-background": "ansi_default",
    "block-cursor-blurred-foreground": "ansi_default",
    "footer-key-foreground": "ansi_black",
    "footer-key-background": "ansi_cyan",
    "scrollbar": "ansi_cyan",
    "scrollbar-hover": "ansi_cyan",
    "scrollbar-active": "ansi_cyan",
    "scrollbar-background": "ansi_blue",
    "scrollbar-background-hover": "ansi_blue",
    "scrollbar-background-active": "ansi_blue",
    "scrollbar-corner-color": "ansi_default",
}

THEME = Theme(
    name=THEME_NAME,
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_cyan",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    accent="ansi_cyan",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables=_VARIABLES,
)
"""The one theme; the widgets' CSS names its extra variables ($bar-*, $strip-*, $field-*)."""

SHELL_CSS = """
Screen { overflow: hidden hidden; }
#body { height: 1fr; width: 1fr; layout: vertical; overflow: hidden hidden; }
"""
"""What holds for every screen of the kiosk."""
