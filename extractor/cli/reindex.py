"""``congvan reindex``: make the index of the search anew."""

from __future__ import annotations

import click

from extractor.cli import Command
from extractor.cli.common import db_option


@click.command(cls=Command)
@db_option
def command(db: str) -> None:
    """Lập lại chỉ mục tìm kiếm từ các văn bản đã có.

    Chỉ mục luôn được ghi cùng lúc với văn bản, nên bình thường không cần lệnh này; dùng khi phiên bản mới
    tách từ hoặc bỏ dấu khác trước (các lệnh khác sẽ báo), khi danh mục có thêm chữ viết tắt (chỉ tiêu được so
    theo tên viết đủ), sau khi tệp bị hỏng, hoặc để thu gọn chỉ mục sau nhiều lần đọc lại.

    \b
    Ví dụ:
      congvan reindex --db directives.db
    """
    from extractor.database import open_database, search_index, store, summaries
    from extractor.database.engine import writing

    engine = open_database(db, write=True, any_index=True)
    try:
        with writing(engine) as connection:
            count = search_index.rebuild(connection)
            summaries.renew_metrics(connection)
            store.next_revision(connection)  # so that a server forgets what it keeps of the old index
    finally:
        engine.dispose()
    click.echo(f"Đã lập chỉ mục cho {count} văn bản.")
