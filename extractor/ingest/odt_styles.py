"""What the styles of an OpenDocument text say of a paragraph, a run or a list (ODF 1.3 part 3, 16 to 20)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.ingest.list_numbers import LEVELS, Level
from extractor.ingest.looks import PLAIN, Look
from extractor.ingest.packages import Node, whole

#: styles that build on each other
_MAX_STEPS = 30
_KINDS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "": "none",
}
#: LibreOffice writes ``%1%.%2%.`` for what Word writes as ``%1.%2.``
_DIGIT_END = re.compile(r"(%\d)%")
_NO_LEVEL = Level(kind="none")


class OdtStyles:
    """The styles by family and name; `add` takes the parts of the file that hold some."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, str], Node] = {}
        self._fonts: dict[str, str] = {}
        self._lists: dict[str, list[Level]] = {}
        self._looks: dict[tuple[str, str], Look] = {}
        self.outline: list[Level] = [_NO_LEVEL] * LEVELS

    def add(self, group: Node) -> None:
        """The children of ``styles``, ``automatic-styles`` or ``font-face-decls``."""
        for item in group:
            name = item.get("name", "")
            if item.tag == "style":
                self._items[item.get("family", ""), name] = item
            elif item.tag == "default-style":
                self._items[item.get("family", ""), ""] = item
            elif item.tag == "font-face":
                self._fonts[name] = item.get("font-family", "").strip("'\"")
            elif item.tag == "list-style":
                self._lists[name] = _levels(item)
            elif item.tag == "outline-style":
                self.outline = _levels(item)

    def look(self, family: str, name: str) -> Look:
        """The look of a style (`family`: paragraph or text) and those it builds on."""
        found = self._looks.get((family, name))
        if found is None:
            found = PLAIN
            for item in self._chain(family, name):
                found = found.over(self._own(item))
            self._looks[family, name] = found
        return found

    def centred(self, name: str) -> bool:
        """Whether a paragraph style centres its paragraphs."""
        for item in self._chain("paragraph", name):
            properties = item.find("paragraph-properties")
            if properties is not None and (align := properties.get("text-align")):
                return bool(align == "center")
        return False

    def levels(self, name: str) -> list[Level] | None:
        """The levels of a list style."""
        return self._lists.get(name)

    def list_of(self, name: str) -> str:
        """The list style that a paragraph style names."""
        return next((n for item in self._chain("paragraph", name) if (n := item.get("list-style-name"))), "")

    def _own(self, item: Node) -> Look:
        properties = item.find("text-properties")
        if properties is None:
            return PLAIN
        name = properties.get("font-name")
        font = self._fonts.get(name, name) if name else properties.get("font-family")
        transform, display = properties.get("text-transform"), properties.get("display")
        return Look(
            font.strip("'\"") if font else None,
            None if transform is None else transform == "uppercase",
            None if display is None else display == "none",
        )

    def _chain(self, family: str, name: str) -> Iterator[Node]:
        """A style and those it builds on, from the nearest to the default."""
        for _ in range(_MAX_STEPS):
            item = self._items.get((family, name))
            if item is None:
                break
            yield item
            if not name:
                return
            name = item.get("parent-style-name", "")
        default = self._items.get((family, ""))
        if default is not None:
            yield default


def _levels(item: Node) -> list[Level]:
    found = [_NO_LEVEL] * LEVELS
    for child in item:
        at = whole(child.get("level"), 1) - 1
        if not 0 <= at < LEVELS:
            continue
        start = whole(child.get("start-value"), 1)
        if child.tag == "list-level-style-bullet":
            found[at] = Level("bullet", start, child.get("bullet-char", ""))
        elif child.tag in {"list-level-style-number", "outline-level-style"}:
            kind = _KINDS.get(child.get("num-format", ""), "decimal")
            first = max(0, at + 1 - whole(child.get("display-levels"), 1))
            numbers = ".".join(f"%{n + 1}" for n in range(first, at + 1)) if kind != "none" else ""
            shown = child.get("num-list-format")
            if shown is None:
                shown = child.get("num-prefix", "") + numbers + child.get("num-suffix", "")
            else:
                shown = _DIGIT_END.sub(r"\1", shown) if kind != "none" else ""
            found[at] = Level(kind, start, shown, gap=" ")
    return found
