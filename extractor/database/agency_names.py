"""A typed agency name -> the agencies meant: with or without marks, short forms, with or without its place.

"Sở Tài chính" is that department of every province, "Sở Tài chính An Giang" one. Short forms are those of the
registers (``agencies.csv``, ``issuer_codes.csv``, ``agency_heads.csv``, ``agency_fields.csv``,
``levels.csv``, ``provinces.csv``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import Connection, bindparam, case, literal, or_, select

from extractor.database import schema as t
from extractor.database.fold import fold, key
from extractor.rulebook import read_table, rules_folder
from extractor.textview import match_key

#: ways to write a name out that are tried
_MOST_FORMS = 12
#: names in the database that a typed one is compared with, letter by letter
_MOST_LIKE = 200
#: words of a typed name that are looked at
_MOST_WORDS = 24
#: steps of a chain of successors
_LONGEST_CHAIN = 12
_CHANGES = {"merged": "hợp nhất", "renamed": "đổi tên", "split": "chia tách", "abolished": "giải thể"}

_counts = t.task_counts.c
_BY_ID = select(t.agencies.c.id, t.agencies.c.name, t.agencies.c.level, t.agencies.c.locality).where(
    t.agencies.c.id == bindparam("id")
)
_SUMS = select(_counts.agency_id, _counts.tasks).where(
    _counts.kind == "all", _counts.role == "", _counts.agency_id.in_(bindparam("ids", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agency that a typed name may mean, and how many tasks the current letters give it.

    `through`: how its work came to the agency asked for, None for that agency itself.
    """

    id: str
    name: str
    level: str | None = None
    locality: str | None = None
    tasks: int = 0
    through: str | None = None


def agency_ids(connection: Connection, name: str, across_successors: bool = False) -> list[Candidate]:
    """The agencies that a name (or id) stands for, those with most tasks first; [] when there is none.

    With `across_successors` also the bodies whose work they have today, and those that have theirs.
    """
    named = _named(connection, name, across_successors) or _named(connection, name, True)
    found = {c.id: c for c in named}
    if across_successors:
        found = {c.id: c for c in [*_related(connection, found), *found.values()]}
    counts = _tasks(connection, found)
    told = [replace(c, tasks=counts.get(c.id, 0)) for c in found.values()]
    return sorted(told, key=lambda c: (c.through is not None, -c.tasks, c.name, c.id))


def similar(connection: Connection, name: str, limit: int = 8) -> list[str]:
    """Names in the database most like one that is not there: of those with most of its words."""
    wanted = [*islice(forms(name), _MOST_FORMS)][-1:]  # with its short forms written out
    words = [w for form in wanted for w in form.split() if len(w) > 1][:8]
    if not words:
        return []
    agency = t.agencies.c
    hits = [agency.key.contains(w, autoescape=True) for w in words]
    count = sum((case((hit, 1), else_=0) for hit in hits), literal(0))
    query = select(agency.name, agency.key).where(or_(*hits)).order_by(count.desc(), agency.key)
    rows = connection.execute(query.limit(_MOST_LIKE)).all()
    alike = {row.name: SequenceMatcher(None, wanted[0], row.key).ratio() for row in rows}
    return sorted(alike, key=lambda n: (-alike[n], n))[:limit]


# -- names ---------------------------------------------------------------------------------------------------


def _named(connection: Connection, name: str, heirs: bool) -> list[Candidate]:
    """The agencies of a name or id; with `heirs` also those that are known as successors only."""
    row = connection.execute(_BY_ID, {"id": name}).first()
    if row is not None:
        return [Candidate(*row)]
    found: dict[str, Candidate] = {}
    for i, form in enumerate(islice(forms(name), _MOST_FORMS)):
        alike = _with_key(connection, form, heirs)
        for candidate in alike if i else _as_marked(alike, name):
            found.setdefault(candidate.id, candidate)
        if any(c.level for c in found.values()):  # else only what a letter calls just so
            break
    return [*found.values()]


