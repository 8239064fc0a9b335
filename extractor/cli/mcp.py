"""``congvan mcp``: the database for language models, over stdio."""

from __future__ import annotations

import click

from extractor.cli import Command
from extractor.cli.common import db_option


@click.command(cls=Command)
@db_option
def command(db: str) -> None:
    """Mở cơ sở dữ liệu cho trợ lý dùng mô hình ngôn ngữ (MCP, qua stdin và stdout); chỉ đọc.

    Có ba công cụ: search, document, audit. Mỗi câu trả lời kèm câu trích và vị trí của nó trong văn bản.
    Trong cấu hình của trợ lý, ghi:

    \b
      {"mcpServers": {"congvan": {"command": "congvan", "args": ["mcp", "--db", "directives.db"]}}}

    \b
    Ví dụ:
      congvan mcp --db directives.db
    """
    from extractor.database import open_database
    from extractor.mcp_server import make

    engine = open_database(db)
    try:
        make(engine).run("stdio")
    finally:
        engine.dispose()
