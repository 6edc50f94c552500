"""Runs the migrations on the connection the store hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from connector.store.tables.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
