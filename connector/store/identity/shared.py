"""Addresses and numbers that turn out to stand for several people: from then on they identify nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from connector.decide.identity.keys import Pair
from connector.decide.identity.words.likeness import clearly_different
from connector.model.identity import SHARED
from connector.model.systems.reading import Reading
from connector.model.systems.ref import Ref
from connector.store.identity.doubts import shared
from connector.store.intake.candidates import observed_in, shown_in
from connector.store.intake.directory import Entry
from connector.store.intake.work import Work
from connector.store.shelf import Trouble
from connector.store.sql.codec import dumps

_JOINED_BY = (
    "SELECT i.ref, r.home, r.key, r.contact FROM identity i JOIN ref r ON r.id = i.ref"
    " WHERE i.kind = ? AND i.value = ? AND r.contact IS NOT NULL AND (SELECT l.why FROM link l"
    " WHERE l.ref = i.ref AND l.role = 'contact' ORDER BY l.id DESC LIMIT 1) = ?"
)
_SHOWING = (
    "SELECT i.ref, r.home FROM identity i JOIN ref r ON r.id = i.ref"
    " WHERE i.kind = ? AND i.value = ? AND r.contact = ?"
)


def mark_shared(
    work: Work, readings: Iterable[Reading], pairs: Collection[Pair]
) -> tuple[dict[Ref, tuple[Pair, ...]], list[Trouble]]:
    """The mark each of these readings is to carry, and the records that such a value alone had joined."""
    marked: dict[Ref, tuple[Pair, ...]] = {}
    for reading in readings:
        found = tuple(
            (SHARED + kind, value) for kind, value in reading.keys if (kind, value) in pairs
        )
        if found:
            marked[reading.ref] = found
    troubles: list[Trouble] = []
    for kind, value in sorted(pairs):
        if not _known(work, kind, value):
            troubles += shared(work, work.tx.rows(_JOINED_BY, kind, value, f"key:{kind}"), kind)
    return marked, troubles


def renamed(
    work: Work, changed: Sequence[tuple[Reading, str]]
) -> tuple[dict[Ref, tuple[Pair, ...]], list[Trouble]]:
    """The same for known records (each with what was observed before) that now show a clearly different name than those which a value joined with them."""
    names = work.keeping.identity.names
    kinds = {key.name for key in work.keeping.identity.person if key.plain}
    marked: dict[Ref, tuple[Pair, ...]] = {}
    troubles: list[Trouble] = []
    for reading, before in changed if names else ():
        entry = work.refs[reading.ref]
        if not _other_name(before, reading, names):
            continue
        for kind, value in reading.keys:
            rows = _parted(work, entry, reading, kind, value) if kind in kinds else ()
            if rows:
                marked[reading.ref] = (*marked.get(reading.ref, ()), (SHARED + kind, value))
                troubles += shared(work, rows, kind)
    return marked, troubles


def _parted(
    work: Work, entry: Entry, reading: Reading, kind: str, value: str
) -> Sequence[tuple[int, int, str, int]]:
    """Records that this value joined to the contact, if this one's name is clearly another than one of theirs."""
    joined = [
        row
        for row in work.tx.rows(_JOINED_BY, kind, value, f"key:{kind}")
        if row[3] == entry.contact
    ]
    if not joined or _known(work, kind, value):
        return ()
    rows = work.tx.rows(_SHOWING, kind, value, entry.contact)
    said = observed_in(work, {ref: home for ref, home in rows if ref != entry.id})
    names, mine = work.keeping.identity.names, shown_in(work, reading)
    apart = any(clearly_different(names, mine, theirs) for theirs in said.values())
    return joined if apart else ()


def _known(work: Work, kind: str, value: str) -> bool:
    row = work.tx.one(
        "SELECT 1 FROM identity WHERE kind = ? AND value = ? LIMIT 1", SHARED + kind, value
    )
    return row is not None


def _other_name(before: str, reading: Reading, names: Collection[str]) -> bool:
    """Whether one of the names is spelled otherwise than before; a cheap look, because most records keep theirs."""
    return any(
        dumps(form) not in before
        for name, field in reading.fields.items()
        if field in names and (form := reading.forms.get(name)) is not None
    )
