"""Which letter implements, amends, replaces which: the letters around one, or the latest links, as a drawing.

The older letter stands to the left: an arrow leads from the letter that refers to the one it refers to.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from extractor.database import schema as t
from extractor.web.views import agree

#: relations in the order of the legend; `basis` and `mentions` are drawn only around one letter
RELATIONS = ("implements", "amends", "replaces", "repeals", "follows", "basis", "mentions")
STRONG = RELATIONS[:5]
#: nodes of a drawing at most
MOST = 48
#: pixels: a node, the room between columns and rows, around the whole
WIDTH, HEIGHT, ACROSS, DOWN, AROUND = 176, 46, 84, 16, 12
#: pixels within which parts stand side by side
PAGE = 1240
#: letters of a node's number that fit
FIT = 22


@dataclass(slots=True)
class Node:
    """A letter; `document_id` is None where only its number is known, or `several` have that."""

    key: str
    document_id: int | None
    number: str
    type: str | None
    issued_on: str | None
    title: str
    several: bool = False
    layer: int = 0
    x: int = 0
    y: int = 0

    @property
    def short(self) -> str:
        return self.number if len(self.number) <= FIT else self.number[: FIT - 1] + "…"


@dataclass(frozen=True, slots=True)
class Edge:
    """From the letter that refers to the one it refers to."""

    source: str
    target: str
    relation: str


@dataclass(slots=True)
class Drawing:
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    width: int = 0
    height: int = 0
    cut: bool = False

    def path(self, edge: Edge) -> str:
        """The curve of an edge, from the left or the right side of its ends."""
        a, b = self.nodes[edge.source], self.nodes[edge.target]
        if a.layer == b.layer:
            x, top, bottom = a.x + WIDTH, a.y + HEIGHT // 2, b.y + HEIGHT // 2
            return f"M{x},{top} C{x + 48},{top} {x + 48},{bottom} {x + 6},{bottom}"
        left = a.layer > b.layer
        x1, x2 = (a.x, b.x + WIDTH + 6) if left else (a.x + WIDTH, b.x - 6)
        y1, y2, half = a.y + HEIGHT // 2, b.y + HEIGHT // 2, (ACROSS // 2) * (-1 if left else 1)
        return f"M{x1},{y1} C{x1 + half},{y1} {x2 - half},{y2} {x2},{y2}"

    @property
    def links(self) -> list[tuple[Node, str, Node]]:
        """The same in words: who, how, whom; the latest first."""
        found = [(self.nodes[e.source], e.relation, self.nodes[e.target]) for e in self.edges]
        return sorted(found, key=lambda link: (link[0].issued_on or "", link[0].key), reverse=True)


_D, _R = t.documents.c, t.references.c
_CARD = (_D.id, _D.number, _D.number_key, _D.type, _D.issued_on, _D.issuer_id, _D.title)


def around(connection: Connection, document_id: int, depth: int, relations: Iterable[str]) -> Drawing:
    """The letters at most `depth` references away from one."""
    drawing, wanted = Drawing(), tuple(relations)
    start = connection.execute(_START, {"document": document_id}).first()
    if start is None:
        return drawing
    first = _known(drawing, start)
    waiting, seen = deque([(first, start, 0)]), {first.key}
    while waiting:
        node, row, steps = waiting.popleft()
        if steps == depth:
            continue
        for edge, other, other_row in _neighbours(connection, node, row, wanted):
            if other.key not in drawing.nodes:
                if len(drawing.nodes) >= MOST:
                    drawing.cut = True
                    continue
                other.layer = node.layer + (1 if edge.source == other.key else -1)
                drawing.nodes[other.key] = other
            if edge not in drawing.edges:
                drawing.edges.append(edge)
            if other.key not in seen:
                seen.add(other.key)
                waiting.append((other, other_row, steps + 1))
    _place(drawing)
    return drawing


def latest(connection: Connection, relations: Iterable[str]) -> Drawing:
    """The links of the latest letters, those of letters that have several first."""
    drawing, wanted = Drawing(), tuple(relations)
    often = (
        select(_R.number_key)
        .select_from(t.references.join(t.documents, _R.document_id == _D.id))
        .where(_R.relation.in_(wanted), _R.number_key.is_not(None), _D.current)
        .group_by(_R.number_key)
        .order_by(func.count(func.distinct(_R.document_id)).desc(), func.max(_D.issued_on).desc())
        .limit(16)
    )
    rows = connection.execute(
        select(*_CARD, *_CITED)
        .select_from(t.references.join(t.documents, _R.document_id == _D.id))
        .where(_R.number_key.in_(often.scalar_subquery()), _R.relation.in_(wanted), _D.current)
        .order_by(_D.issued_on.desc())
        .limit(2 * MOST)
    ).all()
    targets = _resolve(connection, rows)
    for row in rows:
        source = _known(drawing, row)
        target = targets[_cited_key(row)]
        if target.key == source.key:
            continue
        drawing.nodes.setdefault(target.key, target)
        edge = Edge(source.key, target.key, row.relation)
        if edge not in drawing.edges:
            drawing.edges.append(edge)
        if len(drawing.nodes) >= MOST:
            drawing.cut = True
            break
    joined = {end for e in drawing.edges for end in (e.source, e.target)}
    drawing.nodes = {k: n for k, n in drawing.nodes.items() if k in joined}
    _layers(drawing)
    _place(drawing)
    return drawing


_CITED = (
    _R.number.label("cited"), _R.number_key.label("cited_key"), _R.issuer_id.label("cited_issuer"),
    _R.issued_on.label("cited_on"), _R.subject, _R.type.label("cited_type"), _R.relation,
)  # fmt: skip


# statements are made once: to make one takes longer than to ask it
_wanted = _R.relation.in_(bindparam("relations", expanding=True))
_START = select(*_CARD).where(_D.id == bindparam("document"))
_NUMBERED = select(*_CARD).where(_D.number_key.in_(bindparam("numbers", expanding=True)), _D.current)
_NAMED = (
    select(_R.number_key, _R.issuer_id, _R.issued_on)
    .where(_R.number_key.in_(bindparam("numbers", expanding=True)))
    .distinct()
)
_OUT = select(*_CITED).where(_R.document_id == bindparam("document"), _R.number_key.is_not(None), _wanted)
_INTO = (
    select(*_CARD, *_CITED)
    .select_from(t.references.join(t.documents, _R.document_id == _D.id))
    .where(_R.number_key == bindparam("number"), _wanted, _D.current)
    .order_by(_D.issued_on.desc())
    .limit(MOST)
)


def _known(drawing: Drawing, row: Any) -> Node:
    return drawing.nodes.setdefault(f"d{row.id}", _document(row))


def _document(row: Any) -> Node:
    return Node(f"d{row.id}", row.id, row.number or f"#{row.id}", row.type, row.issued_on, row.title)


Cited = tuple[str, str | None, str | None]


def _cited_key(row: Any) -> Cited:
    return row.cited_key, row.cited_issuer, row.cited_on


def _resolve(connection: Connection, rows: Sequence[Any]) -> dict[Cited, Node]:
    """The letter that each reference names: the one in the database, else one known by its number only.

    Where several in the database can be meant none is. Outside, a reference without issuer or day names the
    letter that others name in full if that is but one.
    """
    numbers = {row.cited_key for row in rows}
    there = defaultdict(list)
    if numbers:
        for row in connection.execute(_NUMBERED, {"numbers": list(numbers)}):
            there[row.number_key].append(row)
    found: dict[Cited, Node] = {}
    named = _named(connection, numbers)
    for row in rows:
        cited = number, issuer, day = _cited_key(row)
        matches = [d for d in there[number] if agree(issuer, d.issuer_id) and agree(day, d.issued_on)]
        if len(matches) == 1:
            found[cited] = _document(matches[0])
        elif cited not in found:
            several = len(matches) > 1
            _, issuer, day = cited if several else _in_full(cited, named[number])
            key = f"n{number}|{issuer or ''}|{day or ''}"
            found[cited] = Node(key, None, row.cited, row.cited_type, day, row.subject or "", several)
    return found


def _named(connection: Connection, numbers: set[str]) -> dict[str, list[Cited]]:
    """Number -> all the letters that references name by it."""
    named: dict[str, list[Cited]] = defaultdict(list)
    if numbers:
        for row in connection.execute(_NAMED, {"numbers": list(numbers)}):
            named[row.number_key].append((row.number_key, row.issuer_id, row.issued_on))
    return named


def _in_full(cited: Cited, named: list[Cited]) -> Cited:
    """The only letter named with more of number, issuer and day that `cited` can be, else `cited`."""
    known = sum(map(bool, cited))
    for parts in range(3, known, -1):
        able = [
            c for c in named
            if sum(map(bool, c)) == parts and agree(cited[1], c[1]) and agree(cited[2], c[2])
        ]  # fmt: skip
        if able:
            return able[0] if len(able) == 1 else cited
    return cited


def _neighbours(
    connection: Connection, node: Node, row: Any, relations: tuple[str, ...]
) -> Iterable[tuple[Edge, Node, Any]]:
    """What a letter refers to, and what refers to it."""
    if node.document_id is not None:
        out = connection.execute(_OUT, {"document": node.document_id, "relations": relations}).all()
        targets = _resolve(connection, out)
        for cited in out:
            target = targets[_cited_key(cited)]
            if target.key != node.key:
                yield Edge(node.key, target.key, cited.relation), target, cited
    number = row.number_key if node.document_id is not None else row.cited_key
    if not number:
        return
    into = connection.execute(_INTO, {"number": number, "relations": relations}).all()
    targets = _resolve(connection, into)
    for citing in into:
        other = _document(citing)
        if other.key != node.key and targets[_cited_key(citing)].key == node.key:
            yield Edge(other.key, node.key, citing.relation), other, citing


def _layers(drawing: Drawing) -> None:
    """Columns: what is referred to stands one to the left of what refers to it."""
    towards, back = defaultdict(list), defaultdict(list)
    for e in drawing.edges:
        towards[e.source].append(e.target)
        back[e.target].append(e.source)
    placed: set[str] = set()
    for key in sorted(drawing.nodes, key=lambda k: -len(back[k])):
        if key in placed:
            continue
        waiting = deque([(key, 0)])
        placed.add(key)
        while waiting:
            at, layer = waiting.popleft()
            drawing.nodes[at].layer = layer
            for others, step in ((towards, -1), (back, 1)):
                for other in others[at]:
                    if other not in placed:
                        placed.add(other)
                        waiting.append((other, layer + step))


def _parts(drawing: Drawing) -> list[list[Node]]:
    """The nodes that hang together, largest part first."""
    joined = defaultdict(set)
    for e in drawing.edges:
        joined[e.source].add(e.target)
        joined[e.target].add(e.source)
    left, parts = dict.fromkeys(drawing.nodes), []
    while left:
        waiting, part = [next(iter(left))], []
        del left[waiting[0]]
        while waiting:
            key = waiting.pop()
            part.append(drawing.nodes[key])
            for other in sorted(joined[key]):
                if other in left:
                    del left[other]
                    waiting.append(other)
        parts.append(part)
    return sorted(parts, key=len, reverse=True)


def _place(drawing: Drawing) -> None:
    """Coordinates: a column per layer, its nodes by day around its middle; parts stand side by side."""
    left = top = AROUND
    lowest = 0
    for part in _parts(drawing):
        least = min(n.layer for n in part)
        columns: dict[int, list[Node]] = defaultdict(list)
        for node in part:
            columns[node.layer - least].append(node)
        rows = max(map(len, columns.values()))
        width = (max(columns) + 1) * (WIDTH + ACROSS)
        if left > AROUND and left + width - ACROSS > PAGE:
            left, top, lowest = AROUND, lowest + DOWN, 0
        for column, nodes in columns.items():
            nodes.sort(key=lambda n: (n.issued_on or "", n.key))
            first = top + (rows - len(nodes)) * (HEIGHT + DOWN) // 2
            for i, node in enumerate(nodes):
                node.x = left + column * (WIDTH + ACROSS)
                node.y = first + i * (HEIGHT + DOWN)
                drawing.width = max(drawing.width, node.x + WIDTH + AROUND)
        left += width
        lowest = max(lowest, top + rows * (HEIGHT + DOWN))
        drawing.height = max(drawing.height, lowest)
