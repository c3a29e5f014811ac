"""Each test of the store runs on SQLite and on PostgreSQL, on a database of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from databases import SECRET, Clock, Server, bundle, postgresql
from sutja.store import Store, upgrade


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Give a PostgreSQL."""
    with postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def made_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file of SQLite with the store's tables."""
    path = tmp_path_factory.mktemp("made") / "store.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def made_database(server: Server) -> str:
    """Return the name of a database of PostgreSQL with the store's tables."""
    url = server.create()
    upgrade(url)
    return server.name_of(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database with the store's tables and nothing in them."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("made_file"), tmp_path / "store.db")
        yield f"sqlite:///{tmp_path / 'store.db'}"
    else:
        server = request.getfixturevalue("server")
        url = server.create(request.getfixturevalue("made_database"))
        yield url
        server.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
    else:
        server = request.getfixturevalue("server")
        url = server.create()
        yield url
        server.drop(url)


@pytest.fixture
def clock() -> Clock:
    """Return a clock."""
    return Clock()


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[Store]:
    """Give an empty store, whose champion is the bundle "first"."""
    with Store.open(url, secret=SECRET, clock=clock, shipped=bundle("first")) as store:
        yield store
