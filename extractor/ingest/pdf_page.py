"""The text layer of a PDF page: its characters put together to words by where they stand.

The order in which a file writes its characters says little: a word processor without a full font cuts words
in runs of two fonts, tables come by column, blanks are left out. So runs of characters are joined where the
gap between them is small for their size, and parted where it is not.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extractor.errors import Reject
from extractor.ingest.reading import Box, Sheet, Word
from extractor.rulebook import Rulebook

if TYPE_CHECKING:
    import pypdfium2

#: as shares of the font size: the gap that parts words, how far characters may overlap, how far the baselines
#: of a word's characters may differ, how far that of a raised mark stands above its line
_GAP, _OVERLAP, _LEVEL, _RAISED = 0.13, 0.4, 0.12, 0.55
#: as shares of the font size: what a word's box takes above and below the baseline
_ABOVE, _BELOW = 0.92, 0.22
#: a mark is raised when it is smaller than this share of the characters it stands at
_SMALLER = 0.8
#: characters, drawn objects and line segments of a page that are looked at, and forms inside forms
_MAX_CHARACTERS, _MAX_OBJECTS, _MAX_SEGMENTS, _MAX_FORMS = 300_000, 50_000, 20_000, 4
#: points: what is thinner is a line; what is shorter is no part of a table
_THIN, _SHORT = 3.0, 5.0
#: the least font size in points, for files that hide words by it
_TINY = 0.5
#: outlines on a page without letters that may well be letters
_SHAPES = 400
#: notes put on a page that are looked at
_MAX_NOTES = 200
#: characters of a page whose direction is asked
_SAMPLE = 40
_NO_SHOW = {0, 0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xFFFE, 0xFFFF}
_BLANKS = {0x9, 0xA, 0xD, 0x20, 0xA0, 0x2002, 0x2003, 0x2007, 0x2009, 0x202F, 0x3000}
_HYPHEN = 0x2  # pdfium's sign for a hyphen at the end of a line


@dataclass(slots=True, eq=False)
class _Run:
    """Characters that stand beside each other on one baseline (y grows upwards, the text stands upright)."""

    text: str
    left: float
    right: float
    base: float
    size: float
    #: a blank is written before it
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Layer:
    """A page by its characters: the sheet, the share of it that pictures cover, and which of its words were
    put on it later (they are no part of its picture)."""

    sheet: Sheet
    pictures: float
    noted: list[Word]


@dataclass(frozen=True, slots=True)
class _Frame:
    """Leads from the file's coordinates to those of a page turned clockwise by `turn` quarters."""

    left: float
    top: float
    width: float
    height: float
    turn: int

    @classmethod
    def of(cls, box: Box, turn: int) -> _Frame:
        x0, y0, x1, y1 = _turned(box, turn)
        return cls(x0, y1, x1 - x0, y1 - y0, turn)

    def place(self, upright: Box) -> Box:
        """The box on the page (y grows downwards) of one that is turned already."""
        x0, y0, x1, y1 = upright
        return x0 - self.left, self.top - y1, x1 - self.left, self.top - y0


def read_layer(pdf: pypdfium2.PdfDocument, index: int, book: Rulebook) -> Layer:
    """What a page (from 0) says in characters. The document's own copy of the page may be changed.

    Raises `Reject` (too_large) for a page with more characters than any letter has.
    """
    with closing(pdf[index]) as page:
        shown = page.get_rotation() // 90
        turn, runs = _page_runs(page, shown)
        frame = _Frame.of(page.get_bbox(), turn)
        drawn = _Drawing(page)
        notes = _notes(page)
    noted = _noted(pdf, index, shown, runs, notes, turn, book) if notes else []
    rules = [frame.place(_turned(rule, turn)) for rule in drawn.rules]
    sheet = Sheet(
        index + 1,
        frame.width,
        frame.height,
        list(_words([*runs, *noted], frame)),
        rules,
        turn=(turn - shown) % 4,
    )
    pictures = 1.0 if drawn.shapes > _SHAPES else drawn.pictures / max(frame.width * frame.height, 1.0)
    return Layer(sheet, min(pictures, 1.0), list(_words(noted, frame)))


