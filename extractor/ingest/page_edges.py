"""What stands on a page but belongs to no letter: numbers, running heads, frames of signatures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

import regex

from extractor.ingest.page_lines import Line, rows_of
from extractor.ingest.reading import Sheet
from extractor.rulebook import Rulebook

#: as shares of a page's height: where running heads end and feet begin, how far they may stand apart on
#: two pages
_EDGE, _PLACE = 0.13, 0.015
#: as a share of a page's width: how far from its middle a number may stand in the middle
_MIDDLE = 0.03
#: rows from either edge that are looked at, and pages behind on which the same words are sought
_ROWS, _PAGES = 4, 3
#: characters of a row that two pages may share
_LONG = 160
_DIGITS = regex.compile(r"\d{1,9}")
#: a row's words, its place as a share of the page's height, its lines, whether none stands nearer to the edge
_Row = tuple[str, float, list[Line], bool]
#: what a note at the foot begins with, and how much smaller than the page's lines it is
_NOTE_SIGNS, _SMALL = frozenset("0123456789*["), 0.9
_WORDY = regex.compile(r"\p{L}")


def without_edges(pages: Sequence[tuple[Sheet, list[Line], set[Line]]], book: Rulebook) -> list[list[Line]]:
    """The lines of each page without its number and what runs along the edges of several pages.

    A page is given with the lines that are kept whatever they look like: those of its letterhead.
    """
    edges = [_edge_rows(sheet, lines, keep) for sheet, lines, keep in pages]
    gone: list[set[Line]] = [set() for _ in pages]
    for at, row in _numbers([sheet for sheet, _, _ in pages], edges, book):
        gone[at].update(row)
    for at, rows in enumerate(edges):
        for key, place, row, _ in rows:
            for near in range(at + 1, min(at + 1 + _PAGES, len(pages))):
                for other, where, there, _ in edges[near]:
                    if abs(where - place) < _PLACE and _alike(key, other, near - at):
                        gone[at].update(row)
                        gone[near].update(there)
    return [[n for n in lines if n not in gone[at]] for at, (_, lines, _) in enumerate(pages)]


def _numbers(
    sheets: list[Sheet], edges: list[list[_Row]], book: Rulebook
) -> Iterator[tuple[int, list[Line]]]:
    """Rows that hold nothing but the number of their page, with the place of the page among all.

    A figure alone at an edge is one where it stands in the middle of the page, where it is the page's number
    or grows with it, and where such ones stand on other pages.
    """
    found = []
    for at, (sheet, rows) in enumerate(zip(sheets, edges, strict=True)):
        for text, place, row, outermost in rows:
            if outermost and book["pages.number"].hit(text):
                digits = _DIGITS.search(text)
                shift = int(digits[0]) - sheet.number if digits else None
                middle = abs(row[0].left + row[-1].right - sheet.width) < 2 * _MIDDLE * sheet.width
                found.append((at, place, row, shift, middle))
    shifts = Counter(shift for *_, shift, _ in found)
    sure = [place for _, place, _, shift, middle in found if middle or shift == 0 or shifts[shift] > 1]
    for at, place, row, _, middle in found:
        if middle or sum(abs(other - place) < _PLACE for other in sure) > len(sure) / 2:
            yield at, row


def _edge_rows(sheet: Sheet, lines: list[Line], keep: set[Line]) -> list[_Row]:
    """Rows near either edge: their words, place, lines, whether none stands nearer."""
    rows, height = rows_of(lines), max(sheet.height, 1.0)
    found = []
    for group in (rows[:_ROWS], rows[: -_ROWS - 1 : -1]):
        outermost = True
        for row in group:
            place = row[0].middle / height
            if _EDGE < place < 1 - _EDGE or any(line in keep for line in row):
                break
            text = " ".join(line.text for line in row)
            found.append((text.lower()[:_LONG], place, row, outermost))
            outermost = False
    return found


def _alike(text: str, other: str, pages: int) -> bool:
    """Nearly the same words (what is read off a picture is never quite the same twice), the same figures.

    One of the figures may be the pages' numbers: on the page `pages` behind, it is larger by that.
    """
    counts = [(int(a), int(b)) for a, b in zip(_DIGITS.findall(text), _DIGITS.findall(other), strict=False)]
    if [b - a for a, b in counts if b != a] not in ([], [pages]):
        return False
    text, other = _DIGITS.sub("#", text), _DIGITS.sub("#", other)
    if text == other:
        return bool(_WORDY.search(text))
    if abs(len(text) - len(other)) > 4 or len(text) < 12:
        return False
    from difflib import SequenceMatcher

    return SequenceMatcher(None, text, other, autojunk=False).ratio() > 0.9


def footnotes(sheet: Sheet, lines: list[Line]) -> list[Line]:
    """The notes at the foot of a page: small lines below a short line drawn at the left."""
    tall = median(line.height for line in lines) if lines else 0.0
    marks = [
        (x0, y1)
        for x0, y0, x1, y1 in sheet.rules
        if y1 - y0 < 3 and 0.1 < (x1 - x0) / max(sheet.width, 1) < 0.5
    ]
    for left, top in sorted(marks, key=lambda mark: mark[1]):
        below = [line for line in lines if line.middle > top]
        first = min(below, key=lambda line: line.top, default=None)
        if first is None or first.top - top > 2 * tall or abs(first.left - left) > 3 * tall:
            continue
        if first.text[:1] in _NOTE_SIGNS and all(line.height < _SMALL * tall for line in below):
            return below
    return []


def without_stamps(lines: list[Line], book: Rulebook) -> list[Line]:
    """Lines without the frames that a digital signature has printed among them.

    A frame is a few small lines close below each other, one of which names the signer or the time.
    """
    marked = [n for n in lines if len(n.text) < _LONG and book["pages.stamp_label"].hit(n.text)]
    if not marked:
        return lines
    gone: set[Line] = set()
    for start in marked:
        if start in gone:
            continue
        frame = _frame(lines, start)
        if book["pages.stamp"].hit(" ".join(n.text for n in frame)):
            gone.update(frame)
    return [n for n in lines if n not in gone]


def _frame(lines: list[Line], start: Line) -> list[Line]:
    """The lines that stand close below `start`, as far left and as small."""
    frame = [start]
    for line in sorted((n for n in lines if n.top > start.top), key=lambda n: n.top):
        last = frame[-1]
        if line.top - last.bottom > 0.6 * last.height or len(frame) > 9:
            break
        if abs(line.left - start.left) < line.height and 0.8 < line.height / start.height < 1.25:
            frame.append(line)
    return frame
