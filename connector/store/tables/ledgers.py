"""What happened, append-only. Personal values live only in `sighting`, `activity_detail` and `wanted`.

`id` comes from one sequence for all ledgers: sorted by it, they tell the whole history in order.
"""

from __future__ import annotations

from sqlalchemy import Index, Table

from connector.store.tables.metadata import key, metadata, number, real, text

intake = Table(  # one merged page that brought something
    "intake",
    metadata,
    key(),
    text("platform"),
    text("stream"),
    number("at"),
    number("backfill"),
)

# link.role: contact, account, owner (target = their id), company (target = the company's ref; 0 = none any more).
# link.why: by what it was linked: own (its own contact), made (by us, for its contact), found (when we were to make it),
# our key, key:FIELD, redirect, joined, company, address, person.
link = Table(
    "link",
    metadata,
    key(),
    number("ref"),
    text("role"),
    number("target"),
    text("key", optional=True),  # set where this row minted the contact or account
    number("at"),
    text("why"),
)

redirect = Table(  # kind: merged, converted (into `target`), returned (no longer); gone, restored
    "redirect",
    metadata,
    key(),
    number("ref"),
    number("target", optional=True),
    text("kind"),
    number("at"),  # the vendor's time
    number("recorded_at"),
    Index(None, "ref"),
)

joined = Table(  # two contacts or accounts turned out to be one; standings: of a contact, by track, as they go on
    "joined",
    metadata,
    key(),
    text("role"),
    number("loser"),
    number("survivor"),
    number("at"),
    text("standings"),
)

# tie: a record of a contact names one that several may share: an opportunity. source: the record that says so, as text, if
# it is another one (a contact role). A later row with the same ref, other and source replaces the earlier.
tie = Table(
    "tie",
    metadata,
    key(),
    number("ref"),
    text("role"),
    number("other"),
    number("at"),
    text("source"),
    number("withdrawn"),
    Index(None, "ref", "other"),
    Index(None, "other"),
    Index(None, "source"),
)

sighting = Table(  # delta: {property: [form, hub value, since ms(, 1 if written by us)]}; keys: what identified it, if changed
    "sighting",
    metadata,
    key(),
    number("ref"),
    number("at"),  # the vendor's time, or that of our write
    number("recorded_at"),
    number("written"),
    text("delta"),
    text("keys", optional=True),
    text("by", optional=True),  # who changed it, where the system tells: a ref as text
    Index(None, "ref"),
)

activity = Table(  # clustered: one contact's history is a few range scans
    "activity",
    metadata,
    key("ref"),
    key("at"),
    key("key"),  # 63 bits of a hash of (platform, the activity's key)
    number("kind"),
    number("asset"),
    number("intake"),
    sqlite_with_rowid=False,
)

activity_detail = Table(
    "activity_detail",
    metadata,
    key("ref"),
    key("at"),
    key("key"),
    text("body"),
    sqlite_with_rowid=False,
)

outcome = (
    Table(  # a later row with the same ref and key replaces the earlier; `withdrawn` takes it back
        "outcome",
        metadata,
        key(),
        number("ref"),
        text("key"),
        text("kind"),
        number("at"),
        number("recorded_at"),
        number("withdrawn"),
        text("body"),
        Index(None, "ref"),
        Index(None, "key"),
    )
)

consent = Table(  # every change of a field in which the most restrictive value wins
    "consent",
    metadata,
    key(),
    number("ref"),
    text("field"),
    text("value"),
    number("at"),
    number("recorded_at"),
    text("evidence"),  # JSON: what the record says about where and how it was given
    Index(None, "ref"),
)

# conflict: an edit that lost: the sighting that showed it, the rule that decided, and the ref whose value won. known: 1 where
# the winning record had shown it before it was edited, so that whoever edited there knew of it.
conflict = Table(
    "conflict",
    metadata,
    key(),
    number("contact"),
    number("ref"),
    text("property"),
    text("field"),
    text("rule"),
    number("winner", optional=True),
    number("sighting", optional=True),
    number("decision", optional=True),
    number("known"),
    number("at"),
    Index(None, "contact"),
    Index(None, "ref"),
)

ruling = Table(  # what a person decided: link, unlink, choose (who wins a conflict), first (contact with a filled system)
    "ruling",
    metadata,
    key(),
    text("kind"),
    number("contact", optional=True),
    number("ref", optional=True),
    number("other", optional=True),
    text("field"),
    text("body"),
    number("at"),
    Index(None, "contact"),
)

