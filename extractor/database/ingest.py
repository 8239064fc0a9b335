"""Files into the database: each letter in a transaction of its own, each file read once.

A file is known by the digest of its bytes, a letter in it by its name there (``mail.eml/letter.pdf``). With
every letter its row in ``sources`` is written, so that a run that was ended in the midst of a file finds,
when it comes to that file again, what is there already; the last one marks the file as done.
"""

from __future__ import annotations

import hashlib
import os
import threading
import zlib
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, insert, or_, select, update

from extractor.batch import Document, Outcome, Reader, Reads, Settings, in_turn, rejected
from extractor.database import quarantine, ruleset, store
from extractor.database import schema as t
from extractor.database.engine import writing
from extractor.database.secrecy import SECRET, refusal
from extractor.database.sources import leading
from extractor.database.store import now
from extractor.database.version_changes import Difference, of_versions
from extractor.errors import Reject

What = Literal["added", "linked", "updated", "unchanged", "rejected", "secret"]
#: the code of a file whose bytes are not to be had any more
NO_ORIGINAL = "no_original"
_NO_ORIGINAL_MESSAGE = (
    "Bản gốc không được giữ lại và không còn ở chỗ cũ. Hãy đưa lại tệp ấy bằng congvan ingest."
)
#: where a file has changed while it was read
_CHANGED = "Tệp thay đổi trong lúc đọc. Lần chạy sau sẽ đọc lại."


@dataclass(frozen=True, slots=True)
class Event:
    """What became of a letter, or of a file that is known already (`what` is unchanged, no document).

    `file` counts the files, from 0; `code` and `message` say why a letter was rejected or refused; `waiting`:
    letters of a known file that are in quarantine. `of`: the version of its letter that came in before a
    linked one, `changes`: what it says otherwise than that.
    """

    name: str
    what: What
    file: int
    document_id: int | None = None
    code: str | None = None
    message: str | None = None
    number: str | None = None
    waiting: int = 0
    of: int | None = None
    changes: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """How files are taken: whether their bytes are kept, and letters with a secrecy mark are let in.

    Of what could not be read nobody knows whether it bears a mark: its bytes are kept only with that leave.
    """

    originals: bool = True
    allow_secret: bool = False


@dataclass(slots=True)
class _File:
    """A file on its way: `id` where it has a row, `known` where all its letters are written already."""

    index: int
    document: Document
    digest: str | None
    id: int | None = None
    #: what to tell of a file that is not read
    known: Event | None = None
    #: letters by the name they had, to tell apart several of one name
    names: Counter[str] = field(default_factory=Counter)
    sources: set[str] = field(default_factory=set)
    #: a letter in it was refused: its bytes are not kept
    secret: bool = False
    #: a letter in it could not be read: what it held before stays
    failed: bool = False
    #: whether it is read once more on purpose: then a failure counts as another attempt
    again: bool = False
    #: whether its bytes may be kept, as was said when it came in
    keep: bool = True


def ingest(
    engine: Engine,
    documents: Iterable[Document],
    settings: Settings,
    *,
    options: Options | None = None,
    workers: int = 1,
    reader: Reads | None = None,
    command: str = "ingest",
) -> Iterator[Event]:
    """Read documents into a database; an event for each letter, and for each file that is known already.

    A `reader` that is loaded is used again (with one worker). Whoever stops asking for events ends the run
    cleanly. Raises `DatabaseError` where the database cannot be written, `CongvanError` where the rules or
    the model cannot be loaded.
    """
    run = Run(engine, settings, options or Options(), command)
    yield from run.over(run.new(documents), workers, reader)
    run.finish()


def retry(
    engine: Engine,
    settings: Settings,
    *,
    options: Options | None = None,
    codes: Iterable[str] = (),
    only: Collection[int] = (),
    workers: int = 1,
    reader: Reads | None = None,
) -> Iterator[Event]:
    """Read again what waits in quarantine (only what has one of `codes`, if any) and what was left undone;
    of the files `only` (ids), if any.

    An event with the code ``no_original`` tells of a file that cannot be read again.
    """
    run = Run(engine, settings, options or Options(), "retry")
    yield from run.over(run.waiting(set(codes), only), workers, reader)
    run.finish()


