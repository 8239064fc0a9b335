"""What letters are counted under, kept in memory by programs that search more than once.

Reading the codes of 10,000 letters out of the database takes as long as finding them. An engine's second
search in an unchanged database reads the codes of all letters (1 MB for 10,000) and keeps them; how far the
database has come is told by the greatest revision of its documents. A program that searches once, and one
that searches between two writes, reads what it needs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from extractor.database import store

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Memory:
    """Ids of `search_documents`, ascending, where the codes of each begin (and the last end), all codes;
    what some of the codes are called."""

    revision: int
    ids: Numbers
    starts: Numbers
    codes: Numbers
    #: code -> what its filter takes and what it is called, of those that were asked for
    labels: dict[int, tuple[str, str]] = field(default_factory=dict)

    def of(self, ids: Numbers) -> Numbers | None:
        """The codes of some letters, one after the other; None where one of them is not known."""
        import numpy as np

        at = np.searchsorted(self.ids, ids)
        if not len(self.ids) or at.max(initial=0) >= len(self.ids) or (self.ids[at] != ids).any():
            return None
        starts, sizes = self.starts[at], self.starts[at + 1] - self.starts[at]
        shifts = np.repeat(starts - np.concatenate(([0], np.cumsum(sizes)[:-1])), sizes)
        return self.codes[shifts + np.arange(len(shifts))]


#: the greatest revision that an engine's last search saw, and what is kept for it
_seen: WeakKeyDictionary[Engine, int] = WeakKeyDictionary()
_kept: WeakKeyDictionary[Engine, Memory] = WeakKeyDictionary()


def memory(connection: Connection) -> Memory | None:
    """What is kept for a database as this connection sees it; None where nothing is."""
    if connection.get_execution_options().get("congvan_writes"):
        return None  # what it has written may be undone
    revision = store.revision(connection)
    engine = connection.engine
    found = _kept.get(engine)
    if found is not None and found.revision == revision:
        return found
    if _seen.get(engine) != revision:
        _seen[engine] = revision
        return None
    _kept[engine] = found = _read(connection, revision)
    return found


def _read(connection: Connection, revision: int) -> Memory:
    import numpy as np

    cursor = connection.connection.cursor()
    cursor.execute("SELECT id, codes FROM search_documents ORDER BY id")
    rows = cursor.fetchall()
    cursor.close()
    sizes = np.fromiter((len(row[1]) // 4 for row in rows), dtype="i8", count=len(rows))
    return Memory(
        revision,
        np.fromiter((row[0] for row in rows), dtype="i8", count=len(rows)),
        np.concatenate((np.zeros(1, dtype="i8"), np.cumsum(sizes))),
        np.frombuffer(b"".join(bytes(row[1]) for row in rows), dtype="<i4"),
    )
