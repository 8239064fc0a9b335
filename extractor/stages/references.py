"""References: the documents that a letter cites, with their date, issuer, subject and relation to it."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import pairwise
from typing import Any

from extractor.annotations import Annotations, Mention
from extractor.record import AgencyRef, Reference, ReferenceRelation, Span
from extractor.rulebook import Rule, Rulebook
from extractor.textview import TextView, squeeze
from extractor.values.agencies import AgencyValue

#: characters before a number in which its relation and issuer may be named
LOOK_BACK = 240
#: the relations that go on to the next citation of an enumeration
_CARRIED = ("basis", "implements", "follows")
#: the cues in the order they are asked
_RELATIONS = ("proposal", "follows", "replaces", "repeals", "amends", "basis", "implements")
#: those of one document that changes another, and the cues that it is not this letter which does so
_CHANGES, _OF_OTHERS = frozenset({"replaces", "repeals", "amends"}), ("links.changed_by", "links.by_others")


def find_references(annotations: Annotations, book: Rulebook) -> None:
    """Fill ``annotations.references`` with items in text order; the letter's own number is none."""
    own = annotations.header.get("number")
    own_span = annotations.header["spans"].get("number")
    found: list[Reference] = []
    for m in annotations.group("numbers"):
        _check_symbol(annotations, m)
        if (own_span and m.start == own_span[0]) or (own and m.value.normalized == own):
            continue
        found.append(_reference(annotations, book, m))
    found += _laws(annotations, book)
    found.sort(key=lambda r: r.span.start)
    _carry(annotations.view, book, found)
    _share(found)
    annotations.references = found


def _check_symbol(annotations: Annotations, m: Mention) -> None:
    """Warn of a symbol that lost its type, or that was read otherwise than it is written."""
    if m.rule == "numbers.lost_type":
        annotations.warn("type_missing", squeeze(m.value.raw), m.start, m.end)
    elif m.value.repaired and m.value.normalized != squeeze(m.value.raw):
        message = f"{squeeze(m.value.raw)} → {m.value.normalized}"
        annotations.warn("damaged_symbol", message, m.start, m.end)


def _carry(view: TextView, book: Rulebook, references: list[Reference]) -> None:
    """Give the later citations of one enumeration the relation of the one before: ``Căn cứ A; B và C``."""
    for before, r in pairwise(references):
        start, end = before.span.end, r.span.start
        if r.relation != "mentions" or before.relation not in _CARRIED or not 0 < end - start <= LOOK_BACK:
            continue
        if book["links.next_cited"].match(view, start, end):
            r.relation, r.by = before.relation, before.by


def _clause_start(view: TextView, offset: int) -> int:
    """Where the clause before `offset` begins: behind a sentence end, a semicolon or a paragraph break."""
    low = max(0, offset - LOOK_BACK)
    cuts = (view.text.rfind(c, low, offset) for c in ("\n\n", ". ", "; ", ".\n", ";\n"))
    return max(low, *(c + 1 for c in cuts if c >= 0), 0)


def _reference(annotations: Annotations, book: Rulebook, m: Mention) -> Reference:
    view = annotations.view
    label = getattr(m.value, "label_span", None)
    begin = label[0] if label else m.start
    start = _clause_start(view, begin)
    relation: ReferenceRelation = "mentions"
    rule = "links.proposal"
    for name in _RELATIONS:
        cue = book[f"links.{name}"]
        if cue.search(view, start, begin):
            other = _change_of_others(view, book, start, begin) if name in _CHANGES else None
            relation, rule = (other or cue).set["relation"], (other or cue).id
            if other is None:
                break
    day = _day_behind(annotations, book, m.end)
    at = day.end if day else m.end
    issuer, at = _issuer_behind(annotations, book, at)
    if day is None and issuer is not None:
        day = _day_behind(annotations, book, at)
        at = day.end if day else at
    if issuer is None:
        issuer = _issuer_before(annotations, book, start, begin)
    if day is None:
        day = _day_before(annotations, m, start, begin)
    inferred = []
    if issuer is None:
        issuer = _issuer_of_symbol(book, m)
        if issuer is not None:
            inferred.append("issuer")
    subject = _subject(annotations, book, at)
    code = m.value.type_code or getattr(m.value, "type_word_code", None) or None
    return Reference(
        number=m.value.normalized, type=code, issuer=issuer, issued_on=day.value.start if day else None,
        subject=subject, relation=relation, inferred=inferred, by=rule, span=_span(view, begin, m.end),
    )  # fmt: skip


def _change_of_others(view: TextView, book: Rulebook, start: int, end: int) -> Rule | None:
    """The rule by which another document, not this letter, changes the one cited at `end`, or None."""
    return next((book[name] for name in _OF_OTHERS if book[name].search(view, start, end)), None)


def _span(view: TextView, start: int, end: int) -> Span:
    return Span(start=start, end=end, text=view.text[start:end])


def _day_behind(annotations: Annotations, book: Rulebook, offset: int) -> Mention | None:
    gap = book["links.day_behind"].match(annotations.view, offset)
    limit = gap.end() if gap else offset
    for d in annotations.beginning("dates", offset, limit + 3):
        if d.value.granularity == "day" and (d.value.start or d.value.problem):
            return d  # of a day that cannot be, only the place counts
    return None


