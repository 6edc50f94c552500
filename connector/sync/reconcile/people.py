"""What each contact's decision wants in each system, against what is there: nothing may be wanted that nobody is about to write."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime

from connector.decide.fields.inherit import reads
from connector.decide.fields.plan import written_to
from connector.decide.fields.scope import inside
from connector.decide.fields.sources import facts
from connector.decide.fit.kind import fitting
from connector.model.mapping.field import Field
from connector.model.mapping.mappings import Mappings
from connector.model.person.dossier import Dossier
from connector.model.rules import Rulebook
from connector.model.systems.change import Change
from connector.store import Store
from connector.store.proof.records import Waiting
from connector.sync.evaluate import evaluate_one
from connector.sync.first import beyond
from connector.sync.reconcile import causes
from connector.sync.reconcile.difference import Cause, Difference, Reconciled

NO_CREATE = "the mapping creates no records there"
NOT_YET = "the condition for creating one does not hold, or another record stands for it"


def people(
    store: Store,
    book: Rulebook,
    mappings: Mappings,
    now: datetime,
    found: Mapping[str, Reconciled],
) -> None:
    """Adds to `found` (by platform) what decisions want and no record shows, and counts what may differ by rule."""
    records, roster, fits = (
        store.records(),
        store.roster(),
        fitting(store.described.shapes())(mappings),
    )
    waiting = records.waiting()
    held = {name for name in found if _held(store, name)}
    fields, plans = _fields(mappings), written_to(mappings)(book.lifecycle.stages)
    for dossiers, due in records.people(now):
        for dossier in dossiers:
            decided = evaluate_one(book, mappings, dossier, roster, now, fits)
            for change in decided.changes:
                there = found.get(change.ref.platform)
                if there is not None:
                    due_now, gated = dossier.contact.id in due, change.ref.platform in held
                    there.add(_unwritten(change, dossier, due_now, gated, waiting))
            wanted = {change.ref.platform for change in decided.changes if change.create}
            for platform, field, rule in _by_rule(dossier, mappings, fields):
                if platform in found:
                    found[platform].by_rule[field, rule] += 1
            for platform, why in _one_sided(dossier, mappings):
                if platform in found and platform not in wanted:
                    found[platform].by_rule["no record", why] += 1
            get = facts(book, decided.decisions[0], dossier.contact, roster)
            for plan in plans:
                name = plan.mapping.platform
                if name in found and not inside(plan, get):
                    found[name].by_rule["out of scope", "nothing is written but objections"] += 1


def _held(store: Store, platform: str) -> bool:
    """Whether first contact with this system still waits for a person."""
    said = store.first.allowed(platform)
    if said is None:
        return store.first.strangers(platform, 1) > 0
    if said.over:
        return False
    left, done = store.first.creates(platform, said.ruling)
    return bool(beyond(left, done, said.creates))


def _unwritten(
    change: Change, dossier: Dossier, due: bool, held: bool, waiting: Waiting
) -> Difference:
    record = str(change.ref)
    names = tuple(sorted(change.fields))
    cause = causes.HELD if held else _cause(change, due, waiting)
    return Difference("not written", record, cause, names, dossier.contact.id)


def _cause(change: Change, due: bool, waiting: Waiting) -> Cause:
    shelved = waiting.shelf.get(str(change.ref)) or waiting.shelf.get(f"contact/{change.contact}")
    if change.ref in waiting.outbox:
        return causes.SENT if waiting.outbox[change.ref] else causes.PENDING
    if due:
        return causes.DUE
    return causes.FORGOTTEN if shelved is None else causes.shelved(shelved[1])


Reads = Mapping[tuple[str, str], Mapping[str, str]]


def _fields(mappings: Mappings) -> Reads:
    """(platform, kind) -> property -> field, of people's records."""
    return {
        (name, kind): {read.property: read.field for read in reads(platform, record)}
        for name, platform in mappings.platforms.items()
        for kind, record in platform.records.items()
        if record.is_ == "contact"
    }


def _by_rule(dossier: Dossier, mappings: Mappings, fields: Reads) -> Iterator[tuple[str, str, str]]:
    """(platform, field, rule) where a record says something else than what won, and stands by the rule."""
    shown: dict[str, Counter[str]] = defaultdict(Counter)
    for ref, observed in dossier.contact.observed.items():
        of = fields.get(ref[:2], {})
        for name, seen in observed.items():
            field = of.get(name)
            won = dossier.contact.fields.get(field) if field else None
            if field and won is not None and seen.value is not None and seen.value != won.value:
                shown[ref.platform][field] += 1
    for platform, counted in shown.items():
        for field in counted:
            if field in mappings.fields:
                yield platform, field, rule(mappings.fields[field])


def rule(field: Field) -> str:
    """Who wins, as people say it."""
    if field.wins == "order":
        return " before ".join(field.order)
    return field.wins.replace("_", " ")


def _one_sided(dossier: Dossier, mappings: Mappings) -> Iterator[tuple[str, str]]:
    """Platforms in which nothing stands for this person, and why."""
    has = {ref.platform for ref in dossier.contact.refs}
    for name, platform in mappings.platforms.items():
        kinds = [record for record in platform.records.values() if record.is_ == "contact"]
        if kinds and name not in has:
            creates = any(record.create is not None for record in kinds)
            yield name, NOT_YET if creates else NO_CREATE
