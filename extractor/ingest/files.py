"""Which files a command line means: files, folders, standard input; what was passed over is counted."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from extractor.errors import Reject

#: endings of files in a folder that are plainly no letters
NO_LETTERS = frozenset({
    ".yaml", ".yml", ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".md", ".rst", ".toml", ".ini", ".cfg",
    ".conf", ".lock", ".log", ".xsd", ".sql", ".db", ".sqlite", ".sqlite3", ".parquet", ".py",
    ".pyc", ".ipynb", ".js", ".mjs", ".ts", ".css", ".map", ".sh", ".bat", ".ps1", ".java", ".c", ".h",
    ".go", ".rs", ".so", ".dll", ".exe", ".bin", ".gz", ".bz2", ".xz", ".zst", ".7z", ".rar",
    ".tar", ".tgz", ".whl", ".jar", ".gif", ".webp", ".bmp", ".ico", ".svg",
    ".woff", ".woff2", ".ttf", ".otf", ".eot", ".mp3", ".mp4", ".avi", ".mov", ".wav", ".ogg", ".pem",
    ".key", ".pickle", ".pkl", ".npy", ".npz", ".part", ".tmp", ".crdownload", ".download",
})  # fmt: skip
#: endings of archives: those that cannot be opened are told of inside an archive, not passed over
_ARCHIVES = frozenset({".7z", ".rar", ".gz", ".bz2", ".xz", ".zst", ".tar", ".tgz"})
STANDARD_INPUT = "-"
#: what else in a folder is passed over, by the names under which it is counted
BROKEN_LINK, LINKED_FOLDER, NO_FILE = "broken_link", "linked_folder", "no_file"


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read; `name` is what the record calls it, `path` is None for standard input."""

    name: str
    path: Path | None

    def read(self, max_bytes: int | None = None) -> bytes:
        """The file's bytes. Raises `Reject` (unreadable, too_large)."""
        limit = -1 if max_bytes is None else max_bytes + 1
        try:
            if self.path is None:
                data = sys.stdin.buffer.read(limit)
            else:
                with self.path.open("rb") as f:
                    data = f.read(limit)
        except OSError as e:
            raise Reject("unreadable", e.strerror or type(e).__name__) from None
        if max_bytes is not None and len(data) > max_bytes:
            raise Reject("too_large", f"hơn {max_bytes} byte")
        return data


class Walk(Iterable[InputFile]):
    """The files behind `paths`, in the order given, in a folder by name; `skipped` counts by ending.

    In folders links to folders are not followed; they, links to nothing, and what is no regular file (pipes,
    sockets, devices) are counted in `skipped` too, which is complete when the walk is.
    Raises FileNotFoundError at once for a path that is not there.
    """

    def __init__(self, paths: Iterable[str | Path], everything: bool = False) -> None:
        self.paths = [str(p) for p in paths]
        self.everything = everything
        self.skipped: Counter[str] = Counter()
        for path in self.paths:
            if path != STANDARD_INPUT and not Path(path).exists():
                raise FileNotFoundError(f"Không có tệp hay thư mục này: {path}")

    def __iter__(self) -> Iterator[InputFile]:
        self.skipped.clear()
        for path in self.paths:
            if path == STANDARD_INPUT:
                yield InputFile(STANDARD_INPUT, None)
            elif Path(path).is_dir():
                yield from self._folder(Path(path), "")
            else:
                yield InputFile(_shown(path), Path(path))

    def _folder(self, folder: Path, above: str) -> Iterator[InputFile]:
        try:
            entries = sorted(os.scandir(folder), key=lambda e: e.name)
        except OSError:
            self.skipped[f"{folder.name}/"] += 1
            return
        for entry in entries:
            path = Path(entry.path)
            if not self.everything and self._is_no_letter(entry.name, path.is_dir()):
                self.skipped[path.suffix.lower() or entry.name] += 1
            elif path.is_dir():
                if path.is_symlink():
                    self.skipped[LINKED_FOLDER] += 1
                else:
                    yield from self._folder(path, f"{above}{entry.name}/")
            elif path.is_file():
                yield InputFile(_shown(above + entry.name), path)
            else:
                self.skipped[BROKEN_LINK if path.is_symlink() and not path.exists() else NO_FILE] += 1

    @staticmethod
    def _is_no_letter(name: str, folder: bool) -> bool:
        hidden = name.startswith((".", "~$"))  # "~$" begins the file by which Word locks an open one
        return hidden or (not folder and Path(name).suffix.lower() in NO_LETTERS)


def is_no_letter(name: str) -> bool:
    """Whether a file inside a mail or an archive is plainly no letter, by the ending of its name."""
    ending = Path(name).suffix.lower()
    return ending in NO_LETTERS and ending not in _ARCHIVES


def _shown(name: str) -> str:
    """A file name that is not valid UTF-8 with its bad bytes replaced, so that it can be written."""
    return os.fsencode(name).decode("utf-8", "replace")


def walk(paths: Iterable[str | Path], everything: bool = False) -> Walk:
    """The files behind `paths`; ``-`` is standard input.

    In folders hidden files and those that are plainly no letters are skipped unless `everything`; a file
    named directly is always taken.
    """
    return Walk(paths, everything)
