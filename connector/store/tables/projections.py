"""What the ledgers say now. Any of these can be dropped and rebuilt (`Store.rebuild`)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Table, UniqueConstraint
from sqlalchemy import text as sql

from connector.store.tables.metadata import key, metadata, number, real, text

ref = (
    Table(  # contact/account: whose record it is; a contact's record names its company in `account`
        "ref",
        metadata,
        key(),
        number("home"),
        text("key"),
        number("contact", optional=True),
        number("account", optional=True),
        number("gone_at", optional=True),
        number("target", optional=True),  # merged or converted into this ref
        UniqueConstraint("home", "key"),
        Index(
            None,
            "target",
            sqlite_where=sql("target IS NOT NULL"),
            postgresql_where=sql("target IS NOT NULL"),
        ),
        Index(
            None,
            "contact",
            sqlite_where=sql("contact IS NOT NULL"),
            postgresql_where=sql("contact IS NOT NULL"),
        ),
        Index(
            None,
            "account",
            sqlite_where=sql("account IS NOT NULL"),
            postgresql_where=sql("account IS NOT NULL"),
        ),
    )
)

contact = Table(
    "contact",
    metadata,
    key(),
    text("key", unique=True),
    number("account", optional=True),
    text("domain", optional=True),  # of its e-mail address, where that can name a company
    number("survivor", optional=True),  # this one turned out to be that one
    Index(
        None,
        "account",
        sqlite_where=sql("account IS NOT NULL"),
        postgresql_where=sql("account IS NOT NULL"),
    ),
    Index(
        None,
        "domain",
        sqlite_where=sql("domain IS NOT NULL"),
        postgresql_where=sql("domain IS NOT NULL"),
    ),
)

account = Table(
    "account", metadata, key(), text("key", unique=True), number("survivor", optional=True)
)

identity = Table(  # what identifies the person or company of a record
    "identity",
    metadata,
    text("kind", primary_key=True),
    text("value", primary_key=True),
    number("ref", ForeignKey("ref.id"), primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

observed = Table(  # body as in sighting.delta; at: the vendor's time of the latest sighting in it
    "observed",
    metadata,
    number("ref", ForeignKey("ref.id"), primary_key=True, autoincrement=False),
    number("at"),
    text("body"),
    text("keys"),
)

standing = Table(
    "standing",
    metadata,
    key("contact"),
    text("track", primary_key=True),
    text("body"),
    sqlite_with_rowid=False,
)

strength = Table(  # the unweighted sum at `at`; last: cluster time of the latest activity in it
    "strength",
    metadata,
    key("ref"),
    key("signal"),
    real("sum"),
    number("at"),
    number("last"),
    sqlite_with_rowid=False,
)

owner = Table(
    "owner",
    metadata,
    number("ref", ForeignKey("ref.id"), primary_key=True, autoincrement=False),
    text("key"),
    text("body"),
)

turn = Table(
    "turn",
    metadata,
    text("pool", primary_key=True),
    text("owner", primary_key=True),
    real("turns"),
)

unanswered = Table(
    "unanswered",
    metadata,
    text("owner", primary_key=True),
    text("track", primary_key=True),
    number("leads"),
)

owned = Table(  # leads with a hand-over, by whose they are and where they stand
    "owned",
    metadata,
    text("owner", primary_key=True),
    text("track", primary_key=True),
    text("stage", primary_key=True),
    number("leads"),
)

outbox = Table(  # one pending change per record; attempt: sent and without an answer
    "outbox",
    metadata,
    key(),
    text("platform"),
    text("kind"),
    text("record"),
    number("contact"),
    number("wanted"),
    number("lane"),
    number("not_before"),
    number("attempts"),
    number("attempt", optional=True),
    number("sent", optional=True),  # the wanted row that the open attempt sent
    UniqueConstraint("platform", "kind", "record"),
    Index(None, "platform", "lane", "id"),
    Index(None, "contact"),
)

look = Table(  # when a contact is to be decided next; mark: the ledger row that last made it due
    "look",
    metadata,
    key("contact"),
    number("at", optional=True),
    number("mark"),
    number("lane"),
    Index(
        None,
        "lane",
        "at",
        sqlite_where=sql("at IS NOT NULL"),
        postgresql_where=sql("at IS NOT NULL"),
    ),
)

PROJECTIONS = (
    ref,
    contact,
    account,
    identity,
    observed,
    standing,
    strength,
    owner,
    turn,
    unanswered,
    owned,
    outbox,
    look,
)
