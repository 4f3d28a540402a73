"""Words that more than one way to a printer needs: who may use it, and how one may."""

from __future__ import annotations

from drivers.rights import cure
from drivers.trouble import DeviceRefused
from drivers.words import words


def refused() -> DeviceRefused:
    """This user is not in the groups that Debian gives printers and serial lines to."""
    return DeviceRefused(
        words(
            "Akun ini belum boleh memakai printer. Jalankan sekali: {command} - "
            "lalu keluar dan masuk lagi ke komputer ini.",
            command=cure(),
        )
    )