def _day_before(annotations: Annotations, m: Mention, start: int, offset: int) -> Mention | None:
    """ "Ngày 26/11/2020 Ban Thường vụ Tỉnh ủy đã ban hành Công văn số …": the day opens the clause."""
    if start == offset - LOOK_BACK:
        return None  # the window was cut here: what stands first in it opens no clause
    for d in annotations.within("dates", start, offset):
        if m.value.year and not (d.value.start or "").startswith(m.value.year):
            continue
        lead = annotations.view.text[start : d.start].strip()
        agency = any(True for _ in annotations.within("agencies", d.end, offset))
        if len(lead) <= 3 and agency and d.value.granularity == "day" and d.value.start:
            return d
    return None


def _issuer_behind(annotations: Annotations, book: Rulebook, offset: int) -> tuple[AgencyRef | None, int]:
    gap = book["links.of"].match(annotations.view, offset)
    if gap is None:
        return None, offset
    for a in annotations.beginning("agencies", offset + 1, gap.end() + 2):
        if gap.start("m") < a.start <= gap.end() + 1 or (a.start <= gap.end() < a.end and a.start > offset):
            return a.value.ref(), a.end
    return None, offset


def _issuer_before(annotations: Annotations, book: Rulebook, start: int, offset: int) -> AgencyRef | None:
    gap = book["links.of_before"].search(annotations.view, start, offset)
    if gap is None:
        return None
    last = max(annotations.within("agencies", start, offset), key=lambda a: a.end, default=None)
    if last is None or last.end < gap.start("m"):
        return None
    value: AgencyValue = last.value
    return value.ref()


def _issuer_of_symbol(book: Rulebook, m: Mention) -> AgencyRef | None:
    """A central body that the symbol names beyond doubt (CP, TTg, BTC …)."""
    named = _central_issuers(book).get((m.value.issuer or "").rstrip("0123456789"))
    return AgencyRef(id=named[0], name=named[1]) if named else None


@lru_cache(maxsize=8)
def _central_issuers(book: Rulebook) -> dict[str, tuple[str, str]]:
    """Code -> (id, name) of the one central body in the register of agencies that it stands for."""
    ids: dict[str, str] = {}
    for row in book.table("agencies.csv"):
        ids.setdefault(row["name"], row["id"])
    codes = [r for r in book.table("issuer_codes.csv") if r["level"] == "central"]
    times = Counter(r["code"] for r in codes)
    names = {r["code"]: r["name"].split(" (")[0] for r in codes if times[r["code"]] == 1}
    return {code: (ids[name], name) for code, name in names.items() if name in ids}


def _subject(annotations: Annotations, book: Rulebook, offset: int) -> str | None:
    view = annotations.view
    m = book["links.about"].match(view, offset)
    if m is None:
        return None
    start = m.end() if m["about"] else m.start("m")
    end = min(len(view.text), start + 400)
    for mark in (";", ". ", ".\n", "\n\n", "./.", ")"):
        at = view.text.find(mark, start, end)
        end = at if at >= 0 else end
    stop = book["links.subject_end"].search(view, start + 4, end)
    if stop:
        end = stop.start("m")
    for at in range(start, end):
        if view.text[at] == "\n" and view.text[at + 1 : at + 2].isupper():
            end = at
            break
    words = squeeze(view.text[start:end]).strip(" ,.")
    return words or None


def _laws(annotations: Annotations, book: Rulebook) -> list[Reference]:
    view = annotations.view
    out = []
    named = book["links.law_name"]
    for m in named.finditer(view):
        s, e = Rule.span_of(m)
        if any(annotations.beginning("numbers", s, e + 13)):
            continue
        while e > s and view.text[e - 1] in " ,\n-":
            e -= 1
        start = _clause_start(view, s)
        basis = book["links.basis"].search(view, start, s)
        day = _day_behind(annotations, book, e)
        out.append(
            Reference(
                number=None,
                type=named.set["type"],
                issued_on=day.value.start if day else None,
                subject=squeeze(view.text[s:e]),
                relation="basis" if basis else "mentions",
                by=named.id,
                span=_span(view, s, e),
            )
        )
    return out


def _share(references: list[Any]) -> None:
    """A document cited again keeps the day and the issuer of its fullest citation."""
    days: dict[str, str] = {}
    issuers: dict[str, AgencyRef] = {}
    for r in references:
        if r.number and r.issued_on:
            days.setdefault(r.number, r.issued_on)
        if r.number and r.issuer and "issuer" not in r.inferred:
            issuers.setdefault(r.number, r.issuer)
    for r in references:
        if r.number and not r.issued_on and r.number in days:
            r.issued_on = days[r.number]
            r.inferred.append("issued_on")
        if r.number and (r.issuer is None or "issuer" in r.inferred) and r.number in issuers:
            r.issuer = issuers[r.number]
            if "issuer" not in r.inferred:
                r.inferred.append("issuer")
