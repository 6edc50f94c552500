"""Plans of changed rules: what each would do, who allowed it, what became of it, and what was taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from connector.store.migrations.parts import index, key, number, text

revision = "0003"
down_revision = "0002"
_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _plans()
    _turns()
    _open_leads()


def _open_leads() -> None:
    """Counted by track: one that rules drop is nobody's work. What stood is counted again from the ledgers."""
    columns = {"unanswered": ("owner", "track"), "owned": ("owner", "track", "stage")}
    for table, names in columns.items():
        op.drop_table(table)
        op.create_table(table, *(text(name, key=True) for name in names), number("leads"))


def _turns() -> None:
    """The level that somebody comes back to may be a part of a turn."""
    for table in ("turn", "assignment"):
        with op.batch_alter_table(table) as counted:
            counted.alter_column("turns", existing_type=_COUNT, type_=sa.Double, nullable=False)


def _plans() -> None:
    with op.batch_alter_table("activation") as activation:
        activation.add_column(sa.Column("plan", _COUNT, nullable=True))
    op.create_table(
        "plan",
        key(),
        text("hash"),
        number("undoes", null=True),
        number("activation"),
        text("rulebook"),
        text("mappings"),
        number("now"),
        number("known"),
        number("people"),
        number("affected"),
        text("body"),
        number("at"),
    )
    index("plan", "hash")
    op.create_table(
        "planned",
        key("plan"),
        key("contact"),
        text("digest"),
        number("affected"),
        sqlite_with_rowid=False,
    )
    op.create_table("approval", key(), number("plan"), number("allowed"), number("at"))
    op.create_table(
        "applied",
        key(),
        number("plan"),
        number("contact"),
        number("decision", null=True),
        number("again"),
        number("at"),
    )
    index("applied", "plan")
    op.create_table(
        "restored",
        key(),
        number("plan"),
        number("contact"),
        text("track"),
        text("standing"),
        number("at"),
    )
    op.create_table(
        "image",
        key(),
        number("plan"),
        number("contact"),
        number("ref"),
        text("property"),
        number("first"),
        number("wanted"),
        number("at"),
    )
    index("image", "contact")
