"""How a field gives back the characters of a scan that had already reached it.

A key is shown at once when it may be an officer's, and taken back when what follows proves it to be
the beginning of a scan. The two messages travel in the field's own queue, in step with the keys.
"""

from __future__ import annotations

from textual.message import Message


class ScanMark(Message, bubble=False):
    """The next key may be the first of a scan: remember what the field holds now."""


class ScanUndo(Message, bubble=False):
    """It was: back to what was remembered."""


class TakesBack:
    """A widget that understands both; only such a one gets a key before it is decided."""
