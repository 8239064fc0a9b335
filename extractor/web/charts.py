"""Drawings made on the server: a time line of tasks, steps of a heat map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Protocol

#: pixels: the whole width, the room for names on the left, a row
WIDTH, NAMES, ROW, HEAD = 960, 230, 26, 30
#: steps of a heat map beside "none"
STEPS = 5
_NAMED = 34
#: where there are enough tasks nearer to today, one so many days away is left out
_FAR, _ENOUGH = 3 * 365, 4


class Timed(Protocol):
    """What a time line needs of a task."""

    @property
    def document_id(self) -> int: ...
    @property
    def number(self) -> str | None: ...
    @property
    def task(self) -> str: ...
    @property
    def issued_on(self) -> str | None: ...
    @property
    def deadline_end(self) -> str | None: ...
    @property
    def overdue(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Bar:
    """A task from its letter's day to its deadline."""

    task: Timed
    x: float
    width: float
    y: int

    @property
    def name(self) -> str:
        text = self.task.task
        return text if len(text) <= _NAMED else text[: _NAMED - 1] + "…"


@dataclass(frozen=True, slots=True)
class TimeLine:
    bars: list[Bar]
    ticks: list[tuple[float, str]]
    today: float | None
    height: int


def nearest(deadlines: Iterable[tuple[str, int]], today: date, most: int = 24) -> list[int]:
    """Of days and what is due on them, what a time line shows: what is nearest to today."""
    away = [(abs((date.fromisoformat(day) - today).days), i) for day, i in deadlines]
    away = sorted(away, key=itemgetter(0))[:most]
    near = [i for days, i in away if days < _FAR]
    return near if len(near) >= _ENOUGH else [i for _, i in away]


def time_line(tasks: Sequence[Timed], today: date) -> TimeLine | None:
    """The tasks that have a deadline; None without any."""
    dated = [(task, date.fromisoformat(task.deadline_end)) for task in tasks if task.deadline_end]
    if not dated:
        return None
    dated.sort(key=lambda pair: (pair[1], pair[0].document_id))
    begins = [date.fromisoformat(t.issued_on) if t.issued_on else end for t, end in dated]
    first, last = min(begins), max(end for _, end in dated)
    days = max((last - first).days, 30)

    def at(day: date) -> float:
        return round(NAMES + (day - first).days / days * (WIDTH - NAMES - 12), 1)

    bars = []
    for i, ((task, end), begin) in enumerate(zip(dated, begins, strict=True)):
        x = at(min(begin, end))
        bars.append(Bar(task, x, max(round(at(end) - x, 1), 6.0), HEAD + i * ROW))
    inside = first <= today <= last
    return TimeLine(bars, _ticks(first, last, at), at(today) if inside else None, HEAD + len(bars) * ROW + 8)


def _ticks(first: date, last: date, at: object) -> list[tuple[float, str]]:
    """Years, or months where there are few."""
    assert callable(at)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    step = next((s for s in (1, 2, 3, 6, 12, 24, 60) if months / s <= 9), 120)
    found = []
    for i in range(months + 1):
        month = first.year * 12 + first.month - 1 + i
        if month % step:
            continue
        day = date(month // 12, month % 12 + 1, 1)
        if first <= day <= last:
            found.append((at(day), str(day.year) if step >= 12 else f"{day.month:02d}/{day.year}"))
    return found


def step(count: int, most: int) -> int:
    """The step of a heat map's cell, 0 to `STEPS`."""
    return 0 if not count else max(1, -(-STEPS * count // max(most, 1)))
