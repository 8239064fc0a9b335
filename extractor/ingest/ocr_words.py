"""What of an OCR's words is writing: scraps of stamps and signatures go, numbers written by hand become gaps.

Tesseract reads handwritten digits as others without a doubt, and misreads printed ones now and then. So a
number or date counts as read only when it is printed, that is set like the words beside it (height, base
line, weight, gaps), and when two readings of it agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import regex

from extractor.ingest.arrival_stamps import without_labels
from extractor.ingest.ocr_doubts import Again, abbreviations, missed_lines, settled
from extractor.ingest.ocr_spelling import figures, labels, names, pairs, plain, quarters
from extractor.ingest.pictures import ink
from extractor.ingest.tesseract import Glyphs
from extractor.rulebook import Rule, Rulebook
from extractor.textview import TextView

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

#: share of the page from its top in which a letterhead is looked for
_HEAD = 0.5
#: a page whose words have a lower mean confidence is told of
_UNSURE = 0.75
#: the bounds between which digits must lie, as shares of those of the words beside them
_HEIGHT, _WEIGHT, _BASE = (0.88, 1.14), (0.62, 1.5), 0.1
#: the same for the weight of digits beside that of capitals, which have more ink
_CAPITAL_WEIGHT = (0.45, 1.3)
#: the bounds of a printed gap, as shares of the other gaps of its line, and pixels that a gap may waver
_GAP = (0.4, 1.8)
#: the greatest gap between printed letters, as a share of a word's height: a blank may be missing ("12tháng")
_LETTERS_APART = 0.12
#: a word that is less sure than this, or a line of such words, is scrap unless sure words stand on both sides
_SCRAP, _SCRAP_LINE = 0.3, 0.5
#: what a slot must hold
_SHAPE = {
    "written": regex.compile(r"\d{1,5}\p{Ll}?"),
    "day": regex.compile(r"0?[1-9]|[12]\d|3[01]"),
    "month": regex.compile(r"0?[1-9]|1[0-2]"),
    "year": regex.compile(r"(?:19|20)\d\d"),
}
_NUMBER = regex.compile(r"(?<![\p{L}\d])[\d\]\[|lioILO§S]{1,5}(?![\p{L}\d])|\d{1,5}")
_SYMBOL = regex.compile(r"(?:/\s?|-\s?(?=\p{L}{1,4}\s?/))\p{L}[\p{L}\d&./-]*")
_CODE = regex.compile(r"\p{L}[\p{L}\d&]*")
#: characters that the label of a number has at most, however it is misread, with its blank
_LABEL = 6
#: what printed digits are read as
_LOOKALIKES = str.maketrans("IilL|][Oo§S", "11111110085")
#: capitals that reach neither above nor below the others, nor do letters behind them
_EVEN = regex.compile(r"[A-IK-PR-Z\u0110]{2,3}(?![gjpqy])")
#: widths of printed characters in the type of official letters, as shares of its size; others are 0.7
_WIDTHS = {
    width: regex.compile(f"[{these}]") for width, these in (
        (0.28, r"\p{P}|ijltIr"), (0.9, "MWmw"), (0.5, r"\p{Nd}"), (0.45, r"\p{Ll}"),
    )
}  # fmt: skip
_NO_LETTER = regex.compile(r"[^\p{L}\p{N}]+")
#: a place with what its comma is read as
_PLACE_ENDS = ".;:,'\u2019"
_PLACE = regex.compile(rf"\p{{Lu}}\p{{L}}*(?:[ .-]{{1,3}}\p{{L}}+){{0,5}}[{_PLACE_ENDS}]?")
#: lines drawn on the page
_BARS = regex.compile(r"[|¦‖]+")
_MARKS = regex.compile(r"[-–—+•*./,;:()\"“”…]{1,4}")


@dataclass
class Found:
    """The words of a page that are writing, their mean confidence, and what there is to warn of."""

    words: list[Glyphs]
    confidence: float
    notes: list[tuple[str, str]] = field(default_factory=list)


#: how a line is read once more, as long as the readings do not agree: language, enlarged by, paper above and
#: below as a share of its height. The ways that misread fewest come first; no two make the same slips
_WAYS = (
    ("eng", 1.5, 0.25), ("vie", 1.5, 0.5), ("eng", 2, 0.25),
    ("vie", 2, 0.5), ("eng", 1, 0.5), ("vie", 1.5, 0.25),
)  # fmt: skip
#: how many readings must agree, where the one of the whole page is among them and where it is not, and by how
#: many they must outnumber any other
_AGREE, _OUTVOTE, _LEAD = 3, 4, 2


def readable(words: list[Glyphs], page: Image, number: int, book: Rulebook, again: Again) -> Found:
    """`words` of the grey page `number` (from 1) without scraps, and without what is written by hand."""
    head = _Head(page, book, again, abbreviations(words, book))
    lines = [line for row in _rows(words) for line in _columns(row)]
    words = [word for line in without_labels(lines, book) for word in line]
    kept = [word for row in _rows(words) for word in head.read(row)]
    kept = list(_settled(kept, head, number == 1, book))
    kept = list(_without_scraps(kept, head.sure, book))
    columns = [column for row in _rows(kept) for column in _columns(row)]
    for column in columns:
        labels(column, book)
        figures(column)
        quarters(column, book)
        pairs(column, book)
    for block in _blocks(columns):
        names(block, book)
    kept = [word for column in columns for word in column]
    confidence = sum(w.confidence for w in kept) / len(kept) if kept else 0.0
    if kept and confidence < _UNSURE:
        head.notes.append(("uncertain_ocr", f"trang {number} ({confidence:.0%})"))
    return Found(kept, confidence, head.notes)


def _rows(words: list[Glyphs]) -> Iterator[list[Glyphs]]:
    """The words of each printed line over the whole width of the page, from left to right."""
    row: list[Glyphs] = []
    for word in sorted(words, key=lambda w: w.top + w.bottom):
        middle = (word.top + word.bottom) / 2
        if row and middle > median((w.top + w.bottom) / 2 for w in row) + 0.4 * median(
            w.bottom - w.top for w in row
        ):
            yield sorted(row, key=lambda w: w.left)
            row = []
        row.append(word)
    if row:
        yield sorted(row, key=lambda w: w.left)


def _columns(row: list[Glyphs]) -> Iterator[list[Glyphs]]:
    """A printed line cut at its wide gaps."""
    high = median(w.bottom - w.top for w in row)
    start = 0
    for n, (word, after) in enumerate(pairwise(row), start=1):
        if after.left - word.right > 1.5 * high:
            yield row[start:n]
            start = n
    yield row[start:]


def _blocks(columns: list[list[Glyphs]]) -> Iterator[list[list[Glyphs]]]:
    """Lines in capitals with those that stand close below them; any other line alone."""
    open_blocks: list[list[list[Glyphs]]] = []
    for column in columns:
        if not " ".join(w.text for w in column).isupper():
            yield [column]
            continue
        above = next((block for block in reversed(open_blocks) if _below(column, block[-1])), None)
        if above is None:
            open_blocks.append([column])
        else:
            above.append(column)
    yield from open_blocks


def _below(line: list[Glyphs], above: list[Glyphs]) -> bool:
    """Whether a line stands close below another one, in the same column."""
    top, bottom = min(w.top for w in line), max(w.bottom for w in above)
    high = median(w.bottom - w.top for w in line)
    beside = min(line[-1].right, above[-1].right) > max(line[0].left, above[0].left)
    return beside and -0.5 * high < top - bottom < high


def _settled(words: list[Glyphs], head: _Head, first: bool, book: Rulebook) -> Iterator[Glyphs]:
    """The words, those of a letter's head and of its recipients read again where they are unsure.

    On a page that is not the `first`, short lines at its top may go on with recipients.
    """
    listed: list[list[Glyphs]] = []
    middle = head.dark.shape[1] / 2
    goes_on = not first
    for row in _rows(words):
        for line in _columns(row):
            label = book["scans.recipients"].match(TextView(plain(" ".join(w.text for w in line))))
            goes_on = goes_on and (line[-1].right < middle or line[0].left >= middle)
            if label and line[0].left < middle:
                listed = [line]
            elif listed and line[0].left < listed[0][-1].right:
                listed.append(line)
            asked = head.holds(line) or goes_on or (listed and line is listed[-1])
            known = any(id(w) in head.sure for w in line)
            yield from settled(line, head.again, head.said) if asked and not known else line
    yield from missed_lines(listed, head.dark, head.again)


class _Row:
    """A printed line as text, with the words that its characters come from."""

    def __init__(self, words: list[Glyphs]) -> None:
        self.words = words
        self.starts: list[int] = []
        at = 0
        for word in words:
            self.starts.append(at)
            at += len(word.text) + 1
        self.text = " ".join(w.text for w in words)
        #: without marks, if that leaves the places of its characters
        self.plain = TextView(plain(self.text))

    def touched(self, span: tuple[int, int]) -> list[int]:
        """The places in `words` of those that a stretch of the text touches."""
        return [
            n for n, (w, s) in enumerate(zip(self.words, self.starts, strict=True))
            if s < span[1] and s + len(w.text) > span[0]
        ]  # fmt: skip

    def part(self, span: tuple[int, int]) -> Glyphs | None:
        """The stretch as a word of its own, its box by its share of the words it lies in; None if blank."""
        parts = [self._cut(n, span) for n in self.touched(span)]
        if not parts:
            return None
        return Glyphs(
            "".join(p.text for p in parts), parts[0].left, min(p.top for p in parts), parts[-1].right,
            max(p.bottom for p in parts), min(p.confidence for p in parts), parts[0].line,
        )  # fmt: skip

    def _cut(self, n: int, span: tuple[int, int]) -> Glyphs:
        word, start = self.words[n], self.starts[n]
        a, b = max(0, span[0] - start), min(len(word.text), span[1] - start)
        each = (word.right - word.left) / max(_width(word.text), 0.1)
        left, right = (round(word.left + each * _width(word.text[:at])) for at in (a, b))
        return Glyphs(word.text[a:b], left, word.top, right, word.bottom, word.confidence, word.line)


class _Head:
    """Goes down a page's printed lines: in a letterhead, what is written by hand goes out of them.

    `sure` holds the ids of words that are writing whatever their confidence.
    """

    def __init__(self, page: Image, book: Rulebook, again: Again, said: Counter[str]) -> None:
        self.book, self.dark, self.again, self.said = book, ink(page), again, said
        self.notes: list[tuple[str, str]] = []
        self.sure: set[int] = set()
        self._bottom = _HEAD * page.height
        self._open = False
        #: the label of a number line that stands alone, as long as its number may stand below it
        self._label: Glyphs | None = None
        self._slots = {"scans.date_line": ("day", "month", "year"), "scans.number_line": ("written",)}

    def read(self, row: list[Glyphs]) -> list[Glyphs]:
        """A printed line with the handwritten number, day or month gone from it."""
        if row[0].top > self._bottom:
            return row
        self._open = self._open or self._opens(row)
        if not self._open:
            return row
        row = self._below_label(row)
        for name in list(self._slots):
            line = _Row(row)
            m = self.book[name].search(line.plain)
            if m is not None and _stands_alone(line, m, name):
                slots = self._slots.pop(name)
                if name == "scans.date_line":
                    line = _unglued(line, m, slots, self.dark)
                    m = self.book[name].search(line.plain) or m
                row = self._without_handwriting(line, m, slots)
        return row

    def _opens(self, row: list[Glyphs]) -> bool:
        """Whether a printed line is of a letterhead: with a motto, or with a number alone in its column."""
        if self.book["scans.motto"].search(_Row(row).plain):
            return True
        first = _Row(next(_columns(row)))
        m = self.book["scans.number_line"].match(first.plain)
        return m is not None and m.end() == len(first.text)

    def holds(self, line: list[Glyphs]) -> bool:
        """Whether a printed line of the page stands where a letterhead and a title do."""
        return self._open and line[0].top <= self._bottom

    def _below_label(self, row: list[Glyphs]) -> list[Glyphs]:
        """The row; where its first words are the number of the label above them, without handwriting."""
        rule, name = self.book["scans.number_line"], "scans.number_line"
        label, self._label = self._label, None
        if name not in self._slots:
            return row
        first = next(_columns(row))
        if label is None or not _below(first, [label]):
            alone = len(first) == 1 and self.book["scans.number_label"].search(TextView(plain(first[0].text)))
            self._label = first[0] if alone else None
            return row
        edge = first[0].left
        line = _Row(
            [replace(first[0], text=rule.set["printed"]["label"], left=edge - 2, right=edge - 1), *row]
        )
        m = rule.match(line.plain)
        if m is None:
            return row
        return [w for w in self._without_handwriting(line, m, self._slots.pop(name)) if w.left >= edge]

    def _without_handwriting(self, line: _Row, m: Any, slots: tuple[str, ...]) -> list[Glyphs]:
        """The words of a number or date line: without what is no print, or read in two ways."""
        rule = self.book["scans.number_line" if "written" in slots else "scans.date_line"]
        printed = [s for s in slots if s == "year" or _printed(line, m, s, self.dark)]
        read = self._twice(line, m, rule, printed)
        puts = {slot: read.get(slot, "") for slot in slots if slot != "year"}
        if not read.get("year", "-") or not read.get("symbol", "-"):
            puts[slots[0]] = ""
        text = line.text
        by_hand = [
            s
            for s in puts
            if s not in printed and (text[slice(*m.span(s))].strip() or _inked(line, m, s, self.dark))
        ]
        open_slots = [s for s in puts if not puts[s]]
        if by_hand or any(s in printed for s in open_slots):
            code = "handwritten" if by_hand else "uncertain_ocr"
            self.notes.append((code, _with_gaps(line, rule, m, open_slots)))
        if read.get("symbol"):
            puts["symbol"] = read["symbol"]
        words = list(_put_right(line, rule, m, puts))
        inside = line.touched(m.span())
        if "day" in slots:
            _end_place(words, line.words[inside[0]])
        left, right = line.words[inside[0]].left, line.words[inside[-1]].right
        self.sure |= {id(w) for w in words if left <= w.left and w.right <= right}
        return words

    def _twice(self, line: _Row, m: Any, rule: Rule, slots: list[str]) -> dict[str, str]:
        """What most readings have in each printed slot; "" where they do not agree."""
        if not slots or slots == ["year"]:
            return {}
        asked = ["written", "symbol"] if slots == ["written"] else slots
        readings = [{slot: _value(slot, line.text[slice(*m.span(slot))]) for slot in asked}]
        phrase = line.part(m.span())
        if phrase is None:
            return {}
        high = phrase.bottom - phrase.top
        aside = high // 2
        found = dict.fromkeys(asked, "")
        for language, scale, paper in _WAYS:
            above = int(paper * high)
            box = (phrase.left - aside, phrase.top - above, phrase.right + aside, phrase.bottom + above)
            text = " ".join(word.text for word in self.again(box, language, scale))
            readings.append(_said(text, rule))
            found = {slot: _most(slot, [r.get(slot, "") for r in readings]) for slot in asked}
            if all(found.values()):
                break
        if not found.get("symbol", "-"):
            found["symbol"] = _confirmed([r.get("symbol", "") for r in readings], self.said)
        return found


def _said(text: str, rule: Rule) -> dict[str, str]:
    """What the slots of a line hold in another reading of it; its printed words may be misread."""
    m = rule.search(TextView(plain(text)))
    if m is not None:
        said = {slot: _value(slot, text[slice(*m.span(slot))]) for slot in m.groupdict()}
        if "symbol" in said:  # it ends the line; a blank inside it is none that is printed
            whole = _SYMBOL.match(_value("symbol", text[m.start("symbol") :]))
            said["symbol"] = _value("symbol", whole[0]) if whole else said["symbol"]
        return said
    if rule.id == "scans.number_line":
        symbol = _SYMBOL.search(text)
        before = list(_NUMBER.finditer(text, 0, symbol.start())) if symbol else []
        if symbol is None or not before or before[-1].start() > _LABEL:
            return {}
        return {"written": _digits(before[-1][0]), "symbol": _value("symbol", symbol[0])}
    numbers = [_digits(n) for n in _NUMBER.findall(text)]
    slots = ("day", "month", "year") if len(numbers) == 3 else ("month", "year")
    return dict(zip(slots, numbers[-len(slots) :], strict=True)) if len(numbers) >= 3 else {}


def _value(slot: str, text: str) -> str:
    return "".join(text.split()).rstrip("./-") if slot == "symbol" else _digits(text)


def _most(slot: str, readings: list[str]) -> str:
    """What most readings have; the first is the whole page's own, and outvoted only by more of the others.

    Letters are counted without their marks, and put with them.
    """
    shape = _SHAPE.get(slot)
    valid = [r for r in readings if (shape.fullmatch(r) if shape else r)]
    said = Counter(map(plain, valid)).most_common(2)
    if not said:
        return ""
    most, count = said[0]
    others = said[1][1] if len(said) > 1 else 0
    enough = _AGREE if most == plain(readings[0]) or readings[0] not in valid else _OUTVOTE
    if count < enough or count - others < _LEAD:
        return ""
    same = [r for r in valid if plain(r) == most]
    return max(same, key=lambda r: sum(not c.isascii() for c in r))


def _confirmed(symbols: list[str], said: Counter[str]) -> str:
    """The page's own reading of a symbol, if another agrees and all its codes stand elsewhere too.

    `said` counts the abbreviations of the page, the symbol's own among them, and those of registers.
    """
    own = symbols[0]
    codes = _CODE.findall(own)
    agreed = any(own and plain(other) == plain(own) for other in symbols[1:])
    return own if agreed and all(said[code] > 1 for code in codes) else ""


def _unglued(line: _Row, m: Any, slots: tuple[str, ...], dark: NDArray[Any]) -> _Row:
    """The line with what stands in a slot as a word of its own, where its ink stands apart."""
    edges = {at for slot in slots for at in _trimmed(line, m.span(slot)) if line.text[slice(*m.span(slot))]}
    words: list[Glyphs] = []
    for n, (word, start) in enumerate(zip(line.words, line.starts, strict=True)):
        cuts = sorted(at - start for at in edges if start < at < start + len(word.text))
        at = 0
        for cut in cuts:
            blank = _blank_near(word, line._cut(n, (start + cut, start + len(word.text))).left, dark)
            if blank is None:
                continue
            words.append(replace(word, text=word.text[at:cut], right=blank[0]))
            word, at = replace(word, left=blank[1]), cut
        words.append(replace(word, text=word.text[at:]))
    return _Row(words)


def _blank_near(word: Glyphs, place: int, dark: NDArray[Any]) -> tuple[int, int] | None:
    """The widest run of columns without ink inside a word, less than half its height from a place."""
    inked = np.asarray(dark[word.top : word.bottom, word.left : word.right].any(axis=0))
    edges = np.flatnonzero(np.diff(inked.astype(np.int8)))
    near = (word.bottom - word.top) / 2
    best: tuple[int, int] | None = None
    for a, b in pairwise(edges):
        left, right = word.left + int(a) + 1, word.left + int(b) + 1
        if inked[a + 1] or abs((left + right) / 2 - place) > near:
            continue
        if best is None or right - left > best[1] - best[0]:
            best = (left, right)
    return best


def _width(text: str) -> float:
    """How wide printed characters are, as a share of the size of their type."""
    return sum(next((w for w, these in _WIDTHS.items() if these.match(c)), 0.7) for c in text)


def _digits(text: str) -> str:
    """A number as read, with digits in the place of letters that look like them, without blanks between."""
    text = "".join(text.split())
    return text.lower() if _SHAPE["written"].fullmatch(text.lower()) else text.translate(_LOOKALIKES)


def _stands_alone(line: _Row, m: Any, name: str) -> bool:
    """Whether a number line begins a column, and a date line ends one."""
    inside = line.touched(m.span())
    words, first, last = line.words, inside[0], inside[-1]
    high = words[first].bottom - words[first].top
    if name == "scans.number_line":
        return first == 0 or words[first].left - words[first - 1].right > high
    return last + 1 == len(words) or words[last + 1].left - words[last].right > high


def _printed(line: _Row, m: Any, slot: str, dark: NDArray[Any]) -> bool:
    """Whether what stands in a slot is set like the words beside it."""
    part = line.part(m.span(slot))
    if part is None:
        return False
    if slot == "written":
        return _like_symbol(line, m, part, dark)
    year = line.part(m.span("year"))
    if year is None or not all(_whole(line, m.span(s)) for s in (slot, "year")):
        return False
    return _alike(part, year, dark) and _spaced(line, m, slot)


def _whole(line: _Row, span: tuple[int, int]) -> bool:
    """Whether a stretch is one word, and all of it."""
    touched = line.touched(span)
    text = line.text[slice(*span)].strip()
    return len(touched) == 1 and line.words[touched[0]].text == text


def _like_symbol(line: _Row, m: Any, part: Glyphs, dark: NDArray[Any]) -> bool:
    """Whether a number stands right before its symbol and is set like its capitals."""
    symbol = line.part(m.span("symbol"))
    if symbol is None:
        return False
    letters = m["symbol"].lstrip("/- ")
    start = m.end("symbol") - len(letters)
    plain_ones = _EVEN.search(line.text, start, m.end("symbol"))
    span = plain_ones.span() if plain_ones else (start, start + min(len(letters), 3))
    capitals = line.part(span)
    if capitals is None:
        return False
    if m["written"].endswith(" ") and symbol.left - part.right > 0.45 * (symbol.bottom - symbol.top):
        return False
    return _alike(part, capitals, dark, _CAPITAL_WEIGHT)


def _alike(one: Glyphs, other: Glyphs, dark: NDArray[Any], weights: tuple[float, float] = _WEIGHT) -> bool:
    """Whether the ink of two words has the same height, base line and weight."""
    a, b = _body(one, dark), _body(other, dark)
    if a is None or b is None:
        return False
    high = (a[1] - a[0], b[1] - b[0])
    if not _HEIGHT[0] <= high[0] / high[1] <= _HEIGHT[1]:
        return False
    if abs(a[1] - b[1]) > max(2, _BASE * high[1]):
        return False
    weight = a[2] / _breadth(one.text) / max(b[2] / _breadth(other.text), 1e-6)
    return weights[0] <= weight <= weights[1]


def _breadth(text: str) -> float:
    """How many characters of the usual ink a text is: 1 and 7 are thin, and what a 1 is misread as."""
    return sum(0.6 if c in "17" else 1.0 for c in text.translate(_LOOKALIKES))


def _body(word: Glyphs, dark: NDArray[Any]) -> tuple[int, int, float] | None:
    """First and last row (half-open) of a word's ink, and how much there is of it."""
    part = dark[word.top : word.bottom, word.left : word.right]
    rows = np.flatnonzero(part.sum(axis=1) >= 2)
    if not rows.size:
        return None
    return word.top + int(rows[0]), word.top + int(rows[-1]) + 1, float(part.sum())


