"""What a query filters by, as typed: understood as what the rules and the database call so, or told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import SequenceMatcher
from functools import cache

from sqlalchemy import Connection, select

from extractor.database import search_tables as s
from extractor.database.agency_names import agency_ids, similar
from extractor.database.audit_tasks import TaskQuery
from extractor.database.fold import key
from extractor.database.search import Query, codes_for
from extractor.database.topics import topic_code, topic_names
from extractor.errors import CongvanError
from extractor.rulebook import read_table, rules_folder

#: filter of a search -> what it names
_NAMED = {
    "agency": "cơ quan", "issuer": "cơ quan ban hành", "type": "loại văn bản", "place": "địa phương",
    "topic": "chủ đề",
}  # fmt: skip
#: names that are told where one is not known, and how like it they have to be
_TOLD, _LIKE = 6, 0.5


def understood(connection: Connection, query: TaskQuery) -> TaskQuery:
    """The query with codes for what was typed as a name.

    Raises `CongvanError`, with the names most like it, for an agency or issuer that no letter names, a kind
    of document and a topic that the rules do not know.
    """
    for name, what in ((query.agency, "cơ quan"), (query.issuer, "cơ quan ban hành")):
        if name and not agency_ids(connection, name):
            raise unknown(f"Không có {what} nào tên “{name}” trong cơ sở dữ liệu.", similar(connection, name))
    kind, topic = query.type, query.topic
    if kind:
        kind = type_code(kind)
        if kind is None:
            names = (f"{code} ({name})" for code, name in type_names().items())
            raise unknown(f"Không có loại văn bản “{query.type}”.", nearest(query.type or "", names))
    if topic:
        topic = topic_code(topic)
        if topic is None:
            near = nearest(query.topic or "", topic_names().values())
            raise unknown(f"Không có chủ đề “{query.topic}” trong rules/topics.csv.", near)
    return replace(query, type=kind, topic=topic)


def check(connection: Connection, query: Query) -> None:
    """Raises `CongvanError`, with the names most like it, for a filter of a search that nothing is called."""
    for kind, what in _NAMED.items():
        typed = getattr(query, kind)
        if not typed or codes_for(connection, kind, typed):
            continue
        if kind in ("agency", "issuer"):
            near = similar(connection, typed)
        elif (kind == "type" and type_code(typed)) or (kind == "topic" and topic_code(typed)):
            continue  # no letter has it, but it is one
        else:
            c = s.search_codes.c
            labels = select(c.label).where(c.kind == s.KINDS.index(kind)).order_by(c.label)
            near = nearest(typed, connection.execute(labels).scalars())
        raise unknown(f"Không có {what} nào tên “{typed}” trong cơ sở dữ liệu.", near)


def unknown(said: str, near: Iterable[str]) -> CongvanError:
    """An error that also says what is most like a name that is not known."""
    names = "; ".join(near)
    return CongvanError(f"{said} Gần giống: {names}." if names else said)


def nearest(typed: str, names: Iterable[str], limit: int = _TOLD) -> list[str]:
    """The names most like what was typed, whatever the marks; those that hold all its letters come first."""
    wanted = key(typed)
    if not wanted:
        return []
    ranked = []
    for name in names:
        held = key(name)
        alike = 1.0 if f" {wanted} " in f" {held} " else SequenceMatcher(None, wanted, held).ratio()
        if alike >= _LIKE:
            ranked.append((-alike, len(held), name))
    return [name for _, _, name in sorted(ranked)[:limit]]


@cache
def type_names() -> Mapping[str, str]:
    """Code -> name of the kinds of documents."""
    return {row["code"]: row["name"] for row in read_table(rules_folder(), "document_types.csv")}


def type_code(typed: str) -> str | None:
    """The code of a kind of document that was typed as code or name; None where there is none."""
    wanted = key(typed)
    exact = [code for code in type_names() if code.upper() == typed.strip().upper()]
    named = [code for code, name in type_names().items() if wanted in (key(name), key(code))]
    return next(iter([*exact, *named]), None)
