"""Who may ask what of the page and the API, and how much: one ASGI layer around the whole application.

It stands outside of every route, so a route cannot be forgotten. From the outside in:

- the Host header must be a name asked for (a web site that points its own name at this machine, DNS
  rebinding, gets 400), and what other web sites fetch is refused;
- whoever presents a token or a session is looked up, each time;
- whatever is no GET or HEAD needs ``--allow-write``, the role editor, and, where a cookie speaks for it, a
  form token and an Origin of this page; a bearer token needs neither, since no browser adds it by itself;
- bodies are counted and timed while they come in;
- every answer gets the headers below, also one that went wrong, and no redirect leaves this server.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from http.cookies import CookieError, SimpleCookie
from typing import Annotated, Literal, TypeVar
from urllib.parse import parse_qs, quote, unquote_to_bytes, urlsplit

from anyio import to_thread
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, OperationalError
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from extractor.database.engine import writing
from extractor.web import session, tokens
from extractor.web.problems import Problem, answer, invalid, known

log = logging.getLogger("extractor.web")
Found = TypeVar("Found")

_CSP = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
#: on every answer; the referrer policy keeps the Origin of forms (no-referrer would send "null")
_HEADERS = {
    "content-security-policy": _CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
#: may be posted to without the role editor: signing in and out
_OPEN_POSTS = frozenset({"/login", "/logout"})
#: may be seen without signing in where signing in is needed
_OPEN = ("/login", "/static/")
_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
FIELD = "csrf_token"
_LONGEST_QUERY = 8_000
_LARGEST_HEAD = 32_000
#: of an upload, within which its form token must stand
_BEGINNING = 4_096


@dataclass(frozen=True, slots=True)
class Settings:
    """What the server allows. Sizes are bytes, times seconds."""

    allow_write: bool = False
    #: names and addresses under which the page is reached, without port; empty: this machine's own only
    hosts: tuple[str, ...] = ()
    #: whether any literal address may stand in Host (a server that listens on all of them)
    any_address: bool = False
    #: whether reading needs a token too
    sign_in: bool = False
    #: key of sessions; the processes of one server share it
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    max_body: int = 1_000_000
    max_file: int = 50_000_000
    max_files: int = 500
    max_upload: int = 100_000_000
    #: for a whole request body to come in; an upload may take longer
    body_seconds: float = 20
    upload_seconds: float = 300
    #: for the other side to take what is sent to it
    send_seconds: float = 60
    #: wrong tokens from one address within a minute, before it has to wait
    tries: int = 10


_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks: `name` is the author of what they write; without role, nobody signed in."""

    name: str = ""
    role: tokens.Role | None = None
    via: Literal["token", "cookie"] | None = None
    token_id: str = ""


NOBODY = Identity()


def identity(request: Request) -> Identity:
    """Who makes this request."""
    found: Identity = request.scope.get("congvan.identity", NOBODY)
    return found


def csrf_token(request: Request) -> str:
    """What the hidden field `csrf_token` (or the header X-CSRF-Token) of a form on this page must hold."""
    settings: Settings = request.app.state.settings
    scope = request.scope
    if "congvan.nonce" not in scope:  # a visitor without cookie: the Guard adds one to the answer
        scope["congvan.nonce"] = scope["congvan.new_visitor"] = session.visitor()
    return session.form_token(settings.key, scope["congvan.nonce"])


def may_write(request: Request) -> bool:
    """Whether this page should show what an editor can do."""
    settings: Settings = request.app.state.settings
    return settings.allow_write and identity(request).role == "editor"


def require_editor(request: Request) -> Identity:
    """The dependency of every route that writes. Raises `Problem`."""
    settings: Settings = request.app.state.settings
    who = identity(request)
    if not settings.allow_write:
        raise Problem("read_only")
    if who.role is None:
        raise Problem("sign_in", headers={"www-authenticate": "Bearer"})
    if who.role != "editor":
        raise Problem("role")
    return who


Editor = Annotated[Identity, Depends(require_editor)]


def local(target: str | None) -> str:
    """A redirect target of this server; what leads elsewhere becomes the first page.

    >>> local("/documents/1?tab=text"), local("//evil.example"), local("https://evil.example")
    ('/documents/1?tab=text', '/', '/')
    """
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return "/"
    if "\\" in target or not target.isprintable() or " " in target:
        return "/"
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else "/"


