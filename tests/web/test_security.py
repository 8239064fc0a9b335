"""Who may do what: tokens, sessions, roles, read-only, limits, headers."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from sqlalchemy import select

from extractor.cli import main
from extractor.database import open_database
from extractor.database import schema as t
from extractor.web import create_app, session, tokens
from extractor.web.assets import Assets
from extractor.web.security import Editor, Settings, Throttle, attachment, local
from extractor.web.server import is_loopback, options, settings_for
from extractor.web.uploads import label, received
from tests.web import served
from tests.web.served import ORIGIN


def writing_app(url: str, **more: object) -> FastAPI:
    """The application, with two routes that write and say who did."""
    app = create_app(url, settings=Settings(allow_write=True, **more))  # type: ignore[arg-type]

    @app.post("/probe")
    async def probe(request: Request, who: Editor) -> dict[str, str]:
        form = await request.form()
        return {"author": who.name, "word": str(form.get("word"))}

    @app.post("/probe/files")
    async def files(request: Request) -> list[list[object]]:
        async with received(request) as uploads:
            return [[u.name, u.size, u.read().decode()] for u in uploads]

    return app


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


class TestTokens:
    def test_only_the_hash_is_kept(self, letters_url: str) -> None:
        secret = served.token(letters_url)
        with open_database(letters_url).connect() as connection:
            row = connection.execute(select(t.tokens)).one()
            assert tokens.check(connection, secret) == tokens.Token(row.id, "Nguyễn Thị An", "editor")
        assert secret.rsplit("_", 1)[-1] not in str(row)
        assert Path(letters_url).read_bytes().find(secret[-20:].encode()) < 0

    @pytest.mark.parametrize(
        "wrong", ["", "congvan", "congvan__", "x", "congvan_' OR 1=1 --_x", "\0", "ă" * 99]
    )
    def test_what_is_no_token_is_nobody(self, any_letters_url: str, wrong: str) -> None:
        served.token(any_letters_url)
        with open_database(any_letters_url).connect() as connection:
            assert tokens.check(connection, wrong.replace("\0", "")) is None

    def test_secret_of_another(self, letters_url: str) -> None:
        first, second = served.token(letters_url, "An"), served.token(letters_url, "Bình")
        mixed = f"{first.rsplit('_', 1)[0]}_{second.split('_', 2)[2]}"
        with open_database(letters_url).connect() as connection:
            assert tokens.check(connection, mixed) is None

    def test_revoked_and_expired(self, letters_url: str) -> None:
        secret = served.token(letters_url, "An")
        past = served.token(letters_url, "Cũ", lasts=timedelta(seconds=-1))
        with open_database(letters_url, write=True).begin() as connection:
            assert tokens.check(connection, past) is None
            assert tokens.revoke(connection, "An") == 1
            assert tokens.check(connection, secret) is None
            with pytest.raises(tokens.TokenError, match="congvan tokens list"):
                tokens.revoke(connection, "An")
            assert [tokens.state(row) for row in tokens.listing(connection)] == ["revoked", "expired"]

    def test_a_name_is_one_person(self, letters_url: str) -> None:
        served.token(letters_url, "An")
        with pytest.raises(tokens.TokenError, match="An"):
            served.token(letters_url, " An ")

    @pytest.mark.parametrize("name", ["", " ", "a" * 81, "a\u202eb", "a\nb\x00"])
    def test_names_that_cannot_be_shown(self, letters_url: str, name: str) -> None:
        with pytest.raises(tokens.TokenError):
            served.token(letters_url, name)

    def test_a_link_signs_in_once(self, letters_url: str) -> None:
        secret = served.token(letters_url, once=True)
        with open_database(letters_url, write=True).begin() as connection:
            assert tokens.check(connection, secret) is None, "it is for the link only"
            assert tokens.redeem(connection, secret) is not None
            assert tokens.redeem(connection, secret) is None
            assert tokens.listing(connection) == []

    def test_commands(self, letters_url: str) -> None:
        run = CliRunner().invoke
        made = run(main, ["tokens", "add", "An", "--role", "editor", "--db", letters_url])
        assert made.exit_code == 0, made.output
        secret = made.stdout.strip()
        assert secret.startswith("congvan_")
        assert "không hiện lại" in made.stderr
        listed = run(main, ["tokens", "list", "--db", letters_url])
        assert "An" in listed.stdout
        assert secret.split("_", 2)[2] not in listed.stdout
        assert run(main, ["tokens", "revoke", "An", "--db", letters_url]).exit_code == 0
        assert run(main, ["tokens", "revoke", "An", "--db", letters_url], standalone_mode=True).exit_code == 2
        assert "đã thu hồi" in run(main, ["tokens", "list", "--db", letters_url]).stdout


class TestReadOnly:
    def test_nothing_is_written(self, letters_url: str) -> None:
        secret = served.token(letters_url)
        with served.client(create_app(letters_url)) as browser:
            for path in ("/", "/api/corrections", "/api/ingest", "/review", "/nowhere"):
                for headers in ({}, ORIGIN, bearer(secret)):
                    answer = browser.post(path, headers=headers)
                    assert answer.status_code == 403, path
                    assert "--allow-write" in answer.text or "/api" not in path

    def test_the_file_is_opened_read_only(self, letters_url: str) -> None:
        app = create_app(letters_url)
        with app.state.site.engine.connect() as connection, pytest.raises(Exception, match="readonly"):
            connection.exec_driver_sql("DELETE FROM documents")


class TestRoles:
    def test_nobody_reader_editor(self, letters_url: str) -> None:
        editor, reader = served.token(letters_url), served.token(letters_url, "Độc giả", "reader")
        with served.client(writing_app(letters_url)) as browser:
            assert browser.post("/probe", headers=ORIGIN).status_code == 401
            assert browser.post("/probe", headers=bearer(reader)).status_code == 403
            answer = browser.post("/probe", headers=bearer(editor), data={"word": "chào"})
            assert answer.json() == {"author": "Nguyễn Thị An", "word": "chào"}

    def test_reading_behind_a_sign_in(self, letters_url: str) -> None:
        reader = served.token(letters_url, "Độc giả", "reader")
        with served.client(create_app(letters_url, settings=Settings(sign_in=True))) as browser:
            assert browser.get("/api/documents").status_code == 401
            assert browser.get("/").status_code in (303, 401)
            assert browser.get("/login").status_code == 200
            assert browser.get("/api/documents", headers=bearer(reader)).status_code == 200
            served.sign_in(browser, reader)
            assert browser.get("/api/documents").status_code == 200

    def test_a_token_that_does_not_hold_is_not_a_visitor(self, letters_url: str) -> None:
        with served.client(create_app(letters_url)) as browser:
            answer = browser.get("/api/documents", headers=bearer("congvan_x_y"))
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert browser.get("/api/documents", headers={"authorization": "Basic eDp5"}).status_code == 401


class TestSessions:
    def test_sign_in_write_sign_out(self, letters_url: str) -> None:
        secret = served.token(letters_url)
        with served.client(writing_app(letters_url)) as browser:
            form = served.sign_in(browser, secret)
            answer = browser.post("/probe", data={"csrf_token": form, "word": "ă"}, headers=ORIGIN)
            assert answer.json() == {"author": "Nguyễn Thị An", "word": "ă"}
            answer = browser.post("/probe", data={"word": "b"}, headers={**ORIGIN, "x-csrf-token": form})
            assert answer.status_code == 200
            assert browser.post("/logout", data={"csrf_token": form}, headers=ORIGIN).status_code == 303
            assert browser.post("/probe", data={"csrf_token": form}, headers=ORIGIN).status_code == 401

    def test_revoking_ends_the_session(self, letters_url: str) -> None:
        secret = served.token(letters_url)
        with served.client(writing_app(letters_url)) as browser:
            form = served.sign_in(browser, secret)
            with open_database(letters_url, write=True).begin() as connection:
                tokens.revoke(connection, "Nguyễn Thị An")
            answer = browser.post("/probe", data={"csrf_token": form}, headers=ORIGIN)
            assert answer.status_code == 401

    def test_cookie_is_signed(self) -> None:
        key = b"k" * 32
        cookie = session.start(key, "abc")
        assert session.read(key, cookie) is not None
        assert session.read(b"x" * 32, cookie) is None
        assert session.read(key, cookie.replace("abc", "abd", 1)) is None
        for broken in ("", ".", "a.b.c.d", cookie[:-1], cookie + "0", "ă", "." * 400):
            assert session.read(key, broken) is None

    def test_cookie_ends(self, monkeypatch: pytest.MonkeyPatch) -> None:
        cookie = session.start(b"k", "abc")
        later = session.time.time() + session.LASTS + 1
        monkeypatch.setattr(session.time, "time", lambda: later)
        assert session.read(b"k", cookie) is None

    def test_the_link_of_serve(self, letters_url: str) -> None:
        secret = served.token(letters_url, once=True)
        with served.client(writing_app(letters_url)) as browser:
            ahead = browser.get("/login", params={"token": secret}, headers={"sec-purpose": "prefetch"})
            assert ahead.status_code == 401
            foreign = browser.get(
                "/login", params={"token": secret}, headers={"sec-fetch-site": "cross-site"}
            )
            assert foreign.status_code == 403
            answer = browser.get("/login", params={"token": secret, "next": "/review"})
            assert (answer.status_code, answer.headers["location"]) == (303, "/review")
            form = served.form_token(browser.get("/login").text)
            assert browser.post("/probe", data={"csrf_token": form}, headers=ORIGIN).status_code == 200
            assert browser.get("/login", params={"token": secret}).status_code == 401


class TestUploads:
    def send(self, browser: TestClient, secret: str, *files: tuple[str, bytes]) -> tuple[int, object]:
        parts = [("files", (name, content)) for name, content in files]
        answer = browser.post("/probe/files", files=parts, headers=bearer(secret))
        return answer.status_code, answer.json() if answer.status_code == 200 else answer.text

    def test_files_come_in(self, letters_url: str) -> None:
        secret = served.token(letters_url)
        with served.client(writing_app(letters_url)) as browser:
            status, body = self.send(browser, secret, ("a.txt", b"mot"), ("../b.txt", "hai ă".encode()))
        assert (status, body) == (200, [["a.txt", 3, "mot"], ["b.txt", 6, "hai ă"]])

    def test_with_a_session_the_form_token_comes_first(self, letters_url: str) -> None:
        secret = served.token(letters_url)
        files = {"files": ("a.txt", b"x" * 20_000)}
        with served.client(writing_app(letters_url)) as browser:
            form = served.sign_in(browser, secret)
            good = browser.post("/probe/files", data={"csrf_token": form}, files=files, headers=ORIGIN)
            assert good.json()[0][1] == 20_000
            assert browser.post("/probe/files", files=files, headers=ORIGIN).status_code == 403
            wrong = browser.post("/probe/files", data={"csrf_token": "0"}, files=files, headers=ORIGIN)
            assert wrong.status_code == 403

    def test_limits(self, letters_url: str) -> None:
        secret = served.token(letters_url)
        app = writing_app(letters_url, max_file=1_000, max_files=2, max_upload=2_500)
        with served.client(app) as browser:
            assert self.send(browser, secret, ("a", b"x" * 1_000))[0] == 200
            assert self.send(browser, secret, ("a", b"x" * 1_001))[0] == 413
            assert self.send(browser, secret, *[("a", b"x")] * 3)[0] == 413
            assert self.send(browser, secret, ("a", b"x" * 900), ("b", b"x" * 900))[0] == 200
            assert self.send(browser, secret, ("a", b"x" * 2_500))[0] == 413

    def test_what_is_no_form(self, letters_url: str) -> None:
        secret = served.token(letters_url)
        with served.client(writing_app(letters_url)) as browser:
            for kind, status in (("text/plain", 415), ("multipart/form-data", 400),
                                 ("multipart/form-data; boundary=x", 400)):  # fmt: skip
                headers = {**bearer(secret), "content-type": kind}
                assert browser.post("/probe/files", content=b"abc", headers=headers).status_code == status

    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("a.txt", "a.txt"),
            ("../../etc/passwd", "passwd"),
            ("C:\\x\\y.pdf", "y.pdf"),
            ("..", "tep"),
            ("", "tep"),
            ("a\r\nSet-Cookie: x", "aSet-Cookie: x"),
            ("a\0b", "ab"),
            ("ă" * 300, "ă" * 200),
        ],
    )
    def test_names_are_labels(self, name: str, shown: str) -> None:
        assert label(name) == shown


class TestHeaders:
    def test_every_answer_has_them(self, letters_url: str) -> None:
        with served.client(create_app(letters_url)) as browser:
            for answer in (
                browser.get("/login"), browser.get("/api/documents"), browser.get("/nowhere"),
                browser.post("/x"), browser.get("/", headers={"host": "evil.example"}),
            ):  # fmt: skip
                policy = answer.headers["content-security-policy"]
                assert "default-src 'self'" in policy
                assert "unsafe" not in policy
                for part in ("frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
                    assert part in policy
                assert answer.headers["x-content-type-options"] == "nosniff"
                assert answer.headers["referrer-policy"] == "same-origin"
                assert "permissions-policy" in answer.headers
                assert "cache-control" in answer.headers
                assert "access-control-allow-origin" not in answer.headers

    def test_a_crash_tells_nothing(self, letters_url: str) -> None:
        app = create_app(letters_url)

        @app.get("/api/crash")
        def crash() -> None:
            raise RuntimeError("SELECT secret FROM /root/place")

        with served.client(app) as browser:
            answer = browser.get("/api/crash")
        assert answer.status_code == 500
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["x-content-type-options"] == "nosniff"
        for word in ("SELECT", "Traceback", "RuntimeError", "root"):
            assert word not in answer.text

    def test_head_is_get_without_a_body(self, letters_url: str) -> None:
        with served.client(create_app(letters_url)) as browser:
            get, head = browser.get("/api/documents"), browser.head("/api/documents")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == get.headers["content-length"]
        assert head.headers["etag"] == get.headers["etag"]

    def test_no_cors(self, letters_url: str) -> None:
        with served.client(create_app(letters_url)) as browser:
            ask = {"origin": "https://evil.example", "access-control-request-method": "GET"}
            answer = browser.options("/api/documents", headers=ask)
        assert answer.status_code == 405
        assert not [name for name in answer.headers if name.startswith("access-control")]

    def test_static_files(self, tmp_path: Path) -> None:
        (tmp_path / "css").mkdir()
        (tmp_path / "css" / "a.css").write_text("p {}")
        app = FastAPI()
        assets = Assets(tmp_path)
        app.mount("/static", assets)
        (tmp_path / "late.css").write_text("it came after the start")
        with TestClient(app) as browser:
            answer = browser.get("/static/css/a.css")
            assert (answer.status_code, answer.text) == (200, "p {}")
            assert answer.headers["cache-control"] == "public, no-cache"
            known = {"if-none-match": answer.headers["etag"]}
            assert browser.get("/static/css/a.css", headers=known).status_code == 304
            assert "immutable" in browser.get(assets.address("css/a.css")).headers["cache-control"]
            for path in ("late.css", "", "css", "css/../css/a.css%00"):
                assert browser.get(f"/static/{path}").status_code == 404


class TestAddresses:
    @pytest.mark.parametrize(
        "target",
        ["//evil", "///evil", "/\\evil", "https://evil", "javascript:alert(1)", "evil", "", None, "/\t/evil",
         "/a\r\nSet-Cookie: x=1", "\\\\evil", " //evil", "/a b", "http:/evil", "/\x00", "/a\\..\\b"],
    )  # fmt: skip
    def test_redirects_stay_here(self, target: str | None) -> None:
        assert local(target) == "/"

    @pytest.mark.parametrize("target", ["/", "/letters/1", "/search?q=b%E1%BA%A3o&x=//y", "/a?next=http://x"])
    def test_own_addresses(self, target: str) -> None:
        assert local(target) == target

    @pytest.mark.parametrize(
        "name", ['a"b.csv', "a\r\nX: y.csv", "công văn.xlsx", "../../x", "a;b", "\u202egpj.exe", "", "\ud800"]
    )
    def test_file_names_in_headers(self, name: str) -> None:
        header = attachment(name)
        header.encode("ascii")
        assert header.isprintable()
        assert header.count('"') == 2
        assert "/" not in header

    def test_loopback_and_names(self) -> None:
        assert is_loopback("127.0.0.1")
        assert is_loopback("localhost")
        assert is_loopback("::1")
        assert not is_loopback("0.0.0.0")
        assert not is_loopback("congvan.example")
        assert settings_for("0.0.0.0", Settings(), ("congvan.example",)).any_address
        assert settings_for("10.0.0.5", Settings()).hosts == ("10.0.0.5",)
        assert options("127.0.0.1", 1)["proxy_headers"] is False


class TestThrottle:
    def test_waits_after_wrong_tokens(self) -> None:
        now = [0.0]
        throttle = Throttle(3, lambda: now[0])
        for _ in range(3):
            assert throttle.wait("a") == 0
            throttle.failed("a")
        assert throttle.wait("a") == 61
        assert throttle.wait("b") == 0
        now[0] = 60
        assert throttle.wait("a") == 0
        throttle.failed("a")
        assert throttle.wait("a") == 0

    def test_memory_is_bounded(self) -> None:
        throttle = Throttle(3)
        for i in range(20_000):
            throttle.failed(str(i))
        assert len(throttle._failures) <= 10_000


def test_settings_hide_the_key() -> None:
    assert "key" not in repr(Settings())
