"""Words of a page put together to printed lines; columns side by side give lines of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from extractor.ingest.reading import Box, Sheet, Word

#: as shares of a word's height: how much of two words must stand side by side for them to share a line, and
#: the gap that parts two lines
_BESIDE, _APART = 0.5, 1.35
#: lines that are tried for a word, from the nearest
_TRIED = 12


@dataclass(eq=False)
class Line:
    """Words of a page that stand beside each other, from left to right; sizes in points."""

    page: int
    words: list[Word]

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @cached_property
    def box(self) -> Box:
        return around(word.box for word in self.words)

    @property
    def left(self) -> float:
        return self.box[0]

    @property
    def top(self) -> float:
        return self.box[1]

    @property
    def right(self) -> float:
        return self.box[2]

    @property
    def bottom(self) -> float:
        return self.box[3]

    @cached_property
    def height(self) -> float:
        """Of most of its words."""
        return max(median(word.box[3] - word.box[1] for word in self.words), 1.0)

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2

    def cut(self, at: int) -> tuple[Line, Line]:
        """The words before word `at`, and those from there on."""
        return Line(self.page, self.words[:at]), Line(self.page, self.words[at:])

    def gap(self, at: int) -> float:
        """The blank before word `at` (not the first)."""
        return self.words[at].box[0] - self.words[at - 1].box[2]

    def word_at(self, offset: int) -> int:
        """Which word holds the character of `text` at `offset`."""
        for at, word in enumerate(self.words):
            offset -= len(word.text) + 1
            if offset < 0:
                return at
        return len(self.words) - 1


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all (one at least)."""
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def lines_of(sheet: Sheet) -> list[Line]:
    """The lines of a page, from the top; beside each other from the left."""
    return lines_from(sheet.words, sheet.number)


def lines_from(words: Sequence[Word], page: int) -> list[Line]:
    """Words as lines: each goes on with the nearest line at its left that it stands beside."""
    if not words:
        return []
    step = max(median(w.box[3] - w.box[1] for w in words), 1.0)
    shelves: dict[int, list[list[Word]]] = {}
    found: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.box[0]):
        shelf = round((word.box[1] + word.box[3]) / 2 / step)
        best, nearest = None, 0.0
        for near in (shelf - 1, shelf, shelf + 1):
            for line in shelves.get(near, [])[-_TRIED:]:
                gap = word.box[0] - line[-1].box[2]
                if _follows(line[-1], word, gap) and (best is None or gap < nearest):
                    best, nearest = line, gap
        if best is None:
            best = []
            found.append(best)
        elif shelf == round((best[-1].box[1] + best[-1].box[3]) / 2 / step):
            best.append(word)
            continue
        best.append(word)
        shelves.setdefault(shelf, []).append(best)
    return in_order([Line(page, line) for line in found])


def _follows(last: Word, word: Word, gap: float) -> bool:
    """Whether `word` may stand behind `last` on a line."""
    tall, small = last.box[3] - last.box[1], word.box[3] - word.box[1]
    low = min(tall, small)
    if gap > _APART * max(tall, small) or gap < -low:
        return False
    shared = min(last.box[3], word.box[3]) - max(last.box[1], word.box[1])
    return shared >= _BESIDE * low


def in_order(lines: list[Line]) -> list[Line]:
    """Lines row by row: those that stand beside each other from the left, rows from the top."""
    return [line for row in rows_of(lines) for line in row]


def rows_of(lines: list[Line]) -> list[list[Line]]:
    """Lines in rows from the top; those of a row stand beside each other."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda n: (n.page, n.middle, n.left)):
        if rows:
            first = rows[-1][0]
            if line.page == first.page and abs(line.middle - first.middle) < _BESIDE * min(
                line.height, first.height
            ):
                rows[-1].append(line)
                continue
        rows.append([line])
    for row in rows:
        row.sort(key=lambda n: n.left)
    return rows


def joined(row: list[Line]) -> Line:
    """The lines of a row as one."""
    return row[0] if len(row) == 1 else Line(row[0].page, [w for line in row for w in line.words])
