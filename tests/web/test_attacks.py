"""Attacks on the page and the API, each of which must come to nothing."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html
from sqlalchemy import func, select

from extractor.database import open_database
from extractor.database import schema as t
from extractor.web import api, create_app, server
from extractor.web.security import Settings
from tests.web import served
from tests.web.served import HERE, ORIGIN
from tests.web.test_security import bearer, writing_app

#: one in a line, as they would be typed
INJECTIONS = (
    *r"""
'
"
' OR '1'='1
1; DROP TABLE documents; --
' UNION SELECT hash, 1, 1 FROM tokens --
\
%
_
%' ESCAPE '
*
a*
"a
a" OR "b
NEAR(a b, 2)
a AND
NOT
-a
^a
{exact} : a
exact:a
(
)
a:*
a & | !
'a':B
<->
a <2> b
!!
--
/*
$1
:name
?
{0}
%(x)s
%s
""".strip().splitlines(),
    "\u0000",
    "\ud7ff\uffff",
    "\u202e",
    "ẵ" * 200,
    "x" * 290,
)


@cache
def described() -> dict[str, Any]:
    return api.openapi()


def readers() -> list[tuple[str, list[dict[str, Any]]]]:
    """Addresses of the API that read, with their parameters."""
    return [
        (path, methods["get"].get("parameters", []))
        for path, methods in described()["paths"].items()
        if "get" in methods
    ]


def rows(url: str) -> dict[str, int]:
    """How many rows each table has."""
    engine = open_database(url)
    with engine.connect() as connection:
        counts = {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in t.metadata.tables.items()
        }
    engine.dispose()
    return counts


class TestInjection:
    def test_every_parameter_of_the_api(self, any_letters_url: str) -> None:
        before = rows(any_letters_url)
        with served.client(create_app(any_letters_url)) as browser:
            for path, parameters in readers():
                for parameter in parameters:
                    for attack in INJECTIONS:
                        address, query = path, {}
                        for other in parameters:
                            value = attack if other is parameter else "1"
                            if other["in"] == "path":
                                address = address.replace(f"{{{other['name']}}}", quote(value, safe=""))
                            elif other is parameter or other.get("required"):
                                query[other["name"]] = value
                        answer = browser.get(address, params=query)
                        assert answer.status_code in (200, 304, 400, 401, 403, 404, 422), (address, query)
                        for word in ("sqlite3", "psycopg", "syntax error", "FROM search", "Traceback"):
                            assert word not in answer.text, (address, query)
        assert rows(any_letters_url) == before

    def test_search_says_nothing_of_the_engine(self, any_letters_url: str) -> None:
        """What means something to FTS5 or tsquery is but words to us."""
        with served.client(create_app(any_letters_url)) as browser:
            plain = browser.get("/api/search", params={"q": "bảo hiểm"}).json()
            assert plain["total"] > 0
            for attack in ('bảo AND hiểm"', "(bảo hiểm", "bảo* hiểm:*", "bảo & hiểm", "{exact}:bảo hiểm"):
                answer = browser.get("/api/search", params={"q": attack})
                assert answer.status_code == 200, attack

    def test_pages(self, letters_url: str, hostile_id: int) -> None:
        with served.client(create_app(letters_url)) as browser:
            for attack in INJECTIONS:
                names = (
                    "q",
                    "agency",
                    "issuer",
                    "type",
                    "since",
                    "until",
                    "place",
                    "topic",
                    "year",
                    "sort",
                    "lang",
                )
                for name in names:
                    status = browser.get("/", params={name: attack}).status_code
                    assert status in (200, 400, 422), (name, attack)
                word = quote(attack, safe="")
                for path in (f"/letters/{word}", f"/letters/{hostile_id}?item={word}", f"/agencies/{word}",
                             f"/graph?letter={word}&relation={word}", f"/{word}"):  # fmt: skip
                    assert browser.get(path).status_code < 500, path


class TestScripts:
    """XSS: nothing of a letter, its name or a correction becomes markup."""

    def check(self, page: str) -> None:
        for payload in ("<script>window", "<img src=x", "<svg onload"):
            assert payload not in page
        tree = html.fromstring(page)
        for element in tree.iter():
            if not isinstance(element.tag, str):
                continue
            handlers = [name for name in element.attrib if name.lower().startswith("on")]
            assert not handlers, (element.tag, handlers)
            assert element.get("style") is None or "pwned" not in element.get("style", "")
            if element.tag == "script" and not element.get("src"):
                assert element.get("type") == "application/json"
                json.loads(element.text or "null")
            for name in ("href", "src", "action"):
                assert not (element.get(name) or "").strip().lower().startswith(("javascript:", "data:text"))

    def pages(self, hostile_id: int) -> Iterator[str]:
        yield f"/letters/{hostile_id}"
        yield f"/letters/{hostile_id}?item=assignment-0"
        yield f"/letters/{hostile_id}?item=%22%3E%3Cscript%3Ewindow.pwned=1%3C/script%3E"
        yield "/?q=b%E1%BA%BFn+xe"
        for payload in served.PAYLOADS:
            for name in ("q", "agency", "issuer", "place", "topic", "since", "lang"):
                yield f"/?{name}={quote(payload)}"
            yield f"/nowhere/{quote(payload)}"
            yield f"/login?next={quote(payload)}"
        yield f"/graph?letter={hostile_id}"

    def test_pages(self, letters_url: str, hostile_id: int) -> None:
        with served.client(create_app(letters_url)) as browser:
            shown = 0
            for address in self.pages(hostile_id):
                answer = browser.get(address)
                assert answer.status_code < 500, address
                if answer.headers["content-type"].startswith("text/html"):
                    self.check(answer.text)
                    shown += "window.pwned" in answer.text
            assert shown >= 2, "the letter's words are shown, as words"

    def test_templates_are_not_filled_in_twice(self, letters_url: str, hostile_id: int) -> None:
        with served.client(create_app(letters_url)) as browser:
            page = browser.get(f"/letters/{hostile_id}").text
        assert "{{7*7}}" in html.fromstring(page).text_content()

    def test_json_is_never_a_page(self, letters_url: str, hostile_id: int) -> None:
        with served.client(create_app(letters_url)) as browser:
            for path in (f"/api/documents/{hostile_id}", "/api/search?q=b%E1%BA%BFn", "/api/openapi.json"):
                assert browser.get(path).headers["content-type"].startswith("application/json")
            text = browser.get(f"/api/documents/{hostile_id}/text")
            assert text.headers["content-type"].startswith("text/plain")
            assert text.headers["x-content-type-options"] == "nosniff"

    def test_in_a_browser(self, letters_url: str, hostile_id: int) -> None:
        """A browser that would run it does not run it."""
        sync_api = pytest.importorskip("playwright.sync_api")
        browser_path = next(
            (p for p in ("/usr/bin/chromium", "/usr/bin/google-chrome") if os.path.exists(p)), None
        )
        if browser_path is None:
            pytest.skip("no Chromium on this machine: apt-get install chromium")
        addresses = [a for a in self.pages(hostile_id) if "nowhere" not in a]
        with served.running(create_app(letters_url)) as port, sync_api.sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=browser_path,
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
            )
            page = browser.new_page()
            refused: list[str] = []
            page.on(
                "console", lambda m: refused.append(m.text) if "Content Security Policy" in m.text else None
            )
            for address in addresses:
                page.goto(f"http://127.0.0.1:{port}{address}")
                assert page.evaluate("window.pwned") is None, address
            assert not refused, "nothing on our own pages needs what the policy forbids"
            page.evaluate(
                "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=window.pwned=1>')"
            )
            page.wait_for_timeout(100)
            assert page.evaluate("window.pwned") is None, "the policy holds where escaping would not"
            browser.close()


class TestForgery:
    """CSRF: another site makes a signed-in browser send something."""

    @pytest.fixture
    def browser(self, letters_url: str) -> Iterator[tuple[TestClient, str]]:
        secret = served.token(letters_url)
        with served.client(writing_app(letters_url)) as found:
            yield found, served.sign_in(found, secret)

    @pytest.mark.parametrize(
        "headers",
        [
            {"origin": "https://evil.example"},
            {"origin": "null"},
            {"origin": "http://127.0.0.1:8001"},
            {"origin": f"{HERE}.evil.example"},
            {"origin": HERE, "sec-fetch-site": "cross-site"},
            {"origin": HERE, "sec-fetch-site": "same-site"},
            {},
        ],
    )
    def test_from_elsewhere(self, browser: tuple[TestClient, str], headers: dict[str, str]) -> None:
        found, form = browser
        answer = found.post("/probe", data={"csrf_token": form}, headers=headers)
        assert answer.status_code == 403
        assert found.post("/logout", data={"csrf_token": form}, headers=headers).status_code == 403

    def test_without_or_with_a_strange_token(self, browser: tuple[TestClient, str]) -> None:
        found, form = browser
        for value in (None, "", "0", form[:-1], form.upper(), form + "0", "ă"):
            data = {} if value is None else {"csrf_token": value}
            assert found.post("/probe", data=data, headers=ORIGIN).status_code == 403
        assert found.post("/probe", json={"csrf_token": form}, headers=ORIGIN).status_code == 403
        assert found.post("/probe", content=b"x", headers=ORIGIN).status_code == 403

    def test_token_of_another_session(self, letters_url: str) -> None:
        first, second = served.token(letters_url, "An"), served.token(letters_url, "Bình")
        app = writing_app(letters_url)
        with served.client(app) as one:
            form = served.sign_in(one, first)
        with served.client(app) as other:
            served.sign_in(other, second)
            assert other.post("/probe", data={"csrf_token": form}, headers=ORIGIN).status_code == 403

    def test_signing_somebody_in(self, letters_url: str) -> None:
        """Login CSRF: an attacker's own token, sent by the victim's browser."""
        secret = served.token(letters_url)
        with served.client(writing_app(letters_url)) as found:
            answer = found.post("/login", data={"token": secret}, headers=ORIGIN)
            assert answer.status_code == 403
            assert found.get("/login", params={"token": secret}).status_code == 401
            assert not found.cookies.get("congvan_session")

    def test_every_route_that_writes_is_guarded(self, letters_url: str) -> None:
        """Also those that are added tomorrow."""
        secret, reader = served.token(letters_url), served.token(letters_url, "Độc giả", "reader")
        app = writing_app(letters_url)
        before = rows(letters_url)
        with served.client(app) as found:
            tried = 0
            for path, method in unsafe_routes(app):
                if path in ("/login", "/logout"):
                    continue
                tried += 1
                assert found.request(method, path, headers=ORIGIN).status_code == 401, path
                assert found.request(method, path, headers=bearer(reader)).status_code == 403, path
            served.sign_in(found, secret)
            for path, method in unsafe_routes(app):
                answer = found.request(method, path, headers={"origin": "https://evil.example"})
                assert answer.status_code == 403, path
                answer = found.request(method, path, data={"x": "y"}, headers=ORIGIN)
                assert answer.status_code == 403, path
            assert tried >= 2
        assert rows(letters_url) == before

    def test_nothing_is_written_by_get(self, letters_url: str, hostile_id: int) -> None:
        secret = served.token(letters_url)
        app = writing_app(letters_url)
        with served.client(app) as found:
            served.sign_in(found, secret)
            before = rows(letters_url)
            for path in {r.path for r in routes(app) if "GET" in (r.methods or ())}:
                for name in ("document_id", "position", "agency_id", "batch_id", "id", "correction_id"):
                    path = path.replace(f"{{{name}}}", str(hostile_id))
                found.get(path)
            assert rows(letters_url) == before


def routes(app: FastAPI) -> list[Any]:
    """All routes with methods, those of included routers too."""
    found: list[Any] = []

    def walk(items: Any, prefix: str = "") -> None:
        for item in items:
            inner = getattr(item, "original_router", None)
            if inner is not None:
                walk(inner.routes)
            elif getattr(item, "methods", None):
                found.append(item)

    walk(app.routes)
    return found


def unsafe_routes(app: FastAPI) -> list[tuple[str, str]]:
    return [
        (re.sub(r"\{[^}]+\}", "1", route.path), method)
        for route in routes(app)
        for method in sorted((route.methods or set()) - {"GET", "HEAD", "OPTIONS"})
    ]


class TestPaths:
    @pytest.mark.parametrize(
        "path",
        [
            "/static/../../../../etc/passwd",
            "/static/..%2f..%2f..%2fetc%2fpasswd",
            "/static/%2e%2e/%2e%2e/pyproject.toml",
            "/static//etc/passwd",
            "/static/..%5c..%5cwin.ini",
            "/static/%252e%252e/x",
            "/static/%c0%ae%c0%ae/x",
            "/static/x%00.css",
            "/static/....//....//etc/passwd",
            "/..%2f..%2fetc/passwd",
            "/letters/..%2f..%2fetc%2fpasswd",
            "/api/documents/..%2f1",
            "/api/agencies/..%2F..%2Fetc%2Fpasswd",
        ],
    )
    def test_out_of_the_folder(self, letters_url: str, path: str) -> None:
        with (
            served.running(create_app(letters_url)) as port,
            closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection,
        ):
            connection.request("GET", path)  # as it stands, no client tidies it up
            answer = connection.getresponse()
            body = answer.read()
        assert answer.status in (400, 404, 422)
        assert b"root:" not in body
        assert b"[project]" not in body

    def test_names_of_uploads(self, letters_url: str, tmp_path: Any) -> None:
        secret = served.token(letters_url)
        with served.client(writing_app(letters_url)) as browser:
            for name in (
                "../../../../tmp/pwned",
                "/etc/passwd",
                "..\\..\\x",
                "a/../../b",
                "%2e%2e/x",
                "\u2025/x",
            ):
                answer = browser.post("/probe/files", files={"files": (name, b"x")}, headers=bearer(secret))
                ((shown, _, _),) = answer.json()
                assert "/" not in shown
                assert "\\" not in shown
        assert not list(tmp_path.glob("**/*pwned*"))


