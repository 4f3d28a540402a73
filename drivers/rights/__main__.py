"""``sudo python -m drivers.rights USER [VVVV:PPPP ...]``: the rights to all devices."""

from __future__ import annotations

import sys

from drivers.rights.setup import install, missing_rights


def main(arguments: list[str]) -> int:
    """Installs; says what was done. Exit status 0 if nothing is missing, 1 if so, 2 for misuse."""
    if not arguments or arguments[0].startswith("-"):
        print("python -m drivers.rights PENGGUNA [VVVV:PPPP ...]", file=sys.stderr)
        return 2
    user, *units = arguments
    for said in install(user, units=units):
        print(said)
    return 1 if missing_rights(user) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
