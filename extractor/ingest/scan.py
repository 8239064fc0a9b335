"""Pictures of pages: Tesseract's words with their boxes, from files and for PDF pages without text."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Iterator

from PIL import Image, ImageOps, UnidentifiedImageError

from extractor.errors import Reject
from extractor.ingest import file_names, pictures
from extractor.ingest.arrival_stamps import without_arrival
from extractor.ingest.ocr_boxes import even
from extractor.ingest.ocr_words import readable
from extractor.ingest.page_layout import arrange
from extractor.ingest.reading import OcrInfo, Reading, Sheet, Word
from extractor.ingest.tesseract import AUTO, COLUMN, LINE, Glyphs, read_words, turned, version
from extractor.limits import Limits
from extractor.rulebook import Rulebook

#: the resolution (pixels to the inch) that pages are read at; PDF pages are best rendered at it
DPI = 200
#: what a picture file's resolution must lie between to be believed
_LEAST_DPI, _MOST_DPI = 60, 1300
#: width of an A4 page in inches, for pictures that do not tell their resolution
_A4 = 8.27
#: pixels that a picture may have (an A3 page at 600 dpi has 70 million)
_PIXELS = 120_000_000
#: a page with fewer words than this may stand on its side or on its head
_FEW = 15
#: seconds that one page may take
_PAGE_SECONDS = 120.0


def read(data: bytes, name: str, book: Rulebook, limits: Limits) -> Iterator[Reading]:
    """The letters on a picture file's pages. Raises `Reject` (damaged, too_large, too_many_pages, needs)."""
    for reading in arrange(_sheets(data, book, limits), book):
        if not reading.number:
            reading.evidence += file_names.evidence(name, reading.text, book)
        yield reading


def _sheets(data: bytes, book: Rulebook, limits: Limits) -> Iterator[Sheet]:
    try:
        with Image.open(io.BytesIO(data)) as file:
            frames = getattr(file, "n_frames", 1)
            if frames > limits.pages:
                raise Reject("too_many_pages", str(frames))
            for number in range(frames):
                file.seek(number)
                if file.width * file.height > _PIXELS:
                    raise Reject("too_large", f"{file.width} x {file.height} pixel")
                dpi = _resolution(file)
                yield read_page(ImageOps.exif_transpose(file), dpi, number + 1, book, limits)
    except Reject:
        raise
    except Image.DecompressionBombError as error:
        raise Reject("too_large", str(error)) from None
    except UnidentifiedImageError:
        raise Reject("damaged", "image") from None
    except (OSError, EOFError, ValueError, SyntaxError, TypeError, KeyError, MemoryError) as error:
        raise Reject("damaged", " ".join(str(error).split())[:120]) from None


def _resolution(image: Image.Image) -> float:
    """Pixels to the inch as the file says, else as if it were an A4 page."""
    said = image.info.get("dpi")
    try:
        dpi = float(said[0]) if said else 0.0
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        dpi = 0.0
    size = min(image.size)
    if _LEAST_DPI <= dpi <= _MOST_DPI and 3 < size / dpi < 20:
        return dpi
    return min(_MOST_DPI, max(_LEAST_DPI, size / _A4))


def read_page(image: Image.Image, dpi: float, number: int, book: Rulebook, limits: Limits) -> Sheet:
    """The words of a page's picture of `dpi` pixels to the inch, boxes in points on the straightened page.

    Raises `Reject` (needs, timeout, damaged).
    """
    seconds = min(_PAGE_SECONDS, limits.seconds) if limits.seconds > 0 else _PAGE_SECONDS
    page, dpi = _fit(pictures.grey(image, dpi), dpi)
    if pictures.noisy(page):
        page = pictures.smoothed(page)
    words, page = _read_upright(page, dpi, seconds, book)

    def again(box: tuple[int, int, int, int], languages: str, scale: float) -> list[Glyphs]:
        part = page.crop(box)
        size = (round(scale * part.width), round(scale * part.height))
        if scale != 1:
            part = part.resize(size, Image.Resampling.LANCZOS)
        found = read_words(part, scale * dpi, seconds, languages, LINE)
        for word in found:
            word.left, word.right = (box[0] + int(x / scale) for x in (word.left, word.right))
            word.top, word.bottom = (box[1] + int(y / scale) for y in (word.top, word.bottom))
        return found

    found = readable(words, page, number, book, again)
    even(found.words)
    points = 72 / dpi
    sheet = Sheet(
        number,
        page.width * points,
        page.height * points,
        [Word(g.text, _box(g, points), g.confidence) for g in found.words],
        ocr=OcrInfo(f"{version()} vie", found.confidence),
    )
    sheet.notes = found.notes
    return sheet


def _box(glyphs: Glyphs, points: float) -> tuple[float, float, float, float]:
    return glyphs.left * points, glyphs.top * points, glyphs.right * points, glyphs.bottom * points


def _fit(page: Image.Image, dpi: float) -> tuple[Image.Image, float]:
    """The page at the resolution it is read at; one with fewer pixels is enlarged, as letters need them."""
    scale = DPI / dpi
    if 0.9 < scale < 1.1:
        return page, dpi
    size = (max(1, round(page.width * scale)), max(1, round(page.height * scale)))
    how = Image.Resampling.BOX if scale < 0.5 else Image.Resampling.LANCZOS
    return page.resize(size, how), float(DPI)


def _read_upright(
    page: Image.Image, dpi: float, seconds: float, book: Rulebook
) -> tuple[list[Glyphs], Image.Image]:
    """The words of a page and the page as it was read: level, and turned when hardly a word is found."""
    level = _level(page, dpi, seconds, book)
    words = _read_pieces(level, dpi, seconds)
    if sum(g.confidence > 0.6 and len(g.text) > 1 for g in words) >= _FEW:
        return words, level
    angle = turned(page, dpi, seconds)
    if not angle:
        return words, level
    page = page.rotate(-angle, expand=True, fillcolor=255)
    level = _level(page, dpi, seconds, book)
    return _read_pieces(level, dpi, seconds), level


def _level(page: Image.Image, dpi: float, seconds: float, book: Rulebook) -> Image.Image:
    """The page with its lines level, without the stamps of who received it."""
    return without_arrival(pictures.turn(page, pictures.slope(page, dpi)), dpi, seconds, book)


def _read_pieces(page: Image.Image, dpi: float, seconds: float) -> list[Glyphs]:
    """The words of a level page; where it has columns they are read one below the other."""
    parts = pictures.pieces(page, dpi)
    if len(parts) < 2:
        return read_words(page, dpi, seconds, mode=AUTO)
    stack, starts = pictures.stacked(page, parts)
    words = read_words(stack, dpi, seconds, mode=COLUMN)
    for word in words:
        row, before = starts[bisect_right(starts, ((word.top + word.bottom) // 2, page.height)) - 1]
        word.top, word.bottom = max(0, word.top + before - row), min(page.height, word.bottom + before - row)
    return words
