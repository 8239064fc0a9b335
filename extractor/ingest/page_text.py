"""The text of a letter put together from its lines, with the place of every word on its page."""

from __future__ import annotations

from collections import Counter

import regex

from extractor.ingest.page_lines import Line
from extractor.ingest.reading import Box, Places, Sheet, Word
from extractor.rulebook import Rulebook

#: as shares of the height of a line: the blank between two lines that parts paragraphs, the one that is shown
#: as an empty line, what a line must be indented or shortened by to be noticed
_PARTED, _EMPTY, _NOTICED = 0.55, 1.3, 0.5
#: points by which lines that begin at the same place may differ
_CLOSE = 3.0
#: how much a line may differ in height inside a paragraph
_SAME_SIZE = 0.82
#: of so many lines one must begin at a place that is an edge
_COMMON = 8
#: characters of a line in capitals that is a title, not an abbreviation at the end of a paragraph
_CAPITALS = 6
_ENDS = (".", ";", ":", "!", "?", "…")
_GLUED = regex.compile(r"[\p{L}\d][-/]$")


class PageText:
    """The text as it grows: `add` words, then break the line; tells at last `text`, `places` and `grid`."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._line = 0
        self.places = Places()
        self.grid: dict[int, str] = {}

    def page(self, sheet: Sheet) -> None:
        """Tell the size of a page before its words come."""
        size = (sheet.height, sheet.width) if sheet.turn % 2 else (sheet.width, sheet.height)
        self.places.sizes[sheet.number] = size

    @property
    def text(self) -> str:
        return "".join(self._parts).strip("\n")

    @property
    def length(self) -> int:
        """Where the next word will begin."""
        return self._length

    def bar(self) -> None:
        """The end of a table's cell."""
        tail = self._parts[-1][-1:] if self._parts else "\n"
        self.put("| " if tail in "\n " else " | ")

    def row(self, start: int, grid: str) -> None:
        """How the cells of the row that begins at `start` stand."""
        at = start
        for piece in self._from(start):
            for place, char in enumerate(piece):
                if char.isalnum():
                    self.grid[at + place] = grid
                    return
            at += len(piece)

    def _from(self, start: int) -> list[str]:
        """The pieces from the one that begins at `start` on."""
        at, length = len(self._parts), self._length
        while at and length > start:
            at -= 1
            length -= len(self._parts[at])
        return self._parts[at:]

    def put(self, piece: str) -> None:
        self._parts.append(piece)
        self._length += len(piece)

    def end_line(self, blank: bool = False) -> None:
        """A line break, and an empty line; never more than one, none at the beginning."""
        if not self._parts:
            return
        tail = self._parts[-1]
        if tail == "\n\n" or (tail == "\n" and not blank):
            return
        if tail == "\n":
            self._parts.pop()
            self._length -= 1
        self.put("\n\n" if blank else "\n")

    def words(self, line: Line, sheets: dict[int, Sheet]) -> None:
        """The words of a printed line behind each other."""
        self._line += 1
        sheet = sheets[line.page]
        for number, word in enumerate(line.words):
            if number:
                self.put(" ")
            start = self._length
            self.put(word.text)
            self.places.add(start, self._length, line.page, self._line, shown(word.box, sheet))

    def wrap(self) -> None:
        """Go on with the next printed line of the same paragraph."""
        tail = self._parts[-1] if self._parts else ""
        if not _GLUED.search(tail):
            self.put(" ")


def shown(box: Box, sheet: Sheet) -> Box:
    """A box of an upright page as one of the page as it is shown."""
    x0, y0, x1, y1 = box
    width, height = sheet.width, sheet.height
    if sheet.turn == 1:
        return y0, width - x1, y1, width - x0
    if sheet.turn == 2:
        return width - x1, height - y1, width - x0, height - y0
    if sheet.turn == 3:
        return height - y1, x0, height - y0, x1
    return box