class TestSize:
    def raw(self, port: int, head: str, body: bytes = b"") -> int:
        """The status of an answer to these very bytes; 0 where the connection was closed."""
        with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as connection:
            try:
                connection.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
                line = connection.makefile("rb").readline()
            except ConnectionError:
                return 0
        return int(line.split()[1]) if line else 0

    def test_oversized(self, letters_url: str) -> None:
        secret = served.token(letters_url)
        app = writing_app(letters_url, max_body=10_000, max_upload=100_000, max_file=50_000)
        with served.running(app) as port:
            head = f"Host: 127.0.0.1:{port}\nAuthorization: Bearer {secret}\nConnection: close"
            form = "Content-Type: application/x-www-form-urlencoded"
            parts = "Content-Type: multipart/form-data; boundary=b"
            said = f"POST /probe HTTP/1.1\n{head}\n{form}\nContent-Length: 99999999"
            assert self.raw(port, said) == 413, "told before anything is read"
            chunk = b"2710\r\n" + b"a" * 10_000 + b"\r\n"
            streamed = f"POST /probe HTTP/1.1\n{head}\n{form}\nTransfer-Encoding: chunked"
            assert self.raw(port, streamed, chunk * 2) == 413
            start = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
            start = f"{len(start):x}".encode() + b"\r\n" + start + b"\r\n"
            upload = f"POST /probe/files HTTP/1.1\n{head}\n{parts}\nTransfer-Encoding: chunked"
            assert self.raw(port, upload, start + chunk * 6) == 413, "a file"
            assert self.raw(port, upload, start + chunk * 11) in (413, 0), "all of it"
            assert self.raw(port, f"GET /?q={'a' * 9_000} HTTP/1.1\n{head}") == 414
            assert self.raw(port, f"GET / HTTP/1.1\n{head}\nX: {'a' * 70_000}") in (400, 431, 0)

    def test_a_multipart_of_a_thousand_fields(self, letters_url: str) -> None:
        secret = served.token(letters_url)
        with served.client(writing_app(letters_url)) as browser:
            data = {f"f{i}": "x" for i in range(1_000)}
            files = {"files": ("a", b"x")}
            answer = browser.post("/probe/files", data=data, files=files, headers=bearer(secret))
            assert answer.status_code in (400, 413)

    def test_slow_upload(self, letters_url: str) -> None:
        secret = served.token(letters_url)
        app = writing_app(letters_url, upload_seconds=0.3, body_seconds=0.3)
        with served.running(app) as port:
            head = f"Host: 127.0.0.1:{port}\nAuthorization: Bearer {secret}\nContent-Length: 5000"
            for kind in ("multipart/form-data; boundary=b", "application/x-www-form-urlencoded"):
                path = "/probe/files" if "boundary" in kind else "/probe"
                started = time.monotonic()
                assert (
                    self.raw(port, f"POST {path} HTTP/1.1\n{head}\nContent-Type: {kind}", b"--b\r\n") == 408
                )
                assert time.monotonic() - started < 5

    def test_slow_heads_hold_nothing(self, letters_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Slowloris: many connections that never finish asking."""
        monkeypatch.setattr(server, "HEAD_SECONDS", 0.5)
        with served.running(create_app(letters_url)) as port:
            idle = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(100)]
            for connection in idle:
                connection.sendall(b"GET / HTTP/1.1\r\nHost: 127")
            assert self.raw(port, f"GET /login HTTP/1.1\nHost: 127.0.0.1:{port}") == 200, (
                "others are answered"
            )
            for connection in idle:
                assert connection.recv(1) == b"", "closed by the server"
                connection.close()


class TestHost:
    @pytest.mark.parametrize(
        "host",
        [
            "evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil",
            "127.0.0.1:8000@evil",
            "127.0.0.1, evil",
            "evil\tlocalhost",
            "",
            "[::1",
            "[::1]x",
            "localhost:80:80",
            "localhost:port",
            "0x7f.1",
            "10.0.0.1",
        ],
    )
    def test_names_of_others(self, letters_url: str, host: str) -> None:
        """DNS rebinding: a web site's name that leads to this machine."""
        with served.client(create_app(letters_url)) as browser:
            answer = browser.get("/api/documents", headers={"host": host})
            assert answer.status_code == 400
            assert "evil" not in answer.text

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8000", "LOCALHOST", "[::1]:9", "127.0.0.1:1"])
    def test_own_names(self, letters_url: str, host: str) -> None:
        with served.client(create_app(letters_url)) as browser:
            assert browser.get("/api/documents", headers={"host": host}).status_code == 200

    def test_names_asked_for(self, letters_url: str) -> None:
        app = create_app(
            letters_url, settings=server.settings_for("0.0.0.0", Settings(), ("congvan.example",))
        )
        with served.client(app) as browser:
            for host, status in (("congvan.example", 200), ("192.168.1.7:8000", 200), ("[fe80::1]", 200),
                                 ("evil.example", 400)):  # fmt: skip
                assert browser.get("/api/documents", headers={"host": host}).status_code == status

    def test_twice(self, letters_url: str) -> None:
        with served.running(create_app(letters_url)) as port:
            head = f"GET /api/documents HTTP/1.1\nHost: 127.0.0.1:{port}\nHost: evil.example"
            assert TestSize().raw(port, head) == 400

    def test_fetched_by_another_site(self, letters_url: str) -> None:
        with served.client(create_app(letters_url)) as browser:
            embed = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
            assert browser.get("/api/documents", headers=embed).status_code == 403
            link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
            assert browser.get("/login", headers=link).status_code == 200


class TestRedirects:
    def test_after_signing_in(self, letters_url: str) -> None:
        secret = served.token(letters_url)
        with served.client(writing_app(letters_url)) as browser:
            for target in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)",
                           "/x\r\nSet-Cookie: a=b", "\\/evil", "/\t/evil.example"):  # fmt: skip
                page = browser.get("/login", params={"next": target})
                assert html.fromstring(page.text).xpath('//input[@name="next"]/@value') == ["/"]
                form = served.form_token(page.text)
                data = {"csrf_token": form, "token": secret, "next": target}
                answer = browser.post("/login", data=data, headers=ORIGIN)
                assert (answer.status_code, answer.headers["location"]) == (303, "/"), target

    def test_by_a_path(self, letters_url: str) -> None:
        with served.running(create_app(letters_url)) as port:
            for path in (
                "//evil.example/",
                "//evil.example/%2e%2e",
                "/%5cevil.example/",
                "/login/",
                "//login/",
            ):
                with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
                    connection.request("GET", path)
                    location = connection.getresponse().headers.get("location", "/")
                assert location.startswith("/"), path
                assert not location.startswith(("//", "/\\")), path

    def test_whoever_makes_it(self, letters_url: str) -> None:
        from starlette.responses import RedirectResponse

        app = create_app(letters_url)
        app.get("/out")(lambda: RedirectResponse("https://evil.example/x?y=1"))
        with served.client(app) as browser:
            assert browser.get("/out").headers["location"] == "/x?y=1"


