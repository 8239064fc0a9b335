"""A web page's main text with the place of each character in the page's source.

One linear pass over the tags gives lines (inline tags join, block tags break); tables of a letterhead or a
signature give their cells one after the other, other tables a line per row. On pages that are no letter
themselves trafilatura says which lines are the article; the words always come from the pass.
"""

from __future__ import annotations

import html
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field

import regex

from extractor.errors import Reject
from extractor.ingest.days import iso_day
from extractor.ingest.encodings import decode
from extractor.ingest.layout_tables import arranges
from extractor.ingest.portals import facts_of
from extractor.ingest.reading import Evidence, Reading
from extractor.ingest.text import Draft, OffsetMap
from extractor.limits import Limits
from extractor.rulebook import Rulebook

_NAME = r"([a-zA-Z][\w:-]*+)"
_TOKEN = regex.compile(
    rf"<!--|<(?P<end>/?){_NAME}"
    r"(?P<attrs>(?:[^<>\"']++|\"[^\"<>]*+\"|'[^'<>]*+'|\"[^\"]{0,300}+\"|'[^']{0,300}+')*+)>"
    rf"|<(?P<end2>/?){_NAME}(?P<attrs2>[^<>]*+)>|<[!?][^<>]*+>"
)
_ATTR = regex.compile(r"([\w:.-]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))|(?<!\S)(hidden)(?!\S)")
_SPLIT = regex.compile(
    r"&(?:#\d{1,8}+;?|#[xX][\da-fA-F]{1,7}+;?|[a-zA-Z][a-zA-Z\d]{1,31}+;|(?:nbsp|amp|lt|gt|quot)(?![\w;=]))"
    r"|[ \t\r\n\f]{2,}+|[\t\r\n\f]"
)
_NAME_PARTS = regex.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_JSON_LD_DAY = regex.compile(r"\"datePublished\"\s*:\s*\"([^\"]{8,40})\"")
_LETTER = regex.compile(r"[\p{L}\p{N}]")
_HIDDEN = regex.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")

_RAW = {"script", "style", "textarea", "xmp", "iframe", "noembed", "noframes", "title"}
_DROP = {
    "nav", "aside", "footer", "noscript", "template", "svg", "button", "select", "object", "canvas", "audio",
    "video", "figcaption", "map", "dialog", "math",
}  # fmt: skip
_VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "param",
    "source",
    "track",
    "wbr",
}
_UNCLOSED = {"p", "li", "td", "th", "tr", "dd", "dt", "option"}
_NEVER_BOX = {"html", "body", "main", "article", "form", "table", "thead", "tbody", "tfoot", "tr", "td", "th"}
_BLOCK = {
    "address", "article", "blockquote", "body", "br", "caption", "center", "dd", "details", "dir", "div",
    "dl", "dt", "fieldset", "figure", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
    "legend", "li", "main", "menu", "ol", "p", "pre", "section", "summary", "table", "tbody", "td",
    "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_DATE_META = {
    "article:published_time", "og:published_time", "datepublished", "pubdate", "publishdate", "publish_date",
    "publish-date", "dc.date.issued", "date",
}  # fmt: skip
_MAX_NESTED_TABLES, _MAX_SPAN, _MAX_DEPTH = 40, 60, 250
#: rows of a portal's table of what it knows of a text; letters of a text beside it
_MOST_FACTS, _TEXT = 40, 300
#: pages beyond this size are read without the second opinion on what is the article
_MAX_VOTE = 1_000_000


@dataclass(slots=True)
class _Line:
    """Pieces with their places in the source; `letters` counts characters, `linked` those inside links.

    `grid` says of each cell of a table row how it stands (see `SourceText.grid`); `told` marks a row of the
    table in which a portal tells of the text.
    """

    pieces: list[tuple[str, int]] = field(default_factory=list)
    letters: int = 0
    linked: int = 0
    heading: bool = False
    table: bool = False
    grid: str = ""
    told: bool = False

    @property
    def text(self) -> str:
        return "".join(p for p, _ in self.pieces).strip()

    @property
    def end(self) -> int:
        """Where its last piece ends in the source, 0 without one."""
        return self.pieces[-1][1] + len(self.pieces[-1][0]) if self.pieces else 0