def _spaced(line: _Row, m: Any, slot: str) -> bool:
    """Whether the gaps beside a slot are like the others of its phrase; one blank may not have been typed."""
    inside = line.touched((m.start(), m.end()))
    place = line.touched(m.span(slot))[0]
    gaps = {n: line.words[n + 1].left - line.words[n].right for n in inside[:-1]}
    before = inside[0] - 1
    if before >= 0 and line.starts[before + 1] and before not in gaps:
        wide = line.words[before + 1].left - line.words[before].right
        if wide < 2 * (line.words[place].bottom - line.words[place].top):
            gaps[before] = wide
    own = [gaps[n] for n in (place - 1, place) if n in gaps]
    others = [g for n, g in gaps.items() if n not in (place - 1, place)]
    if len(own) < 2 or not others:
        return False
    usual = max(median(others), 3)
    set_apart = [_GAP[0] * usual - 1 <= gap <= _GAP[1] * usual + 1 for gap in own]
    missing = _LETTERS_APART * (line.words[place].bottom - line.words[place].top)
    return all(set_apart) or (any(set_apart) and 0 < min(own) <= missing)


def _inked(line: _Row, m: Any, slot: str, dark: NDArray[Any]) -> bool:
    """Whether there is ink where a slot is blank."""
    before = line.touched((0, m.start(slot)))
    behind = line.touched((m.end(slot), len(line.text)))
    if not before or not behind or before[-1] == behind[0]:
        return True
    left, right = line.words[before[-1]], line.words[behind[0]]
    part = dark[min(left.top, right.top) : max(left.bottom, right.bottom), left.right + 1 : right.left]
    return bool(part.size) and bool(part.sum() > 0.012 * part.size)


