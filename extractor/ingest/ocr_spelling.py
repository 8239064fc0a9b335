"""Names in capitals and fixed labels as registers spell them, where an OCR has lost or changed their marks.

Marks of capitals are the first that Tesseract misreads ("TÍNH QUANG NGÀI"), and a letterhead is nothing else.
Only the marks are mended, and letters read twice ("TỔỐNG CỤC"): words must agree with a name of a register
letter for letter without them, and with one name only. In other writing the same holds for the first letter
of a name ("Uy ban nhân dân"). What some register has as it was read stays as it is.
The same holds for the family name of a person whose name stands on a line of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import regex

from extractor.ingest.tesseract import Glyphs
from extractor.rulebook import Rulebook
from extractor.textview import TextView, fold, match_key

#: words that a name may have, and that a person's name has at least for its family name to be judged
_LONGEST, _PERSON = 12, 3
#: words of a name at least whose first letter is put right; capitals whose marks are lost
_OPENED = 3
_BARE = regex.compile(r"[AEIOUYD]\p{Ll}")
_DASHES = frozenset("-–—")
_DOUBLED = regex.compile(r"(\p{L})\1")
#: what a 1 in front of others is read as, a number of an item too; what II and III are read as
_LONE = regex.compile(r"[lI],|l[.)]")
_DIGIT = regex.compile(r"\d")
_ROMAN = regex.compile(r"(?<![\p{L}\d/.-])(?:(?=[1l]{0,2}I)[I1l]{3}|H|HI|IH|[1l]H|H[1l])(?=/(?:19|20)\d\d)")
_TIGHT = regex.compile(r"(?<=\p{L}),(?=\p{L})")
#: what specks behind the mark that ends a word are read as
_SPECK = regex.compile(r"(?<=[;:,.])[_~\u00ac]+$")
_CORE = regex.compile(r"\p{L}[\p{L}&.-]*")
#: registers with their columns of names; names of the last ones are only known, and never put in
_NAMES = (
    ("agencies.csv", "name"), ("agency_heads.csv", "head"), ("agency_fields.csv", "field"),
    ("posts.csv", "post"), ("document_types.csv", "name"), ("local_bodies.csv", "name"),
)  # fmt: skip
_ONLY_KNOWN = (("districts.csv", "name"), ("communes.csv", "name"))


def plain(text: str) -> str:
    """The text without marks in lower case, if that leaves every character at its place."""
    folded = fold(text)
    return folded if len(folded) == len(text) else match_key(text)


def spell(row: list[Glyphs], book: Rulebook) -> None:
    """Put the marks of names in capitals, and fixed labels, of a printed line right."""
    labels(row, book)
    names([row], book)


def names(rows: list[list[Glyphs]], book: Rulebook) -> None:
    """Put the marks of names right in lines that stand below each other: a name may go on in the next one."""
    words = [word for row in rows for word in row]
    start = 0
    while start < len(words):
        size = next(
            (n for n in range(min(_LONGEST, len(words) - start), 0, -1) if _mended(words, start, n, book)), 0
        ) or _opened(words, start, book)
        start += size or 1
    for row in rows:
        _person(row, book)


def _mended(row: list[Glyphs], start: int, size: int, book: Rulebook) -> bool:
    """Whether the words are a name of the registers in capitals; it is spelt as there."""
    found = [_CORE.search(word.text) for word in row[start : start + size]]
    if any(m is None or m[0] != m[0].upper() or len(m[0]) < 2 for m in found):
        return False
    cores = [m[0] for m in found if m is not None]
    vocabulary = _vocabulary(book)
    written = " ".join(cores)
    if match_key(written) in vocabulary.known:
        return True
    name = vocabulary.names.get(fold(written)) or vocabulary.once.get(_once(written))
    if not name:
        return False
    for word, core, spelt in zip(row[start : start + size], cores, name.split(), strict=True):
        word.text = word.text.replace(core, spelt.upper(), 1)
    return True


def _opened(row: list[Glyphs], start: int, book: Rulebook) -> int:
    """Give the first letter of a name its mark back; how many words it has, 0 where there is nothing to."""
    if not _BARE.match(row[start].text):
        return 0
    vocabulary = _vocabulary(book)
    for size in range(min(_LONGEST, len(row) - start), _OPENED - 1, -1):
        found = [_CORE.search(word.text) for word in row[start : start + size]]
        written = " ".join(m[0] for m in found if m is not None)
        name = vocabulary.names.get(fold(written))
        if name and match_key(name) != match_key(written) and match_key(name[1:]) == match_key(written[1:]):
            row[start].text = name[0] + row[start].text[1:]
            return size
    return 0


def _person(row: list[Glyphs], book: Rulebook) -> None:
    """Put the marks of the family name right where a printed line is the name of a person."""
    text = " ".join(word.text for word in row)
    vocabulary = _vocabulary(book)
    if len(row) < _PERSON or not book["layout.person_name"].regex.fullmatch(text):
        return
    if match_key(text) in vocabulary.known or row[0].text in vocabulary.families.values():
        return
    row[0].text = vocabulary.families.get(fold(row[0].text)) or row[0].text


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """What registers know: all names as match keys; those to put in by their folded form, and by that without
    doubled letters ("" where several names share one); family names by their folded form."""

    known: frozenset[str]
    names: dict[str, str]
    once: dict[str, str]
    families: dict[str, str]


@lru_cache(maxsize=4)
def _vocabulary(book: Rulebook) -> _Vocabulary:
    phrases = [*book["scans.capitals"].words]
    for table, column in _NAMES:
        phrases += [row[column] for row in book.table(table)]
    for row in book.table("provinces.csv"):
        phrases += [f"{row['type']} {row['name']}", row["name"]]
    found: dict[str, str] = {}
    once: dict[str, str] = {}
    for phrase in phrases:
        words = " ".join(w for w in phrase.split() if _CORE.search(w))
        if len(words.split()) > 1:
            _enter(found, fold(words), words)
            _enter(once, _once(words), words)
    known = {match_key(n) for n in phrases}
    for table, column in _ONLY_KNOWN:
        known |= {match_key(row[column]) for row in book.table(table)}
    families: dict[str, str] = {}
    for row in book.table("family_names.csv"):
        _enter(families, fold(row["name"]), row["name"])
    return _Vocabulary(frozenset(known), found, once, families)


def figures(row: list[Glyphs]) -> None:
    """Put a 1 right that was read as a letter, and Roman numbers; a comma has a blank behind it."""
    for at, word in enumerate(row):
        digit = _DIGIT.match(row[at + 1].text) if at + 1 < len(row) else None
        litres = at > 0 and _DIGIT.match(row[at - 1].text)
        listed = digit and not litres if word.text[-1:] == "," else at == 0 and len(row) > 1
        if listed and _LONE.fullmatch(word.text):
            word.text = "1" + word.text[1:]
        word.text = _ROMAN.sub(lambda m: _strokes(m[0]), word.text)
        word.text = _SPECK.sub("", _TIGHT.sub(", ", word.text))


def quarters(row: list[Glyphs], book: Rulebook) -> None:
    """Put the Roman number of a quarter right where all its strokes were read, as other signs."""
    text = " ".join(word.text for word in row)
    for m in book["scans.quarter"].finditer(TextView(plain(text))):
        word = row[text.count(" ", 0, m.start("m"))]
        if word.text == text[slice(*m.span("m"))]:
            word.text = _strokes(word.text)


def _strokes(read: str) -> str:
    """As many strokes as what they were read as has; an H has two."""
    return "I" * (len(read) + read.count("H"))


def pairs(row: list[Glyphs], book: Rulebook) -> None:
    """Put the marks of the first word right in pairs that have no meaning with other marks."""
    known = _pairs(book)
    for word, after in pairwise(row):
        spelt = known.get((fold(word.text), match_key(after.text.rstrip(",;.:"))))
        if spelt and word.text.islower():
            word.text = spelt


@lru_cache(maxsize=4)
def _pairs(book: Rulebook) -> dict[tuple[str, str], str]:
    """First word without marks and second word -> first word."""
    split = [phrase.split() for phrase in book["scans.pairs"].words]
    return {(fold(first), match_key(second)): first for first, second in split}


def _enter(names: dict[str, str], key: str, name: str) -> None:
    """Enter a name by a key; nothing where another name has it."""
    if match_key(names.setdefault(key, name)) != match_key(name):
        names[key] = ""


def _once(text: str) -> str:
    """The folded text with letters that stand twice put once."""
    return _DOUBLED.sub(r"\1", fold(text))


def labels(row: list[Glyphs], book: Rulebook) -> None:
    """Fixed labels at the beginning of a line: their spelling stands in the rule's `set`."""
    at = 1 if len(row) > 1 and row[0].text in _DASHES else 0
    text = " ".join(word.text for word in row[at : at + 4])
    for name in ("scans.to", "scans.recipients", "scans.about", "scans.archive"):
        m = book[name].match(TextView(plain(text)))
        if m is None:
            continue
        words = book[name].set["spelt"].split()
        count = len(text[: m.end()].split())
        if text[m.end() : m.end() + 1].strip() or not count:
            return
        first, last = row[at], row[at + count - 1]
        first.text = " ".join(words)
        first.right, first.bottom = last.right, max(first.bottom, last.bottom)
        first.confidence = min(w.confidence for w in row[at : at + count])
        del row[at + 1 : at + count]
        return
