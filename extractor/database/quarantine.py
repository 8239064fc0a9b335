"""What gave no record waits here, with its reason, until it is read again or dropped."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select

from extractor.database import schema as t
from extractor.database.secrecy import SECRET


def count(connection: Connection, codes: Collection[str] = (), names: Collection[str] = ()) -> int:
    """How many letters wait (with one of these codes, of these names)."""
    found = select(func.count()).select_from(t.sources).where(_wanted(codes, names))
    return int(connection.execute(found).scalar_one())


def files(
    connection: Connection,
    codes: Collection[str] = (),
    only: Collection[int] = (),
    *,
    secret: bool = False,
    there: bool = False,
) -> list[tuple[int, str]]:
    """The files (id, name) in which something waits (with one of `codes`), without `codes` those left undone
    too; of the files `only`, if any. What bears a secrecy mark waits for leave (`secret`). With `there` only
    those whose bytes are kept or lay somewhere.
    """
    f, s = t.files.c, t.sources.c
    waits: list[ColumnElement[bool]] = [s.code.in_(codes) if codes else s.code.is_not(None)]
    if not secret:
        waits.append(s.code != SECRET)
    held = f.id.in_(select(s.file_id).where(*waits))
    wanted: list[ColumnElement[bool]] = [held if codes else or_(held, f.done.is_(False))]
    if only:
        wanted.append(f.id.in_(only))
    if there:
        wanted.append(or_(f.content.is_not(None), f.path.is_not(None)))
    rows = connection.execute(select(f.id, f.name).where(*wanted).order_by(f.id))
    return [(row.id, row.name) for row in rows]


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
