"""The pages that write: ingest and review. They are there only when the program may write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from extractor.batch import Document
from extractor.database import corrections
from extractor.database import writing as db_writing
from extractor.errors import CongvanError
from extractor.web import reviews, views
from extractor.web.items import LISTS
from extractor.web.pages import Address, download, grouped, items_of, site_of
from extractor.web.problems import Problem
from extractor.web.reviews import HEADER, KINDS, Place
from extractor.web.security import Editor, require_editor
from extractor.web.uploads import received

Only = Literal["", "assignment", "target", "figure"]
Kind = Literal["", "document", "assignment", "target", "figure"]
Which = Literal["review", "corrected"]
FileId = Annotated[int, Field(ge=1, le=2**31 - 1)]
Offset = Annotated[int, Query(ge=0, le=2**31 - 1)]
router = APIRouter(default_response_class=HTMLResponse, dependencies=[Depends(require_editor)])


@router.get("/ingest")
def ingest_page(request: Request) -> HTMLResponse:
    """A place to drop files on, and what could not be read before."""
    site = site_of(request)
    with site.connection() as connection:
        waiting = views.quarantine(connection)
        runs = views.runs(connection)
    return site.page(request, "ingest.html", batch=None, waiting=waiting, runs=runs, most=_most(request))


@dataclass(frozen=True, slots=True)
class _Most:
    """What may be sent: bytes of a file, files at once, seconds that a letter may be read for."""

    size: int
    files: int
    seconds: float


def _most(request: Request) -> _Most:
    settings, limits = request.app.state.settings, site_of(request).inbox.settings.limits
    return _Most(min(settings.max_file, limits.bytes), settings.max_files, limits.seconds)


@router.post("/ingest")
async def upload(request: Request) -> Response:
    """Take files in; a script is told where to look how they fare."""
    async with received(request) as files:
        documents = [Document(f.name, await run_in_threadpool(f.read)) for f in files]
    if not documents:
        raise Problem("invalid")
    batch = await run_in_threadpool(lambda: site_of(request).inbox.add(documents))
    return _go_to(request, batch.id)


@router.post("/ingest/retry")
def retry(request: Request, file: Annotated[list[FileId] | None, Form()] = None) -> Response:
    """Read again what waits in quarantine; only these files, if any are named."""
    return _go_to(request, site_of(request).inbox.retry(file or ()).id)


def _go_to(request: Request, batch_id: str) -> Response:
    address = f"/ingest/{batch_id}"
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"batch": address}, 202)
    return RedirectResponse(address, 303)


@router.get("/ingest/{batch_id}")
def batch_page(request: Request, batch_id: str) -> HTMLResponse:
    """What became of each file of a batch so far."""
    site = site_of(request)
    batch = site.inbox.get(batch_id)
    if batch is None:
        raise Problem("not_found")
    with site.connection() as connection:
        waiting = views.quarantine(connection) if batch.done else []
    return site.page(request, "ingest.html", batch=batch, waiting=waiting, runs=[], most=_most(request))


async def _fields(request: Request) -> dict[str, str]:
    """All fields of a form, as they were sent."""
    async with request.form(max_files=0, max_fields=60) as form:
        return {name: str(value) for name, value in form.items()}


@router.get("/review")
def review_page(
    request: Request,
    only: Only = "",
    letter: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    item: Annotated[str, Query(max_length=40)] = "",
    kind: Kind = "",
    start: Offset = 0,
    end: Offset = 0,
    which: Which = "review",
    said: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """One item of the queue, or one that was asked for by its name or by its words."""
    place = Place(letter, kind, start, end) if letter and kind else None
    name, _, position = item.partition("-")
    site = site_of(request)
    if letter and name == HEADER:
        place = Place(letter, HEADER, 0, 0)
    elif letter and name in KINDS and position.isascii() and position.isdecimal():
        with site.connection() as connection:
            found = views.letter(connection, letter)
        listed = found.record[LISTS[name]] if found else []
        if int(position) >= len(listed):
            raise Problem("not_found")
        span = listed[int(position)]["span"]
        place = Place(letter, name, span["start"], span["end"])
    text = site.texts[site.language(request)]
    return _review(request, only, which, place, said=text.get(f"review.saved_{said}", ""))


def _review(
    request: Request,
    only: str,
    which: str,
    place: Place | None,
    *,
    said: str = "",
    wrong: str = "",
    sent: Mapping[str, str] | None = None,
) -> HTMLResponse:
    site = site_of(request)
    author = site.user(request).name or ""
    with site.connection() as connection:
        queue = site.queue(connection, only, which)
        at = next((i for i, p in enumerate(queue) if p == place), None)
        if place is None and queue:
            at, place = 0, queue[0]
        letter = views.letter(connection, place.document_id) if place else None
        found = reviews.item_at(letter.record, place) if letter and place else None
        entries = reviews.entries(connection)
        mine = reviews.entries(connection, author, 1)
    values: dict[str, Any] = {"item": None, "place": place, "inputs": [], "context": None, "row": None}
    if letter and place and found:
        position, raw = found
        made = items_of(request, letter.record)
        values |= {
            "item": made.whole_header() if place.kind == HEADER else made.of(place.kind)[position],
            "row": letter.row,
            "inputs": reviews.inputs(place.kind, raw),
            "context": reviews.context(letter.row.text, place.start, place.end),
        }
    elif place and not wrong:
        return _review(request, only, which, None, said=said)
    before = queue[at - 1] if at else None
    behind = queue[at + 1] if at is not None and at + 1 < len(queue) else None
    return site.page(
        request,
        "review.html",
        **values,
        status_code=422 if wrong else 200,
        only=only,
        which=which,
        at=at,
        queue_length=len(queue),
        previous=_address(before, only, which) if before else None,
        following=_address(behind, only, which) if behind else None,
        entries=entries,
        can_undo=bool(mine),
        said=said,
        wrong=wrong,
        sent=sent or {},
        grouped=grouped,
    )


def _address(place: Place | None, only: str, which: str, said: str = "") -> str:
    """The page of an item of the queue."""
    where: dict[str, Any] = {}
    if place:
        where = {"letter": place.document_id, "kind": place.kind, "start": place.start, "end": place.end}
    which = "" if which == "review" else which
    return Address("/review", {"only": only, "which": which, **where, "said": said})()


@router.post("/review")
def decide(
    request: Request,
    who: Editor,
    document_id: Annotated[int, Form(ge=1, le=2**31 - 1)],
    kind: Annotated[Literal["document", "assignment", "target", "figure"], Form()],
    start: Annotated[int, Form(ge=0, le=2**31 - 1)],
    end: Annotated[int, Form(ge=0, le=2**31 - 1)],
    verdict: Annotated[Literal["confirm", "correct", "reject"], Form()],
    sent: Annotated[dict[str, str], Depends(_fields)],
    only: Annotated[Only, Form()] = "",
    which: Annotated[Which, Form()] = "review",
) -> Response:
    """Write down what the person said, then go on to the next item."""
    place = Place(document_id, kind, start, end)
    site = site_of(request)
    with site.connection() as connection:
        queue = site.queue(connection, only, which)
    try:
        with db_writing(site.engine) as connection:
            said = reviews.save(connection, place, verdict, sent, who.name, sent.get("note") or None)
    except CongvanError as e:
        return _review(request, only, which, place, wrong=str(e), sent=sent)
    at = next((i for i, p in enumerate(queue) if p == place), None)
    following = queue[at + 1] if at is not None and at + 1 < len(queue) else None
    if said == "nothing":
        return RedirectResponse(_address(place, only, which, said), 303)
    return RedirectResponse(_address(following or (place if at is None else None), only, which, said), 303)


@router.post("/review/undo")
def take_back(request: Request, who: Editor) -> Response:
    """Undo what the person said last, and show it."""
    with db_writing(site_of(request).engine) as connection:
        entry = reviews.undo(connection, who.name)
    place = None
    if entry and entry.kind == HEADER:
        place = Place(entry.document_id, HEADER, 0, 0)
    elif entry and entry.kind in KINDS and entry.start is not None and entry.end is not None:
        place = Place(entry.document_id, entry.kind, entry.start, entry.end)
    return RedirectResponse(_address(place, "", "review", "undo" if entry else "no_undo"), 303)


@router.get("/review/gold")
def gold(request: Request) -> Response:
    """The corrected letters as gold files with their texts, in a ZIP."""
    packed = io.BytesIO()
    with (
        site_of(request).connection() as connection,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for one in corrections.export_gold(connection, texts=True):
            archive.writestr(f"gold/{one.name}.yaml", one.yaml())
            archive.writestr(f"letters/{one.name}.txt", one.text)
    return download("gold.zip", packed.getvalue())


@router.get("/review/rules")
def rule_examples(request: Request) -> Response:
    """Examples and counter-examples for rules, as TOML."""
    with site_of(request).connection() as connection:
        return download("rule-examples.toml", corrections.export_rule_examples(connection).encode())
