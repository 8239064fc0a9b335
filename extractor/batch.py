"""Many documents, one outcome each, in order: in this process, or by worker processes that are watched.

A worker owns whole documents and returns finished JSON lines, so one worker or many write the same bytes.
When it dies, another takes its place; the document it had gets a second chance and is then rejected.
"""

from __future__ import annotations

import json
import logging
import multiprocessing as mp
import signal
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing.connection import Connection, wait
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

from extractor.errors import CongvanError, Reject
from extractor.ingest.files import InputFile, walk

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from extractor.annotations import Annotations
    from extractor.record import Record

log = logging.getLogger(__name__)

#: how often a document is given to a worker before it is held to be what kills the workers
ATTEMPTS = 2
#: documents per worker that may be finished while an earlier one is still being read
AHEAD = 64


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
    """How documents are read; `rules` None stands for the shipped rules, `max_bytes` is per document."""

    ner: str = "own"
    rules: Path | None = None
    max_bytes: int = 20_000_000


class Reader:
    """Reads documents in this process."""

    def __init__(self, settings: Settings) -> None:
        import extractor
        from extractor.pipeline import settle

        self.settings = settings
        self.rules = str(settings.rules or "")
        self.nlp = extractor.load(ner=settings.ner, rules=self.rules)
        settle()

    def read(self, document: Document) -> Outcome:
        """The record of a document, or the reject that says why there is none. Never raises."""
        import extractor

        digest: str | None = None
        try:
            data = self._bytes(document)
            digest = sha256(data).hexdigest()
            record = extractor.extract(data, document.name, nlp=self.nlp, rules=self.rules)
            return Outcome(document.name, record.model_dump_json())
        except Reject as e:
            return rejected(document.name, e, digest)
        except Exception as e:
            return rejected(document.name, Reject("internal", _where(e)), digest)

    def annotated(self, document: Document) -> tuple[Record, Annotations]:
        """The record of a document and the annotations that it was made of. Raises `Reject`."""
        import extractor

        try:
            return extractor.read(self._bytes(document), document.name, nlp=self.nlp, rules=self.rules)
        except Reject:
            raise
        except Exception as e:
            raise Reject("internal", _where(e)) from e

    def _bytes(self, document: Document) -> bytes:
        limit, content = self.settings.max_bytes, document.content
        if isinstance(content, Path):
            return InputFile(document.name, content).read(limit)
        if len(content) > limit:
            raise Reject("too_large", f"> {limit} byte")
        return content


def rejected(name: str, reject: Reject, digest: str | None = None) -> Outcome:
    from extractor.record import RejectEntry

    entry = RejectEntry(name=name, code=reject.code, message=reject.message, sha256=digest)
    return Outcome(name, entry.model_dump_json(), reject.code)


def _where(error: Exception) -> str:
    """An exception in one line, with the innermost line of our own code."""
    here = Path(__file__).parent
    frames = [f for f in extract_tb(error.__traceback__) if Path(f.filename).is_relative_to(here)]
    place = f" ({Path(frames[-1].filename).relative_to(here.parent)}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}{place}"


def outcomes(documents: Iterable[Document], settings: Settings, workers: int = 1) -> Iterator[Outcome]:
    """One outcome per document, in order. Raises `CongvanError` when the pipeline cannot be loaded."""
    if workers > 1:
        return _Pool(settings, workers).run(documents)
    reader = Reader(settings)
    return map(reader.read, documents)


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
        connection.send(reader.read(document))


@dataclass
class _Job:
    index: int
    document: Document
    attempts: int = 0


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
    _workers: list[_Worker] = field(default_factory=list)
    _again: deque[_Job] = field(default_factory=deque)
    _finished: dict[int, Outcome] = field(default_factory=dict)

    def run(self, documents: Iterable[Document]) -> Iterator[Outcome]:
        jobs = (_Job(i, d) for i, d in enumerate(documents))
        emitted, given = 0, 0
        exhausted = False
        try:
            self._workers = [self._start() for _ in range(self.size)]
            while True:
                for worker in self._workers:
                    if not worker.ready or worker.job:
                        continue
                    job = self._again.popleft() if self._again else None
                    if job is None and not exhausted and given - emitted < AHEAD * self.size:
                        job = next(jobs, None)
                        exhausted = job is None
                        given += job is not None
                    if job:
                        self._give(worker, job)
                while emitted in self._finished:
                    yield self._finished.pop(emitted)
                    emitted += 1
                if exhausted and emitted == given:
                    return
                busy = [w for w in self._workers if w.job or not w.ready]
                for connection in wait([w.connection for w in busy]):
                    self._take(next(w for w in busy if w.connection is connection))
        finally:
            for worker in self._workers:
                self._stop(worker)

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
            self._finished[worker.job.index] = message
            worker.job = None
        worker.ready = True

    def _replace(self, dead: _Worker) -> None:
        dead.process.join(5)
        self._stop(dead)
        code = dead.process.exitcode
        if not dead.ready:
            raise CongvanError(f"tiến trình con không khởi động được (mã {code})")
        if job := dead.job:
            if job.attempts < ATTEMPTS:
                self._again.append(job)
            else:
                reject = Reject("internal", f"tiến trình con dừng đột ngột (mã {code})")
                self._finished[job.index] = rejected(job.document.name, reject)
        log.warning("congvan: worker ended with exit code %s, another takes its place", code)
        self._workers[self._workers.index(dead)] = self._start()
