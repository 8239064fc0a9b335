"""Unknown: work of somebody whom no register knows, by the words around the name."""

from __future__ import annotations

from dataclasses import replace

from extractor.annotations import Annotations, Mention
from extractor.rulebook import Rulebook
from extractor.stages.openings.lists import Lists
from extractor.stages.openings.names import Names
from extractor.stages.openings.opening import Opening, Part
from extractor.stages.openings.words import Words
from extractor.textview import match_key, squeeze

#: words of somebody in a list whom no register knows
_WORDS_OF_NAME = 11
#: characters in which the work behind the last name of a list is looked for
_LONGEST_NAME = 200
#: marks that stand in no name
_IN_NAME = frozenset(',.;:()\n“”"')


class Unknown(Part):
    """Reads openings that name somebody unknown."""

    def __init__(
        self, annotations: Annotations, book: Rulebook, words: Words, names: Names, lists: Lists
    ) -> None:
        super().__init__(annotations, book)
        self.words, self.names, self.lists = words, names, lists

    def up_to_work(self, start: int, end: int) -> Opening | None:
        """Those with whom an item begins, whose last name goes on with unknown words up to the work.

        "Các báo của ngành và Cục A tuyên truyền …", "Các đơn vị tại khu A rà soát …"
        """
        at = self.words.skip(start, end)
        found, stop, work = self._first(at, end)
        between = self.view.text[stop:work]
        if not between[:1].isspace() or not 0 < len(between.split()) <= _WORDS_OF_NAME:
            return None
        if any(c in between for c in ".:;(\n") or self.rule("name_break").search(self.view, stop, work):
            return None
        further = [*self.annotations.within("agencies", stop, work)]
        name_end = work
        if further:
            gap = self.rule("list_gap").search(self.view, stop, further[0].start)
            joined, behind = self.lists.agency_list(further[0].start, end)
            if gap is None or gap.end() != further[0].start or behind < work - 1:
                return None
            name_end, further = gap.start(), joined
        elif "," in between:
            return None
        name, title = squeeze(self.view.text[found[-1].start : name_end]), found[-1].value.title
        last = self.names.as_written(found[-1].start, name)
        if title is not None:
            body = name[len(title) :].lstrip() if match_key(name).startswith(match_key(title)) else name
            last = replace(last, value=self.names.as_written(0, body).value.changed(title=title))
        return self.words.opening(
            [*found[:-1], last, *further], work, end, "subject", "assignments.task_verb", None, at
        )

    def named_first(self, start: int, end: int) -> Opening | None:
        """Those with whom an item begins, whatever stands between them and the first verb of its sentence.

        Words that no rule reads ("…, Thanh Hóa, Nghệ An") belong to the name of the last when they name
        places; else they are passed over.
        """
        at = self.words.skip(start, end)
        found, stop, work = self._first(at, end)
        between = self.view.text[stop:work]
        if not between.strip() or any(c in between for c in ".;\n"):
            return None
        if between.count("(") != between.count(")"):
            return None
        if self._only_places(stop, work):
            found = [*found[:-1], self.names.named_to(found[-1], stop + len(between.rstrip()))]
        return self.words.opening(found, work, end, "subject", "assignments.unread_between", None, at)

    def _first(self, at: int, end: int) -> tuple[list[Mention], int, int]:
        """Those named from `at` on, where their names end, and where a verb of work stands behind them.

        Both places are the same when nobody is named, when what was done is told, or without such a verb.
        """
        found, stop = self.lists.agency_list(at, end)
        if not found or found[0].start != at or self.rule("reported").match(self.view, stop, end):
            return found, stop, stop
        limit = min(end, stop + _LONGEST_NAME)
        work = self.words.work_from(stop, limit)
        return found, stop, work if work < limit else stop

    def _only_places(self, start: int, end: int) -> bool:
        """Whether a stretch holds nothing but names of places and what joins them."""
        rest, at = [], start
        for place in self.annotations.within("places", start, end):
            rest.append(self.view.text[at : place.start])
            at = place.end
        return at > start and self.rule("unread_between").hit(" ".join([*rest, self.view.text[at:end]]))

    def unknown_work(self, start: int, end: int, duty: bool = False, among: bool = False) -> Opening | None:
        """Somebody no register knows with whom a clause begins, as written: "Ban quản trị chợ A rà soát …".

        An order verb may stand before the name. With `duty` only words such as "phải" make work of the rest,
        `among` other work also a word for several before the name.
        """
        at = self.words.skip(start, end)
        linked = self.book["assignments.link_word"].match(self.view, at, end)
        at = linked.end() if linked else at
        order = self.rule("order_opening").match(self.view, at, end)
        begin = order.end() if order else at
        each = self.book["agencies.each"].match(self.view, begin, end)
        noun = each.end() + 1 if each else begin
        body = self.rule("unknown_body").match(self.view, noun, end)
        if body is None and not (order and not each and self.words.names_told(begin, noun, end)):
            return None
        near = min(end, begin + _LONGEST_NAME)
        known = body.end() if body else noun
        work = self.words.work_past_name(known, near)
        name = self.view.text[begin:work].rstrip()
        while work < near and match_key(name.rpartition(" ")[2]) in self.book["agencies.each"].keys:
            work = self.words.work_from(self.words.next_word(work, near), near)  # "các cấp": no verb
            name = self.view.text[begin:work].rstrip()
        behind = begin + len(name)
        first, *further = name.split(", ") if each else [name]
        if work == near or self.words.is_long(first) or not all(n[:1].isupper() for n in further):
            return None
        if not _IN_NAME.isdisjoint(name if not further else name.replace(",", "")):
            return None
        if (behind == known and not each) or " " not in name:
            return None
        if self.rule("name_break").search(self.view, begin, behind) or not self.words.work_follows(
            behind, end, False
        ):
            return None
        if duty and not (among and each) and not self.rule("duty").match(self.view, behind, end):
            return None
        mode = self.view.key[slice(*order.span("m"))] if order else None
        m = self.names.starting(known + 1, behind) if body and body["same"] else None
        found = [m if m is not None and m.end == behind else self.names.as_written(begin, name)]
        how = "order" if order else "subject"
        return self.words.opening(found, behind, end, how, "assignments.unknown_body", mode, at)

    def named_line(self, at: int, end: int) -> Opening | None:
        """A heading that only names bodies which no register knows ("Các Đội số 2, 4:"), as written."""
        at = self.words.skip(at, end)
        several = self.rule("body_line").match(self.view, at, end)
        said = several or self.rule("unit_line").match(self.view, at, end)
        if said is None:
            return None
        start, stop = said.span("m")
        words = self.view.text[start:stop]
        made = self.names.written(start, stop, words[0].lower() + words[1:] if several else words)
        return Opening([made], end, "subject", "assignments.body_line", None, at)

    def duty_of(self, at: int, end: int) -> Opening | None:
        """A heading "Trách nhiệm của …" that names somebody whom no register knows, as written."""
        said = self.rule("duty_of").match(self.view, self.words.skip(at, end), end)
        if said is None:
            return None
        start, stop = said.span("m")
        known = [*self.annotations.within("agencies", start, stop)]
        several = self.rule("list_gap").search(self.view, start, stop) is not None
        if self.words.is_long(self.view.text[start:stop]) or (known and several):
            return None
        return Opening(
            [self.names.as_written(start, self.view.text[start:stop])],
            end, "toward", "assignments.duty_of", None, at,
        )  # fmt: skip

    def named_alone(self, at: int, end: int) -> Opening | None:
        """A line that only names somebody unknown ("Các nghiệp đoàn nghề cá;"), as written; or None."""
        each = self.book["agencies.each"].match(self.view, at, end)
        if not self.words.names_told(at, each.end() + 1 if each else at, end):
            return None
        stop = end
        while stop > at and self.view.text[stop - 1] in ";,. ":
            stop -= 1
        name = self.view.text[at:stop]
        if " " not in name or self.words.is_long(name) or not set(name).isdisjoint(":;.\n"):
            return None
        if not self.words.is_name(at, stop):
            return None
        return Opening([self.names.as_written(at, name)], end, "subject", "assignments.agency_gap", None, at)

    def unit_work(self, at: int, end: int) -> Opening | None:
        """A unit or post inside a body, a colon, and its work: "Tổ Ngữ văn: biên tập tập san"."""
        at = self.words.skip(at, end)
        said = self.rule("unit_work").match(self.view, at, end)
        if said is None or said.end() >= end:
            return None
        start, stop = said.span("m")
        made = self.names.written(start, stop, self.view.text[start:stop])
        return Opening([made], said.end(), "subject", "assignments.unit_work", None, at)