@dataclass(slots=True)
class _Table:
    outer: list[_Line]
    rows: list[list[list[_Line]]] = field(default_factory=list)
    nested: bool = False
    #: how the cells of each row stand
    grid: list[str] = field(default_factory=list)
    #: column -> rows still covered by a cell from above
    covered: dict[int, int] = field(default_factory=dict)


@dataclass
class Page:
    """Main text of a page, its map into the page's source, and what the page says of itself."""

    text: str
    origin: OffsetMap
    title: str | None = None
    url: str | None = None
    published_on: str | None = None
    grid: dict[int, str] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)


def read(data: bytes, name: str, book: Rulebook, limits: Limits) -> Iterator[Reading]:
    """The main text of a page's bytes. Raises `Reject` (empty, not_text, unknown_encoding)."""
    decoded = decode(data, book)
    if not _LETTER.search(decoded.text):
        raise Reject("empty")
    page = read_page(decoded.text, book)
    if not _LETTER.search(page.text):
        raise Reject("no_main_text")
    yield Reading(
        page.text,
        page.origin,
        page.grid,
        decoded.encoding,
        url=page.url,
        published_on=page.published_on,
        title=page.title,
        evidence=page.evidence,
    )


def read_page(source: str, book: Rulebook) -> Page:
    """The main text of an HTML page; any string gives a page, perhaps one without text."""
    scan = _Scan(source, book)
    scan.run()
    if not any(line.letters for line in scan.lines) or (
        scan.dropped > scan.kept and not _has_letterhead(scan.lines, book)
    ):
        whole = _Scan(source, book, keep_boxes=True)
        whole.run()
        if not any(line.letters for line in scan.lines) or _has_letterhead(whole.lines, book):
            scan = whole
    lines = _without_told(scan.lines, book) if scan.evidence else scan.lines
    if _has_letterhead(lines, book) or book["cleaning.letter_mark"].hit(_joined(lines)):
        lines = _without_link_ends(lines)
    else:
        lines = _article(source, lines, scan)
    text, origin = _write(lines, len(source))
    return Page(text, origin, scan.title, scan.url, scan.published_on, _grid(lines), scan.evidence)


def _without_told(lines: list[_Line], book: Rulebook) -> list[_Line]:
    """The lines without a portal's table, when a text stands beside it."""
    rest = [line for line in lines if not line.told]
    return rest if sum(line.letters for line in rest) >= _TEXT or _has_letterhead(rest, book) else lines