class TestCookies:
    def test_flags(self, letters_url: str) -> None:
        secret = served.token(letters_url)
        with served.client(writing_app(letters_url)) as browser:
            first = browser.get("/login")
            data = {"csrf_token": served.form_token(first.text), "token": secret}
            for answer in (first, browser.post("/login", data=data, headers=ORIGIN)):
                cookie = answer.headers["set-cookie"]
                assert "; HttpOnly" in cookie
                assert "; SameSite=Strict" in cookie
                assert "Domain" not in cookie
                assert "Secure" not in cookie, "plain http on this machine"

    def test_secure_over_https(self, letters_url: str) -> None:
        with TestClient(create_app(letters_url), base_url="https://localhost") as browser:
            assert "; Secure" in browser.get("/login").headers["set-cookie"]

    def test_session_is_new_at_each_sign_in(self, letters_url: str) -> None:
        """Session fixation: what a browser brought along is worth nothing."""
        secret = served.token(letters_url)
        with served.client(writing_app(letters_url)) as browser:
            browser.cookies.set("congvan_session", "chosen.9999999999.by.attacker")
            browser.cookies.set("congvan_visitor", "chosen")
            form = served.form_token(browser.get("/login").text)
            answer = browser.post("/login", data={"csrf_token": form, "token": secret}, headers=ORIGIN)
            assert "chosen" not in answer.headers["set-cookie"]

    def test_token_is_nowhere_in_an_answer(self, letters_url: str) -> None:
        secret = served.token(letters_url)
        with served.client(writing_app(letters_url)) as browser:
            served.sign_in(browser, secret)
            for path in ("/", "/login", "/api/documents"):
                answer = browser.get(path)
                assert secret.split("_", 2)[2] not in answer.text + str(answer.headers)

    def test_a_reader_stays_a_reader(self, letters_url: str) -> None:
        """Role escalation: by the body, by headers, by a cookie beside the token."""
        reader, editor = served.token(letters_url, "Độc giả", "reader"), served.token(letters_url)
        with served.client(writing_app(letters_url)) as browser:
            form = served.sign_in(browser, reader)
            tricks = {
                **ORIGIN,
                "x-role": "editor",
                "x-http-method-override": "GET",
                "x-forwarded-user": "admin",
            }
            data = {"csrf_token": form, "role": "editor", "author": "Chủ tịch"}
            assert browser.post("/probe", data=data, headers=tricks).status_code == 403
            assert (
                browser.post("/probe?role=editor&_method=GET", data=data, headers=ORIGIN).status_code == 403
            )
            served.sign_in(browser, editor)
            answer = browser.post("/probe", headers={**bearer(reader), **ORIGIN})
            assert answer.status_code == 403, "the token counts, not the editor's cookie"


