"""People with what they reached, what touched them and what they bought: what a cost report is made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby, islice
from operator import itemgetter

from connector.decide.costs.credit import Touched
from connector.decide.costs.values import Journey, Won
from connector.decide.facts import Facts
from connector.decide.joint import rank_of
from connector.decide.place.channel import claims
from connector.decide.place.placing import touched
from connector.model.money import Money
from connector.model.person.contact import Contact
from connector.model.roster import Roster
from connector.model.rules import Lifecycle, Rulebook
from connector.model.systems.fact import Outcome
from connector.store.deciding import dossiers
from connector.store.deciding.strengths import activities_of
from connector.store.intake.done.ties import STANDS
from connector.store.keeping import Keeping
from connector.store.recall.undone import NOT_BACK_BY
from connector.store.sql.moment import from_ms, to_ms
from connector.store.sql.transaction import Transaction

SLICE = 500
DEAL = ("opened", "lost", "won")  # at one moment the closing counts
Reached = dict[str, datetime]


def journeys(
    tx: Transaction,
    keeping: Keeping,
    since: datetime,
    until: datetime,
    track: str,
    currency: str,
) -> Iterator[Journey]:
    """Everybody who reached a stage in the period for the first time, or bought something in it.

    The period includes `since` and excludes `until`. Outcomes and touches are those known now; `currency` is that of amounts that
    name none. Stages follow the order of the rules in force: who comes to one has come to all before it.
    What a stage was called before counts as the stage.
    """
    book = keeping.book
    if book is None:
        return
    buyers = _buyers(tx, since, until)
    came = _came(tx, book.lifecycle, since, until, track)
    while some := dict(islice(came, SLICE)):
        yield from _journeys(tx, keeping, book, some, since, until, currency)
        buyers -= some.keys()
    rest: Iterator[tuple[int, Reached]] = ((contact, {}) for contact in sorted(buyers))
    while some := dict(islice(rest, SLICE)):
        yield from _journeys(tx, keeping, book, some, since, until, currency)


def _journeys(
    tx: Transaction,
    keeping: Keeping,
    book: Rulebook,
    some: Mapping[int, Reached],
    since: datetime,
    until: datetime,
    currency: str,
) -> Iterator[Journey]:
    acts = _acts(tx, book, list(some))
    for one in dossiers.dossiers(tx, keeping, dossiers.marks(tx, list(some)), until):
        contact = one.contact
        yield Journey(
            contact.id,
            some[contact.id],
            tuple(_touches(book, contact, acts[contact.id])),
            tuple(_won(contact.outcomes, since, until, currency)),
        )


def _came(
    tx: Transaction, cycle: Lifecycle, since: datetime, until: datetime, track: str
) -> Iterator[tuple[int, Reached]]:
    """Contacts that came to a stage, or past it, for the first time in the period, with when they did."""
    stages, rank = cycle.stages, rank_of(cycle)
    rows = (
        row
        for some in tx.slices(
            "SELECT COALESCE(c.survivor, c.id), d.stage, min(d.at) FROM decision d JOIN contact c ON c.id = d.contact"  # noqa: S608  (ours)
            f" WHERE d.track = ? AND d.at < ? AND d.before <> d.stage AND {NOT_BACK_BY} GROUP BY 1, 2 ORDER BY 1, 2",
            track,
            to_ms(until),
            to_ms(until),
        )
        for row in some
    )
    for contact, mine in groupby(rows, key=itemgetter(0)):
        first: dict[str, int] = {}
        for _, stage, at in mine:
            for passed in stages[: rank.get(stage, -1) + 1]:
                first[passed] = min(at, first.get(passed, at))
        reached = {stage: from_ms(at) for stage, at in first.items() if at >= to_ms(since)}
        if reached:
            yield contact, reached


def _buyers(tx: Transaction, since: datetime, until: datetime) -> set[int]:
    """Contacts with a deal that was won in the period, also through a deal that several take part in."""
    rows = tx.rows(
        "SELECT DISTINCT ref FROM outcome WHERE kind = 'won' AND at >= ? AND at < ?",
        to_ms(since),
        to_ms(until),
    )
    refs = [ref for (ref,) in rows]
    tied = tx.rows(
        f"SELECT t.ref FROM tie t WHERE t.other IN [?] AND {STANDS}",  # noqa: S608  (ours)
        refs,
    )
    owners = tx.rows(
        "SELECT DISTINCT contact FROM ref WHERE id IN [?] AND contact IS NOT NULL",
        sorted({*refs, *(ref for (ref,) in tied)}),
    )
    return {contact for (contact,) in owners}


def _acts(tx: Transaction, book: Rulebook, contacts: Sequence[int]) -> Mapping[int, list[Touched]]:
    """Activities that a channel claims, by contact."""
    ask = claims(book)
    kinds = {rule.kind for channel in book.channels for rule in channel.touches}
    found: dict[int, list[Touched]] = defaultdict(list)
    if not kinds:
        return found
    rows = tx.rows("SELECT id, contact FROM ref WHERE contact IN [?]", list(contacts))
    holders: dict[int, int] = dict(rows)
    for contact, by_kind in activities_of(tx, holders, kinds).items():
        for kind, acts in by_kind.items():
            for at, asset, detail in acts:
                claim = ask(kind, asset, detail)
                if claim is not None:
                    found[contact].append(Touched(at, claim.channel))
    return found


def _touches(book: Rulebook, contact: Contact, acts: Sequence[Touched]) -> Iterator[Touched]:
    """The first touch, if a channel has it, then everything else that one claims; no touch twice."""
    first = touched(book, contact)
    channel = Facts(contact, Roster(), book).get("channel")
    claimed = first is not None and any(act == (first.at, channel) for act in acts)
    if first is not None and channel and not claimed:
        yield Touched(first.at, channel)
    yield from sorted(acts)


def _won(
    outcomes: Sequence[Outcome], since: datetime, until: datetime, currency: str
) -> Iterator[Won]:
    """Deals that stand as won, each by its last word."""
    last: dict[str, Outcome] = {}
    for one in sorted(outcomes, key=lambda o: (o.at, DEAL.index(o.kind) if o.kind in DEAL else 0)):
        if one.kind in DEAL:
            last[str(one.evidence or one.ref)] = one
    for key, one in last.items():
        if one.kind == "won" and since <= one.at < until:
            yield Won(key, one.at, _money(one.amount, one.currency or currency))


def _money(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount, currency)
