"""Many documents, an outcome for each letter in them, in order: in this process, or by watched workers.

A worker owns whole documents and returns finished JSON lines, so one worker or many write the same bytes.
When it dies, another takes its place; the document it had gets a second chance and is then rejected.
"""

from __future__ import annotations

import json
import logging
import multiprocessing as mp
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from extractor.errors import CongvanError, Reject, where
from extractor.ingest.files import InputFile, walk
from extractor.limits import Limits

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from extractor.annotations import Annotations
    from extractor.record import Record

log = logging.getLogger(__name__)

#: how often a document is given to a worker before it is held to be what kills the workers
ATTEMPTS = 2
#: documents per worker that may be finished while an earlier one is still being read
AHEAD = 64
#: seconds between two looks at workers that say nothing, and beyond its time limit before one is stopped
_LOOK, _GRACE = 1.0, 10.0


@dataclass(frozen=True, slots=True)
class Document:
    """An input: its name in the record, and its bytes or the file that holds them."""

    name: str
    content: bytes | Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """A finished line of JSON: a record, or a reject with its code."""

    name: str
    line: str
    code: str | None = None

    def record(self) -> dict[str, Any]:
        """The line as JSON."""
        parsed: dict[str, Any] = json.loads(self.line)
        return parsed


def documents(paths: Sequence[str], everything: bool = False) -> tuple[list[Document], Counter[str]]:
    """The documents that `paths` name, and the files of folders that were passed over, counted by ending.

    Raises FileNotFoundError for a path that is not there.
    """
    files = walk(paths, everything)
    found = [Document(f.name, f.path if f.path else f.read()) for f in files]
    return found, files.skipped


@dataclass(frozen=True, slots=True)
class Settings:
    """How documents are read; `rules` None stands for the shipped rules, `limits` hold for each input."""

    ner: str = "own"
    rules: Path | None = None
    limits: Limits = field(default_factory=Limits)


class Reads(Protocol):
    """What reads documents, here or elsewhere."""

    def read(self, document: Document) -> Iterator[Outcome]:
        """An outcome for each letter in a document. Never raises."""
        ...