class _Scan:
    """One pass over the source. `lines` is the result; `kept` and `dropped` count characters."""

    def __init__(self, source: str, book: Rulebook, keep_boxes: bool = False) -> None:
        self.source = source
        self.book = book
        self.boxes = frozenset() if keep_boxes else frozenset(book["cleaning.page_boxes"].words)
        self.lines: list[_Line] = []
        self.into = self.lines
        self.line = _Line()
        self.tables: list[_Table] = []
        self.lists: list[int] = []
        self.links = self.pre = self.heading = self.kept = self.dropped = self.depth = self.deepest = 0
        self.skip, self.skip_depth = "", 0
        self.title: str | None = None
        self.url: str | None = None
        self.published_on: str | None = None
        self.evidence: list[Evidence] = []

    def run(self) -> None:
        source, at = self.source, 0
        search = _TOKEN.search
        while m := search(source, at):
            if m.start() > at:
                self._text(at, m.start())
            at = m.end()
            if m[0] == "<!--":
                end = source.find("-->", at)
                at = end + 3 if end >= 0 else len(source)
                continue
            name = (m[2] or m[5] or "").lower()
            if not name:
                continue
            if m["end"] or m["end2"]:
                self._close(name)
                continue
            attrs = m["attrs"] or m["attrs2"] or ""
            if name in _RAW:
                end_tag = regex.compile(rf"</{name}\b[^<>]*+>?", regex.I).search(source, at)
                stop = end_tag.start() if end_tag else len(source)
                self._raw(name, attrs, at, stop)
                at = end_tag.end() if end_tag else stop
                continue
            self._open(name, attrs)
        if at < len(source):
            self._text(at, len(source))
        while self.tables:
            self._end_table()
        self._flush()

    def _raw(self, name: str, attrs: str, start: int, stop: int) -> None:
        if name == "title" and not self.title and not self.skip:
            self.title = " ".join(html.unescape(self.source[start:stop]).split()) or None
        elif name == "script" and "ld+json" in attrs and not self.published_on:
            m = _JSON_LD_DAY.search(self.source, start, stop)
            self.published_on = iso_day(m[1]) if m else None

    def _text(self, start: int, stop: int) -> None:
        if self.skip:
            self.dropped += stop - start
            return
        at = start
        for m in _SPLIT.finditer(self.source, start, stop):
            self._piece(self.source[at : m.start()], at)
            at = m.end()
            if m[0][0] == "&":
                self._piece(html.unescape(m[0]), m.start())
            elif self.pre and "\n" in m[0]:
                self._flush()
            else:
                self.line.pieces.append((" ", m.start()))
        self._piece(self.source[at:stop], at)

    def _piece(self, text: str, place: int) -> None:
        if not text:
            return
        line, count = self.line, len(text.strip())
        line.pieces.append((text, place))
        line.letters += count
        line.linked += count if self.links else 0
        line.heading |= self.heading > 0
        self.kept += count

    def _open(self, name: str, raw: str) -> None:
        if self.skip:
            if name == self.skip:
                self.skip_depth += 1
            elif self.skip == "p" and name in _BLOCK and name != "br":
                self.skip = ""
            if self.skip:
                return
        attrs = (
            {m[1].lower() if m[1] else "hidden": m[2] or m[3] or m[4] or "" for m in _ATTR.finditer(raw)}
            if raw
            else {}
        )
        if name in _VOID:
            self._void(name, attrs)
            return
        if name in _DROP or self._is_box(name, attrs):
            self._flush_if_block(name)
            self.skip, self.skip_depth = name, 1
            return
        self._flush_if_block(name)
        if name not in _UNCLOSED:
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)
        if name == "a":
            self.links = 1
        elif name == "pre":
            self.pre += 1
        elif name in {"h1", "h2", "h3"}:
            self.heading += 1
        elif name == "table" and len(self.tables) < _MAX_NESTED_TABLES:
            if self.tables:
                self.tables[-1].nested = True
            self.tables.append(_Table(self.into))
        elif name in {"tr", "td", "th"} and self.tables:
            self._start_row() if name == "tr" else self._start_cell(attrs)
        elif name in {"ul", "ol"}:
            self.lists.append(0 if name == "ul" else 1)
        elif name == "li":
            self._mark_item()
        elif name == "sup" and self.line.pieces and self.line.pieces[-1][0][-1:] in "0123456789%":
            self.line.pieces.append((" ", self.line.end))
        elif name == "time" and "datetime" in attrs and not self.published_on:
            self.published_on = iso_day(attrs["datetime"])

    def _void(self, name: str, attrs: dict[str, str]) -> None:
        if name in {"br", "hr"}:
            self._flush()
        elif name == "meta":
            key = (attrs.get("property") or attrs.get("name") or attrs.get("itemprop") or "").lower()
            content = html.unescape(attrs.get("content", ""))
            if key in _DATE_META:
                self.published_on = iso_day(content) or self.published_on
            elif key == "og:url":
                self.url = self.url or content or None
            elif key == "og:title" and content.strip():
                self.title = " ".join(content.split())
        elif name == "link" and "canonical" in attrs.get("rel", "").lower():
            self.url = html.unescape(attrs.get("href", "")) or self.url

    def _is_box(self, name: str, attrs: dict[str, str]) -> bool:
        if not attrs or name in _NEVER_BOX:
            return False
        if "hidden" in attrs or _HIDDEN.search(attrs.get("style", "").lower()):
            return True
        if not self.boxes:
            return False
        for label in (attrs.get("class", "") + " " + attrs.get("id", "")).split():
            low = label.lower()
            parts = [p.lower() for p in _NAME_PARTS.findall(label)]
            if low in self.boxes or any(p in self.boxes for p in parts[:2]):
                return True
        return attrs.get("role", "") in {"navigation", "complementary", "contentinfo", "search", "banner"}

    def _close(self, name: str) -> None:
        if self.skip:
            if name == self.skip:
                self.skip_depth -= 1
                if not self.skip_depth:
                    self.skip = ""
            return
        self.depth = max(0, self.depth - (name not in _UNCLOSED))
        if name == "a":
            self.links = 0
        elif name in _BLOCK:
            self._flush()
            if name == "pre":
                self.pre = max(0, self.pre - 1)
            elif name in {"h1", "h2", "h3"}:
                self.heading = max(0, self.heading - 1)
            elif name == "table" and self.tables:
                self._end_table()
            elif name in {"td", "th"} and self.tables:
                self.into = self.tables[-1].outer
            elif name in {"ul", "ol"} and self.lists:
                self.lists.pop()

    def _mark_item(self) -> None:
        """What a browser shows before a list item: a dash or its number."""
        place = self.line.end
        if not self.lists or not self.lists[-1]:
            self.line.pieces.append(("- ", place))
        else:
            self.line.pieces.append((f"{self.lists[-1]}. ", place))
            self.lists[-1] += 1

    def _flush_if_block(self, name: str) -> None:
        if name in _BLOCK or name in _DROP:
            self._flush()

    def _flush(self) -> None:
        if self.line.pieces:
            if self.line.letters:
                self._place()
            self.line = _Line()

    def _place(self) -> None:
        table = self.tables[-1] if self.tables else None
        if table is not None and table.rows and self.into is table.outer:
            table.grid += ["o", ""]
            table.rows += [[[self.line]], []]  # words between the cells of a broken table stay where they are
        else:
            self.into.append(self.line)

    def _start_row(self) -> None:
        table = self.tables[-1]
        self._end_row()
        table.rows.append([])
        table.grid.append("")
        self.into = table.outer
        self._fill_covered()

    def _end_row(self) -> None:
        """Cells from above that reach down behind a row's last cell are used up by it."""
        table = self.tables[-1]
        if not table.rows:
            return
        self._fill_covered()
        row = table.rows[-1]
        for column in sorted(c for c in table.covered if c >= len(row)):
            row.extend([] for _ in range(column - len(row)))
            table.grid[-1] += "o" * (len(row) - len(table.grid[-1]))
            self._fill_covered()

    def _start_cell(self, attrs: dict[str, str]) -> None:
        table = self.tables[-1]
        if not table.rows:
            self._start_row()
        row = table.rows[-1]
        self._fill_covered()
        self.into = []
        width, height = _span(attrs.get("colspan", "")), _span(attrs.get("rowspan", ""))
        if height > 1:
            table.covered.update((column, height - 1) for column in range(len(row), len(row) + width))
        row.append(self.into)
        row.extend([] for _ in range(width - 1))
        table.grid[-1] += "o" + "a" * (width - 1)

    def _fill_covered(self) -> None:
        """Empty cells where a cell of an earlier row reaches down."""
        table = self.tables[-1]
        row = table.rows[-1]
        while len(row) in table.covered:
            column = len(row)
            table.covered[column] -= 1
            if not table.covered[column]:
                del table.covered[column]
            row.append([])
            table.grid[-1] += "d"

    def _end_table(self) -> None:
        self._flush()
        self._end_row()
        table = self.tables.pop()
        self.into = table.outer
        lines = _table_lines(table, self.book)
        facts = [] if table.nested else self._facts(table)
        if facts:
            self.evidence = self.evidence or facts
            for line in lines:
                line.told = True
        self.into.extend(lines)

    def _facts(self, table: _Table) -> list[Evidence]:
        """What a portal tells of the text in a small table."""
        if len(table.rows) > _MOST_FACTS:
            return []
        rows = ([" ".join(line.text for line in cell) for cell in row if cell] for row in table.rows)
        return facts_of(rows, self.book)


