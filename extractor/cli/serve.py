"""``congvan serve``: the page and the API over a directive database."""

from __future__ import annotations

import getpass
import socket
import sys
import threading
import webbrowser
from datetime import timedelta
from pathlib import Path

import click

from extractor.cli import Command
from extractor.cli.common import db_option, rules_option
from extractor.errors import CongvanError

#: how long the link that signs in can be used
_LINK = timedelta(hours=1)
#: seconds until the browser is opened, when the server listens
_SOON = 1.0


@click.command(cls=Command)
@db_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Địa chỉ mà trang lắng nghe.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Cổng.")
@click.option(
    "--allow-write", is_flag=True, help="Cho phép nạp văn bản và sửa giá trị trên trang, sau khi đăng nhập."
)
@click.option("--sign-in", is_flag=True, help="Đọc cũng phải đăng nhập bằng mã truy cập.")
@click.option(
    "--name", "names", multiple=True, metavar="TÊN_MIỀN", help="Tên miền mà người dùng gõ để vào trang."
)
@click.option("--open", "open_browser", is_flag=True, help="Mở trang trong trình duyệt.")
@click.option(
    "--workers",
    type=click.IntRange(1, 32),
    default=1,
    show_default=True,
    help="Số tiến trình trả lời; khi cho phép ghi thì chỉ một.",
)
@rules_option
def command(
    database: str,
    host: str,
    port: int,
    allow_write: bool,
    sign_in: bool,
    names: tuple[str, ...],
    open_browser: bool,
    workers: int,
    rules: Path | None,
) -> None:
    """Mở trang tìm kiếm, xem văn bản, kiểm tra nhiệm vụ trên một cơ sở dữ liệu.

    Trang chỉ đọc và chỉ máy này vào được, trừ khi nói khác. Người khác trong mạng vào được khi dùng
    --host 0.0.0.0 --name TÊN_MIỀN; hãy cấp mã cho họ bằng: congvan tokens add.

    \b
    Ví dụ:
      congvan serve
      congvan serve --db directives.db --allow-write --open
      congvan serve --host 0.0.0.0 --name congvan.tinh.vn --sign-in --workers 2
    """
    try:
        from extractor.web.security import Settings
        from extractor.web.server import is_loopback, serve, settings_for
    except ImportError:
        raise CongvanError("Máy chưa có phần trang web. Hãy chạy: pip install 'congvan[web]'") from None
    from extractor.database import open_database

    open_database(database, write=allow_write).dispose()  # what is wrong with it is told before anything else
    if allow_write and workers > 1:
        raise click.UsageError("--workers lớn hơn 1 chỉ dùng khi không có --allow-write.")
    _check_free(host, port)
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
    link = address
    if allow_write and is_loopback(shown):
        link = f"{address}login?token={_launch_token(database)}"
        click.echo(f"Mở để đăng nhập (dùng được một lần, trong một giờ): {link}", err=True)
    click.echo(f"Trang: {address}  API: {address}api  (dừng: Ctrl-C)", err=True)
    if not is_loopback(host) and not sign_in:
        click.echo("Chú ý: ai vào được máy này qua mạng cũng đọc được; muốn chặn, thêm --sign-in.", err=True)
    if open_browser:
        timer = threading.Timer(_SOON, webbrowser.open, [link])
        timer.daemon = True
        timer.start()
    settings = settings_for(host, Settings(allow_write=allow_write, sign_in=sign_in), names)
    serve(database, settings, host=host, port=port, workers=workers, rules=rules)


def _launch_token(database: str) -> str:
    """A token that signs in once whoever started the server; that name stands beside their corrections."""
    from extractor.database import open_database, writing
    from extractor.web import tokens

    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):
        name = "congvan"
    engine = open_database(database, write=True)
    with writing(engine) as connection:
        text = tokens.add(connection, name, "editor", lasts=_LINK, once=True)
    engine.dispose()
    return text


def _check_free(host: str, port: int) -> None:
    """Raises `CongvanError` where nothing can listen at an address."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise CongvanError(f"Không có địa chỉ {host} trên máy này. Hãy dùng --host 127.0.0.1") from None
    family, kind, protocol, _, address = found[0]
    with socket.socket(family, kind, protocol) as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError:
            raise CongvanError(f"Không được phép dùng cổng {port}. Hãy dùng --port 8000") from None
        except OSError as e:
            raise CongvanError(
                f"Không mở được {host}:{port} ({e.strerror}): có thể cổng đang được dùng."
                f" Hãy dùng --port {port + 1 if port < 65535 else 8000}"
            ) from None
