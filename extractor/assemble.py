"""Assemble: the annotations of a letter become its `Record`, each span checked again against the text."""

from __future__ import annotations

import hashlib
from typing import Any

from extractor.annotations import Annotations, Mention
from extractor.errors import WARNINGS
from extractor.record import (
    Agency,
    AgencyRef,
    DateItem,
    Document,
    DocumentType,
    Record,
    Signer,
    Source,
    Span,
    Warning_,
)
from extractor.textview import slug
from extractor.values.agencies import AgencyValue


def assemble(annotations: Annotations) -> Record:
    """The record. Raises ValueError when a span does not hold: a fault of a stage, never of the input."""
    text, source = annotations.view.text, annotations.source
    record = Record(
        id="sha256:" + hashlib.sha256(text.encode("utf-8")).hexdigest(),
        source=Source(
            name=source.name, media_type=source.media_type, sha256=source.sha256, bytes=source.bytes,
            url=source.url, published_on=source.published_on, encoding=source.encoding,
        ),
        source_kind="report" if annotations.kind == "report" else "letter",
        text=text,
        document=_document(annotations),
        agencies=_agencies(annotations),
        references=annotations.references,
        dates=_dates(annotations),
        figures=annotations.figures,
        targets=annotations.targets,
        assignments=annotations.assignments,
        warnings=_warnings(annotations),
    )  # fmt: skip
    check_spans(record)
    return record


def _span(text: str, start: int, end: int) -> Span:
    return Span(start=start, end=end, text=text[start:end])


def _ref(value: AgencyValue) -> AgencyRef:
    return AgencyRef(id=value.id, name=value.name, title=value.title)


def _party(item: Any) -> AgencyRef:
    """An addressee or recipient: an agency mention, a reference made earlier, or words as written."""
    if isinstance(item, AgencyRef):
        return item
    if isinstance(item, Mention):
        return _ref(item.value)
    return AgencyRef(id="x:" + slug(item), name=item)


def _document(annotations: Annotations) -> Document:
    header, text = annotations.header, annotations.view.text
    kind = header.get("type")
    issuer = header.get("issuer")
    return Document(
        number=header.get("number"),
        type=DocumentType(code=kind[0], name=kind[1]) if kind else None,
        issuer=AgencyRef(id=issuer.id, name=issuer.name) if issuer is not None else None,
        issued_on=header.get("issued_on"),
        place=header.get("place"),
        subject=header.get("subject"),
        signer=Signer(**header["signer"]) if "signer" in header else None,
        addressees=_unique([_party(x) for x in header.get("addressees", [])]),
        recipients=[_party(x) for x in header.get("recipients", [])],
        executors=_unique([_party(x) for x in header.get("executors", [])]),
        urgency=header.get("urgency"),
        secrecy=header.get("secrecy"),
        spans={f: _span(text, s, e) for f, (s, e) in sorted(header.get("spans", {}).items()) if e > s},
        inferred=sorted(set(header.get("inferred", []))),
    )


def _unique(refs: list[AgencyRef]) -> list[AgencyRef]:
    return list({(r.id, r.title): r for r in reversed(refs)}.values())[::-1]


def _agencies(annotations: Annotations) -> list[Agency]:
    text = annotations.view.text
    by_id: dict[str, Agency] = {}
    for m in annotations.group("agencies"):
        value = m.value
        span = _span(text, m.start, m.end)
        if value.id in by_id:
            by_id[value.id].mentions.append(span)
        else:
            level = None if value.group else value.level
            by_id[value.id] = Agency(
                id=value.id, name=value.name, level=level, locality=value.locality, mentions=[span]
            )
    return list(by_id.values())


def _dates(annotations: Annotations) -> list[DateItem]:
    text = annotations.view.text
    out = []
    for m in annotations.group("dates"):
        v = m.value
        out.append(
            DateItem(
                start=v.start,
                end=v.end,
                granularity=v.granularity,
                relation=v.relation,
                inferred=list(v.inferred),
                by=m.rule,
                span=_span(text, m.start, m.end),
            )
        )
        if v.problem:
            annotations.warn(v.problem, text[m.start : m.end], m.start, m.end)
    return out


def _warnings(annotations: Annotations) -> list[Warning_]:
    text = annotations.view.text
    for code, detail in annotations.source.notes:
        annotations.warn(code, detail, 0, 0)
    out: dict[tuple[str, str, int, int], Warning_] = {}
    for w in sorted(annotations.warnings, key=lambda w: (w.start, w.code)):
        words = WARNINGS[w.code]
        message = (
            w.message if w.message.startswith(words) else f"{words}: {w.message}" if w.message else words
        )
        span = _span(text, w.start, w.end) if w.end > w.start else None
        place = (w.start, w.end) if span is not None else (-1, -1)
        out.setdefault((w.code, message, *place), Warning_(code=w.code, message=message, span=span))
    return list(out.values())


def check_spans(record: Record) -> None:
    """Raise ValueError unless every span is ``text[start:end]`` of the record's own text."""
    spans = [*record.document.spans.values()]
    for agency in record.agencies:
        spans += agency.mentions
    spans += [r.span for r in record.references] + [d.span for d in record.dates]
    spans += [f.span for f in (*record.figures, *record.targets)]
    for a in record.assignments:
        spans.append(a.span)
        if a.deadline is not None and a.deadline.span is not None:
            spans.append(a.deadline.span)
    spans += [w.span for w in record.warnings if w.span is not None]
    for span in spans:
        if not span.text or record.text[span.start : span.end] != span.text:
            raise ValueError(f"span {span.start}-{span.end} is not {span.text[:40]!r}")