class Reader:
    """Reads documents in this process."""

    def __init__(self, settings: Settings) -> None:
        import extractor
        from extractor.pipeline import settle

        self.settings = settings
        self.rules = str(settings.rules or "")
        self.nlp = extractor.load(ner=settings.ner, rules=self.rules)
        settle()

    def read(self, document: Document) -> Iterator[Outcome]:
        """An outcome for each letter in a document: its record, or the reject that says why there is none.

        Never raises.
        """
        import extractor

        name, digest = document.name, None
        try:
            data = self._bytes(document)
            digest = sha256(data).hexdigest()
            limits = self.settings.limits
            found = extractor.extract_all(data, name, nlp=self.nlp, rules=self.rules, limits=limits)
            while True:
                with _time_limit(limits.seconds):
                    item = next(found, None)
                if item is None:
                    return
                source, record = item
                name, digest = source.name, source.sha256
                if record is not None:
                    yield Outcome(name, record.model_dump_json())
                elif isinstance(source.source, Reject):
                    yield rejected(name, source.source, digest)
        except Reject as e:
            yield rejected(name, e, digest)
        except Exception as e:
            yield rejected(name, Reject("internal", where(e)), digest)

    def annotated(self, document: Document) -> tuple[Record, Annotations]:
        """The record of a document and the annotations that it was made of. Raises `Reject`."""
        import extractor

        try:
            data = self._bytes(document)
            with _time_limit(self.settings.limits.seconds):
                return extractor.read(data, document.name, nlp=self.nlp, rules=self.rules)
        except Reject:
            raise
        except Exception as e:
            raise Reject("internal", where(e)) from e

    def _bytes(self, document: Document) -> bytes:
        limit, content = self.settings.limits.bytes, document.content
        if isinstance(content, Path):
            return InputFile(document.name, content).read(limit)
        if len(content) > limit:
            raise Reject("too_large", f"> {limit} byte")
        return content


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise `Reject` (timeout) inside the block when it takes longer; only where the system can interrupt."""
    able = hasattr(signal, "SIGALRM") and threading.current_thread() is threading.main_thread()
    if not able or seconds <= 0:
        yield
        return

    def ring(*_: object) -> None:
        raise Reject("timeout", f"{seconds:g}")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def rejected(name: str, reject: Reject, digest: str | None = None) -> Outcome:
    from extractor.record import RejectEntry

    entry = RejectEntry(name=name, code=reject.code, message=reject.message, sha256=digest)
    return Outcome(name, entry.model_dump_json(), reject.code)


def outcomes(documents: Iterable[Document], settings: Settings, workers: int = 1) -> Iterator[Outcome]:
    """The outcomes of each document, in order. Raises `CongvanError` when the pipeline cannot be loaded."""
    reader = Reader(settings) if workers == 1 else None
    return (outcome for outcome in in_turn(documents, settings, workers, reader) if outcome is not None)


def in_turn(
    documents: Iterable[Document | None], settings: Settings, workers: int = 1, reader: Reads | None = None
) -> Iterator[Outcome | None]:
    """As `outcomes`, with None behind the last outcome of each document.

    None among the documents stands for one that need not be read: it has no outcomes, but its turn. A single
    worker is the `reader`, if there is one, else one that is loaded when there is something to read.
    """
    if workers > 1:
        return _Pool(settings, workers).run(documents)
    return _read_here(documents, settings, reader)


def _read_here(
    documents: Iterable[Document | None], settings: Settings, reader: Reads | None
) -> Iterator[Outcome | None]:
    for document in documents:
        if document is not None:
            reader = reader or Reader(settings)
            yield from reader.read(document)
        yield None


class WatchedReader:
    """Reads documents in a process beside this one, which holds the time limit from any thread.

    The process is started by the first document and stays for the next ones until `close`.
    """

    def __init__(self, settings: Settings) -> None:
        self._pool = _Pool(settings, 1, keep=True)

    def read(self, document: Document) -> Iterator[Outcome]:
        """As `Reader.read`. Raises `CongvanError` when the pipeline cannot be loaded."""
        return (outcome for outcome in self._pool.run([document]) if outcome is not None)

    def close(self) -> None:
        """End the process."""
        self._pool.close()


def _serve(connection: Connection, settings: Settings) -> None:
    """A worker's life: load, say so, then read document after document until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    reader = Reader(settings)
    connection.send(None)
    while True:
        try:
            document = connection.recv()
        except EOFError:
            return
        for outcome in reader.read(document):
            connection.send(outcome)
        connection.send(None)


@dataclass
class _Job:
    """A document with the outcomes that have come for it and not gone on yet.

    `seen` counts those that came in earlier attempts: they come again, the same ones, and are passed over.
    """

    index: int
    document: Document | None
    attempts: int = 0
    since: float = 0.0
    outcomes: deque[Outcome] = field(default_factory=deque)
    received: int = 0
    seen: int = 0
    done: bool = False

    def take(self, outcome: Outcome) -> None:
        self.received += 1
        if self.received > self.seen:
            self.outcomes.append(outcome)
            self.seen = self.received


@dataclass
class _Worker:
    process: BaseProcess
    connection: Connection
    ready: bool = False
    job: _Job | None = None


