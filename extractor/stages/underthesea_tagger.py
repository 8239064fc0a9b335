"""underthesea's CRF models (words, parts of speech, chunks, names) behind a featurizer linear in the text.

The library's own featurizer rebuilds every column for every token and template. This one reads the same
templates and feeds the same models, so the tags are the same; and it keeps each token's place in the text.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, NamedTuple, cast

import regex

_SYNTAX = regex.compile(r"T\[(-?\d+)(?:,(-?\d+))?\](?:\[(\d+)\])?(?:\.(\w+))?")


#: its kinds of names -> labels of mentions
LABELS = {"ORG": "agency", "PER": "person", "LOC": "place"}


class Entity(NamedTuple):
    """A stretch of the text that the model takes for a name; `kind` is PER, LOC, ORG or MISC."""

    start: int
    end: int
    kind: str


class Word(NamedTuple):
    """A word of one or more syllables with its name tag (``O``, ``B-PER``, …)."""

    start: int
    end: int
    text: str
    tag: str


class _Templates:
    """Feature templates such as ``T[-1,0][1]`` or ``T[0].lower``, read once."""

    def __init__(self, templates: list[str], function: Callable[[str, str], object]) -> None:
        self.function = lru_cache(maxsize=8192)(lambda name, word: str(function(name, word)))
        self.parsed = []
        for template in templates:
            first, last, column, name = cast(Any, _SYNTAX.fullmatch(template)).groups()
            self.parsed.append((template + "=", int(first), int(last or first), int(column or 0), name))

    def features(self, columns: list[list[str]]) -> list[list[str]]:
        """Per token the features that its neighbours within `columns` (all of one length) give."""
        size = len(columns[0])
        known: dict[tuple[int, int, str | None], list[str]] = {}
        features = []
        for prefix, first, last, column, name in self.parsed:
            values = known.get((last - first, column, name))
            if values is None:
                values = columns[column]
                if first < last:
                    values = [" ".join(values[i : i + last - first + 1]) for i in range(size - last + first)]
                if name:
                    values = [self.function(name, value) for value in values]
                known[last - first, column, name] = values
            begin = min(max(-first, 0), size)  # tokens from here on have all their neighbours before them
            end = max(size - max(last, 0), begin)  # up to here all behind them
            inside = [prefix + value for value in values[begin + first : end + first]]
            features.append([prefix + "BOS"] * begin + inside + [prefix + "EOS"] * (size - end))
        return [list(row) for row in zip(*features, strict=True)]


class Tagger:
    """The models, loaded when the object is made (about a second, 40 MB)."""

    def __init__(self) -> None:
        from underthesea import word_tokenize
        from underthesea.pipeline.chunking.model_crf import CRFChunkingPredictor
        from underthesea.pipeline.ner.model_crf import CRFNERPredictor
        from underthesea.pipeline.ner.tagged_feature import apply_function
        from underthesea.pipeline.pos_tag.model_crf import CRFPOSTagPredictor
        from underthesea.pipeline.text_normalize.character_normalize import normalize_characters_in_text
        from underthesea.pipeline.text_normalize.token_normalize import token_normalize
        from underthesea.pipeline.word_tokenize import regex_tokenize

        word_tokenize("a")  # makes the library load its word model
        from underthesea.pipeline.word_tokenize import word_tokenize_model

        self._words = word_tokenize_model
        self._normalize_text, self._normalize_token = normalize_characters_in_text, token_normalize
        self._tokens = regex_tokenize.patterns
        self._layers = [
            (made.model, _Templates(made.transformer.template, apply_function))
            for made in (p.Instance() for p in (CRFPOSTagPredictor, CRFChunkingPredictor, CRFNERPredictor))
        ]

    def words(self, text: str) -> list[Word]:
        """The words of a short text with their tags; [] when the library would change the text's length."""
        plain = self._normalize_text(text)
        spans = [m.span() for m in self._tokens.finditer(plain)]
        if len(plain) != len(text) or not spans:
            return []
        tokens = [self._normalize_token(plain[s:e]) for s, e in spans]
        joined: list[tuple[int, int, str]] = []
        inside = self._words.predict([[token] for token in tokens])
        for tag, token, (start, end) in zip(inside, tokens, spans, strict=True):
            if tag == "I-W" and joined:
                joined[-1] = (joined[-1][0], end, f"{joined[-1][2]} {token}")
            else:
                joined.append((start, end, token))
        columns = [[word for _, _, word in joined]]
        for model, templates in self._layers:
            columns.append(model.tag(templates.features([*columns, ["X"] * len(joined)])))
        return [Word(s, e, word, tag) for (s, e, word), tag in zip(joined, columns[-1], strict=True)]

    def entities(self, text: str) -> list[Entity]:
        """Names in a short text, in its order."""
        found: list[Entity] = []
        for word in self.words(text):
            kind = word.tag[2:]
            if word.tag[0] == "I" and found and found[-1].kind == kind and found[-1].end >= word.start - 1:
                found[-1] = Entity(found[-1].start, word.end, kind)
            elif kind:
                found.append(Entity(word.start, word.end, kind))
        return found


@cache
def tagger() -> Tagger:
    """The process's tagger."""
    return Tagger()
