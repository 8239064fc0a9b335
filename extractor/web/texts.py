"""What the page says, per language: texts/vi.toml, texts/en.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "texts"
#: the first is spoken unless another is asked for
LANGUAGES = ("vi", "en")


class Texts:
    """The texts of a language, by dotted key: ``t("search.found", n=3)``.

    A text with ``{n}`` may have a form for one thing beside it: the key with ``_one``.
    """

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self.language, self._texts = language, texts

    @classmethod
    def read(cls, language: str) -> Texts:
        tree = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
        return cls(language, dict(_flat(tree)))

    def __call__(self, name: str, /, **values: Any) -> str:
        text = self._texts[name]
        if values.get("n") == 1:
            text = self._texts.get(f"{name}_one", text)
        return text.format(**values) if values else text

    def __contains__(self, name: str) -> bool:
        return name in self._texts

    def get(self, name: str, default: str) -> str:
        return self._texts.get(name, default)

    def keys(self) -> set[str]:
        return set(self._texts)


def _flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value
