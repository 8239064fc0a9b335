"""Names behind labels: who leads and who helps, on a line such as "Cơ quan chủ trì: …" or below it."""

from __future__ import annotations

from typing import Any

from extractor.annotations import Mention
from extractor.stages.assignments.context import Part
from extractor.stages.roles import by_role


class LabelledNames(Part):
    """Reads who is named behind the labels of one document."""

    def named_behind(self, i: int, label: Any, end: int) -> tuple[list[Mention], list[Mention]] | None:
        """Who leads and who helps, of those named behind a label; None where the words there are work."""
        at = label.end()
        if i in self.children and not self.view.text[at:end].strip():
            return self._named_below(i)
        stop = self.rule("coordinating_line").search(self.view, at, end)
        until = stop.start() if stop else end
        order = self.rule("order_opening").match(self.view, self.words.skip(at, until), until)
        begin = order.end() if order else self.words.skip(at, until)
        if label["open"] and not (
            self.lists.agency_list(begin, until)[0]
            and self.is_bare(begin, self.time_behind(at, until) or until)
        ):
            return None
        return self.named_in(begin, until, stop.end() if stop else end, end)

    def named_in(
        self, begin: int, until: int, behind_label: int, end: int
    ) -> tuple[list[Mention], list[Mention]]:
        """Who leads and who helps in ``[begin, until)``; all in ``[behind_label, end)`` help."""
        lead, behind = self.lists.agency_list(begin, until)
        lead, behind = self.told.whole_list(lead, behind, until) if lead else (lead, begin)
        partners: list[Mention] = []
        roles = list(self.rule("cell_role").finditer(self.view, begin, until))
        if self._tells_roles(roles):
            named = [*lead, *self.annotations.within("agencies", behind, until)]
            lead, partners = by_role(named, roles, self.view.text, begin)
        partners += self.annotations.within("agencies", behind_label, end)
        known = {a.value.id for a in (*lead, *partners)}
        more = self.partners.coordinating(begin, end, lead)
        return lead, [*partners, *(a for a in more if a.value.id not in known)]

    @staticmethod
    def are_posts(lead: list[Mention]) -> bool:
        """Whether only posts are named, no body."""
        return all(a.value.title is not None for a in lead)

    def _named_below(self, i: int) -> tuple[list[Mention], list[Mention]] | None:
        """Who leads and who helps, of those named in the list below a label; None where it is no such list.

        Lines of the list that have a label of their own are read when their turn comes.
        """
        lead: list[Mention] = []
        partners: list[Mention] = []
        labels = False
        for c in self.children[i]:
            at, end = self.blocks[c].content, self.blocks[c].end
            if any(self.rule(n).match(self.view, at, end) for n in ("lead_line", "coordinating_line")):
                labels = True
                continue
            if c in self.children or not self.is_bare(at, end):
                return None
            found, _ = self.lists.agency_list(at, end)
            found = found or list(self.annotations.within("agencies", at, end))
            roles = list(self.rule("cell_role").finditer(self.view, at, end))
            leads, helps = by_role(found, roles, self.view.text, at) if roles else (found, [])
            lead += leads
            partners += helps
        return (lead, partners) if lead or labels else None

    def _tells_roles(self, roles: list[Any]) -> bool:
        """Whether the words beside the names tell some who lead from others."""
        if any(m["partner"] for m in roles):
            return True
        return any(self.view.text[m.start("m") - 1] == "(" for m in roles)

    def is_bare(self, start: int, end: int) -> bool:
        """Whether only agencies stand in ``[start, end)``, and words that join them or tell their roles."""
        at = start
        for a in self.annotations.within("agencies", start, end):
            if a.start >= at and not self._is_gap(at, a.start):
                return False
            at = max(at, a.end)
        return self._is_gap(at, end)

    def _is_gap(self, start: int, end: int) -> bool:
        said = self.rule("bare_gap").match(self.view, start, end)
        return start >= end or (said is not None and said.end() == end)

    def time_behind(self, start: int, end: int) -> int | None:
        """Where a sentence that only tells the time begins on a line: "Chủ trì: Sở A. Thời gian: quý I"."""
        dot = self.view.text.find(". ", start, end)
        while dot >= 0:
            if self.rule("deadline_line").match(self.view, dot + 2, end):
                return dot + 2
            dot = self.view.text.find(". ", dot + 1, end)
        said = self.rule("time_said").search(self.view, start, end)
        return said.start("m") if said is not None else None
