"""Letters that came in over the page: read one batch after the other, in a process that can be stopped.

Their bytes are in the database before anybody is told that they were taken: what a server leaves unread, the
next one reads.
"""

from __future__ import annotations

import hashlib
import logging
import queue
import secrets
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, insert, select, update

from extractor.batch import Document, Reads, Settings, WatchedReader
from extractor.database import ingest, quarantine, writing
from extractor.database import schema as t
from extractor.errors import CongvanError
from extractor.limits import Limits
from extractor.web.problems import Problem

if TYPE_CHECKING:
    from extractor.database.ingest import Event

log = logging.getLogger("extractor.web")
#: batches whose outcome can still be looked up
_KEPT = 100
#: bytes that may wait to be read; seconds after which one may ask again
_MOST_WAITING, _AGAIN = 500_000_000, 60


@dataclass(slots=True)
class Batch:
    """Files that were sent together, and what became of them so far; `error` is why it could not go on."""

    id: str
    names: list[str]
    events: list[Event] = field(default_factory=list)
    done: bool = False
    error: str | None = None
    files_done: int = 0
    #: bytes that wait with it
    size: int = 0

    @property
    def current(self) -> str | None:
        """The file that is being read."""
        return None if self.done or self.files_done >= len(self.names) else self.names[self.files_done]


class Inbox:
    """Takes batches and reads them in turn; `close` waits for the letter that is being read."""

    def __init__(self, engine: Engine, rules: Path | None, limits: Limits | None = None) -> None:
        self.engine, self.settings = engine, Settings(rules=rules, limits=limits or Limits())
        self._batches: OrderedDict[str, Batch] = OrderedDict()
        self._waiting: queue.Queue[tuple[Batch, Callable[[Reads], Iterator[Event]]] | None] = queue.Queue()
        self._closing = threading.Event()
        self._reader = WatchedReader(self.settings)
        self._bytes, self._lock = 0, threading.Lock()
        self._go_on()
        self._thread = threading.Thread(target=self._work, name="congvan-inbox", daemon=True)
        self._thread.start()

    def add(self, documents: Sequence[Document]) -> Batch:
        """Keep documents and queue them to be read. Raises `Problem` where too much waits already."""
        size = sum(len(d.content) for d in documents if isinstance(d.content, bytes))
        with self._lock:
            if self._bytes and self._bytes + size > _MOST_WAITING:
                said = "Đang có nhiều tệp chờ đọc. Hãy gửi lại sau ít phút."
                raise Problem("busy", said, {"retry-after": str(_AGAIN)})
            self._bytes += size
        try:
            kept = self._keep(documents)
        except BaseException:
            self._free(size)
            raise
        return self._queue([d.name for d in documents], kept, size)

    def _go_on(self) -> None:
        """Queue what was sent to an earlier server and not read to its end."""
        c = t.files.c
        left = c.done.is_(False) & c.content.is_not(None) & c.path.is_(None)
        with self.engine.connect() as connection:
            rows = connection.execute(select(c.id, c.name).where(left).order_by(c.id)).all()
        if rows:
            self._queue([row.name for row in rows], [row.id for row in rows], 0)

    def _queue(self, names: list[str], kept: Sequence[int | bytes], size: int) -> Batch:
        batch = self._batch(names)
        batch.size = size
        documents = self._read(names, kept)
        read = lambda reader: ingest.ingest(self.engine, documents, self.settings, reader=reader)  # noqa: E731
        self._waiting.put((batch, read))
        return batch

    def _free(self, size: int) -> None:
        with self._lock:
            self._bytes -= size

    def _keep(self, documents: Sequence[Document]) -> list[int | bytes]:
        """Rows of files that are to be read; the bytes themselves of those that are known."""
        c = t.files.c
        kept: list[int | bytes] = []
        mine: set[str] = set()
        packed = [
            (d.name, d.content, hashlib.sha256(d.content).hexdigest(), zlib.compress(d.content))
            for d in documents
            if isinstance(d.content, bytes)
        ]
        with writing(self.engine) as connection:
            for name, content, digest, small in packed:
                row = connection.execute(select(c.id, c.done).where(c.sha256 == digest)).first()
                if row is None:
                    new = {"sha256": digest, "name": name, "bytes": len(content), "content": small}
                    made = connection.execute(insert(t.files).returning(c.id), {**new, "done": False})
                    id = int(made.scalar_one())
                elif row.done or digest in mine:
                    kept.append(content)
                    continue
                else:
                    id = int(row.id)
                    connection.execute(update(t.files).where(c.id == id).values(content=small))
                mine.add(digest)
                kept.append(id)
        return kept

    def _read(self, names: list[str], kept: Sequence[int | bytes]) -> Iterator[Document]:
        """Documents with their bytes, each when its turn has come; what somebody has dropped is left out."""
        c = t.files.c
        for name, one in zip(names, kept, strict=True):
            content = one if isinstance(one, bytes) else None
            if isinstance(one, int):
                with self.engine.connect() as connection:
                    small = connection.execute(select(c.content).where(c.id == one)).scalar()
                content = zlib.decompress(small) if small is not None else None
            if content is not None:
                yield Document(name, content)

    def retry(self, only: Sequence[int] = ()) -> Batch:
        """Queue what waits in quarantine and is to be had: of the files `only` (ids), if any."""
        with self.engine.connect() as connection:
            found = quarantine.files(connection, only=only, there=True)
        ids = [id for id, _ in found]
        batch = self._batch([name for _, name in found])
        if not ids:
            batch.done = True
            return batch
        read = lambda reader: ingest.retry(self.engine, self.settings, only=ids, reader=reader)  # noqa: E731
        self._waiting.put((batch, read))
        return batch

    def get(self, id: str) -> Batch | None:
        return self._batches.get(id)

    def close(self) -> None:
        self._closing.set()
        self._waiting.put(None)
        self._thread.join(timeout=30)
        self._reader.close()

    def _batch(self, names: list[str]) -> Batch:
        batch = Batch(secrets.token_urlsafe(9), names)
        self._batches[batch.id] = batch
        while len(self._batches) > _KEPT:
            self._batches.popitem(last=False)
        return batch

    def _work(self) -> None:
        while (job := self._waiting.get()) is not None:
            batch, read = job
            try:
                for event in read(self._reader):
                    batch.events.append(event)
                    batch.files_done = max(batch.files_done, event.file)
                    if self._closing.is_set():
                        return
            except CongvanError as e:
                batch.error = str(e)
            except Exception:
                log.exception("ingest")
                batch.error = ""
            finally:
                batch.files_done = len(batch.names)
                self._free(batch.size)
                batch.done = True
