"""Files that appear in folders, each once it is completely written."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from extractor.batch import Document
from extractor.ingest.files import InputFile, Walk, walk

#: what is looked at of a file to see that it is still being written: size, time of the last change, inode
State = tuple[int, int, int]


def batches(
    paths: Sequence[str], stop: threading.Event, *, everything: bool = False, seconds: float = 2.0
) -> Iterator[list[Document]]:
    """The files in `paths`, and each that is added or changed later, until `stop` is set.

    The folders are looked through every so many `seconds` (also those of a network drive tell of nothing by
    themselves); a file is given when two looks in a row saw the same of it. An empty list says that there
    was nothing new. Raises FileNotFoundError for a path that is not there at the beginning.
    """
    return _looks(walk(paths, everything), stop, seconds)


def _looks(files: Walk, stop: threading.Event, seconds: float) -> Iterator[list[Document]]:
    seen: dict[str, State] = {}
    given: dict[str, State] = {}
    while not stop.is_set():
        now: dict[str, State] = {}
        ready: list[Document] = []
        for file in files:
            state = _state(file)
            if file.path is None or state is None:
                continue
            key = str(file.path)
            now[key] = state
            if seen.get(key) == state and given.get(key) != state:
                ready.append(Document(file.name, Path(key)))
                given[key] = state
        seen = now
        given = {key: state for key, state in given.items() if key in now}
        yield ready
        stop.wait(seconds)


def _state(file: InputFile) -> State | None:
    try:
        stat = file.path.stat() if file.path else None
    except OSError:
        return None
    return (stat.st_size, stat.st_mtime_ns, stat.st_ino) if stat else None
