"""Where two columns stand side by side on a page: the letterhead, the recipients beside the signature.

Both are known by words that only they have (`rules/pages.toml`, `rules/layout.toml`) and followed by where
their lines stand, until a line comes that reaches over both columns.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import regex

from extractor.ingest.page_lines import Line, joined, rows_of
from extractor.rulebook import Rulebook

#: as shares of the height of a line: how far a column's edge may waver, the blank at which two columns that
#: stand close are cut apart, and the blank that ends a column
_WAVER, _CUT, _END = 1.5, 0.45, 1.7
#: as shares of the page's width: where a right column begins at the earliest and recipients at the latest,
#: how far the lines of the recipients may be indented
_RIGHT, _LEFT, _INDENT = 0.3, 0.42, 0.12
#: what ends a recipient
_ENDS = (";", ",", ".")
_WORD = regex.compile(r"\w")
#: characters of the line that opens a letterhead, lines that its right column may have
_MOTTO, _LINES = 60, 7
#: heights of a line within which the number stands above or below the place and date
_NEAR_NUMBER = 8


@dataclass
class Columns:
    """Two columns side by side, each with its lines from the top."""

    left: list[Line] = field(default_factory=list)
    right: list[Line] = field(default_factory=list)
    kind: str = "letterhead"  # recipients, signatures
    #: whether the name of who signed has come
    signed: bool = False

    @property
    def lines(self) -> list[Line]:
        return [*self.left, *self.right]

    @property
    def top(self) -> float:
        return min(line.top for line in self.lines)

    @property
    def bottom(self) -> float:
        return max(line.bottom for line in self.lines)


def letterhead(lines: list[Line], width: float, book: Rulebook, opens_file: bool) -> Columns | None:
    """The first letterhead among a page's lines (they are changed where columns had run together).

    Only the page that opens a file may have one without the country's name: on others a number and a day are
    those of the letter that a plan or form is attached to.
    """
    opening = _opening(lines, width, book)
    if opening is None and opens_file:
        opening = _dated(lines, width, book)
    if opening is None:
        return None
    edge, first = opening.left, opening
    near = [line for line in lines if first.top - 8 * first.height < line.top < first.top + 16 * first.height]
    for line in near:
        at = _begins(line, "layout.place_date", book)
        if at is not None and line.top > first.top - first.height and line.right > edge:
            line = _part(lines, line, at) if at else line
            if line is not None and line.left > _RIGHT * width:
                edge = min(edge, line.left)
        elif _is_motto(line, book) and line.left > _RIGHT * width:
            edge = min(edge, line.left)
    found, dated = Columns(), False
    waver = _WAVER * first.height
    for line in [n for n in lines if first.top - 8 * first.height < n.top]:
        if found.right and line.middle > found.right[-1].bottom and book["layout.type_line"].hit(line.text):
            break
        if line.left < edge - waver and line.right > edge + waver:
            cut = _between(line, edge, waver)
            if cut is None:
                if line.top > first.top - 0.5 * first.height:
                    break
                found = Columns()
                continue
            right = _part(lines, line, cut)
            parts = [lines[lines.index(right) - 1], right]
        else:
            parts = [line]
        if not all(_take(part, found, edge - waver, dated, book) for part in parts):
            break
        dated = dated or any(_dates(found.right, p, book) for p in parts if p in found.right)
    return found if found.left and opening in found.right else None


def _dates(column: list[Line], line: Line, book: Rulebook) -> bool:
    """Whether a line of the right column tells place and date, or ends them where the column is narrow."""
    if _begins(line, "layout.place_date", book) == 0:
        return True
    above = column[column.index(line) - 1 : column.index(line)]
    return bool(above) and _begins(joined([*above, line]), "layout.place_date", book) == 0


def _take(line: Line, found: Columns, edge: float, dated: bool, book: Rulebook) -> bool:
    """Put a line in its column; False where it is the first of what follows the letterhead."""
    if any(book[rule].hit(line.text) for rule in ("layout.addressee_start", "layout.wire_start")):
        return False
    right = (line.left + line.right) / 2 > edge and line.left >= edge
    column = found.right if right else found.left
    if not right and dated and line.top > found.right[-1].bottom and _aside(line, found.left):
        return False
    if column and line.top - column[-1].bottom > _END * line.height and dated:
        return False
    if right:
        if (dated and not _beside(line, found.right[-1])) or len(column) >= _LINES:
            return False
        if book["layout.type_line"].hit(line.text):
            return False
    column.append(line)
    return True


def _aside(line: Line, column: list[Line]) -> bool:
    """Whether a line's middle lies outside of a column."""
    middle = (line.left + line.right) / 2
    return bool(column) and not min(n.left for n in column) <= middle <= max(n.right for n in column)


def _opening(lines: list[Line], width: float, book: Rulebook) -> Line | None:
    """The first line of the country's (or the Party's) name, cut off what stands at its left."""
    for line in lines:
        if line.right < _RIGHT * width or len(line.text) > 2 * _MOTTO:
            continue
        for at in range(len(line.words)):
            if at and line.gap(at) < _CUT * line.height:
                continue
            rest = " ".join(word.text for word in line.words[at:])
            if len(rest) <= _MOTTO and book["pages.motto"].hit(rest):
                if line.words[at].box[0] <= _RIGHT * width:
                    break
                return _part(lines, line, at) if at else line
    return None


def _dated(lines: list[Line], width: float, book: Rulebook) -> Line | None:
    """The place and date at the right, near the number line: a letterhead without the country's name."""
    numbers = [n for n in lines if n.left < _RIGHT * width and book["pages.number_line"].hit(n.text)]
    for number in numbers[:1]:
        for line in [n for n in lines if abs(n.middle - number.middle) < _NEAR_NUMBER * number.height]:
            at = _begins(line, "layout.place_date", book)
            if at is not None and line.words[at].box[0] > _RIGHT * width:
                return _part(lines, line, at) if at else line
    return None


