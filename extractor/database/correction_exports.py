"""Corrections as gold for `congvan evaluate` and as examples for rules.

What a person confirmed or corrected is gold; what nobody has looked at stands there as optional, and costs
nothing either way; what was rejected is left out, so that finding it again is a mistake. Of the header only
the fields that a person has spoken of are judged.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Connection, select

from extractor.database import schema as t
from extractor.database.overlays import LISTS, Correction, Places, find, lay
from extractor.database.proof import sentence_around

Json = dict[str, Any]
_RULE_BORDER = re.compile(r"[\s+,;]+")
_NOT_NAME = re.compile(r"[^\w.-]+")
_AGENCIES = ("addressees", "recipients", "executors")
_SAME = ("value", "value_max", "of", "unit", "kind", "comparator", "metric", "population", "place")


@dataclass(frozen=True, slots=True)
class Gold:
    """A gold document: the name of its file, what it says, and the text that it is the gold of."""

    name: str
    document: Json
    text: str

    def yaml(self) -> str:
        import yaml

        return str(yaml.safe_dump(self.document, allow_unicode=True, sort_keys=False, width=1000))


def export_gold(connection: Connection, texts: bool = False) -> Iterator[Gold]:
    """Gold of each document that has corrections; with `texts` its source is a text file of that name."""
    seen: set[str] = set()
    for document_id, record, corrections, old in _corrected(connection):
        source = PurePosixPath(record["source"]["name"].replace("\\", "/")).name
        stem = _NOT_NAME.sub("-", source.rsplit(".", 1)[0]).strip("-.") or "letter"
        if stem in seen:
            stem = f"{stem}-{document_id}"
        seen.add(stem)
        gold = gold_of(record, corrections, old)
        yield Gold(stem, {"source": f"{stem}.txt" if texts else source, **gold}, record["text"])


def texts_of(connection: Connection, rows: Sequence[Any], record: Json) -> dict[str, str]:
    """The texts, by id, that corrections were made in, where these are others than the record's."""
    c = t.corrected_texts.c
    others = {row.text_id for row in rows} - {record["id"]}
    if not others:
        return {}
    found = connection.execute(select(c.text_id, c.text).where(c.text_id.in_(others)))
    return {row.text_id: row.text for row in found}


def _corrected(connection: Connection) -> Iterator[tuple[int, Json, list[Correction], dict[str, str]]]:
    """Documents with corrections that hold, as they were read, and the texts these were made in."""
    c = t.corrections.c
    rows = connection.execute(
        select(t.corrections).where(c.undone_at.is_(None), c.lost.is_(False)).order_by(c.document_id, c.id)
    ).all()
    for document_id, group in groupby(rows, key=lambda row: row.document_id):
        mine = list(group)
        query = select(t.documents.c.extracted).where(t.documents.c.id == document_id)
        record = json.loads(connection.execute(query).scalar_one())
        made = [Correction.of(row) for row in mine]
        yield document_id, record, made, texts_of(connection, mine, record)


def gold_of(record: Json, corrections: list[Correction], old: Mapping[str, str]) -> Json:
    """What a gold file says of a record with its corrections, without the name of the source."""
    shown, _ = lay(record, corrections, old)
    places = Places(shown, old)
    seen: defaultdict[str, list[int]] = defaultdict(list)
    fields: set[str] = set()
    for correction in corrections:
        if correction.item == "document":
            fields |= {correction.field} if correction.field else set(correction.new or {})
        else:
            item = find(shown, correction.item, places.of(correction))
            seen[correction.item].append(id(item))
    gold: Json = {"source_kind": shown["source_kind"], "document": _header(shown["document"], fields)}
    for kind, name in LISTS.items():
        if kind in seen:
            gold[name] = [
                {**_item(kind, item), **({} if id(item) in seen[kind] else {"optional": True})}
                for item in shown[name]
            ]
    return gold


def _header(document: Json, fields: set[str]) -> Json:
    gold: Json = {}
    for name in sorted(fields & set(document)):
        value = document[name]
        if name == "type":
            gold[name] = value["code"] if value else None
        elif name in ("issuer", "signer"):
            gold[name] = value["name"] if value else None
        elif name in _AGENCIES:
            gold[name] = [" ".join(filter(None, (a["title"], a["name"]))) for a in value]
        elif name not in ("spans", "inferred"):
            gold[name] = value
    return gold


def _item(kind: str, item: Json) -> Json:
    if kind == "assignment":
        found = {
            "agencies": _names(item["agencies"]),
            "coordinating": _names(item["coordinating"]),
            **{
                name: item[name] for name in ("assigned_by", "mode", "label", "task", "recurrence", "product")
            },
        }
        if item["deadline"]:
            found["deadline"] = {name: item["deadline"][name] for name in ("start", "end", "relation")}
    elif kind == "reference":
        found = {name: item[name] for name in ("number", "type", "relation", "issued_on", "subject")}
        found["issuer"] = item["issuer"]["name"] if item["issuer"] else None
    else:
        found = {"quote": item["span"]["text"], **{name: item[name] for name in _SAME}}
        for name in ("as_of", "baseline", "deadline"):
            if item.get(name):
                found[name] = [item[name]["start"], item[name]["end"]]
        if item.get("agencies"):
            found["agencies"] = _names(item["agencies"])
    return {name: value for name, value in found.items() if value not in (None, [])}


def _names(agencies: list[Json]) -> list[str]:
    return [a["name"] for a in agencies]


# -- examples for rules --------------------------------------------------------------------------------------


def export_rule_examples(connection: Connection) -> str:
    """TOML: of each rule the sentences in which people found it right (item in tags) and wrong (`not`)."""
    right: defaultdict[str, dict[str, None]] = defaultdict(dict)
    wrong: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for _, record, corrections, old in _corrected(connection):
        places = Places(record, old)
        for correction in corrections:
            if correction.item == "document":
                continue
            item = find(record, correction.item, places.of(correction))
            if item is None:
                continue
            rule = _RULE_BORDER.split(item["by"].strip())[0]
            start, end = item["span"]["start"], item["span"]["end"]
            first, last = sentence_around(record["text"], start, end)
            words = record["text"]
            if correction.verdict == "reject" and correction.field is None:
                wrong[rule][_one_line(words[first:last])] = None
            else:
                before, inside, behind = words[first:start], words[start:end], words[end:last]
                marked = f"{_untagged(before)}<m>{_untagged(inside)}</m>{_untagged(behind)}"
                right[rule][_one_line(marked)] = None
    blocks = []
    for rule in sorted({*right, *wrong}):
        lines = [f"[[rule]]\nid = {_toml(rule)}"]
        for name, found in (("examples", right[rule]), ("not", wrong[rule])):
            if found:
                lines.append(f"{name} = [\n" + "".join(f"    {_toml(s)},\n" for s in found) + "]")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _untagged(text: str) -> str:
    """Without what a rule's example would take for a tag."""
    return text.replace("<", "‹").replace(">", "›")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _toml(text: str) -> str:
    """A TOML basic string: JSON's, but for the one character that only TOML wants escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