def attachment(name: str) -> str:
    """A Content-Disposition that saves under this name, whatever characters it holds (RFC 6266)."""
    plain = "".join(c for c in name.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable())[-150:]
    plain = plain.encode("utf-8", "ignore").decode() or "congvan"
    ascii_name = "".join(c if c.isascii() and (c.isalnum() or c in " ._-()") else "_" for c in plain)
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(plain, safe='')}"


def install(app: FastAPI, settings: Settings, engine: Engine) -> None:
    """Put the Guard around an application and add the routes of signing in; `engine` holds the tokens."""
    app.state.settings = settings
    app.state.throttle = Throttle(settings.tries)
    app.state.security_engine = engine

    async def on_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, AnyHTTPException)
        return answer(request, known(error))

    async def on_invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(request, invalid(error))

    app.add_exception_handler(AnyHTTPException, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    from extractor.web.sign_in import router

    app.include_router(router)
    app.add_middleware(Guard, application=app, settings=settings, engine=engine)


def ask(engine: Engine, question: Callable[[Connection], Found], *, write: bool = False) -> Found:
    """What the table of tokens answers."""
    with writing(engine) if write else engine.connect() as connection:
        return question(connection)


class Throttle:
    """Counts wrong tokens per address; after `tries` within a minute the address has to wait."""

    WINDOW = 60.0
    _MOST = 10_000

    def __init__(self, tries: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.tries, self._clock = tries, clock
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Seconds that this address has to wait, 0: none."""
        count, since = self._failures.get(address, (0, 0.0))
        left = since + self.WINDOW - self._clock()
        return int(left) + 1 if count >= self.tries and left > 0 else 0

    def failed(self, address: str) -> None:
        """Note a wrong token."""
        now = self._clock()
        count, since = self._failures.pop(address, (0, now))
        self._failures[address] = (count + 1, since) if now - since < self.WINDOW else (1, now)
        while len(self._failures) > self._MOST:
            self._failures.popitem(last=False)


class Guard:
    """The ASGI layer. Settings: see `Settings`; the module's text says what it does."""

    def __init__(self, app: ASGIApp, *, application: FastAPI, settings: Settings, engine: Engine) -> None:
        self.app, self.application, self.settings, self.engine = app, application, settings, engine
        self._hosts = frozenset(h.lower().strip("[]") for h in (*settings.hosts, *_LOOPBACK))
        self._raw_headers = [(k.encode(), v.encode()) for k, v in _HEADERS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # no web sockets here
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        scope.setdefault("app", self.application)
        head = scope["method"] == "HEAD"
        if head:
            scope["method"] = "GET"
        answering = _Answer(send, scope, self._raw_headers, head, self.settings)
        request = Request(scope)
        try:
            body = await self._admit(request, receive)
            if body is None:
                await redirect(f"/login?next={quote(_address(scope))}")(scope, receive, answering)
                return
            await self.app(scope, body, answering)
        except AnyHTTPException as e:
            await self._tell(request, known(e), answering, receive)
        except OperationalError:
            log.exception("%s %s", request.method, request.url.path)
            await self._tell(request, Problem("busy", headers={"retry-after": "5"}), answering, receive)
        except (DataError, OverflowError, UnicodeError):
            log.exception("%s %s", request.method, request.url.path)
            await self._tell(request, Problem("malformed"), answering, receive)
        except (ConnectionError, TimeoutError):  # the other side is gone, or takes nothing
            log.info("connection lost: %s", request.url.path)
            raise
        except Exception:
            log.exception("%s %s", request.method, request.url.path)
            await self._tell(request, Problem("internal"), answering, receive)

    async def _tell(self, request: Request, problem: Problem, answering: _Answer, receive: Receive) -> None:
        if answering.started:
            raise ConnectionAbortedError("an answer broke off") from None
        response = answer(request, problem)
        if problem.code in ("too_large", "too_many_files", "slow"):
            response.headers["connection"] = "close"  # the rest of the body will not be read
        await response(request.scope, receive, answering)

    async def _admit(self, request: Request, receive: Receive) -> Receive | None:
        """Let a request in, or raise `Problem`; gives the counted and timed way to its body.

        None: a page that has to be asked for again after signing in.
        """
        scope, headers = request.scope, request.headers
        if not self._host_is_ours(headers):
            raise Problem("host")
        if len(scope["query_string"]) > _LONGEST_QUERY or len(scope["path"]) > _LONGEST_QUERY:
            raise Problem("address")
        if sum(len(name) + len(value) for name, value in scope["headers"]) > _LARGEST_HEAD:
            raise Problem("headers")
        if not _is_text(scope["query_string"]) or not _is_text(scope.get("raw_path") or b""):
            raise Problem("malformed")
        if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
            raise Problem("cross_site")
        who = await self._identify(request)
        scope["congvan.identity"] = who
        path, method = scope["path"], scope["method"]
        if self.settings.sign_in and who.role is None and not path.startswith(_OPEN):
            if method == "GET" and not path.startswith("/api"):
                return None
            raise Problem("sign_in", headers={"www-authenticate": "Bearer"})
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        body = self._body(receive, headers, upload=kind == _MULTIPART and path not in _OPEN_POSTS)
        if method in _SAFE:
            return body
        if path not in _OPEN_POSTS:
            require_editor(request)
        if who.via != "token":
            self._origin_is_ours(headers)
            body = await self._with_form_token(request, kind, body)
        return body

    def _host_is_ours(self, headers: Headers) -> bool:
        values = headers.getlist("host")
        if len(values) != 1:
            return False
        host = _host(values[0])
        return host is not None and (host in self._hosts or (self.settings.any_address and _is_address(host)))

    def _origin_is_ours(self, headers: Headers) -> None:
        """A browser says where a request comes from; one that says nothing is no browser with a cookie."""
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None and site != "same-origin":
            raise Problem("csrf")
        if origin is not None and urlsplit(origin).netloc.lower() != headers["host"].lower():
            raise Problem("csrf")
        if site is None and origin is None:
            raise Problem("csrf")

    async def _identify(self, request: Request) -> Identity:
        authorization = request.headers.get("authorization")
        scope, key = request.scope, self.settings.key
        if authorization is not None:
            scheme, _, text = authorization.partition(" ")
            address = request.client.host if request.client else ""
            found = None
            if scheme.lower() == "bearer":
                found = await self._check(address, partial(tokens.check, text=text.strip()))
            if found is None:
                raise Problem("token", headers={"www-authenticate": 'Bearer error="invalid_token"'})
            return Identity(found.name, found.role, "token", found.id)
        cookies = _cookies(request.headers)
        if session.COOKIE in cookies:
            read = session.read(key, cookies[session.COOKIE])
            if read is not None:
                question = partial(tokens.holder, identifier=read.token_id)
                holder = await to_thread.run_sync(ask, self.engine, question)
                if holder is not None:
                    scope["congvan.nonce"] = read.nonce
                    return Identity(holder.name, holder.role, "cookie", holder.id)
        if session.VISITOR in cookies:
            scope["congvan.nonce"] = cookies[session.VISITOR][:64]
        return NOBODY

    async def _check(
        self, address: str, question: Callable[[Connection], tokens.Token | None]
    ) -> tokens.Token | None:
        return await check_slowly(self.application.state.throttle, self.engine, address, question)

    def _body(self, receive: Receive, headers: Headers, *, upload: bool) -> Receive:
        """`receive`, which raises when more comes than is allowed, or too slowly."""
        most = self.settings.max_upload if upload else self.settings.max_body
        seconds = self.settings.upload_seconds if upload else self.settings.body_seconds
        length = headers.get("content-length", "")
        if length and (not length.isdecimal() or int(length[:20]) > most):
            raise Problem("too_large", f"Dữ liệu gửi lên quá lớn, nhiều nhất {_megabytes(most)}.")
        state = {"read": 0, "until": 0.0, "done": False}

        async def counted() -> Message:
            if state["done"]:  # waiting for the connection to end takes as long as it takes
                return await receive()
            loop = asyncio.get_running_loop()
            state["until"] = state["until"] or loop.time() + seconds
            try:
                async with asyncio.timeout_at(state["until"]):
                    message = await receive()
            except TimeoutError:
                raise Problem("slow") from None
            state["read"] += len(message.get("body", b""))
            state["done"] = not message.get("more_body", False)
            if state["read"] > most:
                raise Problem("too_large", f"Dữ liệu gửi lên quá lớn, nhiều nhất {_megabytes(most)}.")
            return message

        return counted

    async def _with_form_token(self, request: Request, kind: str, body: Receive) -> Receive:
        """Check the form token of a request that a cookie speaks for; gives the body from its start."""
        nonce = request.scope.get("congvan.nonce")
        given = request.headers.get("x-csrf-token")
        if given is None and nonce and kind in (_FORM, _MULTIPART):
            taken: list[Message] = []
            size, more = 0, True
            while more and (kind == _FORM or size < _BEGINNING):
                message = await body()
                taken.append(message)
                size += len(message.get("body", b""))
                more = message.get("more_body", False)
            beginning = b"".join(m.get("body", b"") for m in taken)
            given = _form_field(beginning) if kind == _FORM else _first_part(beginning[:_BEGINNING])
            rest = iter(taken)

            async def again() -> Message:
                return next(rest, None) or await body()

            body = again
        if not nonce or not given or not session.believes(self.settings.key, nonce, given):
            raise Problem("csrf")
        return body


async def check_slowly(
    throttle: Throttle,
    engine: Engine,
    address: str,
    question: Callable[[Connection], tokens.Token | None],
    *,
    write: bool = False,
) -> tokens.Token | None:
    """Ask whose token it is; who has guessed too often has to wait. Raises `Problem`."""
    seconds = throttle.wait(address)
    if seconds:
        raise Problem("often", headers={"retry-after": str(seconds)})
    found: tokens.Token | None = await to_thread.run_sync(partial(ask, write=write), engine, question)
    if found is None:
        throttle.failed(address)
    return found


class _Answer:
    """`send`, with the headers every answer has; for HEAD without the body, and with a time limit."""

    def __init__(
        self, send: Send, scope: Scope, headers: list[tuple[bytes, bytes]], head: bool, settings: Settings
    ) -> None:
        self._send, self._scope, self._headers, self._head = send, scope, headers, head
        self._settings = settings
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self._complete(message)
        elif self._head and message["type"] == "http.response.body":
            if message.get("more_body", False):
                return
            message = {"type": "http.response.body", "body": b""}
        async with asyncio.timeout(self._settings.send_seconds):
            await self._send(message)

    def _complete(self, message: Message) -> None:
        raw: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
        ours = {name for name, _ in self._headers}
        message["headers"] = raw = [*(h for h in raw if h[0].lower() not in ours), *self._headers]
        headers = MutableHeaders(raw=raw)
        if "cache-control" not in headers:
            # what is there now may be corrected in a moment: a browser keeps it, but asks whether it holds
            headers["cache-control"] = "private, no-cache" if message["status"] == 200 else "no-store"
        if "location" in headers:
            headers["location"] = self._inside(headers["location"])
        if "congvan.new_visitor" in self._scope:
            headers.append(
                "set-cookie", cookie(self._scope, session.VISITOR, self._scope["congvan.new_visitor"])
            )

    def _inside(self, target: str) -> str:
        """A redirect stays on this server, whoever made it."""
        parts = urlsplit(target)
        if parts.scheme in ("http", "https"):  # the framework adds or takes a slash with a whole address
            target = parts.path + (f"?{parts.query}" if parts.query else "")
        return local(target)


def cookie(scope: Scope, name: str, value: str, *, lasts: int | None = None) -> str:
    """A Set-Cookie that scripts cannot read and other sites do not send."""
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    age = "" if lasts is None else f"; Max-Age={lasts}"
    return f"{name}={value}; Path=/; HttpOnly; SameSite=Strict{age}{secure}"


def redirect(target: str | None) -> RedirectResponse:
    """See Other, never outside of this server."""
    return RedirectResponse(local(target), 303)


def _host(value: str) -> str | None:
    """The host of a Host header in lower case, without port and brackets; None for nonsense."""
    name, port = value.strip().lower(), ""
    if name.startswith("["):
        name, end, port = name[1:].partition("]")
        if not end or (port and not port.startswith(":")):
            return None
        port = port[1:]
    elif ":" in name:
        name, _, port = name.rpartition(":")
    if not name or (port and not (port.isascii() and port.isdecimal())):
        return None
    return name


def _address(scope: Scope) -> str:
    query = scope["query_string"].decode("ascii", "replace")
    return quote(scope["path"]) + (f"?{query}" if query else "")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_text(escaped: bytes) -> bool:
    """Whether a part of an address is UTF-8 without NUL, which no database takes."""
    raw = unquote_to_bytes(escaped)
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in raw


def _cookies(headers: Headers) -> dict[str, str]:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(headers.get("cookie", "")[:8_000])
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


def _form_field(body: bytes) -> str | None:
    try:
        return parse_qs(body.decode("ascii", "replace"), max_num_fields=1_000).get(FIELD, [None])[0]
    except ValueError:
        return None


def _first_part(beginning: bytes) -> str | None:
    """The first field of a multipart body, if it is the form token."""
    head, _, rest = beginning.partition(b"\r\n\r\n")
    value, end, _ = rest.partition(b"\r\n--")
    if not end or f'name="{FIELD}"'.encode() not in head:
        return None
    return value.decode("ascii", "replace")


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:g} MB".replace(".", ",")
