"""The words that prove a task: its sentence or item, where that names nobody the line that does, and where it
does not hold the deadline the sentence that does."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select

from extractor.database import schema as t

#: characters on either side of a span in which its sentence is looked for
_REACH = 600
#: characters of a text that are read at once; what stands behind is fetched by itself
_HEAD = 200_000
_ENDS = ".;:!?"
#: the letter of a list item
_LABEL = re.compile(r"\w{1,2}[.)]")
_CLOSERS = ')"”’»]'

_mention = t.mentions.c
_NAMED = select(_mention.document_id, _mention.agency_id, _mention.start, _mention.end).where(
    _mention.document_id.in_(bindparam("documents", expanding=True)),
    _mention.agency_id.in_(bindparam("agencies", expanding=True)),
)
_HEADS = select(t.documents.c.id, func.substr(t.documents.c.text, 1, _HEAD)).where(
    t.documents.c.id.in_(bindparam("documents", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a text with their place in it."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item to be proved: document, span, groups of agencies (of each the proof should name one), and where
    its deadline stands."""

    document_id: int
    start: int
    end: int
    agencies: tuple[tuple[str, ...], ...] = ()
    deadline: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """The sentence of an item; the line above that names one of its agencies, and the sentence that says its
    deadline, where they stand elsewhere."""

    sentence: Quote
    lead_in: Quote | None = None
    deadline: Quote | None = None


def proofs(connection: Connection, items: list[Wanted]) -> list[Proof]:
    """The proof of each item."""
    texts = _Texts(connection, {item.document_id for item in items})
    mentions = _mentions(connection, items)
    found = []
    for item in items:
        sentence = texts.sentence(item.document_id, item.start, item.end)
        lead_in = _lead_in(texts, mentions, item, sentence)
        found.append(Proof(sentence, lead_in, _deadline(texts, item, (sentence, lead_in))))
    return found


def _deadline(texts: _Texts, item: Wanted, quoted: Iterable[Quote | None]) -> Quote | None:
    """The sentence of a deadline that none of those quoted holds."""
    if item.deadline is None:
        return None
    start, end = item.deadline
    if any(quote is not None and quote.start <= start and end <= quote.end for quote in quoted):
        return None
    return texts.sentence(item.document_id, start, end)


def _lead_in(
    texts: _Texts, mentions: dict[tuple[int, str], list[tuple[int, int]]], item: Wanted, sentence: Quote
) -> Quote | None:
    """The nearest line above that names one of the first group of which the sentence names nobody."""
    for group in item.agencies:
        before: list[tuple[int, int]] = []
        for agency in group:
            spans = mentions.get((item.document_id, agency), [])
            before += spans[: bisect_left(spans, (sentence.end, 0))][-1:]
        nearest = max(before, default=None)
        if nearest is not None and nearest[0] < sentence.start:
            return texts.sentence(item.document_id, *nearest)
    return None


def _mentions(
    connection: Connection, items: Iterable[Wanted]
) -> dict[tuple[int, str], list[tuple[int, int]]]:
    documents = {item.document_id for item in items}
    agencies = {agency for item in items for group in item.agencies for agency in group}
    found: defaultdict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)
    asked = {"documents": list(documents), "agencies": list(agencies)}
    for document_id, agency_id, start, end in connection.execute(_NAMED, asked).all():
        found[document_id, agency_id].append((start, end))
    return {name: sorted(spans) for name, spans in found.items()}


class _Texts:
    """The texts of some documents, long ones only as far as they are asked for."""

    def __init__(self, connection: Connection, documents: set[int]) -> None:
        self.connection = connection
        rows = connection.execute(_HEADS, {"documents": list(documents)})
        self.heads: dict[int, str] = {row[0]: row[1] for row in rows}

    def sentence(self, document_id: int, start: int, end: int) -> Quote:
        low, high = max(0, start - _REACH), end + _REACH
        if high < _HEAD or len(self.heads[document_id]) < _HEAD:
            window = self.heads[document_id][low:high]
        else:
            query = select(func.substr(t.documents.c.text, low + 1, high - low))
            window = str(self.connection.execute(query.where(t.documents.c.id == document_id)).scalar_one())
        first, last = sentence_around(window, start - low, end - low)
        return Quote(low + first, low + last, window[first:last])


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The span widened to its sentence or list item, blanks at its ends left out.

    A line break ends a sentence unless the line goes on in a small letter; a full stop ends one before a
    blank and a capital, unless a label or a short form stands before it ("1.", "TP.").
    """
    first, last = start, end
    while first > 0 and not (text[first - 1].isspace() and _ends_before(text, first)):
        first -= 1
    while last < len(text) and not (text[last - 1].isspace() and _ends_before(text, last)):
        last += 1
    while first < start and text[first].isspace():
        first += 1
    while last > end and text[last - 1].isspace():
        last -= 1
    return first, last


def _ends_before(text: str, at: int) -> bool:
    """Whether a sentence ends before character `at`, which stands behind a blank or line break."""
    before, here = text[at - 1], text[at]
    if before == "\n":
        line = text[:at].rstrip()
        goes_on = here.islower() and line and line[-1] not in _ENDS
        return not goes_on or _LABEL.match(text, at) is not None
    if not (here.isupper() or here.isdigit() or here in '-–+“"('):
        return False
    words = text[max(0, at - 40) : at].rstrip()
    if words and words[-1] in _CLOSERS:
        words = words[:-1]
    if not words or words[-1] not in ".!?":
        return False
    if words[-1] != ".":
        return True
    of_line = words[:-1].rsplit("\n", 1)[-1].split()
    word = of_line[-1] if of_line else ""
    short = word.isupper() or len(of_line) == 1
    return not (len(word) <= 1 or (short and len(word) <= 3))