def _with_key(connection: Connection, wanted: str, heirs: bool) -> list[Candidate]:
    """The agencies of this key, of every place where it names none, or with a word of level left out."""
    agency, heir = t.agencies.c, t.agency_successors.c
    exact = [wanted, *_with_level(wanted)]
    query = select(agency.id, agency.name, agency.level, agency.locality, agency.key)
    found: dict[str, Candidate] = {}
    of_places: dict[str, Candidate] = {}
    for row in connection.execute(
        query.where(or_(agency.key.in_(exact), agency.key.startswith(wanted + " ")))
    ):
        candidate = Candidate(*row[:4])
        if row.key in exact:
            found[row.id] = candidate
        elif row.locality and _is_end(row.key[len(wanted) + 1 :], key(row.locality)):
            of_places[row.id] = candidate
    names = select(heir.successor_id, heir.name, heir.key).distinct()
    levels = tuple(f"{word} " for word in _levels().values())
    named_so = or_(heir.key.in_(exact), _begins(connection, heir.key, wanted))
    for id, name, name_key in connection.execute(names.where(named_so)) if heirs else ():
        if name_key in exact:
            found.setdefault(id, Candidate(id, name))
        elif name_key[len(wanted) + 1 :].startswith(levels):
            of_places.setdefault(id, Candidate(id, name))
    named = any(c.locality for c in found.values())
    return [*found.values(), *(() if named else of_places.values())]


def _begins(connection: Connection, column: Any, wanted: str) -> Any:
    """Whether a key begins with these words; in SQLite a range of the index ("!" comes behind the blank)."""
    if connection.dialect.name == "postgresql":
        return column.startswith(f"{wanted} ")
    return column.between(f"{wanted} ", f"{wanted}!")


def _is_end(rest: str, place: str) -> bool:
    """Whether the words behind a name are a place, or its name without the word of its level."""
    return rest == place or place.endswith(" " + rest)


def _with_level(wanted: str) -> Iterator[str]:
    """``so tai chinh an giang`` with each word of level at each place in it."""
    words = wanted.split()
    for i in range(1, len(words)):
        for level in dict.fromkeys(_levels().values()):
            yield " ".join((*words[:i], level, *words[i:]))


def _as_marked(found: list[Candidate], typed: str) -> list[Candidate]:
    """Those that have the marks of the typed name, where it has any and they do."""
    if fold(typed) == typed.lower():
        return found
    wanted = _marked(typed)
    return [c for c in found if _marked(c.name).startswith(wanted)] or found


def _marked(name: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in match_key(name)).split())


def forms(name: str) -> Iterator[str]:
    """The folded name as typed, then with its short forms written out."""
    words = key(name).split()[:_MOST_WORDS]
    if not words:
        return
    seen: dict[str, None] = {}
    for places in (words, _placed(words)):
        for form in (places, *_written_out(places)):
            line = " ".join(form)
            if line not in seen:
                seen[line] = None
                yield line


def _placed(words: list[str]) -> list[str]:
    """With words of level and short names of provinces written out ("tp hcm")."""
    for start in range(1, len(words)):
        full = _provinces().get(" ".join(words[start:]))
        if full is not None:
            return [*words[:start], *full.split()]
    return [part for word in words for part in _levels().get(word, word).split()]


def _written_out(words: list[str]) -> Iterator[list[str]]:
    """With the whole name, or its head and field, written out."""
    for n in range(len(words), 0, -1):
        said = " ".join(words[:n])
        for full in (*_aliases("agencies.csv", "name").get(said, ()), *_codes().get(said, ())):
            yield [*full.split(), *words[n:]]
    heads, fields = _aliases("agency_heads.csv", "head"), _aliases("agency_fields.csv", "field")
    for n in range(min(len(words), 8), 0, -1):
        for head in heads.get(" ".join(words[:n]), ()):
            rest = words[n:]
            for m in range(min(len(rest), 8), 0, -1):
                for field in fields.get(" ".join(rest[:m]), ()):
                    yield [*head.split(), *field.split(), *rest[m:]]
            yield [*head.split(), *rest]


