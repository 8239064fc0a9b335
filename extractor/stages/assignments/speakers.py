"""Speakers: who gives the orders of a document, by name or by post."""

from __future__ import annotations

from extractor.annotations import Mention
from extractor.stages.assignments.context import NEAR, SPEAKER, Context, Part
from extractor.textview import match_key, squeeze


class Speakers(Part):
    """Knows who speaks in one document."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        issuer = self.annotations.header.get("issuer")
        self.issuer = (match_key(issuer.name), match_key(issuer.core)) if issuer is not None else ("", "")
        #: ids of those who have given orders in a report
        self.speakers: set[str] = set()
        #: the mentions by which they are named there
        self.spoken: list[Mention] = []

    def speaks(self, a: Mention) -> bool:
        """Whether an agency is the issuer; a report may not name it: then whoever gave the orders before."""
        if a.value.title and match_key(a.value.title).split()[0] in self.book["agencies.each"].keys:
            return False  # several of its members are told by whoever is in the chair
        if a.value.id in self.speakers and self.annotations.kind == "report":
            return True
        return self.issues(a)

    def issues(self, a: Mention) -> bool:
        """Whether an agency is the issuer, named short, or the committee's own board that speaks for it."""
        name, core = self.issuer
        if not name or a.value.group:
            return False
        own, full = match_key(a.value.core), match_key(a.value.name)
        return name.startswith(full) or full.startswith(name) or own.endswith(" " + core)

    def speaker(self, verb: int, start: int) -> str | None:
        """Who gives the order: the agency or post that stands right before the verb."""
        low = max(start, verb - SPEAKER)
        near = [
            a
            for a in self.annotations.within("agencies", low, verb)
            if (verb - a.end <= 60 and not set(self.view.text[a.end : verb]) & set(".;:,"))
            or self.rule("speaks_then").match(self.view, a.end, verb)
        ]
        if near:
            m = near[-1]
            if len(near) > 1 and self.book["header.inside_of"].match(self.view, near[-2].end, m.start):
                m = near[-2]  # "Cục A (Bộ B) đề nghị": Cục A
            self.speakers.add(m.value.id)
            self.spoken.append(m)
            return squeeze(self.view.text[m.start : m.end])
        posts = [
            m
            for m in self.rule("speaker_post").finditer(self.view, low, verb)
            if not set(self.view.text[m.end() : verb]) & set(".;:,")
        ]
        return squeeze(self.view.text[slice(*posts[-1].span("m"))]) if posts else None

    def is_spoken(self, verb: int, start: int) -> bool:
        """Whether the issuer stands right before a verb; in a report that has none yet, any single body."""
        near = [*self.annotations.within("agencies", max(start, verb - SPEAKER), verb)]
        first = self.annotations.kind == "report" and not self.issuer[0] and not self.speakers
        before = self.book["header.right_before"]
        if self.annotations.kind == "report" and any(self.named_person(a, verb) for a in near):
            return True
        return any(
            (self.speaks(a) or (first and not a.value.group)) and before.match(self.view, a.end, verb)
            for a in near
            if verb - a.end <= NEAR
        )

    def named_person(self, post: Mention, verb: int) -> bool:
        """Whether only the name of a post's holder stands between the post and a verb."""
        if post.value.title is None:
            return False
        person = self.rule("person_behind").match(self.view, post.end, verb)
        behind = person.end() if person is not None else post.end
        return person is not None and bool(self.book["header.right_before"].match(self.view, behind, verb))

    def take_issuer(self) -> None:
        """A report that names nobody as the issuer: it is the body that gives the first order."""
        for task in self.annotations.assignments:
            said = [m for m in self.spoken if m.start < task.span.start]
            if task.assigned_by is None or not said:
                continue
            if not said[-1].value.group:
                header = self.annotations.header
                header["issuer"] = said[-1].value
                header.setdefault("spans", {})["issuer"] = (said[-1].start, said[-1].end)
            return
