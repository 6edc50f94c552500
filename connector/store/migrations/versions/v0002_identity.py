"""Why records are linked, who edited what, which edits lost, what people ruled, and what systems say their records hold."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from connector.store.migrations.parts import index, key, number, text

revision = "0002"
down_revision = "0001"
_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("link") as link:
        link.add_column(sa.Column("why", sa.Text, nullable=False, server_default=""))
    with op.batch_alter_table("joined") as joined:
        joined.add_column(sa.Column("standings", sa.Text, nullable=False, server_default="{}"))
    op.drop_index("ix_tie_ref_other", "tie")
    with op.batch_alter_table("tie") as tie:
        tie.add_column(sa.Column("source", sa.Text, nullable=False, server_default=""))
        tie.add_column(sa.Column("withdrawn", _COUNT, nullable=False, server_default="0"))
    index("tie", "ref", "other")
    index("tie", "source")
    index("outcome", "key")
    with op.batch_alter_table("sighting") as sighting:
        sighting.add_column(sa.Column("by", sa.Text, nullable=True))
    with op.batch_alter_table("consent") as consent:
        consent.add_column(sa.Column("evidence", sa.Text, nullable=False, server_default=""))
    with op.batch_alter_table("decision") as decision:
        decision.add_column(sa.Column("known", _COUNT, nullable=False, server_default="0"))
        decision.add_column(sa.Column("account", sa.Text, nullable=True))
    op.create_table("owned", text("owner", key=True), text("stage", key=True), number("leads"))
    op.create_table(
        "conflict",
        key(),
        number("contact"),
        number("ref"),
        text("property"),
        text("field"),
        text("rule"),
        number("winner", null=True),
        number("sighting", null=True),
        number("decision", null=True),
        number("known"),
        number("at"),
    )
    index("conflict", "contact")
    index("conflict", "ref")
    op.create_table(
        "ruling",
        key(),
        text("kind"),
        number("contact", null=True),
        number("ref", null=True),
        number("other", null=True),
        text("field"),
        text("body"),
        number("at"),
    )
    index("ruling", "contact")
    op.create_table(
        "shape",
        text("platform", key=True),
        text("kind", key=True),
        text("body"),
        number("at"),
    )
