"""``congvan calibrate``: whether items of a confidence are right as often as it says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from extractor.cli import Command
from extractor.cli.common import ner_option, rulebook, rules_option

if TYPE_CHECKING:
    from extractor.calibration import Case

_ANY = click.Path(path_type=Path, exists=True)
_NAMES = {"assignments": "Nhiệm vụ", "targets": "Chỉ tiêu", "figures": "Số liệu"}


@click.command(cls=Command)
@click.argument("paths", nargs=-1, required=True, type=_ANY, metavar="ĐƯỜNG_DẪN...")
@click.option("--gold", type=_ANY, multiple=True, required=True, help="Đáp án: tệp hoặc thư mục.")
@click.option("--sure", type=click.FloatRange(0, 1), default=0.9, show_default=True, help="Mức coi là chắc.")
@click.option(
    "--signs", is_flag=True, help="Nêu từng dấu hiệu: gặp mấy lần, đúng mấy lần, hệ số đáp án gợi ý."
)
@click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON.")
@ner_option
@rules_option
def command(
    paths: tuple[Path, ...],
    gold: tuple[Path, ...],
    sure: float,
    signs: bool,
    as_json: bool,
    ner: str,
    rules: Path | None,
) -> None:
    """Đọc các văn bản trong ĐƯỜNG_DẪN (tệp, thư mục) và so độ chắc với đáp án.

    Mỗi dòng là một khoảng độ chắc: có mấy mục, mấy mục đúng (nhiệm vụ: đủ cơ quan, đúng hạn; số liệu: đúng
    giá trị, đơn vị, loại, tên chỉ số). Dòng cuối mỗi bảng chấm từng văn bản bằng hệ số tính từ các văn bản
    khác. ĐƯỜNG_DẪN là một tệp bản ghi (.jsonl) thì lấy độ chắc ghi trong đó.

    \b
    Ví dụ:
      congvan calibrate corpus/letters --gold corpus/gold
      congvan calibrate corpus/letters --gold corpus/gold --signs
    """  # fmt: skip
    cases = _cases(paths, gold, ner, rules)
    if not cases:
        raise click.UsageError("Không mục nào của các văn bản này có đáp án.")
    tables = {part: _table([c for c in cases if c.part == part], sure) for part in _NAMES}
    if as_json:
        click.echo(json.dumps(tables, ensure_ascii=False, indent=1))
        return
    for part, table in tables.items():
        if table["items"]:
            _print(_NAMES[part], table, sure)
            if signs:
                _print_signs([c for c in cases if c.part == part], part, rules)


def _cases(paths: Sequence[Path], gold: Sequence[Path], ner: str, rules: Path | None) -> list[Case]:
    from extractor.batch import Reader, Settings, documents
    from extractor.calibration import cases_of, recorded_cases
    from extractor.evaluate import read_gold, read_records

    golds, book = read_gold(gold), rulebook(rules)
    if len(paths) == 1 and paths[0].suffix == ".jsonl":
        return recorded_cases(read_records(paths[0]), golds, book)
    found, _ = documents([str(p) for p in paths])
    return cases_of(found, golds, Reader(Settings(ner=ner, rules=rules)), book)


def _table(cases: Sequence[Case], sure: float) -> dict[str, Any]:
    """The reliability table of one list, and what of it is sure."""
    from extractor.calibration import from_on, left_out, reliability

    pairs = [(c.confidence, c.right) for c in cases]
    tables = {"sure": from_on(pairs, sure)}
    if any(c.signs for c in cases):
        tables["sure_left_out"] = from_on(left_out(cases), sure)
    return {
        "items": len(cases),
        "bins": [b.as_json() for b in reliability(pairs)],
        **{name: b.as_json() for name, b in tables.items()},
    }


def _print(name: str, table: dict[str, Any], sure: float) -> None:
    click.echo(f"{name:24} {'số mục':>8} {'đúng':>6} {'tỷ lệ':>7} {'độ chắc TB':>11}")
    rows = [(f"  từ {b['low']:.2f}", b) for b in table["bins"]]
    rows.append((f"  chắc (từ {sure:.2f})", table["sure"]))
    if "sure_left_out" in table:
        rows.append(("  chắc, để riêng văn bản", table["sure_left_out"]))
    for label, b in rows:
        share = f"{100 * b['share']:.1f}%"
        click.echo(f"{label:24} {b['items']:8} {b['right']:6} {share:>7} {b['mean']:11.2f}")
    click.echo(f"  {100 * table['sure']['items'] / table['items']:.0f}% số mục là chắc\n")


def _print_signs(cases: Sequence[Case], part: str, rules: Path | None) -> None:
    from extractor.calibration import fitted
    from extractor.stages.confidence import scales_of

    scale, wanted = scales_of(rulebook(rules))[part].of, fitted(cases)
    count = Counter(sign for c in cases for sign in c.signs)
    right = Counter(sign for c in cases if c.right for sign in c.signs)
    click.echo(f"  {'dấu hiệu':28} {'số mục':>8} {'đúng':>6} {'hệ số':>7} {'gợi ý':>7}")
    for sign, n in count.most_common():
        factor = f"{scale[sign].factor:.2f}" if sign in scale else "–"
        click.echo(f"  {sign:28} {n:8} {right[sign]:6} {factor:>7} {wanted[sign]:7.2f}")
    click.echo()
