"""The pages that only read: search, a letter, agencies, the graph. The audit's pages are in `audits`."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from extractor.database import search
from extractor.database.version_changes import of_versions
from extractor.errors import CongvanError
from extractor.web import graph, nothing, views
from extractor.web.items import KINDS, Fact, Items, pieces
from extractor.web.problems import Problem
from extractor.web.security import attachment
from extractor.web.site import Site
from extractor.web.words import Words

router = APIRouter(default_response_class=HTMLResponse)
Id = Annotated[int, Path(ge=1, le=2**31 - 1)]
Number = Annotated[int, Query(ge=1, le=100_000)]
#: filters of a search, in the order of the facets
FACETS = ("type", "year", "agency", "issuer", "place", "topic")
SORTS = ("rank", "newest", "oldest")


def site_of(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


def items_of(request: Request, record: dict[str, Any]) -> Items:
    """The items of a record in the words of the request's language."""
    site = site_of(request)
    return Items(record, Words(site.texts[site.language(request)]), site.book, site.signs)


class Address:
    """Addresses of a page with other parameters: ``address(page=2)``; None and "" leave one out."""

    def __init__(self, path: str, values: dict[str, Any]) -> None:
        self.path = path
        self.values = {name: str(v) for name, v in values.items() if v not in (None, "", False)}
        self._encoded = {name: urlencode({name: v}) for name, v in self.values.items()}

    def __call__(self, **changed: Any) -> str:
        told = [text for name, text in self._encoded.items() if name not in changed]
        told += [urlencode({name: v}) for name, v in changed.items() if v not in (None, "", False)]
        return f"{self.path}?{'&'.join(told)}" if told else self.path

    def page(self, number: int) -> str:
        return self(page=number if number > 1 else None)


@router.get("/")
def search_page(
    request: Request,
    q: str = "",
    agency: str | None = None,
    type: str | None = None,
    issuer: str | None = None,
    since: str | None = None,
    until: str | None = None,
    place: str | None = None,
    topic: str | None = None,
    year: str | None = None,
    sort: str | None = None,
    page: Number = 1,
) -> Response:
    """The start page; with something asked for, what was found."""
    site = site_of(request)
    typed = {
        "type": type, "year": year, "agency": agency, "issuer": issuer, "place": place, "topic": topic,
        "since": since, "until": until,
    }  # fmt: skip
    filters: dict[str, Any] = {name: value or None for name, value in typed.items()}
    asked = bool(q.strip() or any(filters.values()) or sort or page > 1)
    if not asked:
        return _start_page(request)
    order = sort if sort in SORTS else "rank" if q.strip() else "newest"
    query = search.Query(text=q.strip(), **filters, page=page, sort=order)
    address = Address("/", {"q": query.text, **filters, "sort": sort})
    notice = None
    with site.connection() as connection:
        try:
            found = search.search(connection, query)
        except CongvanError as e:
            found = search.Page(0, False, [], {}, query)
            notice = str(e)
        shown = views.briefs(connection, [h.document_id for h in found.hits])
        empty = asked and not found.total and notice is None
        unknown = nothing.unknown_in_search(connection, found.query) if empty else []
        wider = nothing.wider_search(connection, found.query) if empty else []
    if found.total and not found.hits:
        return RedirectResponse(address.page(found.pages), 303)
    facets = [
        (name, [(v, address(**{name: None if v.selected else v.value, "page": None})) for v in values])
        for name in FACETS
        if (values := found.facets.get(name))
    ]
    labels = {(name, v.value): v.label for name, values in found.facets.items() for v in values}
    chosen = [
        (name, _day_or(labels.get((name, value), value), name), address(**{name: None, "page": None}))
        for name, value in filters.items()
        if value
    ]
    return site.page(
        request,
        "search.html",
        query=query,
        asked=True,
        found=found,
        notice=notice,
        briefs=shown,
        facets=facets,
        chosen=chosen,
        kept=[(n, v) for n, v in address.values.items() if n != "q"],
        all=list(address.values.items()),
        sorts=[(name, address(sort=name, page=None)) for name in SORTS],
        corrected=(found.corrected, address(q=found.corrected)) if found.corrected else None,
        last=found.pages,
        address=address.page,
        unknown=unknown,
        wider=wider,
        without=lambda name: address(**{name: None, "page": None}),
        called=lambda name, value: address(**{name: value, "page": None}),
    )


def _start_page(request: Request) -> HTMLResponse:
    """What there is, and the latest of it."""
    site = site_of(request)
    with site.connection() as connection:
        site.start = start = views.start(connection, site.start)
    return site.page(
        request,
        "search.html",
        query=start.found.query,
        asked=False,
        found=start.found,
        briefs=start.briefs,
        counts=start.counts,
        hints=_hints(start.found),
        kept=[],
    )