def _printed_words(rule: Rule) -> list[tuple[str, str]]:
    """The words printed around the slots of a line: their groups in the rule, and their spelling."""
    return list(rule.set["printed"].items())


def _put_right(line: _Row, rule: Rule, m: Any, puts: dict[str, str]) -> Iterator[Glyphs]:
    """The words of a line with `puts` in its slots, and its printed words spelt as the rule has them."""
    cuts = [(m.span(name), spelt) for name, spelt in (*puts.items(), *_printed_words(rule))]
    cuts = [
        (_trimmed(line, span), spelt)
        for span, spelt in cuts
        if line.text[slice(*span)].strip().lower() != spelt.lower()
    ]
    if not cuts:
        yield from line.words
        return
    for n, (word, start) in enumerate(zip(line.words, line.starts, strict=True)):
        inside = sorted(c for c in cuts if c[0][0] < start + len(word.text) and c[0][1] > start)
        if not inside:
            yield word
            continue
        at = start
        for (a, b), spelt in inside:
            if a > at:
                yield line._cut(n, (at, a))
            if spelt and a >= start:
                part = line._cut(n, (a, b))
                part.text = spelt
                yield part
            at = max(at, b)
        if at < start + len(word.text):
            yield line._cut(n, (at, start + len(word.text)))


