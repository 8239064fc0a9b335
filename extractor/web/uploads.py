"""Files sent to the server: counted while they come in; their names are labels, never paths."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import cast

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from extractor.web.problems import Problem
from extractor.web.security import Settings

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent: its name as a label, its content at its start, its size in bytes."""

    name: str
    file: SpooledTemporaryFile[bytes]
    size: int

    def read(self) -> bytes:
        """All of it."""
        self.file.seek(0)
        return self.file.read()


class _Counting(MultiPartParser):
    """Stops as soon as a file has become larger than allowed."""

    max_file = 0

    def on_part_begin(self) -> None:
        super().on_part_begin()
        self._size = 0

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._size += end - start
        if self._size > self.max_file:
            raise Problem(
                "too_large", f"Một tệp lớn hơn {self.max_file / 1_000_000:g} MB.".replace(".", ",", 1)
            )
        super().on_part_data(data, start, end)


@asynccontextmanager
async def received(request: Request) -> AsyncIterator[list[Upload]]:
    """The files of a multipart form, gone when the block ends. Raises `Problem`."""
    settings: Settings = request.app.state.settings
    kind = request.headers.get("content-type", "")
    if not kind.lower().startswith("multipart/form-data"):
        raise Problem("media_type", "Hãy gửi tệp ở dạng multipart/form-data.")
    parser = _Counting(
        request.headers, request.stream(), max_files=settings.max_files, max_fields=20, max_part_size=10_000
    )
    parser.max_file = settings.max_file
    try:
        form = await parser.parse()
    except MultiPartException as e:
        many = "Too many" in e.message
        raise Problem(
            "too_many_files" if many else "malformed",
            f"Gửi quá nhiều tệp một lần, nhiều nhất {settings.max_files}." if many else None,
        ) from None
    try:
        files = [item for _, item in form.multi_items() if isinstance(item, UploadFile)]
        yield [
            Upload(label(f.filename or ""), cast("SpooledTemporaryFile[bytes]", f.file), f.size or 0)
            for f in files
            if f.filename
        ]
    finally:
        await form.close()


def label(name: str) -> str:
    r"""An uploaded file's name as something to show: no folders, nothing that cannot be printed.

    >>> label("../../etc/passwd"), label("C:\\temp\\công văn.pdf")
    ('passwd', 'công văn.pdf')
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(c for c in last if c.isprintable()).strip(". ")
    return plain[-_LONGEST_NAME:] or "tep"
