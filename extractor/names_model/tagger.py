"""The trained CRF at work: names in short texts, with their places."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from extractor.names_model import MODEL, WORDS_SUFFIX
from extractor.names_model.features import Lexicon, cut, features

#: how probable each tag of a name must be for the name to be told
SURE = {"agency": 0.8, "person": 0.5, "place": 0.5}


class Entity(NamedTuple):
    """A stretch of the text that the model takes for a name; `kind` is agency, person or place."""

    start: int
    end: int
    kind: str


class Tagger:
    """A model file with the words beside it. Raises OSError when one of them cannot be read."""

    def __init__(self, path: Path = MODEL) -> None:
        from underthesea_core import CRFTagger

        self.lexicon = Lexicon.read(path.with_suffix(WORDS_SUFFIX))
        self._crf = CRFTagger()
        self._crf.load(str(path))
        self._column = {label: i for i, label in enumerate(self._crf.labels())}

    def entities(self, text: str) -> list[Entity]:
        """Names in a short text of which the model is sure, in its order."""
        places = cut(text)
        words = [text[start:end] for start, end in places]
        if not words:
            return []
        rows = features(words, self.lexicon)
        tags: list[str] = self._crf.tag(rows)
        if not any(tag != "O" for tag in tags):
            return []
        chances: list[list[float]] = self._crf.marginals(rows)
        sure = [chance[self._column[tag]] for tag, chance in zip(tags, chances, strict=True)]
        return [
            entity
            for entity, first, last in entities_of(places, tags)
            if min(sure[first:last]) >= SURE[entity.kind]
        ]


def entities_of(places: list[tuple[int, int]], tags: list[str]) -> list[tuple[Entity, int, int]]:
    """The names that tags mark, each with its first word and the one behind its last.

    An inside tag that continues nothing begins a name.
    """
    found: list[tuple[Entity, int, int]] = []
    last = "O"
    for i, ((start, end), tag) in enumerate(zip(places, tags, strict=True)):
        if tag != "O":
            kind = tag[2:]
            if tag[0] == "I" and last[2:] == kind:
                entity, first, _ = found[-1]
                found[-1] = (entity._replace(end=end), first, i + 1)
            else:
                found.append((Entity(start, end, kind), i, i + 1))
        last = tag
    return found


@cache
def tagger() -> Tagger:
    """The process's tagger."""
    return Tagger()
