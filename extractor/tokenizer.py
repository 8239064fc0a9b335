"""A lossless syllable tokenizer: ``doc.text == text``, a border wherever letters, digits and marks meet.

So the border of a rule's match is always a token border, and `Doc.char_span` never gives None.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from spacy.attrs import NORM
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

from extractor.textview import TextView, match_key

#: key in ``doc.user_data`` of the tokens' texts, offsets and norms as plain lists, slow to read off a Doc
WORDS = "congvan.words"


class SyllableTokenizer:
    """Cuts text into syllables, numbers, runs of one mark, white space. A token's norm is its `match_key`."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        getters: dict[int, Any] = getattr(vocab, "lex_attr_getters")  # noqa: B009 (its stub lacks it)
        getters[NORM] = match_key

    def __call__(self, text: str) -> Doc:
        return self.from_view(TextView(text))

    def from_view(self, view: TextView) -> Doc:
        """The Doc of a view's text; the view's borders are found only once that way."""
        text, key = view.text, view.key
        words: list[str] = []
        norms: list[str] = []
        spaces: list[bool] = []
        starts: list[int] = []
        at = 0
        for start, end in zip(*view.borders, strict=True):
            if start > at:
                if text[at] == " " and at:
                    spaces[-1] = True
                    at += 1
                if start > at:
                    words.append(text[at:start])
                    spaces.append(False)
                    starts.append(at)
            words.append(text[start:end])
            spaces.append(False)
            starts.append(start)
            at = end
        if at < len(text):
            words.append(text[at:])
            spaces.append(False)
            starts.append(at)
        doc = Doc(self.vocab, words=words, spaces=spaces)
        key = view.key
        norms = [key[start : start + len(word)] for start, word in zip(starts, words, strict=True)]
        doc.user_data[WORDS] = (words, starts, norms)
        return doc

    def to_bytes(self, **kwargs: Any) -> bytes:
        return b""

    def from_bytes(self, data: bytes, **kwargs: Any) -> SyllableTokenizer:
        return self

    def to_disk(self, path: str | Path, **kwargs: Any) -> None:
        """Nothing to keep: the tokenizer has no state."""

    def from_disk(self, path: str | Path, **kwargs: Any) -> SyllableTokenizer:
        return self


@registry.tokenizers("congvan.SyllableTokenizer.v1")  # type: ignore[untyped-decorator]
def create_tokenizer() -> Any:
    def make(nlp: Language) -> SyllableTokenizer:
        return SyllableTokenizer(nlp.vocab)

    return make
