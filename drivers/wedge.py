"""Tells a barcode scanner that types like a keyboard (a "wedge") from a person who types.

A scanner set to send STX before and CR after its code is known by that alone. Any other scanner
is known by its speed: characters at most 60 ms apart (a person needs 60 to 130), at least six of
them, ended by Enter or Tab. Everything else is given back, unchanged and in order.

Pure: the caller gives the keys and their times, and calls :meth:`Wedge.flush` when
:attr:`Wedge.due` has passed. Times are those of the key events (seconds, from the thread that
reads the terminal), because a busy screen handles keys long after they were typed.
"""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_GAP = 0.060
"""Seconds: characters further apart are no scan (without STX)."""

HOLD = 0.045
"""Seconds that a key is kept back before a person sees it."""

MARKED_HOLD = 0.500
"""Seconds between characters after STX: covers slow radio scanners and a ctrl+B by hand."""

SHORTEST = 6
"""Characters that make a scan without STX."""

LIMIT = 8_000
"""Characters kept of one scan; the largest QR code holds 7,089."""

_STX = "ctrl+b"
_ENTER = "enter"
_TAB = "tab"
_LF = "ctrl+j"
_EDITING = frozenset({"backspace", "escape"})

_CONTROL = {
    "ctrl+@": "\x00",
    **{f"ctrl+{chr(96 + code)}": chr(code) for code in range(1, 27)},
    "ctrl+backslash": "\x1c",
    "ctrl+right_square_bracket": "\x1d",
    "ctrl+circumflex_accent": "\x1e",
    "ctrl+underscore": "\x1f",
    "tab": "\t",
    "escape": "\x1b",
}
"""The control characters by the names that Textual gives their keys."""


@dataclass(frozen=True, slots=True)
class Released:
    """Keys that a person typed: the caller's own events, in the order they came."""

    events: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scanner read, without STX and the key that ended it.

    ``garbage`` says that more than 8,000 characters came; ``text`` is then only their beginning.
    """

    text: str
    garbage: bool = False


class Wedge:
    """Sorts keys into released ones and scans: each key is one or the other, and none is lost."""

    def __init__(self) -> None:
        self._events: list[object] = []
        self._texts: list[str] = []
        self._last: float | None = None
        self._marked = False
        self._overrun = False
        self._scan_ended: float | None = None

    @property
    def due(self) -> float | None:
        """When held keys are to be flushed, in the time of the events; None if none is held."""
        if self._last is None:
            return None
        return self._last + (MARKED_HOLD if self._marked else HOLD)

    def feed(
        self, event: object, key: str, character: str | None, time: float
    ) -> list[Released | Scan]:
        """Takes one key; gives what is decided by it, in order. Nothing means: still held.

        ``event`` is given back as it is in :class:`Released`. After a call the caller waits until
        :attr:`due` anew, counted from its own clock, so that a lagging screen tears no scan apart.
        """
        if self._ends_last_scan(key, time):
            return []
        decided = self._give_up() if self._paused(time) else []
        if self._marked:
            if key == _ENTER:
                return decided + self._end(event, time, shortest=1)
            self._hold(event, character or _CONTROL.get(key, "\ufffd"), time)
        elif key == _STX:
            decided += self._give_up()
            self._marked = True
            self._hold(event, "", time)
        elif key in (_ENTER, _TAB):
            decided += self._end(event, time, shortest=SHORTEST)
        elif (text := _scannable(key, character)) is not None:
            self._hold(event, text, time)
        else:
            decided += self._give_up()
            decided.append(Released((event,)))
        return decided

    def flush(self, now: float) -> list[Released | Scan]:
        """Gives back what is held when nothing came for too long; nothing if it is too early."""
        due = self.due
        # Timers fire a hair early; a millisecond decides nothing.
        return self._give_up() if due is not None and now >= due - 0.001 else []

    def _paused(self, time: float) -> bool:
        longest = MARKED_HOLD if self._marked else LONGEST_GAP
        return self._last is not None and time - self._last > longest

    def _ends_last_scan(self, key: str, time: float) -> bool:
        """Whether this is the LF of a scanner that sends CR LF: it belongs to the scan."""
        ended, self._scan_ended = self._scan_ended, None
        return key == _LF and ended is not None and time - ended <= LONGEST_GAP

    def _hold(self, event: object, text: str, time: float) -> None:
        self._last = time
        if self._overrun:
            return
        self._events.append(event)
        self._texts.append(text)
        if len(self._texts) > LIMIT + self._marked:
            self._overrun = True
            self._events.clear()

    def _end(self, event: object, time: float, shortest: int) -> list[Released | Scan]:
        if not self._overrun and len(self._texts) - self._marked < shortest:
            self._events.append(event)
            return self._give_up()
        scan = Scan("".join(self._texts)[:LIMIT], self._overrun)
        self._clear()
        self._scan_ended = time
        return [scan]

    def _give_up(self) -> list[Released | Scan]:
        decided: list[Released | Scan] = []
        if self._overrun:
            decided.append(Scan("".join(self._texts)[:LIMIT], garbage=True))
        elif self._events:
            decided.append(Released(tuple(self._events)))
        self._clear()
        return decided

    def _clear(self) -> None:
        self._events.clear()
        self._texts.clear()
        self._last = None
        self._marked = False
        self._overrun = False


def _scannable(key: str, character: str | None) -> str | None:
    """The character that a scanner without STX may have sent by this key, or None.

    Backspace and Escape edit: they are never kept back, and a repeated one must show at once.
    """
    if key in _EDITING or key.startswith("alt+"):
        return None
    return character if character and len(character) == 1 else _CONTROL.get(key)
