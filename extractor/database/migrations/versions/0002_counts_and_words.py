"""Tasks of an agency counted once whatever its roles in them; how the words of the search were made."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: how words were made when this was written, see `search_index.version`
_WORDS = "03044941bc394b00d5c6009ddeab66ee52f4857601920a92f4463bcb1fd86f19"
_TOLD = "assignment_agencies a JOIN documents d ON d.id = a.document_id AND d.current"
_COUNTS = {
    "all": ("''", _TOLD),
    "month": ("coalesce(substr(a.deadline, 1, 7), '')", _TOLD),
    "topic": ("t.code", f"{_TOLD} JOIN topics t ON t.document_id = d.id"),
}


def upgrade() -> None:
    op.create_table(
        "search_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("words", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_state"),
    )
    op.execute(f"INSERT INTO search_state (id, words) VALUES (1, '{_WORDS}')")
    op.execute("DELETE FROM task_counts")
    for kind, (value, source) in _COUNTS.items():
        for role in ("''", "a.role"):
            op.execute(
                "INSERT INTO task_counts (agency_id, kind, value, role, tasks)"
                f" SELECT a.agency_id, '{kind}', {value}, {role}, count(DISTINCT a.assignment_id)"
                f" FROM {source} GROUP BY 1, 2, 3, 4"
            )


def downgrade() -> None:
    op.drop_table("search_state")
    op.execute("DELETE FROM task_counts WHERE role = ''")