def _page_runs(page: pypdfium2.PdfPage, shown: int) -> tuple[int, list[_Run]]:
    """By how many quarters a page must be turned, and the runs of characters on it when it is."""
    with closing(page.get_textpage()) as layer:
        characters = layer.count_chars()
        if characters > _MAX_CHARACTERS:
            raise Reject("too_large", f"{characters} > {_MAX_CHARACTERS}")
        turn = _text_turn(layer.raw, characters, shown)
        return turn, _runs(layer.raw, characters, turn)


def _words(runs: list[_Run], frame: _Frame) -> Iterator[Word]:
    """The words on the page; what stands outside of it is not shown."""
    for run in _joined(runs):
        box = frame.place((run.left, run.base - _BELOW * run.size, run.right, run.base + _ABOVE * run.size))
        if box[2] > 0 and box[3] > 0 and box[0] < frame.width and box[1] < frame.height:
            yield Word(unicodedata.normalize("NFC", run.text), box)


def _notes(page: pypdfium2.PdfPage) -> list[Box]:
    """The boxes (y upwards) of what was put on a page later: stamps, typed notes, fields, signatures."""
    from pypdfium2 import raw

    kinds = {raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_FREETEXT}
    rect, found = raw.FS_RECTF(), []
    for at in range(min(raw.FPDFPage_GetAnnotCount(page.raw), _MAX_NOTES)):
        note = raw.FPDFPage_GetAnnot(page.raw, at)
        if note:
            if raw.FPDFAnnot_GetSubtype(note) in kinds and raw.FPDFAnnot_GetRect(note, rect):
                found.append((rect.left, rect.bottom, rect.right, rect.top))
            raw.FPDFPage_CloseAnnot(note)
    return found


def _noted(
    pdf: pypdfium2.PdfDocument,
    index: int,
    shown: int,
    runs: list[_Run],
    notes: list[Box],
    turn: int,
    book: Rulebook,
) -> list[_Run]:
    """What stands in notes, without the frames of signatures: a number or a day is often stamped so."""
    from pypdfium2 import raw

    with closing(pdf[index]) as page:
        if raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY) != raw.FLATTEN_SUCCESS:
            return []
    with closing(pdf[index]) as page:
        _, flat = _page_runs(page, shown)
    before = Counter((run.text, round(run.left), round(run.base)) for run in runs)
    new = []
    for run in flat:
        key = run.text, round(run.left), round(run.base)
        if before[key]:
            before[key] -= 1
        else:
            new.append(run)
    kept = []
    for note in notes:
        x0, y0, x1, y1 = _turned(note, turn)
        inside = [r for r in new if x0 <= (r.left + r.right) / 2 <= x1 and y0 <= r.base + r.size / 3 <= y1]
        new = [run for run in new if run not in inside]
        if not book["pages.stamp"].hit(" ".join(run.text for run in inside)):
            kept += inside
    return kept


def _turned(box: Box, turn: int) -> Box:
    """A box (y upwards) turned clockwise by quarters around the origin."""
    x0, y0, x1, y1 = box
    if turn == 1:
        return y0, -x1, y1, -x0
    if turn == 2:
        return -x1, -y1, -x0, -y0
    if turn == 3:
        return -y1, x0, -y0, x1
    return box


