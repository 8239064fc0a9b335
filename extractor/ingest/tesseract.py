"""Tesseract as a program: a grey picture in, the words it reads with their boxes and confidences out."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from extractor.errors import Reject
from extractor.ingest.formats import OCR

if TYPE_CHECKING:
    from PIL.Image import Image

#: the layers of Tesseract's table: a row of the last one is a word
_WORD = "5"
_COLUMNS = 12
#: how Tesseract takes the picture apart: by itself, as one column of lines of different size, as one block,
#: as one line, as words wherever they stand
AUTO, COLUMN, BLOCK, LINE, SPARSE = 3, 4, 6, 7, 11


@dataclass(slots=True)
class Glyphs:
    """A word on a picture: its characters, its box in pixels, its confidence (0 to 1), its printed line."""

    text: str
    left: int
    top: int
    right: int
    bottom: int
    confidence: float
    line: tuple[int, int, int]


def read_words(
    picture: Image, dpi: float, seconds: float, languages: str = "vie", mode: int = AUTO
) -> list[Glyphs]:
    """The words of a grey picture (mode L), in the order in which Tesseract reads them.

    Raises `Reject`: ``needs`` without the program or its Vietnamese data, ``timeout`` after `seconds`,
    ``damaged`` when it fails on the picture.
    """
    out = _run(picture, dpi, seconds, "-l", languages, "--psm", str(mode), "tsv")
    words = []
    for row in out.splitlines()[1:]:
        cells = row.split("\t", _COLUMNS - 1)
        if len(cells) < _COLUMNS or cells[0] != _WORD or not cells[11].strip():
            continue
        block, paragraph, line = int(cells[2]), int(cells[3]), int(cells[4])
        left, top, width, height = (int(c) for c in cells[6:10])
        words.append(
            Glyphs(
                cells[11].strip(), left, top, left + width, top + height,
                max(0.0, float(cells[10])) / 100, (block, paragraph, line),
            )
        )  # fmt: skip
    return words


def turned(picture: Image, dpi: float, seconds: float) -> int:
    """By how many degrees (0, 90, 180, 270) the picture must be turned clockwise to stand upright.

    0 as well where Tesseract cannot tell.
    """
    try:
        out = _run(picture, dpi, seconds, "--psm", "0")
    except Reject as reject:
        if reject.code == "damaged":  # too few characters, or no data for orientation
            return 0
        raise
    found = {key.strip(): value.strip() for key, _, value in (row.partition(":") for row in out.splitlines())}
    sure = float(found.get("Orientation confidence", "0")) >= 2
    return int(found.get("Rotate", "0")) % 360 if sure else 0


@lru_cache(maxsize=1)
def version() -> str:
    """``tesseract 5.3.0``."""
    out = subprocess.run(["tesseract", "--version"], capture_output=True, check=False, timeout=20)
    first = (out.stdout or out.stderr).decode("utf-8", "replace").splitlines()
    return " ".join(first[0].split()[:2]) if first else "tesseract"


def _run(picture: Image, dpi: float, seconds: float, *options: str) -> str:
    header = f"P5 {picture.width} {picture.height} 255\n".encode()
    command = ["tesseract", "stdin", "stdout", "--dpi", str(round(dpi)), *options]
    try:
        done = subprocess.run(
            command,
            input=header + picture.tobytes(),
            capture_output=True,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            timeout=seconds,
            check=False,
        )
    except FileNotFoundError:
        raise Reject("needs", OCR.install) from None
    except subprocess.TimeoutExpired:
        raise Reject("timeout", f"{seconds:g}") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace")
        if "loading language" in said or "tessdata" in said:
            raise Reject("needs", OCR.install)
        raise Reject("damaged", f"tesseract: {' '.join(said.split())[:120]}")
    return done.stdout.decode("utf-8", "replace")
