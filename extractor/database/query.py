"""What people type into the search box, taken apart: words, "phrases", document numbers, marks or none.

Nothing of it reaches an engine as typed: a term is a row of words, each only letters and digits in lower
case, so that no text can be a mistake in an engine's own language.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from extractor.database.fold import fold, number_key
from extractor.errors import CongvanError
from extractor.textview import match_key

#: a letter has at most so many words of a query looked up; more are no search but a text pasted in
MOST_WORDS = 40
#: characters of a word; no longer one stands in a letter
_LONGEST = 60
#: which marks a word of a text has to have: just those typed; those typed where any were; none
Marks = Literal["exact", "typed", "folded"]
_WORD = re.compile(r"[^\W_]+")
_QUOTED = re.compile('["“”„«»]([^"“”„«»]*)["“”„«»]')
#: a number with its symbol: digits, then something behind a slash or hyphen that holds a letter
#: the label of a document's number, with its mark or without
_LABEL = r"(?<!\w)(?:so|s\u1ed1)\s*:?\s*"
_NUMBER = re.compile(
    rf"(?:{_LABEL})?(?<![\w/])0*(?P<number>\d{{1,6}}[^\W\d_]?(?:\s?[/\-–]\s?[\w.&–\-]+)+)", re.IGNORECASE
)
_LABELLED = re.compile(rf"{_LABEL}0*(?P<number>\d{{1,6}}[^\W\d_]?)(?![\w/–\-])", re.IGNORECASE)
_YEAR, _MONTH = re.compile(r"\d{4}"), re.compile(r"(\d{4})-(\d{1,2})")
_DAY = (re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
        re.compile(r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})"))  # fmt: skip


def words(text: str) -> list[str]:
    """The words of a text as they are looked up with marks: lower case, tone marks in one place.

    >>> words("Sở Y tế, HOÀ BÌNH: 75/2023/NĐ-CP")
    ['sở', 'y', 'tế', 'hòa', 'bình', '75', '2023', 'nđ', 'cp']
    """
    return _WORD.findall(match_key(unicodedata.normalize("NFC", text)))


def bare(exact: list[str]) -> list[str]:
    """The same words without marks, one for one."""
    return fold(" ".join(exact)).split(" ") if exact else []


@dataclass(frozen=True, slots=True)
class Term:
    """Words that have to stand side by side; a single one stands alone."""

    exact: tuple[str, ...]
    folded: tuple[str, ...]

    def words(self, marks: Marks) -> tuple[str, ...]:
        """The words as they stand side by side in the column that is asked."""
        return self.exact if self.column(marks) == "exact" else self.folded

    def column(self, marks: Marks) -> Literal["exact", "folded"]:
        """Where the words are looked up side by side; typed with marks only in part: without any."""
        if marks == "typed":
            return "exact" if all(map(_has_marks, self.exact, self.folded)) else "folded"
        return marks

    def marked(self) -> tuple[str, ...]:
        """The words that were typed with marks."""
        return tuple(e for e, f in zip(self.exact, self.folded, strict=True) if _has_marks(e, f))


def _has_marks(exact: str, folded: str) -> bool:
    return exact != folded


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query taken apart. All `terms` have to be found; `numbers` are keys of document numbers, whole or
    their beginnings."""

    terms: tuple[Term, ...] = ()
    numbers: tuple[str, ...] = ()
    #: the terms that are not just another way to write the numbers
    others: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms)

    def ways(self) -> tuple[Marks, ...]:
        """How the words are looked up, the strictest first.

        >>> parse("bảo hiểm").ways(), parse("bảo hiem").ways(), parse("bao hiem").ways()
        (('exact', 'folded'), ('exact', 'typed', 'folded'), ('folded',))
        """
        marked = [_has_marks(*pair) for t in self.terms for pair in zip(t.exact, t.folded, strict=True)]
        if not any(marked):
            return ("folded",)
        return ("exact", "folded") if all(marked) else ("exact", "typed", "folded")


def parse(text: str) -> Parsed:
    """Take a query apart.

    >>> [t.exact for t in parse('"bảo hiểm" hoà').terms]
    [('bảo', 'hiểm'), ('hòa',)]
    >>> parse("so 757").numbers, parse("0757 / UBND–KGVX").numbers
    (('757',), ('757/ubnd-kgvx',))
    """
    text = unicodedata.normalize("NFC", text)
    numbers: list[str] = []
    terms: dict[tuple[str, ...], None] = {}
    others: dict[tuple[str, ...], None] = {}

    def number(m: re.Match[str]) -> str:
        whole = m["number"]
        if m.re is _NUMBER and not any(c.isalpha() for c in whole):
            return m[0]  # a date, a fraction
        numbers.append(number_key(whole))
        terms[tuple(words(whole))] = None
        return " "

    def phrase(m: re.Match[str]) -> str:
        found = tuple(words(m[1]))
        if found:
            terms[found] = others[found] = None
        return " "

    rest = _QUOTED.sub(phrase, text)
    rest = _NUMBER.sub(number, rest)
    rest = _LABELLED.sub(number, rest)
    for word in words(rest):
        terms[(word,)] = others[(word,)] = None
    if not numbers and not rest.strip(" ") and not terms:
        return Parsed()
    kept = _first(terms)
    return Parsed(
        terms=kept,
        numbers=tuple(dict.fromkeys(n for n in numbers if n)),
        others=_first(others),
    )


def _first(found: dict[tuple[str, ...], None]) -> tuple[Term, ...]:
    """Terms of at most `MOST_WORDS` words in all."""
    out, left = [], MOST_WORDS
    for exact in found:
        exact = tuple(word[:_LONGEST] for word in exact[:left])
        if exact:
            out.append(Term(exact, tuple(bare(list(exact)))))
            left -= len(exact)
    return tuple(out)


def first_day(typed: str) -> date:
    """The first day of a typed year, month (2020-05) or day (31/5/2020). Raises `CongvanError`."""
    return _days(typed)[0]


def last_day(typed: str) -> date:
    """The last day of a typed year, month or day. Raises `CongvanError`."""
    return _days(typed)[1]


def _days(typed: str) -> tuple[date, date]:
    text = typed.strip()
    try:
        if _YEAR.fullmatch(text):
            return date(int(text), 1, 1), date(int(text), 12, 31)
        month = _MONTH.fullmatch(text)
        if month:
            year, number = int(month[1]), int(month[2])
            following = date(year + number // 12, number % 12 + 1, 1)
            return date(year, number, 1), date.fromordinal(following.toordinal() - 1)
        for pattern in _DAY:
            day = pattern.fullmatch(text)
            if day:
                found = date(int(day["y"]), int(day["m"]), int(day["d"]))
                return found, found
    except ValueError:
        pass
    raise CongvanError(
        f"Không hiểu ngày «{typed}». Hãy viết năm (2020), tháng (2020-05) hoặc ngày (2020-05-31)."
    )
