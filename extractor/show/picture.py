"""A record's text with its highlights as a picture (SVG): what a reader sees first."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from extractor.record import Record
from extractor.show import KINDS, Highlight, highlights, segments

#: characters on a line, width of a character, height of a line, all round the text (pixels)
COLUMNS, WIDTH, HEIGHT, MARGIN = 96, 8.4, 22, 24
#: kind -> fill behind the text ("" for none), line under the text ("" for none)
_STYLE = {
    "assignment": ("#fff3c4", ""),
    "product": ("#e6dcf7", ""),
    "header": ("", "#999999"),
    "agency": ("", "#0b4f8a"),
    "date": ("#c8ecce", ""),
    "figure": ("#cfe0fa", ""),
    "target": ("#f7c9e1", ""),
    "reference": ("", "#7a3fb0"),
    "warning": ("", "#cc4400"),
}

#: XML has no control characters
_CONTROLS = dict.fromkeys(range(32), " ")


def picture(record: Record, lines: int = 60) -> str:
    """The first `lines` lines of the record's text and a legend, as SVG without scripts or outside resources.

    Letters have equal widths, so the coloured boxes fit them whatever font is there.
    """
    text, shown = record.text, list(_wrapped(record.text, COLUMNS))[:lines]
    found = highlights(record)
    marks = segments(len(text), found)
    present = {h.kind for h in found}
    height = 2 * MARGIN + HEIGHT * (len(shown) + 2)
    width = 2 * MARGIN + WIDTH * COLUMNS
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" font-size="14" '
        'font-family="Noto Sans Mono, Consolas, Menlo, DejaVu Sans Mono, monospace">',
        f"<title>{escape(record.document.number or record.source.name)}</title>",
        f'<rect width="{width:.0f}" height="{height}" fill="#ffffff" stroke="#cccccc"/>',
    ]
    at = 0
    for row, (start, end) in enumerate(shown):
        y = MARGIN + row * HEIGHT
        while marks and at < len(marks) and marks[at].end <= start:
            at += 1
        for mark in marks[at:]:
            if mark.start >= end:
                break
            left, right = max(mark.start, start) - start, min(mark.end, end) - start
            parts += _boxes(left, right, y, mark.over)
        parts.append(_line(text[start:end], MARGIN, y))
    parts += _legend([k for k in KINDS if k in present], MARGIN + (len(shown) + 1) * HEIGHT)
    return "\n".join([*parts, "</svg>\n"])


def _wrapped(text: str, columns: int) -> Iterator[tuple[int, int]]:
    """Lines of at most `columns` characters as offsets, broken at blanks where there are any."""
    start, empty = 0, True
    for line in text.split("\n"):
        end = start + len(line)
        if line.strip() or not empty:
            at = start
            while end - at > columns:
                blank = text.rfind(" ", at, at + columns)
                cut = blank + 1 if blank > at else at + columns
                yield at, cut
                at = cut
            yield at, end
        empty = not line.strip()
        start = end + 1


def _line(text: str, x: float, y: float) -> str:
    shown = text.rstrip()
    lead = len(shown) - len(shown.lstrip())
    if not shown:
        return ""
    length = (len(shown) - lead) * WIDTH
    return (
        f'<text x="{x + lead * WIDTH:.1f}" y="{y + 15}" textLength="{length:.1f}" '
        f'lengthAdjust="spacingAndGlyphs">{escape(shown.lstrip().translate(_CONTROLS))}</text>'
    )


def _boxes(left: int, right: int, y: int, over: tuple[Highlight, ...]) -> Iterator[str]:
    x, width = MARGIN + left * WIDTH, (right - left) * WIDTH
    for kind in dict.fromkeys(h.kind for h in over):
        fill, line = _STYLE[kind]
        if fill:
            yield f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{HEIGHT - 2}" fill="{fill}"/>'
        if line:
            yield f'<rect x="{x:.1f}" y="{y + HEIGHT - 4}" width="{width:.1f}" height="2" fill="{line}"/>'


def _legend(kinds: list[str], y: int) -> Iterator[str]:
    x = float(MARGIN)
    for kind in kinds:
        name, (fill, line) = KINDS[kind], _STYLE[kind]
        width = len(name) * WIDTH
        if x + width > MARGIN + COLUMNS * WIDTH:
            x, y = float(MARGIN), y + HEIGHT
        if fill:
            yield f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{HEIGHT - 2}" fill="{fill}"/>'
        else:
            yield f'<rect x="{x:.1f}" y="{y + HEIGHT - 4}" width="{width:.1f}" height="2" fill="{line}"/>'
        yield _line(name, x, y)
        x += width + 2 * WIDTH
