"""Word documents (.docx, .docm, .dotx; transitional or strict): what their paper shows, from top to bottom.

Insertions are kept; deletions, hidden text, comments, field codes, headers and footers are not (but a
letterhead in the first page's header is); the numbers of Word's own lists are written out; a footnote follows
its paragraph as ``[1] ...``.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import join, normpath

import regex

from extractor.errors import Reject
from extractor.ingest.flow import Line, reading_of
from extractor.ingest.looks import LegacyRuns
from extractor.ingest.packages import Package, tree
from extractor.ingest.pasted_pictures import read_pictures
from extractor.ingest.reading import Reading
from extractor.ingest.word_story import Story
from extractor.ingest.word_styles import Lists, Styles
from extractor.limits import Limits
from extractor.rulebook import Rulebook

_LETTER = regex.compile(r"[\p{L}\p{N}]")
#: lines of the body in which a letterhead would stand
_HEAD_LINES = 60


def read(data: bytes, name: str, book: Rulebook, limits: Limits) -> Iterator[Reading]:
    """The letter. Raises `Reject` (damaged, encrypted, unpacks_too_large, no_text_layer)."""
    document = _Document(Package(data, limits), book, limits)
    runs = LegacyRuns(book)
    lines = document.lines(runs)
    if runs.wrong:
        runs = LegacyRuns(book, runs.wrong)
        lines = document.lines(runs)
    reading = reading_of(lines, book)
    if document.pictures and not _LETTER.search(reading.text):
        yield from read_pictures(document.pictures, name, book, limits)
        return
    for repaired in sorted(runs.used):
        reading.encoding = repaired
        reading.notes.append(("encoding_repaired", repaired))
    yield reading


class _Document:
    """The parts of a Word file, found by their relations. `pictures` are those of the part read last."""

    def __init__(self, package: Package, book: Rulebook, limits: Limits) -> None:
        self.package, self.book, self.limits = package, book, limits
        self._known: dict[str, list[tuple[str, str, str]]] = {}
        self.main = self._related("", "officeDocument") or "word/document.xml"
        if self.main not in package:
            raise Reject("damaged", self.main)
        self.styles = Styles(package.read(self._related(self.main, "styles")))
        self._targets = {i: target for i, _, target in self._relations(self.main)}
        self._pictures: list[str] = []

    def lines(self, runs: LegacyRuns) -> list[Line]:
        """The lines of the letter."""
        lists = Lists(self.package.read(self._related(self.main, "numbering")), self.styles)
        notes = {kind: self._notes(kind, runs) for kind in ("footnote", "endnote")}
        body = Story(self.book, self.limits, self.styles, runs, lists, notes)
        lines = body.read(self.package.chunks(self.main))
        self._pictures = body.pictures
        header = self._targets.get(body.first_header, "")
        mark = self.book["cleaning.letterhead"]
        if header in self.package and not mark.hit(_joined(lines[:_HEAD_LINES])):
            story = Story(self.book, self.limits, self.styles, runs, lists, {})
            above = [*story.read(self.package.chunks(header)), Line("")]
            if mark.hit(_joined(above + lines[:_HEAD_LINES])):
                return above + lines
        return lines

    @property
    def pictures(self) -> list[bytes]:
        """The pictures in the body, each once."""
        parts = dict.fromkeys(self._targets.get(i, "") for i in self._pictures)
        return [self.package.read(part) for part in parts if part in self.package]

    def _notes(self, kind: str, runs: LegacyRuns) -> dict[str, str]:
        part = self._related(self.main, f"{kind}s")
        if part not in self.package:
            return {}
        story = Story(self.book, self.limits, self.styles, runs, None, {})
        story.read(self.package.chunks(part))
        return story.noted

    def _related(self, part: str, kind: str) -> str:
        """The part that is related to another one in that way; "" without one."""
        return next((target for _, own, target in self._relations(part) if own == kind), "")

    def _relations(self, part: str) -> list[tuple[str, str, str]]:
        """Id, kind and target of each relation of a part to another one of the file."""
        if part in self._known:
            return self._known[part]
        folder, _, name = part.rpartition("/")
        found = self._known[part] = []
        for item in tree(self.package.read(join(folder, "_rels", f"{name}.rels"))):
            if item.get("TargetMode") != "External":
                target = item.get("Target", "")
                target = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
                found.append((item.get("Id", ""), item.get("Type", "").rpartition("/")[2], target))
        return found


def _joined(lines: list[Line]) -> str:
    return "\n".join(line.text for line in lines if line.text)
