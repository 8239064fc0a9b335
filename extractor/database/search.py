"""Searching the letters: ranked, counted by agency, issuer, type, year, place and topic, page by page.

What comes first: letters whose number was typed; then letters with all words in their title, by BM25
(PostgreSQL: by cover density), words side by side before words apart; then letters that say all the words
often; then the others that have them, all these with the newer first. A query is looked up just as it was
typed; where that finds few, what has the marks of those words that were typed with any follows below, then
what has the words without regard to marks (`Page.as_typed`). Letters are found from the newest to the oldest,
and no more than `MOST` are counted; titles are sought apart, so that an old letter about the very thing is
not lost among many younger ones that touch it.

BM25 over whole texts is not asked: FTS5 walks the list of every word once more for it, and syllables of
Vietnamese stand in a third of all letters (see `docs/search.md` for what was measured).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, or_, select, text

from extractor.database import schema as t
from extractor.database import search_tables as s
from extractor.database.agency_names import agency_ids
from extractor.database.codes_memory import Memory, memory
from extractor.database.fold import fold, key
from extractor.database.query import Marks, Parsed, Term, first_day, last_day, parse, words
from extractor.database.search_index import code_word, day_number, unpack
from extractor.database.snippets import Pieces, mark

if TYPE_CHECKING:
    import numpy as np

    #: ids, or codes
    Numbers = np.ndarray[Any, Any]

#: what narrows a search, by the names of `Query`
FILTERS = ("agency", "issuer", "type", "since", "until", "year", "place", "topic")
#: letters that are counted and ranked
MOST = 10_000
#: as long as no more are found, what is written with other marks follows
FEW = 10
#: values of a facet that are given, and codes that one filter stands for
_FACETS, _CODES = 12, 400
#: terms of a query whose spelling is mended, and how like a word the right one has to be
_MENDED, _LIKE = 12, 0.7
#: documents that a typed number can mean
_NUMBERED = 200
#: characters of a text that are shown where no words were asked for
_OPENING = 240
_d = t.documents.c
_SHOWN = (
    select(s.search_documents.c.id, _d.id.label("document_id"), _d.number, _d.type, _d.issuer_name,
           _d.issued_on, _d.title, _d.text)
    .join(t.documents, _d.id == s.search_documents.c.document_id)
    .where(s.search_documents.c.id.in_(bindparam("ids", expanding=True)))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Query:
    """What is sought, as typed. `agency` and `issuer` are names or ids, `type` a code or a name; `since`,
    `until` a year, month or day; `sort` is rank, newest or oldest."""

    text: str = ""
    agency: str | None = None
    type: str | None = None
    issuer: str | None = None
    since: str | None = None
    until: str | None = None
    place: str | None = None
    topic: str | None = None
    year: str | int | None = None
    page: int = 1
    per_page: int = 20
    sort: str = "rank"


@dataclass(frozen=True, slots=True)
class Hit:
    """A letter that was found; `marked` is its title in pieces, like `snippet`. `as_typed`: with the marks of
    the words that were typed with any."""

    document_id: int
    number: str | None
    type: str | None
    issuer: str | None
    issued_on: str | None
    title: str
    snippet: Pieces
    score: float
    marked: Pieces = field(default_factory=list)
    as_typed: bool = True


@dataclass(frozen=True, slots=True)
class Facet:
    """A value that results are counted under; `value` is what the filter of that name takes."""

    value: str
    label: str
    count: int
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page of results. `total` stops at `MOST` (`capped`), and so do the facets' counts; the first
    `as_typed` of all have the marks typed, those behind are found without regard to marks; `corrected` is
    another spelling (without marks) that finds something where this one did not (SQLite only)."""

    total: int
    capped: bool
    hits: list[Hit]
    facets: dict[str, list[Facet]]
    query: Query
    corrected: str | None = None
    as_typed: int = 0

    @property
    def folded(self) -> bool:
        """Whether nothing was found with the marks typed, only without."""
        return self.total > 0 and not self.as_typed

    @property
    def pages(self) -> int:
        return -(-self.total // self.query.per_page)


@dataclass(frozen=True, slots=True)
class _Ask:
    """A query as the engines are asked: words, codes of each filter (any of them), a span of ids."""

    parsed: Parsed
    marks: Marks
    codes: tuple[tuple[int, ...], ...] = ()
    first: int = 0
    behind: int = 1 << 62
    #: documents (ids of search_documents) whose number was typed, newest first
    numbered: tuple[int, ...] = ()
    #: what was found before, and is left out
    known: frozenset[int] = frozenset()


def search(connection: Connection, query: Query) -> Page:
    """The letters that a query finds. Raises `CongvanError` for a day that cannot be understood."""
    query = replace(query, page=max(1, query.page), per_page=min(200, max(1, query.per_page)))
    parsed = parse(query.text)
    asked = bool(query.text.strip())
    selected = _filters(connection, query)
    first, behind = _span_of(query)
    if (asked and not parsed) or not all(selected.values()) or first >= behind:
        return Page(0, False, [], {kind: [] for kind in s.KINDS}, query)
    ways = parsed.ways()
    ask = _Ask(parsed, ways[0], tuple(selected.values()), first, behind)
    engine: _Engine = _Sqlite(connection) if connection.dialect.name == "sqlite" else _Postgres(connection)
    if parsed.numbers:
        ask = replace(ask, numbered=_numbered(connection, engine, ask))
    groups, found = _groups(engine, ask, ways)
    if not len(found):
        nothing: dict[str, list[Facet]] = {kind: [] for kind in s.KINDS}
        return Page(0, False, [], nothing, query, corrected=_corrected(engine, ask))
    total = min(len(found), MOST)
    hits: list[Hit] = []
    before, typed, last = 0, 0, min(total, query.page * query.per_page)
    for group, ids in groups:
        is_typed = group.marks != "folded" or ways == ("folded",)
        wanted = slice(max(0, (query.page - 1) * query.per_page - before), max(0, last - before))
        if wanted.start < min(len(ids), wanted.stop):
            ranked = _sorted(engine, group, ids[:MOST], query.sort, wanted)
            hits += _hits(connection, ranked, group, is_typed)
        before += len(ids)
        typed += len(ids) if is_typed else 0
    return Page(
        total=total,
        capped=len(found) > MOST,
        hits=hits,
        facets=_facets(engine, engine.codes(found[:MOST]), selected, query.year),
        query=query,
        as_typed=min(total, typed),
    )


def _groups(engine: _Engine, ask: _Ask, ways: Sequence[Marks]) -> tuple[list[tuple[_Ask, Numbers]], Numbers]:
    """What each way to look the words up adds to those before it, the newest first, and all of it.

    The next way is tried where `FEW` or less were found and no number was meant.
    """
    import numpy as np

    groups: list[tuple[_Ask, Numbers]] = []
    found: Numbers = np.array([], dtype="i8")
    for marks in ways:
        mine = replace(ask, marks=marks, known=frozenset(found.tolist()))
        ids = engine.found(mine)
        if len(found):
            ids = ids[~np.isin(ids, found)]
        if len(ids):
            groups.append((mine, ids))
            found = np.concatenate((found, ids))
        if len(found) > FEW or (len(found) and ask.numbered):
            break
    return groups, found


def _sorted(engine: _Engine, ask: _Ask, found: Numbers, sort: str, wanted: slice) -> list[tuple[int, float]]:
    """Some of what was found, in the order that was asked for, with scores."""
    if sort == "oldest":
        found = found[::-1]
    elif sort == "rank" and ask.parsed:
        return engine.ranked(ask, found, wanted.stop)[wanted]
    return [(i, 0.0) for i in found[wanted].tolist()]


def without(connection: Connection, query: Query) -> list[tuple[str, Query, int]]:
    """Where nothing was found: (filter, the query without it, how many that finds), the most first."""
    wider = []
    for name in FILTERS:
        if getattr(query, name):
            nothing: dict[str, Any] = {name: None}
            other = replace(query, **nothing, page=1, per_page=1)
            total = search(connection, other).total
            if total:
                wider.append((name, replace(other, per_page=query.per_page), total))
    return sorted(wider, key=lambda w: -w[2])


def _corrected(engine: _Engine, ask: _Ask) -> str | None:
    """The query with each word that no title has as the word most like it, where that finds something."""
    parsed = ask.parsed
    if not parsed or parsed.numbers or len(parsed.terms) > _MENDED:
        return None
    terms = []
    for term in parsed.terms:
        said = tuple(engine.mended(word) for word in term.folded)
        terms.append(Term(said, said))
    if [term.folded for term in terms] == [term.folded for term in parsed.terms]:
        return None
    if not len(engine.found(replace(ask, marks="folded", parsed=Parsed(tuple(terms))))):
        return None
    return " ".join(f'"{" ".join(t.folded)}"' if len(t.folded) > 1 else t.folded[0] for t in terms)


class _Engine:
    """What a database has to be asked in its own words."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @cached_property
    def _kept(self) -> Memory | None:
        return memory(self.connection)

    def found(self, ask: _Ask) -> Numbers:
        """The ids of what is found, newest first; one more than `MOST` where there are more."""
        import numpy as np

        if not ask.numbered:
            return self._found(ask)
        return np.union1d(self._found(ask), np.array(ask.numbered, dtype="i8"))[::-1]

    def codes(self, ids: Numbers) -> Numbers:
        """The codes of letters, one after the other, as an array of numbers."""
        import numpy as np

        known = self._kept.of(ids) if self._kept is not None else None
        if known is not None:
            return known
        return np.frombuffer(b"".join(map(bytes, self._codes(ids.tolist()))), dtype="<i4")

    def labels(self, codes: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Code -> what its filter takes and what it is called, of these codes at least."""
        known = self._kept.labels if self._kept is not None else {}
        new = [code for code in codes if code not in known]
        if new:
            c = s.search_codes.c
            rows = self.connection.execute(select(c.id, c.value, c.label).where(c.id.in_(new))).all()
            known.update((id, (value.split(":", 1)[1], label)) for id, value, label in rows)
        return known

    def ranked(self, ask: _Ask, found: Numbers, count: int) -> list[tuple[int, float]]:
        """The best `count` with their scores."""
        out = [(i, 3.0) for i in ask.numbered if i not in ask.known]
        seen = {*ask.numbered, *ask.known}
        if len(out) < count:
            titles = self._titles(ask, count + len(seen))
            out += [(i, 2 + score / (1 + score)) for i, score in titles if i not in seen]
            seen.update(i for i, _ in titles)
        if len(out) < count:
            often = self._often(ask, int(found[-1]), count + len(seen))
            out += [(i, 1.0) for i in often if i not in seen]
            seen.update(often)
        if len(out) < count:
            rest = (i for i in found.tolist() if i not in seen)
            out += [(i, 0.0) for i in islice(rest, count - len(out))]
        return out[:count]

    def mended(self, word: str) -> str:
        """The word of a title most like a folded word; the word itself where none is like it."""
        return word

    def having(self, ask: _Ask, ids: Sequence[int]) -> set[int]:
        """Those of `ids` that have all words asked for."""
        raise NotImplementedError

    def _codes(self, ids: list[int]) -> Sequence[bytes]:
        """The codes of letters as they are in the database."""
        raise NotImplementedError

    def _found(self, ask: _Ask) -> Numbers:
        raise NotImplementedError

    def _titles(self, ask: _Ask, count: int) -> list[tuple[int, float]]:
        """The best titles with their scores (above 0)."""
        raise NotImplementedError

    def _often(self, ask: _Ask, oldest: int, count: int) -> list[int]:
        """The newest that have all words often, down to an id."""
        raise NotImplementedError


class _Sqlite(_Engine):
    """FTS5. Ids go down with the days, so a walk down them ends at the `MOST` newest."""

    def _found(self, ask: _Ask) -> Numbers:
        import numpy as np

        match = self._match(ask)
        values: dict[str, Any] = {"first": ask.first, "behind": ask.behind, "most": MOST + 1}
        if not match:
            sql = (
                "SELECT id FROM search_documents WHERE id >= :first AND id < :behind"
                " ORDER BY id DESC LIMIT :most"
            )
        else:
            sql = (
                "SELECT rowid AS id FROM search_words WHERE search_words MATCH :match AND rowid >= :first"
                " AND rowid < :behind ORDER BY rowid DESC LIMIT :most"
            )
            values["match"] = match
        # as one value: 10,000 rows take longer to hand over than to find, and other threads wait at each
        ids = self.connection.execute(text(f"SELECT group_concat(id) FROM ({sql})"), values).scalar()
        return np.sort(np.fromstring(ids or "", dtype="i8", sep=","))[::-1]

    def _codes(self, ids: list[int]) -> Sequence[bytes]:
        sql = "SELECT d.codes FROM json_each(:ids) wanted JOIN search_documents d ON d.id = wanted.value"
        return self.connection.execute(text(sql), {"ids": json.dumps(ids)}).scalars().all()

    def having(self, ask: _Ask, ids: Sequence[int]) -> set[int]:
        sql = text("SELECT rowid FROM search_words WHERE search_words MATCH :match AND rowid IN :ids")
        sql = sql.bindparams(bindparam("ids", expanding=True))
        return set(self.connection.execute(sql, {"match": self._match(ask), "ids": ids}).scalars())

    def mended(self, word: str) -> str:
        made = "temp.words_of_titles USING fts5vocab(main, search_titles, row)"
        self.connection.execute(text(f"CREATE VIRTUAL TABLE IF NOT EXISTS {made}"))
        words = text("SELECT term FROM temp.words_of_titles WHERE term >= :first AND term < :behind")
        span = {"first": word[:1], "behind": word[:1] + "\U0010ffff"}
        known = [term for term in self.connection.execute(words, span).scalars() if term.isascii()]
        return word if word in known else next(iter(get_close_matches(word, known, 1, _LIKE)), word)

    def _titles(self, ask: _Ask, count: int) -> list[tuple[int, float]]:
        sql = (
            "SELECT rowid, bm25(search_titles) AS score FROM search_titles"
            " WHERE search_titles MATCH :match AND rowid >= :first AND rowid < :behind"
            " ORDER BY score, rowid DESC LIMIT :count"
        )
        values = {"match": self._match(ask, beside=True), "first": ask.first, "behind": ask.behind}
        rows = self.connection.execute(text(sql), {**values, "count": count})
        return [(row[0], -row[1]) for row in rows]

    def _often(self, ask: _Ask, oldest: int, count: int) -> list[int]:
        sql = (
            "SELECT rowid FROM search_often WHERE search_often MATCH :match AND rowid >= :first"
            " AND rowid < :behind ORDER BY rowid DESC LIMIT :count"
        )
        values = {"match": self._match(_apart(ask)), "first": oldest, "behind": ask.behind, "count": count}
        return list(self.connection.execute(text(sql), values).scalars())

    @staticmethod
    def _match(ask: _Ask, beside: bool = False) -> str:
        """The question in FTS5's language: each word in quotes. With `beside` the words count once more where
        they stand side by side; what is found is the same."""
        parts = []
        if ask.parsed:
            each = [
                _phrase(column, said)
                for term in ask.parsed.terms
                for column, said in _looked_up(term, ask.marks)
            ]
            terms = " AND ".join(each)
            if beside and len(each) > 1:
                terms = f"({' AND '.join(_together(ask))}) OR ({terms})"
            parts.append(f"({terms})")
        for codes in ask.codes:
            parts.append(f"(codes : ({' OR '.join(map(code_word, codes))}))")
        return " AND ".join(parts)


class _Postgres(_Engine):
    """tsvector and GIN."""

    def _found(self, ask: _Ask) -> Numbers:
        import numpy as np

        where, values = self._where(ask)
        sql = f"SELECT w.id FROM search_words w WHERE {where} ORDER BY w.id DESC LIMIT :most"
        rows = self.connection.execute(text(sql), {**values, "most": MOST + 1})
        return np.array(rows.scalars().all(), dtype="i8")

    def _codes(self, ids: list[int]) -> Sequence[bytes]:
        sql = "SELECT codes FROM search_documents WHERE id = ANY(:ids)"
        return self.connection.execute(text(sql), {"ids": ids}).scalars().all()

    def having(self, ask: _Ask, ids: Sequence[int]) -> set[int]:
        where, values = self._where(ask)
        sql = text(f"SELECT w.id FROM search_words w WHERE {where} AND w.id IN :ids")
        sql = sql.bindparams(bindparam("ids", expanding=True))
        return set(self.connection.execute(sql, {**values, "ids": ids}).scalars())

    def _titles(self, ask: _Ask, count: int) -> list[tuple[int, float]]:
        where, values = self._where(ask)
        name = "exact" if ask.marks == "exact" else "folded"
        values["ranked"] = " & ".join(
            _beside(term.exact if name == "exact" else term.folded) for term in ask.parsed.terms
        )
        sql = (
            f"SELECT w.id, ts_rank_cd(w.{name}, CAST(:ranked AS tsquery), 1) AS score FROM search_titles w"
            f" WHERE {where} ORDER BY score DESC, w.id DESC LIMIT :count"
        )
        rows = self.connection.execute(text(sql), {**values, "count": count})
        return [(row[0], float(row[1])) for row in rows]

    def _often(self, ask: _Ask, oldest: int, count: int) -> list[int]:
        where, values = self._where(replace(_apart(ask), first=oldest))
        sql = f"SELECT w.id FROM search_often w WHERE {where} ORDER BY w.id DESC LIMIT :count"
        return list(self.connection.execute(text(sql), {**values, "count": count}).scalars())

    @staticmethod
    def _where(ask: _Ask) -> tuple[str, dict[str, Any]]:
        parts = ["w.id >= :first AND w.id < :behind"]
        values: dict[str, Any] = {"first": ask.first, "behind": ask.behind}
        asked: dict[str, list[str]] = {}
        for term in ask.parsed.terms:
            for name, said in _looked_up(term, ask.marks):
                asked.setdefault(name, []).append(_beside(said))
        for name, terms in asked.items():
            parts.append(f"w.{name} @@ CAST(:{name} AS tsquery)")
            values[name] = " & ".join(terms)
        if ask.codes:
            parts.append("w.codes @@ CAST(:codes AS tsquery)")
            values["codes"] = " & ".join(f"({' | '.join(map(code_word, codes))})" for codes in ask.codes)
        return " AND ".join(parts), values


def _apart(ask: _Ask) -> _Ask:
    """The same with each word by itself."""
    terms = (
        Term((exact,), (folded,))
        for term in ask.parsed.terms
        for exact, folded in zip(term.exact, term.folded, strict=True)
    )
    return replace(ask, parsed=replace(ask.parsed, terms=tuple(dict.fromkeys(terms))))


def _looked_up(term: Term, marks: Marks) -> list[tuple[str, tuple[str, ...]]]:
    """The columns in which a term is looked up, with the words that have to stand side by side there.

    No column holds words both ways: of a phrase with marks here and there these words are asked for as well.
    """
    asked = [(str(term.column(marks)), term.words(marks))]
    if marks == "typed" and term.column(marks) == "folded":
        asked += [("exact", (word,)) for word in term.marked()]
    return asked


def _together(ask: _Ask) -> list[str]:
    """In FTS5's language: all words of a query side by side, with the marks they have to have."""
    terms = ask.parsed.terms
    if ask.marks == "exact":
        return [_phrase("exact", [word for term in terms for word in term.exact])]
    marked = [word for term in terms for word in term.marked()] if ask.marks == "typed" else []
    folded = [word for term in terms for word in term.folded]
    return [_phrase("folded", folded), *(_phrase("exact", [word]) for word in marked)]


def _phrase(column: str, said: Sequence[str]) -> str:
    """Words side by side as FTS5 has them; they are only letters and digits."""
    return f'{column} : "{" ".join(said)}"'


def _beside(said: Sequence[str]) -> str:
    """Words side by side as PostgreSQL's tsquery has them; they are only letters and digits."""
    return "(" + " <-> ".join(f"'{word}'" for word in said) + ")"


def _span_of(query: Query) -> tuple[int, int]:
    """The ids of the days asked for; letters without a day are among them only where no day is asked for."""
    first, behind = 0, 1 << 62
    if query.since:
        first = max(1, day_number(first_day(query.since).isoformat())) * s.DAY
    if query.until:
        first = max(first, s.DAY)
        behind = (day_number(last_day(query.until).isoformat()) + 1) * s.DAY
    if query.year:
        first = max(first, max(1, day_number(first_day(str(query.year)).isoformat())) * s.DAY)
        behind = min(behind, (day_number(last_day(str(query.year)).isoformat()) + 1) * s.DAY)
    return first, behind


def _filters(connection: Connection, query: Query) -> dict[str, tuple[int, ...]]:
    """The codes that each filter of a query stands for; none where nothing is called so."""
    typed = {name: getattr(query, name) for name in ("agency", "issuer", "type", "place", "topic")}
    return {kind: codes_for(connection, kind, value) for kind, value in typed.items() if value}


def codes_for(connection: Connection, kind: str, typed: str) -> tuple[int, ...]:
    """The codes of what is called as typed: by its id or code; by its name, or the first or last words of it;
    else by its short form; else by any words in it. With marks only what has them, where anything has."""
    c = s.search_codes.c
    mine = select(c.id, c.label, c.value).where(c.kind == s.KINDS.index(kind))
    typed = typed.replace("\0", "").strip()  # which PostgreSQL takes in no text
    exact = connection.execute(mine.where(c.value == f"{kind}:{typed}")).first()
    if exact is not None:
        return (exact.id,)
    known = key(typed)
    if not known:
        return ()
    if kind in ("type", "topic"):
        rows = connection.execute(mine).all()
        alike = [r for r in rows if key(r.value.split(":", 1)[1]) == known or key(r.label) == known]
        return tuple(r.id for r in _with_marks(alike, typed, kind))
    like = known.replace("_", "")
    wanted = mine.where((c.key == like) | c.key.like(f"{like} %") | c.key.like(f"% {like}"))
    rows = connection.execute(wanted.limit(_CODES)).all()
    if not rows and kind in ("agency", "issuer"):  # by a short form, or without the word of its level
        named = [f"{kind}:{c.id}"[:400] for c in agency_ids(connection, typed)[:_CODES]]
        rows = connection.execute(mine.where(c.value.in_(named))).all()
    if not rows:
        rows = connection.execute(mine.where(c.key.like(f"%{like}%")).limit(_CODES)).all()
    return tuple(r.id for r in _with_marks(rows, typed, kind))


def _with_marks(rows: Sequence[Any], typed: str, kind: str) -> Sequence[Any]:
    """Those whose names have the marks typed; all of them where none has."""
    exact = words(typed)
    if exact == [fold(word) for word in exact]:
        return rows
    wanted = f" {' '.join(exact)} "
    same = [
        r for r in rows
        if wanted in f" {' '.join(words(r.label))} " or words(r.value.split(":", 1)[1]) == exact
    ]  # fmt: skip
    return same or rows


def _numbered(connection: Connection, engine: _Engine, ask: _Ask) -> tuple[int, ...]:
    """The letters whose numbers were typed, newest first, within all filters and with all other words."""
    n, d = t.documents.c.number_key, s.search_documents.c
    begins = []
    for number in ask.parsed.numbers:
        begins.append(n == number)
        for more in ("/", "-") if number.isdigit() else ("",):
            first = f"{number}{more}"
            if connection.dialect.name == "sqlite":  # its LIKE would read the whole index
                begins.append(n.between(first, f"{first}\U0010ffff"))
            else:
                begins.append(n.startswith(first, autoescape=True))
    # two questions, so that the index of the numbers is asked first
    ids = connection.execute(select(t.documents.c.id).where(or_(*begins)).limit(_NUMBERED)).scalars().all()
    rows = connection.execute(
        select(d.id, d.codes)
        .where(d.document_id.in_(ids), d.id >= ask.first, d.id < ask.behind)
        .order_by(d.id.desc())
    ).all()
    count = len(s.KINDS)
    found = [
        row.id for row in rows
        if all({n // count for n in unpack(row.codes)}.intersection(codes) for codes in ask.codes)
    ]  # fmt: skip
    if not found or not ask.parsed.others:
        return tuple(found)
    rest = replace(ask, parsed=replace(ask.parsed, terms=ask.parsed.others))
    ways = (engine.having(replace(rest, marks=marks), found) for marks in ask.parsed.ways())
    having = next(filter(None, ways), set[int]())
    return tuple(i for i in found if i in having)


def _facets(
    engine: _Engine,
    codes: Numbers,
    selected: dict[str, tuple[int, ...]],
    year: str | int | None,
) -> dict[str, list[Facet]]:
    """How often each value occurs, the most frequent of each kind; selected ones are always among them."""
    import numpy as np

    facets: dict[str, list[Facet]] = {kind: [] for kind in s.KINDS}
    numbers, counts = np.unique(codes, return_counts=True)
    kinds, ids = numbers % len(s.KINDS), numbers // len(s.KINDS)
    best: list[tuple[str, int, int]] = []
    for place, kind in enumerate(s.KINDS):
        mine = np.flatnonzero(kinds == place)
        order = mine[np.argsort(-counts[mine], kind="stable")[: 3 * _FACETS]]
        best += [(kind, *pair) for pair in zip(ids[order].tolist(), counts[order].tolist(), strict=True)]
    labels = engine.labels(code for _, code, _ in best)
    for kind, code, count in best:
        if code not in labels:
            continue  # the index has been made anew since the codes were read
        value, label = labels[code]
        chosen = code in selected.get(kind, ()) or (kind == "year" and label == str(year))
        if kind == "agency" and label[:1].islower() and not chosen:
            continue  # a group of bodies, which most letters name
        facets[kind].append(Facet(value, label, count, chosen))
    for kind, values in facets.items():
        if kind == "year":
            values.sort(key=lambda f: f.value, reverse=True)
        else:
            values.sort(key=lambda f: (not f.selected, -f.count, f.label))
            del values[_FACETS:]
    return facets


def _hits(
    connection: Connection, ranked: Sequence[tuple[int, float]], ask: _Ask, as_typed: bool
) -> list[Hit]:
    rows = connection.execute(_SHOWN, {"ids": [i for i, _ in ranked]}) if ranked else ()
    by_id = {row.id: row for row in rows}
    hits = []
    for i, score in ranked:
        row = by_id[i]
        hits.append(
            Hit(
                row.document_id, row.number, row.type, row.issuer_name, row.issued_on, row.title,
                mark(row.text, ask.parsed, ask.marks), 0.0 if ask.known else round(score, 3),
                mark(row.title, ask.parsed, ask.marks, len(row.title)), as_typed,
            )
        )  # fmt: skip
    return hits
