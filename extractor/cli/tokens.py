"""``congvan tokens``: who may read and write through the page and the API."""

from __future__ import annotations

from datetime import timedelta

import click

from extractor.cli import Command, Group

_STATES = {"holds": "đang dùng", "expired": "hết hạn", "revoked": "đã thu hồi"}
_database = click.option(
    "--db", "database", default="directives.db", show_default=True, metavar="TỆP|URL",
    help="Cơ sở dữ liệu: tệp SQLite hoặc postgresql://…",
)  # fmt: skip


@click.group(cls=Group)
def command() -> None:
    """Cấp, liệt kê, thu hồi mã truy cập của trang và của API.

    \b
    Ví dụ:
      congvan tokens add "Nguyễn Thị An" --role editor --db directives.db
      congvan tokens list
      congvan tokens revoke "Nguyễn Thị An"
    """


@command.command("add", cls=Command)
@click.argument("name", metavar="TÊN")
@click.option(
    "--role", type=click.Choice(["reader", "editor"]), default="reader", show_default=True,
    help="reader: chỉ đọc; editor: nạp văn bản, xác nhận và sửa giá trị.",
)  # fmt: skip
@click.option("--days", type=click.IntRange(1, 3650), help="Mã hết hạn sau chừng này ngày.")
@_database
def add(name: str, role: str, days: int | None, database: str) -> None:
    """Cấp một mã; TÊN là tên người dùng, được ghi bên mỗi chỗ người ấy sửa.

    Mã chỉ hiện ra một lần, cơ sở dữ liệu chỉ giữ giá trị băm của nó.

    \b
    Ví dụ:
      congvan tokens add "Nguyễn Thị An" --role editor --days 90
    """
    from extractor.database import open_database
    from extractor.database.engine import writing
    from extractor.web import tokens

    engine = open_database(database, write=True)
    with writing(engine) as connection:
        text = tokens.add(connection, name, "editor" if role == "editor" else "reader", lasts=_days(days))
    engine.dispose()
    click.echo("Hãy cất mã này, nó không hiện lại nữa:", err=True)
    click.echo(text)


@command.command("list", cls=Command)
@_database
def show(database: str) -> None:
    """Liệt kê các mã đã cấp (không có phần bí mật).

    \b
    Ví dụ:
      congvan tokens list --db directives.db
    """
    from extractor.database import open_database
    from extractor.web import tokens

    engine = open_database(database)
    with engine.connect() as connection:
        rows = tokens.listing(connection)
    engine.dispose()
    for row in rows:
        until = f", đến {row.expires_at[:10]}" if row.expires_at else ""
        state = _STATES[tokens.state(row)] + until
        click.echo(f"{row.id}  {row.role:<6}  {state}  cấp {row.created_at[:10]}  {row.name}")
    if not rows:
        click.echo("Chưa cấp mã nào. Hãy chạy: congvan tokens add TÊN --role editor", err=True)


@command.command("revoke", cls=Command)
@click.argument("name", metavar="TÊN|SỐ")
@_database
def revoke(name: str, database: str) -> None:
    """Thu hồi mã theo tên hoặc theo số; các phiên đăng nhập bằng mã ấy kết thúc ngay.

    \b
    Ví dụ:
      congvan tokens revoke "Nguyễn Thị An" --db directives.db
    """
    from extractor.database import open_database
    from extractor.database.engine import writing
    from extractor.web import tokens

    engine = open_database(database, write=True)
    with writing(engine) as connection:
        ended = tokens.revoke(connection, name)
    engine.dispose()
    click.echo(f"Đã thu hồi {ended} mã.", err=True)


def _days(number: int | None) -> timedelta | None:
    return timedelta(days=number) if number else None
