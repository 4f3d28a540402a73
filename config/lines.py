"""On which line of a TOML text does each key stand?

``tomllib`` gives values without their places. This reader is only asked once something is found
wrong, and only about text that ``tomllib`` has accepted, so it need not judge: it walks over the
text and notes where each key, table and list element begins.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right

KeyPath = tuple[str | int, ...]
"""Keys and list places (from 0) from the top of the file down to one value."""

_BLANK = " \t\r\n"
_VALUE_ENDS = ",]}#\n"
_KEY_ENDS = "=.] \t"


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line (from 1) of every key, table and list element in a valid TOML text."""
    walk = _Walk(text)
    walk.document()
    return walk.lines


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text + "\n"
        self.at = 0
        self.lines: dict[KeyPath, int] = {}
        self._breaks = [place for place, sign in enumerate(self.text) if sign == "\n"]
        self._table: KeyPath = ()
        self._elements: dict[KeyPath, int] = {}

    def document(self) -> None:
        while self._to_next():
            if self._sees("[["):
                self._header("[[")
            elif self._sees("["):
                self._header("[")
            else:
                self._pair(self._table)

    def _header(self, opening: str) -> None:
        line = self._line()
        self.at += len(opening)
        parts = self._key()
        self.at += len(opening)
        path: KeyPath = ()
        for part in parts[:-1]:
            path = self._last_element((*path, part))
            self.lines.setdefault(path, line)
        path = (*path, parts[-1])
        self.lines.setdefault(path, line)
        if opening == "[[":
            count = self._elements.get(path, 0)
            self._elements[path] = count + 1
            path = (*path, count)
        self.lines.setdefault(path, line)
        self._table = path

    def _last_element(self, path: KeyPath) -> KeyPath:
        count = self._elements.get(path)
        return path if count is None else (*path, count - 1)

    def _pair(self, table: KeyPath) -> None:
        line = self._line()
        path = table
        for part in self._key():
            path = (*path, part)
            self.lines.setdefault(path, line)
        self.at += 1  # the equals sign
        self._skip(" \t")
        self._value(path)

    def _key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self._skip(" \t")
            begin = self.at
            if self.text[begin] in "\"'":
                self._string()
                parts.append(tomllib.loads(f"k = {self.text[begin : self.at]}")["k"])
            else:
                while self.text[self.at] not in _KEY_ENDS:
                    self.at += 1
                parts.append(self.text[begin : self.at])
            self._skip(" \t")
            if self.text[self.at] != ".":
                return parts
            self.at += 1

    def _value(self, path: KeyPath) -> None:
        sign = self.text[self.at]
        if sign in "\"'":
            self._string()
        elif sign == "[":
            self._list(path)
        elif sign == "{":
            self._inline_table(path)
        else:
            while self.text[self.at] not in _VALUE_ENDS:
                self.at += 1

    def _list(self, path: KeyPath) -> None:
        self.at += 1
        place = 0
        while self._to_next() and not self._sees("]"):
            if self._sees(","):
                self.at += 1
                continue
            self.lines[*path, place] = self._line()
            self._value((*path, place))
            place += 1
        self.at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self.at += 1
        while self._to_next() and not self._sees("}"):
            if self._sees(","):
                self.at += 1
                continue
            self._pair(path)
        self.at += 1

    def _string(self) -> None:
        quote = self.text[self.at]
        fence = quote * 3 if self._sees(quote * 3) else quote
        self.at += len(fence)
        while not self._sees(fence):
            self.at += 2 if quote == '"' and self._sees("\\") else 1
        self.at += len(fence)
        if len(fence) == 3:  # a long string may end in one or two quotes of its own
            self._skip(quote)

    def _to_next(self) -> bool:
        """Go to the next sign that is neither blank nor comment; False at the end."""
        while True:
            self._skip(_BLANK)
            if not self._sees("#"):
                return self.at < len(self.text)
            self.at = self.text.index("\n", self.at)

    def _skip(self, signs: str) -> None:
        while self.at < len(self.text) and self.text[self.at] in signs:
            self.at += 1

    def _sees(self, sign: str) -> bool:
        return self.text.startswith(sign, self.at)

    def _line(self) -> int:
        return bisect_right(self._breaks, self.at - 1) + 1 if self.at else 1
