"""When two strings count as the same for the evaluation: normal forms, word overlap, names of agencies.

The words it needs (abbreviations, units, levels of administration) are the rows of ``rules/evaluation.csv``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cached_property, lru_cache

from extractor.rulebook import Rulebook
from extractor.textview import TONE_PAIRS, fold

_WORD = re.compile(r"\w+|%")
#: the least overlap of two different agency names that may be one agency, and of two subjects
ALIKE = 0.8

#: open syllables in small letters with the tone mark in the older place -> in the newer place
_TONES = {older: newer for older, newer in TONE_PAIRS.items() if older.islower()}
_OLDER = re.compile(rf"(?<!q)(?:{'|'.join(_TONES)})(?!\w)")
#: eth is written for the Vietnamese letter d with stroke; two dashes for the hyphen
_MARKS = {0xF0: 0x111, 0x2013: ord("-"), 0x2014: ord("-")}
_EDGES = " .;,:\"'\u201c\u201d"


@lru_cache(maxsize=1 << 16)
def _normal(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).casefold().translate(_MARKS)
    return re.sub(r"\s+", " ", _OLDER.sub(lambda m: _TONES[m[0]], folded)).strip(_EDGES)


def normal(value: object) -> str:
    """Lower case, one way to place tone marks, plain dashes, single blanks, no punctuation at the ends."""
    return "" if value is None else _normal(str(value))


def document_number(value: object) -> str:
    """A document number without blanks and dots."""
    return re.sub(r"[\s.]", "", normal(value))


class Likeness:
    """Comparisons that know the abbreviations and the words of ``evaluation.csv`` in a rulebook."""

    def __init__(self, book: Rulebook) -> None:
        self._of: dict[str, dict[str, str]] = {}
        for row in book.table("evaluation.csv"):
            self._of.setdefault(row["kind"], {})[row["text"]] = row["stands_for"]
        self._abbreviations = [
            (re.compile(rf"(?<!\w){re.escape(short)}(?!\w)"), full + (" " if short.endswith(".") else ""))
            for short, full in self._of["abbreviation"].items()
        ]
        self._units, self._types = self._of["unit"], self._of["type"]
        self._plural, self._and = next(iter(self._of["plural"])), next(iter(self._of["and"]))
        self._kinds, self._levels = set(self._of["kind"]), set(self._of["level"])
        self._place_follows = self._levels | set(self._of["place_follows"])
        self._place_after = self._levels | set(self._of["place_after"])
        self.expand = lru_cache(maxsize=1 << 16)(self._expand)
        self.words = lru_cache(maxsize=1 << 16)(self._words)

    @cached_property
    def _lead(self) -> re.Pattern[str]:
        return re.compile(rf"^(?:(?:{'|'.join(self._of['agency_lead'])}) )+")

    @cached_property
    def _group(self) -> re.Pattern[str]:
        return re.compile(rf"(?:(.+?) )?{self._plural} ([^:]+): ?(.+)")

    @cached_property
    def _comma_or_and(self) -> re.Pattern[str]:
        return re.compile(rf",| {self._and} ")

    def _expand(self, text: str) -> str:
        text = normal(text)
        for short, full in self._abbreviations:
            text = short.sub(full, text)
        return re.sub(r"\s*-\s*", " - ", re.sub(r"\s+", " ", text)).strip()

    def _words(self, text: str) -> tuple[str, ...]:
        return tuple(_WORD.findall(self.expand(text)))

    def overlap(self, a: str, b: str) -> float:
        """F1 of the two multisets of words, from 0 to 1."""
        x, y = self.words(a), self.words(b)
        common = sum((Counter(x) & Counter(y)).values())
        return 2 * common / (len(x) + len(y)) if common else 0.0

    def inside(self, a: str, b: str) -> float:
        """The share of the shorter string's words that stand in the other one."""
        x, y = Counter(self.words(a)), Counter(self.words(b))
        return sum((x & y).values()) / max(1, min(x.total(), y.total()))

    def unit(self, value: object) -> str:
        """The common name of a unit of measure."""
        name = normal(value)
        return self._units.get(name, name)

    def type_code(self, name: str) -> str:
        """The code of a document type that is given by its name (other strings as they are)."""
        return self._types.get(normal(name), name)

    def subject(self, value: object, page_title: bool = False) -> str:
        """A subject without the words that introduce it."""
        leads = "|".join(self._of["page_subject_lead" if page_title else "subject_lead"])
        return re.sub(rf"^(?:{leads})\s*", "", normal(value))

    def same_agency(self, a: str, b: str) -> bool:
        """Whether two names mean one agency.

        They do when they are equal; when one is the other with its place or its parent body behind it; when
        they nearly agree and differ in no word of kind, level or place.
        """
        a, b = self._lead.sub("", self.expand(a)), self._lead.sub("", self.expand(b))
        if not a or not b:
            return False
        if a == b:
            return True
        short, long = sorted((self.words(a), self.words(b)), key=len)
        if not short or short == long:
            return short == long
        if short[0] != long[0] and {short[0], long[0]} <= self._kinds:
            return False
        plain_short, plain_long = [*map(fold, short)], [*map(fold, long)]
        rest = long[len(short) :]
        continued = len(rest) > 0 and len(short) >= 2 and plain_long[: len(short)] == plain_short
        if continued and (rest[0] in self._place_follows or short[-1] in self._place_after):
            return True
        only_short = Counter(plain_short) - Counter(plain_long)
        only_long = Counter(plain_long) - Counter(plain_short)
        near = self.overlap(a, b)
        if only_short and only_long and (near < 0.9 or (set(short) ^ set(long)) & self._levels):
            return False
        return near >= ALIKE

    def members(self, group: str) -> list[str]:
        """The agencies that a group name lists (a lead word with a plural); none for any other name."""
        text = self.expand(group)
        if m := self._group.match(text):
            heads, tails = self._comma_or_and.split(m[1] or m[2]), self._comma_or_and.split(m[3])
            return [f"{h.strip()} {t.strip()}" for h in heads for t in tails if t.strip()]
        plural, _, listed = text.partition(" ")
        return [p for p in self._comma_or_and.split(listed) if p.strip()] if plural == self._plural else []

    def agency_match(self, a: str, b: str) -> bool:
        """The same agency, or one is a member of the group that the other names."""
        return (
            self.same_agency(a, b)
            or any(self.same_agency(p, b) for p in self.members(a))
            or any(self.same_agency(a, p) for p in self.members(b))
        )
