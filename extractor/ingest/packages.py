"""The parts of an office document (a ZIP file of XML parts), read within limits and without entities."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, NoReturn
from xml.parsers import expat

from lxml import etree

from extractor.errors import Reject
from extractor.limits import Limits

#: an XML part that is larger is no letter (bytes)
_MAX_PART = 100_000_000
#: the same for a part that is read as a whole: styles, lists, relations, a picture
_MAX_SMALL = 30_000_000
#: bytes from which on a part is held to be a bomb when it was packed so well; words pack to a tenth
_BOMB, _RATIO = 20_000_000, 100
_CHUNK = 1 << 16
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError, KeyError
)  # fmt: skip

Attributes = dict[str, str]
#: an element of lxml or of the standard library
Node = Any


class Package:
    """A ZIP file. Raises `Reject` (damaged, encrypted, unpacks_too_large), also while a part is read."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            parts = self._zip.infolist()
        except _BROKEN as e:
            raise Reject("damaged", _short(e)) from None
        size = sum(p.file_size for p in parts)
        if size > limits.unpacked:
            raise Reject("unpacks_too_large", f"{size} byte")
        if len(parts) > limits.files:
            raise Reject("unpacks_too_large", f"{len(parts)} tệp")
        self._parts = {p.filename.lstrip("/").lower(): p for p in parts}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._parts

    def names(self) -> list[str]:
        """Names of all parts, in small letters."""
        return list(self._parts)

    def read(self, name: str, most: int = _MAX_SMALL) -> bytes:
        """The bytes of a part; none when it is not there."""
        return b"".join(self.chunks(name, most))

    def chunks(self, name: str, most: int = _MAX_PART) -> Iterator[bytes]:
        """The bytes of a part piece by piece; nothing when it is not there."""
        part = self._parts.get(name.lower())
        if part is None:
            return
        if part.flag_bits & 1:
            raise Reject("encrypted", name)
        bomb = part.file_size > _BOMB and part.file_size > _RATIO * part.compress_size
        if part.file_size > most or bomb:
            raise Reject("unpacks_too_large", f"{name}: {part.file_size} byte")
        try:
            with self._zip.open(part) as f:
                while piece := f.read(_CHUNK):
                    yield piece
        except _BROKEN as e:
            raise Reject("damaged", _short(e)) from None


def parse(
    chunks: Iterable[bytes],
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None],
    text: Callable[[str], None] | None = None,
) -> None:
    """Call back for each element and run of characters; names are ``namespace local``.

    Raises `Reject` (damaged) for what is no XML, and for a document type, in which entities would stand.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        for piece in chunks:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as e:
        raise Reject("damaged", _short(e)) from None


def tree(data: bytes) -> Node:
    """A part of moderate size as a tree, its names as ``{namespace}local``; an empty one without a part.

    Raises `Reject` as `parse` does.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    if not data:
        return etree.Element("none")
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as e:
        raise Reject("damaged", _short(e)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        _no_doctype()
    return root


def plain(item: Node) -> Node:
    """An element of a tree, in which all names have lost their namespaces."""
    for one in item.iter():
        one.tag = one.tag.rpartition("}")[2]
        for name, value in one.attrib.items():
            if name[0] == "{":
                del one.attrib[name]
                one.set(name.rpartition("}")[2], value)
    return item


def children(item: Node, name: str) -> Iterator[Node]:
    """The children of that local name."""
    return item.iterchildren(f"{{*}}{name}")  # type: ignore[no-any-return]


@lru_cache(maxsize=4096)
def local(name: str) -> str:
    """An element's name without its namespace."""
    return name.rpartition(" ")[2]


def whole(value: str | None, otherwise: int = 0) -> int:
    """A whole number of an attribute; `otherwise` for what is none or is out of all bounds."""
    return int(value) if value is not None and len(value) < 10 and value.isdecimal() else otherwise


def _no_doctype(*_: object) -> NoReturn:
    raise Reject("damaged", "DOCTYPE")


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:100] or type(error).__name__
