"""The directive database: letters, who was told what by when, and every correction made by hand.

`open_database` gives the SQLAlchemy engine of a database whose tables are those of this program, `writing` a
transaction that writes; `store.put` writes one record into it, in a transaction of its caller.
"""

from extractor.database.engine import DatabaseError, open_database, writing

__all__ = ["DatabaseError", "open_database", "writing"]
