"""Compare one system with the ledger and explain every difference."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from connector.model.mapping.mappings import Mappings
from connector.model.systems.port import Source, listing
from connector.model.systems.shape import Shapes
from connector.store import Store
from connector.store.proof.records import Known, Records, Waiting
from connector.sync.describe import able_readers
from connector.sync.reconcile import causes
from connector.sync.reconcile.compare import Away, Comparison, Suspect
from connector.sync.reconcile.difference import Cause, Difference, Reconciled
from connector.sync.reconcile.listing import Ahead, Wait, ahead, pages

SWEEP = timedelta(hours=3)
"""How long a deletion may take to be known where the recycle bin is swept page by page."""
Tell = Callable[[int], None]


def reconcile(
    source: Source,
    platform: str,
    store: Store,
    mappings: Mappings,
    now: datetime,
    wait: Wait,
    tell: Tell = lambda _: None,
) -> Reconciled:
    """Read everything, compare, and read what the cursors have before them. Nothing is written; `tell` hears the records read.

    Raises TryLater and Stopped of the source.
    """
    records = store.records()
    by_kind = able_readers(mappings, platform, store)
    comparison = Comparison(records, mappings, platform, by_kind)
    for stream in listing(source):
        for page in pages(source, stream, None, now, wait):
            comparison.page(stream, page)
            tell(comparison.found.there.total())
    before = ahead(source, lambda stream: store.cursor(platform, stream), now, wait)
    _Explainer(comparison, before, records, store.described.shapes(), platform, now).explain()
    return comparison.found


class _Explainer:
    """Finds the cause of each difference."""

    def __init__(
        self,
        comparison: Comparison,
        before: Ahead,
        records: Records,
        shapes: Shapes,
        platform: str,
        now: datetime,
    ) -> None:
        self._of, self._ahead, self._platform, self._now = comparison, before, platform, now
        self._waiting: Waiting = records.waiting()
        self._cycles = records.cycles()
        self._shapes = shapes

    def explain(self) -> None:
        found = self._of.found
        for suspect, known in self._of.again():
            contact = None if known is None else known.contact
            record = str(suspect.ref)
            if suspect.only_there:
                found.add(Difference("only there", record, self._only_there(suspect), (), contact))
            if suspect.forms and known is not None:
                cause, names = self._differing(suspect, known), tuple(sorted(suspect.forms))
                found.add(Difference("differing", record, cause, names, contact))
            for name in suspect.unshown:
                mapped = self._of.mapped(suspect.ref.kind, name)
                cause = causes.HIDDEN if mapped else causes.UNMAPPED
                found.add(Difference("only here", record, cause, (name,), contact))
        for known in self._of.absent():
            cause = self._absent(known)
            found.add(Difference("only here", str(known.ref), cause, (), known.contact))
            if cause.code == causes.ERASED.code:
                found.erased.append(str(known.ref))
        found.same = found.there.total() - sum(
            1 for one in found.differences if one.side in ("only there", "differing")
        )

    def _only_there(self, one: Suspect) -> Cause:
        if self._comes(one):
            return causes.NOT_PULLED
        return self._usual(one) or causes.at(causes.MISSED, self._platform, self._daily(one.stream))

    def _differing(self, one: Suspect, known: Known) -> Cause:
        sent = self._waiting.sent.get(one.ref, {})
        if self._comes(one):
            return causes.NOT_PULLED
        if all(name in sent and sent[name] == form for name, form in one.forms.items()):
            return causes.SENT
        if known.at is not None and one.at < known.at:
            return causes.WENT_BACK
        if self._calculated(one):
            return causes.at(causes.CALCULATED, self._platform, self._daily(one.stream))
        return self._usual(one) or causes.at(causes.MISSED, self._platform, self._daily(one.stream))

    def _comes(self, one: Suspect) -> bool:
        return one.ref in self._ahead.seen or self._ahead.fresh

    def _usual(self, one: Suspect) -> Cause | None:
        if one.at >= self._now - causes.FRESH:
            return causes.JUST_NOW
        row = self._waiting.shelf.get(str(one.ref)) if one.only_there else None
        return None if row is None else causes.shelved(row[1])

    def _calculated(self, one: Suspect) -> bool:
        shape = self._shapes.get(one.ref[:2])
        properties = {} if shape is None else shape.properties
        return all((found := properties.get(n)) is not None and found.silent for n in one.forms)

    def _absent(self, known: Known) -> Cause:
        ref, away = known.ref, self._of.away.get(known.ref)
        if away is not None:
            return self._away(known, away)
        if ref in self._ahead.away:
            return causes.DELETED
        if str(ref) in self._of.unreadable:
            return causes.NOT_READABLE
        if known.at is not None and known.at >= self._now - causes.FRESH:
            return causes.JUST_NOW
        return causes.at(causes.ERASED, self._platform, "")

    def _away(self, known: Known, away: Away) -> Cause:
        expected = causes.MOVED if away.moved else causes.DELETED
        if known.ref in self._ahead.away or self._ahead.fresh:
            return expected
        patience = causes.FRESH if away.stream in self._of.sighted else SWEEP
        if away.at >= self._now - patience:
            return expected
        return causes.at(causes.MISSED_DELETION, self._platform, self._daily(away.stream))

    def _daily(self, stream: str) -> str:
        """The stream of daily readings that a listing stands for."""
        mine = [name for platform, name in self._cycles if platform == self._platform]
        return stream if stream in mine or len(mine) != 1 else mine[0]