def _end_place(words: list[Glyphs], day: Glyphs) -> None:
    """A comma behind the place before the word "ngày", as it is printed; a point is read too."""
    high = day.bottom - day.top
    place: list[Glyphs] = []
    for word in sorted((w for w in words if w.right <= day.left), key=lambda w: -w.right):
        if (place[-1] if place else day).left - word.right > high:
            break
        place.append(word)
    text = " ".join(word.text for word in reversed(place))
    if _PLACE.fullmatch(text):
        place[0].text = place[0].text.rstrip(_PLACE_ENDS) + ","


def _trimmed(line: _Row, span: tuple[int, int]) -> tuple[int, int]:
    """The stretch without the blanks at its ends."""
    text = line.text[slice(*span)]
    return span[0] + len(text) - len(text.lstrip()), span[1] - len(text) + len(text.rstrip())


def _with_gaps(line: _Row, rule: Rule, m: Any, gaps: list[str]) -> str:
    """The matched words as they should read, with dots where something is written by hand."""
    out, at = [], m.start()
    spans = [(m.span(slot), "…") for slot in gaps] + [(m.span(n), s) for n, s in _printed_words(rule)]
    for (a, b), shown in sorted(spans):
        out += [line.text[at:a], shown]
        at = b
    return " ".join(" ".join([*out, line.text[at : m.end()]]).split())


