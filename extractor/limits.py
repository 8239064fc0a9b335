"""What reading an input may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What a single input may cost before it is rejected; `seconds` are those of one document."""

    bytes: int = 20_000_000
    pages: int = 500
    #: bytes of all that comes out of one compressed file, and how many files may lie in it
    unpacked: int = 300_000_000
    files: int = 20_000
    #: containers inside containers
    depth: int = 3
    seconds: float = 300.0
