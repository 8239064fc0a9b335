"""What click says of a wrong use, in Vietnamese."""

from __future__ import annotations

import re

import click

#: click's own words -> ours; what is not here stays as click says it
_SAID = [
    (re.compile(pattern, re.DOTALL), words)
    for pattern, words in (
        (r"Invalid value for (.+?): (.+)", r"Giá trị không dùng được cho \1: \2"),
        (r"Invalid value: (.+)", r"Giá trị không dùng được: \1"),
        (r"Missing argument (.+?)\.?", r"Thiếu đối số \1."),
        (r"Missing option (.+?)\.?", r"Thiếu tùy chọn \1."),
        (r"Missing command\.", "Thiếu tên lệnh."),
        (r"(No such .+?)\.? Did you mean (.+)\?", r"\1 Có phải: \2?"),
        (r"(No such .+?)\.? \((?:Did you mean one of|Possible \w+): (.+?)\??\)", r"\1 Có phải: \2?"),
        (r"No such command (.+?)\.?", r"Không có lệnh \1."),
        (r"No such option:? ?(.+?)\.?", r"Không có tùy chọn \1."),
        (r"Option (.+) does not take a value\.", r"Tùy chọn \1 không nhận giá trị."),
        (r"Option (.+) requires an argument\.", r"Tùy chọn \1 cần một giá trị."),
        (r"Argument (.+) takes (.+) values\.", r"Đối số \1 cần \2 giá trị."),
        (r"Could not open file (.+): (.+)", r"Không mở được tệp \1: \2"),
        (r"Got unexpected extra arguments? (.+)", r"Thừa đối số \1"),
        (r"(.+) is not in the range (.+)\.", r"\1 nằm ngoài khoảng \2."),
        (r"(.+) is not a valid .+\.", r"\1 không phải là số."),
        (r"(.+) is not one of (.+)\.", r"\1 không phải một trong các giá trị: \2."),
        (r"(?:File|Directory|Path) (.+) does not exist\.", r"không có tệp hay thư mục \1."),
        (r"(?:File|Directory|Path) (.+) is a file\.", r"\1 là tệp, ở đây cần một thư mục."),
        (r"(?:File|Directory|Path) (.+) is a directory\.", r"\1 là thư mục, ở đây cần một tệp."),
        (r"(?:File|Directory|Path) (.+) is not readable\.", r"không được phép đọc \1."),
        (r"(?:File|Directory|Path) (.+) is not writable\.", r"không được phép ghi \1."),
    )
]


def in_vietnamese(message: str) -> str:
    """A message of click in Vietnamese; any other one as it is."""
    for pattern, words in _SAID:
        m = pattern.fullmatch(message)
        if m is not None:
            told = words
            for number, part in enumerate(m.groups(), 1):
                told = told.replace(f"\\{number}", in_vietnamese(part))
            return told
    return message


def show(error: click.ClickException) -> None:
    """Print an error with the usage of its command."""
    context: click.Context | None = getattr(error, "ctx", None)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return
    if context is not None:
        click.echo(f"{context.get_usage()}\nXem hướng dẫn: {context.command_path} --help\n", err=True)
    click.echo(f"Lỗi: {in_vietnamese(error.format_message())}", err=True)
