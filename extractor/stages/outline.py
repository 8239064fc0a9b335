"""Outline: a text as blocks (headings, items, bullets, paragraphs, table rows) with depth and parent.

Lines that a sentence was broken over are joined; a list marker's depth follows from the order in which the
kinds of markers appear (prefer siblings, prefer shallow), not from a fixed table, since letters number as
they please.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from extractor.annotations import Annotations, Block
from extractor.rulebook import Rule, Rulebook
from extractor.textview import TextView, squeeze

#: rule -> (kind of marker, kind of block); the first that matches a line wins
_MARKERS = {
    "layout.heading_article": ("article", "item"),
    "layout.marker_decimal": ("decimal", "item"),
    "layout.marker_roman": ("roman", "heading"),
    "layout.marker_upper": ("upper", "heading"),
    "layout.marker_number": ("number", "item"),
    "layout.marker_letter": ("letter", "item"),
    "layout.marker_paren": ("paren", "item"),
    "layout.marker_ordinal": ("ordinal", "item"),
    "layout.marker_bullet": ("bullet", "bullet"),
}
#: kinds of markers that may only stand under a kind of the same or a smaller rank
_RANKS = {"roman": 1, "upper": 1, "number": 2, "letter": 3, "paren": 4}
#: columns that a table needs to be a table of tasks
_TASK_COLUMNS = {"task", "lead"}
_LISTED = frozenset({"item", "bullet"})
#: characters of a block that tell how it begins, and how it ends
_FIRST_WORDS, _LAST_WORDS = 400, 200


@dataclass(slots=True)
class _Line:
    """``[start, end)``; `last` is the number of the last line before the next blank line."""

    start: int
    end: int
    last: int = 0


def _lines(view: TextView, start: int, end: int) -> list[_Line]:
    """The lines of ``[start, end)`` without the blanks around them (an empty line has start == end)."""
    out: list[_Line] = []
    text = view.text
    for number in range(view.line_of(start), view.line_of(max(start, end - 1)) + 1):
        s, e = view.line_span(number)
        s, e = max(s, start), min(e, end)
        while s < e and text[s].isspace():
            s += 1
        while e > s and text[e - 1].isspace():
            e -= 1
        out.append(_Line(s, max(s, e), len(out)))
    for line, below in zip(reversed(out[:-1]), reversed(out[1:]), strict=True):
        if line.start < line.end and below.start < below.end:
            line.last = below.last
    return out


def _marker_table(
    view: TextView, book: Rulebook, start: int, end: int
) -> dict[int, tuple[str, str, int, int]]:
    """First character of a line -> (marker kind, block kind, marker start, marker end)."""
    table: dict[int, tuple[str, str, int, int]] = {}
    for rule_id, (kind, block) in _MARKERS.items():
        for m in book[rule_id].finditer(view, start, end):
            s, e = Rule.span_of(m)
            table.setdefault(s, (kind, block, s, e))
    return table


def build_outline(annotations: Annotations, book: Rulebook, start: int, end: int, part: str) -> None:
    """Append the blocks of ``[start, end)`` to ``annotations.blocks``; `part` is kept on each block."""
    view = annotations.view
    lines = _lines(view, start, end)
    markers = _marker_table(view, book, start, end)
    separators = {Rule.span_of(m)[0] for m in book["layout.separator"].finditer(view, start, end)}
    pages = {Rule.span_of(m)[0] for m in book["layout.page_number"].finditer(view, start, end)}
    outline = _Outline(annotations, book, part)
    index = 0
    blank = False
    while index < len(lines):
        line = lines[index]
        if line.start == line.end or line.start in separators:
            blank = True
            index += 1
            continue
        if (consumed := _flat_table(view, book, lines, index, outline)) > 0:
            index += consumed
            blank = True
            continue
        if line.start in pages and not blank and outline.current is not None:
            index += 1
            continue
        if view.text.count("|", line.start, line.end) >= 2 or " | " in view.text[line.start : line.end]:
            outline.row(line.start, line.end)
        elif line.start in markers:
            kind, block, s, e = markers[line.start]
            outline.marked(kind, block, s, e, line.end)
        elif outline.continues(line.start, line.end, blank):
            outline.extend(line.end)
        else:
            outline.paragraph(line.start, line.end)
        blank = False
        index += 1


class _Outline:
    """Collects blocks; the stack holds what is open: (marker kind, index of the block)."""

    def __init__(self, annotations: Annotations, book: Rulebook, part: str) -> None:
        self.view, self.book, self.part = annotations.view, book, part
        self.report = annotations.kind == "report"
        self.blocks = annotations.blocks
        self.stack: list[tuple[str, int]] = []
        self.current: Block | None = None
        self.columns: list[str] = []
        self.with_list: set[int | None] = set()
        self.articles = [w.split()[0] for w in book["layout.article_words"].words]

    def _push(self, block: Block, kind: str) -> None:
        block.depth = len(self.stack)
        block.parent = self.stack[-1][1] if self.stack else None
        block.part = self.part
        if block.kind in _LISTED:
            self.with_list.add(block.parent)
        self.blocks.append(block)
        self.stack.append((kind, len(self.blocks) - 1))
        self.current = block

    def _text(self, block: Block) -> str:
        """The last words of a block; all of them when they are few."""
        return self.view.text[max(block.content, block.end - _LAST_WORDS) : block.end].rstrip()

    def is_lead(self, block: Block) -> bool:
        """Whether the block announces what follows: it ends with a colon, or is short without an end mark."""
        text = self._text(block)
        return text.endswith(":") or (len(text) <= 160 and not text.endswith((".", ";", "!", "?")))

    def marked(self, kind: str, block_kind: str, start: int, end: int, line_end: int) -> None:
        label = self.view.text[start:end].strip().rstrip(",")
        if kind == "bullet":
            kind = "bullet" + self.view.cased[start]
        elif kind == "decimal":
            kind = f"decimal{label.count('.') + (0 if label.endswith(('.', ')')) else 1)}"
        elif kind == "article":
            kind = self.view.key[start:end].split()[0]
        kinds = [k for k, _ in self.stack]
        if kind in kinds:
            del self.stack[kinds.index(kind) :]
        elif kind.startswith("bullet"):
            while (
                self.stack
                and self.stack[-1][0] == "para"
                and not self.is_lead(self.blocks[self.stack[-1][1]])
            ):
                self.stack.pop()
        else:
            keep = len(self.stack)
            while keep and not self._owns(self.stack[keep - 1], kind):
                keep -= 1
            del self.stack[keep:]
        content = end
        while content < line_end and self.view.text[content].isspace():
            content += 1
        self.columns = []
        self._push(Block(block_kind, start, line_end, label=label, content=content), kind)

    def _owns(self, entry: tuple[str, int], kind: str) -> bool:
        """Whether an open block may take a first marker of another `kind` under it."""
        above, index = entry
        block = self.blocks[index]
        if above == "para" or above.startswith("bullet"):
            return self._text(block).endswith(":")
        if kind in self.articles:
            return above in self.articles and self.articles.index(above) < self.articles.index(kind)
        if above in _RANKS and kind in _RANKS:
            return _RANKS[above] <= _RANKS[kind]
        return True

    def paragraph(self, start: int, end: int) -> None:
        self.columns = []
        keep = 0
        for position in range(len(self.stack) - 1, -1, -1):
            kind, index = self.stack[position]
            block = self.blocks[index]
            if kind == "para" or kind.startswith("bullet"):
                continue
            if kind in self.articles:
                keep = position + 1
                break
            if block.kind == "heading" or (self.is_lead(block) and index not in self.with_list):
                keep = position + 1
                break
        del self.stack[keep:]
        self._push(Block("paragraph", start, end), "para")

    def row(self, start: int, end: int) -> None:
        """A table row written on one line with bars between its cells."""
        text = self.view.text
        cells = []
        at = start
        for piece in text[start:end].split("|"):
            s, e = at, at + len(piece)
            at = e + 1
            while s < e and text[s].isspace():
                s += 1
            while e > s and text[e - 1].isspace():
                e -= 1
            cells.append((s, e))
        if cells and cells[0][0] == cells[0][1]:
            cells = cells[1:]
        if cells and cells[-1][0] == cells[-1][1] and text[start:end].rstrip().endswith("|"):
            cells = cells[:-1]
        columns = [column_of(self.view, self.book, s, e) for s, e in cells]
        if len({c for c in columns if c}) >= 2 and _TASK_COLUMNS & set(columns):
            self.columns = [c or "other" for c in columns]
            self._row_block("header_row", start, end, cells)
            return
        self._row_block("row", start, end, cells)

    def _row_block(self, kind: str, start: int, end: int, cells: list[tuple[int, int]]) -> None:
        while self.stack and self.stack[-1][0] == "row":
            self.stack.pop()
        block = Block(kind, start, end, cells=cells, columns=list(self.columns))
        if cells and self.columns[:1] == ["ordinal"]:
            block.label = self.view.text[slice(*cells[0])]
        self._push(block, "row")
        self.stack.pop()
        self.current = None

    def flat_row(self, cells: list[tuple[int, int]], columns: list[str]) -> None:
        label = self.view.text[slice(*cells[0])] if columns[0] == "ordinal" else ""
        block = Block("row", cells[0][0], max(e for _, e in cells), label=label, cells=cells, columns=columns)
        self._push(block, "row")
        self.stack.pop()
        self.current = None

    def section(self, label: tuple[int, int], title: tuple[int, int]) -> None:
        """A heading inside a table: everything up to the next one stands under it."""
        self.stack = [x for x in self.stack if x[0] != "section"]
        block = Block("heading", label[0], title[1], label=self.view.text[slice(*label)], content=title[0])
        self._push(block, "section")
        self.current = None

    def continues(self, start: int, end: int, blank: bool) -> bool:
        """Whether an unmarked line goes on with the block before it."""
        block = self.current
        if block is None or block.kind == "row":
            return False
        text = self.view.text
        last, first = text[block.end - 1], text[start]
        closed = last in ".;:!?…" or text[block.end - 2 : block.end] in ('."', ".”", ".)")
        lower = first.islower()
        if blank:
            return lower and not closed and block.end - block.content > 40
        if last == ":" and text[end - 1] == ":" and end - start <= 80:
            return True
        if closed and not (lower and last != ":"):
            return False
        if lower or not first.isalpha():
            return True
        if self.book["layout.incomplete_line"].search(
            self.view, max(block.content, block.end - 24), block.end
        ):
            return True
        content = squeeze(text[block.content : min(block.end, block.content + _FIRST_WORDS)])
        if len(content) <= 44 and self.book["layout.order_cut"].match(self.view, block.content, block.end):
            return True
        if self.report or _capitals(content) != _capitals(text[start:end]):
            return False
        if block.kind in _LISTED or block.kind == "heading":
            return len(content.split()) < 2 or len(content) > 110 or _capitals(content)
        words = content.split()
        return len(content) > 50 or len(words) < 4 or (words[-1][0].isupper() and not words[-2][0].isupper())

    def extend(self, end: int) -> None:
        assert self.current is not None
        self.current.end = end


def _capitals(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 2 and sum(c.isupper() for c in letters) > 0.8 * len(letters)


def column_of(view: TextView, book: Rulebook, start: int, end: int) -> str:
    """Which column a table's heading cell names ("" for none)."""
    if not 1 < end - start <= 80:
        return ""
    return column_of_text(book, squeeze(view.text[start:end]))


