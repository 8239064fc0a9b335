"""Opening a database: an SQLite file or a PostgreSQL server, its tables brought up to this program's."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from extractor.errors import CongvanError

#: the newest revision in migrations/versions
HEAD = "0002"
#: KiB of an SQLite file that a connection keeps in memory; its own 2 MB make writing large files slow
_CACHE = 64 * 1024
_MIGRATIONS = Path(__file__).parent / "migrations"
#: seconds to wait for another program that writes
_PATIENCE = 30
#: the lock that writers of one PostgreSQL database take in turn ("congvan" in ASCII)
_LOCK = 0x636F6E6776616E
#: what a database says when it cannot write, or its SQLSTATE -> what to do
_TROUBLES = {
    "database or disk is full": "Ổ đĩa đã đầy. Hãy dọn chỗ rồi chạy lại, những gì đã ghi vẫn còn.",
    "53100": "Ổ đĩa của máy chủ đã đầy. Hãy dọn chỗ rồi chạy lại, những gì đã ghi vẫn còn.",
    "readonly database": "Không có quyền ghi vào cơ sở dữ liệu. Hãy xem lại quyền của tệp và của thư mục.",
    "25006": "Máy chủ chỉ cho đọc. Hãy dùng tài khoản hoặc máy chủ cho phép ghi.",
    "42501": "Tài khoản này không có quyền ghi vào cơ sở dữ liệu.",
    "database is locked": f"Chương trình khác đang giữ cơ sở dữ liệu quá {_PATIENCE} giây. Hãy chạy lại sau.",
    "disk I/O error": "Ổ đĩa báo lỗi khi ghi. Hãy xem lại ổ đĩa rồi chạy lại.",
    "malformed": "Tệp cơ sở dữ liệu bị hỏng. Hãy dùng bản sao lưu.",
}


class DatabaseError(CongvanError):
    """A database that cannot be opened, or not for what is asked."""


def open_database(url: str, *, write: bool = False, any_index: bool = False) -> Engine:
    """The engine of the database at `url`: a file's path or ``postgresql://user@host/name``.

    For writing it is created and migrated when needed; for reading it must be there and up to date, and an
    SQLite file is opened read-only. Raises `DatabaseError`, also where the words of its search were made
    otherwise than now, unless `any_index` is given to make them anew.
    """
    if "://" in url and not url.startswith(("sqlite://", "postgresql://", "postgresql+psycopg://")):
        raise DatabaseError(f"Không hiểu địa chỉ cơ sở dữ liệu: {url}. Hãy dùng một tệp hoặc postgresql://…")
    if url.startswith("postgresql"):
        engine = _server(url)
    else:
        engine = _file(Path(url.removeprefix("sqlite:///")), write)
    try:
        _check(engine, url, write)
        _check_index(engine, url, write, any_index)
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
    mode = "mode=rwc" if write else "mode=ro"
    if not write and not os.access(path.parent, os.W_OK) and not Path(f"{path}-wal").exists():
        mode = "immutable=1"  # nobody can write it, and no files can be laid beside it
    address = f"{path.resolve().as_uri()}?{mode}"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(
            address, uri=True, timeout=_PATIENCE, check_same_thread=False, isolation_level=None
        )

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=10)

    @event.listens_for(engine, "connect")
    def settle(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{_CACHE}")
        if write:
            _write_ahead(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA secure_delete = ON")  # what was refused as secret leaves no bytes

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("congvan_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Turn on the write-ahead log; for that SQLite does not wait for others by itself."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as e:
            if "locked" not in str(e) or time.monotonic() > until:
                raise
            time.sleep(0.05)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes. There is one at a time in a database: others wait for it to end.

    Raises `DatabaseError` where the database cannot be written.
    """
    try:
        with engine.connect().execution_options(congvan_writes=True) as connection, connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            yield connection
    except DBAPIError as e:
        trouble = explain(e)
        if trouble is None:
            raise
        raise DatabaseError(trouble) from None


def explain(error: DBAPIError) -> str | None:
    """What to do about an error of the database; None where it is an error of this program."""
    said, state = str(error.orig), getattr(error.orig, "sqlstate", None)
    for sign, words in _TROUBLES.items():
        if sign == state or sign in said:
            return words
    if error.connection_invalidated or (isinstance(error, OperationalError) and state is None):
        return f"Cơ sở dữ liệu không trả lời: {' '.join(said.split())}"
    return None


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
        with writing(engine) as connection:
            if _revision_in(connection) != HEAD:  # nobody else has migrated it in the meantime
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
    except CommandError:
        raise DatabaseError(
            f"{url} do một phiên bản congvan mới hơn tạo ra ({found}). Hãy cập nhật congvan."
        ) from None


def _check_index(engine: Engine, url: str, write: bool, any_index: bool) -> None:
    """Raises `DatabaseError` where the search would look up other words than were written."""
    from extractor.database import search_index

    if any_index:
        return
    with engine.connect() as connection:
        found = search_index.state(connection)
    if found == "empty" and write:
        with writing(engine) as connection:
            search_index.stamp(connection)
    if found == "stale":
        raise DatabaseError(
            f"Chỉ mục tìm kiếm của {url} do phiên bản khác lập, cách tách từ và bỏ dấu nay đã khác."
            f" Hãy chạy: congvan reindex --db {url}"
        )


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return _revision_in(connection)


def _revision_in(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
    return str(row[0]) if row else None
