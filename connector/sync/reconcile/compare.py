"""One system's records against what the ledger observed of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from connector.decide.fields.inherit import reads, writes
from connector.model.mapping.mappings import Mappings
from connector.model.systems.fact import Page
from connector.model.systems.reading import Reading
from connector.model.systems.ref import Ref
from connector.store.proof.records import Known, Records
from connector.sync.pull import Reader, read
from connector.sync.reconcile.difference import Reconciled

LIST = "list:"  # memberships are never read back, so there is nothing to compare
SLICE = 1000


class Suspect(NamedTuple):
    """A record that is not the same on both sides. `forms`: what differs, as it is there; empty: the whole record is only there."""

    ref: Ref
    at: datetime
    stream: str
    forms: Mapping[str, Any]
    unshown: tuple[str, ...] = ()
    only_there: bool = False


class Away(NamedTuple):
    """The system says that a record is gone, or goes on under another name."""

    at: datetime
    stream: str
    moved: bool


class Comparison:
    """Takes pages in; afterwards knows what differs. In memory: ids of what was seen, and the differences."""

    def __init__(
        self,
        records: Records,
        mappings: Mappings,
        platform: str,
        by_kind: Mapping[str, Reader],
    ) -> None:
        """`by_kind` reads as the daemon does: what cannot be read now says nothing."""
        self._records, self._platform = records, platform
        self._mapping = mappings.platforms[platform]
        self._readers = by_kind
        self.kinds = tuple(kind for kind, r in self._mapping.records.items() if r.is_ != "none")
        self._mapped = {kind: self._properties(kind) for kind in self.kinds}
        self._seen: dict[str, set[str]] = {kind: set() for kind in self.kinds}
        self.suspects: dict[Ref, Suspect] = {}
        self.away: dict[Ref, Away] = {}
        self.unreadable: set[str] = set()
        self.sighted: set[str] = set()  # streams that show records, not deletions only
        self.found = Reconciled(platform)

    def page(self, stream: str, page: Page) -> None:
        """Compare one page with the store as it is now."""
        self.unreadable.update(problem.where for problem in page.problems)
        for move in page.moved:
            self.away[move.old] = Away(move.at, stream, moved=True)
        for gone in page.gone:
            self.away[gone.ref] = Away(gone.at, stream, moved=False)
        shown = [r for r in read(page, self._readers) if r.ref.kind in self._seen and r.forms]
        if shown:
            self.sighted.add(stream)
        known = self._records.known([reading.ref for reading in shown])
        for reading in shown:
            self._take(stream, reading, known.get(reading.ref))

    def _take(self, stream: str, reading: Reading, known: Known | None) -> None:
        ref = reading.ref
        if ref.id not in self._seen[ref.kind]:
            self._seen[ref.kind].add(ref.id)
            if known is None or not known.moved:  # a converted lead is shown for ever
                self.found.there[ref.kind] += 1
        suspect = self._suspect(stream, reading, known)
        self.suspects.pop(ref, None)
        if suspect is not None:
            self.suspects[ref] = suspect

    def _suspect(self, stream: str, reading: Reading, known: Known | None) -> Suspect | None:
        if known is not None and known.moved:
            return None
        if known is None or known.at is None or known.gone:
            return Suspect(reading.ref, reading.at, stream, {}, only_there=True)
        forms = dict(differing(reading.forms, known))
        unshown = tuple(
            name
            for name, seen in known.observed.items()
            if name not in reading.forms and not name.startswith(LIST) and seen and seen.form
        )
        return (
            Suspect(reading.ref, reading.at, stream, forms, unshown) if forms or unshown else None
        )

    def again(self) -> Iterator[tuple[Suspect, Known | None]]:
        """The suspects against the store as it is by now: somebody may have read on meanwhile."""
        waiting = list(self.suspects.values())
        for start in range(0, len(waiting), SLICE):
            some = waiting[start : start + SLICE]
            known = self._records.known([one.ref for one in some])
            for one in some:
                still = self._still(one, known.get(one.ref))
                if still is not None:
                    yield still, known.get(one.ref)

    def _still(self, one: Suspect, known: Known | None) -> Suspect | None:
        if known is not None and known.moved:
            return None
        if one.only_there:
            return one if known is None or known.at is None or known.gone else None
        if known is None:
            return one
        forms = dict(differing(one.forms, known))
        return one._replace(forms=forms) if forms or one.unshown else None

    def absent(self) -> Iterator[Known]:
        """Records that live here and were not shown there, or were shown as gone or moved on."""
        for refs in self._records.living(self._platform, self.kinds):
            self.found.here.update(ref.kind for ref in refs)
            lacking = [r for r in refs if r.id not in self._seen[r.kind] or r in self.away]
            for start in range(0, len(lacking), SLICE):
                known = self._records.known(lacking[start : start + SLICE])
                yield from (one for one in known.values() if one.living)

    def mapped(self, kind: str, name: str) -> bool:
        return name in self._mapped[kind]

    def _properties(self, kind: str) -> frozenset[str]:
        record = self._mapping.records[kind]
        read_here = (read.property for read in reads(self._mapping, record))
        written = (write.property for write in writes(self._mapping, record))
        return frozenset((*record.properties(), *read_here, *written))


def differing(forms: Mapping[str, Any], known: Known) -> Iterator[tuple[str, Any]]:
    """Properties that are otherwise there; nothing and an empty text are the same."""
    for name, form in forms.items():
        seen = known.observed.get(name)
        here: Sequence[Any] = (None,) if seen is None else seen.forms
        if form not in here and not (_empty(form) and any(_empty(one) for one in here)):
            yield name, form


def _empty(form: Any) -> bool:
    return form is None or form == ""
