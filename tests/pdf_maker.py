"""PDF files written by hand, so that tests need neither a word processor nor a font.

The one font is not embedded: its characters are given by ``ToUnicode``, their widths by ``W``; what pdfium
puts in its place does not matter, as only texts and places are asked (but characters that its font lacks must
not stand alone: pdfium takes them for nothing). Places count from a page's upper left corner.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

NARROW, BLANK, WIDE, USUAL = 280, 250, 780, 500


def advance(char: str) -> int:
    """The width of a character in thousandths of the font size."""
    if char == " ":
        return BLANK
    if char in "iíìỉĩịljtfr.,;:'!()-":
        return NARROW
    return WIDE if char in "mMWƯĐ%" or char.isupper() else USUAL


def width(text: str, size: float) -> float:
    return sum(map(advance, text)) * size / 1000


def wrapped(text: str, size: float, room: float, first: float = 0.0) -> list[str]:
    """A paragraph in lines no longer than `room`, the first one shorter by `first`."""
    lines: list[str] = []
    for word in text.split():
        left = room - (first if len(lines) == 1 else 0)
        if lines and width(f"{lines[-1]} {word}", size) <= left:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


@dataclass
class Page:
    """What is drawn on a page: operators in the order in which they are written to the file."""

    width: float = 595.0
    height: float = 842.0
    rotate: int = 0
    marks: list[str] = field(default_factory=list)
    notes: list[tuple[tuple[float, float, float, float], list[str]]] = field(default_factory=list)
    picture: bool = False

    def text(self, x: float, y: float, text: str, size: float = 14, stretch: float = 0.0) -> float:
        """Words on a baseline at `y`; each blank wider by `stretch`. Where they end."""
        self.marks.append(_shown(x, self.height - y, text, size, stretch))
        return x + width(text, size) + stretch * text.count(" ")

    def centred(self, x: float, y: float, text: str, size: float = 14) -> None:
        self.text(x - width(text, size) / 2, y, text, size)

    def upwards(self, x: float, y: float, text: str, size: float = 14) -> None:
        """Words turned by a quarter, running up the page from `y`."""
        code = _coded(text)
        self.marks.append(f"BT /F {size} Tf 0 1 -1 0 {x:.2f} {self.height - y:.2f} Tm {code} Tj ET")

    def paragraph(
        self, x: float, y: float, right: float, text: str, size: float = 14, first: float = 36.0
    ) -> float:
        """A justified paragraph; the baseline behind its last line."""
        lines = wrapped(text, size, right - x, first)
        for number, line in enumerate(lines):
            start = x if number else x + first
            blanks = line.count(" ")
            last = number + 1 == len(lines)
            stretch = 0.0 if last or not blanks else (right - start - width(line, size)) / blanks
            self.text(start, y, line, size, stretch)
            y += 1.25 * size
        return y

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.marks.append(f"{x0:.2f} {self.height - y0:.2f} m {x1:.2f} {self.height - y1:.2f} l S")

    def frame(self, xs: list[float], ys: list[float]) -> None:
        """The lines of a table's cells."""
        for y in ys:
            self.line(xs[0], y, xs[-1], y)
        for x in xs:
            self.line(x, ys[0], x, ys[-1])

    def note(self, box: tuple[float, float, float, float], lines: list[str]) -> None:
        """A signature's field with words of its own."""
        self.notes.append((box, lines))


def _coded(text: str) -> str:
    return "<" + "".join(f"{ord(c):04X}" for c in text) + ">"


def _shown(x: float, y: float, text: str, size: float, stretch: float = 0.0) -> str:
    if not stretch:
        return f"BT /F {size} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm {_coded(text)} Tj ET"
    parts = f" {-1000 * stretch / size:.2f} ".join(_coded(p) for p in _with_blanks(text))
    return f"BT /F {size} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm [{parts}] TJ ET"


def _with_blanks(text: str) -> list[str]:
    words = text.split(" ")
    return [f"{word} " for word in words[:-1]] + words[-1:]


def pdf(*pages: Page, packed: bool = False, extra: str = "") -> bytes:
    """A file of some pages; `extra` goes into its trailer."""
    chars = sorted({chr(n) for n in range(32, 127)} | set(_VIETNAMESE))
    cmap = "\n".join(
        f"{len(block)} beginbfchar\n"
        + "\n".join(f"<{ord(c):04X}> <{ord(c):04X}>" for c in block)
        + "\nendbfchar"
        for block in (chars[n : n + 100] for n in range(0, len(chars), 100))
    )
    widths = " ".join(f"{ord(c)} [{advance(c)}]" for c in chars)
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Plain /Encoding /Identity-H"
        b" /DescendantFonts [4 0 R] /ToUnicode 6 0 R >>",
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Plain /CIDSystemInfo"
        f" << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 5 0 R /DW 500"
        f" /W [{widths}] >>".encode(),
        b"<< /Type /FontDescriptor /FontName /Plain /Flags 4 /FontBBox [0 -250 1000 950] /ItalicAngle 0"
        b" /Ascent 900 /Descent -220 /CapHeight 700 /StemV 80 >>",
        _stream(
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def\n"
            "1 begincodespacerange <0000> <FFFF> endcodespacerange\n" + cmap + "\nendcmap end end",
            packed,
        ),
        b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
        b" /Length 1 >>\nstream\n\xff\nendstream",
    ]
    kids = []
    for page in pages:
        notes = []
        for (x0, y0, x1, y1), lines in page.notes:
            drawn = "\n".join(_shown(2, y1 - y0 - 12 * (n + 1), line, 10) for n, line in enumerate(lines))
            form = f"/Type /XObject /Subtype /Form /BBox [0 0 {x1 - x0} {y1 - y0}] {_RESOURCES}"
            objects.append(_stream(drawn, packed, form))
            box = f"[{x0} {page.height - y1} {x1} {page.height - y0}]"
            ap = f"/AP << /N {len(objects)} 0 R >>"
            objects.append(
                f"<< /Type /Annot /Subtype /Widget /FT /Sig /T (s) /F 132 /Rect {box} {ap} >>".encode()
            )
            notes.append(f"{len(objects)} 0 R")
        marks = page.marks
        if page.picture:
            marks = [f"q {page.width} 0 0 {page.height} 0 0 cm /I Do Q", *marks]
        objects.append(_stream("\n".join(marks), packed))
        content = len(objects)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {page.width} {page.height}] /Rotate {page.rotate}"
            f" {_RESOURCES} /Contents {content} 0 R /Annots [{' '.join(notes)}] >>".encode()
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    return _file(objects, extra)


def _stream(text: str, packed: bool, head: str = "") -> bytes:
    data = text.encode("latin-1")
    if packed:
        data = zlib.compress(data)
        head += " /Filter /FlateDecode"
    return f"<< {head} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def _file(objects: list[bytes], extra: str) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R {extra} >>\nstartxref\n{start}\n%%EOF".encode()
    return bytes(out)


_RESOURCES = "/Resources << /Font << /F 3 0 R >> /XObject << /I 7 0 R >> >>"
_SMALL = (
    "áàảãạăắằẳẵặâấầẩẫậđéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵ"
    "\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323\u00ad\ufffd–—“”…•"
)
_VIETNAMESE = _SMALL + _SMALL.upper()
