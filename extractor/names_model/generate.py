"""Sentences with marked names, made from ``rules/training/names.toml`` and the registers."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from extractor.errors import CongvanError
from extractor.names_model import LABELS
from extractor.rulebook import Rulebook

_SLOT = re.compile(r"\{(\w+)\}")
#: slot -> register and column that fill it
_REGISTERS = {
    "register": ("agencies.csv", "name"),
    "field": ("agency_fields.csv", "field"),
    "province": ("provinces.csv", "name"),
    "district": ("districts.csv", "name"),
    "commune": ("communes.csv", "name"),
}


@dataclass(frozen=True)
class Sentence:
    """A text with its names ``(start, end, label)`` in its order."""

    text: str
    names: tuple[tuple[int, int, str], ...]


class Generator:
    """Fills templates with made-up names. Raises `CongvanError` for a slot that nothing fills.

    `keep` tells which templates, and which forms of names, are used; of forms that all fail it all are.
    """

    def __init__(self, book: Rulebook, keep: Callable[[str], bool] = lambda text: True) -> None:
        path = book.folder / "training" / "names.toml"
        self.data = _read(path)
        self.fillings: dict[str, list[str]] = {}
        for part in ("lists", "forms", "words", "names"):
            self.fillings |= self.data[part]
        for slot, (file, column) in _REGISTERS.items():
            names = dict.fromkeys(row[column] for row in book.table(file))
            self.fillings[slot] = [name for name in names if name and not name.isdigit()]
        for slot, forms in self.data["forms"].items():
            self.fillings[slot] = [form for form in forms if keep(form)] or forms
        self.templates: list[str] = [t["text"] for t in self.data["template"] if keep(t["text"])]
        texts = [t for texts in self.data["forms"].values() for t in texts]
        texts += [t for texts in self.data["names"].values() for t in texts]
        unknown = {s for t in (*texts, *self.templates) for s in _SLOT.findall(t)} - set(self.fillings)
        if unknown:
            raise CongvanError(
                f"{path}: không có danh sách cho {', '.join(sorted(unknown))}."
                " Hãy thêm danh sách hoặc sửa chỗ gọi."
            )

    @cached_property
    def surnames(self) -> list[str]:
        """Family names, for the words that features know."""
        return list(dict.fromkeys(self.fillings["surname"]))

    def name(self, label: str, rng: random.Random) -> str:
        """A made-up name of an agency, a person or a place."""
        return self._fill("{" + label + "}", rng)

    def sentence(self, template: str, rng: random.Random) -> Sentence:
        """A template with each slot filled; slots of labels are its names."""
        text, names, at = "", [], 0
        for m in _SLOT.finditer(template):
            text += template[at : m.start()]
            filled = self._fill(m[0], rng)
            if m[1] in LABELS:
                names.append((len(text), len(text) + len(filled), m[1]))
            text += filled
            at = m.end()
        return Sentence(text + template[at:], tuple(names))

    def _fill(self, text: str, rng: random.Random) -> str:
        while "{" in text:
            text = _SLOT.sub(lambda m: rng.choice(self.fillings[m[1]]), text)
        return text


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as e:
        raise CongvanError(f"{path}: không đọc được câu luyện: {e}") from None
