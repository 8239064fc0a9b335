"""ZIP files: member after member in name order, within limits; what lies in one is never written anywhere."""

from __future__ import annotations

import io
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

import regex

from extractor.errors import Reject
from extractor.ingest.files import is_no_letter
from extractor.ingest.reading import Part
from extractor.limits import Limits
from extractor.rulebook import Rulebook

#: begins each entry of a ZIP file's directory, so their number is known before the directory is read
_ENTRY = b"PK\x01\x02"
#: general purpose bits of an entry: locked, name in UTF-8
_LOCKED, _UTF8 = 0x1, 0x800
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError,
    KeyError, MemoryError,
)  # fmt: skip
#: folders that programs put beside the files
_NO_FOLDERS = {"__macosx", "$recycle.bin"}
_CONTROL = regex.compile(r"[\p{C}]")
_NAME = regex.compile(r"[\p{Latin}\p{M}\p{N}\p{P}\p{Zs}+=~^$|<>`₫]+")
_LONGEST_NAME = 200


def unpack(data: bytes, name: str, book: Rulebook, limits: Limits) -> Iterator[Part]:
    """The files in a ZIP file that may be letters; locked and damaged ones with the reason.

    Raises `Reject` (damaged, unpacks_too_large, no_letter_inside).
    """
    passed: Counter[str] = Counter()
    found = False
    with _opened(data, limits) as archive:
        members = sorted((_shown(m), at, m) for at, m in enumerate(archive.infolist()) if not m.is_dir())
        for shown, _, member in members:
            path = PurePosixPath(shown)
            if any(p.startswith(".") or p.lower() in _NO_FOLDERS for p in path.parts) or is_no_letter(shown):
                passed[path.suffix.lower() or path.name] += 1
                continue
            found = True
            yield _part(archive, member, shown, limits)
    if not found:
        raise Reject("no_letter_inside", counted(passed) or "tệp nén trống")


def only_file(data: bytes, limits: Limits) -> Part | None:
    """The file in a ZIP file that holds just one, as senders of packages compress attachments.

    Raises `Reject` (damaged, unpacks_too_large).
    """
    with _opened(data, limits) as archive:
        files = [m for m in archive.infolist() if not m.is_dir()]
        return _part(archive, files[0], _shown(files[0]), limits) if len(files) == 1 else None


def counted(names: Counter[str]) -> str:
    """Endings of files with their numbers in one line."""
    return ", ".join(f"{n} {ending}" for ending, n in sorted(names.items())[:20])


def _opened(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """The file, when neither its entries nor their sizes go beyond the limits."""
    count = data.count(_ENTRY)
    if count > limits.files:
        raise Reject("unpacks_too_large", f"{count} tệp")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as e:
        raise Reject("damaged", _short(e)) from None
    size = sum(m.file_size for m in archive.infolist())
    if size > limits.unpacked:
        archive.close()
        raise Reject("unpacks_too_large", f"{size} byte")
    return archive


def _part(archive: zipfile.ZipFile, member: zipfile.ZipInfo, shown: str, limits: Limits) -> Part:
    if member.flag_bits & _LOCKED:
        return Part(shown, b"", problem=Reject("encrypted", shown))
    if member.file_size > limits.bytes:
        return Part(shown, b"", problem=Reject("too_large", f"> {limits.bytes} byte"))
    try:
        with archive.open(member) as stream:
            return Part(shown, stream.read(member.file_size + 1))
    except _BROKEN as e:
        return Part(shown, b"", problem=Reject("damaged", _short(e)))


def _shown(member: zipfile.ZipInfo) -> str:
    """A member's name with its folders; it is never used as a path."""
    name = member.filename
    if not member.flag_bits & _UTF8 and not name.isascii():
        name = _decoded(name)
    name = _CONTROL.sub("_", unicodedata.normalize("NFC", name)).replace("\\", "/")
    parts = [p for p in name.split("/") if p not in ("", ".", "..")]
    return "/".join(parts)[-_LONGEST_NAME:] or "-"


def _decoded(name: str) -> str:
    """A name whose bytes were taken for code page 437: many programs write others without saying so."""
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for encoding in ("utf-8", "cp1258"):
        try:
            found = unicodedata.normalize("NFC", raw.decode(encoding))
        except UnicodeDecodeError:
            continue
        if _NAME.fullmatch(found):
            return found
    return name


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:100] or type(error).__name__
