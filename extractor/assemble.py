"""Assemble: the annotations of a letter become its `Record`, each span checked again against the text."""

from __future__ import annotations

import hashlib
from typing import Any

from extractor.annotations import Annotations, Mention
from extractor.errors import WARNINGS
from extractor.ingest.text import SourceText
from extractor.record import AgencyRef, Page, PageBox, Record, Span
from extractor.values.agencies import AgencyValue, each_once, ref_to


def assemble(annotations: Annotations) -> Record:
    """The record. Raises ValueError when a span does not hold: a fault of a stage, never of the input."""
    text = annotations.view.text
    source: SourceText = annotations.source
    document, agencies, dates = _document(annotations), _agencies(annotations), _dates(annotations)
    record = Record.model_validate(  # in one go: an object for each span would take most of the time
        {
            "id": "sha256:" + hashlib.sha256(text.encode("utf-8")).hexdigest(),
            "source": {
                "name": source.name, "media_type": source.media_type, "sha256": source.sha256,
                "bytes": source.bytes, "url": source.url, "published_on": source.published_on,
                "encoding": source.encoding, "ocr": _ocr(source),
            },
            "source_kind": "report" if annotations.kind == "report" else "letter",
            "text": text,
            "document": document,
            "agencies": agencies,
            "references": annotations.references,
            "dates": dates,
            "figures": annotations.figures,
            "targets": annotations.targets,
            "assignments": annotations.assignments,
            "topics": annotations.topics,
            "warnings": _warnings(annotations),
        }
    )  # fmt: skip
    check_spans(record)
    if source.places is not None:
        record.source.pages = _pages(record, source)
    return record


def _ocr(source: SourceText) -> dict[str, Any] | None:
    if source.ocr is None:
        return None
    return {"engine": source.ocr.engine, "confidence": round(source.ocr.confidence, 3)}


def _pages(record: Record, source: SourceText) -> list[Page]:
    """The pages of the file, each with the boxes of the record's spans on it."""
    pages = {
        number: Page(number=number, width=round(width, 1), height=round(height, 1))
        for number, (width, height) in (source.places.sizes if source.places else {}).items()
    }
    for start, end in sorted({(s.start, s.end) for s in spans_of(record)}):
        for number, (x0, y0, x1, y1) in source.boxes(start, end):
            box = (round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1))
            pages[number].boxes.append(PageBox(start=start, end=end, box=box))
    return list(pages.values())


def _span(text: str, start: int, end: int) -> dict[str, Any]:
    """The fields of a `Span`."""
    return {"start": start, "end": end, "text": text[start:end]}


def _party(item: Any) -> AgencyRef:
    """An addressee or recipient: an agency mention, a reference made earlier, or words as written."""
    if isinstance(item, AgencyRef):
        return item
    if isinstance(item, Mention):
        value: AgencyValue = item.value
        return value.ref()
    return ref_to(item)


def _document(annotations: Annotations) -> dict[str, Any]:
    """The fields of the record's `Document`."""
    header, text = annotations.header, annotations.view.text
    kind = header.get("type")
    issuer = header.get("issuer")
    plain = ("number", "issued_on", "place", "subject", "signer", "urgency", "secrecy")
    return {name: header.get(name) for name in plain} | {
        "type": {"code": kind[0], "name": kind[1]} if kind else None,
        "issuer": {"id": issuer.id, "name": issuer.name} if issuer is not None else None,
        "addressees": each_once([_party(x) for x in header.get("addressees", [])]),
        "recipients": [_party(x) for x in header.get("recipients", [])],
        "executors": each_once([_party(x) for x in header.get("executors", [])]),
        "spans": {f: _span(text, s, e) for f, (s, e) in sorted(header.get("spans", {}).items()) if e > s},
        "inferred": sorted(set(header.get("inferred", []))),
    }


def _agencies(annotations: Annotations) -> list[dict[str, Any]]:
    """The fields of each `Agency`, in the order of their first mentions."""
    text = annotations.view.text
    by_id: dict[str, dict[str, Any]] = {}
    for m in annotations.group("agencies"):
        value = m.value
        found = by_id.get(value.id)
        if found is None:
            level = None if value.group else value.level
            found = {"id": value.id, "name": value.name, "level": level, "locality": value.locality}
            fate = annotations.fates.get(value.id)
            if fate is not None:
                found["ended"] = {"from": fate.since, "change": fate.change, "basis": fate.basis}
                found["successors"] = [
                    {"id": h.id, "name": h.name, "from": h.since, "change": h.change} for h in fate.heirs
                ]
            found["mentions"] = []
            by_id[value.id] = found
        found["mentions"].append(_span(text, m.start, m.end))
    return list(by_id.values())


def _dates(annotations: Annotations) -> list[dict[str, Any]]:
    """The fields of each `DateItem`, in text order."""
    text = annotations.view.text
    out = []
    for m in annotations.group("dates"):
        v = m.value
        out.append(
            {
                "start": v.start,
                "end": v.end,
                "granularity": v.granularity,
                "relation": v.relation,
                "inferred": list(v.inferred),
                "by": m.rule,
                "span": _span(text, m.start, m.end),
            }
        )
        if v.problem:
            annotations.warn(v.problem, text[m.start : m.end], m.start, m.end)
    return out


def _warnings(annotations: Annotations) -> list[dict[str, Any]]:
    """The fields of each `Warning_`, each said once."""
    text = annotations.view.text
    for code, detail in annotations.source.notes:
        annotations.warn(code, detail, 0, 0)
    out: dict[tuple[str, str, int, int], dict[str, Any]] = {}
    for w in sorted(annotations.warnings, key=lambda w: (w.start, w.code)):
        words = WARNINGS[w.code]
        message = (
            w.message if w.message.startswith(words) else f"{words}: {w.message}" if w.message else words
        )
        key = (w.code, message, *((w.start, w.end) if w.end > w.start else (-1, -1)))
        span = _span(text, w.start, w.end) if w.end > w.start else None
        out.setdefault(key, {"code": w.code, "message": message, "span": span})
    return list(out.values())


def check_spans(record: Record) -> None:
    """Raise ValueError unless every span is ``text[start:end]`` of the record's own text."""
    for span in spans_of(record):
        if not span.text or record.text[span.start : span.end] != span.text:
            raise ValueError(f"span {span.start}-{span.end} is not {span.text[:40]!r}")


def spans_of(record: Record) -> list[Span]:
    """Every span of a record."""
    spans = [*record.document.spans.values()]
    for agency in record.agencies:
        spans += agency.mentions
    spans += [r.span for r in record.references] + [d.span for d in record.dates]
    spans += [f.span for f in (*record.figures, *record.targets)]
    for a in record.assignments:
        spans.append(a.span)
        if a.deadline is not None and a.deadline.span is not None:
            spans.append(a.deadline.span)
        if a.product_span is not None:
            spans.append(a.product_span)
    spans += [w.span for w in record.warnings if w.span is not None]
    return spans