@dataclass
class _Pool:
    settings: Settings
    size: int
    #: whether workers that have nothing to do stay when a run has ended
    keep: bool = False
    _workers: list[_Worker] = field(default_factory=list)
    _again: deque[_Job] = field(default_factory=deque)
    #: documents that are being read, or whose outcomes wait for those of earlier ones
    _open: dict[int, _Job] = field(default_factory=dict)

    def run(self, documents: Iterable[Document | None]) -> Iterator[Outcome | None]:
        """The outcomes in order, None behind the last of each document."""
        jobs = (_Job(i, d) for i, d in enumerate(documents))
        emitted, given = 0, 0
        exhausted = False
        try:
            self._workers += [self._start() for _ in range(self.size - len(self._workers))]
            while True:
                for worker in self._workers:
                    if not worker.ready or worker.job:
                        continue
                    job = self._again.popleft() if self._again else None
                    while job is None and not exhausted and given - emitted < AHEAD * self.size:
                        job = next(jobs, None)
                        exhausted = job is None
                        given += job is not None
                        if job is not None and job.document is None:
                            self._open[job.index] = replace(job, done=True)
                            job = None
                    if job:
                        self._give(worker, job)
                while (first := self._open.get(emitted)) is not None:
                    while first.outcomes:
                        yield first.outcomes.popleft()
                    if not first.done:
                        break
                    del self._open[emitted]
                    emitted += 1
                    yield None
                if exhausted and emitted == given:
                    return
                busy = [w for w in self._workers if w.job or not w.ready]
                for connection in wait([w.connection for w in busy], timeout=_LOOK) if busy else ():
                    self._take(next(w for w in busy if w.connection is connection))
                self._end_stuck()
        finally:
            self._open.clear()
            self._again.clear()
            self.close(but_idle=self.keep)

    def close(self, but_idle: bool = False) -> None:
        """Stop the workers; with `but_idle` those stay that have nothing to do."""
        idle = [w for w in self._workers if w.ready and w.job is None] if but_idle else []
        for worker in self._workers:
            if worker not in idle:
                self._stop(worker)
        self._workers = idle

    def _start(self) -> _Worker:
        context = mp.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self.settings), daemon=True)
        process.start()
        theirs.close()
        return _Worker(process, ours)

    @staticmethod
    def _stop(worker: _Worker) -> None:
        worker.connection.close()
        worker.process.terminate()
        worker.process.join()

    def _give(self, worker: _Worker, job: _Job) -> None:
        worker.job = job
        job.attempts += 1
        job.received, job.since = 0, time.monotonic()
        self._open[job.index] = job
        try:
            worker.connection.send(job.document)
        except OSError:  # it has died since: its end of the pipe tells so when we listen
            return

    def _take(self, worker: _Worker) -> None:
        """What a worker reports: that it is ready, an outcome, or (by the closed pipe) that it has died."""
        try:
            message: Any = worker.connection.recv()
        except (EOFError, OSError):
            self._replace(worker)
            return
        if isinstance(message, Outcome) and worker.job:
            worker.job.take(message)
            worker.job.since = time.monotonic()
            return
        if worker.job:
            worker.job.done = True
            worker.job = None
        worker.ready = True

    def _end_stuck(self) -> None:
        """Stop workers that no longer answer: their own time limit could not interrupt what they do."""
        limit = self.settings.limits.seconds
        for worker in [w for w in self._workers if w.job and limit > 0]:
            job = worker.job
            if job is not None and time.monotonic() - job.since > limit + _GRACE:
                job.attempts = ATTEMPTS
                self._replace(worker, Reject("timeout", f"{limit:g}"))

    def _replace(self, dead: _Worker, reason: Reject | None = None) -> None:
        if reason is None:
            dead.process.join(5)
        self._stop(dead)
        code = dead.process.exitcode
        if not dead.ready:
            raise CongvanError(f"tiến trình con không khởi động được (mã {code})")
        if job := dead.job:
            if job.attempts < ATTEMPTS:
                self._again.append(job)
            elif job.document is not None:
                reject = reason or Reject("internal", f"tiến trình con dừng đột ngột (mã {code})")
                job.outcomes.append(rejected(job.document.name, reject))
                job.done = True
        log.warning("congvan: worker ended with exit code %s, another takes its place", code)
        self._workers[self._workers.index(dead)] = self._start()
