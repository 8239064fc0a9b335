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

from extractor.textview import Memo, TextView, match_key

#: key in ``doc.user_data`` of plain lists, slow to read off a Doc: the tokens' texts, offsets, norms, and
#: whether each is a word with a capital
WORDS = "congvan.words"
#: key in ``doc.user_data`` of what was built for the vocabulary, by rulebook; it lives with the tokenizer
KEPT = "congvan.kept"
#: its name in spaCy's registry and in a pipeline's configuration
TOKENIZER = "congvan.SyllableTokenizer.v1"


class SyllableTokenizer:
    """Cuts text into syllables, numbers, runs of one mark, white space. A token's norm is its `match_key`."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        getters: dict[int, Any] = getattr(vocab, "lex_attr_getters")  # noqa: B009 (its stub lacks it)
        getters[NORM] = match_key
        self._known = Memo(self._read)
        self._kept: dict[Any, Any] = {}

    def __call__(self, text: str) -> Doc:
        return self.from_view(TextView(text))

    def from_view(self, view: TextView) -> Doc:
        """The Doc of a view's text; the view is cut only once that way."""
        pieces = view.pieces
        known = list(map(self._known.__getitem__, pieces.texts))
        # spaCy looks a word up several times faster by its number in the vocabulary
        orths: Any = [k[2] for k in known]
        doc = Doc(self.vocab, words=orths, spaces=[k[3] for k in known])
        words, norms, capitals = [k[0] for k in known], [k[1] for k in known], [k[4] for k in known]
        doc.user_data[WORDS] = (words, pieces.starts, norms, capitals)
        doc.user_data[KEPT] = self._kept
        return doc

    def _read(self, piece: str) -> tuple[str, str, int, bool, bool]:
        """A token: its text, norm, number in the vocabulary, if a blank follows, if it has a capital."""
        spaced = piece[-1] == " " and piece != " "
        word = piece[:-1] if spaced else piece
        norm = match_key(word)
        return word, word if norm == word else norm, self.vocab.strings.add(word), spaced, word.istitle()

    def to_bytes(self, **kwargs: Any) -> bytes:
        return b""

    def from_bytes(self, data: bytes, **kwargs: Any) -> SyllableTokenizer:
        return self

    def to_disk(self, path: str | Path, **kwargs: Any) -> None:
        """Nothing to keep: the tokenizer has no state."""

    def from_disk(self, path: str | Path, **kwargs: Any) -> SyllableTokenizer:
        return self


@registry.tokenizers(TOKENIZER)  # type: ignore[untyped-decorator]
def create_tokenizer() -> Any:
    def make(nlp: Language) -> SyllableTokenizer:
        return SyllableTokenizer(nlp.vocab)

    return make
