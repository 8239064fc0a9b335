"""``congvan evaluate``: records against gold."""

from __future__ import annotations

import json
from pathlib import Path

import click

from extractor.cli import Command
from extractor.cli.common import FILE

_ANY = click.Path(path_type=Path, exists=True)


@click.command(cls=Command)
@click.argument("records", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="BẢN_GHI")
@click.option(
    "--gold", type=_ANY, multiple=True, required=True, help="Đáp án: tệp hoặc thư mục (có thể nhiều)."
)
@click.argument("more", type=_ANY, nargs=-1, metavar="[ĐÁP_ÁN]...")
@click.option("--errors", is_flag=True, help="Liệt kê từng chỗ sai.")
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
@click.option("--floors", type=FILE, help="Mức sàn: mã thoát 1 khi một trường thấp hơn mức đã ghi.")
@click.option("--update-floors", is_flag=True, help="Ghi kết quả này làm mức sàn mới.")
@click.option("--allow-regression", is_flag=True, help="Cho phép mức sàn mới thấp hơn mức cũ.")
def command(
    records: Path,
    gold: tuple[Path, ...],
    more: tuple[Path, ...],
    errors: bool,
    as_json: bool,
    floors: Path | None,
    update_floors: bool,
    allow_regression: bool,
) -> None:
    """So bản ghi trong BẢN_GHI với đáp án: độ đúng (P), độ đủ (R) và F1 của từng trường.

    \b
    Ví dụ:
      congvan evaluate records.jsonl --gold corpus/gold --errors
      congvan evaluate records.jsonl --gold corpus/gold --floors corpus/floors.json
    """  # fmt: skip
    from extractor.evaluate import evaluate, read_gold, read_records
    from extractor.floors import broken, fingerprint, read_floors, write_floors
    from extractor.rulebook import default_rulebook

    if update_floors and not floors:
        raise click.UsageError("--update-floors cần --floors TỆP")
    golds, found = read_gold([*gold, *more]), read_records(records)
    if not golds:
        raise click.UsageError(f"Không có đáp án nào (.yaml) ở: {', '.join(map(str, [*gold, *more]))}")
    if not any(Path(g["source"]).name in found for g in golds):
        raise click.UsageError(
            f"Không bản ghi nào của {records} có đáp án: tên tệp nguồn của bản ghi (source.name)"
            " không trùng với source của đáp án nào."
        )
    result = evaluate(found, golds, default_rulebook())
    if errors:
        for miss in result.misses:
            click.echo(str(miss), err=True)
    if as_json:
        click.echo(json.dumps(result.as_json(), ensure_ascii=False, indent=1))
    else:
        click.echo(f"{'trường':28} {'P':>6} {'R':>6} {'F1':>6} {'tp':>5} {'fp':>5} {'fn':>5}")
        for name, c in result.as_json().items():
            rates = f"{c['precision']:6.3f} {c['recall']:6.3f} {c['f1']:6.3f}"
            click.echo(f"{name:28} {rates} {c['tp']:5} {c['fp']:5} {c['fn']:5}")
    if not floors:
        return
    corpus = fingerprint(golds, found)
    if update_floors:
        write_floors(floors, result, corpus, allow_regression)
        click.echo(f"Đã ghi mức sàn: {floors}", err=True)
    elif problems := broken(read_floors(floors), result, corpus):
        click.echo("Dưới mức sàn:\n  " + "\n  ".join(problems), err=True)
        raise click.exceptions.Exit(1)
