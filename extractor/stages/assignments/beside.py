"""Beside: what the lines beside a work hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from extractor.annotations import Mention
from extractor.record import Deadline


@dataclass(slots=True)
class Attributes:
    """What lines such as "Cơ quan chủ trì: …" say of the work beside them; `due`: line -> its deadline."""

    lead: list[Mention] = field(default_factory=list)
    coordinating: list[Mention] = field(default_factory=list)
    mode: str | None = None
    deadline: Deadline | None = None
    recurrence: str | None = None
    #: number of a block and the words in it that name a product, in text order
    products: list[tuple[int, tuple[int, int]]] = field(default_factory=list)
    due: dict[int, Deadline] = field(default_factory=dict)


@dataclass(slots=True)
class Line:
    """A line beside a work, by the labels that it has; `who`: those who lead and those who help."""

    block: int
    who: tuple[list[Mention], list[Mention]] | None = None
    #: the verb of an order that names no work of its own
    mode: str | None = None
    partner: Any = None
    due: Any = None
    #: where the label of those who lead begins, when the line says something else before
    inner: int | None = None
    #: whether those who lead stand in a list below the line
    listed: bool = False
    product: Any = None
    result: Any = None
    #: a leader in charge, money, a place: nothing that is kept
    aside: bool = False


@dataclass(slots=True)
class Run:
    """Lines one right below the other; `above` is the block above the first of them, or -1."""

    above: int
    lines: list[Line]


@dataclass(slots=True)
class Inside:
    """A product named inside the words of a task: where the work ends before it, and the time behind it."""

    work_end: int
    product: tuple[int, int]
    behind: tuple[int, int]