def _text_turn(layer: Any, characters: int, shown: int) -> int:
    """By how many quarters the page must be turned clockwise for most of its words to stand upright."""
    from pypdfium2.raw import FPDFText_GetCharAngle

    angles = Counter[int]()
    for at in range(0, characters, max(characters // _SAMPLE, 1)):
        angle = FPDFText_GetCharAngle(layer, at)
        if angle >= 0:
            angles[round(angle / (math.pi / 2)) % 4] += 1
    if not angles:
        return shown
    # pdfium counts the angle clockwise
    return -angles.most_common(1)[0][0] % 4


def _runs(layer: Any, characters: int, turn: int) -> list[_Run]:
    """Runs of characters in the order of the file, parted at blanks and wherever they do not follow."""
    from pypdfium2 import raw

    unicode_of, generated = raw.FPDFText_GetUnicode, raw.FPDFText_IsGenerated
    size_of = raw.FPDFText_GetFontSize
    loose_box, origin_of = raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetCharOrigin
    rect, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    runs: list[_Run] = []
    run: _Run | None = None
    apart = False
    said = size = began = ended = 0.0
    for at in range(characters):
        code = unicode_of(layer, at)
        if code in _BLANKS:
            if not generated(layer, at):
                run, apart = None, True
            continue
        if code in _NO_SHOW:
            continue
        loose_box(layer, at, rect)
        origin_of(layer, at, x, y)
        left, right, base = rect.left, rect.right, y.value
        if turn:
            left, _, right, _ = _turned((left, rect.bottom, right, rect.top), turn)
            base = (0.0, -x.value, -y.value, x.value)[turn]
        given = size_of(layer, at)
        if given != said or run is None or not -_OVERLAP * size < left - run.right < _GAP * size:
            said, size = given, given * _scale(raw, layer, at)
        ligature = left == began and right == ended
        began, ended = left, right
        size = size if size > _TINY else _TINY
        char = "-" if code == _HYPHEN else "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)
        if run is not None:
            if unicodedata.combining(char) or (ligature and base == run.base):
                run.text += char
                continue
            if (
                abs(base - run.base) <= _LEVEL * size
                and -_OVERLAP * size < left - run.right < _GAP * size
                and _SMALLER * size < run.size
                and _SMALLER * run.size < size
            ):
                run.text += char
                run.right = max(run.right, right)
                continue
        run = _Run(char, left, right, base, size, apart)
        apart = False
        runs.append(run)
    return runs


def _scale(raw: Any, layer: Any, at: int) -> float:
    """By how much a character is shown larger than its font size says."""
    matrix = raw.FS_MATRIX()
    if not raw.FPDFText_GetMatrix(layer, at, matrix):
        return 1.0
    return math.hypot(matrix.c, matrix.d) or 1.0


def _joined(runs: list[_Run]) -> Iterator[_Run]:
    """Runs that touch put together, line by line from the top; what is drawn twice comes once."""
    runs.sort(key=lambda run: -run.base)
    start = 0
    while start < len(runs):
        end, size = start + 1, runs[start].size
        while end < len(runs) and runs[start].base - runs[end].base <= _RAISED * max(size, runs[end].size):
            size = max(size, runs[end].size)
            end += 1
        yield from _joined_line(sorted(runs[start:end], key=lambda run: run.left))
        start = end


def _joined_line(line: list[_Run]) -> Iterator[_Run]:
    last: _Run | None = None
    for run in line:
        if last is None:
            last = run
            continue
        size = max(run.size, last.size)
        twice = run.text == last.text and run.left - last.left < _LEVEL * size
        if twice and abs(run.base - last.base) < _LEVEL * size:
            continue
        if _touch(last, run, size):
            last.text += run.text
            last.right = max(last.right, run.right)
        else:
            yield last
            last = run
    if last is not None:
        yield last


def _touch(last: _Run, run: _Run, size: float) -> bool:
    """Whether `run` goes on with the word of `last`; a raised mark does not behind digits."""
    gap = run.left - last.right
    if not -_OVERLAP * size < gap < _GAP * size or (run.apart and gap > -_LEVEL * size):
        return False
    if abs(run.base - last.base) <= _LEVEL * size and min(run.size, last.size) > _SMALLER * size:
        return True
    raised = run.base > last.base and run.size < _SMALLER * last.size
    return raised and last.text[-1:].isalpha()


class _Drawing:
    """What is drawn on a page beside its words.

    `rules` are the boxes of thin straight lines (y upwards), `pictures` is the area that pictures cover,
    `shapes` counts the outlines: letters may be drawn as such.
    """

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        from pypdfium2 import raw

        self.raw = raw
        self.rules: list[Box] = []
        self.pictures = 0.0
        self.shapes = 0
        self._objects = _MAX_OBJECTS
        self._walk(
            lambda at: raw.FPDFPage_GetObject(page.raw, at),
            raw.FPDFPage_CountObjects(page.raw),
            (1.0, 0.0, 0.0, 1.0, 0.0, 0.0),
            0,
        )

    def _walk(self, get: Callable[[int], Any], count: int, frame: tuple[float, ...], depth: int) -> None:
        raw = self.raw
        for at in range(count):
            self._objects -= 1
            if self._objects < 0:
                return
            item = get(at)
            kind = raw.FPDFPageObj_GetType(item)
            if kind == raw.FPDF_PAGEOBJ_PATH:
                self.shapes += 1
                if len(self.rules) < _MAX_SEGMENTS:
                    self._path(item, frame)
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                x0, y0, x1, y1 = self._bounds(item, frame)
                self.pictures += (x1 - x0) * (y1 - y0)
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _MAX_FORMS:
                self._walk(
                    lambda n, form=item: raw.FPDFFormObj_GetObject(form, n),  # type: ignore[misc]
                    max(raw.FPDFFormObj_CountObjects(item), 0),
                    _after(self._matrix(item), frame),
                    depth + 1,
                )

    def _matrix(self, item: Any) -> tuple[float, ...]:
        m = self.raw.FS_MATRIX()
        if not self.raw.FPDFPageObj_GetMatrix(item, m):
            return 1.0, 0.0, 0.0, 1.0, 0.0, 0.0
        return m.a, m.b, m.c, m.d, m.e, m.f

    def _bounds(self, item: Any, frame: tuple[float, ...]) -> Box:
        values = [ctypes.c_float() for _ in range(4)]
        self.raw.FPDFPageObj_GetBounds(item, *values)
        left, bottom, right, top = (v.value for v in values)
        return _around([_moved(x, y, frame) for x in (left, right) for y in (bottom, top)])

    def _path(self, path: Any, frame: tuple[float, ...]) -> None:
        """Straight lines of a path that run along the page's edges; a thin filled box counts as one."""
        raw = self.raw
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        if not raw.FPDFPath_GetDrawMode(path, fill, stroke):
            return
        if not stroke.value:
            if fill.value:
                x0, y0, x1, y1 = box = self._bounds(path, frame)
                if min(x1 - x0, y1 - y0) <= _THIN and max(x1 - x0, y1 - y0) >= _SHORT:
                    self.rules.append(box)
            return
        frame = _after(self._matrix(path), frame)
        x, y = ctypes.c_float(), ctypes.c_float()
        at = start = (0.0, 0.0)
        for n in range(min(raw.FPDFPath_CountSegments(path), _MAX_SEGMENTS - len(self.rules))):
            segment = raw.FPDFPath_GetPathSegment(path, n)
            raw.FPDFPathSegment_GetPoint(segment, x, y)
            point = _moved(x.value, y.value, frame)
            kind = raw.FPDFPathSegment_GetType(segment)
            if kind == raw.FPDF_SEGMENT_MOVETO:
                start = point
            elif kind == raw.FPDF_SEGMENT_LINETO:
                self._line(at, point)
            at = point
            if raw.FPDFPathSegment_GetClose(segment):
                self._line(at, start)
                at = start

    def _line(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        x0, y0, x1, y1 = box = _around([start, end])
        if min(x1 - x0, y1 - y0) <= 1.0 and max(x1 - x0, y1 - y0) >= _SHORT:
            self.rules.append(box)


def _after(inner: tuple[float, ...], outer: tuple[float, ...]) -> tuple[float, ...]:
    """The matrix of two in a row, `inner` first."""
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _moved(x: float, y: float, m: tuple[float, ...]) -> tuple[float, float]:
    return x * m[0] + y * m[2] + m[4], x * m[1] + y * m[3] + m[5]


def _around(points: list[tuple[float, float]]) -> Box:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)
