"""Stamps of the office that a letter came to ("CÔNG VĂN ĐẾN Số: … Ngày: …"), in black ink: they go.

What is written in them is no part of the letter, and a frame beside a title or over a paragraph draws its
words into their lines. So a frame goes before the page is read: ink that hangs together, as large as a stamp,
with a long level line; that it is one is told by the words in it. Without a frame the words go.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from extractor.ingest.ocr_spelling import plain
from extractor.ingest.pictures import Piece, ink
from extractor.ingest.tesseract import SPARSE, Glyphs, read_words
from extractor.rulebook import Rulebook
from extractor.textview import TextView

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grid = NDArray[Any]

#: share of the page from its top in which stamps are looked for
_WITHIN = 0.6
#: pixels of the page that become one square; how far (squares) a level line may rise
_SQUARE, _RISE = 2, 2
#: the shortest level line of a frame, the least and greatest width and height of one (inches)
_LINE, _WIDE, _HIGH = 0.8, (1.0, 3.8), (0.35, 2.0)
#: share of a level line that is ink
_DRAWN = 0.9
#: by how much a frame is enlarged to be read
_ENLARGED = 2
#: heights of the word "đến" within which the labels of its stamp stand below it or beside it
_BELOW, _BESIDE = 6, 10


def without_arrival(page: Image.Image, dpi: float, seconds: float, book: Rulebook) -> Image.Image:
    """The grey page with the frames of arrival stamps turned to paper."""
    frames = [box for box in _frames(page, dpi) if _is_arrival(page, box, dpi, seconds, book)]
    if frames:
        page = page.copy()
        for box in frames:
            page.paste(255, (box.left, box.top, box.right, box.bottom))
    return page


def _frames(page: Image.Image, dpi: float) -> list[Piece]:
    """The boxes of ink that hangs together, as large as a stamp, with a long level line."""
    high, wide = int(_WITHIN * page.height) // _SQUARE, page.width // _SQUARE
    dark = ink(page)[: high * _SQUARE, : wide * _SQUARE]
    squares: Grid = np.asarray(dark.reshape(high, _SQUARE, wide, _SQUARE).any(axis=(1, 3)))
    inch = dpi / _SQUARE
    found = []
    seen = np.zeros_like(squares)
    for y, x in _level(squares, round(_LINE * inch)):
        if seen[y, x]:
            continue
        x0, y0, x1, y1 = _grown(squares, seen, y, x)
        if _WIDE[0] <= (x1 - x0) / inch <= _WIDE[1] and _HIGH[0] <= (y1 - y0) / inch <= _HIGH[1]:
            found.append(Piece(x0 * _SQUARE, y0 * _SQUARE, x1 * _SQUARE, y1 * _SQUARE))
    return found


def _level(squares: Grid, length: int) -> list[tuple[int, int]]:
    """Dark squares of level lines of at least `length`; such a line may rise a little."""
    if squares.shape[1] <= length or not squares.any():
        return []
    thick = squares.copy()
    for by in range(1, _RISE + 1):
        thick[by:] |= squares[:-by]
        thick[:-by] |= squares[by:]
    sums = np.cumsum(np.pad(thick, ((0, 0), (1, 0))), axis=1, dtype=np.int32)
    middle = length // 2
    full = sums[:, length:] - sums[:, :-length] >= _DRAWN * length
    line = squares[:, middle : middle + full.shape[1]] & full
    return [(int(y), int(x) + middle) for y, x in zip(*np.nonzero(line), strict=True)]


def _grown(squares: Grid, seen: Grid, y: int, x: int) -> tuple[int, int, int, int]:
    """The box (left, top, right, bottom) of the dark squares that hang together with one; marks them seen."""
    high, wide = squares.shape
    edge = [(y, x)]
    seen[y, x] = True
    x0, y0, x1, y1 = x, y, x, y
    while edge:
        y, x = edge.pop()
        x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
        for b in range(max(0, y - 1), min(high, y + 2)):
            for a in range(max(0, x - 1), min(wide, x + 2)):
                if squares[b, a] and not seen[b, a]:
                    seen[b, a] = True
                    edge.append((b, a))
    return x0, y0, x1 + 1, y1 + 1


def _is_arrival(page: Image.Image, box: Piece, dpi: float, seconds: float, book: Rulebook) -> bool:
    """Whether the words in a frame are those of an arrival stamp: two of its labels, one that only it has."""
    part = page.crop((box.left, box.top, box.right, box.bottom))
    part = part.resize((_ENLARGED * part.width, _ENLARGED * part.height), Image.Resampling.LANCZOS)
    words = read_words(part, _ENLARGED * dpi, seconds, mode=SPARSE)
    text = TextView(plain(" ".join(word.text for word in words)))
    labels = {m["m"].strip(" .:") for m in book["scans.arrival"].finditer(text)}
    return len(labels) > 1 and not labels.isdisjoint(book["scans.arrival"].set["only"].split())


def without_labels(lines: list[list[Glyphs]], book: Rulebook) -> list[list[Glyphs]]:
    """Printed lines without those of an arrival stamp that has no frame: "ĐẾN", and its labels close by."""
    texts = [TextView(plain(" ".join(word.text for word in line))) for line in lines]
    labels = {n: m["m"] for n, text in enumerate(texts) if (m := book["scans.arrival"].match(text))}
    gone: set[int] = set()
    for n, text in enumerate(texts):
        if not book["scans.arrival_title"].match(text):
            continue
        near = [m for m in labels if m != n and _near(lines[m], lines[n])]
        first = {labels[m]: m for m in reversed(near)}  # a second "Số:" is the letter's own
        gone |= {n, *first.values()} if near else set()
    return [line for n, line in enumerate(lines) if n not in gone]


def _near(label: list[Glyphs], title: list[Glyphs]) -> bool:
    """Whether a label stands below the word "đến", or at its right."""
    high = median(word.bottom - word.top for word in title)
    below = min(word.top for word in label) - min(word.top for word in title)
    if label[0].left > title[-1].right:
        return abs(below) < _BELOW / 2 * high and label[0].left - title[-1].right < _BESIDE * high
    return 0 < below < _BELOW * high and abs(label[0].left - title[0].left) < _BESIDE * high
