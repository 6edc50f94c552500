"""Neither facts nor decisions: where streams stand, what a person must look at, who may write."""

from __future__ import annotations

from sqlalchemy import Index, Table, UniqueConstraint

from connector.store.tables.metadata import key, metadata, number, text

counter = Table("counter", metadata, text("name", primary_key=True), number("value"))

meta = Table("meta", metadata, text("name", primary_key=True), text("value"))

home = Table(  # where a ref lives
    "home",
    metadata,
    key(),
    text("platform"),
    text("kind"),
    UniqueConstraint("platform", "kind"),
)

word = Table(  # kinds of activities and assets
    "word", metadata, key(), text("text", unique=True)
)

signal = Table(  # signals whose sums are kept, by digest
    "signal", metadata, key(), text("digest", unique=True)
)

cursor = Table(
    "cursor",
    metadata,
    text("platform", primary_key=True),
    text("stream", primary_key=True),
    text("cursor", optional=True),
    number("at", optional=True),
    number("cycle_at", optional=True),
)

shelf = Table(
    "shelf",
    metadata,
    key(),
    text("origin"),  # read, match, decide, write
    text("platform"),
    text("record"),
    text("code"),
    text("level"),
    text("message"),
    text("hint"),
    number("contact", optional=True),
    number("wanted", optional=True),
    number("since"),
    number("seen_at"),
    text("state"),  # open, retry, skipped, cured
    number("count"),
    UniqueConstraint("origin", "record", "code"),
    Index(None, "record"),
    Index(None, "state"),
)

shape = Table(  # what a system last said about one kind of its records: properties, types, lengths, values
    "shape",
    metadata,
    text("platform", primary_key=True),
    text("kind", primary_key=True),
    text("body"),
    number("at"),
)

usage = Table(
    "usage",
    metadata,
    text("platform", primary_key=True),
    text("day", primary_key=True),
    number("calls"),
)

lease = Table(
    "lease",
    metadata,
    text("name", primary_key=True),
    text("holder"),
    number("epoch"),
    number("until"),
)

BOOKKEEPING = (counter, meta, home, word, signal, cursor, shelf, shape, usage, lease)
