"""congvan: Vietnamese official directives as structured, checkable records.

>>> import extractor
>>> record = extractor.extract("…", name="letter.txt")      # one record
>>> nlp = extractor.load()                                   # the spaCy pipeline behind it
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.language import Language

    from extractor.annotations import Annotations
    from extractor.ingest import Found
    from extractor.limits import Limits
    from extractor.record import Record

__version__ = "0.1.0"
__all__ = ["__version__", "extract", "extract_all", "load", "read"]


def load(ner: str = "own", rules: str = "") -> Language:
    """The pipeline as a ``spacy.Language``; see `extractor.pipeline.load`."""
    from extractor.pipeline import load as build

    return build(ner, rules)


def extract(
    data: bytes | str,
    name: str = "-",
    *,
    nlp: Language | None = None,
    ner: str = "own",
    rules: str = "",
    media_type: str | None = None,
) -> Record:
    """The record of one document.

    `data` is the file's bytes (any encoding that Vietnamese offices use) or its text; `name` is kept in the
    record, its ending tells HTML from text. `nlp` is a pipeline from `load`; without one, that of an earlier
    call with the same `ner` and `rules` is used again.
    Raises `extractor.errors.Reject`, with a code and a sentence, for what gives no record.
    """
    from extractor.pipeline import without_collector

    with without_collector():
        record, annotations = read(data, name, nlp=nlp, ner=ner, rules=rules, media_type=media_type)
        annotations.let_go()
        del annotations  # what the stages found is freed before the collector would look through it
        return record


def extract_all(
    data: bytes,
    name: str = "-",
    *,
    nlp: Language | None = None,
    ner: str = "own",
    rules: str = "",
    limits: Limits | None = None,
) -> Iterator[tuple[Found, Record | None]]:
    """Every document that a file holds, in its order, with its record.

    A PDF may hold several letters, a mail or an archive many files. Where a document gives no record, that is
    None and ``found.source`` the `extractor.errors.Reject` that says why.
    """
    from dataclasses import replace

    from extractor.assemble import assemble
    from extractor.errors import Reject, where
    from extractor.ingest import read_sources
    from extractor.pipeline import annotate, rulebook_of, shared, without_collector

    pipeline: Any = nlp if nlp is not None else shared(ner, rules)
    for found in read_sources(data, name, rulebook_of(rules), limits=limits):
        if isinstance(found.source, Reject):
            yield found, None
            continue
        record, reason = None, None
        try:
            with without_collector():
                annotations = annotate(pipeline, found.source.text, found.source)
                record = assemble(annotations)
                annotations.let_go()
                del annotations
        except Reject as e:
            reason = e
        except Exception as e:
            reason = Reject("internal", where(e))
        yield (found if reason is None else replace(found, source=reason)), record


def read(
    data: bytes | str,
    name: str = "-",
    *,
    nlp: Language | None = None,
    ner: str = "own",
    rules: str = "",
    media_type: str | None = None,
) -> tuple[Record, Annotations]:
    """As `extract`, with the annotations that the record was made of: they tell why it says what it says."""
    from extractor.assemble import assemble
    from extractor.ingest import read_source
    from extractor.pipeline import annotate, rulebook_of, shared, without_collector

    pipeline: Any = nlp if nlp is not None else shared(ner, rules)
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    with without_collector():
        source = read_source(raw, name, rulebook_of(rules), media_type)
        annotations = annotate(pipeline, source.text, source)
        return assemble(annotations), annotations
