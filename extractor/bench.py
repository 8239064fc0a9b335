"""How fast this machine reads: the whole way of a letter against underthesea's NER on the same texts."""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import extractor
from extractor.errors import Reject
from extractor.ingest import read_source
from extractor.ingest.files import walk
from extractor.pipeline import begin, rulebook_of, settle, without_collector

if TYPE_CHECKING:
    from spacy.language import Language

#: underthesea reads at least this many characters in a turn, if the texts have them
_SAMPLE = 20_000
#: seconds a turn of ours takes at least, so that both sides work for about as long
_TURN = 1.0
_LONGEST_SENTENCE = 1_000


@dataclass
class Figures:
    """Characters per second of each turn, and seconds per step of the last one."""

    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)
    steps: dict[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """How many times faster than underthesea's NER: the median over the turns."""
        return median(ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True))


def run(
    paths: Sequence[str | Path],
    turns: int = 7,
    ner: str = "own",
    out: Callable[[str], None] = print,
) -> Figures:
    """Measure in turns, in this process on one core, by its CPU time, and print; nothing is judged.

    A turn of ours goes over all texts until a second has passed. Models are loaded before, and caches emptied
    before each time over the texts. Raises FileNotFoundError for a path that is not there and `Reject`
    (empty) when no text can be read.
    """
    import underthesea

    letters = _read(paths or [_default_letters()])
    nlp = extractor.load(ner=ner)
    sources = [read_source(data, name, rulebook_of("")) for name, data in letters]
    size = sum(len(s.text) for s in sources)
    sentences, picked = _sample([s.text for s in sources])
    out(f"{len(sources)} văn bản, {size:,} ký tự")
    out(f"underthesea.ner đọc từng câu, lấy cách đều: {picked:,} ký tự")
    for name, data in letters:  # loads what is loaded when it is first needed
        extractor.extract(data, name, nlp=nlp)
    underthesea.ner(sentences[0])
    settle()

    figures = Figures()
    for turn in range(1, turns + 1):
        spent, passes = 0.0, 0
        while spent < _TURN:
            _empty_caches()
            start = time.process_time()
            for name, data in letters:
                extractor.extract(data, name, nlp=nlp).model_dump_json()
            spent, passes = spent + time.process_time() - start, passes + 1
        figures.ours.append(size * passes / spent)
        start = time.process_time()
        for sentence in sentences:
            underthesea.ner(sentence)
        figures.theirs.append(picked / (time.process_time() - start))
        ours, theirs = figures.ours[-1], figures.theirs[-1]
        out(f"Lượt {turn}: congvan {ours:,.0f} ký tự/giây; underthesea.ner {theirs:,.0f}")
    _empty_caches()
    figures.steps = _steps(letters, nlp)
    out(f"Trung vị: nhanh gấp {figures.ratio:.1f} lần underthesea.ner")
    total = sum(figures.steps.values())
    for step, seconds in figures.steps.items():
        speed = size / seconds / 1e6 if seconds else 0.0
        out(f"  {step:<22} {seconds * 1000:8.1f} ms  {seconds / total:6.1%}  {speed:8.2f} triệu ký tự/giây")
    return figures


def _default_letters() -> Path:
    return Path(__file__).parent.parent / "corpus" / "letters"


def _read(paths: Sequence[str | Path]) -> list[tuple[str, bytes]]:
    """Names and bytes of the files that can be read as text."""
    letters = []
    for file in walk(paths):
        try:
            data = file.read()
            read_source(data, file.name, rulebook_of(""))
        except Reject:
            continue
        letters.append((file.name, data))
    if not letters:
        raise Reject("empty")
    return letters


def _sample(texts: list[str]) -> tuple[list[str], int]:
    """Sentences spread evenly over the texts, and how many characters they have."""
    from underthesea import sent_tokenize

    lines = [line for text in texts for line in text.splitlines() if line.strip()]
    sentences = [s for line in lines for s in sent_tokenize(line) if len(s) <= _LONGEST_SENTENCE]
    size = sum(map(len, sentences))
    step = max(1, size // _SAMPLE)
    picked = sentences[::step]
    return picked, sum(map(len, picked))


def _empty_caches() -> None:
    """Call every `clear_cache` that a module of this package offers."""
    for name, module in list(sys.modules.items()):
        if name.startswith("extractor.") and hasattr(module, "clear_cache"):
            module.clear_cache()


def _steps(letters: list[tuple[str, bytes]], nlp: Language) -> dict[str, float]:
    """Seconds per step over all letters: reading, tokens, each component, and the record."""
    from extractor.assemble import assemble

    spent: dict[str, float] = defaultdict(float)
    book = rulebook_of("")
    tokenizer: Any = nlp.tokenizer
    clock = time.process_time
    for name, data in letters:
        with without_collector():
            at = clock()
            source = read_source(data, name, book)
            spent["ingest"] += clock() - at
            at = clock()
            doc = tokenizer.from_view(source.view)
            annotations = begin(doc, source.view, source)
            spent["tokenizer"] += clock() - at
            for component, work in nlp.pipeline:
                at = clock()
                doc = work(doc)
                spent[component] += clock() - at
            at = clock()
            assemble(annotations).model_dump_json()
            spent["record"] += clock() - at
            annotations.let_go()
            del doc, annotations, source  # freed here and not while the next letter is timed
    return dict(spent)
