"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key(name: str = "id") -> sa.Column[int]:
    return sa.Column(name, _NUMBER, primary_key=True, autoincrement=False)


def _number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, _NUMBER, nullable=null)


def _text(name: str, *, null: bool = False, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=null, primary_key=key)


def _index(table: str, *columns: str, where: str = "", unique: bool = False) -> None:
    condition = sa.text(where) if where else None
    op.create_index(
        f"ix_{table}_{'_'.join(columns)}",
        table,
        list(columns),
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
    )


def upgrade() -> None:
    _ledgers()
    _projections()
    _bookkeeping()


def _ledgers() -> None:
    op.create_table(
        "intake",
        _key(),
        _text("platform"),
        _text("stream"),
        _number("at"),
        _number("backfill"),
    )
    op.create_table(
        "link",
        _key(),
        _number("ref"),
        _text("role"),
        _number("target"),
        _text("key", null=True),
        _number("at"),
    )
    op.create_table(
        "redirect",
        _key(),
        _number("ref"),
        _number("target", null=True),
        _text("kind"),
        _number("at"),
        _number("recorded_at"),
    )
    _index("redirect", "ref")
    op.create_table(
        "joined",
        _key(),
        _text("role"),
        _number("loser"),
        _number("survivor"),
        _number("at"),
    )
    op.create_table(
        "tie",
        _key(),
        _number("ref"),
        _text("role"),
        _number("other"),
        _number("at"),
    )
    _index("tie", "other")
    _index("tie", "ref", "other", unique=True)
    op.create_table(
        "sighting",
        _key(),
        _number("ref"),
        _number("at"),
        _number("recorded_at"),
        _number("written"),
        _text("delta"),
        _text("keys", null=True),
    )
    _index("sighting", "ref")
    op.create_table(
        "activity",
        _key("ref"),
        _key("at"),
        _key("key"),
        _number("kind"),
        _number("asset"),
        _number("intake"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "activity_detail",
        _key("ref"),
        _key("at"),
        _key("key"),
        _text("body"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outcome",
        _key(),
        _number("ref"),
        _text("key"),
        _text("kind"),
        _number("at"),
        _number("recorded_at"),
        _number("withdrawn"),
        _text("body"),
    )
    _index("outcome", "ref")
    op.create_table(
        "consent",
        _key(),
        _number("ref"),
        _text("field"),
        _text("value"),
        _number("at"),
        _number("recorded_at"),
    )
    _index("consent", "ref")
    op.create_table(
        "rulebook",
        _key(),
        _text("digest"),
        _text("mappings"),
        _text("texts"),
        _number("at"),
    )
    _index("rulebook", "digest", "mappings", unique=True)
    op.create_table(
        "activation",
        _key(),
        _number("rulebook"),
        _number("at"),
    )
    op.create_table(
        "decision",
        _key(),
        _number("contact"),
        _text("track"),
        _number("at"),
        _text("rulebook"),
        _text("before"),
        _text("stage"),
        _text("body"),
    )
    _index("decision", "at")
    _index("decision", "contact")
    op.create_table(
        "assignment",
        _key(),
        _number("decision"),
        _number("contact"),
        _text("pool"),
        _text("owner"),
        _number("turns"),
        _number("at"),
    )
    op.create_table(
        "wanted",
        _key(),
        _number("decision"),
        _number("contact"),
        _text("platform"),
        _text("kind"),
        _text("record"),
        _text("key"),
        _number("lane"),
        _text("body"),
        _number("at"),
    )
    _index("wanted", "contact")
    _index("wanted", "decision")
    op.create_table(
        "attempt",
        _key(),
        _number("wanted"),
        _number("at"),
        _number("epoch", null=True),
    )
    op.create_table(
        "receipt",
        _key(),
        _number("wanted"),
        _number("attempt", null=True),
        _text("state"),
        _number("ref", null=True),
        _text("code"),
        _text("message"),
        _number("again_at", null=True),
        _number("at"),
    )
    _index("receipt", "wanted")
    op.create_table(
        "agenda",
        _key(),
        _number("contact"),
        _text("why"),
        _number("at", null=True),
        _number("lane"),
        _number("mark", null=True),
    )
    op.create_table(
        "rewind",
        _key(),
        _text("platform"),
        _text("stream"),
        _text("before", null=True),
        _text("after", null=True),
        _text("why"),
        _number("at"),
    )


def _projections() -> None:
    op.create_table(
        "ref",
        _key(),
        _number("home"),
        _text("key"),
        _number("contact", null=True),
        _number("account", null=True),
        _number("gone_at", null=True),
        _number("target", null=True),
        sa.UniqueConstraint("home", "key"),
    )
    _index("ref", "account", where="account IS NOT NULL")
    _index("ref", "contact", where="contact IS NOT NULL")
    _index("ref", "target", where="target IS NOT NULL")
    op.create_table(
        "contact",
        _key(),
        _text("key"),
        _number("account", null=True),
        _text("domain", null=True),
        _number("survivor", null=True),
        sa.UniqueConstraint("key"),
    )
    _index("contact", "account", where="account IS NOT NULL")
    _index("contact", "domain", where="domain IS NOT NULL")
    op.create_table(
        "account",
        _key(),
        _text("key"),
        _number("survivor", null=True),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "identity",
        _text("kind", key=True),
        _text("value", key=True),
        _key("ref"),
        sa.ForeignKeyConstraint(["ref"], ["ref.id"]),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "observed",
        _key("ref"),
        _number("at"),
        _text("body"),
        _text("keys"),
        sa.ForeignKeyConstraint(["ref"], ["ref.id"]),
    )
    op.create_table(
        "standing",
        _key("contact"),
        _text("track", key=True),
        _text("body"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "strength",
        _key("ref"),
        _key("signal"),
        sa.Column("sum", sa.Double, nullable=False),
        _number("at"),
        _number("last"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "owner",
        _key("ref"),
        _text("key"),
        _text("body"),
        sa.ForeignKeyConstraint(["ref"], ["ref.id"]),
    )
    op.create_table(
        "turn",
        _text("pool", key=True),
        _text("owner", key=True),
        _number("turns"),
    )
    op.create_table(
        "unanswered",
        _text("owner", key=True),
        _number("leads"),
    )
    op.create_table(
        "outbox",
        _key(),
        _text("platform"),
        _text("kind"),
        _text("record"),
        _number("contact"),
        _number("wanted"),
        _number("lane"),
        _number("not_before"),
        _number("attempts"),
        _number("attempt", null=True),
        _number("sent", null=True),
        sa.UniqueConstraint("platform", "kind", "record"),
    )
    _index("outbox", "contact")
    _index("outbox", "platform", "lane", "id")
    op.create_table(
        "look",
        _key("contact"),
        _number("at", null=True),
        _number("mark"),
        _number("lane"),
    )
    _index("look", "lane", "at", where="at IS NOT NULL")


def _bookkeeping() -> None:
    op.create_table(
        "counter",
        _text("name", key=True),
        _number("value"),
    )
    op.create_table(
        "meta",
        _text("name", key=True),
        _text("value"),
    )
    op.create_table(
        "home",
        _key(),
        _text("platform"),
        _text("kind"),
        sa.UniqueConstraint("platform", "kind"),
    )
    op.create_table(
        "word",
        _key(),
        _text("text"),
        sa.UniqueConstraint("text"),
    )
    op.create_table(
        "signal",
        _key(),
        _text("digest"),
        sa.UniqueConstraint("digest"),
    )
    op.create_table(
        "cursor",
        _text("platform", key=True),
        _text("stream", key=True),
        _text("cursor", null=True),
        _number("at", null=True),
        _number("cycle_at", null=True),
    )
    op.create_table(
        "shelf",
        _key(),
        _text("origin"),
        _text("platform"),
        _text("record"),
        _text("code"),
        _text("level"),
        _text("message"),
        _text("hint"),
        _number("contact", null=True),
        _number("wanted", null=True),
        _number("since"),
        _number("seen_at"),
        _text("state"),
        _number("count"),
        sa.UniqueConstraint("origin", "record", "code"),
    )
    _index("shelf", "record")
    _index("shelf", "state")
    op.create_table(
        "usage",
        _text("platform", key=True),
        _text("day", key=True),
        _number("calls"),
    )
    op.create_table(
        "lease",
        _text("name", key=True),
        _text("holder"),
        _number("epoch"),
        _number("until"),
    )
