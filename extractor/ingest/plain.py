"""Plain text in whatever encoding Vietnamese offices use."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.ingest.encodings import decode
from extractor.ingest.reading import Reading
from extractor.limits import Limits
from extractor.rulebook import Rulebook


def read(data: bytes, name: str, book: Rulebook, limits: Limits) -> Iterator[Reading]:
    """The text of a file. Raises `Reject` (empty, not_text, unknown_encoding)."""
    decoded = decode(data, book)
    yield Reading(decoded.text, encoding=decoded.encoding, repair=decoded.repair, pipes=True)
