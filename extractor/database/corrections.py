"""What people say of values: confirmed, corrected, rejected, undone, with who and when.

A correction belongs to a document and to the words of an item; `overlay` lays all of them over each new
reading of it, and over the letter's current version where that is another document. What a new reading has no
item for is marked `lost` and listed, not dropped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, insert, select, update

from extractor.database import schema as t
from extractor.database import store
from extractor.database.correction_exports import export_gold, export_rule_examples, texts_of
from extractor.database.correction_values import FIELDS, value_of
from extractor.database.overlays import Correction, find, lay
from extractor.errors import Changed, CongvanError

__all__ = [
    "FIELDS", "Change", "add", "export_gold", "export_rule_examples", "history", "overlay", "undo",
]  # fmt: skip

Json = dict[str, Any]
Item = Literal["document", "assignment", "target", "figure", "reference"]
Verdict = Literal["confirm", "correct", "reject"]
#: characters of a name or note
_LONGEST_NAME, _LONGEST_NOTE = 200, 2_000
_c = t.corrections.c


def add(
    connection: Connection,
    document_id: int,
    item: str,
    span: Mapping[str, Any] | None,
    field: str | None,
    verdict: str,
    new: Any = None,
    author: str = "",
    note: str | None = None,
    form: int | None = None,
) -> int:
    """Keep what a person says of an item (or of one field) and lay it over the record; gives its id.

    `form` is the first correction of those that were sent together.

    `span` is the item's ``{start, end, text}`` (None for "document"). "correct" needs a field and its `new`
    value; "reject" without a field takes the item out, with one it empties the field. Raises `CongvanError`.
    """
    author, note = _said(author, note)
    shown = _record(connection, document_id)
    if verdict not in ("confirm", "correct", "reject"):
        raise CongvanError(f"“{verdict}” không dùng được. Hãy chọn: confirm, correct, reject.")
    if item not in FIELDS:
        raise CongvanError(f"Không có loại mục “{item}”. Hãy dùng: {', '.join(FIELDS)}.")
    if field is not None and field not in FIELDS[item]:
        raise CongvanError(f"Không sửa được “{field}” của {item}. Hãy chọn: {', '.join(FIELDS[item])}.")
    if field is None and (verdict == "correct" or (verdict == "reject" and item == "document")):
        raise CongvanError("Hãy nêu trường cần sửa.")
    found, start, end, quote = _place(shown, item, span, field)
    names = [field] if field is not None else list(FIELDS[item])
    old: Any = {name: found.get(name) for name in names}
    if verdict == "confirm":
        value: Any = old if field is None else old[field]
    elif field is None:
        value = None
    else:
        value = value_of(connection, shown, item, field, new if verdict == "correct" else None)
    row = {
        "document_id": document_id, "item": item, "field": field, "quote": quote, "start": start, "end": end,
        "verdict": verdict, "old": _dumped(old if field is None else old[field]),
        "new": None if value is None and field is None else _dumped(value),
        "note": note, "author": author, "at": store.now(), "lost": False, "text_id": shown["id"],
        "form": form,
    }  # fmt: skip
    _keep_text(connection, shown)
    made = connection.execute(insert(t.corrections), row)
    store.refresh(connection, document_id)
    return int((made.inserted_primary_key or (0,))[0])


def undo(connection: Connection, id: int) -> int:
    """Take a correction back, it stays in the history; gives its document. Raises `CongvanError`."""
    row = connection.execute(select(_c.document_id, _c.undone_at).where(_c.id == id)).first()
    if row is None:
        raise CongvanError(f"Không có lần sửa số {id}.")
    if row.undone_at is None:
        connection.execute(update(t.corrections).where(_c.id == id).values(undone_at=store.now(), lost=False))
        store.refresh(connection, row.document_id)
    return int(row.document_id)


def overlay(connection: Connection, document_id: int, record: Json, others: Sequence[int] = ()) -> Json:
    """The record with its document's corrections laid over it; notes which of them found no item.

    `others`: the other versions of its letter, where what was said of them is laid over this one too.
    """
    rows = connection.execute(
        select(t.corrections)
        .where(_c.document_id.in_([document_id, *others]), _c.undone_at.is_(None))
        .order_by(_c.id)
    ).all()
    elsewhere = {row.id for row in rows if row.document_id != document_id}
    made = [Correction.of(row) for row in rows]
    shown, lost = lay(record, made, texts_of(connection, rows, record), elsewhere)
    for row in rows:
        if row.lost != (row.id in lost):
            connection.execute(update(t.corrections).where(_c.id == row.id).values(lost=row.id in lost))
    _complete(connection, [a for a in shown["agencies"] if not a["mentions"]])
    return shown


def _keep_text(connection: Connection, record: Json) -> None:
    """Keep the text that a correction is made in: by it its place is found in another text of the letter."""
    c = t.corrected_texts.c
    if connection.execute(select(c.text_id).where(c.text_id == record["id"])).first() is None:
        row = {"text_id": record["id"], "text": record["text"]}
        connection.execute(insert(t.corrected_texts), row)


def _complete(connection: Connection, agencies: list[Json]) -> None:
    """Level and place of agencies that only a correction names, as far as the database knows them."""
    c = t.agencies.c
    ids = [a["id"] for a in agencies]
    known = {row.id: row for row in connection.execute(select(t.agencies).where(c.id.in_(ids)))}
    for agency in agencies:
        if (row := known.get(agency["id"])) is not None:
            agency["level"], agency["locality"] = row.level, row.locality


def _said(author: str, note: str | None) -> tuple[str, str | None]:
    author, note = " ".join(author.split()), (note or "").strip() or None
    if not author:
        raise CongvanError("Hãy ghi tên người sửa.")
    if len(author) > _LONGEST_NAME or len(note or "") > _LONGEST_NOTE:
        raise CongvanError("Tên người sửa hoặc ghi chú quá dài.")
    return author, note


def _record(connection: Connection, document_id: int) -> Json:
    found = connection.execute(select(t.documents.c.record).where(t.documents.c.id == document_id)).scalar()
    if found is None:
        raise CongvanError(f"Không có văn bản số {document_id}.")
    record: Json = json.loads(found)
    return record


def _place(
    record: Json, item: str, span: Mapping[str, Any] | None, field: str | None
) -> tuple[Json, int | None, int | None, str | None]:
    """The item meant, and where its words stand."""
    if item == "document":
        words = record["document"]["spans"].get(field or "") or {}
        return record["document"], words.get("start"), words.get("end"), words.get("text")
    if not span or not isinstance(span.get("text"), str) or not isinstance(span.get("start"), int):
        raise CongvanError("Hãy nêu chỗ (span) của mục cần sửa.")
    start, text = span["start"], span["text"]
    there = record["text"][start : start + len(text)] == text
    found = find(record, item, (start, start + len(text))) if there else None
    if found is None:
        raise Changed("Không còn mục này, có thể văn bản vừa được đọc lại. Hãy tải lại trang.")
    words = found["span"]
    return found, words["start"], words["end"], words["text"]


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


# -- the history ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """A correction with its letter; `old` and `new` as JSON has them."""

    id: int
    document_id: int
    number: str | None
    title: str
    name: str
    item: str
    field: str | None
    quote: str | None
    start: int | None
    verdict: str
    old: Any
    new: Any
    note: str | None
    author: str
    at: str
    undone_at: str | None
    lost: bool


def history(
    connection: Connection,
    document_id: int | None = None,
    lost: bool | None = None,
    author: str | None = None,
    undone: bool = True,
    page: int = 1,
    per_page: int = 50,
) -> list[Change]:
    """Corrections, the latest first: of a document, lost ones, of a person; with those that were undone."""
    query = select(t.corrections, t.documents.c.number, t.documents.c.title, t.documents.c.name).select_from(
        t.corrections.join(t.documents, t.documents.c.id == _c.document_id)
    )
    if document_id is not None:
        query = query.where(_c.document_id == document_id)
    if lost is not None:
        query = query.where(_c.lost.is_(lost))
    if author is not None:
        query = query.where(_c.author == author)
    if not undone:
        query = query.where(_c.undone_at.is_(None))
    query = query.order_by(_c.id.desc()).offset((page - 1) * per_page).limit(per_page)
    found = []
    for row in connection.execute(query):
        values = {
            name: getattr(row, name) for name in Change.__dataclass_fields__ if name not in ("old", "new")
        }
        old, new = (json.loads(x) if x is not None else None for x in (row.old, row.new))
        found.append(Change(**values, old=old, new=new))
    return found
