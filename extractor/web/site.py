"""What all pages share: the database, the language of a request, who is asking, the rules behind values."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy import Connection, Engine

from extractor.database.secrecy import SECRET
from extractor.web.security import csrf_token, identity, may_write
from extractor.web.texts import LANGUAGES, Texts
from extractor.web.words import Words

if TYPE_CHECKING:
    from extractor.database.ingest import Event
    from extractor.rulebook import Rulebook
    from extractor.web.inbox import Inbox
    from extractor.web.reasons import ReasonsBook
    from extractor.web.reviews import Place
    from extractor.web.views import Start

_FOLDER = Path(__file__).parent
#: the cookie that keeps the language chosen on the switch, for a year
LANGUAGE_COOKIE, _YEAR = "lang", 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Topic:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class User:
    """Who is asking: `name` None where nobody has said so; only an editor's changes are written."""

    name: str | None
    role: str  # reader, editor

    @property
    def editor(self) -> bool:
        return self.role == "editor"


class Site:
    """One per application; its methods may be called from several threads."""

    def __init__(self, engine: Engine, *, allow_write: bool, rules: Path | None) -> None:
        self.engine, self.allow_write, self.rules = engine, allow_write, rules
        self.start: Start | None = None
        self._queue: tuple[tuple[int, str, str], list[Place]] | None = None
        self._warming = threading.RLock()
        self.texts = {language: Texts.read(language) for language in LANGUAGES}
        self.templates = Environment(
            loader=FileSystemLoader(_FOLDER / "templates"),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self.templates.filters["outcome"] = _outcome

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            yield connection

    def queue(self, connection: Connection, kind: str, which: str) -> list[Place]:
        """The queue of `reviews`, as long as nothing is written the one that was shown last."""
        from extractor.database import store
        from extractor.web import reviews

        asked, last = (store.revision(connection), kind, which), self._queue
        if last is None or last[0] != asked:
            self._queue = last = (asked, reviews.queue(connection, kind, which))
        return last[1]

    @cached_property
    def book(self) -> Rulebook:
        from extractor.rulebook import Rulebook, default_rulebook

        with self._warming:
            return Rulebook(self.rules) if self.rules else default_rulebook()

    @cached_property
    def topics(self) -> list[Topic]:
        """The topics that a record can have."""
        return [Topic(row["code"], row["name"]) for row in self.book.table("topics.csv")]

    @cached_property
    def signs(self) -> Mapping[str, Mapping[str, str]]:
        """Item (assignments, figures, targets) -> sign -> the sentence that tells of it."""
        from extractor.stages.confidence import sign_texts

        return sign_texts(self.book)

    @cached_property
    def reasons(self) -> ReasonsBook:
        from extractor.web.reasons import ReasonsBook

        return ReasonsBook(self.book, self.rules)

    @cached_property
    def inbox(self) -> Inbox:
        from extractor.web.inbox import Inbox

        return Inbox(self.engine, self.rules)

    def warm(self) -> None:
        """Read the rules and the templates, so that nobody waits for them; go on with files that wait."""
        if self.allow_write:
            self.inbox  # noqa: B018
        with self._warming:
            self.topics, self.signs  # noqa: B018
            for name in self.templates.list_templates():
                self.templates.get_template(name)

    def close(self) -> None:
        if "inbox" in self.__dict__:
            self.inbox.close()
        self.engine.dispose()

    def language(self, request: Request) -> str:
        """``?lang=``, else the cookie, else Vietnamese."""
        for asked in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
            if asked in LANGUAGES:
                return asked
        return LANGUAGES[0]

    def words(self, request: Request) -> Words:
        """Values in the words of the request's language."""
        return Words(self.texts[self.language(request)])

    def user(self, request: Request) -> User:
        """Who is asking, as `security` found out; whoever has not signed in may read."""
        who = identity(request)
        return User(who.name or None, "editor" if may_write(request) else "reader")

    def page(self, request: Request, template: str, *, status_code: int = 200, **values: Any) -> HTMLResponse:
        """A template filled in, in the language of the request; a chosen language is kept in a cookie."""
        language = self.language(request)
        texts = self.texts[language]
        html = self.templates.get_template(template).render(
            **values,
            t=texts,
            words=Words(texts),
            language=language,
            request=request,
            path=request.url.path,
            user=self.user(request),
            csrf=csrf_token(request),
            site=self,
            other_language=self._other_language(request, language),
        )
        response = HTMLResponse(html, status_code)
        if request.query_params.get("lang") in LANGUAGES:
            response.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR, httponly=True, samesite="lax")
        return response

    def error(self, request: Request, status: int, detail: str | None = None) -> HTMLResponse:
        """A page that says what went wrong and what to do; `detail` is in Vietnamese."""
        named = f"error.{status}.title" in self.texts[LANGUAGES[0]]
        known = status if named else 500 if status >= 500 else 400
        return self.page(request, "error.html", status_code=status, code=status, known=known, detail=detail)

    @staticmethod
    def _other_language(request: Request, language: str) -> tuple[str, str]:
        """The language to switch to, and the address of this page in it."""
        other = next(name for name in LANGUAGES if name != language)
        return other, "?" + str(request.url.include_query_params(lang=other).query)


def _outcome(event: Event) -> str:
    """What to tell of an event: a file that is known and could not be read then is not simply there."""
    if event.what != "unchanged" or event.code is None:
        return event.what
    return "secret" if event.code == SECRET else "refused"
