"""From Salesforce's answers to receipts; what an error leaves open is looked up: conversions, merges, duplicates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from connector.errors import Refused, Stopped, TryLater
from connector.model.systems.change import Change, Receipt
from connector.model.systems.ref import Ref
from connector.platforms.salesforce.reading.facts import person
from connector.platforms.salesforce.session import NAME
from connector.platforms.salesforce.verdict import verdict
from connector.platforms.salesforce.writing.batch import Result
from connector.platforms.salesforce.writing.forms import all_same
from connector.platforms.salesforce.writing.looking.find import Finder, emails_of

_HOLDER = re.compile(r"id: ?([a-zA-Z0-9]{15,18})")
Again = Callable[[Sequence[Change]], Sequence[Result]]


def written(change: Change, ref: Ref) -> Receipt:
    return Receipt(change, "written", ref=ref, fields=change.fields)


def moved(change: Change, ref: Ref, code: str, message: str) -> Receipt:
    return Receipt(change, "moved", ref=ref, code=code, message=message)


def retry(change: Change, code: str, message: str) -> Receipt:
    return Receipt(change, "retry", code=code, message=message)


def gone(change: Change, ref: Ref, message: str) -> Receipt:
    """`ref` is what was deleted: the record itself, or the one a task hangs on."""
    return Receipt(change, "gone", ref=ref, code="ENTITY_IS_DELETED", message=message)


def lost(change: Change, ref: Ref) -> Receipt:
    """The lead is frozen and has our key, its contact is in the recycle bin (api-contracts B.7): there is nothing to write to."""
    return Receipt(
        change,
        "gone",
        ref=ref,
        code="CONVERTED_AND_DELETED",
        message="the lead was converted and its contact was deleted; its key is taken, so it is not created again",
        hint="restore the contact, or type in a lead with the same e-mail address",
    )


def refused(change: Change, result: Result) -> Receipt:
    return Receipt(
        change, "refused", code=result.code, message=result.message, hint=verdict(result.code).hint
    )


def plainly(change: Change, kind: str, result: Result) -> Receipt | None:
    """The receipt of an answer that needs no second look."""
    if result.state == "yes":
        return written(change, Ref(NAME, kind, result.id))
    if result.state != "no":
        return Receipt(change, result.state, code=result.code, message=result.message)
    action = verdict(result.code).action
    if action == "retry":
        return retry(change, result.code, result.message)
    if action == "refuse" or (action in ("holder", "duplicate") and not change.create):
        return refused(change, result)
    return None


class Conclusion:
    """Turns results into receipts. `again` sends creates once more past alert rules."""

    def __init__(self, finder: Finder, again: Again) -> None:
        self._finder, self._again = finder, again

    def receipts(self, changes: Sequence[Change], results: Sequence[Result]) -> list[Receipt]:
        """One per change, in order. Never raises what a read may raise: rows that stay open are tried again."""
        found = [plainly(c, c.ref.kind, r) for c, r in zip(changes, results, strict=True)]
        open_ = [
            (c, r) for c, r, receipt in zip(changes, results, found, strict=True) if receipt is None
        ]
        try:
            known = self._settle(open_) if open_ else {}
        except (TryLater, Stopped, Refused):
            known = {}
        return [
            receipt or known.get(id(change)) or retry(change, result.code, result.message)
            for change, result, receipt in zip(changes, results, found, strict=True)
        ]

    def _settle(self, open_: Sequence[tuple[Change, Result]]) -> dict[int, Receipt]:
        found: dict[int, Receipt] = {}
        gone = [
            (c, r) for c, r in open_ if verdict(r.code).action == "whereabouts" and not c.create
        ]
        taken = [(c, r) for c, r in open_ if c.create]
        if gone:
            places = self._finder.places(change.ref for change, _ in gone)
            for change, result in gone:
                found[id(change)] = _whereabouts(change, result, places[change.ref].ref)
        if taken:
            found |= self._taken(taken)
        return found

    def _taken(self, open_: Sequence[tuple[Change, Result]]) -> dict[int, Receipt]:
        """Creates that met somebody: by key or e-mail, then by what the error names."""
        people = self._finder.people([change for change, _ in open_])
        named = {key: ref for change, result in open_ for key, ref in _named(result)}
        emails = self._emails(named.values())
        found: dict[int, Receipt] = {}
        over: list[tuple[Change, Result]] = []
        for change, result in open_:
            there = people.of(change)
            match = there.ref if there else _match(change, result, emails)
            if there and there.row is not None and people.by_key.get(change.key) is there:
                shown = self._finder.shown(there.ref.kind, there.row, change.fields)
                if all_same(change.fields, shown):
                    found[id(change)] = written(change, there.ref)
                    continue
            if match is not None:
                found[id(change)] = moved(change, match, result.code, result.message)
            elif change.key in people.lost:
                found[id(change)] = lost(change, people.lost[change.key])
            elif _allows_saving(result):
                over.append((change, result))
            else:
                found[id(change)] = refused(change, result)
        for (change, _), result in zip(
            over, self._again([c for c, _ in over]) if over else (), strict=True
        ):
            found[id(change)] = plainly(change, change.ref.kind, result) or refused(change, result)
        return found

    def _emails(self, refs: Iterable[Ref]) -> Mapping[Ref, str]:
        wanted: dict[str, tuple[list[str], tuple[str, ...]]] = {}
        for ref in dict.fromkeys(refs):
            wanted.setdefault(ref.kind, ([], ("Email",)))[0].append(ref.id)
        rows = self._finder.now(wanted) if wanted else {}
        living = ((ref, row) for ref, row in rows.items() if not row.get("IsConverted"))
        return {ref: str(row.get("Email") or "").lower() for ref, row in living}


def _whereabouts(change: Change, result: Result, place: Ref | None) -> Receipt:
    if place is None:
        return gone(change, change.ref, result.message)
    if place == change.ref:
        return retry(change, result.code, "the record is back")
    return moved(change, place, result.code, result.message)


def _named(result: Result) -> list[tuple[str, Ref]]:
    """Records that an error names: matches of a duplicate rule, or the holder of a unique value (15 characters, B.4)."""
    error = result.error or {}
    matches = (error.get("duplicateResult") or {}).get("matchResults") or []
    ids = [
        str(r["record"]["Id"]) for m in matches for r in m.get("matchRecords", ()) if "record" in r
    ]
    ids += (
        _HOLDER.findall(str(error.get("message", ""))) if result.code == "DUPLICATE_VALUE" else []
    )
    return [(key, ref) for key in ids if (ref := person(key)) is not None]


def _match(change: Change, result: Result, emails: Mapping[Ref, str]) -> Ref | None:
    """The named record that is this person for sure; a look-alike with another e-mail is somebody else."""
    for key, ref in _named(result):
        full = next(
            (known for known in emails if known.kind == ref.kind and known.id[:15] == key[:15]),
            None,
        )
        if full and (result.code == "DUPLICATE_VALUE" or emails[full] in emails_of(change)):
            return full
    return None


def _allows_saving(result: Result) -> bool:
    error = result.error or {}
    return bool((error.get("duplicateResult") or {}).get("allowSave"))
