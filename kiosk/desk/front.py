"""What the login screen needs, and no more: it must paint before anything heavy is loaded."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from config.errors import ConfigError
from config.settings import SETTINGS_FILE, Settings, load
from kiosk.clock import Clock, DeviceClock
from kiosk.keys import KeyDoor, OfficerCard
from kiosk.store.database import DATABASE, SCHEMA, connect
from kiosk.texts import LANGUAGES, say, set_language


class DeskRefused(Exception):
    """The data folder cannot be used; the text says why and what to do."""


@dataclass(slots=True)
class FrontDoor:
    """An opened data folder: settings, database, keys, clock."""

    folder: Path
    settings: Settings
    connection: sqlite3.Connection
    keys: KeyDoor
    clock: Clock

    @classmethod
    def open(cls, folder: Path, clock: Clock | None = None) -> FrontDoor:
        """Open a kiosk's data folder. Raises DeskRefused with a plain text."""
        if not (folder / SETTINGS_FILE).exists() or not (folder / DATABASE).exists():
            raise DeskRefused(
                say(
                    "Folder {folder} bukan folder data kiosk. Buat dengan: kiosk init --data ...",
                    folder=folder,
                )
            )
        try:
            settings = load(folder)
        except ConfigError as error:
            raise DeskRefused(str(error)) from error
        if settings.language not in LANGUAGES:
            raise DeskRefused(
                say(
                    "{file}: bahasa {language} belum ada. Pilihannya: {all}.",
                    file=folder / SETTINGS_FILE,
                    language=settings.language,
                    all=", ".join(LANGUAGES),
                )
            )
        set_language(settings.language)
        time = clock or DeviceClock.of_this_machine()
        connection = None
        try:
            connection = connect(folder)
            door = cls(folder, settings, connection, KeyDoor(folder, connection, time), time)
            door._check_age()
            door._check_owner()
        except (DeskRefused, sqlite3.DatabaseError) as error:
            if connection is not None:
                connection.close()
            if isinstance(error, DeskRefused):
                raise
            raise DeskRefused(
                say(
                    "Basis data {file} tidak terbaca. Jangan dihapus; hubungi pengelola.",
                    file=folder / DATABASE,
                )
            ) from error
        return door

    def _check_age(self) -> None:
        """That the database is not of a later version than this program."""
        if self.connection.execute("PRAGMA user_version").fetchone()[0] > SCHEMA:
            raise DeskRefused(
                say(
                    "Basis data {file} dari versi kiosk yang lebih baru. Pasang versi itu.",
                    file=self.folder / DATABASE,
                )
            )

    def _check_owner(self) -> None:
        """Whether settings and database are those of one and the same kiosk."""
        owner = self.meta("kiosk")
        if owner != self.settings.code:
            raise DeskRefused(
                say(
                    "Folder data ini milik kiosk {owner}, tetapi {file} menyebut {code}."
                    " Pakai folder data kiosk ini sendiri.",
                    owner=owner or "?",
                    file=SETTINGS_FILE,
                    code=self.settings.code,
                )
            )

    def meta(self, key: str) -> str:
        """One value of the kiosk's own notes, empty when it is not there."""
        row = self.connection.execute("SELECT value FROM meta WHERE key=?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def note(self, key: str, value: str) -> None:
        """Keep one value among the kiosk's own notes."""
        self.connection.execute("INSERT OR REPLACE INTO meta VALUES (?,?)", (key, value))

    def officers(self) -> list[OfficerCard]:
        """Who can log in here."""
        return self.keys.officers()

    def close(self) -> None:
        """Close the database."""
        self.connection.close()
