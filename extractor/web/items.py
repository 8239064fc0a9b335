"""The items of a record as the letter's page shows them: their words, their values, what made them.

An item has a name (``assignment-3``), the same in the text, in the record beside it and in links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from extractor.show import Highlight, Segment, segments
from extractor.web.words import Words

if TYPE_CHECKING:
    from extractor.rulebook import Rulebook

Json = Mapping[str, Any]
#: in the order of the legend
KINDS = ("assignment", "product", "target", "figure", "agency", "date", "reference", "header", "warning")
#: kinds whose first words are a link to the item; there are too many of the others
LINKED = ("assignment", "target", "figure", "reference", "warning")
#: item -> the record's list
LISTS = {
    "assignment": "assignments", "target": "targets", "figure": "figures", "reference": "references",
    "agency": "agencies", "date": "dates", "warning": "warnings",
}  # fmt: skip
_BORDER = re.compile(r"[\s+,;]+")


@dataclass(frozen=True, slots=True)
class Rule:
    """What made an item: its id and the sentence that tells of it, "" for a model or a step."""

    id: str
    means: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A value beside its name; `agency` is the id where the value is one agency."""

    label: str
    value: str
    inferred: bool = False
    agency: str | None = None
    corrected: Json | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """An item in words."""

    name: str
    kind: str
    title: str
    facts: list[Fact] = field(default_factory=list)
    label: str = ""
    rules: list[Rule] = field(default_factory=list)
    confidence: float | None = None
    review: bool = False
    reasons: list[str] = field(default_factory=list)
    corrected: Mapping[str, Json] = field(default_factory=dict)
    page: int | None = None
    start: int | None = None
    source: Json = field(default_factory=dict)


