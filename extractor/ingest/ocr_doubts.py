"""Lines of a letter's head and foot that Tesseract is unsure of are read again, enlarged; the readings vote.

One reading makes slips that another one does not make: it takes "TT" for "TP", loses a short word at a line's
end, sees quotation marks twice. Words are compared at the place where they stand.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import regex

from extractor.ingest.ocr_codes import with_digits
from extractor.ingest.tesseract import Glyphs
from extractor.rulebook import Rulebook

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: reads a box (left, top, right, bottom in pixels) of the page once more: in some languages, enlarged
Again = Callable[[tuple[int, int, int, int], str, float], list[Glyphs]]
#: a word that is less sure than this is asked for again; one that was missed must be at least so sure
_UNSURE, _SURE = 0.85, 0.6
#: a line whose words are less sure than this on the average is no writing, or misread as a whole
_SCRAP = 0.5
#: how a line is read again: the letters about as large as they were, where slips are fewest, and once larger
_WAYS = (("vie", 1.0), ("vie", 1.5), ("vie", 2.0))
#: how much of two boxes must be common for them to hold the same word, as a share of both together
_SAME = 0.6
#: the height of a line that was missed, as shares of that of the others
_LOW, _TALL = 0.4, 1.5
#: the number of the block in which such lines are counted, behind Tesseract's
_MISSED = 1_000_000
_WRITING = regex.compile(r"[\p{L}\p{N}]")
_WORDY = regex.compile(r"\p{L}{2}")
_DIGIT = regex.compile(r"\p{N}")
#: registers of abbreviations with their columns
_CODES = (("issuer_codes.csv", "code"), ("unit_codes.csv", "unit"), ("document_types.csv", "symbol"))
_ABBREVIATION = regex.compile(r"(?<![\p{L}\p{N}])\p{Lu}[\p{L}&]*\p{Lu}(?![\p{L}\p{N}])")
#: quotation marks that stand behind each other are one, read twice
_QUOTES = regex.compile(r"[\"'`\u2018\u2019\u201c\u201d\u00b4]{2,}")


def abbreviations(words: list[Glyphs], book: Rulebook) -> Counter[str]:
    """How often each abbreviation stands on a page, and once more if a register has it."""
    said = Counter(code for word in words for code in _ABBREVIATION.findall(word.text))
    for table, column in _CODES:
        said.update({row[column] for row in book.table(table)})
    return said


def settled(line: list[Glyphs], again: Again, said: Counter[str]) -> list[Glyphs]:
    """The words of a printed line, after those it is unsure of were read again.

    `said` are the abbreviations of the page: one that stands elsewhere too is believed before another.
    """
    if all(w.confidence >= _UNSURE for w in line if _WRITING.search(w.text)):
        return line
    high = median(w.bottom - w.top for w in line)
    aside, above = round(0.7 * high), round(0.35 * high)
    box = (
        line[0].left - aside, min(w.top for w in line) - above,
        line[-1].right + aside, max(w.bottom for w in line) + above,
    )  # fmt: skip
    readings = [[_plain_quotes(w) for w in again(box, *way)] for way in _WAYS]
    unsure = [w for w in line if w.confidence < _UNSURE]
    if sum(w.confidence for w in line) < _SCRAP * len(line):
        line = [replace(w, line=line[0].line) for w in _agreed(readings)] or line
    words = [word for old in line for word in _voted(_plain_quotes(old), readings, said)]
    words = sorted([*words, *_missed(line, readings)], key=lambda w: w.left)
    return with_digits(words, unsure, lambda *way: again(box, *way))


def missed_lines(lines: list[list[Glyphs]], dark: NDArray[Any], again: Again) -> Iterator[Glyphs]:
    """Words of short lines that were missed whole: ink in the column of `lines` with no word on it.

    Its last word may stand alone on a line ("- UBND các tỉnh, thành phố trực thuộc / TW;").
    """
    if len(lines) < 2:
        return
    words = [word for line in lines for word in line]
    high = median(w.bottom - w.top for w in words)
    left = max(0, min(line[0].left for line in lines) - round(high / 4))
    right = left + max(line[-1].right for line in lines) - left
    top, bottom = lines[0][0].bottom, min(dark.shape[0], round(lines[-1][0].bottom + 1.8 * high))
    part = dark[top:bottom, left:right].copy()
    for word in words:
        part[max(0, word.top - top) : max(0, word.bottom - top)] = False
    inked = np.concatenate(([False], part.sum(axis=1) >= 1, [False])).astype(np.int8)
    edges = np.flatnonzero(np.diff(inked))
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if not _LOW * high < end - start < _TALL * high:
            continue
        columns = np.flatnonzero(part[start:end].any(axis=0))
        margin = round(high / 3)
        box = (
            left + int(columns[0]) - 2 * margin, top + start - margin,
            left + int(columns[-1]) + 2 * margin, top + end + margin,
        )  # fmt: skip
        found = _agreed([[_plain_quotes(w) for w in again(box, *way)] for way in _WAYS])
        place = (_MISSED, 0, int(start))
        yield from (replace(w, line=place) for w in found if w.confidence >= _SURE or len(found) > 1)


def _agreed(readings: list[list[Glyphs]]) -> list[Glyphs]:
    """The first reading of a line that another one has word for word, if they are sure of it."""
    for at, reading in enumerate(readings):
        texts = [w.text for w in reading]
        if not any(_WORDY.search(text) for text in texts):
            continue
        if sum(w.confidence for w in reading) < _SURE * len(reading):
            continue
        if any([w.text for w in other] == texts for other in readings[at + 1 :]):
            return reading
    return []


def _plain_quotes(word: Glyphs) -> Glyphs:
    text = _QUOTES.sub('"', word.text)
    return word if text == word.text else replace(word, text=text)


def _voted(word: Glyphs, readings: list[list[Glyphs]], known: Counter[str]) -> Iterator[Glyphs]:
    """What most readings have where a word stands: two at least, else the word itself; nothing but for a
    mark that no other reading has.

    Of an abbreviation that no reading is sure of, the one of them that is `known` besides.
    """
    same = [found for reading in readings for found in reading if _common(word, found) >= _SAME]
    if not _WRITING.search(word.text):
        if any(_meet(word, found) for reading in readings for found in reading) or word.confidence > 0.9:
            yield word
        return
    said: dict[str, list[float]] = defaultdict(list)
    for found in (word, *same):
        said[found.text].append(found.confidence)
    best = max(said, key=lambda text: (len(said[text]), sum(said[text])))
    unsure = len(said) > 1 and max(map(max, said.values())) < _UNSURE
    seen = [text for text in said if unsure and _stands_elsewhere(text, known, text == word.text)]
    if len(seen) == 1:
        yield replace(word, text=seen[0], confidence=max(said[seen[0]]))
    elif best == word.text:
        yield replace(word, confidence=max(said[best]))
    elif len(said[best]) > 1 and sum(said[best]) > sum(said[word.text]):
        yield replace(word, text=best, confidence=max(said[best]))
    else:
        yield word


def _stands_elsewhere(text: str, known: Counter[str], counted: bool) -> bool:
    """Whether a word is an abbreviation that is known besides; `counted`: it is among the known ones."""
    m = _ABBREVIATION.search(text)
    return m is not None and len(m[0]) > 2 and known[m[0]] > counted


def _missed(line: list[Glyphs], readings: list[list[Glyphs]]) -> Iterator[Glyphs]:
    """Words of letters that two readings have where the line has none."""
    put: list[Glyphs] = []
    for at, reading in enumerate(readings):
        for found in reading:
            if found.confidence < _SURE or not _WORDY.search(found.text) or _DIGIT.search(found.text):
                continue
            if any(_meet(found, word) for word in (*line, *put)):
                continue
            if any(
                w.text == found.text and w.confidence >= _SURE and _common(w, found) >= _SAME
                for other in readings[at + 1 :] for w in other
            ):  # fmt: skip
                put.append(replace(found, line=line[0].line))
    yield from put


def _common(one: Glyphs, other: Glyphs) -> float:
    """How much of the breadth of two words is common, as a share of both together."""
    both = min(one.right, other.right) - max(one.left, other.left)
    return both / max(1, max(one.right, other.right) - min(one.left, other.left))


def _meet(one: Glyphs, other: Glyphs) -> bool:
    return min(one.right, other.right) > max(one.left, other.left)
