"""What the systems hold less of than we know: cut, rounded, or left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connector.decide.fields.plan import shown_by, unknown_of
from connector.decide.fields.unread import is_unread
from connector.model.mapping.mappings import Mappings
from connector.model.person.contact import Contact
from connector.store import Recorded

UNSENT = ("superseded", "dropped", "refused")


def losses(history: Iterable[Recorded]) -> tuple[str, ...]:
    """One sentence for each property whose latest write said less than the value."""
    found: dict[
        tuple[str, str, str], str
    ] = {}  # by kind of record: one that is created has no id yet
    for recorded in history:
        for wanted in recorded.wanted:
            if wanted.receipts and wanted.receipts[-1][0] in UNSENT:
                continue
            platform, kind, _ = wanted.ref
            for name in wanted.fields:
                found.pop((platform, kind, name), None)
            for name, sentence in wanted.lossy.items():
                found[platform, kind, name] = f"{platform} {kind}: {sentence}"
    return tuple(sentence for _, sentence in sorted(found.items()))


def unread(mappings: Mappings, contact: Contact) -> Iterator[str]:
    """One sentence for each property that shows what its mapping cannot read, or ignores; it says nothing to other systems."""
    plans, tables = shown_by(mappings), unknown_of(mappings)
    for ref, observed in sorted(contact.observed.items()):
        for name, field, *_ in plans.get(ref[:2], ()):
            seen = observed.get(name)
            if seen is not None and is_unread(seen, tables.get((*ref[:2], name), frozenset())):
                yield f"{ref.platform} {ref.kind}: {name} shows what cannot be read into {field}; it stays there"
