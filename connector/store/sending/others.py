"""Values that identify somebody else by now: never put on a second record, where they would make a duplicate of our own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from connector.model.person.dossier import Decided
from connector.model.problem import Problem
from connector.model.systems.change import Change
from connector.model.systems.ref import Ref
from connector.store.due import LINKED
from connector.store.intake.work import Work
from connector.store.keeping import Keeping
from connector.store.sql.transaction import Transaction
from connector.store.sql.words import Homes

TAKEN = "TAKEN"
Holders = Mapping[str, Ref]  # property -> the record of another person that shows the value


def taken(tx: Transaction, keeping: Keeping, changes: Sequence[Change]) -> list[Holders]:
    """For each of these updates, what of it another person's living record in the same system shows."""
    wanted: dict[str, set[str]] = defaultdict(set)
    named = [list(_named(keeping, change)) for change in changes]
    for each in named:
        for _, field, value in each:
            wanted[field].add(value)
    if not wanted:
        return [{}] * len(changes)
    holders = _holders(tx, wanted)
    return [
        {
            name: ref
            for name, field, value in each
            for contact, ref in holders.get((field, value), ())
            if contact != change.contact and ref.platform == change.ref.platform
        }
        for change, each in zip(changes, named, strict=True)
    ]


def without_others(tx: Transaction, keeping: Keeping, decided: Sequence[Decided]) -> list[Decided]:
    """These contacts without values that identify somebody else; a person is told."""
    holders = iter(taken(tx, keeping, [change for one in decided for change in one.changes]))
    return [_without(one, [next(holders) for _ in one.changes]) for one in decided]


def ask_again(work: Work) -> None:
    """Somebody's keys or records have changed: what was left out may be free now."""
    for (contact,) in work.tx.rows(
        "SELECT DISTINCT contact FROM shelf WHERE code = ? AND state IN ('open', 'retry', 'skipped')"
        " AND contact IS NOT NULL ORDER BY 1",
        TAKEN,
    ):
        work.touch(contact, LINKED)


def _without(one: Decided, holders: Sequence[Holders]) -> Decided:
    if not any(holders):
        return one
    left = [_left(change, held) for change, held in zip(one.changes, holders, strict=True)]
    problems = [
        _problem(change, name, ref)
        for change, held in zip(one.changes, holders, strict=True)
        for name, ref in held.items()
    ]
    changes = tuple(change for change in left if change.fields)
    return replace(one, changes=changes, problems=(*one.problems, *problems))


def _left(change: Change, held: Holders) -> Change:
    return replace(
        change,
        fields={name: form for name, form in change.fields.items() if name not in held},
        base={name: form for name, form in change.base.items() if name not in held},
        values={name: value for name, value in change.values.items() if name not in held},
        shared=tuple(name for name in change.shared if name not in held),
    )


def _problem(change: Change, name: str, ref: Ref) -> Problem:
    return Problem(
        str(change.ref),
        f"{name} of {change.ref} is not written: {ref}, which is somebody else's, shows that value",
        f"merge the two there if they are one person, or run: leadcycle link {ref} {change.contact}",
        code=TAKEN,
    )


def _named(keeping: Keeping, change: Change) -> Iterable[tuple[str, str, str]]:
    """(property, field, value) of what identifies a person in this update."""
    if change.create:
        return
    for name, field in keeping.identifying(change.ref.platform, change.ref.kind).items():
        value = change.values.get(name)
        if name in change.fields and value is not None:
            yield name, field, str(value)


def _holders(
    tx: Transaction, wanted: Mapping[str, Iterable[str]]
) -> dict[tuple[str, str], list[tuple[int, Ref]]]:
    homes = Homes(tx)
    found: dict[tuple[str, str], list[tuple[int, Ref]]] = defaultdict(list)
    for field, values in wanted.items():
        for value, contact, home, key in tx.rows(
            "SELECT i.value, r.contact, r.home, r.key FROM identity i JOIN ref r ON r.id = i.ref"
            " WHERE i.kind = ? AND i.value IN [?] AND r.contact IS NOT NULL AND r.gone_at IS NULL AND r.target IS NULL"
            " ORDER BY r.id",
            field,
            sorted(values),
        ):
            found[field, value].append((contact, Ref(*homes.place(home), key)))
    return found