def _span(value: str) -> int:
    return min(max(int(value), 1), _MAX_SPAN) if value.isdecimal() else 1


def _table_lines(table: _Table, book: Rulebook) -> list[_Line]:
    """The lines of a table: cell after cell where it only arranges the page, else one line per row."""
    kept = [n for n, row in enumerate(table.rows) if any(line.letters for cell in row for line in cell)]
    rows = [table.rows[n] for n in kept]
    texts = [["\n".join(line.text for line in cell) for cell in row if cell] for row in rows]
    if table.nested or arranges(texts, book):
        gap = _Line()
        cells = [cell for row in rows for cell in row if cell]
        return [gap] + [line for cell in cells for line in [*cell, gap]]
    return [_row_line(table.rows[n], table.grid[n]) for n in kept]


def _row_line(row: list[list[_Line]], grid: str) -> _Line:
    out = _Line(table=True, grid=grid)
    for number, cell in enumerate(row):
        if number:
            out.pieces.append((" | ", out.end))
        for at, line in enumerate(cell):
            if at:
                out.pieces.append((" ", out.end))
            out.pieces += line.pieces
            out.letters += line.letters
            out.linked += line.linked
    return out


def _has_letterhead(lines: list[_Line], book: Rulebook) -> bool:
    return book["cleaning.letterhead"].hit(_joined(lines[:400]))


