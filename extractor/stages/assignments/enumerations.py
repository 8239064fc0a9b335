"""Enumerations: tasks that are counted inside a sentence: "(1) rà soát …; (2) báo cáo …"."""

from __future__ import annotations

from bisect import bisect_left

from extractor.stages.assignments.context import Context, Part
from extractor.stages.outline import counts_on

#: characters before the first number in which it is said that a list follows
_LEAD = 90
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")


class Enumerations(Part):
    """Cuts the enumerations of one document."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        #: (begin, end, number) of all marks, in text order
        self.marks = [
            (m.start("m"), m.end("m"), m["count"])
            for m in self.book["assignments.inline_mark"].finditer(self.view)
        ]

    def parts(self, start: int, end: int) -> list[tuple[str, int, int]]:
        """(number, begin, end) of each task counted in ``[start, end)``; none when work comes first."""
        if len(self.marks) < 2:
            return []
        first = bisect_left(self.marks, (start,))
        marks = self.marks[first : bisect_left(self.marks, (end,), first)]
        if len(marks) < 2 or marks[0][2] not in self.book["assignments.first_mark"].keys:
            return []
        kept = marks[:1]
        for mark in marks[1:]:
            if _follows(kept[-1][2], mark[2]):
                kept.append(mark)
        if len(kept) < 2 or not self._announced(start, kept[0][0]):
            return []
        ends = [m[0] for m in kept[1:]] + [end]
        return [(count, behind, stop) for (_, behind, count), stop in zip(kept, ends, strict=True)]

    def _announced(self, start: int, at: int) -> bool:
        """Whether the words before the first number only say that a list follows."""
        if not self.view.text[start:at].strip(" :\n"):
            return True
        if self.rule("only_announces").match(self.view, start, at):
            return True
        return self.rule("inline_lead").search(self.view, max(start, at - _LEAD), at) is not None


def _follows(last: str, own: str) -> bool:
    """Whether a number counts on from another."""
    if last in _ROMAN[:-1] and own == _ROMAN[_ROMAN.index(last) + 1]:
        return True
    return counts_on(last, own)
