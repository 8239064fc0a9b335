"""Letters that came in over the page: read one batch after the other in a thread of their own."""

from __future__ import annotations

import logging
import queue
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from extractor.batch import Document, Reader, Settings
from extractor.database import ingest
from extractor.errors import CongvanError

if TYPE_CHECKING:
    from extractor.database.ingest import Event

log = logging.getLogger("extractor.web")
#: batches whose outcome can still be looked up
_KEPT = 100


@dataclass(slots=True)
class Batch:
    """Files that were sent together, and what became of them so far; `error` is why it could not go on."""

    id: str
    names: list[str]
    events: list[Event] = field(default_factory=list)
    done: bool = False
    error: str | None = None
    files_done: int = 0

    @property
    def current(self) -> str | None:
        """The file that is being read."""
        return None if self.done or self.files_done >= len(self.names) else self.names[self.files_done]


class Inbox:
    """Takes batches and reads them in turn; `close` waits for the letter that is being read."""

    def __init__(self, engine: Engine, rules: Path | None) -> None:
        self.engine, self.settings = engine, Settings(rules=rules)
        self._batches: OrderedDict[str, Batch] = OrderedDict()
        self._waiting: queue.Queue[tuple[Batch, Callable[[Reader], Iterator[Event]]] | None] = queue.Queue()
        self._closing = threading.Event()
        self._reader: Reader | None = None
        self._thread = threading.Thread(target=self._work, name="congvan-inbox", daemon=True)
        self._thread.start()

    def add(self, documents: Sequence[Document]) -> Batch:
        """Queue documents to be read."""
        batch = self._batch([d.name for d in documents])
        read = lambda reader: ingest.ingest(self.engine, documents, self.settings, reader=reader)  # noqa: E731
        self._waiting.put((batch, read))
        return batch

    def retry(self, names: Sequence[str]) -> Batch:
        """Queue what waits in quarantine (`names`, to be shown) to be read again."""
        batch = self._batch(list(names))
        self._waiting.put((batch, lambda reader: ingest.retry(self.engine, self.settings, reader=reader)))
        return batch

    def get(self, id: str) -> Batch | None:
        return self._batches.get(id)

    def close(self) -> None:
        self._closing.set()
        self._waiting.put(None)
        self._thread.join(timeout=30)

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
                self._reader = self._reader or Reader(self.settings)
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
                batch.done = True
