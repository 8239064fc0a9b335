"""Run by Alembic: the migrations go over the connection that `extractor.database.engine` hands in."""

from alembic import context

from extractor.database.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
