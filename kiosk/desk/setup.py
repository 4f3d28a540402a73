"""Founding a kiosk's data folder, and the card by which pusat admits it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from config.settings import SETTINGS_FILE, Settings, save
from kiosk.clock import Clock, DeviceClock
from kiosk.desk.front import DeskRefused
from kiosk.desk.lives import IDENTITY
from kiosk.keys import KeyDoor
from kiosk.store.database import DATABASE, connect
from kiosk.store.marks import identity
from kiosk.texts import say

ADMISSION = "kartu-kiosk.json"
"""The kiosk's public facts, to be carried to pusat: code, name, address, public key."""


def found(folder: Path, settings: Settings, clock: Clock | None = None) -> dict[str, Any]:
    """Make a kiosk's data folder; gives its admission card. Raises DeskRefused, ConfigError.

    A folder that is a kiosk's already is never touched; one whose settings are refused is left
    as it was.
    """
    if (folder / SETTINGS_FILE).exists() or (folder / DATABASE).exists():
        raise DeskRefused(say("Folder {folder} sudah berisi data kiosk.", folder=folder))
    save(folder, settings)
    folder.chmod(0o700)
    time = clock or DeviceClock.of_this_machine()
    connection = connect(folder)
    try:
        device = KeyDoor(folder, connection, time).make_device()
        for key, value in (
            ("kiosk", settings.code),
            (IDENTITY, identity(folder)),
            ("device", device.public.hex()),
        ):
            connection.execute("INSERT INTO meta VALUES (?,?)", (key, value))
    finally:
        connection.close()
    card = {
        "kiosk": settings.code,
        "nama": settings.name,
        "alamat": settings.address,
        "kunci": device.public.hex(),
    }
    (folder / ADMISSION).write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")
    return card
