"""``congvan search``: find letters in the database."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from extractor.cli import Command
from extractor.cli.common import db_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import Console, RenderableType

    from extractor.database.search import Page, Query
    from extractor.database.snippets import Pieces
    from extractor.database.version_changes import Versions

#: how a facet is headed, and the option that narrows to one of its values
_FACETS = {
    "agency": ("Cơ quan", "--agency"),
    "issuer": ("Nơi ban hành", "--issuer"),
    "type": ("Loại", "--type"),
    "year": ("Năm", "--year"),
    "place": ("Địa phương", "--place"),
    "topic": ("Chủ đề", "--topic"),
}
_OPTIONS = {**{name: option for name, (_, option) in _FACETS.items()}, "since": "--from", "until": "--to"}
#: values of a facet that are shown
_SHOWN = 6


@click.command(cls=Command)
@click.argument("text", nargs=-1, metavar="[TỪ]...")
@db_option
@click.option("--agency", metavar="TÊN", help="Có nêu cơ quan này (tên có hoặc không dấu, hoặc mã).")
@click.option("--issuer", metavar="TÊN", help="Do cơ quan này ban hành.")
@click.option("--type", "kind", metavar="LOẠI", help="Loại văn bản: mã (CV, KH …) hoặc tên.")
@click.option("--from", "since", metavar="NGÀY", help="Ban hành từ: năm, tháng (2020-05) hoặc ngày.")
@click.option("--to", "until", metavar="NGÀY", help="Ban hành đến hết: năm, tháng hoặc ngày.")
@click.option("--year", metavar="NĂM", help="Ban hành trong năm này.")
@click.option("--place", metavar="TÊN", help="Địa phương, ví dụ: An Giang.")
@click.option("--topic", metavar="CHỦ ĐỀ", help="Chủ đề: mã hoặc tên trong rules/topics.csv.")
@click.option(
    "--sort", type=click.Choice(["rank", "newest", "oldest"]), default="rank", show_default=True,
    help="Xếp theo mức phù hợp, mới nhất trước hoặc cũ nhất trước.",
)  # fmt: skip
@click.option("--page", type=click.IntRange(1), default=1, show_default=True, help="Trang thứ mấy.")
@click.option(
    "--per-page", type=click.IntRange(1, 200), default=10, show_default=True, help="Số văn bản mỗi trang."
)
@click.option("--json", "as_json", is_flag=True, help="In kết quả ở dạng JSON.")
def command(
    text: tuple[str, ...],
    db: str,
    agency: str | None,
    issuer: str | None,
    kind: str | None,
    since: str | None,
    until: str | None,
    year: str | None,
    place: str | None,
    topic: str | None,
    sort: str,
    page: int,
    per_page: int,
    as_json: bool,
) -> None:
    """Tìm văn bản: từ có dấu hoặc không dấu, "cụm từ trong nháy kép", số ký hiệu.

    Từ nào gõ có dấu thì tìm đúng dấu, từ nào gõ không dấu thì tìm không kể dấu. Khi ít văn bản đúng dấu,
    những văn bản chỉ khớp khi không kể dấu xếp sau. Không có từ nào thì liệt kê theo bộ lọc.
    Mã thoát: 0 (cả khi không tìm thấy gì), 2 dùng sai, như bộ lọc nêu một tên không có.

    \b
    Ví dụ:
      congvan search "bảo hiểm y tế học sinh" --agency "Sở Y tế" --type CV --from 2019 --place "An Giang"
      congvan search '"phòng cháy"' rung --topic phong-chay-chua-chay
      congvan search 757/ubnd-kgvx
      congvan search --issuer "Bộ Y tế" --year 2024 --sort newest --json
    """
    from extractor.database import open_database
    from extractor.database.filters import check
    from extractor.database.search import Query, search, without
    from extractor.database.version_changes import of_versions

    query = Query(
        text=" ".join(text), agency=agency, type=kind, issuer=issuer, since=since, until=until, place=place,
        topic=topic, year=year, page=page, per_page=per_page, sort=sort,
    )  # fmt: skip
    engine = open_database(db)
    try:
        with engine.connect() as connection:
            found = search(connection, query)
            if not found.total:
                check(connection, query)
            wider = [] if found.total else without(connection, query)
            versions = of_versions(connection, [hit.document_id for hit in found.hits])
    finally:
        engine.dispose()
    if as_json:
        click.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=1))
    elif found.total:
        _show(found, versions)
    else:
        _show_nothing(query, found, wider)


def _as_json(found: Page) -> dict[str, Any]:
    told = asdict(found)
    told |= {"pages": found.pages, "folded": found.folded}
    for hit in told["hits"]:
        for name in ("snippet", "marked"):
            hit[name] = [{"text": text, "hit": marked} for text, marked in hit[name]]
    return told


def _show(found: Page, versions: Mapping[int, Versions]) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False)
    query = found.query
    count = f"Hơn {found.total:n}" if found.capped else f"{found.total:n}"
    told = f"{count} văn bản"
    if found.pages > 1:
        told += f", trang {query.page}/{found.pages}"
    console.print(Text(told, style="bold"))
    if found.folded:
        console.print(Text("Không có văn bản nào đúng dấu như đã gõ; đây là kết quả không kể dấu.", "yellow"))
    elif found.as_typed < found.total:
        fewer = (
            f"{found.as_typed:n} văn bản đúng dấu như đã gõ, xếp trước; còn lại chỉ khớp khi không kể dấu."
        )
        console.print(Text(fewer, style="yellow"))
    console.print()
    first = (query.page - 1) * query.per_page + 1
    for place, hit in enumerate(found.hits, first):
        if place == found.as_typed + 1 > 1:
            console.print(Text("Không kể dấu:\n", style="yellow"))
        head = Text(f"{place:>3}. ")
        head.append(hit.number or "(không số)", style="bold cyan")
        rest = (hit.type, _day(hit.issued_on), hit.issuer)
        head.append("".join(f" · {part}" for part in rest if part))
        console.print(head)
        plain = console.color_system is None
        console.print(Padding(_marked(hit.marked, "bold", plain), (0, 0, 0, 5)))
        console.print(Padding(_marked(hit.snippet, "dim", plain), (0, 0, 0, 5)))
        for note in _versions(versions.get(hit.document_id, [])):
            console.print(Padding(Text(note, style="yellow"), (0, 0, 0, 5)))
        console.print()
    _show_facets(console, found)
    if query.page < found.pages:
        console.print(Text(f"Trang sau: --page {query.page + 1}", style="dim"))


def _versions(others: Versions) -> Iterator[str]:
    """Say that a letter came in several versions which say something else."""
    from extractor.database.version_changes import told

    for _, changes in others:
        if changes:
            more = f" và {len(changes) - 2} chỗ nữa" if len(changes) > 2 else ""
            yield f"Có bản khác ghi khác (bản kia → bản này): {'; '.join(map(told, changes[:2]))}{more}"


def _show_facets(console: Console, found: Page) -> None:
    """The counts, side by side as far as the terminal is wide."""
    from rich.columns import Columns
    from rich.table import Table

    tables: list[RenderableType] = []
    for kind, values in found.facets.items():
        if not values:
            continue
        table = Table(box=None, show_header=True, padding=(0, 1, 0, 0), header_style="bold")
        table.add_column(_FACETS[kind][0], max_width=44, overflow="ellipsis", no_wrap=True)
        table.add_column("", justify="right", style="cyan")
        for value in values[:_SHOWN]:
            table.add_row(("✓ " if value.selected else "") + value.label, f"{value.count:n}")
        tables.append(table)
    if tables:
        console.print(Columns(tables, padding=(0, 3)))


def _show_nothing(query: Query, found: Page, wider: list[tuple[str, Query, int]]) -> None:
    click.echo("Không tìm thấy văn bản nào.", err=True)
    for name, _, total in wider:
        click.echo(f"  Bỏ {_OPTIONS[name]} “{getattr(query, name)}” thì có {total} văn bản.", err=True)
    if found.corrected:
        click.echo(f"  Có phải bạn định tìm: {found.corrected}", err=True)
    elif not wider and query.text:
        click.echo("  Hãy thử ít từ hơn, hoặc gõ không dấu.", err=True)


def _marked(pieces: Pieces, style: str, plain: bool) -> Any:
    """Pieces with the hits in colour, or in marks where there are no colours."""
    from rich.text import Text

    text = Text(style=style)
    for piece, hit in pieces:
        text.append(f"«{piece}»" if hit and plain else piece, style="not dim bold yellow" if hit else None)
    return text


def _day(iso: str | None) -> str | None:
    return "/".join(reversed(iso.split("-"))) if iso else None
