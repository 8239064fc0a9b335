"""``congvan formats``: which kinds of files can be read here, and what is missing for the others."""

from __future__ import annotations

import json

import click

from extractor.cli import Command


@click.command(cls=Command)
@click.option("--json", "as_json", is_flag=True, help="In ra JSON.")
def command(as_json: bool) -> None:
    """Liệt kê các loại tệp đọc được trên máy này; thiếu gì thì nêu lệnh cài.

    Mã thoát: 0 đọc được mọi loại, 1 còn thiếu chương trình hoặc gói.

    \b
    Ví dụ:
      congvan formats
      congvan formats --json
    """
    from extractor.ingest.formats import FORMATS

    rows = []
    for known in FORMATS:
        lacks = [need.install for need in known.needs if not need.met()]
        wants = [need.install for need in known.helps if not need.met()]
        rows.append(
            {
                "name": known.title,
                "endings": list(known.endings),
                "media_types": list(known.media_types),
                "ready": not lacks,
                "container": known.container,
                "missing": lacks,
                "optional": wants,
            }
        )
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        _show(rows)
    if any(row["missing"] or row["optional"] for row in rows):
        raise click.exceptions.Exit(1)


def _show(rows: list[dict[str, object]]) -> None:
    states = {True: "có", False: "không"}
    width = max(len(str(row["name"])) for row in rows)
    partly = any(row["ready"] and row["optional"] for row in rows)
    for row in rows:
        state = "một phần" if row["ready"] and row["optional"] else states[bool(row["ready"])]
        click.echo(f"{row['name']:<{width}}  {state:<8}  {' '.join(_strings(row['endings']))}")
    wanted: dict[str, list[str]] = {}
    for row in rows:
        for install in (*_strings(row["missing"]), *_strings(row["optional"])):
            if row["name"] not in wanted.setdefault(install, []):
                wanted[install].append(str(row["name"]))
    if wanted:
        if partly:
            click.echo("\nmột phần: đọc được, trừ những tệp hay những chi tiết cần phần còn thiếu")
        click.echo("\nCần cài thêm:")
        for install, names in wanted.items():
            click.echo(f"  {install}    ({', '.join(names)})")


def _strings(values: object) -> list[str]:
    return [str(v) for v in values] if isinstance(values, list) else []
