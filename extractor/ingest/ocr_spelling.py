"""Names in capitals and fixed labels as registers spell them, where an OCR has lost or changed their marks.

Marks of capitals are the first that Tesseract misreads ("TÍNH QUANG NGÀI"), and a letterhead is nothing else.
Only the marks are mended: words must agree with a register's name letter for letter without them, and with
one name only. What some register has just as it was read stays as it is.
"""

from __future__ import annotations

from functools import lru_cache

import regex

from extractor.ingest.tesseract import Glyphs
from extractor.rulebook import Rulebook
from extractor.textview import TextView, fold, match_key

#: words that a name may have
_LONGEST = 12
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
    _labels(row, book)
    start = 0
    while start < len(row):
        size = next(
            (n for n in range(min(_LONGEST, len(row) - start), 0, -1) if _mended(row, start, n, book)), 0
        )
        start += size or 1


def _mended(row: list[Glyphs], start: int, size: int, book: Rulebook) -> bool:
    """Whether the words are a name of the registers in capitals; it is spelt as there."""
    found = [_CORE.search(word.text) for word in row[start : start + size]]
    if any(m is None or m[0] != m[0].upper() or len(m[0]) < 2 for m in found):
        return False
    cores = [m[0] for m in found if m is not None]
    known, names = _vocabulary(book)
    written = " ".join(cores)
    if match_key(written) in known:
        return True
    name = names.get(fold(written))
    if not name:
        return False
    for word, core, spelt in zip(row[start : start + size], cores, name.split(), strict=True):
        word.text = word.text.replace(core, spelt.upper(), 1)
    return True


@lru_cache(maxsize=4)
def _vocabulary(book: Rulebook) -> tuple[frozenset[str], dict[str, str]]:
    """Names as match keys, and by their folded form those to put in; "" where several names share one."""
    phrases = [*book["scans.capitals"].words]
    for table, column in _NAMES:
        phrases += [row[column] for row in book.table(table)]
    for row in book.table("provinces.csv"):
        phrases += [f"{row['type']} {row['name']}", row["name"]]
    names: dict[str, str] = {}
    for phrase in phrases:
        words = " ".join(w for w in phrase.split() if _CORE.search(w))
        if len(words.split()) > 1 and match_key(names.setdefault(fold(words), words)) != match_key(words):
            names[fold(words)] = ""
    known = {match_key(n) for n in phrases}
    for table, column in _ONLY_KNOWN:
        known |= {match_key(row[column]) for row in book.table(table)}
    return frozenset(known), names


def _labels(row: list[Glyphs], book: Rulebook) -> None:
    """Fixed labels at the beginning of a line: their spelling stands in the rule's `set`."""
    text = " ".join(word.text for word in row[:4])
    for name in ("scans.to", "scans.recipients"):
        m = book[name].match(TextView(plain(text)))
        if m is None:
            continue
        words = book[name].set["spelt"].split()
        count = len(text[: m.end()].split())
        if text[m.end() : m.end() + 1].strip() or not count:
            return
        first, last = row[0], row[count - 1]
        first.text = " ".join(words)
        first.right, first.bottom = last.right, max(first.bottom, last.bottom)
        first.confidence = min(w.confidence for w in row[:count])
        del row[1:count]
        return