def _is_motto(line: Line, book: Rulebook) -> bool:
    return len(line.text) <= _MOTTO and book["pages.motto"].hit(line.text)


def _begins(line: Line, rule: str, book: Rulebook) -> int | None:
    """The word where what a rule finds in a line begins; None inside a sentence.

    What stands before it must be parted by a blank, and nothing may go on behind it then: justified
    sentences have wide blanks too.
    """
    if len(line.text) > 2 * _MOTTO:
        return None
    m = book[rule].regex.search(line.text.lower())
    if m is None:
        return None
    at = line.word_at(m.start())
    while at and line.gap(at) < _CUT * line.height:
        at -= 1
    return None if at and _WORD.search(line.text, m.end()) else at


def _part(lines: list[Line], line: Line, at: int) -> Line:
    """Cut a line of the page before word `at` in two; the second."""
    place = lines.index(line)
    lines[place : place + 1] = line.cut(at)
    return lines[place + 1]


def _between(line: Line, edge: float, waver: float) -> int | None:
    """The word before which a line must be cut for its parts to stand in two columns parted at `edge`."""
    best, widest = None, _CUT * line.height
    for at in range(1, len(line.words)):
        near = line.words[at].box[0] > edge - 2 * waver and line.words[at - 1].box[2] < edge + waver
        if near and line.gap(at) > widest:
            best, widest = at, line.gap(at)
    return best


def _beside(line: Line, other: Line) -> bool:
    return abs(line.middle - other.middle) < 0.5 * line.height


def signature(lines: list[Line], width: float, book: Rulebook) -> Columns | None:
    """The first list of recipients on a page with what stands at its right."""
    start = next((n for n in lines if _opens_recipients(n, width, book)), None)
    if start is None:
        return None
    found = Columns(kind="recipients")
    near = [n for n in lines if n.top > start.top - 2.5 * start.height]
    _follow(lines, near, start, found, width, book)
    return found


def go_on(lines: list[Line], columns: Columns, width: float, book: Rulebook) -> set[Line]:
    """Put what stands at the top of the next page into recipients and signature that the page's end has cut.

    The lines taken; none where the page begins with something else.
    """
    more = Columns(kind="recipients")
    start = columns.left[0]
    _follow(lines, list(lines), start, more, width, book)
    archived = any(book["layout.archive_line"].hit(line.text) for line in columns.left)
    cut = not columns.left[-1].text.endswith(_ENDS)  # a recipient that goes on there
    goes = not archived and more.left and (cut or book["layout.marker_bullet"].hit(more.left[0].text))
    signs = ("layout.authority", "layout.post_line", "layout.person_name")
    signs_on = not columns.signed and more.right
    if not goes and not (signs_on and any(book[rule].hit(more.right[0].text) for rule in signs)):
        return set()
    columns.left += more.left
    columns.right += more.right
    columns.signed = columns.signed or more.signed
    return set(more.lines)


def signatures(lines: list[Line], book: Rulebook) -> Columns | None:
    """Two signatures side by side, without recipients: those of a joint letter."""
    rows = rows_of(lines)
    at = next((n for n, r in enumerate(rows) if len(r) == 2 and all(_signs(line, book) for line in r)), None)
    if at is None:
        return None
    edge = (rows[at][0].right + rows[at][1].left) / 2
    found = Columns(kind="signatures")
    for line in (line for row in rows[at:] for line in row):
        if line.left < edge < line.right or book["pages.attached"].hit(line.text):
            break
        (found.left if line.right < edge else found.right).append(line)
    return found


def _signs(line: Line, book: Rulebook) -> bool:
    """Whether a line names an office in capitals, as the first of a signature does."""
    return line.text.isupper() and any(
        book[r].hit(line.text) for r in ("layout.authority", "layout.post_line")
    )


def _opens_recipients(line: Line, width: float, book: Rulebook) -> bool:
    return line.left < _LEFT * width and book["layout.recipients_start"].hit(line.text)


def _follow(
    lines: list[Line], near: list[Line], start: Line, found: Columns, width: float, book: Rulebook
) -> None:
    """Put lines in the two columns until one comes that belongs to neither."""
    indent = start.left + _INDENT * width
    edge = min((n.left for n in near if n.left > max(indent, 0.36 * width)), default=width)
    for line in near:
        above = line.page == start.page and line.middle < start.top - 0.2 * start.height
        if line is not start and (book["pages.attached"].hit(line.text) or _is_motto(line, book)):
            return
        if line.left >= indent:
            if above and line.left < _LEFT * width:
                continue
            if found.signed and line.top - found.bottom > 2 * line.height:
                return
            found.right.append(line)
            name = (len(found.right) > 1 or line.page != start.page) and book["layout.person_name"].hit(
                line.text
            )
            found.signed = found.signed or name
        elif not above:
            crosses = line.right > edge + line.height
            if crosses and (cut := _between(line, edge, _WAVER * line.height)) is not None:
                right = _part(lines, line, cut)
                found.left.append(lines[lines.index(right) - 1])
                found.right.append(right)
                continue
            if found.left and line.top - found.left[-1].bottom > 3 * line.height:
                return
            if crosses and not book["layout.marker_bullet"].hit(line.text) and line is not start:
                return
            if found.left and _archived(found.left[-1], book):
                return
            found.left.append(line)


def _archived(line: Line, book: Rulebook) -> bool:
    """Whether a line ends a list of recipients: the archives come last."""
    return line.text.endswith(".") and book["layout.archive_line"].hit(line.text)
