"""``congvan serve``: what it refuses to start, and how it says so."""

from __future__ import annotations

import copy
import re
import socket
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

from extractor.cli import main
from extractor.database import open_database, store
from extractor.database.engine import writing
from extractor.web import create_app
from extractor.web.security import Settings
from tests.database import letters
from tests.web import served


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the server was started with, instead of a server."""
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(
        "extractor.web.server.serve",
        lambda url, settings, **more: calls.append({"url": url, "settings": settings, **more}),
    )
    return calls


def run(*args: str) -> Any:
    return CliRunner().invoke(main, ["serve", *args])


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    result = run("--db", str(tmp_path / "none.db"))
    assert result.exit_code == 2
    assert "Chưa có cơ sở dữ liệu" in result.output
    assert "congvan ingest" in result.output


def test_a_port_in_use(letters_url: str, started: list[dict[str, Any]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("--db", letters_url, "--port", str(port))
    assert result.exit_code == 2
    assert f"--port {port + 1}" in result.output or "--port 8000" in result.output
    assert not started


def test_an_address_of_another_machine(letters_url: str, started: list[dict[str, Any]]) -> None:
    result = run("--db", letters_url, "--host", "no.such.host.invalid")
    assert result.exit_code == 2
    assert "--host 127.0.0.1" in result.output


def test_reading_only_unless_told_otherwise(letters_url: str, started: list[dict[str, Any]]) -> None:
    assert run("--db", letters_url, "--port", "0").exit_code == 2
    port = free_port()
    assert run("--db", letters_url, "--port", str(port)).exit_code == 0
    assert not started[0]["settings"].allow_write
    assert started[0]["host"] == "127.0.0.1"


def test_the_link_signs_in_once(letters_url: str, started: list[dict[str, Any]]) -> None:
    result = run("--db", letters_url, "--port", str(free_port()), "--allow-write")
    assert result.exit_code == 0, result.output
    link = re.search(r"/login\?token=\S+", result.output)
    assert link
    with served.client(create_app(letters_url, settings=Settings(allow_write=True))) as browser:
        assert browser.get("/review").status_code == 401
        assert browser.get(link[0]).status_code == 303
        assert browser.get("/review").status_code == 200
        browser.cookies.clear()
        assert browser.get(link[0]).status_code == 401


def test_several_processes_only_read(letters_url: str, started: list[dict[str, Any]]) -> None:
    result = run("--db", letters_url, "--allow-write", "--workers", "2")
    assert result.exit_code == 2
    assert not started


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize(
    "address",
    ["/", "/?q=bến+xe&page=2", "/agencies", "/audit", "/audit/matrix?by=topic", "/audit/checks", "/graph",
     "/audit/targets?metric=học+sinh", "/audit/print?agency=Sở+Tài+chính", "/letters/1", "/letters/1/why/0",
     "/graph?letter=1&depth=3", "/audit/tasks.xlsx"],
)  # fmt: skip
def test_pages_on_either_server(any_letters_url: str, address: str) -> None:
    app = create_app(any_letters_url)
    with TestClient(app, base_url=served.HERE) as client:
        for language in ("vi", "en"):
            client.cookies.set("lang", language)
            assert client.get(address).status_code == 200


def test_the_start_page_shows_what_others_have_written(any_letters_url: str) -> None:
    with served.client(create_app(any_letters_url)) as client:
        before = client.get("/").text
        assert client.get("/").text == before
        engine = open_database(any_letters_url, write=True)
        with writing(engine) as connection:
            record = copy.deepcopy(letters.records()["roads.txt"])
            record["document"] |= {"number": "77/UBND-XD", "issued_on": "2030-01-02"}
            added = store.put(connection, {**record, "id": "new"}, letters.READING).document_id
        shown = client.get("/").text
        assert f'href="/letters/{added}"' in shown
        assert "77/UBND-XD" not in before
        assert "77/UBND-XD" in shown
        with writing(engine) as connection:
            store.remove(connection, added)
        engine.dispose()
        assert client.get("/").text == before


def test_an_empty_database_says_what_to_do(sqlite_url: str) -> None:
    with served.client(create_app(sqlite_url)) as client:
        assert "congvan ingest" in client.get("/").text
        for address in ("/agencies", "/audit", "/graph", "/audit/matrix", "/audit/checks", "/audit/targets"):
            assert client.get(address).status_code == 200