class TestGuessing:
    def test_tokens(self, letters_url: str) -> None:
        secret = served.token(letters_url)
        with served.client(writing_app(letters_url, tries=5)) as browser:
            for i in range(5):
                assert browser.get("/api/documents", headers=bearer(f"congvan_{i}_x")).status_code == 401
            answer = browser.get("/api/documents", headers=bearer("congvan_9_x"))
            assert answer.status_code == 429
            assert int(answer.headers["retry-after"]) > 0
            assert browser.get("/api/documents", headers=bearer(secret)).status_code == 429, (
                "guessing on is in vain"
            )
            assert browser.get("/api/documents").status_code == 200, "who only reads is not concerned"

    def test_the_form(self, letters_url: str) -> None:
        with served.client(writing_app(letters_url, tries=3)) as browser:
            form = served.form_token(browser.get("/login").text)
            data = {"csrf_token": form, "token": "congvan_a_b"}
            found = [browser.post("/login", data=data, headers=ORIGIN).status_code for _ in range(5)]
            assert found == [401, 401, 401, 429, 429]

    def test_a_forged_address_is_not_believed(self, letters_url: str) -> None:
        app = writing_app(letters_url, tries=2)
        with served.running(app) as port:
            head = f"GET /api/documents HTTP/1.1\nHost: 127.0.0.1:{port}\nAuthorization: Bearer x"
            found = [TestSize().raw(port, f"{head}\nX-Forwarded-For: 10.0.0.{i}") for i in range(4)]
        assert found == [401, 401, 429, 429]


