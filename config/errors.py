"""The one error of this wing: a file that an office may edit is wrong, and here is where."""

from __future__ import annotations


class ConfigError(ValueError):
    """A configuration file cannot be used as it stands.

    ``file`` is the path as text, ``key`` the dotted key (tables of a list are counted from 1, as
    in ``step[3].outcome[1].to``; empty when the whole file is meant), ``line`` the line in the
    file (counted from 1) or None when there is no file to look into, and ``says`` a plain
    Indonesian sentence that tells what to mend.
    """

    def __init__(self, file: str, key: str, line: int | None, says: str) -> None:
        self.file = file
        self.key = key
        self.line = line
        self.says = says
        place = file if line is None else f"{file}:{line}"
        super().__init__(": ".join(part for part in (place, key, says) if part))