def watch(
    engine: Engine,
    batches: Iterable[list[Document]],
    settings: Settings,
    stop: threading.Event,
    *,
    options: Options | None = None,
    workers: int = 1,
) -> Iterator[Event | None]:
    """As `ingest` for documents that come in batches, in one run; None when a batch is done.

    When `stop` is set, what is being read is finished and nothing more is begun.
    """
    run = Run(engine, settings, options or Options(), "watch")
    reader: Reader | None = None
    for batch in batches:
        if batch and workers == 1:
            reader = reader or Reader(settings)
        if batch:
            wanted = takewhile(lambda _: not stop.is_set(), batch)
            yield from run.over(run.new(wanted), workers, reader)
        yield None
    run.finish()


class Run:
    """One run over files: a row in ``runs``, whose counts grow with each letter."""

    def __init__(self, engine: Engine, settings: Settings, options: Options, command: str) -> None:
        self.engine, self.settings, self.options = engine, settings, options
        self.pending: deque[_File] = deque()
        self.unchanged = 0
        self._open: set[str] = set()
        with writing(engine) as connection:
            reading = ruleset.current(connection, settings)
            row = {"command": command, "started_at": now()}
            row |= {"version": reading.version, "rules": reading.rules, "ner": reading.ner}
            new = insert(t.runs).returning(t.runs.c.id)
            self.id = int(connection.execute(new, row).scalar_one())
        self.reading = replace(reading, run_id=self.id)

    # --- which files

    def new(self, documents: Iterable[Document]) -> Iterator[_File]:
        """Files as they come, with what the database knows of their bytes."""
        for index, document in enumerate(documents):
            digest = _digest(document, self.settings.limits.bytes)
            file = _File(index, document, digest, keep=self.options.originals)
            self._look_up(file)
            yield file

    def _look_up(self, file: _File) -> None:
        """Find out what the database knows of a file's bytes, or, without these, of its path."""
        name, path = file.document.name, _path_of(file.document)
        with self.engine.connect() as connection:
            row = _row_of(connection, file.digest, path)
            file.id = row.id if row is not None else None
            if file.digest is None:
                return
            if row is not None and row.done and not self._reopened(connection, file, row.id):
                file.known = _known(connection, file, row.id)
            elif file.digest in self._open:  # the same bytes stand before it in the queue
                file.known = Event(name, "unchanged", file.index)
            else:
                self._open.add(file.digest)
        if file.known is not None and path is not None:
            self._forget_unreadable(path)

    def _reopened(self, connection: Connection, file: _File, file_id: int) -> bool:
        """Whether a file that was read to its end is read again now that it is here.

        That is so where a letter in it was refused that may come in now; and where the bytes had been lost
        while something in it waits, or was read in another state.
        """
        s, f, d = t.sources.c, t.files.c, t.documents.c
        here = s.file_id == file_id
        if self.options.allow_secret:
            refused = connection.execute(select(s.id).where(here & (s.code == SECRET)).limit(1)).first()
            if refused is not None:
                return True
        bare = select(f.name, f.path, f.sha256, f.content).where((f.id == file_id) & f.content.is_(None))
        row = connection.execute(bare).first()
        if row is None:
            return False
        now_read = self.reading
        other = (d.rules != now_read.rules) | (d.version != now_read.version) | (d.ner != now_read.ner)
        waits = s.code.is_not(None) & (s.code != SECRET)
        open_still = (
            select(s.id).outerjoin_from(t.sources, t.documents).where(here & or_(waits, other)).limit(1)
        )
        if connection.execute(open_still).first() is None:
            return False
        path = _path_of(file.document)
        if (path is not None and row.path == path) or _content(row) is not None:
            return False
        file.document = replace(file.document, name=row.name)  # it is the same file, whatever it is called
        return True

    def _forget_unreadable(self, path: str) -> None:
        """What could not be read at a path waits no longer: the bytes that are there now are known."""
        gone = (t.files.c.path == path) & t.files.c.sha256.is_(None)
        with self.engine.connect() as connection:
            if connection.execute(select(t.files.c.id).where(gone)).first() is None:
                return
        with writing(self.engine) as connection:
            _drop_files(connection, gone)

    def waiting(self, codes: Collection[str], only: Collection[int]) -> Iterator[_File]:
        """The files with something in quarantine, and those that were not read to their end."""
        with self.engine.connect() as connection:
            secret = self.options.allow_secret
            found = quarantine.files(connection, codes, only, secret=secret)
        yield from self.stored(id for id, _ in found)

    def stored(self, ids: Iterable[int]) -> Iterator[_File]:
        """Files that the database has, out of what it keeps of them or from where they lay."""
        c = t.files.c
        for index, file_id in enumerate(sorted(ids)):
            with self.engine.connect() as connection:
                row = connection.execute(
                    select(c.id, c.sha256, c.name, c.path, c.content, c.keep).where(c.id == file_id)
                ).first()
            if row is None:  # somebody has dropped it
                continue
            content = _content(row)
            file = _File(index, Document(row.name, content or b""), row.sha256, id=row.id, again=True)
            file.keep = row.keep and self.options.originals
            if content is None:
                told = Event(row.name, "rejected", index, None, NO_ORIGINAL, _NO_ORIGINAL_MESSAGE)
                file.known = told
            elif row.sha256 is None:
                file.digest = _digest(file.document, self.settings.limits.bytes)
                self._look_up(file)
            yield file

    # --- reading and writing

    def over(self, files: Iterable[_File], workers: int, reader: Reads | None) -> Iterator[Event]:
        """Read files and write what comes; events in the order of the files."""
        found = in_turn(self._to_read(files), self.settings, workers, reader)
        try:
            held: Outcome | None = None
            for outcome in found:
                file = self.pending[0]
                if held is not None:
                    yield self._write(file, held, last=outcome is None)
                held = outcome
                if outcome is None:
                    self.pending.popleft()
                    if file.known is not None:
                        self.unchanged += file.known.what == "unchanged"
                        yield file.known
                    elif file.digest is not None:
                        self._open.discard(file.digest)
        finally:
            close: Callable[[], None] = getattr(found, "close", lambda: None)
            close()

    def _to_read(self, files: Iterable[_File]) -> Iterator[Document | None]:
        """The documents of those files that are to be read; all of them wait in `pending` for their turn."""
        for file in files:
            self.pending.append(file)
            yield file.document if file.known is None else None

    def _write(self, file: _File, outcome: Outcome, last: bool) -> Event:
        """One letter, or the reason why there is none, in one transaction with all that belongs to it."""
        content, changed = self._to_keep(file) if last else (None, False)
        if changed:
            outcome = rejected(outcome.name, Reject("unreadable", _CHANGED))
        with writing(self.engine) as connection:
            if file.id is None:
                file.id = self._add(connection, file)
            name = _own_name(file, _plain(outcome.name))
            event = self._letter(connection, file, name, outcome)
            file.secret = file.secret or event.what == "secret"
            file.failed = file.failed or event.what == "rejected"
            if last and not changed:
                self._end(connection, file, content)
            else:
                undone = (t.files.c.id == file.id) & t.files.c.done.is_(True)
                connection.execute(update(t.files).where(undone).values(done=False))
            if (
                changed and not file.again
            ):  # what its row was for is not to be had: the next reading replaces it
                connection.execute(update(t.files).where(t.files.c.id == file.id).values(sha256=None))
            self._count(connection, event.what)
        return event

    def _letter(self, connection: Connection, file: _File, name: str, outcome: Outcome) -> Event:
        c = t.sources.c
        source = connection.execute(
            select(c.id, c.document_id, c.attempts, c.allowed).where(
                (c.file_id == file.id) & (c.name == name)
            )
        ).first()
        line = outcome.record()
        code, message, document_id, number = outcome.code, _plain(line.get("message", "")), None, None
        what: What
        if code is not None:
            what = "rejected"
        elif not self._may_hold(source) and (refused := refusal(line, self.settings)):
            what, code, message = "secret", SECRET, refused
            if source is not None and source.document_id is not None:
                _take_out(connection, source.document_id, message, self.id)
        else:
            number = line["document"]["number"]
            what, document_id = self._document(connection, file, source, line)
        if what == "rejected" and source is not None and source.document_id is not None:
            return Event(name, what, file.index, source.document_id, code, message)  # what was read stays
        row = {"document_id": document_id, "code": code, "message": message or None}
        row |= {"run_id": self.id, "at": now()}
        if self.options.allow_secret:
            row["allowed"] = True
        if source is None:
            connection.execute(insert(t.sources), {"file_id": file.id, "name": name, "attempts": 1, **row})
        else:
            row["attempts"] = source.attempts + (file.again and code is not None)
            connection.execute(update(t.sources).where(c.id == source.id).values(row))
            if what != "secret" and source.document_id not in (None, document_id):
                _drop_if_orphan(connection, source.document_id, document_id)
        event = Event(name, what, file.index, document_id, code, message or None, number)
        return _compared(connection, event) if what == "linked" else event

    def _may_hold(self, source: Any) -> bool:
        """Whether a letter with a secrecy mark may be there: it is allowed, or was when it came in."""
        return self.options.allow_secret or (source is not None and source.allowed)

    def _document(
        self, connection: Connection, file: _File, source: Any, record: store.Json
    ) -> tuple[What, int]:
        """Write a record, unless it is that of a document which is read from another source."""
        known = connection.execute(
            select(t.documents.c.id).where(t.documents.c.text_id == record["id"])
        ).scalar()
        if known is not None:
            first = connection.execute(select(leading(known))).scalar()
            if first is not None and (source is None or source.id != first):
                return "unchanged", int(known)
        of = None
        if source is not None and source.document_id is not None and _leads(connection, source):
            of = source.document_id
        stored = store.put(connection, record, self.reading, of)
        return stored.what, stored.document_id

    def _add(self, connection: Connection, file: _File) -> int:
        """A file's row; it may be there by now, when another program reads the same files."""
        path = _path_of(file.document)
        there = _row_of(connection, file.digest, path)
        if there is not None:
            return int(there.id)
        row = {
            "sha256": file.digest,
            "name": _plain(file.document.name),
            "path": path,
            "bytes": _size(file.document),
            "run_id": self.id,
            "done": False,
            "keep": file.keep,
        }
        return int(connection.execute(insert(t.files).returning(t.files.c.id), row).scalar_one())

    def _end(self, connection: Connection, file: _File, content: bytes | None) -> None:
        """Mark a file as done; what it does not hold any more goes, and what its bytes' new form replaces."""
        c = t.sources.c
        gone = connection.execute(
            select(c.id, c.document_id).where((c.file_id == file.id) & c.name.not_in(file.sources))
        ).all()
        for source in gone:
            if file.failed and source.document_id is not None:
                continue
            connection.execute(delete(t.sources).where(c.id == source.id))
            if source.document_id is not None:
                _drop_if_orphan(connection, source.document_id, None)
        values: dict[str, Any] = {"done": True, "sha256": file.digest}
        if not file.again:
            values["keep"] = file.keep
        unseen = file.failed and not self.options.allow_secret  # a mark may stand in what was not read
        if file.secret or (unseen and not file.again):
            values["content"] = None
        elif content is not None and not unseen:
            values["content"] = content
        connection.execute(update(t.files).where(t.files.c.id == file.id).values(values))
        path = _path_of(file.document)
        if path is not None:
            connection.execute(update(t.files).where(t.files.c.id == file.id).values(path=path))
            replaced = (t.files.c.path == path) & (t.files.c.id != file.id)
            with_letters = select(c.file_id).where(c.document_id.is_not(None))
            lost = t.files.c.sha256.is_(None) | t.files.c.id.not_in(with_letters)
            _drop_files(connection, replaced & lost)

    def _to_keep(self, file: _File) -> tuple[bytes | None, bool]:
        """A file's bytes, packed, where they are to be kept; and whether they are others by now."""
        content = file.document.content
        if file.digest is None or (file.again and not isinstance(content, Path)):
            return None, False
        try:
            data = content.read_bytes() if isinstance(content, Path) else content
        except OSError:
            return None, False
        if isinstance(content, Path) and hashlib.sha256(data).hexdigest() != file.digest:
            return None, True
        keep = file.keep and len(data) <= self.settings.limits.bytes
        return zlib.compress(data) if keep else None, False

    def _count(self, connection: Connection, what: What) -> None:
        column = t.runs.c[what]
        connection.execute(update(t.runs).where(t.runs.c.id == self.id).values({what: column + 1}))

    def finish(self) -> None:
        """Note that the run came to its end."""
        unchanged = t.runs.c.unchanged + self.unchanged
        values = {"finished_at": now(), "unchanged": unchanged}
        with writing(self.engine) as connection:
            connection.execute(update(t.runs).where(t.runs.c.id == self.id).values(values))


