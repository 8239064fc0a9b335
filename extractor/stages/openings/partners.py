"""Partners: those with whom work is to be done."""

from __future__ import annotations

from bisect import bisect_left

from extractor.annotations import Annotations, Mention
from extractor.rulebook import Rulebook
from extractor.stages.openings.lists import Lists
from extractor.stages.openings.names import Names
from extractor.stages.openings.opening import Opening, Part
from extractor.stages.openings.words import Words

#: characters before a cue in which the beginning of its clause is looked for
_CLAUSE = 420
#: characters in which the work behind a partner's name is looked for
_NAME = 160
#: marks that stand in no name
_IN_NAME = frozenset('.;:()\n“”"')


class Partners(Part):
    """Finds the partners in the work of one document."""

    def __init__(
        self, annotations: Annotations, book: Rulebook, words: Words, names: Names, lists: Lists
    ) -> None:
        super().__init__(annotations, book)
        self.words, self.names, self.lists = words, names, lists

    def coordinating(self, start: int, end: int, owners: list[Mention]) -> list[Mention]:
        """Those with whom the work in ``[start, end)`` is to be done."""
        out: list[Mention] = []
        for m in self.rule("coordination").finditer(self.view, start, end):
            if self._directed(start, m.start()):
                continue
            found, stop = self.lists.listed(*self.lists.list_from(m.end(), end), end)
            if not found and (somebody := self._unknown(start, m.start(), m.end(), end)) is not None:
                found, stop = [somebody], somebody.end
            while found:
                out += found
                gap = self.rule("agency_gap").match(self.view, stop, end)
                found = []
                if gap and self.view.text[stop : stop + 1] == ";":
                    found, stop = self.lists.agency_list(gap.end(), end)
        out += self._with_whom(start, end)
        out += self._helpers(start, end)
        unique: dict[str, Mention] = {}
        taken = {o.start for o in owners}
        for a in out:
            if a.start not in taken:
                unique.setdefault(a.value.id, a)
        return list(unique.values())

    def _unknown(self, low: int, cue: int, start: int, end: int) -> Mention | None:
        """A group that no register knows, named up to the work: "lực lượng chức năng của địa phương".

        None behind words that direct anybody ("chỉ đạo kiểm lâm phối hợp với chính quyền xã").
        """
        if self.rule("partner_body").match(self.view, start, end) is None:
            return None
        if self.book["assignments.directs"].search(self.view, self._clause(low, cue), cue) is not None:
            return None
        work = self.words.work_behind_name(start, min(end, start + _NAME))
        name = self.view.text[start:work].rstrip(" ,")
        if work == min(end, start + _NAME) or self.words.is_long(name):
            return None
        if not _IN_NAME.isdisjoint(name) or self.rule("name_break").search(self.view, start, work):
            return None
        parts = name.split(", ")
        if any(not part[:1].isupper() for part in parts[1:]):
            return None
        return self.names.as_written(start, name)

    def _with_whom(self, start: int, end: int) -> list[Mention]:
        """Those named behind "cùng", "cùng với" where the work begins or behind a comma."""
        out: list[Mention] = []
        for m in self.rule("partner").finditer(self.view, start, end):
            at = m.start("m")
            before = self.view.text[max(start, at - 2) : at].rstrip(" \n")
            i = bisect_left(self.names.starts, at) - 1
            behind_name = m["with"] is not None and i >= 0 and self.names.agencies[i].end == at - 1
            if (before and before[-1] not in ",;" and not behind_name) or self._directed(start, at):
                continue
            out += self.lists.listed(*self.lists.list_from(m.end(), end), end)[0]
        return out

    def _helpers(self, start: int, end: int) -> list[Mention]:
        """Those named before "phối hợp": "chủ trì, Sở Y tế phối hợp tuyên truyền", "…; Sở Y tế phối hợp"."""
        out: list[Mention] = []
        for m in self.rule("coordinates_after").finditer(self.view, start, end):
            semicolon = self.view.text.rfind(";", max(start, m.start() - _CLAUSE), m.start())
            if semicolon >= 0:
                found, stop = self.lists.agency_list(self.words.skip(semicolon + 1, end), end)
                out += found if stop == m.start() else []
        for m in self.rule("leads_then").finditer(self.view, start, end):
            found, stop = self.lists.agency_list(m.end(), end)
            out += found if self.rule("coordinates_all").match(self.view, stop, end) else []
        return out

    def helps(self, made: Opening, start: int, end: int) -> bool:
        """Whether those behind a ";" only help whoever leads before it."""
        if self.rule("coordinates_after").match(self.view, made.rest - 1, end):
            return True
        return any(
            m.end() == made.start and self.rule("coordinates_all").match(self.view, made.rest - 1, end)
            for m in self.rule("leads_then").finditer(self.view, max(0, start), made.start + 1)
        )

    def _clause(self, start: int, offset: int) -> int:
        """Where the clause begins in which `offset` stands."""
        near = max(start, offset - _CLAUSE)
        return max(near, *(self.view.text.rfind(c, near, offset) + 1 for c in (";", ". ", ": ")))

    def _directed(self, start: int, offset: int) -> bool:
        """Whether somebody else is told to cooperate: "chỉ đạo X phối hợp với Y"."""
        for hit in self.book["assignments.directs"].finditer(self.view, self._clause(start, offset), offset):
            i = bisect_left(self.names.starts, hit.end())
            if i < len(self.names.agencies) and self.names.agencies[i].start < offset:
                return True
        return False