rulebook = Table(
    "rulebook",
    metadata,
    key(),
    text("digest"),
    text("mappings"),
    text("texts"),
    number("at"),
    Index(None, "digest", "mappings", unique=True),
)

activation = Table(  # plan: the one that was applied by it
    "activation",
    metadata,
    key(),
    number("rulebook"),
    number("at"),
    number("plan", optional=True),
)

# plan: what other rules would do, as somebody saw it. activation: what was in force then; known: the last row of the ledgers it
# was made from; now: the moment it decides at; undoes: the plan it takes back; body: its figures, by names of rules only.
plan = Table(
    "plan",
    metadata,
    key(),
    text("hash"),
    number("undoes", optional=True),
    number("activation"),
    text("rulebook"),
    text("mappings"),
    number("now"),
    number("known"),
    number("people"),
    number("affected"),
    text("body"),
    number("at"),
    Index(None, "hash"),
)

planned = Table(  # whom a plan decides something about, and what, as a digest; affected: because of the change
    "planned",
    metadata,
    key("plan"),
    key("contact"),
    text("digest"),
    number("affected"),
    sqlite_with_rowid=False,
)

approval = Table(  # somebody lets a plan move this many people
    "approval", metadata, key(), number("plan"), number("allowed"), number("at")
)

applied = Table(  # whom a plan was carried out for; again: decided anew, because they were no longer as planned
    "applied",
    metadata,
    key(),
    number("plan"),
    number("contact"),
    number("decision", optional=True),
    number("again"),
    number("at"),
    Index(None, "plan"),
)

restored = Table(  # a standing that an undone plan gave back
    "restored",
    metadata,
    key(),
    number("plan"),
    number("contact"),
    text("track"),
    text("standing"),
    number("at"),
)

# decision.known, .account: the last row of the ledgers and the key of the account it was decided from, so that it replays.
decision = Table(
    "decision",
    metadata,
    key(),
    number("contact"),
    text("track"),
    number("at"),
    text("rulebook"),
    text("before"),  # stages, for the funnel
    text("stage"),
    text("body"),
    number("known"),
    text("account", optional=True),
    Index(None, "contact"),
    Index(None, "at"),
)

assignment = Table(  # turns: the owner's count of turns in the pool after this one
    "assignment",
    metadata,
    key(),
    number("decision"),
    number("contact"),
    text("pool"),
    text("owner"),
    real("turns"),
    number("at"),
)

wanted = Table(  # a change as it was decided; body holds forms, base, values, look-up
    "wanted",
    metadata,
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
    Index(None, "contact"),
    Index(None, "decision"),
)

attempt = Table(
    "attempt", metadata, key(), number("wanted"), number("at"), number("epoch", optional=True)
)

receipt = Table(  # state: one of Receipt's, or superseded, dropped (never sent)
    "receipt",
    metadata,
    key(),
    number("wanted"),
    number("attempt", optional=True),
    text("state"),
    number("ref", optional=True),
    text("code"),
    text("message"),
    number("again_at", optional=True),
    number("at"),
    Index(None, "wanted"),
)

agenda = (
    Table(  # why a contact became due, and what its next look was set to; contact 0 = everybody
        "agenda",
        metadata,
        key(),
        number("contact"),
        text("why"),
        number("at", optional=True),
        number("lane"),
        number("mark", optional=True),  # of the looks: the due mark they answered
    )
)

rewind = Table(
    "rewind",
    metadata,
    key(),
    text("platform"),
    text("stream"),
    text("before", optional=True),
    text("after", optional=True),
    text("why"),
    number("at"),
)

image = Table(  # a property that an undone plan wrote and no rule writes any more: `wanted` last, `first` over what was there before
    "image",
    metadata,
    key(),
    number("plan"),
    number("contact"),
    number("ref"),
    text("property"),
    number("first"),
    number("wanted"),
    number("at"),
    Index(None, "contact"),
)

LEDGERS = (
    intake,
    link,
    redirect,
    joined,
    tie,
    sighting,
    activity,
    activity_detail,
    outcome,
    consent,
    conflict,
    ruling,
    rulebook,
    activation,
    plan,
    planned,
    approval,
    applied,
    restored,
    image,
    decision,
    assignment,
    wanted,
    attempt,
    receipt,
    agenda,
    rewind,
)
