"""With what documents are read: the program's version, the rules, the names model."""

from __future__ import annotations

import hashlib
import json
import zlib
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from extractor import __version__
from extractor.batch import Settings
from extractor.database import schema as t
from extractor.database.store import Reading
from extractor.pipeline import rulebook_of
from extractor.rulebook import Rule, Rulebook

Manifest = dict[str, Any]


def current(connection: Connection, settings: Settings) -> Reading:
    """What `settings` read with now; the rules are kept, so that later ones can be compared with them.

    Raises `RuleError` for a mistake in the rules.
    """
    digest, packed = _packed(str(settings.rules or ""))
    there = select(t.rulesets.c.digest).where(t.rulesets.c.digest == digest)
    if connection.execute(there).first() is None:
        connection.execute(insert(t.rulesets), {"digest": digest, "manifest": packed})
    return Reading(__version__, digest, model(settings.ner))


def manifest(book: Rulebook) -> Manifest:
    """What of the rules decides on what is read: each rule without its examples, each register's rows."""
    tables = sorted(path.name for path in book.folder.glob("*.csv"))
    return {
        "rules": {rule.id: _of_rule(rule) for rule in book.rules.values()},
        "tables": {name: book.table(name) for name in tables},
    }


def _of_rule(rule: Rule) -> Manifest:
    return {
        "source": rule.source,
        "case": rule.case,
        "ignore": rule.ignore,
        "at_start": rule.at_start,
        "anchors": rule.anchors,
        "words": rule.words,
        "set": rule.set,
    }


def manifest_of(settings: Settings) -> Manifest:
    """The manifest of the rules that `settings` read with, in the form in which it is kept."""
    found: Manifest = json.loads(zlib.decompress(_packed(str(settings.rules or ""))[1]))
    return found


def kept(connection: Connection, digest: str) -> Manifest | None:
    """The rules of an earlier reading; None where they are not known."""
    packed = connection.execute(select(t.rulesets.c.manifest).where(t.rulesets.c.digest == digest)).scalar()
    if packed is None:
        return None
    found: Manifest = json.loads(zlib.decompress(packed))
    return found


@cache
def _packed(folder: str) -> tuple[str, bytes]:
    """Digest and packed manifest of a folder of rules ("" for the shipped ones)."""
    data = json.dumps(manifest(rulebook_of(folder)), ensure_ascii=False).encode()
    return hashlib.sha256(data).hexdigest(), zlib.compress(data)


@cache
def model(ner: str) -> str:
    """The names model with what tells one state of it from another: ``own:1f0c…``."""
    if ner == "own":
        from extractor import names_model

        data = (Path(names_model.__file__).parent / "names.crf").read_bytes()
        return f"own:{hashlib.sha256(data).hexdigest()[:12]}"
    if ner == "underthesea":
        return f"underthesea:{metadata.version('underthesea')}"
    return ner
