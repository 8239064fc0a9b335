"""Trains the CRF from the repository's own files, and says how it does on what it has not seen."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractor.evaluate import Counts
from extractor.names_model import LABELS, WORDS_SUFFIX
from extractor.names_model.features import Lexicon, cut, features
from extractor.names_model.generate import Generator, Sentence
from extractor.names_model.silver import Letter, varied
from extractor.names_model.tagger import Tagger
from extractor.rulebook import Rulebook
from extractor.textview import match_key

#: told the sentences, the syllables and the features of a training
Say = Callable[[int, int, int], None]
SEED = 20240715
#: sentences made of each template, and of each sentence of a letter besides itself
PER_TEMPLATE, PER_SENTENCE = 100, 4
#: share of a letter's names that are replaced
_REPLACED = 0.6
#: share of words that are hidden, in half of the sentences
_HIDDEN = 0.15
#: share of sentences that lose their beginning or end, as windows do
_CROPPED = 0.4
#: a feature seen less often is not learned
_LEAST = 3
#: sentences made of each template that was held out
_UNSEEN = 40
_ITERATIONS, _L1, _L2 = 80, 0.1, 0.3


def part_of(name: str, parts: int) -> int:
    """Which of `parts` a template or an issuer belongs to; the same in every process."""
    return int.from_bytes(hashlib.sha256(name.encode("utf-8")).digest()[:4], "big") % parts


def lexicon_of(book: Rulebook, generator: Generator) -> Lexicon:
    """Heads (h), posts (o), places (p) and family names (n) of the registers."""

    def surfaces(file: str, column: str) -> Iterator[str]:
        for row in book.table(file):
            yield from filter(None, [row[column], *row.get("aliases", "").split("|")])

    phrases: set[tuple[str, str]] = set()
    for kind, names in (
        ("h", surfaces("agency_heads.csv", "head")),
        ("o", surfaces("posts.csv", "post")),
        ("p", surfaces("provinces.csv", "name")),
        ("p", surfaces("districts.csv", "name")),
        ("p", (row["name"] for row in book.table("communes.csv"))),
        ("n", iter(generator.surnames)),
    ):
        for name in names:
            words = [match_key(name[start:end]) for start, end in cut(name)]
            if any(w[0].isalpha() for w in words):
                phrases.add((kind, " ".join(words)))
    return Lexicon(phrases)


@dataclass(frozen=True)
class Material:
    """All that a model is trained on: rules and registers, and letters."""

    book: Rulebook
    letters: Sequence[Letter]

    def train(self, out: Path, say: Say, part: int | None = None, parts: int = 1) -> None:
        """Write a model; with `part` it does not see that one of `parts` of templates, forms and issuers."""
        rng = random.Random(SEED)
        generator = Generator(self.book, lambda text: part is None or part_of(text, parts) != part)
        letters = [x for x in self.letters if part is None or part_of(x.issuer, parts) != part]
        made = [generator.sentence(t, rng) for t in generator.templates for _ in range(PER_TEMPLATE)]
        for letter in letters:
            for sentence in letter.sentences:
                made.append(sentence)
                if sentence.names:
                    made += [varied(sentence, generator, _REPLACED, rng) for _ in range(PER_SENTENCE)]
        train(made, lexicon_of(self.book, generator), out, rng, say)

    def unseen(self, part: int, parts: int) -> tuple[list[Sentence], list[Sentence]]:
        """What such a model did not see: made-up sentences, and those of letters with silver names."""
        rng = random.Random(SEED + 1)
        generator = Generator(self.book, lambda text: part_of(text, parts) == part)
        made = [generator.sentence(t, rng) for t in generator.templates for _ in range(_UNSEEN)]
        letters = [x for x in self.letters if part_of(x.issuer, parts) == part]
        return made, [s for letter in letters for s in letter.sentences]


def scores(tagger: Tagger, sentences: Iterable[Sentence]) -> dict[str, Counts]:
    """Counts per label; a name is right when place and label are."""
    counts = {label: Counts() for label in LABELS}
    for sentence in sentences:
        wanted, got = set(sentence.names), {tuple(e) for e in tagger.entities(sentence.text)}
        for label, counted in counts.items():
            right = {n for n in wanted if n[2] == label}
            mine = {n for n in got if n[2] == label}
            counted.tp += len(right & mine)
            counted.fp += len(mine - right)
            counted.fn += len(right - mine)
    return counts


def tags_of(sentence: Sentence, places: Sequence[tuple[int, int]]) -> list[str]:
    """The tag of each syllable of a sentence."""
    tags = ["O"] * len(places)
    for start, end, label in sentence.names:
        first = True
        for i, (s, e) in enumerate(places):
            if start <= s and e <= end:
                tags[i] = ("B-" if first else "I-") + label
                first = False
    return tags


def train(sentences: Sequence[Sentence], lexicon: Lexicon, out: Path, rng: random.Random, say: Say) -> None:
    """Write a model and its words. The tags it gives are the same from run to run, its bytes are not."""
    from underthesea_core import CRFTrainer

    rows: list[list[list[str]]] = []
    labels: list[list[str]] = []
    known: dict[str, str] = {}
    counts: dict[str, int] = {}
    for sentence in sentences:
        places = cut(sentence.text)
        tags = tags_of(sentence, places)
        first, last = _cropped(tags, rng)
        words = [sentence.text[s:e] for s, e in places[first:last]]
        hidden = frozenset[int]()
        if rng.random() < 0.5:
            hidden = frozenset(i for i in range(len(words)) if rng.random() < _HIDDEN)
        seen = [[known.setdefault(f, f) for f in row] for row in features(words, lexicon, hidden)]
        for row in seen:
            for f in row:
                counts[f] = counts.get(f, 0) + 1
        rows.append(seen)
        labels.append(tags[first:last])
    rows = [[[f for f in row if counts[f] >= _LEAST] for row in sequence] for sequence in rows]
    say(len(rows), sum(map(len, rows)), sum(c >= _LEAST for c in counts.values()))
    trainer: Any = CRFTrainer(verbose=0)
    trainer.set_l1_penalty(_L1)
    trainer.set_l2_penalty(_L2)
    trainer.set_max_iterations(_ITERATIONS)
    model = trainer.train(rows, labels)
    model.save(str(out))
    lexicon.write(out.with_suffix(WORDS_SUFFIX))


def _cropped(tags: Sequence[str], rng: random.Random) -> tuple[int, int]:
    """Where a sentence is cut, never within a name."""
    first, last = 0, len(tags)
    if last > 8 and rng.random() < _CROPPED:
        first = rng.randrange(last // 2)
        while first and tags[first][0] == "I":
            first -= 1
        last = rng.randrange(first + 4, last + 1)
        while last < len(tags) and tags[last][0] == "I":
            last += 1
    return first, last
