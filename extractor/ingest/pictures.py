"""Pictures of pages made fit for reading: grey, without coloured seals, upright, columns cut apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageFilter

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grid = NDArray[Any]

#: resolutions (pixels to the inch) at which the slope of lines and the gaps between columns are looked for
_SLOPE_DPI, _GAP_DPI = 75, 50
#: rows (at _GAP_DPI) that a printed line has at least
_THIN = 3
#: the greatest slope that is mended, and the step of the last search (degrees)
_MAX_SLOPE, _SLOPE_STEP = 5.0, 0.05
#: a seal is at least so wide and high (inches); marks of urgency and dates in colour are smaller
_SEAL = 0.85
#: mean difference (of 255) between neighbouring points of paper from which on a page is grainy
_GRAIN = 4.0
#: edge of the squares (inches) in which coloured ink is counted; squares between the parts of a seal
_SQUARE, _APART = 0.06, 3
#: how far (of 255) the channels of coloured ink lie apart, and the lightest that black ink may have
_COLOUR, _INK = 50, 110


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a page that is read on its own: its box in pixels."""

    left: int
    top: int
    right: int
    bottom: int


def grey(image: Image.Image, dpi: float) -> Image.Image:
    """The picture in grey, with large red or blue seals turned to paper."""
    if image.mode in {"1", "L"}:
        return image.convert("L")
    if image.mode in {"I", "I;16", "F"}:
        deep = np.asarray(image, dtype=np.float32)
        top = float(deep.max()) or 1.0
        return Image.fromarray((deep * (255 / top)).astype(np.uint8))
    if "A" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    image = image.convert("RGB")
    seal = _seals(image, dpi)
    if seal is None:
        return image.convert("L")
    page, colour = np.asarray(image.convert("L")).copy(), np.asarray(image)
    for box in seal:
        part = (slice(box.top, box.bottom), slice(box.left, box.right))
        light, dark = colour[part].max(axis=2), colour[part].min(axis=2)
        bare = (light > _INK) & (light - dark > _COLOUR)
        page[part] = np.where(bare, 255, np.maximum(page[part], light))
    return Image.fromarray(page)


