"""What an undo does not take back: new records, leads that were given to somebody, people of sales, values edited since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from connector.cli.rollout.planned import names_of
from connector.store import Store
from connector.store.rollout.kept import Plan
from connector.store.rollout.remains import Remains
from connector.sync.counted import people

FIRST = 10


def as_left(left: Remains) -> dict[str, Any]:
    """As JSON, people by number."""
    return {
        "made": [str(ref) for ref in left.made_first],
        "made_count": left.made,
        "assigned": [{"contact": who, "owner": owner} for who, owner in left.assigned_first],
        "assigned_count": left.assigned,
        "moved_on": list(left.moved_on_first),
        "moved_on_count": left.moved_on,
        "edited": [{"record": str(ref), "property": name} for ref, name in left.edited_first],
        "edited_count": left.edited,
    }


def told_left(store: Store, left: Remains, plan: Plan) -> list[str]:
    """The same for people's eyes, by names; nothing where nothing is left."""
    return [
        *_made(left),
        *_assigned(store, left, plan),
        *_moved_on(store, left, plan),
        *_edited(left),
    ]


def _made(left: Remains) -> Iterator[str]:
    if left.made:
        some = ", ".join(map(str, left.made_first[:FIRST]))
        yield f"\nStays there, for nothing is deleted: {left.made:,} new records: {some}"


def _assigned(store: Store, left: Remains, plan: Plan) -> Iterator[str]:
    if left.assigned:
        some = left.assigned_first[:FIRST]
        names = _names(store, [contact for contact, _ in some], plan)
        yield f"\n{left.assigned:,} leads were given to somebody, who knows of them:"
        yield from (f"  {name} to {owner}" for name, (_, owner) in zip(names, some, strict=True))


def _moved_on(store: Store, left: Remains, plan: Plan) -> Iterator[str]:
    if left.moved_on:
        some = ", ".join(_names(store, left.moved_on_first[:FIRST], plan))
        verb = "is" if left.moved_on == 1 else "are"
        keep = "keeps the" if left.moved_on == 1 else "keep their"
        moved = "has" if left.moved_on == 1 else "have"
        yield f"\n{people(left.moved_on)} {verb} with sales or {moved} moved on since, and {keep} standing: {some}"


def _edited(left: Remains) -> Iterator[str]:
    if left.edited:
        some = ", ".join(f"{ref} {name}" for ref, name in left.edited_first[:FIRST])
        count = "One value has" if left.edited == 1 else f"{left.edited:,} values have"
        yield f"\n{count} been edited since: {some}"
        yield "  Nothing is put back there; the rules from before may write it."


def _names(store: Store, contacts: Sequence[int], plan: Plan) -> list[str]:
    known = names_of(store, contacts, plan)
    return [known.get(one, f"contact/{one}") for one in contacts]
