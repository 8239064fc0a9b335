"""How long a page takes in each format, and how much memory many documents take."""

from __future__ import annotations

import multiprocessing as mp
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from multiprocessing.connection import Connection
from pathlib import Path

from extractor.errors import Reject
from extractor.ingest.files import walk
from extractor.ingest.formats import Need

#: characters of a text without pages that count as one page
PAGE = 2_500
#: seconds after which no further document of a format is read: slow ones are measured on a few
LONGEST = 60.0


@dataclass(frozen=True)
class FormatFigures:
    """What reading `documents` files of a format took: seconds by the clock, and the peak in MB."""

    documents: int
    rejected: int
    pages: int
    seconds: float
    ingest_seconds: float
    peak_mb: float

    @property
    def ms_per_page(self) -> float:
        return 1000 * self.seconds / self.pages if self.pages else 0.0

    @property
    def ingest_ms_per_page(self) -> float:
        return 1000 * self.ingest_seconds / self.pages if self.pages else 0.0


def run(
    paths: Sequence[str | Path], documents: int, ner: str = "own", out: Callable[[str], None] = print
) -> dict[str, FormatFigures]:
    """Read so many documents of each format, the files in turn, each format in a process of its own; print.

    A format is given up after LONGEST seconds; one that needs what is not installed is told and left out.
    Raises FileNotFoundError for a path that is not there and `Reject` (empty) when nothing can be read.
    """
    by_format: dict[str, list[Path]] = defaultdict(list)
    missing: dict[str, str] = {}
    for title, needs, path in _formats(paths):
        by_format[title].append(path)
        missing[title] = "; ".join(need.install for need in needs if not need.met())
    if not by_format:
        raise Reject("no_letter_inside", ", ".join(map(str, paths)))
    found = {}
    out(f"{'':<14} {'văn bản':>8} {'trang':>7} {'ms/trang':>9} {'lấy chữ':>9} {'bộ nhớ':>8}")
    for title, files in by_format.items():
        if missing[title]:
            out(f"{title:<14} chưa đo được, hãy cài: {missing[title]}")
            continue
        found[title] = f = _apart(files, documents, ner)
        lost = f" ({f.rejected} từ chối)" if f.rejected else ""
        out(
            f"{title:<14} {f.documents:>8} {f.pages:>7} {f.ms_per_page:>9.1f} {f.ingest_ms_per_page:>9.1f}"
            f" {f.peak_mb:>5.0f} MB{lost}"
        )
    return found


def _formats(paths: Sequence[str | Path]) -> Iterator[tuple[str, tuple[Need, ...], Path]]:
    """Title and needs of the format, and path, of each file of a known one; scans apart from other PDFs."""
    from extractor.ingest.formats import BY_TYPE
    from extractor.ingest.media_types import media_type_of
    from extractor.pipeline import rulebook_of

    for file in walk(paths, everything=True):
        if file.path is None:
            continue
        known = BY_TYPE.get(media_type_of(file.read(), file.name, rulebook_of("")))
        if known is not None:
            scan = known.title == "PDF" and ".scan." in file.name
            yield (
                ("PDF (scan)", known.needs + known.helps, file.path)
                if scan
                else (known.title, known.needs, file.path)
            )


def _apart(files: list[Path], documents: int, ner: str) -> FormatFigures:
    context = mp.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_measure, args=(theirs, files, documents, ner))
    process.start()
    theirs.close()
    try:
        found: FormatFigures = ours.recv()
    except EOFError:
        raise Reject("internal", f"{files[0]}") from None
    process.join()
    return found


def _measure(connection: Connection, files: list[Path], documents: int, ner: str) -> None:
    import extractor
    from extractor.ingest import read_sources
    from extractor.pipeline import rulebook_of, settle

    nlp = extractor.load(ner=ner)
    book = rulebook_of("")
    list(extractor.extract_all(files[0].read_bytes(), files[0].name, nlp=nlp))
    settle()
    read = rejected = pages = done = 0
    whole = ingest = 0.0
    end = time.monotonic() + LONGEST
    for done, path in enumerate(islice(cycle(files), documents), start=1):
        data = path.read_bytes()
        start = time.perf_counter()
        for _, record in extractor.extract_all(data, path.name, nlp=nlp):
            if record is None:
                rejected += 1
                continue
            read += 1
            pages += len(record.source.pages) or -(-len(record.text) // PAGE)
            record.model_dump_json()
        whole += time.perf_counter() - start
        if done <= len(files):
            start = time.perf_counter()
            for _ in read_sources(data, path.name, book):
                pass
            ingest += time.perf_counter() - start
        if time.monotonic() > end:
            break
    ingest *= done / min(done, len(files))
    connection.send(FormatFigures(read, rejected, pages, whole, ingest, _peak()))


def _peak() -> float:
    """The most memory (MB) that this process had so far; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    kilo = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * kilo / 1e6