def _seals(image: Image.Image, dpi: float) -> list[Piece] | None:
    """The boxes of large marks in coloured ink, None without any."""
    edge = max(1, round(dpi * _SQUARE / 2))
    step = 2 * edge
    small = image.resize((max(1, image.width // 2), max(1, image.height // 2)), Image.Resampling.BOX)
    colour = np.asarray(small, dtype=np.int16)
    strong = (colour.max(axis=2) - colour.min(axis=2)) > _COLOUR
    high, wide = strong.shape[0] // edge, strong.shape[1] // edge
    squares = strong[: high * edge, : wide * edge].reshape(high, edge, wide, edge).mean(axis=(1, 3)) > 0.04
    if not squares.any() or squares.mean() > 0.3:  # a coloured page has no seals
        return None
    least = _SEAL * dpi / step
    found = [
        Piece(x0 * step, y0 * step, x1 * step, y1 * step)
        for x0, y0, x1, y1 in _islands(squares)
        if x1 - x0 >= least and y1 - y0 >= least
    ]
    return found or None


def _islands(squares: Grid) -> list[tuple[int, int, int, int]]:
    """The boxes (left, top, right, bottom) of squares close to each other; each square is visited once."""
    left = {(int(y), int(x)) for y, x in zip(*np.nonzero(squares), strict=True)}
    boxes = []
    while left:
        edge = [left.pop()]
        y0 = y1 = edge[0][0]
        x0 = x1 = edge[0][1]
        while edge:
            y, x = edge.pop()
            y0, y1, x0, x1 = min(y0, y), max(y1, y), min(x0, x), max(x1, x)
            for dy in range(-_APART, _APART + 1):
                for dx in range(-_APART, _APART + 1):
                    near = (y + dy, x + dx)
                    if near in left:
                        left.remove(near)
                        edge.append(near)
        boxes.append((x0, y0, x1 + 1, y1 + 1))
    return boxes


def ink(page: Image.Image) -> Grid:
    """Where a grey picture is dark: True for ink. The limit follows the paper's own grey."""
    values = np.asarray(page)
    paper = float(np.percentile(values, 90)) if values.size else 255.0
    return np.asarray(values < 0.68 * paper)


def slope(page: Image.Image, dpi: float) -> float:
    """By how many degrees (against the clock) a grey page must be turned for its lines to lie level."""
    scale = _SLOPE_DPI / dpi
    small = page.resize(
        (max(1, round(page.width * scale)), max(1, round(page.height * scale))), Image.Resampling.BOX
    )
    dark = ink(small)
    margin = [int(0.04 * n) for n in dark.shape]
    dark[: margin[0]] = dark[-margin[0] - 1 :] = False
    dark[:, : margin[1]] = dark[:, -margin[1] - 1 :] = False
    ys, columns = np.nonzero(dark)
    if len(ys) < 200:
        return 0.0
    xs: Grid = columns - page.width * scale / 2
    best, width = 0.0, _MAX_SLOPE
    step = 0.5
    while step >= _SLOPE_STEP:
        angles = np.arange(best - width, best + width + step / 2, step)
        scores = [_sharpness(ys, xs, float(a)) for a in angles]
        best = float(angles[int(np.argmax(scores))])
        width, step = step, step / 5
    if abs(best) > _MAX_SLOPE or _sharpness(ys, xs, best) < 1.02 * _sharpness(ys, xs, 0.0):
        return 0.0
    return best


def _sharpness(ys: Grid, xs: Grid, angle: float) -> float:
    """How unevenly the dark points lie in rows when the page is turned by `angle`."""
    rows = np.round(ys - xs * np.tan(np.radians(angle))).astype(np.int64)
    rows -= rows.min()
    counts = np.bincount(rows).astype(np.float64)
    return float((counts**2).sum())


def turn(page: Image.Image, angle: float) -> Image.Image:
    """The grey page turned by so many degrees against the clock, of the same size, its new corners white."""
    if not angle:
        return page
    return page.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)


def pieces(page: Image.Image, dpi: float) -> list[Piece]:
    """The parts of a page from top to bottom, columns apart: where printed lines have a common wide gap.

    The gap must lie in the middle of the page and run through two lines or more, so that letterhead and
    signature come apart; a page without any is one piece.
    """
    scale = _GAP_DPI / dpi
    small = page.resize(
        (max(1, round(page.width * scale)), max(1, round(page.height * scale))), Image.Resampling.BOX
    )
    dark = ink(small)
    dark[:, : int(0.02 * dark.shape[1])] = dark[:, -int(0.02 * dark.shape[1]) - 1 :] = False
    out: list[Piece] = []
    at = 0
    bands = _bands(dark)
    for top, bottom, gap in _column_runs(bands, dark):
        middle = round(gap / scale)
        top = _between(top, max((b for _, b in bands if b <= top), default=0))
        bottom = _between(bottom, min((a for a, _ in bands if a >= bottom), default=dark.shape[0]))
        y0, y1 = round(top / scale), round(bottom / scale)
        if y0 > at:
            out.append(Piece(0, at, page.width, y0))
        out += [Piece(0, y0, middle, y1), Piece(middle, y0, page.width, y1)]
        at = y1
    if at < page.height:
        out.append(Piece(0, at, page.width, page.height))
    return out


def _between(edge: int, neighbour: int) -> int:
    """A row in the blank between two printed lines, at most two from the edge of the first."""
    return edge + max(-2, min(2, (neighbour - edge) // 2))


def stacked(page: Image.Image, parts: list[Piece]) -> tuple[Image.Image, list[tuple[int, int]]]:
    """The parts of a page one below the other; the row where each begins in the stack, and on the page."""
    gap = max(8, page.width // 80)
    stack = Image.new("L", (page.width, sum(p.bottom - p.top + gap for p in parts)), 255)
    at, starts = 0, []
    for part in parts:
        stack.paste(page.crop((part.left, part.top, part.right, part.bottom)), (part.left, at))
        starts.append((at, part.top))
        at += part.bottom - part.top + gap
    return stack, starts


def noisy(page: Image.Image) -> bool:
    """Whether a grey page is so grainy that letters are read better after smoothing."""
    values = np.asarray(page, dtype=np.int16)[::2, ::2]
    smooth = np.asarray(page.filter(ImageFilter.MedianFilter(3)), dtype=np.int16)[::2, ::2]
    paper = smooth > 0.85 * np.percentile(smooth, 80)
    return bool(paper.any()) and float(np.abs(values - smooth)[paper].mean()) > _GRAIN


def smoothed(page: Image.Image) -> Image.Image:
    """The page without single specks."""
    return page.filter(ImageFilter.MedianFilter(3))


def _bands(dark: Grid) -> list[tuple[int, int]]:
    """First and last row (half-open) of each run of rows with ink: printed lines, or lines grown together.

    Marks above capitals belong to the line right below them.
    """
    full = dark.sum(axis=1) >= 2
    edges = np.flatnonzero(np.diff(np.concatenate(([False], full, [False])).astype(np.int8)))
    bands: list[tuple[int, int]] = []
    for top, bottom in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if bands and bands[-1][1] - bands[-1][0] < _THIN and top - bands[-1][1] <= 1:
            top = bands.pop()[0]
        bands.append((top, bottom))
    return bands


def _column_runs(bands: list[tuple[int, int]], dark: Grid) -> list[tuple[int, int, int]]:
    """Runs of bands with a common gap: first row, last row, the gap's middle."""
    wide = dark.shape[1]
    least = int(0.025 * wide)
    runs: list[tuple[int, int, int]] = []
    open_run: list[tuple[int, int]] = []
    common: Grid = np.zeros(wide, dtype=bool)

    def close() -> None:
        nonlocal open_run
        if len(open_run) >= 2:
            gap = _widest(common, least)
            top, bottom = open_run[0][0], open_run[-1][1]
            if gap is not None:
                middle = (gap[0] + gap[1]) // 2
                sides = (dark[top:bottom, :middle].any(axis=1), dark[top:bottom, middle:].any(axis=1))
                if all(side.sum() >= 6 for side in sides):
                    runs.append((top, bottom, middle))
        open_run = []

    for top, bottom in bands:
        if bottom - top < _THIN:  # a ruled line, or specks
            if open_run:
                open_run.append((top, bottom))
            continue
        inked: Grid = np.asarray(dark[top:bottom].any(axis=0))
        blank: Grid = ~inked
        blank[: int(0.2 * wide)] = blank[int(0.75 * wide) :] = False
        joined: Grid = blank & common if open_run else blank
        gap = _widest(joined, least)
        if gap is None:
            close()
            gap = _widest(blank, least)
            joined = blank
            if gap is None:
                continue
        common = joined
        open_run.append((top, bottom))
    close()
    return runs


def _widest(blank: Grid, least: int) -> tuple[int, int] | None:
    """The widest run of blank columns that has at least `least` of them."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], blank, [False])).astype(np.int8)))
    best: tuple[int, int] | None = None
    for a, b in zip(edges[::2], edges[1::2], strict=True):
        if b - a >= least and (best is None or b - a > best[1] - best[0]):
            best = (int(a), int(b))
    return best