def _hints(found: search.Page) -> list[tuple[str, str]]:
    """A few searches that find something here: what they are called and their addresses."""
    numbers = [hit.number for hit in found.hits if hit.number][:1]
    firsts = [(name, found.facets[name][0]) for name in ("topic", "place", "type") if found.facets.get(name)]
    return [
        *((number, Address("/", {"q": number})()) for number in numbers),
        *((facet.label, Address("/", {name: facet.value})()) for name, facet in firsts),
    ]


def _day_or(text: str, name: str) -> str:
    return "/".join(reversed(text.split("-"))) if name in ("since", "until") else text


@router.get("/letters/{document_id}")
def letter_page(request: Request, document_id: Id, item: str = "") -> HTMLResponse:
    """A letter beside its record; `item` (``assignment-3``) lights up."""
    site = site_of(request)
    with site.connection() as connection:
        letter = views.letter(connection, document_id)
        if letter is None:
            raise Problem("not_found")
        topics = [topic for topic in site.topics if topic.code in letter.topics]
        others = (
            of_versions(connection, [document_id]).get(document_id, []) if len(letter.versions) > 1 else []
        )
    made = items_of(request, letter.record)
    kinds = ("assignment", "target", "figure", "warning", "reference", "agency", "date")
    names = {
        "assignment": "assignments", "target": "targets", "figure": "figures", "warning": "warnings",
        "reference": "references", "agency": "agencies", "date": "dates",
    }  # fmt: skip
    return site.page(
        request,
        "letter.html",
        letter=letter,
        topics=topics,
        differing=[(id, changes) for id, changes in others if changes],
        header=[(name, facts, made.header_words(name)) for name, facts in made.header()],
        parts=[(names[kind], made.of(kind)) for kind in kinds],
        pieces=pieces(letter.row.text, made.highlights()),
        kinds=KINDS,
        lit=item,
        grouped=grouped,
    )


def grouped(facts: Iterable[Fact]) -> list[tuple[str, list[Fact]]]:
    """Facts of the same name together, in the order they come."""
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        found.setdefault(fact.label, []).append(fact)
    return list(found.items())


@router.get("/letters/{document_id}/why/{position}")
def why_page(
    request: Request, document_id: Id, position: Annotated[int, Path(ge=0, le=100_000)]
) -> HTMLResponse:
    """Why a task stands in the record: the letter is read once more, with all that it was made of."""
    site = site_of(request)
    with site.connection() as connection:
        letter = views.letter(connection, document_id)
        if letter is None or position >= len(letter.record["assignments"]):
            raise Problem("not_found")
    span = letter.record["assignments"][position]["span"]
    reasons = site.reasons.of(letter.row.extracted, (span["start"], span["end"]))
    item = items_of(request, letter.record).of("assignment")[position]
    return site.page(request, "why.html", letter=letter, item=item, reasons=reasons)


@router.get("/letters/{document_id}/original")
def original(request: Request, document_id: Id) -> Response:
    """The file as it came in; always to be saved, never shown."""
    with site_of(request).connection() as connection:
        file = views.original_file(connection, document_id)
        if file is None:
            raise Problem("not_found")
        content = views.file_content(connection, file.id)
    return download(file.name.replace("\\", "/").rsplit("/", 1)[-1], zlib.decompress(content))


@router.get("/letters/{document_id}/record")
def record(request: Request, document_id: Id) -> Response:
    """The record as JSON."""
    with site_of(request).connection() as connection:
        letter = views.letter(connection, document_id)
    if letter is None:
        raise Problem("not_found")
    text = json.dumps(letter.record, ensure_ascii=False, indent=2)
    return download(f"{letter.row.number or letter.id}.json".replace("/", "-"), text.encode())


def download(name: str, content: bytes) -> Response:
    """An answer that is saved under a name, never shown."""
    return Response(
        content, media_type="application/octet-stream", headers={"Content-Disposition": attachment(name)}
    )


@router.get("/graph")
def graph_page(
    request: Request,
    letter: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    depth: Annotated[int, Query(ge=1, le=4)] = 2,
    relation: Annotated[list[str] | None, Query()] = None,
) -> HTMLResponse:
    """Which letter implements, amends, replaces which: around one letter, or where there is most."""
    site = site_of(request)
    default = graph.RELATIONS if letter else graph.STRONG
    wanted = [r for r in graph.RELATIONS if r in relation] if relation else list(default)
    with site.connection() as connection:
        middle = views.card(connection, letter) if letter else None
        if letter and middle is None:
            raise Problem("not_found")
        drawing = (
            graph.around(connection, letter, depth, wanted) if letter else graph.latest(connection, wanted)
        )
    return site.page(
        request,
        "graph.html",
        drawing=drawing,
        middle=middle,
        depth=depth,
        wanted=wanted,
        relations=graph.RELATIONS,
        node=(graph.WIDTH, graph.HEIGHT),
    )