def _joined(lines: list[_Line]) -> str:
    return "\n".join(line.text for line in lines if line.letters)


def _without_link_ends(lines: list[_Line]) -> list[_Line]:
    """Lines without the menus before and behind: lines of links at either end."""
    first, last = 0, len(lines)
    while first < last and (_is_links(lines[first]) or not lines[first].letters):
        first += 1
    while last > first and (_is_links(lines[last - 1]) or not lines[last - 1].letters):
        last -= 1
    return lines[first:last]


def _article(source: str, lines: list[_Line], scan: _Scan) -> list[_Line]:
    """The lines of the article of a page that is no letter itself, with its title before them."""
    chosen = _voted(source, scan)
    votes = [n for n, line in enumerate(lines) if line.letters and _vote_key(line.text) in chosen]
    if not votes:
        return [line for line in lines if not _is_links(line)]
    first, last = votes[0], votes[-1]
    title = next((n for n in range(first - 1, -1, -1) if lines[n].heading and not _is_links(lines[n])), None)
    head = [] if title is None else [lines[title]]
    body = [line for line in lines[first : last + 1] if not _is_links(line) or _vote_key(line.text) in chosen]
    return head + body


def _is_links(line: _Line) -> bool:
    """A line that is (nearly) nothing but a link, as in menus and lists of other articles."""
    return line.letters > 0 and line.linked > 0.8 * line.letters


def _vote_key(text: str) -> str:
    return "".join(text.split()).lstrip("-|+*0123456789.")[:40]


def _voted(source: str, scan: _Scan) -> set[str]:
    """Keys of the lines that trafilatura takes for the article; none for too large a page."""
    if len(source) > _MAX_VOTE or scan.deepest > _MAX_DEPTH:
        return set()
    from trafilatura import extract

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    try:
        found = extract(
            source, favor_recall=True, include_comments=False, include_tables=True, output_format="txt"
        )
    except Exception:  # a second opinion only: whatever goes wrong in it must not lose the page
        return set()
    return {key for line in (found or "").splitlines() if (key := _vote_key(line))}


def _write(lines: list[_Line], source_end: int) -> tuple[str, OffsetMap]:
    """Lines as one text: a single blank line where there is a gap, no blanks at a line's ends."""
    draft = Draft()
    gap, started, place = False, False, 0
    for line in lines:
        pieces = _trimmed(line.pieces)
        if not pieces:
            gap = True
            continue
        if started:
            draft.add("\n\n" if gap else "\n", place)
        blank = False
        for piece, source in pieces:
            shown = piece.lstrip(" ") if blank else piece
            draft.add(shown, max(place, source + len(piece) - len(shown)))
            if source >= place:  # marks put in by us stand where the piece before them ends
                place = source + len(piece)
            blank = piece.endswith(" ")
        gap, started = False, True
    return draft.done(source_end)


def _grid(lines: list[_Line]) -> dict[int, str]:
    """How the cells of the rows stand, by the place of a row's first letter or digit in the source."""
    found = {}
    for line in lines:
        if line.grid:
            words = ((p, place) for p, place in line.pieces if any(map(str.isalnum, p)))
            for piece, place in words:
                found[place + next(n for n, c in enumerate(piece) if c.isalnum())] = line.grid
                break
    return found


def _trimmed(pieces: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Pieces without the blanks at the line's ends."""
    first, last = 0, len(pieces)
    while first < last and not pieces[first][0].strip():
        first += 1
    while last > first and not pieces[last - 1][0].strip():
        last -= 1
    kept = pieces[first:last]
    if kept:
        head, source = kept[0]
        kept[0] = (head.lstrip(), source + len(head) - len(head.lstrip()))
        kept[-1] = (kept[-1][0].rstrip(), kept[-1][1])
    return kept
