"""Why a task was found: a letter's text is read once more, with what the record was made of."""

from __future__ import annotations

import json
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from extractor.rulebook import Rulebook

#: letters whose reasons are kept, and characters of a text that is read again for them
_KEPT, _LONGEST = 64, 200_000
Reasons = list[tuple[str, str]]


class ReasonsBook:
    """Reads one letter at a time; what was read last is kept."""

    def __init__(self, book: Rulebook, rules: Path | None) -> None:
        self.book, self.rules = book, str(rules or "")
        self._kept: OrderedDict[str, list[Reasons]] = OrderedDict()
        self._lock = Lock()

    def of(self, text_id: str, extracted: str, position: int) -> Reasons:
        """The reasons (name, what) of a record's task `position`, from 0. Empty where the letter's rules have
        changed since it was read, so that they would tell of another record."""
        with self._lock:
            if text_id not in self._kept:
                self._kept[text_id] = self._read(extracted)
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            found = self._kept[text_id]
            self._kept.move_to_end(text_id)
        return found[position] if position < len(found) else []

    def _read(self, extracted: str) -> list[Reasons]:
        import extractor
        from extractor.show.why import whys

        before = json.loads(extracted)
        if len(before["text"]) > _LONGEST:
            return []
        record, annotations = extractor.read(before["text"], "-", rules=self.rules)
        spans = [(a.span.start, a.span.end) for a in record.assignments]
        if record.id != before["id"] or spans != [
            (a["span"]["start"], a["span"]["end"]) for a in before["assignments"]
        ]:
            return []
        return [why.reasons for why in whys(record, annotations, self.book)]
