"""Reader: the opening of a sentence or an item."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from functools import lru_cache

from extractor.annotations import Annotations, Mention
from extractor.rulebook import Rulebook
from extractor.stages.openings.lists import Lists
from extractor.stages.openings.names import Names
from extractor.stages.openings.opening import Opening, Part
from extractor.stages.openings.told import Told
from extractor.stages.openings.words import Words
from extractor.textview import match_key

#: characters that a list of those told may have before its colon
_LIST_LIMIT = 900
#: characters of a condition ("Trên cơ sở …,") that may stand before the agency
CONDITION_LIMIT = 420
#: characters of a group that no register knows behind "Đối với"
_LONGEST_GROUP = 80
#: characters that a word which links two sentences takes at most
_LONGEST_LINK = 20


@lru_cache(maxsize=8)
def _heads(book: Rulebook) -> frozenset[str]:
    """The nouns with which the names of single bodies begin ("tập đoàn", "bệnh viện")."""
    return frozenset(match_key(r["head"]) for r in book.table("agency_heads.csv"))


class OpeningReader(Part):
    """Reads openings of one document."""

    def __init__(
        self, annotations: Annotations, book: Rulebook, words: Words, names: Names, lists: Lists, told: Told
    ) -> None:
        super().__init__(annotations, book)
        self.words, self.names, self.lists, self.told = words, names, lists, told
        self.heads = _heads(self.book)

    def read(self, start: int, end: int, lead: bool = False) -> Opening | None:
        """The opening of ``[start, end)``. With `lead` an agency alone, or followed by a colon, is enough."""
        at = self.words.skip(start, end)
        can = self.names.can_begin(at)
        order = self.rule("order_opening").match(self.view, at, end) if "order_opening" in can else None
        if order:
            found, stop = self.told.told_together(order.end(), end)
            if found:
                mode = self.view.key[slice(*order.span("m"))]
                return self.words.opening(found, stop, end, "order", "assignments.order_opening", mode, at)
        toward = self.rule("toward").match(self.view, at, end) if "toward" in can else None
        if toward:
            found, stop = self.lists.agency_list(toward.end(), end)
            ordered = None
            if len(found) > 1:
                says = self.words.skip(stop, end)
                ordered = self.rule("order").match(self.view, says, end)
                ordered = ordered or self.rule("says_list").match(self.view, says, end)
            if ordered:  # the last one speaks: "Đối với Sở A, UBND tỉnh đề nghị …"
                mode = self.view.key[slice(*ordered.span("m"))]
                named, behind = self.told.told_together(ordered.end(), end)
                if named and self.words.work_follows(behind, end, lead):
                    return self.words.opening(named, behind, end, "order", "assignments.order", mode, at)
                return self.words.opening(
                    found[:-1], ordered.end(), end, "toward", "assignments.toward", mode, at
                )
            post = self.rule("post_orders").match(self.view, stop, end) if found else None
            named, behind = self.told.told_together(post.end(), end) if post else ([], stop)
            if post and named and self.words.work_follows(behind, end, lead):
                mode = self.view.key[slice(*post.span("m"))]
                return self.words.opening(named, behind, end, "order", "assignments.order", mode, at)
            asked = self.rule("toward_asks").match(self.view, stop, end) if found else None
            if asked:
                mode = self.view.key[slice(*asked.span("m"))]
                if asked["where"] and found[-1].end == stop:
                    found = [*found[:-1], self.names.named_to(found[-1], asked.end("where"))]
                return self.words.opening(found, asked.end(), end, "toward", "assignments.toward", mode, at)
            duty = self.rule("duty_is").match(self.view, stop, end) if found else None
            if duty and self.rule("duty_heading").match(self.view, at, end):
                return self.words.opening(found, duty.end(), end, "toward", "assignments.toward", None, at)
            given = self.rule("told").match(self.view, stop, end) if found else None
            if given:
                mode = self.view.key[slice(*given.span("m"))]
                return self.words.opening(found, given.end(), end, "told", "assignments.told", mode, at)
            if not found and (asked_of := self._unknown_asked(at, toward.end(), end)) is not None:
                return asked_of
            found, stop = self.told.rest_of_list(found, stop, end)
            if found and self.words.work_follows(stop, end, lead):
                return self.words.opening(found, stop, end, "toward", "assignments.toward", None, at)
        heads = lead and self.view.text[end - 1] == ":"
        if heads or "list_body" in can:
            found, stop = self.lists.listed(*self.lists.list_from(at, end, told=heads), end)
        else:
            found, stop = self.lists.listed(*self.lists.agency_list(at, end), end)
        told = self.rule("told").match(self.view, stop, end) if found else None
        if told:
            mode = self.view.key[slice(*told.span("m"))]
            return self.words.opening(found, told.end(), end, "told", "assignments.told", mode, at)
        if len(found) > 1 and (leads := self.lists.leads(found, stop, end, lead)) is not None:
            return self.words.opening(*leads, end, "subject", "assignments.task_verb", None, at)
        if found:
            listed, behind = self.told.rest_of_list(found, stop, end)
            for names, place in ((listed, behind), (found, stop))[len(listed) == len(found) :]:
                if self.words.work_follows(place, end, lead):
                    return self.words.opening(names, place, end, "subject", "assignments.task_verb", None, at)
        if found and (before := self._up_to_colon(at, end)) is not None:
            return before
        if not found and (places := self._places_told(at, end)) is not None:
            return places
        return self._after_condition(at, end) if "condition" in can else None

    def _unknown_asked(self, at: int, start: int, end: int) -> Opening | None:
        """A group that no register knows, asked by whoever is named behind the comma.

        "Đối với các sàn thương mại điện tử, Bộ Y tế đề nghị chủ động rà soát …"
        """
        each = self.book["agencies.each"].match(self.view, start, end)
        comma = self.view.text.find(",", start, min(end, start + _LONGEST_GROUP))
        if (
            each is None
            or comma < 0
            or self.rule("private_group").match(self.view, each.end() + 1, end) is None
        ):
            return None
        _, stop = self.lists.agency_list(self.words.skip(comma, end), end)
        asked = self.rule("asks_directly").match(self.view, stop, end) if stop > comma + 2 else None
        if asked is None or not any(
            self.rule(name).match(self.view, asked.end(), end) for name in ("task_verb", "must", "forbids")
        ):
            return None
        mode = self.view.key[slice(*asked.span("m"))]
        group = self.names.as_written(start, self.view.text[start:comma])
        return self.words.opening([group], asked.end(), end, "toward", "assignments.toward", mode, at)

    def _places_told(self, at: int, end: int) -> Opening | None:
        """Places in a report that have to do something: "Hà Tĩnh, Quảng Bình phải sơ tán dân"."""
        if self.annotations.kind != "report" or not self.view.text[at : at + 1].isupper():
            return None
        found, stop = self.lists.bare_places(at, end)
        must = self.rule("has_to").match(self.view, stop, end) if found else None
        if must is None or not self.rule("task_verb").match(self.view, must.end(), end):
            return None
        return self.words.opening(found, stop, end, "subject", "assignments.place_told", None, at)

    def _up_to_colon(self, at: int, end: int) -> Opening | None:
        """Those named before a colon with the work behind it, some unknown: "Sở A, Đội B: rà soát"."""
        colon = self.view.text.find(":", at, min(end, at + _LIST_LIMIT))
        if colon < 0 or self.words.skip(colon + 1, end) >= end or ". " in self.view.text[at:colon]:
            return None
        made = self.read(at, colon + 1, lead=True)
        if made is None or made.how != "subject" or made.rest < colon:
            return None
        if self.rule("only_names").match(self.view, colon, end):
            return None
        return replace(made, rest=self.words.skip(colon + 1, end))

    def _after_condition(self, at: int, end: int) -> Opening | None:
        """A condition, then the agency behind a comma and a verb of work behind the agency."""
        condition = self.rule("condition").match(self.view, at, end)
        if condition is None:
            return None
        if self.view.text[condition.end() - 1] == "," and self.rule("task_verb").match(
            self.view, condition.end(), end
        ):
            order = self.rule("order").match(self.view, self.words.skip(condition.end(), end), end)
            if order is None or not self.book["agencies.hands_on"].hit(
                self.view.key[slice(*order.span("m"))]
            ):
                return None  # it goes on with the work of whoever was told before
        limit = min(end, at + CONDITION_LIMIT)
        i = bisect_left(self.names.starts, at)
        while i < len(self.names.agencies) and self.names.agencies[i].start < limit:
            m = self.names.agencies[i]
            before = self.view.key[at : m.start].rstrip(' \n\t"“')
            stop = self.view.text.find(". ", at, m.start)
            if stop > 0 and not self.view.text[stop - 1].isupper():
                return None  # it stands in another sentence
            if (
                i
                and self.names.agencies[i - 1].start >= at
                and self.names.agencies[i - 1].end == at + len(before) - 1
                and not self._quotes(at, self.names.agencies[i - 1], m.end, end)
            ):
                i += 1  # one of a list
                continue
            order = None
            for hit in self.rule("order").finditer(self.view, max(at, m.start - 24), m.start + 1):
                if hit.end() == m.start and not self.rule("spoken_order").match(
                    self.view, hit.start("m"), hit.end()
                ):
                    order = hit
            linked = not order and m.start - at <= _LONGEST_LINK and self._links(at, m)
            if (
                before.endswith((",", ";", ":"))
                or order
                or linked
                or self.rule("then").search(self.view, at, m.start)
            ):
                found, stop = self.told.rest_of_list(*self.lists.agency_list(m.start, end), end)
                told = None if order else self.rule("told").match(self.view, stop, end)
                if (
                    not told
                    and len(found) > 1
                    and (leads := self.lists.leads(found, stop, end, False)) is not None
                ):
                    found, stop = leads
                if told:
                    passive = self.view.key[slice(*told.span("m"))]
                    return self.words.opening(
                        found, told.end(), end, "told", "assignments.told", passive, m.start
                    )
                if order and found and not self.rule("task_verb").match(self.view, stop, end):
                    found, stop = self.told.rest_of_list(found, stop, end)
                if found and (self.words.work_follows(stop, end, False) or order):
                    mode = self.view.key[slice(*order.span("m"))] if order else None
                    return self.words.opening(
                        found,
                        stop,
                        end,
                        "condition",
                        "assignments.condition",
                        mode,
                        order.start() if order else m.start,
                    )
            i += 1
        return self._role_after(at, self.words.skip(condition.end(), end), limit, end)

    def _quotes(self, at: int, speaker: Mention, stop: int, end: int) -> bool:
        """Whether a report's sentence names at `at` whose words it tells: "Theo Chủ tịch A, các xã cần …".

        Without a word for orders only a post speaks so, of what those up to `stop` have to do.
        """
        said = self.rule("according").match(self.view, at, end) if self.annotations.kind == "report" else None
        if said is None or said.end() != speaker.start:
            return False
        must = speaker.value.title is not None and self.rule("has_to").match(self.view, stop, end)
        return said["order"] is not None or bool(must)

    def _links(self, at: int, m: Mention) -> bool:
        """Whether only a word that links sentences stands from `at` up to an agency."""
        said = self.book["assignments.link_word"].match(self.view, at, m.start + 1)
        return said is not None and said.end() == m.start

    def _role_after(self, start: int, at: int, limit: int, end: int) -> Opening | None:
        """Somebody named by a role behind a condition's comma: "Riêng tuyến tránh, chủ đầu tư phải …".

        `start` is where the sentence begins, `at` what is behind the condition's own words.
        """
        comma = at - 1 if self.book["assignments.link_word"].match(self.view, start, at) else -1
        comma = comma if comma >= 0 else self.view.text.find(",", at, limit)
        while comma >= 0:
            place = self.words.skip(comma + 1, end)
            if "role" in self.names.can_begin(place):
                found, stop = self.lists.agency_list(place, end)
                if found and self.words.work_follows(stop, end, False):
                    return self.words.opening(
                        found, stop, end, "condition", "assignments.condition", None, place
                    )
            comma = self.view.text.find(",", comma + 1, limit)
        return None

    def says_above(self, made: Opening) -> bool:
        """Whether an opening only names a group that was told before ("Các đơn vị nêu trên")."""
        value = made.agencies[0].value
        return (
            len(made.agencies) == 1
            and value.group
            and bool(self.rule("named_above").match(self.view, made.agencies[0].end, made.rest + 1))
        )

    def of_kinds(self, made: Opening, known: list[Mention]) -> list[Mention]:
        """Those among `known` who are of the kinds that an opening names ("các Tập đoàn nêu trên")."""
        words = match_key(made.agencies[0].value.name).split(" ", 1)
        kinds = [k.strip() for k in words[-1].split(",")]
        if words[0] not in self.book["agencies.each"].keys or any(kind not in self.heads for kind in kinds):
            return []
        return [m for m in known if m.value.bodies == (m.value,) and self._is_of(m.value.name, kinds)]

    def _is_of(self, name: str, kinds: list[str]) -> bool:
        """Whether a single body's name begins with one of `kinds`."""
        return any(match_key(name).startswith(kind + " ") for kind in kinds)

    def work_behind_condition(self, at: int, end: int) -> bool:
        """Whether work follows a comma behind a condition that opens a sentence, and nobody is named."""
        if not self.rule("condition").match(self.view, at, end):
            return False
        limit = min(end, at + CONDITION_LIMIT)
        comma = self.view.text.find(",", at, limit)
        while comma >= 0:
            behind = self.words.skip(comma + 1, end)
            if self.rule("task_verb").match(self.view, behind, end):
                return True
            comma = self.view.text.find(",", comma + 1, limit)
        return False

    def goes_on(self, made: Opening, end: int) -> bool:
        """Whether a verb of work stands where an opening says that the work begins."""
        return bool(self.rule("task_verb").match(self.view, made.rest, end))
