"""The command ``congvan``. A subcommand's module is imported when it is called, ``--help`` imports none."""

from __future__ import annotations

import re
import signal
import sys
import threading
from collections.abc import Iterable
from importlib import import_module
from typing import Any

import click

from extractor.errors import CongvanError

#: subcommand -> (module, one line for the list of commands)
COMMANDS = {
    "extract": ("extract", "Đọc văn bản và ghi mỗi văn bản thành một bản ghi JSON."),
    "ingest": ("ingest", "Đưa văn bản vào cơ sở dữ liệu."),
    "reprocess": ("reprocess", "Đọc lại những văn bản mà quy tắc mới có thể đọc khác đi."),
    "quarantine": ("quarantine", "Xem, đọc lại hoặc bỏ những văn bản chưa đọc được."),
    "runs": ("runs", "Liệt kê các lần đọc văn bản vào cơ sở dữ liệu."),
    "search": ("search", "Tìm văn bản trong cơ sở dữ liệu."),
    "reindex": ("reindex", "Lập lại chỉ mục tìm kiếm của cơ sở dữ liệu."),
    "audit": ("audit", "Ai được giao việc gì, bao giờ xong; chỗ nào mâu thuẫn."),
    "export": ("export", "Ghi bản ghi, bảng, thời hạn trong cơ sở dữ liệu ra tệp."),
    "corrections": ("corrections", "Những chỗ người đã sửa: xem, bỏ, lấy làm đáp án."),
    "show": ("show", "Xem một văn bản hoặc một bản ghi: ai, làm gì, bao giờ."),
    "rules": ("rules", "Kiểm tra các quy tắc trong rules/."),
    "evaluate": ("evaluate", "Đo độ chính xác của bản ghi so với đáp án."),
    "calibrate": ("calibrate", "Đo độ chắc (confidence) đúng đến đâu."),
    "bench": ("bench", "Đo tốc độ trên máy này."),
    "train-names": ("train_names", "Luyện lại mô hình tên riêng, hoặc đo nó."),
    "formats": ("formats", "Liệt kê các loại tệp đọc được trên máy này."),
    "serve": ("serve", "Mở trang web và API trên cơ sở dữ liệu."),
    "mcp": ("mcp", "Mở cơ sở dữ liệu cho trợ lý dùng mô hình ngôn ngữ (MCP)."),
    "tokens": ("tokens", "Cấp và thu hồi mã truy cập của trang và API."),
    "schema": ("schema", "In JSON Schema của bản ghi."),
}
#: package -> the extra of congvan that brings it
_EXTRAS = {
    **dict.fromkeys(("sqlalchemy", "alembic", "openpyxl", "icalendar"), "database"),
    **dict.fromkeys(("fastapi", "starlette", "uvicorn", "jinja2", "python_multipart"), "web"),
    "psycopg": "postgres",
    "mcp": "mcp",
}
_HEADINGS = {"Options": "Tùy chọn", "Commands": "Lệnh", "Arguments": "Đối số"}
#: click's names of what a command takes -> ours
_METAVARS = {
    "INTEGER RANGE": "SỐ",
    "FLOAT RANGE": "SỐ",
    "INTEGER": "SỐ",
    "FLOAT": "SỐ",
    "TEXT": "CHỮ",
    "FILE": "TỆP",
    "DIRECTORY": "THƯ_MỤC",
    "PATH": "ĐƯỜNG_DẪN",
    "OPTIONS": "TÙY_CHỌN",
    "COMMAND": "LỆNH",
    "ARGS": "ĐỐI_SỐ",
}
_METAVAR = re.compile(rf"(?<![\w-])(?:{'|'.join(_METAVARS)})(?![\w-])")
#: what click adds behind an option's help
_EXTRA = re.compile(r"\[(?:default: .*?|[^\[\]]*<=?.*?|[^\[\]]*>=?.*?|required)\]\Z")


class Formatter(click.HelpFormatter):
    """Help pages with Vietnamese headings, names of values and remarks."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, _ours(args), prefix or "Cách dùng: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(_HEADINGS.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], *args: Any, **more: Any) -> None:
        super().write_dl([(_ours(name), _EXTRA.sub(_remark, text)) for name, text in rows], *args, **more)


def _ours(names: str) -> str:
    return _METAVAR.sub(lambda m: _METAVARS[m[0]], names)


def _remark(extra: re.Match[str]) -> str:
    return extra[0].replace("default: ", "mặc định: ").replace("required", "bắt buộc")


class _Context(click.Context):
    formatter_class = Formatter


class _Help:
    """Gives a command Vietnamese help."""

    context_class: type[click.Context] = _Context

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option: click.Option | None = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "Hiện phần hướng dẫn này."
        return option


class Command(_Help, click.Command):
    """A subcommand."""


class Group(_Help, click.Group):
    """A group whose members are known."""

    command_class = Command


class LazyGroup(_Help, click.Group):
    """The top: members are imported on demand, their one-line help is not taken from them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"extractor.cli.{COMMANDS[cmd_name][0]}").command
        return command

    def main(self, *args: Any, standalone_mode: bool = True, **more: Any) -> Any:
        """Run the program; what is wrong is told in Vietnamese."""
        run: Any = super().main
        if not standalone_mode:
            return run(*args, standalone_mode=False, **more)
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, _end)
        try:
            code = run(*args, standalone_mode=False, **more)
        except click.ClickException as e:
            from extractor.cli.mistakes import show

            show(e)
            sys.exit(e.exit_code)
        except click.Abort:
            click.echo("Đã dừng.", err=True)
            sys.exit(130)
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand; an error that the user can mend ends it with its message and exit code 2."""
        try:
            return super().invoke(ctx)
        except CongvanError as e:
            raise click.UsageError(str(e)) from None
        except ModuleNotFoundError as e:
            extra = _EXTRAS.get((e.name or "").partition(".")[0])
            if extra is None:
                raise
            raise click.UsageError(
                f"Máy chưa có gói {e.name}. Hãy chạy: pip install 'congvan[{extra}]'"
            ) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def _end(number: int, _: object) -> None:
    """What a terminated program still does: files that are open are closed as after Ctrl-C."""
    sys.exit(128 + number)


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from extractor import __version__

        click.echo(f"congvan {__version__}")
        ctx.exit()


@click.group(cls=LazyGroup, name="congvan")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Hiện số phiên bản."
)
def main(**_: Any) -> None:
    """Đọc công văn, chỉ thị, kế hoạch … và trang tin đưa lại chúng thành bản ghi có cấu trúc.

    Mỗi bản ghi nêu: số, ngày, cơ quan ban hành; ai phải làm gì, bao giờ xong, phối hợp với ai; số liệu,
    chỉ tiêu, văn bản viện dẫn. Mọi giá trị đều chỉ ra chỗ của nó trong văn bản.

    \b
    Ví dụ:
      congvan extract van-ban/ -o records.jsonl
      congvan show van-ban/cong-van-12.txt
    """
