"""Where results are written: a file is there whole or not at all, a device or a pipe is written to itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from extractor.errors import CongvanError


def is_stream(path: Path) -> bool:
    """Whether a path is a device or a pipe: what is written to it goes on, nothing may take its place."""
    return path.exists() and not path.is_file() and not path.is_dir()


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A ``NAME.part`` beside a file, renamed to it when all is written, else removed.

    A device or a pipe is written to itself. Raises `CongvanError` where it cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        if is_stream(path):
            yield path
            return
        yield part
        os.replace(part, path)
    except OSError as e:
        raise CongvanError(f"Không ghi được {path}: {e.strerror or e}") from None
    finally:
        with suppress(OSError):
            part.unlink()
