"""What Word's styles and lists say of a paragraph or run: font, capitals, hidden, its number in a list."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from extractor.ingest.list_numbers import LEVELS, Counters, Level
from extractor.ingest.looks import PLAIN, Look
from extractor.ingest.packages import Node, children, plain, tree, whole

#: styles that build on each other, lists that refer to each other
_MAX_STEPS = 30
#: a place for a level that there is not: LibreOffice writes it before numbers it has from Word 2003 XML
_NO_LEVEL = re.compile(r"%0%\.?")
_OFF = {"0", "false", "off"}


class Styles:
    """The styles of a document by their ids; only those that are used are looked into."""

    def __init__(self, data: bytes) -> None:
        root = tree(data)
        self._items: dict[str, Node] = {}
        self._looks: dict[str, Look] = {}
        self._centred: dict[str, bool] = {}
        self._plain: set[str] = set()
        self.normal = ""
        self.base = PLAIN
        for defaults in children(root, "docDefaults"):
            run = plain(defaults).find("rPrDefault/rPr")
            self.base = look_of(run) if run is not None else PLAIN
        for item in children(root, "style"):
            told = {key.rpartition("}")[2]: value for key, value in item.attrib.items()}
            name = told.get("styleId", "")
            self._items[name] = item
            if told.get("type") == "paragraph" and is_on(told.get("default", "0")):
                self.normal = name

    def look(self, name: str) -> Look:
        """The look that a style and those it builds on give."""
        found = self._looks.get(name)
        if found is None:
            found = PLAIN
            for _, style in self._chain(name):
                run = style.find("rPr")
                if run is not None:
                    found = found.over(look_of(run))
            self._looks[name] = found
        return found

    def number(self, name: str) -> tuple[str, int | None, str] | None:
        """The list that a paragraph style belongs to: its id, the level if named, the style that says so."""
        for own, style in self._chain(name):
            number = style.find("pPr/numPr")
            if number is not None and (list_id := value_of(number, "numId")):
                level = value_of(number, "ilvl")
                return list_id, whole(level) if level else None, own
        return None

    def centred(self, name: str) -> bool:
        """Whether a paragraph style centres its paragraphs."""
        found = self._centred.get(name)
        if found is None:
            said = (style.find("pPr/jc") for _, style in self._chain(name))
            found = next((jc.get("val") == "center" for jc in said if jc is not None), False)
            self._centred[name] = found
        return found

    def _chain(self, name: str) -> list[tuple[str, Node]]:
        """A style and those it builds on, from the nearest on."""
        found: dict[str, Node] = {}
        while name in self._items and name not in found and len(found) < _MAX_STEPS:
            item = self._items[name]
            if name not in self._plain:
                self._plain.add(name)
                plain(item)
            found[name] = item
            name = value_of(item, "basedOn")
        return list(found.items())


@dataclass
class _List:
    """A list's levels and how far it has come; `styles` are the paragraph styles of its levels."""

    levels: list[Level]
    styles: dict[str, int]
    link: str = ""
    counters: Counters = field(default_factory=Counters)


@dataclass
class _Use:
    """A use of a list (a ``num``): levels that differ, numbers at which it begins anew."""

    of: str
    levels: dict[int, Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


class Lists:
    """The lists of a document, which count as its paragraphs pass by."""

    def __init__(self, data: bytes, styles: Styles) -> None:
        root = tree(data)
        self._styles = styles
        self._by_style: dict[str, tuple[str, int | None, str] | None] = {}
        self._lists: dict[str, _List] = {}
        self._uses: dict[str, _Use] = {}
        linked: dict[str, str] = {}
        for item in children(root, "abstractNum"):
            plain(item)
            name = item.get("abstractNumId", "")
            levels = [Level(kind="none")] * LEVELS
            by_style = {}
            for child in item.iterfind("lvl"):
                at = _level_at(child)
                levels[at] = _level(child)
                if style := value_of(child, "pStyle"):
                    by_style[style] = at
            self._lists[name] = _List(levels, by_style, value_of(item, "numStyleLink"))
            if style := value_of(item, "styleLink"):
                linked[style] = name
        for item in children(root, "num"):
            plain(item)
            use = self._uses[item.get("numId", "")] = _Use(value_of(item, "abstractNumId"))
            for change in item.iterfind("lvlOverride"):
                at, start, own = _level_at(change), value_of(change, "startOverride"), change.find("lvl")
                if own is not None:
                    use.levels[at] = _level(own)
                if start:
                    use.starts[at] = whole(start)
        for found in self._lists.values():
            other = linked.get(found.link)
            if other is not None and self._lists[other] is not found:
                target = self._lists[other]
                found.levels, found.styles, found.counters = target.levels, target.styles, target.counters

    def label(self, number: tuple[str, int | None] | None, style: str) -> str:
        """What stands before the next paragraph: "" without a list. Counts it."""
        by = style
        if number is None or (not number[0] and number[1] is not None):
            if style not in self._by_style:
                self._by_style[style] = self._styles.number(style)
            inherited = self._by_style[style]
            if inherited is None:
                return ""
            list_id, level, by = inherited
            level = number[1] if number is not None else level
        else:
            list_id, level = number
        use = self._uses.get(list_id)
        found = self._lists.get(use.of) if use is not None else None
        if use is None or found is None:
            return ""
        at = found.styles.get(by, 0) if level is None else min(level, LEVELS - 1)
        levels = (
            [use.levels.get(n, own) for n, own in enumerate(found.levels)] if use.levels else found.levels
        )
        return found.counters.next(at, levels, use.starts.pop(at, None))


def look_of(properties: Node) -> Look:
    """The look that an ``rPr`` gives."""
    fonts = properties.find("rFonts")
    font = None if fonts is None else fonts.get("hAnsi") or fonts.get("ascii")
    return Look(font, _switch(properties, "caps"), _switch(properties, "vanish"))


def is_on(value: str | None) -> bool:
    """Whether a switch's value says yes; to name it is to turn it on."""
    return value is None or value not in _OFF


def _switch(properties: Node, name: str) -> bool | None:
    item = properties.find(name)
    return None if item is None else is_on(item.get("val"))


def value_of(item: Node, name: str) -> str:
    """The ``val`` of a child, "" without one."""
    child = item.find(name)
    return "" if child is None else child.get("val", "")


def _level_at(item: Node) -> int:
    return min(whole(item.get("ilvl")), LEVELS - 1)


def _level(item: Node) -> Level:
    restart = value_of(item, "lvlRestart")
    kind = value_of(item, "numFmt") or next((k.get("val", "") for k in item.iter("numFmt")), "") or "decimal"
    return Level(
        kind=kind,
        start=whole(value_of(item, "start")),
        shown=_NO_LEVEL.sub("", value_of(item, "lvlText")),
        restart=whole(restart) if restart else None,
        all_decimal=item.find("isLgl") is not None,
        gap="" if value_of(item, "suff") == "nothing" else " ",
    )
