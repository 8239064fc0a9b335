"""Takes away what a page puts around a directive: menus, counters, related articles, captions, bylines.

What such things look like stands in `rules/cleaning.toml`; here is what is done with what the rules find.
A text with a letterhead is left alone but for what stands before the letterhead and behind the signature.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import regex

from extractor.ingest.days import iso_day
from extractor.ingest.text import IDENTITY, Draft, OffsetMap, cut, rewrite
from extractor.rulebook import Rule, Rulebook
from extractor.textview import TextView

_MARKDOWN = regex.compile(
    r"(?m)^#{1,6}(?:[ ]+|$)|\*\*(?=[\p{L}\d])|\*\*(?<=[\p{L}\d.:,;!?\"”)]\*\*)|\\(?=[-.*_#()\[\]+!])"
)
_PIPE_BLOCK = regex.compile(r"(?m)(?:^[ ]*+\|(?:[^|\n]*+\|)++[ ]*+(?:\n|\Z))++")
_TAB_BLOCK = regex.compile(r"(?m)(?:^[^\t\n]*+(?:\t[^\t\n]*+){2,}+(?:\n|\Z))++")
_PIPE_CELL = regex.compile(r"(?:[^|\\\n]|\\.)++")
_BREAK = regex.compile(r"\s*<br\s*/?>\s*", regex.I)
_LONG_LINE = re.compile(r"[^\n]{120}")
_PARAGRAPH = regex.compile(r"\s*+[^\n]{80,}+")
_TWICE = regex.compile(r"(?m)^([^\n]{30,300}+)\n\s*+\1$")
_MENU_ENTRIES = regex.compile(r"(?:[^\n.,;:!?]{2,40}\n){1,3}")
#: how far into a text menus may reach, from its beginning and from its end
_HEAD, _TAIL = 6_000, 20_000
#: a portal's own title: characters of its kind before its number, and of all that is looked at from there on
_KIND, _TITLE = 20, 80


@dataclass
class Cleaned:
    """The text that remains (as a view), its map into the text before, and the day the page was published."""

    view: TextView
    origin: OffsetMap
    published_on: str | None = None


def clean(text: str, book: Rulebook, pipes: bool = True) -> Cleaned:
    """`text` without what is neither the directive nor the report of it; `pipes`: it may hold pipe tables."""
    text, origin = _without_markdown(text)
    if pipes:
        text, step = _pipe_tables(text, book)
        origin = step.after(origin)
        text, step = _tab_tables(text, book)
        origin = step.after(origin)
    text, step = cut(text, _blank_ends(text))
    origin = step.after(origin)
    page = _Page(TextView(text), book)
    page.find()
    text, step = cut(text, page.merged())
    origin = step.after(origin)
    text, step = cut(text, _blank_ends(text))
    origin = step.after(origin)
    if not page.letter:
        text, step = cut(text, _bylines(text, book))
        origin = step.after(origin)
    view = page.view if text == page.view.text else TextView(text)
    return Cleaned(view, origin, page.published_on)


def _without_markdown(text: str) -> tuple[str, OffsetMap]:
    if "#" not in text and "**" not in text and "\\" not in text:
        return text, IDENTITY
    return rewrite(text, _MARKDOWN, lambda m: "")


def _pipe_tables(text: str, book: Rulebook) -> tuple[str, OffsetMap]:
    """Rows of pipe tables as ``a | b``, without rulers; the cells of a letterhead or signature one by one."""
    if "|" not in text:
        return text, IDENTITY
    draft, at = Draft(), 0
    for block in _PIPE_BLOCK.finditer(text):
        rows = _pipe_rows(text, block.start(), block.end())
        draft.add(text[at : block.start()], at)
        at = block.end()
        rule = book["cleaning.layout_cell"]
        arranges = len(rows) <= 4 and all(len(row) <= 3 for row in rows)
        arranges = arranges and any(rule.hit(text[s:e]) for row in rows for s, e in row)
        for row in rows:
            for number, (start, end) in enumerate(row):
                if number:
                    draft.add("\n\n" if arranges else " | ", start)
                _add_cell(draft, text, start, end, "\n" if arranges else " ")
            draft.add("\n\n" if arranges else "\n", row[-1][1])
    draft.add(text[at:], at)
    return draft.done(len(text))


def _tab_tables(text: str, book: Rulebook) -> tuple[str, OffsetMap]:
    """Rows whose cells a word processor has parted by tabs as ``a | b``; a letterhead stays as it is."""
    if text.count("\t") < 4:
        return text, IDENTITY
    draft, at = Draft(), 0
    for block in _TAB_BLOCK.finditer(text):
        rows = block[0].rstrip("\n").split("\n")
        width = rows[0].count("\t")
        if len(rows) < 2 or "" in map(str.strip, rows[0].split("\t")) or any("|" in row for row in rows):
            continue
        if any(row.count("\t") != width for row in rows) or book["cleaning.layout_cell"].hit(block[0]):
            continue
        for tab in regex.finditer(r"\t", block[0]):
            place = block.start() + tab.start()
            draft.add(text[at:place], at)
            draft.add(" | ", place)
            at = place + 1
    if not at:
        return text, IDENTITY
    draft.add(text[at:], at)
    return draft.done(len(text))


def _pipe_rows(text: str, start: int, end: int) -> list[list[tuple[int, int]]]:
    """Offsets of the cells (trimmed) of each row that is not a ruler."""
    rows = []
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        line = text[start:stop]
        if line.strip("|-: "):
            left = start + line.index("|") + 1
            right = start + line.rindex("|")
            row, at = [], left
            while at <= right:
                m = _PIPE_CELL.match(text, at, right)
                cell_end = m.end() if m else at
                inner = text[at:cell_end]
                row.append(
                    (at + len(inner) - len(inner.lstrip()), at + len(inner.rstrip()))
                    if inner.strip()
                    else (at, at)
                )
                at = cell_end + 1
            rows.append(row)
        start = stop + 1
    return rows


def _add_cell(draft: Draft, text: str, start: int, end: int, line_break: str) -> None:
    at = start
    for m in _BREAK.finditer(text, start, end):
        draft.add(text[at : m.start()], at)
        draft.add(line_break, m.start())
        at = m.end()
    draft.add(text[at:end], at)


class _Page:
    """One text with what is to be cut from it."""

    def __init__(self, view: TextView, book: Rulebook) -> None:
        self.view, self.book = view, book
        self.spans: list[tuple[int, int]] = []
        self.published_on: str | None = None
        self.letterhead = book["cleaning.letterhead"].search(view)
        self.letter = bool(self.letterhead or book["cleaning.letter_mark"].search(view))
        size = len(view.text)
        first = _LONG_LINE.search(view.text)
        head = min(first.start() if first else size // 2, _HEAD)
        self.head = view.text.rfind("\n", 0, head) + 1
        self.tail = max(_last_long_line(view.text), size - _TAIL, self.head)

    def find(self) -> None:
        if self.letterhead:
            self._before_letterhead()
            self._portal_title()
        for rule in self.book.topic("cleaning"):
            if rule.set.get("do", "end") != "end" and not (self.letter and rule.set.get("on") == "report"):
                self._apply(rule)
        if not self.letter:
            self._teasers()
            self._between_cut_lines()

    def merged(self) -> list[tuple[int, int]]:
        """The spans in order, joined where they touch, with the blank ends of the text."""
        size = len(self.view.text)
        joined: list[tuple[int, int]] = []
        for start, end in sorted(self.spans):
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, min(end, size)))
        return [piece for span in joined for piece in self._but_marks(*span)]

    def _but_marks(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """A span without its lines that may be secrecy marks: these are never cut away unseen."""
        lines = set()
        for rule in self.book.having("secrecy", "mark"):
            for m in rule.finditer(self.view, start, end):
                s, e = rule.span_of(m)
                lines.add((self.view.text.rfind("\n", 0, s) + 1, min(self._line_end(e) + 1, end)))
        for s, e in sorted(lines):
            if start < s:
                yield start, s
            start = max(start, e)
        if start < end:
            yield start, end

    def _apply(self, rule: Rule) -> None:
        zones: dict[str, list[tuple[int, int | None]]] = {
            "head": [(0, self.head)],
            "tail": [(self.tail, None)],
            "edge": [(0, self.head), (self.tail, None)],
        }
        for start, end in zones.get(rule.set.get("where", ""), [(0, None)]):
            for m in rule.finditer(self.view, start, end):
                self._do(rule, m)

    def _do(self, rule: Rule, m: Any) -> None:
        do = rule.set["do"]
        start, end = rule.span_of(m)
        if start >= self.tail and self.tail > self.head:
            do = rule.set.get("tail", do)
        if do == "after" and self._may_cut_after(start):
            self.spans.append((start, len(self.view.text)))
        elif do == "date":
            self.published_on = self.published_on or iso_day(m["day"])
            self._line(start, end)
        elif do == "next":
            caption_end = self._line_end(end + 1) if end < len(self.view.text) else end
            self._line(start, caption_end if caption_end - end <= 300 else end)
        else:
            self._line(start, end)

    def _line(self, start: int, end: int) -> None:
        """Cut the whole lines that ``[start, end)`` touches."""
        start = self.view.text.rfind("\n", 0, start) + 1
        self.spans.append((start, min(self._line_end(end) + 1, len(self.view.text))))

    def _line_end(self, at: int) -> int:
        end = self.view.text.find("\n", at)
        return len(self.view.text) if end < 0 else end

    def _may_cut_after(self, start: int) -> bool:
        """Enough must stand before, and nothing of a directive behind."""
        if self.letterhead and start < self.letterhead.end():
            return False
        return start > 200 and start > self._last_mark

    @cached_property
    def _last_mark(self) -> int:
        """Where the last words that only a directive has begin, -1 without any."""
        return max((m.start() for m in self.book["cleaning.directive_mark"].finditer(self.view)), default=-1)

    def _before_letterhead(self) -> None:
        """What a page says before the letter: menus, or a summary of its own."""
        text = self.view.text
        at = self.letterhead.start()
        while at > 0:
            start = text.rfind("\n", 0, at - 1) + 1
            line = text[start : at - 1].strip()
            if line and (len(line) > 90 or (line != line.upper() and not self._above(start, at))):
                break
            at = start
        if text[:at].strip() and not self.book["cleaning.directive_mark"].search(self.view, 0, at):
            self.spans.append((0, at))

    def _above(self, start: int, end: int) -> bool:
        """A line in small letters that names an agency, close above the letterhead with no blank between."""
        text = self.view.text
        between = text[end : self.letterhead.start()]
        if "\n\n" in between or between.count("\n") > 3:
            return False
        return self.book["cleaning.issuer_line"].hit(text[start : end - 1])

    def _portal_title(self) -> None:
        """The portal's own title of the letter behind its end, without the word for number."""
        text, size, below = self.view.text, len(self.view.text), self.letterhead.end()
        own = "".join(self.letterhead["number"].split())
        digits = own.split("/")[0].split("-")[0]
        rule, at = self.book["cleaning.portal_title"], text.find(digits, below)
        while at >= 0:
            low = max(below, at - _KIND)
            named = text[at - 1] == " " and text[at - 2].isalpha()
            for m in rule.finditer(self.view, low, min(size, at + _TITLE)) if named else ():
                start = m.start("m")
                starts_line = text[start - 1] == "\n"
                in_last_line = size - start < 800 and m["year"]
                same = "".join(m["number"].split()) == own
                if same and (starts_line or in_last_line) and self._may_cut_after(start):
                    self.spans.append((start, size))
                    return
            at = text.find(digits, at + 1)

    def _teasers(self) -> None:
        """A title twice in a row: above the text the page's own, below it another article with its lead."""
        text = self.view.text
        below = []
        for m in _TWICE.finditer(text):
            if m.start() <= self.head:
                self.spans.append((m.start(), m.start() + len(m[1]) + 1))
            elif paragraph := _PARAGRAPH.match(text, m.end()):
                below.append((m.start(), paragraph.end()))
        if len(below) > 1 and self._may_cut_after(below[0][0]):
            below = [(below[0][0], len(text))]
        self.spans += below

    def _between_cut_lines(self) -> None:
        """Short lines between two cut lines, with no blank line between: other entries of the same menu."""
        spans = self.merged()
        for (_, end), (start, _) in pairwise(spans):
            if (start <= self.head or end >= self.tail) and _MENU_ENTRIES.fullmatch(
                self.view.text, end, start
            ):
                self.spans.append((end, start))


