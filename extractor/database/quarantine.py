"""What gave no record waits here, with its reason, until it is read again or dropped."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, delete, func, select

from extractor.database import schema as t


def count(connection: Connection, codes: Collection[str] = (), names: Collection[str] = ()) -> int:
    """How many letters wait (with one of these codes, of these names)."""
    found = select(func.count()).select_from(t.sources).where(_wanted(codes, names))
    return int(connection.execute(found).scalar_one())


def drop(connection: Connection, codes: Collection[str] = (), names: Collection[str] = ()) -> None:
    """Forget them; a file that holds nothing else goes too, so that it may come in again."""
    wanted = _wanted(codes, names)
    files = connection.execute(select(t.sources.c.file_id).where(wanted).distinct()).scalars().all()
    connection.execute(delete(t.sources).where(wanted))
    left = select(t.sources.c.file_id).where(t.sources.c.file_id == t.files.c.id)
    for file_id in files:
        connection.execute(delete(t.files).where((t.files.c.id == file_id) & ~left.exists()))


def _wanted(codes: Collection[str], names: Collection[str]) -> ColumnElement[bool]:
    c = t.sources.c
    wanted: ColumnElement[bool] = c.code.in_(codes) if codes else c.code.is_not(None)
    return wanted & c.name.in_(names) if names else wanted
