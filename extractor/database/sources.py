"""From which of its sources a document is read, where several files gave the same text."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ScalarSelect, case, select

from extractor.database import schema as t


def leading(document_id: Any) -> ScalarSelect[int]:
    """The source that a document is read from: the first whose bytes are kept, else the first that lies
    somewhere, else the first."""
    each, file = t.sources.alias("each_source"), t.files.alias("its_file")
    source = each.c
    had = case((file.c.content.is_not(None), 0), (file.c.path.is_not(None), 1), else_=2)
    from_files = each.join(file, file.c.id == source.file_id)
    query = select(source.id).select_from(from_files).where(source.document_id == document_id)
    return query.order_by(had, source.id).limit(1).scalar_subquery()