def _last_long_line(text: str) -> int:
    """Where the last line of 120 or more characters ends, 0 without one."""
    end = len(text)
    while end > 0:
        start = text.rfind("\n", 0, end) + 1
        if end - start >= 120:
            return end
        end = start - 1
    return 0


def _blank_ends(text: str) -> list[tuple[int, int]]:
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    spans = [(0, start)] if start else []
    return spans + ([(end, len(text))] if end < len(text) and end > start else [])


def _bylines(text: str, book: Rulebook) -> list[tuple[int, int]]:
    """The end of a report (no blanks behind it) that only names those who wrote it."""
    end = len(text)
    rules = [rule for rule in book.topic("cleaning") if rule.set.get("do") == "end"]
    for _ in range(4):
        line_start = text.rfind("\n", 0, end) + 1
        before = text[:line_start].rstrip()[-1:] if line_start else ""
        if not before or not any(_is_byline(rule, text[line_start:end].strip(), before) for rule in rules):
            break
        end = len(text[:line_start].rstrip())
    return [(end, len(text))] if end < len(text) else []


def _is_byline(rule: Rule, line: str, before: str) -> bool:
    """A bare name is a byline only behind a finished sentence."""
    return rule.hit(line) and (before in '.!?…"”)' or not rule.set.get("behind_sentence"))
