"""Opening a database: an SQLite file or a PostgreSQL server, its tables brought up to this program's."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from extractor.errors import CongvanError

#: the newest revision in migrations/versions
HEAD = "0001"
_MIGRATIONS = Path(__file__).parent / "migrations"


class DatabaseError(CongvanError):
    """A database that cannot be opened, or not for what is asked."""


def open_database(url: str, *, write: bool = False) -> Engine:
    """The engine of the database at `url`: a file's path or ``postgresql://user@host/name``.

    For writing it is created and migrated when needed; for reading it must be there and up to date, and an
    SQLite file is opened read-only. Raises `DatabaseError`.
    """
    if "://" in url and not url.startswith(("sqlite://", "postgresql://", "postgresql+psycopg://")):
        raise DatabaseError(f"Không hiểu địa chỉ cơ sở dữ liệu: {url}. Hãy dùng một tệp hoặc postgresql://…")
    if url.startswith("postgresql"):
        engine = _server(url)
    else:
        engine = _file(Path(url.removeprefix("sqlite:///")), write)
    try:
        _check(engine, url, write)
    except DatabaseError:
        engine.dispose()
        raise
    except SQLAlchemyError as e:
        engine.dispose()
        cause = e.orig if isinstance(e, DBAPIError) and e.orig else e
        raise DatabaseError(f"Không mở được cơ sở dữ liệu {url}: {' '.join(str(cause).split())}") from None
    return engine


def _file(path: Path, write: bool) -> Engine:
    if path.is_dir():
        raise DatabaseError(f"{path} là thư mục, không phải tệp cơ sở dữ liệu.")
    if not path.exists():
        if not write:
            raise DatabaseError(f"Chưa có cơ sở dữ liệu {path}. Hãy chạy: congvan ingest THƯ_MỤC --db {path}")
        if not path.parent.is_dir():
            raise DatabaseError(f"Không có thư mục {path.parent} để tạo cơ sở dữ liệu.")
    mode = "rwc" if write else "ro"
    address = f"{path.resolve().as_uri()}?mode={mode}"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, timeout=30, check_same_thread=False)

    engine = create_engine("sqlite://", creator=connect)

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA busy_timeout = 30000")
        if write:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")

    return engine


def _server(url: str) -> Engine:
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise DatabaseError("Máy chưa có psycopg. Hãy chạy: pip install 'congvan[postgres]'") from None
    return create_engine(
        "postgresql+psycopg://" + url.split("://", 1)[1],
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10},
    )


def _check(engine: Engine, url: str, write: bool) -> None:
    """Raises `DatabaseError` where the tables are not those of this program and may not be made so."""
    found = _revision(engine)
    if found == HEAD:
        return
    if not write:
        if found is None:
            raise DatabaseError(f"{url} không phải cơ sở dữ liệu của congvan. Hãy chạy: congvan ingest")
        raise DatabaseError(f"{url} là của phiên bản khác ({found}). Hãy chạy: congvan ingest --db {url}")
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError:
        raise DatabaseError(
            f"{url} do một phiên bản congvan mới hơn tạo ra ({found}). Hãy cập nhật congvan."
        ) from None


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
        return str(row[0]) if row else None
