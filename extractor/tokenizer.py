"""A lossless syllable tokenizer: ``doc.text == text``, a border wherever letters, digits and marks meet.

So the border of a rule's match is always a token border, and `Doc.char_span` never gives None.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import regex
import spacy
from spacy.attrs import NORM
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from extractor.textview import match_key

_TOKEN = regex.compile(r"[\p{L}\p{M}]+|\p{N}+|\n+|[^\S\n]+|([^\w\s]|_)\1*+")
#: key in ``doc.user_data`` of the tokens' texts and offsets as plain lists: reading them off a Doc is slow
WORDS = "congvan.words"


class SyllableTokenizer:
    """Cuts text into syllables, numbers, runs of one mark, white space. A token's norm is its `match_key`."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        vocab.lex_attr_getters[NORM] = match_key

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        spaces: list[bool] = []
        starts: list[int] = []
        for m in _TOKEN.finditer(text):
            piece = m[0]
            if piece[0] == " " and words and not spaces[-1] and not words[-1].isspace():
                spaces[-1] = True
                piece = piece[1:]
                if not piece:
                    continue
            words.append(piece)
            spaces.append(False)
            starts.append(m.end() - len(piece))
        doc = Doc(self.vocab, words=words, spaces=spaces)
        doc.user_data[WORDS] = (words, starts)
        return doc

    def to_bytes(self, **kwargs: Any) -> bytes:
        return b""

    def from_bytes(self, data: bytes, **kwargs: Any) -> SyllableTokenizer:
        return self

    def to_disk(self, path: str | Path, **kwargs: Any) -> None:
        """Nothing to keep: the tokenizer has no state."""

    def from_disk(self, path: str | Path, **kwargs: Any) -> SyllableTokenizer:
        return self


@spacy.registry.tokenizers("congvan.SyllableTokenizer.v1")
def create_tokenizer() -> Any:
    def make(nlp: Language) -> SyllableTokenizer:
        return SyllableTokenizer(nlp.vocab)

    return make
