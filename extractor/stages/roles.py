"""Roles: who leads and who helps, by the words that stand beside the names of bodies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar


class _Placed(Protocol):
    """Something named at ``[start, end)``."""

    start: int
    end: int


N = TypeVar("N", bound=_Placed)


def by_role(named: Sequence[N], roles: list[Any], text: str, start: int) -> tuple[list[N], list[N]]:
    """Those who lead and those who help, of `named` in text order in a stretch of `text` from `start` on.

    `roles` are the matches of ``assignments.cell_role`` there. A role said ahead ("chủ trì: A, B") holds for
    the names behind it, another one ("A, B (phối hợp)") for those before; who has none helps when another
    leads.
    """
    who: dict[bool, list[N]] = {True: [], False: []}
    waiting: list[N] = []
    at, last = 0, start
    ahead: bool | None = None
    for m in roles:
        stop = at
        while stop < len(named) and named[stop].end <= m.start("m"):
            stop += 1
        here, at = named[at:stop], stop
        leads = m["lead"] is not None
        cut = max(text.rfind(mark, last, m.start("m")) for mark in ";.\n")
        if ahead is None:
            waiting += here
        elif m["ahead"]:
            who[ahead] += here
        elif leads and not ahead and cut < 0 and here:  # "phối hợp với A, B thực hiện": A and B help
            who[ahead] += here
            last = m.end()
            continue
        else:  # the names behind the last ";" belong to the role said behind them
            who[ahead] += [n for n in here if n.start < cut]
            waiting += [n for n in here if n.start >= cut]
        if m["ahead"] or not waiting:
            who[True] += waiting
            waiting, ahead = [], leads
        else:
            who[leads] += waiting
            waiting, ahead = [], None
        last = m.end()
    who[ahead if ahead is not None else not who[True]] += [*waiting, *named[at:]]
    return who[True], who[False]
