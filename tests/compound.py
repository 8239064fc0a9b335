"""Writes OLE compound files (MS-CFB) out of folders and streams, for tests of what reads them."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD

Tree = dict[str, "bytes | Tree"]


@dataclass
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    children: list[int] = field(default_factory=list)
    start: int = _END


def compound(tree: Tree) -> bytes:
    """A compound file with the streams and storages of `tree` below its root."""
    entries = [_Entry("Root Entry", 5)]

    def add(owner: int, below: Tree) -> None:
        for name, content in below.items():
            entries.append(_Entry(name, 2 if isinstance(content, bytes) else 1))
            at = len(entries) - 1
            entries[owner].children.append(at)
            if isinstance(content, bytes):
                entries[at].data = content
            else:
                add(at, content)

    add(0, tree)
    mini, mini_fat, sectors, fat = b"", list[int](), list[bytes](), list[int]()

    def store(data: bytes) -> int:
        first, count = len(sectors), -(-len(data) // _SECTOR)
        for n in range(count):
            sectors.append(data[n * _SECTOR : (n + 1) * _SECTOR].ljust(_SECTOR, b"\0"))
            fat.append(first + n + 1 if n + 1 < count else _END)
        return first if count else _END

    for entry in entries[1:]:
        if entry.kind == 2 and len(entry.data) >= _CUTOFF:
            entry.start = store(entry.data)
        elif entry.kind == 2 and entry.data:
            entry.start, count = len(mini_fat), -(-len(entry.data) // _MINI)
            mini += entry.data.ljust(count * _MINI, b"\0")
            mini_fat += [*range(entry.start + 1, entry.start + count), _END]
    entries[0].data, entries[0].start = mini, store(mini)
    start_mini_fat = store(struct.pack(f"<{len(mini_fat)}I", *mini_fat)) if mini_fat else _END
    siblings = {a: b for e in entries for a, b in zip(e.children, e.children[1:], strict=False)}
    directory = b""
    for at, entry in enumerate(entries):
        name = entry.name.encode("utf-16-le")
        directory += name.ljust(64, b"\0") + struct.pack(
            "<HBB3I16sI8s8sIQ", len(name) + 2, entry.kind, 1, _FREE, siblings.get(at, _FREE),
            entry.children[0] if entry.children else _FREE, bytes(16), 0, bytes(8), bytes(8),
            entry.start, len(entry.data),
        )  # fmt: skip
    start_directory = store(directory + bytes(-len(directory) % _SECTOR))
    need = 1
    while len(fat) + need > need * (_SECTOR // 4):
        need += 1
    places = [*range(len(fat), len(fat) + need)]
    table = [*fat, *[_FAT] * need]
    table += [_FREE] * (need * (_SECTOR // 4) - len(table))
    packed = struct.pack(f"<{len(table)}I", *table)
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6,
        bytes(6), 0, need, start_directory, 0, _CUTOFF, start_mini_fat, -(-len(mini_fat) * 4 // _SECTOR),
        _END, 0,
    )  # fmt: skip
    header += struct.pack("<109I", *places, *[_FREE] * (109 - need))
    return header + b"".join(sectors) + packed