class TestSplitting:
    """Response splitting: nothing from a request or a letter begins a new header."""

    def test_headers(self, letters_url: str, hostile_id: int) -> None:
        attack = "x\r\nSet-Cookie: pwned=1\r\n\r\n<script>"
        with served.running(create_app(letters_url)) as port:
            for path in (f"/?lang={quote(attack)}", f"/login?next={quote('/' + attack)}",
                         f"/{quote(attack)}/",
                         f"/letters/{hostile_id}/record", f"/letters/{hostile_id}/original",
                         f"/api/search?q={quote(attack)}"):  # fmt: skip
                with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
                    connection.request("GET", path)
                    answer = connection.getresponse()
                    assert answer.status < 500, path
                    assert "pwned" not in str(answer.headers), path


#: values that have broken many a server
_NASTY = st.sampled_from(
    ["", "0", "-1", "1", "2147483647", "2147483648", "9" * 30, "1e9", "NaN", "true", "null", "2020-13-45",
     "2024-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "abc", "[]", "{}", "x:", "%", "W10",
     "eyJhIjoxfQ"]
) | st.text(max_size=40)  # fmt: skip


class TestFuzz:
    @pytest.fixture(scope="class")
    def browser(self, filled_template: Any) -> Iterator[TestClient]:
        with served.client(create_app(str(filled_template[0]))) as found:
            yield found

    @settings(
        max_examples=100, deadline=None, derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )  # fmt: skip
    @given(data=st.data())
    def test_never_a_500(self, browser: TestClient, data: st.DataObject) -> None:
        path, parameters = data.draw(st.sampled_from(readers()))
        query: list[tuple[str, str]] = []
        for parameter in parameters:
            value = data.draw(_NASTY)
            if parameter["in"] == "path":
                path = path.replace(
                    f"{{{parameter['name']}}}", quote(value.encode("utf-8", "ignore"), safe="")
                )
            elif data.draw(st.booleans()):
                query += [(parameter["name"], value)] * data.draw(st.integers(1, 2))
        answer = browser.get(path, params=query)
        assert answer.status_code < 500, (path, query)
        if answer.status_code >= 400 and path.startswith("/api"):
            assert answer.headers["content-type"] == "application/problem+json"
            assert set(answer.json()) == {"type", "title", "status", "detail"}
