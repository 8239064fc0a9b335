"""ZIP files: which members are read, their names, locked and broken ones, and bombs of every kind."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.errors import Reject
from extractor.ingest import Limits, SourceText, read_source, read_sources
from extractor.rulebook import Rulebook, default_rulebook

if TYPE_CHECKING:
    from collections.abc import Mapping

WORDS = "Đề nghị Sở Y tế báo cáo trước ngày 12/6/2024."


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def read(data: bytes, **limits: int) -> list[tuple[str, str]]:
    found = read_sources(data, "a.zip", default_rulebook(), limits=Limits(**limits))
    return [(f.name, f.source.text if isinstance(f.source, SourceText) else f.source.code) for f in found]


def test_members_in_name_order_with_their_folders() -> None:
    files = {
        "b/2.txt": b"hai",
        "b/": b"",
        "a.txt": b"mot",
        "b/1.html": b"<html><p>ba</p></html>",
        "c.txt": b"",
    }
    assert read(zipped(files)) == [
        ("a.zip/a.txt", "mot"), ("a.zip/b/1.html", "ba"), ("a.zip/b/2.txt", "hai"), ("a.zip/c.txt", "empty"),
    ]  # fmt: skip


def test_what_is_no_letter_is_passed_over() -> None:
    files = {
        "__MACOSX/._a.txt": b"x", ".DS_Store": b"x", "s/Thumbs.db": b"x", "a.txt": b"mot", "b.csv": b"1,2",
        "kem.rar": b"Rar!\x1a\x07\x00" + bytes(20),
    }  # fmt: skip
    assert read(zipped(files)) == [("a.zip/a.txt", "mot"), ("a.zip/kem.rar", "unsupported")]
    [found] = read_sources(zipped({"b.csv": b"1", "c.csv": b"2"}), "a.zip", default_rulebook())
    assert isinstance(found.source, Reject)
    assert found.source.code == "no_letter_inside"
    assert "2 .csv" in found.source.message
    assert read(zipped({})) == [("a.zip", "no_letter_inside")]


@pytest.mark.parametrize("head", [b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00", b"7z\xbc\xaf\x27\x1c"])
def test_other_archives_have_to_be_unpacked(head: bytes, book: Rulebook) -> None:
    [found] = read_sources(head + bytes(60), "a.rar", book)
    assert isinstance(found.source, Reject)
    assert found.source.code == "unsupported"
    assert "giải nén" in found.source.message


@pytest.mark.parametrize("encoding", ["utf-8", "cp1258", "utf-8 marked"])
def test_names_in_other_code_pages(encoding: str) -> None:
    name = "Công văn sô 5.txt"
    if encoding == "utf-8 marked":
        assert read(zipped({name: b"mot"})) == [(f"a.zip/{name}", "mot")]
        return
    raw = name.encode(encoding)
    data = zipped({"N" * len(raw): b"mot"}).replace(b"N" * len(raw), raw)
    assert read(data) == [(f"a.zip/{name}", "mot")]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.txt", "etc/passwd.txt"), ("/etc/passwd.txt", "etc/passwd.txt"),
        ("C:\\x\\..\\a.txt", "C:/x/a.txt"), ("a\u202etxt.exe\n.txt", "a_txt.exe_.txt"),
        ("x" * 400 + ".txt", ""),
    ],
)  # fmt: skip
def test_names_that_lead_elsewhere_are_only_names(name: str, shown: str) -> None:
    [(found, text)] = read(zipped({name: b"mot"}))
    assert text == "mot"
    assert found == f"a.zip/{shown}" if shown else len(found) < 220


def test_locked_members() -> None:
    data = bytearray(zipped({"a.txt": b"mot", "b.txt": b"hai"}))
    entry = data.index(b"PK\x01\x02")
    data[entry + 8] |= 1
    assert read(bytes(data)) == [("a.zip/a.txt", "encrypted"), ("a.zip/b.txt", "hai")]


def test_one_letter_is_wanted() -> None:
    book = default_rulebook()
    assert read_source(zipped({"a.txt": b"mot"}), "a.zip", book).text == "mot"
    with pytest.raises(Reject, match="several"):
        read_source(zipped({"a.txt": b"mot", "b.txt": b""}), "a.zip", book)
    with pytest.raises(Reject, match="empty"):  # nothing in it can be read: why is told of the first
        read_source(zipped({"a.txt": b"", "b.txt": b""}), "a.zip", book)


def test_a_broken_member_does_not_take_the_others_with_it() -> None:
    data = bytearray(zipped({"a.txt": b"mot hai ba bon nam sau", "b.txt": b"hai"}, zipfile.ZIP_STORED))
    at = data.index(b"mot hai")
    data[at : at + 3] = b"xxx"
    assert read(bytes(data)) == [("a.zip/a.txt", "damaged"), ("a.zip/b.txt", "hai")]


def test_archives_inside_archives() -> None:
    data = zipped({"a.txt": b"mot"})
    for _ in range(2):
        data = zipped({"b.zip": data})
    assert read(data) == [("a.zip/b.zip/b.zip/a.txt", "mot")]
    assert read(zipped({"b.zip": data})) == [("a.zip/b.zip/b.zip/b.zip", "too_deep")]


def test_a_member_that_swells() -> None:
    data = zipped({"a.txt": b"a" * 30_000_000, "b.txt": b"hai"})
    assert read(data) == [("a.zip/a.txt", "too_large"), ("a.zip/b.txt", "hai")]
    assert read(data, unpacked=10_000_000) == [("a.zip", "unpacks_too_large")]


def test_sizes_that_lie() -> None:
    data = bytearray(zipped({"a.txt": b"a" * 30_000_000}))
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<I", 10)
    tracemalloc.start()
    assert [code for _, code in read(bytes(data))] in (["damaged"], ["aaaaaaaaaa"])
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


def test_archives_inside_archives_are_paid_from_one_purse() -> None:
    inner = zipped({f"{n}.txt": b"a" * 400_000 for n in range(5)})
    data = zipped({f"{n:03}.zip": inner for n in range(100)})
    started = time.perf_counter()
    found = read(data, unpacked=6_000_000)
    assert found[-1][1] == "unpacks_too_large"
    assert len(found) < 20
    found = read(data, files=300, unpacked=600_000_000)
    assert found[-1][1] == "unpacks_too_large"
    assert len(found) < 300
    assert time.perf_counter() - started < 20


def test_a_hundred_thousand_members() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for n in range(100_000):
            archive.writestr(zipfile.ZipInfo(str(n)), b"")
    started = time.perf_counter()
    assert read(out.getvalue()) == [("a.zip", "unpacks_too_large")]
    assert time.perf_counter() - started < 5


def test_members_are_read_one_by_one() -> None:
    peaks = []
    for count in (3, 12):
        data = zipped({f"{n}.txt": b" " * 2_000_000 + b"mot" for n in range(count)})
        tracemalloc.start()
        assert len(read(data)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]


def test_every_beginning() -> None:
    data = zipped({"a.txt": WORDS.encode(), "b/c.txt": WORDS.encode()})
    for end in range(4, len(data)):
        assert {code for _, code in read(data[:end])} <= {"damaged"}


@settings(max_examples=80, deadline=None)
@given(noise=st.binary(min_size=1, max_size=60), at=st.integers(0, 400))
def test_noise_inside(noise: bytes, at: int) -> None:
    data = zipped({"a.txt": WORDS.encode(), "b.txt": b"hai", "c.zip": zipped({"d.txt": b"ba"})})
    broken = data[:at] + noise + data[at + len(noise) :]
    assert "internal" not in {code for _, code in read(b"PK\x03\x04" + broken[4:])}