class Items:
    """The items of one record in the words of a language."""

    def __init__(
        self, record: Json, words: Words, book: Rulebook, signs: Mapping[str, Mapping[str, str]]
    ) -> None:
        self.record, self.words, self.book, self.signs = record, words, book, signs
        self.t = words.t

    def of(self, kind: str) -> list[Item]:
        """All items of a kind, in text order."""
        make = getattr(self, f"_{kind}")
        return [make(i, item) for i, item in enumerate(self.record[LISTS[kind]])]

    def header(self) -> list[tuple[str, list[Fact]]]:
        """Name and values of each field of the header that is known."""
        d, words = self.record["document"], self.words
        signer = d["signer"]
        said = " ".join(filter(None, [signer["authority"], signer["title"]])) if signer else ""
        one = {
            "number": d["number"],
            "type": d["type"]["name"] if d["type"] else None,
            "issued_on": words.day(d["issued_on"]),
            "place": d["place"],
            "subject": d["subject"],
            "signer": ": ".join(filter(None, [said, signer["name"]])) if signer else None,
            "urgency": d["urgency"],
            "secrecy": d["secrecy"],
        }
        many = {
            "issuer": [d["issuer"]] if d["issuer"] else [],
            **{name: d[name] for name in ("addressees", "executors", "recipients")},
        }
        order = ("number", "type", "issuer", "issued_on", "place", "subject", "signer", "addressees",
                 "executors", "recipients", "urgency", "secrecy")  # fmt: skip
        fixed = d.get("corrected") or {}
        found = []
        for name in order:
            facts = [Fact(name, words.agency(ref), agency=ref["id"]) for ref in many.get(name, ())]
            if one.get(name):
                facts = [Fact(name, one[name] or "", name in d["inferred"], corrected=fixed.get(name))]
            if facts:
                found.append((name, facts))
        return found

    def whole_header(self) -> Item:
        """The header as one item."""
        d = self.record["document"]
        facts = [fact for name, found in self.header() if name != "subject" for fact in found]
        title = d["subject"] or d["number"] or self.record["source"]["name"]
        return Item("document-0", "document", title, facts, corrected=d.get("corrected") or {}, source=d)

    def header_words(self, name: str) -> str | None:
        """The name in the text of a field of the header, None where it has no words of its own."""
        spans = self.record["document"]["spans"]
        return next((f"header-{s}" for s in spans if s.split(".")[0] == name), None)

    def _made(self, item: Json, kind: str) -> dict[str, Any]:
        names = [n for n in _BORDER.split(item.get("by") or "") if n]
        signs = self.signs.get(LISTS[kind], {})
        return {
            "rules": [Rule(n, self.book.rules[n].means if n in self.book.rules else "") for n in names],
            "confidence": item.get("confidence") or None,
            "review": bool(item.get("review")),
            "reasons": [signs.get(sign, sign) for sign in item.get("review_reasons", ())],
            "corrected": item.get("corrected") or {},
            "page": self._page(item.get("span")),
            "start": item["span"]["start"] if item.get("span") else None,
            "source": item,
        }

    def _page(self, span: Json | None) -> int | None:
        if span is None:
            return None
        for page in self.record["source"]["pages"]:
            if any(
                b["start"] <= span["start"] < b["end"] or b["start"] == span["start"] for b in page["boxes"]
            ):
                return int(page["number"])
        return None

    def _facts(self, item: Json, **values: str | None) -> list[Fact]:
        inferred, fixed = item.get("inferred", ()), item.get("corrected") or {}
        return [Fact(n, v, n in inferred, corrected=fixed.get(n)) for n, v in values.items() if v]

    def _assignment(self, i: int, item: Json) -> Item:
        words = self.words
        fixed = item.get("corrected") or {}
        facts = [
            Fact(name, words.agency(ref), name in item["inferred"], ref["id"], fixed.get(name))
            for name in ("agencies", "coordinating")
            for ref in item[name]
        ]
        facts += self._facts(
            item,
            deadline=words.due(item["deadline"], item["recurrence"]),
            product=item["product"],
            mode=item["mode"],
            assigned_by=item["assigned_by"],
        )
        made = self._made(item, "assignment")
        return Item(f"assignment-{i}", "assignment", item["task"], facts, item["label"] or "", **made)

    def _figure(self, i: int, item: Json, kind: str = "figure") -> Item:
        words = self.words
        facts = self._facts(
            item,
            metric=item["metric"],
            population=item["population"],
            place=item["place"],
            as_of=words.period(item["as_of"]),
            baseline=words.period(item["baseline"]),
        )
        return Item(f"{kind}-{i}", kind, words.quantity(item), facts, **self._made(item, kind))

    def _target(self, i: int, item: Json) -> Item:
        made = self._figure(i, item, "target")
        made.facts.extend(Fact("agencies", self.words.agency(a), agency=a["id"]) for a in item["agencies"])
        made.facts.extend(self._facts(item, deadline=self.words.period(item["deadline"])))
        return made

    def _reference(self, i: int, item: Json) -> Item:
        facts = self._facts(item, subject=item["subject"] if item["number"] else None)
        return Item(
            f"reference-{i}", "reference", self.words.reference(item), facts, **self._made(item, "reference")
        )

    def _agency(self, i: int, item: Json) -> Item:
        ended = item.get("ended")
        facts = []
        if ended:
            change = self.t(f"change_of_agency.{ended['change']}")
            facts.append(
                Fact("ended", self.t("letter.since", what=change, day=self.words.day(ended["from"])))
            )
            facts += [Fact("successor", s["name"], agency=s["id"]) for s in item["successors"]]
            facts.append(Fact("basis", ended["basis"]))
        return Item(f"agency-{i}", "agency", item["name"], facts, source=item)

    def _date(self, i: int, item: Json) -> Item:
        title = self.words.period(item) or self.t("letter.no_such_day")
        return Item(f"date-{i}", "date", title, **self._made(item, "date"))

    def _warning(self, i: int, item: Json) -> Item:
        start = item["span"]["start"] if item["span"] else None
        page = self._page(item["span"])
        title = self.words.warning(item["code"], item["message"])
        return Item(f"warning-{i}", "warning", title, start=start, page=page)

    def highlights(self) -> list[Highlight]:
        """All words of all items, in text order, the longer before the shorter."""
        return sorted(self._highlights(), key=lambda h: (h.start, -h.end))

    def _highlights(self) -> Iterator[Highlight]:
        def words(kind: str, span: Json | None, name: str, note: str) -> Iterator[Highlight]:
            if span is not None:
                yield Highlight(span["start"], span["end"], kind, note, name)

        for field_, span in self.record["document"]["spans"].items():
            yield from words("header", span, f"header-{field_}", self.t(f"field.{field_.split('.')[0]}"))
        for i, agency in enumerate(self.record["agencies"]):
            for span in agency["mentions"]:
                yield from words("agency", span, f"agency-{i}", agency["name"])
        for kind in ("assignment", "target", "figure", "reference", "date", "warning"):
            for i, item in enumerate(self.record[LISTS[kind]]):
                yield from words(kind, item["span"], f"{kind}-{i}", "")
        for i, item in enumerate(self.record["assignments"]):
            yield from words("product", item["product_span"], f"assignment-{i}", "")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text: `anchors` are the items whose words begin here, `link` the item it leads to."""

    text: str
    kinds: list[str]
    names: list[str]
    anchors: list[str]
    link: str | None


def pieces(text: str, found: list[Highlight]) -> list[Piece]:
    """The text cut at every border of a highlight; the pieces follow each other without a gap."""
    begun: set[str] = set()
    cut = []
    for s in segments(len(text), found):
        names = list(dict.fromkeys(h.anchor for h in s.over))
        anchors = [n for n in names if n not in begun]
        begun.update(anchors)
        kinds = list(dict.fromkeys(h.kind for h in s.over))
        cut.append(Piece(text[s.start : s.end], kinds, names, anchors, _link(s, anchors)))
    return cut


def _link(segment: Segment, anchors: list[str]) -> str | None:
    """The shortest item that begins here, of those that are linked."""
    names = [h.anchor for h in segment.over if h.anchor in anchors and h.kind in LINKED]
    return names[-1] if names else None
