"""Topics: what a letter is about, by the words of ``rules/topics.csv``."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from spacy.tokens import Doc
from spacy.vocab import Vocab

from extractor.annotations import Annotations
from extractor.rulebook import Rulebook
from extractor.tokenizer import KEPT, WORDS, SyllableTokenizer

TABLE = "topics.csv"
#: how often one phrase counts at most
_OFTEN = 4
#: a topic that the subject does not name counts at least so much, and this share of the weightiest one
_LEAST, _SHARE = 4, 0.5
#: tokens of a letter that are looked at where its subject tells nothing
_TOKENS = 400
#: topics that a letter has at most
_MOST = 4


class TopicLexicon:
    """The words of all topics, found by their first two tokens.

    Looking each pair of neighbours up in a set takes less than a PhraseMatcher does on a Doc that no longer
    lies in the processor's cache.
    """

    def __init__(self, book: Rulebook) -> None:
        tokenizer = SyllableTokenizer(Vocab())
        #: norms of a phrase -> codes of its topics, none for words that only cover others
        self.codes: dict[tuple[str, ...], tuple[str, ...]] = {}
        for row in book.table(TABLE):
            for word in filter(None, row["covered"].split("|")):
                self.codes.setdefault(norms_of(tokenizer(word)), ())
            for word in row["words"].split("|"):
                phrase = norms_of(tokenizer(word))
                self.codes[phrase] = (*self.codes.get(phrase, ()), row["code"])
        #: what a phrase begins with -> the phrases, the longest first
        self.pairs: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        for phrase in sorted(self.codes, key=len, reverse=True):
            self.pairs.setdefault(phrase[:2], []).append(phrase)
        self.alone = {phrase[0] for phrase in self.codes if len(phrase) == 1}

    def find(self, norms: Sequence[str]) -> list[tuple[tuple[str, ...], int]]:
        """Phrases with their first tokens, in text order; of two that overlap the longer, or first one."""
        pairs, alone = self.pairs, self.alone
        at = [i for i, pair in enumerate(pairwise(norms)) if pair in pairs]
        if not alone.isdisjoint(norms):
            at = sorted({*at, *(i for i, norm in enumerate(norms) if norm in alone)})
        found, behind = [], 0
        for start in at:
            if start < behind:
                continue
            here = (*pairs.get(tuple(norms[start : start + 2]), ()), *pairs.get((norms[start],), ()))
            for phrase in here:
                if tuple(norms[start : start + len(phrase)]) == phrase:
                    found.append((phrase, start))
                    behind = start + len(phrase)
                    break
        return found


def norms_of(doc: Doc) -> tuple[str, ...]:
    """The norms of a Doc's tokens."""
    return tuple(doc.user_data[WORDS][2])


def lexicon_of(doc: Doc, book: Rulebook) -> TopicLexicon:
    """The topics' phrases, built once per rulebook; the Doc's tokenizer keeps them."""
    kept = doc.user_data[KEPT]
    found: TopicLexicon | None = kept.get((TABLE, book))
    if found is None:
        kept[TABLE, book] = found = TopicLexicon(book)
    return found


def find_topics(annotations: Annotations, book: Rulebook) -> None:
    """Fill ``annotations.topics`` with codes, the weightiest first: those that the subject tells; where it
    tells none, those of which the letter speaks again and again.

    What stands in the name of an agency does not count: a letter to the department of finance need not be
    about money.
    """
    offsets: list[int]
    norms: list[str]
    _, offsets, norms, _ = annotations.doc.user_data[WORDS]
    lexicon = lexicon_of(annotations.doc, book)
    names = annotations.group("agencies")
    starts = [m.start for m in names]

    def weigh(first: int, behind: int) -> Counter[str]:
        """What the phrases between two tokens count for each topic."""
        phrases: Counter[tuple[str, ...]] = Counter()
        for phrase, token in lexicon.find(norms[first:behind]):
            at = offsets[first + token]
            near = bisect_right(starts, at) - 1
            if near < 0 or names[near].end <= at:
                phrases[phrase] += 1
        found: Counter[str] = Counter()
        for phrase, count in phrases.items():
            for code in lexicon.codes[phrase]:
                found[code] += min(count, _OFTEN)
        return found

    start, end = annotations.header.get("spans", {}).get("subject", (0, 0))
    found = weigh(bisect_left(offsets, start), bisect_left(offsets, end)) if end else Counter()
    if not found:
        found = weigh(0, _TOKENS)
        least = max(_LEAST, _SHARE * max(found.values(), default=0))
        found = Counter({code: weight for code, weight in found.items() if weight >= least})
    annotations.topics = sorted(found, key=lambda code: (-found[code], code))[:_MOST]


def failures(book: Rulebook) -> Iterator[tuple[str, str, bool]]:
    """(code, sentence, wanted) of each example (wanted) and counter-example that its words fail."""
    lexicon, tokenizer = TopicLexicon(book), SyllableTokenizer(Vocab())
    for row in book.table(TABLE):
        for column, wanted in (("examples", True), ("counter_examples", False)):
            for sentence in filter(None, row[column].split("|")):
                found = {
                    code for n, _ in lexicon.find(norms_of(tokenizer(sentence))) for code in lexicon.codes[n]
                }
                if (row["code"] in found) != wanted:
                    yield row["code"], sentence, wanted