@cache
def _aliases(file: str, column: str) -> dict[str, tuple[str, ...]]:
    """Folded name or short form -> the folded names that it stands for."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for row in read_table(rules_folder(), file):
        for surface in (row[column], *filter(None, row["aliases"].split("|"))):
            found[key(surface)][key(row[column])] = None
    return {alias: tuple(names) for alias, names in found.items()}


@cache
def _codes() -> dict[str, tuple[str, ...]]:
    """Folded code of an issuer in document numbers -> the folded names that it stands for ("STC")."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for row in read_table(rules_folder(), "issuer_codes.csv"):
        for code in (row["code"], *filter(None, row["aliases"].split("|"))):
            found[key(code)][key(row["name"])] = None
    return {code: tuple(names) for code, names in found.items()}


@cache
def _levels() -> dict[str, str]:
    """Folded word of level -> the one that a place's full name has ("tp" -> "thanh pho")."""
    rows = read_table(rules_folder(), "levels.csv")
    return {key(r["word"]): key(r["locality_word"]) for r in rows if r["locality_word"]}


@cache
def _provinces() -> dict[str, str]:
    """Folded short form of a province -> its folded full name."""
    found = {}
    for row in read_table(rules_folder(), "provinces.csv"):
        for alias in filter(None, row["aliases"].split("|")):
            found[key(alias)] = key(f"{row['type']} {row['name']}")
    return found


# -- successors ----------------------------------------------------------------------------------------------


def _related(connection: Connection, asked: dict[str, Candidate]) -> Iterator[Candidate]:
    """Bodies whose work an asked one has today, and bodies that have the work of an asked one."""
    seen = dict(asked)
    for back in (True, False):
        border = dict(asked)
        for _ in range(_LONGEST_CHAIN):
            border = dict(_step(connection, border, back, seen))
            yield from border.values()
            if not border:
                break


def _step(
    connection: Connection, border: dict[str, Candidate], back: bool, seen: dict[str, Candidate]
) -> Iterator[tuple[str, Candidate]]:
    """One change back or forth from bodies; what has been seen is left out."""
    heir, old, new = t.agency_successors.c, t.agencies.alias("former"), t.agencies.alias("heir")
    query = (
        select(
            heir.agency_id, heir.successor_id, heir.name, heir.since, heir.change,
            old.c.name.label("former"), old.c.level, old.c.locality, old.c.ended_from, old.c.ended_change,
            old.c.ended_basis, new.c.level.label("heir_level"), new.c.locality.label("heir_locality"),
        )
        .select_from(
            t.agency_successors.join(old, old.c.id == heir.agency_id)
            .outerjoin(new, new.c.id == heir.successor_id)
        )
        .where((heir.successor_id if back else heir.agency_id).in_(border))
        .order_by(heir.agency_id, heir.successor_id)
    )  # fmt: skip
    for row in connection.execute(query):
        near, far = (row.successor_id, row.agency_id) if back else (row.agency_id, row.successor_id)
        if far in seen:
            continue
        chain, known = _change(row), border[near].through
        if known:
            chain = f"{chain}; {known}" if back else f"{known}; {chain}"
        seen[far] = (
            Candidate(far, row.former, row.level, row.locality, through=chain)
            if back
            else Candidate(far, row.name, row.heir_level, row.heir_locality, through=chain)
        )
        yield far, seen[far]


def _change(row: Any) -> str:
    """A change in words: who ended when, how and by which text, and who has the work since when."""
    change = _CHANGES.get(row.ended_change or row.change, row.change)
    ended = f", {change} từ {day(row.ended_from)}" if row.ended_from else f", {change}"
    basis = f" ({row.ended_basis})" if row.ended_basis else ""
    return f"{row.former}{ended}{basis} → {row.name} (từ {day(row.since)})"


def day(iso: str) -> str:
    """A day as it is written in Vietnam."""
    return f"{date.fromisoformat(iso):%d/%m/%Y}"


def _tasks(connection: Connection, ids: Iterable[str]) -> dict[str, int]:
    return {id: int(number) for id, number in connection.execute(_SUMS, {"ids": list(ids)})}
