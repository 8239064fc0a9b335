"""Outline: a text as blocks (headings, items, bullets, paragraphs, table rows) with depth and parent.

Lines that a sentence was broken over are joined; a list marker's depth follows from the order in which the
kinds of markers appear (prefer siblings, prefer shallow), not from a fixed table, since letters number as
they please.
"""

from __future__ import annotations

import re
from itertools import islice

from extractor.annotations import Annotations, Block
from extractor.rulebook import Rule, Rulebook
from extractor.stages.flat_tables import Flat, read_flat_table
from extractor.stages.tables import Line, TableReader
from extractor.textview import TextView, fold, is_upper, squeeze

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
_LISTED = frozenset({"item", "bullet"})
#: kinds of table rows -> kinds of blocks
_ROWS = {"header_row": "header_row", "rest": "row_rest"}
#: characters at the end of a block in which it may say that a list follows
_ANNOUNCING = 40
#: characters of a block that tell how it begins, and how it ends
_FIRST_WORDS, _LAST_WORDS = 400, 200
#: within how many characters a line tells by a colon what it is
_NAMED_LINE = 50
#: a label and the part of it that counts; a list with letters may pass over one or two ("e", "g")
_COUNTED = re.compile(
    r"(?P<before>(?:[^\W\d]{2,}\s+)*(?:.*[\d.])?\W*)(?:(?P<number>\d+)|(?P<letter>\w))(?P<behind>\W*)"
)
#: kind of what stands open for a heading inside a table
_SECTION = "section"


def _lines(view: TextView, start: int, end: int) -> list[Line]:
    """The lines of ``[start, end)`` without the blanks around them (an empty line has start == end)."""
    out: list[Line] = []
    text = view.text
    for number in range(view.line_of(start), view.line_of(max(start, end - 1)) + 1):
        s, e = view.line_span(number)
        s, e = max(s, start), min(e, end)
        while s < e and text[s].isspace():
            s += 1
        while e > s and text[e - 1].isspace():
            e -= 1
        out.append(Line(s, max(s, e), len(out)))
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
    below = _marked_below(lines, markers)
    in_rows = "|" in view.text
    index = 0
    blank = False
    while index < len(lines):
        line = lines[index]
        if line.start == line.end or line.start in separators:
            blank = True
            index += 1
            continue
        flat = read_flat_table(view, book, lines, index)
        if flat is not None:
            outline.flat_table(flat)
            index += flat.lines
            blank = True
            continue
        if line.start in pages:
            if outline.in_table and _row_below(view, lines, index):
                outline.table.turn_page()
                index += 1
                continue
            if not blank and outline.current is not None:
                index += 1
                continue
        if in_rows and _is_row(view, line):
            outline.row(line.start, line.end)
        elif line.start in markers:
            kind, block, s, e = markers[line.start]
            outline.marked(kind, block, s, e, line.end)
        elif outline.continues(line.start, line.end, blank):
            outline.extend(line.end)
        else:
            outline.paragraph(line.start, line.end, markers.get(below[index]))
        blank = False
        index += 1


def _marked_below(lines: list[Line], markers: dict[int, tuple[str, str, int, int]]) -> list[int]:
    """For each line, where the next line below it begins that has a marker; -1 without one."""
    out, below = [-1] * len(lines), -1
    for index in range(len(lines) - 1, -1, -1):
        out[index] = below
        below = lines[index].start if lines[index].start in markers else below
    return out


def _is_row(view: TextView, line: Line) -> bool:
    """Whether a line is a table row: bars between its cells."""
    return view.text.count("|", line.start, line.end) >= 2 or " | " in view.text[line.start : line.end]


def _row_below(view: TextView, lines: list[Line], index: int) -> bool:
    """Whether the next line with words is a table row."""
    below = next((line for line in islice(lines, index + 1, index + 8) if line.start < line.end), None)
    return below is not None and _is_row(view, below)