def _own_name(file: _File, wanted: str) -> str:
    """A name for a letter that no other of its file has, noted there; the same in each reading."""
    name = wanted
    while name in file.sources:
        file.names[wanted] += 1
        name = f"{wanted} ({file.names[wanted] + 1})"
    file.sources.add(name)
    return name


def _content(row: Any) -> bytes | Path | None:
    """A file's bytes as they are kept, or the file itself where it lies as it was; None without either."""
    if row.content is not None:
        return zlib.decompress(row.content)
    path = Path(row.path) if row.path else None
    if path is None or (row.sha256 is not None and _digest_of(path) != row.sha256):
        return None
    return path


def _known(connection: Connection, file: _File, file_id: int) -> Event:
    """What to tell of a file that is known: what in it could not be read, else its document if it is one; how
    many still wait."""
    c = t.sources.c
    held = select(func.count()).where((c.file_id == file_id) & c.code.is_not(None))
    waiting = int(connection.execute(held).scalar_one())
    rows = connection.execute(
        select(c.document_id, c.code, c.message, t.documents.c.number)
        .outerjoin_from(t.sources, t.documents, c.document_id == t.documents.c.id)
        .where(c.file_id == file_id)
        .order_by(c.code.is_(None), c.id)
        .limit(2)
    ).all()
    told = tuple(rows[0]) if rows and (len(rows) == 1 or rows[0].code) else ()
    return replace(Event(file.document.name, "unchanged", file.index, *told), waiting=waiting)