def _without_scraps(words: list[Glyphs], known: set[int], book: Rulebook) -> Iterator[Glyphs]:
    """The words without shreds of stamps, signatures and specks; dashes before a line spelt as such.

    Abbreviations alone in an item of a list ("- LĐVP;") are read with little confidence; they stay.
    """
    if not words:
        return
    usual = median(w.bottom - w.top for w in words)
    dashes = frozenset(("-", *book["scans.dash"].words))
    lines = [list(g) for _, g in groupby(sorted(words, key=lambda w: (w.line, w.left)), key=lambda w: w.line)]
    items = [line[0].left for line in lines if line[0].text in dashes and len(line) > 1]
    for line in lines:
        sure = [len(w.text) * w.confidence for w in line]
        mean = sum(sure) / sum(len(w.text) for w in line)
        good = [w.confidence >= 0.6 and bool(regex.search(r"\p{L}{2}|\p{N}", w.text)) for w in line]
        listed = line[0].text in dashes and sum(abs(left - line[0].left) <= usual / 4 for left in items) > 2
        if mean < _SCRAP_LINE and sum(good) <= len(line) / 2 and not listed:
            line = [
                w for w, g in zip(line, good, strict=True) if (g and w.confidence > 0.85) or id(w) in known
            ]
            good = [True] * len(line)
        for n, word in enumerate(line):
            if word.text in dashes and n == 0 and len(line) > 1 and word.left < line[1].left:
                word.text = "-"
            elif id(word) not in known and _is_scrap(word, any(good[:n]) and any(good[n + 1 :]), usual):
                continue
            yield word


def _is_scrap(word: Glyphs, between: bool, usual: float) -> bool:
    """Whether a word is no writing; `between`: sure words stand on both sides of it in its line."""
    if _BARS.fullmatch(word.text):
        return True
    if _NO_LETTER.fullmatch(word.text):
        return word.confidence < 0.6 and not (between and _MARKS.fullmatch(word.text))
    if word.bottom - word.top > 2.6 * usual and word.confidence < 0.7:
        return True
    return word.confidence < _SCRAP and not between
