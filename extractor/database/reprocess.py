"""What was read with other rules, another program or another names model is read again.

Documents that a change of the rules cannot touch (`rule_changes`) are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, and_, or_, select, update

from extractor.batch import Reader, Settings
from extractor.database import rule_changes, ruleset
from extractor.database import schema as t
from extractor.database.engine import writing
from extractor.database.ingest import Event, Options, Run
from extractor.database.rule_changes import Change, Seen
from extractor.database.secrecy import SECRET
from extractor.database.sources import leading
from extractor.database.store import Reading

#: documents that are looked at in one go
_CHUNK = 200


@dataclass(slots=True)
class Plan:
    """What is to be read again.

    Each version of a letter is read from its own source. `files` are ids; `documents` counts those that may
    be read otherwise, `passed` those that were read in another state and cannot be, `current` all others;
    `rejects` what gave none and may do so now, `lost` documents that came without a file.
    `changes` tells what was changed since, for each state of the rules that documents were read with.
    """

    reading: Reading
    files: set[int] = field(default_factory=set)
    documents: int = 0
    passed: list[int] = field(default_factory=list)
    current: int = 0
    rejects: int = 0
    lost: int = 0
    changes: dict[str, Change] = field(default_factory=dict)
    #: states of the program and the model that are others than now
    others: set[str] = field(default_factory=set)


def plan(engine: Engine, settings: Settings, *, everything: bool = False) -> Plan:
    """Find out what is to be read again, or `everything` that is there; writes nothing but the rules."""
    with writing(engine) as connection:
        reading = ruleset.current(connection, settings)
    out = Plan(reading)
    for documents in _chunks(engine):
        for row in documents:
            if _stays(engine, settings, row, out, everything):
                continue
            if row.file_id is None:
                out.lost += 1
                continue
            out.documents += 1
            out.files.add(row.file_id)
    _add_rejects(engine, out, everything)
    return out


def _chunks(engine: Engine) -> Iterator[list[Any]]:
    """All documents with the file that each is read from, some at a time."""
    d, s = t.documents.c, t.sources.c
    query = (
        select(
            d.id,
            d.rules,
            d.version,
            d.ner,
            d.text,
            d.extracted,
            d.name,
            d.media_type,
            s.file_id,
            t.files.c.name.label("file_name"),
        )
        .outerjoin_from(t.documents, t.sources, s.id == leading(d.id))
        .outerjoin(t.files, s.file_id == t.files.c.id)
        .order_by(d.id)
        .limit(_CHUNK)
    )
    last = 0
    while True:
        with engine.connect() as connection:
            rows = list(connection.execute(query.where(d.id > last)))
        if not rows:
            return
        yield rows
        last = rows[-1].id


def _stays(engine: Engine, settings: Settings, row: Any, out: Plan, everything: bool) -> bool:
    """Whether a document need not be read again."""
    if everything:
        return False
    state, now = (row.version, row.ner), (out.reading.version, out.reading.ner)
    if state == now and row.rules == out.reading.rules:
        out.current += 1
        return True
    if state != now:
        out.others.add(" ".join(state))
        return False
    change = out.changes.get(row.rules)
    if change is None:
        with engine.connect() as connection:
            old = ruleset.kept(connection, row.rules)
        change = out.changes[row.rules] = rule_changes.between(old, ruleset.manifest_of(settings))
    alone = "/" not in row.name.removeprefix(row.file_name or "")
    if change.may_touch(Seen(row.text, row.extracted, row.media_type, alone)):
        return False
    out.passed.append(row.id)
    return True


def _add_rejects(engine: Engine, out: Plan, everything: bool) -> None:
    """Files with something in quarantine that was read in another state: it may give a document now."""
    s, r, now = t.sources.c, t.runs.c, out.reading
    other = or_(r.rules != now.rules, r.version != now.version, r.ner != now.ner)
    there = or_(t.files.c.content.is_not(None), t.files.c.path.is_not(None))
    waits = and_(s.code.is_not(None), s.code != SECRET, there)
    asked = t.sources.join(t.runs, s.run_id == r.id).join(t.files, t.files.c.id == s.file_id)
    query = select(s.file_id).select_from(asked).where(waits)
    with engine.connect() as connection:
        found = connection.execute(query if everything else query.where(other)).scalars().all()
    out.rejects = len(found)
    out.files.update(found)


def reprocess(
    engine: Engine, settings: Settings, wanted: Plan, *, workers: int = 1, reader: Reader | None = None
) -> Iterator[Event]:
    """Read again what a plan says; an event for each letter in the files. Corrections stay.

    Ended at any moment and planned once more, it goes on where it was.
    """
    run = Run(engine, settings, Options(), "reprocess")
    for i in range(0, len(wanted.passed), _CHUNK):
        ids = wanted.passed[i : i + _CHUNK]
        now_read = {"rules": run.reading.rules, "version": run.reading.version, "ner": run.reading.ner}
        with writing(engine) as connection:
            connection.execute(update(t.documents).where(t.documents.c.id.in_(ids)).values(now_read))
    yield from run.over(run.stored(wanted.files), workers, reader)
    run.finish()
