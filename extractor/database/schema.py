"""The tables, the same in SQLite and PostgreSQL.

Each row that was read from a text keeps its span: `start` and `end`, half-open code points of the document's
`text`. Days are ISO 8601 strings, which sort like days. Lists are JSON text. What a table holds:

- ``files``: what came in, byte for byte, so that it can be read again when the rules have changed;
- ``sources``: each letter in a file and what became of it: a document, or a reject that waits in quarantine;
- ``letters``: a letter as such (number, issuer, date); its ``documents`` are the versions of it that came in
  (a scan, later the text), of which one is ``current``: searches, audits and pages show that one;
- the rows of a document (references, figures, targets, assignments, who it is addressed to, warnings), made
  anew whenever it is read again;
- ``totals``, ``task_counts``, ``claims``: sums over the current documents, kept by
  `extractor.database.summaries`;
- ``corrections``: what people confirmed or changed; they outlive each reading;
- ``tokens``: who may use the page and the API.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    literal_column,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _document() -> Column[int]:
    return Column(
        "document_id", Integer, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False, index=True
    )


def _span(nullable: bool = False) -> tuple[Column[int], Column[int]]:
    return Column("start", Integer, nullable=nullable), Column("end", Integer, nullable=nullable)


runs = Table(
    "runs",
    metadata,
    _id(),
    Column("command", String(20), nullable=False),
    Column("started_at", String(32), nullable=False),
    Column("finished_at", String(32)),
    Column("version", String(20), nullable=False),
    Column("rules", String(64), nullable=False),
    Column("ner", String(40), nullable=False),
    Column("added", Integer, nullable=False, default=0),
    Column("linked", Integer, nullable=False, default=0),
    Column("updated", Integer, nullable=False, default=0),
    Column("unchanged", Integer, nullable=False, default=0),
    Column("rejected", Integer, nullable=False, default=0),
    Column("secret", Integer, nullable=False, default=0),
)

#: rules that documents were read with: what of them has changed since is found by comparing
rulesets = Table(
    "rulesets",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("manifest", LargeBinary, nullable=False),  # zlib, JSON: see `rule_changes.manifest`
)

files = Table(
    "files",
    metadata,
    _id(),
    Column("sha256", String(64), unique=True),  # null where its bytes could not be had
    Column("name", Text, nullable=False),
    Column("path", Text, index=True),  # where it lay on this machine; null for what came over the network
    Column("bytes", Integer, nullable=False),
    Column("content", LargeBinary),  # zlib; null where originals are not kept
    Column("keep", Boolean, nullable=False, default=True),  # false: it came in by --no-originals
    Column("run_id", Integer, ForeignKey("runs.id")),
    Column("done", Boolean, nullable=False, default=False),  # whether all letters in it have been written
)

letters = Table(
    "letters",
    metadata,
    _id(),
    # number, issuer and day folded into one; the text's digest where one of them is unknown
    Column("key", Text, nullable=False, unique=True),
)

documents = Table(
    "documents",
    metadata,
    _id(),
    Column("text_id", String(71), nullable=False, unique=True),  # the record's id: digest of the text
    Column("letter_id", Integer, ForeignKey("letters.id"), nullable=False, index=True),
    Column("current", Boolean, nullable=False, index=True),
    # grows with every write to any document: what a page or an index has seen is told by one number
    Column("revision", Integer, nullable=False, unique=True),
    Column("run_id", Integer, ForeignKey("runs.id")),
    Column("added_at", String(32), nullable=False),
    Column("read_at", String(32), nullable=False),
    Column("version", String(20), nullable=False),
    Column("rules", String(64), nullable=False),
    Column("ner", String(40), nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", String(120), nullable=False),
    Column("url", Text),
    Column("kind", String(10), nullable=False),  # letter, report
    Column("ocr", Float),  # confidence of the letters, null where they were not read off a picture
    Column("number", Text),
    Column("number_key", Text, index=True),  # folded, see fold.number_key
    Column("type", String(12), index=True),
    Column("type_name", Text),
    Column("issuer_id", String(200), index=True),
    Column("issuer_name", Text),
    Column("issuer_level", String(12)),
    Column("issued_on", String(10), index=True),
    Column("year", Integer, index=True),
    Column("place", Text),
    Column("province", Text, index=True),  # canonical name of the issuer's province
    Column("subject", Text),
    Column("signer", Text),
    Column("urgency", Text),
    Column("secrecy", Text),
    Column("title", Text, nullable=False),  # what a list shows: subject, else the first words
    Column("text", Text, nullable=False),
    Column("extracted", Text, nullable=False),  # the record as JSON, as it was read
    Column("record", Text, nullable=False),  # the same with the corrections laid over it
    Column("review", Integer, nullable=False, default=0),  # items that a person should look at
    Column("tasks", Integer, nullable=False, default=0),  # assignments in it
    Column(
        "addressees", Integer, nullable=False, default=0
    ),  # whom it names as addressee, recipient or executor
)

#: one row: the revision given last, which never falls
revisions = Table(
    "revisions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("revision", Integer, nullable=False),
)

#: documents that are gone, for whoever keeps a copy; an id may be given again to a later document
removals = Table(
    "removals",
    metadata,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("document_id", Integer, nullable=False),
    Column("at", String(32), nullable=False),
)

sources = Table(
    "sources",
    metadata,
    _id(),
    Column("file_id", Integer, ForeignKey("files.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("document_id", Integer, ForeignKey("documents.id", ondelete="SET NULL"), index=True),
    Column("code", String(40), index=True),  # why it is in quarantine, null where it gave a document
    Column("message", Text),
    Column("attempts", Integer, nullable=False, default=1),
    # whether it came in by --allow-secret: else a mark that later rules know takes it out again
    Column("allowed", Boolean, nullable=False, default=False),
    Column("run_id", Integer, ForeignKey("runs.id")),
    Column("at", String(32), nullable=False),
    UniqueConstraint("file_id", "name"),
    CheckConstraint("document_id IS NULL OR code IS NULL", name="one_outcome"),
)

agencies = Table(
    "agencies",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False, index=True),  # folded name
    Column("level", String(12)),
    Column("locality", Text),
    Column("ended_from", String(10)),
    Column("ended_change", String(12)),
    Column("ended_basis", Text),
)

agency_successors = Table(
    "agency_successors",
    metadata,
    Column("agency_id", String(200), ForeignKey("agencies.id"), primary_key=True),
    Column("successor_id", String(200), primary_key=True, index=True),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False, index=True),  # folded name
    Column("since", String(10), nullable=False),
    Column("change", String(12), nullable=False),
)

mentions = Table(
    "mentions",
    metadata,
    _id(),
    _document(),
    Column("agency_id", String(200), ForeignKey("agencies.id"), nullable=False, index=True),
    *_span(),
)

#: whom a document names as addressee (Kính gửi), recipient (Nơi nhận) or executor
participants = Table(
    "participants",
    metadata,
    _id(),
    _document(),
    Column("role", String(12), nullable=False),
    Column("position", Integer, nullable=False),
    Column("agency_id", String(200), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("title", Text),
    *_span(nullable=True),
)

references = Table(
    "references_",
    metadata,
    _id(),
    _document(),
    Column("number", Text),
    Column("number_key", Text, index=True),
    Column("type", String(12)),
    Column("issuer_id", String(200)),
    Column("issuer_name", Text),
    Column("issued_on", String(10)),
    Column("subject", Text),
    Column("relation", String(12), nullable=False),
    Column("by", Text, nullable=False),
    *_span(),
)


def _quantity() -> tuple[Column[object], ...]:
    return (
        Column("value", Float, nullable=False),
        Column("value_max", Float),
        Column("of", Float),
        Column("unit", Text),
        Column("kind", String(12), nullable=False),
        Column("comparator", String(4), nullable=False),
        Column("metric", Text),
        Column("metric_key", Text, index=True),
        Column("population", Text),
        Column("place", Text),
        Column("as_of_start", String(10)),
        Column("as_of_end", String(10)),
        Column("confidence", Float, nullable=False),
        Column("review", Boolean, nullable=False),
        Column("corrected", Boolean, nullable=False, default=False),
        Column("by", Text, nullable=False),
    )


figures = Table("figures", metadata, _id(), _document(), *_quantity(), *_span())
targets = Table(
    "targets",
    metadata,
    _id(),
    _document(),
    *_quantity(),
    Column("deadline_start", String(10)),
    Column("deadline_end", String(10), index=True),
    Column("agencies", Text, nullable=False),  # JSON: names
    Column("claim", String(32), index=True),  # what it speaks of, see summaries.claim; null without deadline
    *_span(),
)

assignments = Table(
    "assignments",
    metadata,
    _id(),
    _document(),
    Column("position", Integer, nullable=False),
    Column("label", Text),
    Column("task", Text, nullable=False),
    Column("mode", Text),
    Column("assigned_by", Text),
    Column("deadline_start", String(10)),
    Column("deadline_end", String(10)),
    Column("deadline_relation", String(12)),
    Column("deadline_span_start", Integer),
    Column("deadline_span_end", Integer),
    Column("recurrence", String(12)),
    Column("product", Text),
    Column("confidence", Float, nullable=False),
    Column("review", Boolean, nullable=False, index=True),
    Column("review_reasons", Text, nullable=False),  # JSON: list of signs
    Column("inferred", Text, nullable=False),  # JSON: list of fields
    Column("corrected", Boolean, nullable=False, default=False),
    Column("by", Text, nullable=False),
    *_span(),
)

assignment_agencies = Table(
    "assignment_agencies",
    metadata,
    _id(),
    Column(
        "assignment_id",
        Integer,
        ForeignKey("assignments.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("agency_id", String(200), ForeignKey("agencies.id"), nullable=False),
    Column("role", String(12), nullable=False),  # lead, coordinating
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("title", Text),
    # of the assignment, so that an audit reads one index only
    Column("document_id", Integer, nullable=False),
    Column("deadline", String(10)),  # its last day
    Column("recurring", Boolean, nullable=False),
    *(Column(f"sketch_{i}", BigInteger, nullable=False) for i in (1, 2, 3)),  # see sketches.py
)

warnings = Table(
    "warnings",
    metadata,
    _id(),
    _document(),
    Column("code", String(40), nullable=False, index=True),
    Column("message", Text, nullable=False),
    *_span(nullable=True),
)

topics = Table(
    "topics",
    metadata,
    Column("document_id", Integer, ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    Column("code", String(40), primary_key=True, index=True),
)

#: the texts that corrections were made in: by them the place of one is found in another text of its letter
corrected_texts = Table(
    "corrected_texts",
    metadata,
    Column("text_id", String(71), primary_key=True),
    Column("text", Text, nullable=False),
)

#: what a person said of a value; `quote` is the item's own words, which stood at this place of the text
corrections = Table(
    "corrections",
    metadata,
    _id(),
    Column(
        "document_id", Integer, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("item", String(12), nullable=False),  # document, assignment, target, figure, reference
    Column("field", String(40)),  # null: the item as a whole
    Column("text_id", String(71), nullable=False, index=True),
    Column("quote", Text),
    *_span(nullable=True),
    Column("verdict", String(10), nullable=False),  # confirm, correct, reject
    Column("old", Text),  # JSON
    Column("new", Text),  # JSON
    Column("note", Text),
    Column("author", Text, nullable=False),
    Column("at", String(32), nullable=False),
    Column("undone_at", String(32)),
    Column("form", Integer),  # the first correction of the form that this one was sent with; null: itself
    Column("lost", Boolean, nullable=False, default=False),  # its item was not found in the last reading
)

#: who may use the page and the API: the hash of a secret that was shown once (extractor/web/tokens.py)
tokens = Table(
    "tokens",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", Text, nullable=False),  # author of the corrections made with it
    Column("role", String(8), nullable=False),  # reader, editor
    Column("hash", String(64), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("expires_at", String(32)),
    Column("once", Boolean, nullable=False, default=False),  # whether it signs in a single time
    Column("used_at", String(32)),  # of one that signs in once
    Column("revoked_at", String(32)),
)

#: how much is in all current documents: letters, tasks, review (items that a person should look at)
totals = Table(
    "totals",
    metadata,
    Column("kind", String(8), primary_key=True),
    Column("number", Integer, nullable=False),
)

#: tasks of current documents: how many an agency has by month of the deadline, by topic, and in all
task_counts = Table(
    "task_counts",
    metadata,
    Column("agency_id", String(200), primary_key=True),
    Column("kind", String(6), primary_key=True),  # month, topic, all
    Column("value", String(40), primary_key=True),  # 2025-12 ("" without deadline), a topic's code, ""
    Column("role", String(12), primary_key=True),  # lead, coordinating; "": in whichever, once
    Column("tasks", Integer, nullable=False),
    Index("ix_task_counts_kind_value", "kind", "value", "role", "tasks"),
)

#: what targets of current documents say of one thing by one day: a contradiction unless all say all of it
claims = Table(
    "claims",
    metadata,
    Column("claim", String(32), primary_key=True),
    Column("documents", Integer, nullable=False),
    Column("fewest", Integer, nullable=False),  # documents with the value that the fewest of them have
    Column("deadline", String(10), nullable=False),
)

Index(
    "ix_assignments_due",
    assignments.c.deadline_end,
    assignments.c.document_id,
    assignments.c.id,
    assignments.c.recurrence,
)
#: a letter's day as it sorts, those without one behind; constants are written out, else no index is used
ISSUED = func.coalesce(documents.c.issued_on, literal_column("''"))
Index("ix_documents_issued", ISSUED, documents.c.id)
Index("ix_assignments_document_position", assignments.c.document_id, assignments.c.position)
#: tasks whose words need not be in the search's index of their letter: far behind, or from a person
UNINDEXED = "corrected OR start >= 250000"
_unindexed = text(UNINDEXED)
Index("ix_assignments_unindexed", assignments.c.document_id,
      sqlite_where=_unindexed, postgresql_where=_unindexed)  # fmt: skip
_told = assignment_agencies.c
Index(
    "ix_assignment_agencies_audit",
    _told.agency_id,
    _told.deadline,
    _told.document_id,
    _told.assignment_id,
    _told.role,
    _told.recurring,
    _told.sketch_1,
    _told.sketch_2,
    _told.sketch_3,
)
_old = documents.c.current.is_(False)
Index("ix_documents_old", documents.c.id, sqlite_where=_old, postgresql_where=_old)
NO_ADDRESSEE = (documents.c.tasks > literal_column("0")) & (documents.c.addressees == literal_column("0"))
Index("ix_documents_no_addressee", ISSUED, documents.c.id,
      sqlite_where=NO_ADDRESSEE, postgresql_where=NO_ADDRESSEE)  # fmt: skip
_split = claims.c.fewest < claims.c.documents
Index("ix_claims_contradiction", claims.c.deadline, sqlite_where=_split, postgresql_where=_split)