def _compared(connection: Connection, event: Event) -> Event:
    """A linked letter with what it says otherwise than the version that came in before it."""
    others = of_versions(connection, [event.document_id] if event.document_id else [])
    found = others.get(event.document_id or 0)
    return replace(event, of=found[-1][0], changes=tuple(found[-1][1])) if found else event


def _leads(connection: Connection, source: Any) -> bool:
    """Whether the document of a source is read from it."""
    return bool(connection.execute(select(leading(source.document_id))).scalar() == source.id)


def _take_out(connection: Connection, document_id: int, message: str, run_id: int) -> None:
    """Remove a letter that turns out to bear a secrecy mark, with the bytes of each file that gave it.

    It stays where one of its sources was let in with leave.
    """
    c = t.sources.c
    theirs = c.document_id == document_id
    rows = connection.execute(select(c.id, c.file_id, c.allowed).where(theirs)).all()
    refused = [row for row in rows if not row.allowed]
    files = t.files.c.id.in_([row.file_id for row in refused])
    connection.execute(update(t.files).where(files).values(content=None))
    told = {"document_id": None, "code": SECRET, "message": message, "run_id": run_id, "at": now()}
    connection.execute(update(t.sources).where(c.id.in_([row.id for row in refused])).values(told))
    if len(refused) == len(rows):
        store.remove(connection, document_id)


