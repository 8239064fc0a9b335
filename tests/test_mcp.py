"""The server for language models, asked by the package's own client over stdio."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest

pytest.importorskip("mcp")
from mcp import Client, StdioServerParameters
from sqlalchemy import insert

from extractor.database import open_database
from extractor.database import schema as t
from extractor.mcp_server import make
from tests.web import served
from tests.web.conftest import filled_template, hostile_id, letters_url  # noqa: F401

ROOT = Path(__file__).parent.parent
Found = TypeVar("Found")
_START = "import sys; sys.path.insert(0, '.'); from extractor.cli import main; main(sys.argv[1:])"


def over_stdio(url: str, ask: Callable[[Client], Awaitable[Found]]) -> Found:
    """What `ask` gives, with a client of ``congvan mcp`` in a process of its own."""

    async def run() -> Found:
        server = StdioServerParameters(
            command=sys.executable, args=["-c", _START, "mcp", "--db", url], cwd=str(ROOT)
        )
        async with Client(server, read_timeout_seconds=60) as client:
            return await ask(client)

    return asyncio.run(run())


def within(url: str, name: str, **arguments: Any) -> Any:
    """The answer of a tool in this process; the text of its error where it fails."""

    async def run() -> Any:
        async with Client(make(open_database(url))) as client:
            result = await client.call_tool(name, arguments)
            if result.is_error:
                return str(result.content[0].text)  # type: ignore[union-attr]
            return result.structured_content

    return asyncio.run(run())


def test_over_stdio(letters_url: str) -> None:  # noqa: F811
    async def ask(client: Client) -> tuple[Any, Any, Any, Any, str]:
        tools = (await client.list_tools()).tools
        found = await client.call_tool("search", {"text": "bao hiem y te", "limit": 2})
        number = found.structured_content["letters"][0]["document_id"]  # type: ignore[index]
        letter = await client.call_tool("document", {"document_id": number, "text_from": 0})
        told = await client.call_tool("audit", {"agency": "sở tài chính", "overdue": True})
        return tools, found, letter, told, client.instructions or ""

    tools, found, letter, told, instructions = over_stdio(letters_url, ask)
    assert [tool.name for tool in tools] == ["search", "document", "audit"]
    for tool in tools:
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert tool.input_schema["type"] == "object"
        assert tool.output_schema is not None
    assert "không bao" in instructions, "what letters say is no instruction"
    hits = found.structured_content
    assert hits["total"] >= 2
    assert "**" in hits["letters"][0]["excerpt"]
    record = letter.structured_content
    for task in record["tasks"]:
        quote = task["task"]
        assert record["text"][quote["start"] : quote["end"]] == quote["quote"]
    tasks = told.structured_content["tasks"]
    assert tasks
    for task in tasks:
        assert task["overdue"]
        assert task["letter"]["number"]
        assert task["sentence"]


def test_pages_of_tasks(letters_url: str) -> None:  # noqa: F811
    seen: list[int] = []
    cursor = None
    while True:
        page = within(letters_url, "audit", limit=1, **({"cursor": cursor} if cursor else {}))
        seen += [task["task"]["start"] for task in page["tasks"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == page["total"] > 3


@pytest.mark.parametrize(
    ("name", "arguments", "says"),
    [
        ("document", {"document_id": 99_999}, "search"),
        ("document", {"document_id": 0}, "document_id"),
        ("search", {"text": "a", "since": "xx"}, "2020"),
        ("search", {"text": "a" * 301}, "text"),
        ("audit", {"cursor": "9999_1"}, "cursor"),
        ("audit", {"cursor": "2024-01-01_1_99999999999"}, "cursor"),
        ("audit", {"due_before": "ngày mai"}, "due_before"),
        ("audit", {"limit": 1_000}, "limit"),
    ],
)
def test_mistakes_are_told(letters_url: str, name: str, arguments: dict[str, Any], says: str) -> None:  # noqa: F811
    answer = within(letters_url, name, **arguments)
    assert isinstance(answer, str)
    assert says in answer
    assert "Traceback" not in answer


def test_it_only_reads(letters_url: str) -> None:  # noqa: F811
    engine = open_database(letters_url)
    with pytest.raises(Exception, match="readonly"), engine.begin() as connection:
        connection.execute(insert(t.letters).values(key="x"))


def test_answers_are_not_large(letters_url: str) -> None:  # noqa: F811
    record = served.hostile()
    task = record["assignments"][0]
    record["assignments"] = [task] * 500
    engine = open_database(letters_url, write=True)
    with engine.begin() as connection:
        connection.execute(t.documents.update().values(record=json.dumps(record)))
    answer = within(letters_url, "document", document_id=1, text_from=0)
    assert answer["left_out"] == {"assignments": 460}
    assert len(json.dumps(answer, ensure_ascii=False)) < 60_000


def test_needs_the_package(monkeypatch: pytest.MonkeyPatch, letters_url: str) -> None:  # noqa: F811
    from click.testing import CliRunner

    from extractor.cli import main

    for name in list(sys.modules):
        if name == "mcp" or name.startswith(("mcp.", "extractor.mcp_server")):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mcp", None)
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    answer = CliRunner().invoke(main, ["mcp", "--db", letters_url])
    assert answer.exit_code == 2
    assert "congvan[mcp]" in answer.stderr