def column_of_text(book: Rulebook, text: str) -> str:
    """The `set.column` of the first layout.column_* rule that covers a heading cell."""
    short = TextView(text)
    return next(
        (str(rule.set["column"]) for rule in book.having("layout", "column") if rule.match(short)), ""
    )


def _groups(lines: list[_Line], index: int) -> Iterator[tuple[int, int, int]]:
    """The runs of lines with no blank line inside, from `index` on: (first line, start, end)."""
    at = index
    while at < len(lines):
        line = lines[at]
        if line.start < line.end:
            yield at, line.start, lines[line.last].end
        at = line.last + 1


def _flat_table(view: TextView, book: Rulebook, lines: list[_Line], index: int, outline: _Outline) -> int:
    """A task table flattened to one cell per paragraph: how many lines it took (0: none begins here)."""
    first = view.key[lines[index].start : lines[index].end]
    if len(first) > 40 or not column_of(view, book, lines[index].start, lines[index].end):
        return 0
    columns: list[str] = []
    last = index
    for line, s, e in _groups(lines, index):
        column = column_of(view, book, s, e)
        if not column or column in columns:
            break
        columns.append(column)
        last = line
    if len(columns) < 3 or not set(columns) >= _TASK_COLUMNS or columns[0] != "ordinal":
        return 0
    cells = islice(_groups(lines, index), len(columns), None)
    ordinal, stop = book["layout.ordinal_cell"], book["layout.attachment_start"]
    rows: list[list[tuple[int, int]]] = []
    for line, s, e in cells:
        if stop.match(view, s, e) or book["layout.recipients_start"].match(view, s, e):
            break
        if not any(c.isalnum() for c in view.text[s:e]):
            continue
        if e - s <= 8 and ordinal.match(view, s, e):
            rows.append([(s, e)])
        elif rows:
            rows[-1].append((s, e))
        else:
            break
        last = line
    for row in rows:
        _flat_row(view, book, row, columns, outline)
    if not rows:
        return 0
    return lines[last].last - index + 1