def _drop_files(connection: Connection, which: ColumnElement[bool]) -> None:
    """Delete files with their sources, and the letters that none other gives and nobody has corrected."""
    ids = connection.execute(select(t.files.c.id).where(which)).scalars().all()
    theirs = t.sources.c.file_id.in_(ids)
    gave = select(t.sources.c.document_id).where(theirs & t.sources.c.document_id.is_not(None)).distinct()
    documents = connection.execute(gave).scalars().all() if ids else []
    connection.execute(delete(t.sources).where(theirs))
    for document_id in documents:
        _drop_if_orphan(connection, document_id, None)
    connection.execute(delete(t.files).where(t.files.c.id.in_(ids)))


def _drop_if_orphan(connection: Connection, document_id: int, heir: int | None) -> None:
    """Delete a document that no source gives any more; its corrections go to `heir`.

    Without an heir one that people have corrected stays.
    """
    if connection.execute(select(t.sources.c.id).where(t.sources.c.document_id == document_id)).first():
        return
    theirs = t.corrections.c.document_id == document_id
    if connection.execute(select(t.corrections.c.id).where(theirs)).first() is not None:
        if heir is None:
            return
        connection.execute(update(t.corrections).where(theirs).values(document_id=heir))
        store.refresh(connection, heir)
    store.remove(connection, document_id)


def _row_of(connection: Connection, digest: str | None, path: str | None) -> Any:
    """The row of a file by its digest, or of one that could not be read by its path."""
    c = t.files.c
    if digest is not None:
        wanted = c.sha256 == digest
    elif path is not None:
        wanted = (c.path == path) & c.sha256.is_(None)
    else:
        return None
    return connection.execute(select(c.id, c.done).where(wanted)).first()


def _digest(document: Document, limit: int) -> str | None:
    """SHA-256 of a document's bytes; None for a file that cannot be read or is larger than `limit`."""
    if isinstance(document.content, Path):
        return _digest_of(document.content, limit)
    return hashlib.sha256(document.content).hexdigest()


def _digest_of(path: Path, limit: int | None = None) -> str | None:
    try:
        if limit is not None and path.stat().st_size > limit:
            return None
        with path.open("rb") as f:
            return hashlib.file_digest(f, "sha256").hexdigest()
    except OSError:
        return None


def _path_of(document: Document) -> str | None:
    """Where a document lies on this machine."""
    if not isinstance(document.content, Path):
        return None
    return _plain(os.fsencode(os.path.abspath(document.content)).decode("utf-8", "replace"))


def _size(document: Document) -> int:
    """Bytes of a document, 0 where that cannot be told."""
    if isinstance(document.content, bytes):
        return len(document.content)
    try:
        return document.content.stat().st_size
    except OSError:
        return 0


def _plain(text: str) -> str:
    """A text that every database can hold."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
