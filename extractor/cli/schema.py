"""``congvan schema``: the JSON Schema of a record."""

from __future__ import annotations

import json

import click

from extractor.cli import Command


@click.command(cls=Command)
def command() -> None:
    """In JSON Schema của bản ghi.

    \b
    Ví dụ:
      congvan schema > record.schema.json
    """
    from extractor.record import Record

    click.echo(json.dumps(Record.model_json_schema(), ensure_ascii=False, indent=1))
