"""The first tables."""

from alembic import op

from extractor.database import search_tables
from extractor.database.schema import metadata

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())
    search_tables.create(op.get_bind())


def downgrade() -> None:
    search_tables.drop(op.get_bind())
    metadata.drop_all(op.get_bind())
