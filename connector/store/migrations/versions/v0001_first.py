"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from connector.store.migrations.parts import index, key, number, text

revision = "0001"
down_revision = None


def upgrade() -> None:
    _ledgers()
    _projections()
    _bookkeeping()


def _ledgers() -> None:
    op.create_table(
        "intake",
        key(),
        text("platform"),
        text("stream"),
        number("at"),
        number("backfill"),
    )
    op.create_table(
        "link",
        key(),
        number("ref"),
        text("role"),
        number("target"),
        text("key", null=True),
        number("at"),
    )
    op.create_table(
        "redirect",
        key(),
        number("ref"),
        number("target", null=True),
        text("kind"),
        number("at"),
        number("recorded_at"),
    )
    index("redirect", "ref")
    op.create_table(
        "joined",
        key(),
        text("role"),
        number("loser"),
        number("survivor"),
        number("at"),
    )
    op.create_table(
        "tie",
        key(),
        number("ref"),
        text("role"),
        number("other"),
        number("at"),
    )
    index("tie", "other")
    index("tie", "ref", "other", unique=True)
    op.create_table(
        "sighting",
        key(),
        number("ref"),
        number("at"),
        number("recorded_at"),
        number("written"),
        text("delta"),
        text("keys", null=True),
    )
    index("sighting", "ref")
    op.create_table(
        "activity",
        key("ref"),
        key("at"),
        key("key"),
        number("kind"),
        number("asset"),
        number("intake"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "activity_detail",
        key("ref"),
        key("at"),
        key("key"),
        text("body"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outcome",
        key(),
        number("ref"),
        text("key"),
        text("kind"),
        number("at"),
        number("recorded_at"),
        number("withdrawn"),
        text("body"),
    )
    index("outcome", "ref")
    op.create_table(
        "consent",
        key(),
        number("ref"),
        text("field"),
        text("value"),
        number("at"),
        number("recorded_at"),
    )
    index("consent", "ref")
    op.create_table(
        "rulebook",
        key(),
        text("digest"),
        text("mappings"),
        text("texts"),
        number("at"),
    )
    index("rulebook", "digest", "mappings", unique=True)
    op.create_table(
        "activation",
        key(),
        number("rulebook"),
        number("at"),
    )
    op.create_table(
        "decision",
        key(),
        number("contact"),
        text("track"),
        number("at"),
        text("rulebook"),
        text("before"),
        text("stage"),
        text("body"),
    )
    index("decision", "at")
    index("decision", "contact")
    op.create_table(
        "assignment",
        key(),
        number("decision"),
        number("contact"),
        text("pool"),
        text("owner"),
        number("turns"),
        number("at"),
    )
    op.create_table(
        "wanted",
        key(),
        number("decision"),
        number("contact"),
        text("platform"),
        text("kind"),
        text("record"),
        text("key"),
        number("lane"),
        text("body"),
        number("at"),
    )
    index("wanted", "contact")
    index("wanted", "decision")
    op.create_table(
        "attempt",
        key(),
        number("wanted"),
        number("at"),
        number("epoch", null=True),
    )
    op.create_table(
        "receipt",
        key(),
        number("wanted"),
        number("attempt", null=True),
        text("state"),
        number("ref", null=True),
        text("code"),
        text("message"),
        number("again_at", null=True),
        number("at"),
    )
    index("receipt", "wanted")
    op.create_table(
        "agenda",
        key(),
        number("contact"),
        text("why"),
        number("at", null=True),
        number("lane"),
        number("mark", null=True),
    )
    op.create_table(
        "rewind",
        key(),
        text("platform"),
        text("stream"),
        text("before", null=True),
        text("after", null=True),
        text("why"),
        number("at"),
    )


def _projections() -> None:
    op.create_table(
        "ref",
        key(),
        number("home"),
        text("key"),
        number("contact", null=True),
        number("account", null=True),
        number("gone_at", null=True),
        number("target", null=True),
        sa.UniqueConstraint("home", "key"),
    )
    index("ref", "account", where="account IS NOT NULL")
    index("ref", "contact", where="contact IS NOT NULL")
    index("ref", "target", where="target IS NOT NULL")
    op.create_table(
        "contact",
        key(),
        text("key"),
        number("account", null=True),
        text("domain", null=True),
        number("survivor", null=True),
        sa.UniqueConstraint("key"),
    )
    index("contact", "account", where="account IS NOT NULL")
    index("contact", "domain", where="domain IS NOT NULL")
    op.create_table(
        "account",
        key(),
        text("key"),
        number("survivor", null=True),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "identity",
        text("kind", key=True),
        text("value", key=True),
        key("ref"),
        sa.ForeignKeyConstraint(["ref"], ["ref.id"]),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "observed",
        key("ref"),
        number("at"),
        text("body"),
        text("keys"),
        sa.ForeignKeyConstraint(["ref"], ["ref.id"]),
    )
    op.create_table(
        "standing",
        key("contact"),
        text("track", key=True),
        text("body"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "strength",
        key("ref"),
        key("signal"),
        sa.Column("sum", sa.Double, nullable=False),
        number("at"),
        number("last"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "owner",
        key("ref"),
        text("key"),
        text("body"),
        sa.ForeignKeyConstraint(["ref"], ["ref.id"]),
    )
    op.create_table(
        "turn",
        text("pool", key=True),
        text("owner", key=True),
        number("turns"),
    )
    op.create_table(
        "unanswered",
        text("owner", key=True),
        number("leads"),
    )
    op.create_table(
        "outbox",
        key(),
        text("platform"),
        text("kind"),
        text("record"),
        number("contact"),
        number("wanted"),
        number("lane"),
        number("not_before"),
        number("attempts"),
        number("attempt", null=True),
        number("sent", null=True),
        sa.UniqueConstraint("platform", "kind", "record"),
    )
    index("outbox", "contact")
    index("outbox", "platform", "lane", "id")
    op.create_table(
        "look",
        key("contact"),
        number("at", null=True),
        number("mark"),
        number("lane"),
    )
    index("look", "lane", "at", where="at IS NOT NULL")


def _bookkeeping() -> None:
    op.create_table(
        "counter",
        text("name", key=True),
        number("value"),
    )
    op.create_table(
        "meta",
        text("name", key=True),
        text("value"),
    )
    op.create_table(
        "home",
        key(),
        text("platform"),
        text("kind"),
        sa.UniqueConstraint("platform", "kind"),
    )
    op.create_table(
        "word",
        key(),
        text("text"),
        sa.UniqueConstraint("text"),
    )
    op.create_table(
        "signal",
        key(),
        text("digest"),
        sa.UniqueConstraint("digest"),
    )
    op.create_table(
        "cursor",
        text("platform", key=True),
        text("stream", key=True),
        text("cursor", null=True),
        number("at", null=True),
        number("cycle_at", null=True),
    )
    op.create_table(
        "shelf",
        key(),
        text("origin"),
        text("platform"),
        text("record"),
        text("code"),
        text("level"),
        text("message"),
        text("hint"),
        number("contact", null=True),
        number("wanted", null=True),
        number("since"),
        number("seen_at"),
        text("state"),
        number("count"),
        sa.UniqueConstraint("origin", "record", "code"),
    )
    index("shelf", "record")
    index("shelf", "state")
    op.create_table(
        "usage",
        text("platform", key=True),
        text("day", key=True),
        number("calls"),
    )
    op.create_table(
        "lease",
        text("name", key=True),
        text("holder"),
        number("epoch"),
        number("until"),
    )
