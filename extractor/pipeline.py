"""The way of a letter as a spaCy pipeline: `load` builds it, `annotate` walks one source through it.

    SourceText -> layout -> mentions -> header -> evidence -> names -> normalize -> references -> assignments
    -> succession -> figures -> confidence -> topics -> spans

Each stage is a registered component (``congvan_layout`` …) that writes on ``doc._.congvan`` what it alone is
responsible for; the last one shows all mentions as ``doc.spans`` to spaCy's own tools.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from extractor.annotations import Annotations, publish
from extractor.rulebook import Rulebook, default_rulebook
from extractor.stages.confidence import scales_of
from extractor.textview import TextView
from extractor.tokenizer import TOKENIZER

#: characters that one document may have; spaCy's own limit exists for models that this pipeline does not have
MAX_LENGTH = 100_000_000
#: component -> where its function lies (module below extractor.stages, function)
STAGES: dict[str, tuple[str, str]] = {
    "congvan_layout": ("layout", "find_layout"),
    "congvan_mentions": ("mentions", "find_mentions"),
    "congvan_header": ("header", "read_header"),
    "congvan_evidence": ("evidence", "weigh_evidence"),
    "congvan_names": ("names", "propose_names"),
    "congvan_normalize": ("normalize", "normalize_agencies"),
    "congvan_references": ("references", "find_references"),
    "congvan_assignments": ("assignments", "find_assignments"),
    "congvan_succession": ("succession", "follow_agencies"),
    "congvan_figures": ("figures", "relate_figures"),
    "congvan_confidence": ("confidence", "assess"),
    "congvan_topics": ("topics", "find_topics"),
}
#: the component that all others build on
_FIRST = "congvan_layout"
#: NER models behind the names stage; the first is the default
NER_MODELS = ("own", "underthesea", "none")

#: key of a Doc's annotations in its user data
_KEY = "congvan"
if not Doc.has_extension("congvan"):
    Doc.set_extension("congvan", getter=lambda doc: doc.user_data.get(_KEY))


@cache
def rulebook_of(folder: str) -> Rulebook:
    """The rules of a folder ("" for the shipped ones), read once per process."""
    return Rulebook(Path(folder)) if folder else default_rulebook()


def annotations_of(doc: Doc) -> Annotations:
    """The annotations of a Doc; made here when a plain text came straight to the pipeline."""
    found: Annotations | None = doc.user_data.get(_KEY)
    return found if found is not None else begin(doc, TextView(doc.text))


def begin(doc: Doc, view: TextView, source: Any = None) -> Annotations:
    """Hang empty annotations on a Doc (``doc._.congvan``) and return them."""
    doc.user_data[_KEY] = found = Annotations(view, doc=doc, source=source)
    return found


class Component:
    """A stage as a spaCy component: it hands the Doc's annotations and the rules to the stage's function."""

    def __init__(self, work: Callable[..., None], book: Rulebook, options: dict[str, Any]) -> None:
        self.work, self.book, self.options = work, book, options

    def __call__(self, doc: Doc) -> Doc:
        self.work(annotations_of(doc), self.book, **self.options)
        return doc


def _register(name: str, module: str, function: str) -> None:
    def make(nlp: Language, name: str, rules: str) -> Component:
        work = getattr(import_module(f"extractor.stages.{module}"), function)
        return Component(work, rulebook_of(rules), {})

    def make_named(nlp: Language, name: str, rules: str, model: str) -> Component:
        work = getattr(import_module(f"extractor.stages.{module}"), function)
        return Component(work, rulebook_of(rules), {"model": model})

    config: dict[str, Any] = {"rules": ""}
    if module == "names":
        config["model"] = NER_MODELS[0]
    Language.factory(
        name,
        default_config=config,
        assigns=["doc._.congvan"],
        requires=[] if name == _FIRST else ["doc._.congvan"],
        func=make_named if module == "names" else make,
    )


for _name, (_module, _function) in STAGES.items():
    _register(_name, _module, _function)


@Language.component("congvan_spans", assigns=["doc.spans"], requires=["doc._.congvan"])
def show_spans(doc: Doc) -> Doc:
    """Publish every mention group, and the outline's blocks, as ``doc.spans``."""
    publish(doc)
    return doc


def load(ner: str = NER_MODELS[0], rules: str | Path = "") -> Language:
    """The whole pipeline as a ``spacy.Language`` (``nlp(text)._.congvan`` holds what was found).

    `ner` is one of `NER_MODELS`; `rules` another folder of rules. Raises ValueError for an unknown model and
    `extractor.errors.RuleError` for a mistake in the rules.
    """
    if ner not in NER_MODELS:
        raise ValueError(f"ner must be one of {', '.join(NER_MODELS)}, not {ner!r}")
    nlp = spacy.blank("xx", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})
    nlp.max_length = MAX_LENGTH
    folder = str(rules)
    book = rulebook_of(folder)
    book.compile()
    scales_of(book)
    for name in STAGES:
        config: dict[str, Any] = {"rules": folder}
        if name == "congvan_names":
            if ner == "none":
                continue
            config["model"] = ner
        nlp.add_pipe(name, config=config)
    nlp.add_pipe("congvan_spans")
    return nlp


@cache
def shared(ner: str, rules: str) -> Language:
    """The pipeline for callers that bring none of their own: the same one each time, kept for the process."""
    return load(ner, rules)


def settle() -> None:
    """Keep what is loaded by now out of the garbage collector's sight: it stays until the process ends.

    For programs that load a pipeline and read many documents: each full collection would look through it.
    """
    gc.collect()
    gc.freeze()


@contextmanager
def without_collector() -> Iterator[None]:
    """Pause the cyclic garbage collector while one document is read.

    Its passes over all that was found so far free nothing, and grow with the document.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def annotate(nlp: Language, text: str, source: Any = None) -> Annotations:
    """Walk one text (NFC) through the stages; `source` is the `SourceText` it came from, if any.

    What only shows the result to spaCy's own tools (the last component) is left out.
    """
    view = source.view if source is not None else TextView(text)
    tokenizer: Any = nlp.tokenizer
    doc: Doc = tokenizer.from_view(view)
    begin(doc, view, source)
    for name, component in nlp.pipeline:
        if name != "congvan_spans":
            doc = component(doc)
    return annotations_of(doc)