class Measure:
    """The edges between which a letter's lines run, and how its paragraphs begin."""

    def __init__(self, lines: list[Line]) -> None:
        long = sorted(lines, key=lambda n: n.left - n.right)[: max(len(lines) // 3, 1)]
        lefts, rights = sorted(n.left for n in long), sorted(n.right for n in long)
        often = Counter(
            round(n.left) for n in lines
        )  # where short lines go on, if all long ones are indented
        common = [left for left, count in often.items() if count >= max(2, len(lines) // _COMMON)]
        self.left = min([lefts[len(lefts) // 10], *common]) if long else 0.0
        self.right = rights[-1 - len(rights) // 10] if long else 0.0
        wide = self.right - self.left
        indented = [n for n in lines if self.left + _NOTICED * n.height < n.left < self.left + 0.2 * wide]
        full = [n for n in indented if n.right > self.right - n.height]
        self.justified = sum(self.right - right < _CLOSE for right in rights) > 0.6 * len(rights)
        #: paragraphs begin with an indented line, and where most of these begin
        self.indents = len(full) >= max(2, len(long) // 12)
        self.indent = Counter(round(n.left) for n in full).most_common(1)[0][0] if full else 0

    def indented(self, line: Line) -> bool:
        return line.left > self.left + _NOTICED * line.height

    def centred(self, line: Line) -> bool:
        left, right = line.left - self.left, self.right - line.right
        level = abs(left - right) < 0.2 * line.height
        if self.indents and abs(line.left - self.indent) < _CLOSE:
            return self.justified and level
        if left > 1.5 * line.height and abs(left - right) < max(1.2 * line.height, 0.12 * (left + right)):
            return True
        return level and left > 0.25 * line.height

    def has_room(self, line: Line, word: Word, centred: bool) -> bool:
        """Whether a word would have stood at the end of a line."""
        need = word.box[2] - word.box[0] + 0.35 * line.height
        if centred:
            return line.right - line.left + need < self.right - self.left - 0.5 * line.height
        return line.right + need < self.right


def goes_on(first: Line, last: Line, line: Line, measure: Measure, book: Rulebook) -> bool:
    """Whether `line` goes on with the paragraph that began with `first` and has come to `last`."""
    if not _SAME_SIZE < line.height / last.height < 1 / _SAME_SIZE:
        return False
    if line.page == last.page and line.top - last.bottom > _PARTED * max(line.height, last.height):
        return False
    if last.text.isupper() and not line.text.isupper() and len(last.text) > _CAPITALS:
        return False
    if _GLUED.search(last.words[-1].text) and len(last.words) > 1:
        return True
    ended = last.text.endswith(_ENDS)
    lower = line.text[:1].islower()
    centred = measure.centred(line) and measure.centred(last)
    room = measure.has_room(last, line.words[0], centred)
    marked = _is_item(line, book)
    if centred:
        if marked or ended or (line.text.isupper() and not last.text.isupper()):
            return False
        return lower or not room or book["layout.incomplete_line"].hit(last.text)
    if not lower and (measure.centred(last) or book["layout.basis"].hit(line.text[:40])):
        return False
    hanging = _hangs(first, line, book)
    if marked:
        # a dash inside a sentence, a figure at its end: only where nothing else tells of a new item
        if ended or room or (measure.indented(line) and not hanging):
            return False
        return book["layout.marker_bullet"].hit(line.text[:80]) or book["layout.incomplete_line"].hit(
            last.text
        )
    if room:
        return lower and not ended and not measure.indented(line)
    if hanging:
        return True
    if measure.indented(line) and not measure.indented(last):
        return lower and not ended
    if measure.indented(line) and measure.indents and last is first:
        return lower and not ended
    if ended and not measure.indents:
        return lower or not last.text.endswith((";", ":"))
    return True


def _hangs(first: Line, line: Line, book: Rulebook) -> bool:
    """Whether a line stands below the words behind the marker of an item."""
    if len(first.words) < 2 or not _is_item(first, book):
        return False
    return abs(line.left - first.words[1].box[0]) < 0.35 * line.height


_MARKERS = ("bullet", "number", "letter", "decimal", "roman", "paren", "upper", "ordinal")


def _is_item(line: Line, book: Rulebook) -> bool:
    """Whether a line begins with the mark of a list's item or an article's heading."""
    text = line.text[:80]
    if text[:1].isalpha() and text[1:2].isalpha() and not text[:1].isupper():
        return False
    if book["layout.heading_article"].hit(text):
        return True
    return any(book[f"layout.marker_{name}"].hit(text) for name in _MARKERS)


def put_recipients(text: PageText, lines: list[Line], sheets: dict[int, Sheet], book: Rulebook) -> None:
    """A list of recipients, one to a line of the text: a line without a dash goes on with the one above."""
    items = False
    last = None
    for line in lines:
        item = _is_item(line, book) and not (last is not None and _dash_inside(last, line))
        if not (items and not item and last is not None and _close(last, line)):
            text.end_line()
        else:
            text.wrap()
        text.words(line, sheets)
        items, last = items or item, line
    text.end_line()


def _dash_inside(last: Line, line: Line) -> bool:
    """Whether the dash at the beginning of a line stands between two words ("chính trị - xã hội")."""
    behind = line.text.lstrip("-–").lstrip()
    return behind[:1].islower() and not last.text.endswith((*_ENDS, ","))


def put_letterhead(text: PageText, lines: list[Line], sheets: dict[int, Sheet], book: Rulebook) -> None:
    """The left column of a letterhead: lines as they are printed, but what it is about as one."""
    about = False
    last = None
    for line in lines:
        starts = book["layout.about"].hit(line.text)
        capitals = last is not None and line.text.isupper() and not last.text.isupper()
        if about and not starts and not capitals and last is not None and _close(last, line):
            text.wrap()
        else:
            text.end_line()
            about = starts
        text.words(line, sheets)
        last = line
    text.end_line()


def _close(last: Line, line: Line) -> bool:
    """Whether two lines of a column stand as close as those of a paragraph."""
    return line.page != last.page or line.top - last.bottom < _PARTED * max(line.height, last.height)


def put_paragraphs(
    text: PageText, lines: list[Line], measure: Measure, sheets: dict[int, Sheet], book: Rulebook
) -> None:
    """Lines as paragraphs, one to a line of the text."""
    first = last = None
    for line in lines:
        if first is None or last is None or not goes_on(first, last, line, measure, book):
            apart = (
                last is not None and last.page == line.page and line.top - last.bottom > _EMPTY * line.height
            )
            text.end_line(blank=apart)
            first = line
        else:
            text.wrap()
        text.words(line, sheets)
        last = line
    text.end_line()


def put_lines(text: PageText, lines: list[Line], sheets: dict[int, Sheet]) -> None:
    """Lines as they are printed."""
    last = None
    for line in lines:
        text.end_line(blank=last is not None and line.top - last.bottom > _EMPTY * line.height)
        text.words(line, sheets)
        last = line
    text.end_line()
