"""Why a task was found: a letter's text is read once more, with what the record was made of."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from threading import BoundedSemaphore, Lock

from extractor.rulebook import Rulebook
from extractor.web.problems import Problem

#: letters whose reasons are kept, and characters of a text that is read again for them
_KEPT, _LONGEST = 64, 200_000
#: requests that may wait for the letter that is being read, and for how many seconds
_MOST, _PATIENCE = 3, 5.0
_BUSY = "Đang đọc lại một văn bản khác. Hãy thử lại sau ít giây."
Reasons = list[tuple[str, str]]
#: a task's words, [start, end) in the letter's text
Span = tuple[int, int]


class ReasonsBook:
    """Reads one letter at a time; what was read last is kept."""

    def __init__(self, book: Rulebook, rules: Path | None) -> None:
        self.book, self.rules = book, str(rules or "")
        self._kept: dict[str, dict[Span, Reasons]] = {}
        self._lock, self._places = Lock(), BoundedSemaphore(_MOST)

    def of(self, extracted: str, span: Span) -> Reasons:
        """The reasons (name, what) of the task with these words in a record (JSON, as it was read).

        Empty where the letter's rules have changed since it was read: they would tell of another record.
        Raises `Problem` (busy) where others are being read for too long.
        """
        key = hashlib.sha256(extracted.encode()).hexdigest()
        kept = self._kept.get(key)
        if kept is not None:
            return kept.get(span, [])
        if not self._places.acquire(blocking=False):
            raise Problem("busy", _BUSY, {"retry-after": "5"})
        try:
            if not self._lock.acquire(timeout=_PATIENCE):
                raise Problem("busy", _BUSY, {"retry-after": "5"})
            try:
                if key not in self._kept:
                    self._kept[key] = self._read(extracted)
                    while len(self._kept) > _KEPT:
                        del self._kept[next(iter(self._kept))]
                found = self._kept[key]
            finally:
                self._lock.release()
        finally:
            self._places.release()
        return found.get(span, [])

    def _read(self, extracted: str) -> dict[Span, Reasons]:
        import extractor
        from extractor.show.why import whys

        before = json.loads(extracted)
        if len(before["text"]) > _LONGEST:
            return {}
        record, annotations = extractor.read(before["text"], "-", rules=self.rules)
        spans = [(a.span.start, a.span.end) for a in record.assignments]
        if record.id != before["id"] or spans != [
            (a["span"]["start"], a["span"]["end"]) for a in before["assignments"]
        ]:
            return {}
        found: dict[Span, Reasons] = {}
        for span, why in zip(spans, whys(record, annotations, self.book), strict=True):
            found.setdefault(span, []).extend(why.reasons)
        return found
