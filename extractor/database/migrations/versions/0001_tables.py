"""The first tables: letters and their rows, and what the search looks into."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = ("search_titles", "search_often", "search_words")
#: the words of the search, which each engine keeps in its own way
_WORDS = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_titles USING fts5(exact, folded, codes, content='', "
        "tokenize='unicode61 remove_diacritics 0')",
        "CREATE VIRTUAL TABLE search_often USING fts5(exact, folded, codes, content='', "
        "tokenize='unicode61 remove_diacritics 0')",
        "CREATE VIRTUAL TABLE search_words USING fts5(exact, folded, codes, content='', "
        "tokenize='unicode61 remove_diacritics 0')",
    ),
    "postgresql": (
        "CREATE TABLE search_titles (id bigint PRIMARY KEY REFERENCES search_documents (id) ON "
        "DELETE CASCADE, exact tsvector NOT NULL, folded tsvector NOT NULL, codes tsvector NOT "
        "NULL)",
        "CREATE INDEX ix_search_titles ON search_titles USING gin (exact, folded, codes) WITH "
        "(fastupdate = off)",
        "CREATE TABLE search_often (id bigint PRIMARY KEY REFERENCES search_documents (id) ON "
        "DELETE CASCADE, exact tsvector NOT NULL, folded tsvector NOT NULL, codes tsvector NOT "
        "NULL)",
        "CREATE INDEX ix_search_often ON search_often USING gin (exact, folded, codes) WITH "
        "(fastupdate = off)",
        "CREATE TABLE search_words (id bigint PRIMARY KEY REFERENCES search_documents (id) ON "
        "DELETE CASCADE, exact tsvector NOT NULL, folded tsvector NOT NULL, codes tsvector NOT "
        "NULL)",
        "CREATE INDEX ix_search_words ON search_words USING gin (exact, folded, codes) WITH "
        "(fastupdate = off)",
    ),
}


def upgrade() -> None:
    op.create_table(
        "agencies",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("level", sa.String(length=12)),
        sa.Column("locality", sa.Text()),
        sa.Column("ended_from", sa.String(length=10)),
        sa.Column("ended_change", sa.String(length=12)),
        sa.Column("ended_basis", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_agencies"),
    )
    op.create_index("ix_agencies_key", "agencies", ["key"])
    op.create_table(
        "claims",
        sa.Column("claim", sa.String(length=32), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("fewest", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("claim", name="pk_claims"),
    )
    op.create_index(
        "ix_claims_contradiction",
        "claims",
        ["deadline"],
        sqlite_where=sa.text("fewest < documents"),
        postgresql_where=sa.text("fewest < documents"),
    )
    op.create_table(
        "corrected_texts",
        sa.Column("text_id", sa.String(length=71), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("text_id", name="pk_corrected_texts"),
    )
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_letters"),
        sa.UniqueConstraint("key", name="uq_letters_key"),
    )
    op.create_table(
        "removals",
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("revision", name="pk_removals"),
    )
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_revisions"),
    )
    op.create_table(
        "rulesets",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_rulesets"),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("command", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.String(length=32), nullable=False),
        sa.Column("finished_at", sa.String(length=32)),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("rules", sa.String(length=64), nullable=False),
        sa.Column("ner", sa.String(length=40), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("linked", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("secret", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_table(
        "search_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("value", sa.String(length=400), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_codes"),
        sa.UniqueConstraint("value", name="uq_search_codes_value"),
    )
    op.create_index("ix_search_codes_key", "search_codes", ["key"])
    op.create_table(
        "task_counts",
        sa.Column("agency_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("tasks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "kind", "value", "role", name="pk_task_counts"),
    )
    op.create_index("ix_task_counts_kind_value", "task_counts", ["kind", "value", "role", "tasks"])
    op.create_table(
        "tokens",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.String(length=32)),
        sa.Column("once", sa.Boolean(), nullable=False),
        sa.Column("used_at", sa.String(length=32)),
        sa.Column("revoked_at", sa.String(length=32)),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
    )
    op.create_table(
        "totals",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_totals"),
    )
    op.create_table(
        "agency_successors",
        sa.Column("agency_id", sa.String(length=200), nullable=False),
        sa.Column("successor_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.Column("change", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name="fk_agency_successors_agency_id"),
        sa.PrimaryKeyConstraint("agency_id", "successor_id", name="pk_agency_successors"),
    )
    op.create_index("ix_agency_successors_key", "agency_successors", ["key"])
    op.create_index("ix_agency_successors_successor_id", "agency_successors", ["successor_id"])
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.String(length=71), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer()),
        sa.Column("added_at", sa.String(length=32), nullable=False),
        sa.Column("read_at", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=20), nullable=False),
        sa.Column("rules", sa.String(length=64), nullable=False),
        sa.Column("ner", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=120), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("ocr", sa.Float()),
        sa.Column("number", sa.Text()),
        sa.Column("number_key", sa.Text()),
        sa.Column("type", sa.String(length=12)),
        sa.Column("type_name", sa.Text()),
        sa.Column("issuer_id", sa.String(length=200)),
        sa.Column("issuer_name", sa.Text()),
        sa.Column("issuer_level", sa.String(length=12)),
        sa.Column("issued_on", sa.String(length=10)),
        sa.Column("year", sa.Integer()),
        sa.Column("place", sa.Text()),
        sa.Column("province", sa.Text()),
        sa.Column("subject", sa.Text()),
        sa.Column("signer", sa.Text()),
        sa.Column("urgency", sa.Text()),
        sa.Column("secrecy", sa.Text()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("extracted", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("review", sa.Integer(), nullable=False),
        sa.Column("tasks", sa.Integer(), nullable=False),
        sa.Column("addressees", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name="fk_documents_letter_id"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_documents_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
        sa.UniqueConstraint("revision", name="uq_documents_revision"),
        sa.UniqueConstraint("text_id", name="uq_documents_text_id"),
    )
    op.create_index("ix_documents_current", "documents", ["current"])
    op.create_index("ix_documents_issued_on", "documents", ["issued_on"])
    op.create_index("ix_documents_issuer_id", "documents", ["issuer_id"])
    op.create_index("ix_documents_letter_id", "documents", ["letter_id"])
    op.create_index("ix_documents_number_key", "documents", ["number_key"])
    op.create_index(
        "ix_documents_old",
        "documents",
        ["id"],
        sqlite_where=sa.text("current IS 0"),
        postgresql_where=sa.text("current IS false"),
    )
    op.create_index("ix_documents_province", "documents", ["province"])
    op.create_index("ix_documents_type", "documents", ["type"])
    op.create_index("ix_documents_year", "documents", ["year"])
    op.create_table(
        "files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64)),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("path", sa.Text()),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary()),
        sa.Column("keep", sa.Boolean(), nullable=False),
        sa.Column("run_id", sa.Integer()),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_files_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_files"),
        sa.UniqueConstraint("sha256", name="uq_files_sha256"),
    )
    op.create_index("ix_files_path", "files", ["path"])
    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text()),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text()),
        sa.Column("assigned_by", sa.Text()),
        sa.Column("deadline_start", sa.String(length=10)),
        sa.Column("deadline_end", sa.String(length=10)),
        sa.Column("deadline_relation", sa.String(length=12)),
        sa.Column("deadline_span_start", sa.Integer()),
        sa.Column("deadline_span_end", sa.Integer()),
        sa.Column("recurrence", sa.String(length=12)),
        sa.Column("product", sa.Text()),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("review", sa.Boolean(), nullable=False),
        sa.Column("review_reasons", sa.Text(), nullable=False),
        sa.Column("inferred", sa.Text(), nullable=False),
        sa.Column("corrected", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_assignments_document_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_assignments"),
    )
    op.create_index("ix_assignments_document_id", "assignments", ["document_id"])
    op.create_index("ix_assignments_document_position", "assignments", ["document_id", "position"])
    op.create_index("ix_assignments_due", "assignments", ["deadline_end", "document_id", "id", "recurrence"])
    op.create_index("ix_assignments_review", "assignments", ["review"])
    op.create_index(
        "ix_assignments_unindexed",
        "assignments",
        ["document_id"],
        sqlite_where=sa.text("corrected OR start >= 250000"),
        postgresql_where=sa.text("corrected OR start >= 250000"),
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=12), nullable=False),
        sa.Column("field", sa.String(length=40)),
        sa.Column("text_id", sa.String(length=71), nullable=False),
        sa.Column("quote", sa.Text()),
        sa.Column("start", sa.Integer()),
        sa.Column("end", sa.Integer()),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("old", sa.Text()),
        sa.Column("new", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("undone_at", sa.String(length=32)),
        sa.Column("form", sa.Integer()),
        sa.Column("lost", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_corrections_document_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
    )
    op.create_index("ix_corrections_document_id", "corrections", ["document_id"])
    op.create_index("ix_corrections_text_id", "corrections", ["text_id"])
    op.create_table(
        "figures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("value_max", sa.Float()),
        sa.Column("of", sa.Float()),
        sa.Column("unit", sa.Text()),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("comparator", sa.String(length=4), nullable=False),
        sa.Column("metric", sa.Text()),
        sa.Column("metric_key", sa.Text()),
        sa.Column("population", sa.Text()),
        sa.Column("place", sa.Text()),
        sa.Column("as_of_start", sa.String(length=10)),
        sa.Column("as_of_end", sa.String(length=10)),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("review", sa.Boolean(), nullable=False),
        sa.Column("corrected", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_figures_document_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_figures"),
    )
    op.create_index("ix_figures_document_id", "figures", ["document_id"])
    op.create_index("ix_figures_metric_key", "figures", ["metric_key"])
    op.create_table(
        "mentions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.String(length=200), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name="fk_mentions_agency_id"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_mentions_document_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mentions"),
    )
    op.create_index("ix_mentions_agency_id", "mentions", ["agency_id"])
    op.create_index("ix_mentions_document_id", "mentions", ["document_id"])
    op.create_table(
        "participants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("start", sa.Integer()),
        sa.Column("end", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_participants_document_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_participants"),
    )
    op.create_index("ix_participants_agency_id", "participants", ["agency_id"])
    op.create_index("ix_participants_document_id", "participants", ["document_id"])
    op.create_table(
        "references_",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text()),
        sa.Column("number_key", sa.Text()),
        sa.Column("type", sa.String(length=12)),
        sa.Column("issuer_id", sa.String(length=200)),
        sa.Column("issuer_name", sa.Text()),
        sa.Column("issued_on", sa.String(length=10)),
        sa.Column("subject", sa.Text()),
        sa.Column("relation", sa.String(length=12), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_references__document_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_references_"),
    )
    op.create_index("ix_references__document_id", "references_", ["document_id"])
    op.create_index("ix_references__number_key", "references_", ["number_key"])
    op.create_table(
        "search_documents",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("codes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_search_documents_document_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_search_documents"),
        sa.UniqueConstraint("document_id", name="uq_search_documents_document_id"),
    )
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Integer()),
        sa.Column("code", sa.String(length=40)),
        sa.Column("message", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("run_id", sa.Integer()),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.CheckConstraint("document_id IS NULL OR code IS NULL", name=op.f("ck_sources_one_outcome")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_sources_document_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name="fk_sources_file_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_sources_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.UniqueConstraint("file_id", "name", name="uq_sources_file_id_name"),
    )
    op.create_index("ix_sources_code", "sources", ["code"])
    op.create_index("ix_sources_document_id", "sources", ["document_id"])
    op.create_table(
        "targets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("value_max", sa.Float()),
        sa.Column("of", sa.Float()),
        sa.Column("unit", sa.Text()),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("comparator", sa.String(length=4), nullable=False),
        sa.Column("metric", sa.Text()),
        sa.Column("metric_key", sa.Text()),
        sa.Column("population", sa.Text()),
        sa.Column("place", sa.Text()),
        sa.Column("as_of_start", sa.String(length=10)),
        sa.Column("as_of_end", sa.String(length=10)),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("review", sa.Boolean(), nullable=False),
        sa.Column("corrected", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("deadline_start", sa.String(length=10)),
        sa.Column("deadline_end", sa.String(length=10)),
        sa.Column("agencies", sa.Text(), nullable=False),
        sa.Column("claim", sa.String(length=32)),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_targets_document_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_targets"),
    )
    op.create_index("ix_targets_claim", "targets", ["claim"])
    op.create_index("ix_targets_deadline_end", "targets", ["deadline_end"])
    op.create_index("ix_targets_document_id", "targets", ["document_id"])
    op.create_index("ix_targets_metric_key", "targets", ["metric_key"])
    op.create_table(
        "topics",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_topics_document_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "code", name="pk_topics"),
    )
    op.create_index("ix_topics_code", "topics", ["code"])
    op.create_table(
        "warnings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer()),
        sa.Column("end", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_warnings_document_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_warnings"),
    )
    op.create_index("ix_warnings_code", "warnings", ["code"])
    op.create_index("ix_warnings_document_id", "warnings", ["document_id"])
    op.create_table(
        "assignment_agencies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.String(length=10)),
        sa.Column("recurring", sa.Boolean(), nullable=False),
        sa.Column("sketch_1", sa.BigInteger(), nullable=False),
        sa.Column("sketch_2", sa.BigInteger(), nullable=False),
        sa.Column("sketch_3", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name="fk_assignment_agencies_agency_id"),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignments.id"],
            name="fk_assignment_agencies_assignment_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_assignment_agencies"),
    )
    op.create_index("ix_assignment_agencies_assignment_id", "assignment_agencies", ["assignment_id"])
    op.create_index(
        "ix_assignment_agencies_audit",
        "assignment_agencies",
        [
            "agency_id",
            "deadline",
            "document_id",
            "assignment_id",
            "role",
            "recurring",
            "sketch_1",
            "sketch_2",
            "sketch_3",
        ],
    )
    op.create_index("ix_documents_issued", "documents", [sa.text("coalesce(issued_on, '')"), "id"])
    op.create_index(
        "ix_documents_no_addressee",
        "documents",
        [sa.text("coalesce(issued_on, '')"), "id"],
        sqlite_where=sa.text("tasks > 0 AND addressees = 0"),
        postgresql_where=sa.text("tasks > 0 AND addressees = 0"),
    )
    for statement in _WORDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for table in _TABLES:
        op.execute(f"DROP TABLE {table}")
    op.drop_table("assignment_agencies")
    op.drop_table("warnings")
    op.drop_table("topics")
    op.drop_table("targets")
    op.drop_table("sources")
    op.drop_table("search_documents")
    op.drop_table("references_")
    op.drop_table("participants")
    op.drop_table("mentions")
    op.drop_table("figures")
    op.drop_table("corrections")
    op.drop_table("assignments")
    op.drop_table("files")
    op.drop_table("documents")
    op.drop_table("agency_successors")
    op.drop_table("totals")
    op.drop_table("tokens")
    op.drop_table("task_counts")
    op.drop_table("search_codes")
    op.drop_table("runs")
    op.drop_table("rulesets")
    op.drop_table("revisions")
    op.drop_table("removals")
    op.drop_table("letters")
    op.drop_table("corrected_texts")
    op.drop_table("claims")
    op.drop_table("agencies")
