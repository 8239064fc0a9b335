"""``congvan bench``: how fast this machine reads."""

from __future__ import annotations

from pathlib import Path

import click

from extractor.cli import Command
from extractor.cli.common import ner_option


@click.command(cls=Command)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True), metavar="[ĐƯỜNG_DẪN]...")
@click.option("--turns", type=click.IntRange(1), default=7, show_default=True, help="Số lượt đo.")
@click.option(
    "--formats", is_flag=True, help="Đo thời gian mỗi trang của từng loại tệp trong ĐƯỜNG_DẪN và bộ nhớ dùng."
)
@click.option(
    "--documents", type=click.IntRange(1), default=500, show_default=True,
    help="Với --formats: số văn bản đọc cho mỗi loại (các tệp được đọc lại lần lượt).",
)  # fmt: skip
@click.option(
    "--load", metavar="TỆP|URL", help="Đo trang web trên cơ sở dữ liệu này: một lượt tìm kiếm, bốn lượt xem."
)
@click.option("--rate", type=click.FloatRange(0.1), default=100, show_default=True, help="Yêu cầu mỗi giây.")
@click.option("--seconds", type=click.FloatRange(0.1), default=60, show_default=True, help="Đo bao lâu.")
@click.option(
    "--workers", type=click.IntRange(1, 32), default=1, show_default=True, help="Tiến trình máy chủ."
)
@click.option("--search", is_flag=True, help="Đo tìm kiếm và kiểm tra trên văn bản do chương trình tự sinh.")
@click.option(
    "--letters", type=click.IntRange(1), multiple=True, default=(20_000, 200_000), show_default=True,
    help="Với --search: số văn bản trong cơ sở dữ liệu; ghi nhiều lần để đo nhiều cỡ.",
)  # fmt: skip
@ner_option
def command(
    paths: tuple[Path, ...],
    turns: int,
    formats: bool,
    documents: int,
    load: str | None,
    rate: float,
    seconds: float,
    workers: int,
    search: bool,
    letters: tuple[int, ...],
    ner: str,
) -> None:
    """Đo số ký tự đọc được mỗi giây và thời gian của từng bước; ĐƯỜNG_DẪN mặc định là corpus/letters.

    Với --formats, mỗi loại tệp được đọc trong một tiến trình riêng. corpus/forms.py tạo các thư mẫu ở dạng
    DOCX, HTML, edXML, PDF và ảnh quét.

    Với --search, các văn bản được sinh ra trong một thư mục tạm (200.000 văn bản: chừng 3 GB); mỗi câu hỏi
    được hỏi có dấu và không dấu, thời gian gồm cả xếp hạng, đếm theo cơ quan, loại, năm … và đoạn trích.

    \b
    Ví dụ:
      congvan bench
      congvan bench van-ban/ --turns 9
      congvan bench --formats dang-khac/ --documents 500
      congvan bench --search --letters 20000
      congvan bench --load directives.db --rate 100 --seconds 60
    """
    if search:
        from extractor.database.bench import run as run_search

        run_search(letters, max(turns, 2))
        return
    if load is not None:
        from extractor.bench_load import run as run_load

        if not run_load(load, rate, seconds, workers):
            raise click.exceptions.Exit(1)
        return
    if formats:
        if not paths:
            raise click.UsageError("Hãy nêu thư mục có các loại tệp cần đo, ví dụ do corpus/forms.py tạo.")
        from extractor.bench_formats import run as run_formats

        run_formats([str(p) for p in paths], documents, ner)
        return
    from extractor.bench import run

    run([str(p) for p in paths], turns=turns, ner=ner)
