"""The index that searches look into, kept in step with the documents, in the transaction that writes them."""

from __future__ import annotations

from sqlalchemy import Connection


def write(connection: Connection, document_id: int) -> None:
    """Index a document anew: its row, its rows of other tables and its `current` have just been written."""


def forget(connection: Connection, document_id: int) -> None:
    """Take a document out of the index; before its row is deleted."""