def _flat_row(
    view: TextView, book: Rulebook, row: list[tuple[int, int]], columns: list[str], outline: _Outline
) -> None:
    label, rest = row[0], row[1:]
    if len(rest) == 1:
        outline.section(label, rest[0])
        return
    if not rest:
        return
    names = columns[1:]
    time = book["layout.time_cell"]
    if "deadline" in names:
        place = names.index("deadline")
        at = next((i for i, (s, e) in enumerate(rest) if i >= 2 and time.match(view, s, e)), -1)
        if at >= 0:
            before, names_before = rest[:at], names[:place]
            more = len(before) - len(names_before)
            if names_before and more > 0:
                before = [(before[0][0], before[more][1]), *before[more + 1 :]]
            pairs = [*zip(names_before, before, strict=False), ("deadline", rest[at])]
            pairs += zip(names[place + 1 :], rest[at + 1 :], strict=False)
            outline.flat_row([label, *(c for _, c in pairs)], [columns[0], *(n for n, _ in pairs)])
            return
    pairs = list(zip(names, rest, strict=False))
    outline.flat_row([label, *(c for _, c in pairs)], [columns[0], *(n for n, _ in pairs)])


def describe(annotations: Annotations) -> list[dict[str, Any]]:
    """The outline as plain data, for tests and for looking at it."""
    text = annotations.view.text
    return [
        {
            "kind": b.kind,
            "label": b.label,
            "depth": b.depth,
            "parent": b.parent,
            "text": squeeze(text[b.content : b.end]),
        }
        for b in annotations.blocks
    ]
