"""``congvan mcp``: the database for language models, over stdio."""

from __future__ import annotations

import click

from extractor.cli import Command
from extractor.errors import CongvanError


@click.command(cls=Command)
@click.option(
    "--db", "database", default="directives.db", show_default=True, metavar="TỆP|URL",
    help="Cơ sở dữ liệu: tệp SQLite hoặc postgresql://…",
)  # fmt: skip
def command(database: str) -> None:
    """Mở cơ sở dữ liệu cho trợ lý dùng mô hình ngôn ngữ (MCP, qua stdin và stdout); chỉ đọc.

    Có ba công cụ: search, document, audit. Mỗi câu trả lời kèm câu trích và vị trí của nó trong văn bản.

    \b
    Ví dụ (trong cấu hình của trợ lý):
      {"mcpServers": {"congvan": {"command": "congvan", "args": ["mcp", "--db", "directives.db"]}}}
    """
    from extractor.database import open_database

    try:
        from extractor.mcp_server import make
    except ModuleNotFoundError as e:
        if (e.name or "").split(".")[0] != "mcp":
            raise
        raise CongvanError("Máy chưa có gói mcp. Hãy chạy: pip install 'congvan[mcp]'") from None
    engine = open_database(database)
    try:
        make(engine).run("stdio")
    finally:
        engine.dispose()