class _Outline:
    """Collects blocks; the stack holds what is open: (marker kind, index of the block)."""

    def __init__(self, annotations: Annotations, book: Rulebook, part: str) -> None:
        self.view, self.book, self.part = annotations.view, book, part
        self.report = annotations.kind == "report"
        self.blocks = annotations.blocks
        self.stack: list[tuple[str, int]] = []
        self.current: Block | None = None
        self.table = TableReader(annotations.view, book, annotations.source)
        self.with_list: set[int | None] = set()
        #: what stood open before the last unmarked line closed it, and the number of that line
        self.left: list[tuple[str, int]] = []
        self.left_at = -1
        #: whether headings inside a table are open
        self.sections = False
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
        return self._announces(text) or (len(text) <= 160 and not text.endswith((".", ";", "!", "?")))

    def _announces(self, text: str) -> bool:
        """Whether a block's last words say that a list follows, with a colon or without one."""
        return text.endswith(":") or self.book["layout.announces"].hit(text[-_ANNOUNCING:])

    def marked(self, kind: str, block_kind: str, start: int, end: int, line_end: int) -> None:
        self._leave_table()
        label = self.view.text[start:end].strip().rstrip(",")
        if kind == "bullet":
            kind = "bullet" + self.view.cased[start]
        elif kind == "decimal":
            kind = f"decimal{label.count('.') + (0 if label.endswith(('.', ')')) else 1)}"
        elif kind == "article":
            kind = self.view.key[start:end].split()[0]
        elif kind == "letter" and label[1:2].isdigit():
            kind = "sub-letter"  # a1) stands under a)
        self._resume(kind, label)
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
        self._push(Block(block_kind, start, line_end, label=label, content=content), kind)

    def _resume(self, kind: str, label: str) -> None:
        """Open again what an unmarked line inside a list has closed, when the list goes on behind it.

        A number or letter has to count on; a bullet has to stand right behind the one such line, which
        announces no list of its own. A report's paragraphs stand between lists, not in them.
        """
        if self.report or not self.stack or kind in (k for k, _ in self.stack):
            return
        above = next((n for n, (k, _) in enumerate(self.left) if k == kind), None)
        if above is None:
            return
        line = self.blocks[self.left_at]
        right_above = self.left_at == len(self.blocks) - 1
        if kind.startswith("bullet"):
            if not right_above or self.is_lead(line):
                return
        elif (right_above and self._announces(self._text(line))) or not counts_on(
            self.blocks[self.left[above][1]].label, label
        ):
            return
        self.stack = self.left[: above + 1]

    def _owns(self, entry: tuple[str, int], kind: str) -> bool:
        """Whether an open block may take a first marker of another `kind` under it."""
        above, index = entry
        block = self.blocks[index]
        if above == "para" or above.startswith("bullet"):
            return self._announces(self._text(block))
        if kind in self.articles:
            return above in self.articles and self.articles.index(above) < self.articles.index(kind)
        if above in _RANKS and kind in _RANKS:
            return _RANKS[above] <= _RANKS[kind]
        return True

    def paragraph(self, start: int, end: int, below: tuple[str, str, int, int] | None = None) -> None:
        """An unmarked paragraph; `below` is the next marker behind it.

        Between an item and the next of its list it belongs to the item above, unless it announces something
        or is a line with a name of its own ("Sản phẩm: …"), which may hold for the items above.
        """
        self._leave_table()
        keep = self._inside_item(start, end, below)
        for position in range(len(self.stack) - 1, keep - 1, -1):
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
        if any(kind != "para" for kind, _ in self.stack[keep:]):
            self.left, self.left_at = [*self.stack], len(self.blocks)
        del self.stack[keep:]
        self._push(Block("paragraph", start, end), "para")

    def _inside_item(self, start: int, end: int, below: tuple[str, str, int, int] | None) -> int:
        """How much of the stack stays open for a paragraph whose list goes on below it; 0 if none does."""
        text = self.view.text
        if below is None or self._announces(text[start:end]) or ":" in text[start : start + _NAMED_LINE]:
            return 0
        next_label = text[below[2] : below[3]]
        for position in range(len(self.stack) - 1, -1, -1):
            _, index = self.stack[position]
            if self.blocks[index].kind in _LISTED and counts_on(self.blocks[index].label, next_label):
                return position + 1
        return 0

    @property
    def in_table(self) -> bool:
        """Whether a table of tasks is open."""
        return bool(self.table.columns)

    def row(self, start: int, end: int) -> None:
        """A table row written on one line with bars between its cells."""
        row = self.table.read(start, end)
        if row.kind == "section" and row.label is not None and row.title is not None:
            self.section(row.label, row.title)
            return
        kind = _ROWS.get(row.kind, "row")
        block = Block(kind, start, end, cells=row.cells, columns=row.columns, inherited=row.inherited)
        block.label = self.view.text[slice(*row.label)] if row.label else ""
        self._row_block(block)

    def _row_block(self, block: Block) -> None:
        while self.stack and self.stack[-1][0] == "row":
            self.stack.pop()
        self._push(block, "row")
        self.stack.pop()
        self.current = None

    def flat_table(self, flat: Flat) -> None:
        """A table flattened to one cell per line."""
        for row in flat.rows:
            if row.kind == "section" and row.label is not None and row.title is not None:
                self.section(row.label, row.title)
                continue
            label = self.view.text[slice(*row.label)] if row.label else ""
            start, end = min(s for s, _ in row.own), max(e for _, e in row.own)
            self._row_block(
                Block(
                    "row",
                    start,
                    end,
                    label=label,
                    cells=row.cells,
                    columns=row.columns,
                    inherited=row.inherited,
                )
            )
        self._leave_table()

    def section(self, label: tuple[int, int], title: tuple[int, int]) -> None:
        """A heading inside a table: everything up to the next one of its kind stands under it."""
        words = self.view.text[slice(*label)]
        kind = f"{_SECTION} {_numbering(words)}"
        above = next((n for n, (k, _) in enumerate(self.stack) if k == kind), None)
        if above is not None:
            del self.stack[above:]
        elif not words:
            self._leave_sections()
        block = Block("heading", label[0], title[1], label=words, content=title[0])
        self._push(block, kind)
        self.sections = True
        self.current = None

    def _leave_sections(self) -> None:
        if not self.sections:
            return
        self.sections = False
        first = next((n for n, (k, _) in enumerate(self.stack) if k.startswith(_SECTION)), None)
        if first is not None:
            del self.stack[first:]

    def _leave_table(self) -> None:
        """What stands behind a table is under none of its headings."""
        self.table.close()
        self._leave_sections()

    def continues(self, start: int, end: int, blank: bool) -> bool:
        """Whether an unmarked line goes on with the block before it."""
        block = self.current
        if block is None or block.kind == "row":
            return False
        text = self.view.text
        if block.content >= block.end and not blank and is_upper(text[start:end]):
            return True  # "Phần thứ nhất", and its title on the line below
        last, first = text[block.end - 1], text[start]
        closed = last in ".;:!?…" or text[block.end - 2 : block.end] in ('."', ".”", ".)")
        lower = first.islower()
        if blank:
            return lower and not closed and block.end - block.content > 40
        if last == ":" and text[end - 1] == ":" and end - start <= 80:
            return True
        if text[end - 1] == ":" and self._names_place(block, start, end):
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
        if self.report or is_upper(content) != is_upper(text[start:end]):
            return False
        if block.kind in _LISTED or block.kind == "heading":
            return len(content.split()) < 2 or len(content) > 110 or is_upper(content)
        words = content.split()
        return len(content) > 50 or len(words) < 4 or (words[-1][0].isupper() and not words[-2][0].isupper())

    def _names_place(self, block: Block, start: int, end: int) -> bool:
        """Whether a line is only the rest of a place's name that a heading above begins."""
        if not self.book["layout.name_rest"].match(self.view, start, end):
            return False
        before = max(block.content, block.end - 24)
        return self.book["layout.level_end"].search(self.view, before, block.end) is not None

    def extend(self, end: int) -> None:
        block = self.current
        assert block is not None
        while block.content == block.end and self.view.text[block.content].isspace():
            block.content += 1
            block.end += 1
        block.end = end


def counts_on(label: str, following: str) -> bool:
    """Whether a label ("2.", "1.2", "c)") is followed by another in counting ("3.", "1.3", "d)")."""
    last, own = _COUNTED.fullmatch(label.strip()), _COUNTED.fullmatch(following.strip())
    if last is None or own is None or last["before"] != own["before"] or last["behind"] != own["behind"]:
        return False
    if last["number"] and own["number"]:
        return int(own["number"]) == int(last["number"]) + 1
    if not (last["letter"] and own["letter"]):
        return False
    return own["letter"] != last["letter"] and 0 <= ord(fold(own["letter"])) - ord(fold(last["letter"])) <= 2


def _numbering(label: str) -> str:
    """What a heading in a table is counted with: Roman numbers, letters, figures, or nothing."""
    words = label.strip(" .)/-")
    if words and set(words) <= set("IVX"):
        return "roman"
    return "letter" if words.isalpha() else "figure" if words else ""
