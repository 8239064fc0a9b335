"""Letters that a document holds as pictures only, as of a scan pasted into a word processor."""

from __future__ import annotations

import io
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from extractor.errors import Reject
from extractor.ingest.formats import BY_TYPE, JPEG, PNG, TIFF
from extractor.ingest.media_types import media_type_of
from extractor.ingest.reading import Reading
from extractor.limits import Limits
from extractor.rulebook import Rulebook


def read_pictures(pictures: list[bytes], name: str, book: Rulebook, limits: Limits) -> Iterator[Reading]:
    """The letter on pictures of its pages, by what reads pictures. Raises `Reject` (no_text_layer, needs)."""
    pages = [p for p in pictures if media_type_of(p, name, book) in (PNG, JPEG, TIFF)]
    if not pages:
        raise Reject("no_text_layer", f"{len(pictures)} ảnh")
    data, kind = (pages[0], media_type_of(pages[0], name, book)) if len(pages) == 1 else (_bound(pages), TIFF)
    reader = BY_TYPE.get(kind)
    if reader is None:
        raise Reject("no_text_layer", f"{len(pictures)} ảnh")
    missing = [need.install for need in reader.needs if not need.met()]
    if missing:
        raise Reject("needs", f"{reader.title}: {'; '.join(missing)}")
    module: Any = import_module(f"extractor.ingest.{reader.module}")
    yield from module.read(data, name, book, limits)


def _bound(pages: list[bytes]) -> bytes:
    """Pictures as the pages of one TIFF file."""
    from PIL import Image

    try:
        images = [Image.open(io.BytesIO(page)) for page in pages]
        out = io.BytesIO()
        images[0].save(out, "TIFF", save_all=True, append_images=images[1:], compression="tiff_deflate")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as e:
        raise Reject("damaged", " ".join(str(e).split())[:100]) from None
    return out.getvalue()
