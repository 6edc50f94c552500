"""Who is there already: nobody is created twice, and what became of creates whose answer is unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connector.model.systems.change import Change, Receipt
from connector.model.systems.ref import Ref
from connector.platforms.salesforce.writing.conclude import gone, lost, moved, retry, written
from connector.platforms.salesforce.writing.forms import all_same
from connector.platforms.salesforce.writing.looking.find import Finder, Person, emails_of
from connector.platforms.salesforce.writing.looking.read_back import Receipts


class Present:
    """Looks before creates, and after them. `keys` gives each kind's property that holds our key."""

    def __init__(self, finder: Finder, keys: Mapping[str, str]) -> None:
        self._finder, self._keys = finder, keys

    def before(self, changes: Sequence[Change]) -> Receipts:
        """Nobody is created who is there: by key or by e-mail, as Lead or as Contact. And nobody twice in one batch."""
        if not changes:
            return {}
        people = self._finder.people(changes)
        found: Receipts = {}
        taken: set[str] = set()
        for change in changes:
            there, names = people.of(change), {*emails_of(change), change.key} - {""}
            if there is not None:
                found[id(change)] = self._adopted(change, there)
            elif change.key in people.lost:
                found[id(change)] = lost(change, people.lost[change.key])
            elif names & taken:
                found[id(change)] = retry(
                    change, "SAME_PERSON", "another change of this batch creates this person"
                )
            taken |= names
        return found

    def after(self, creates: Sequence[Change]) -> Receipts:
        """What became of creates: there, there and gone again, or never written."""
        if not creates:
            return {}
        people = self._finder.people(creates, emails=False)
        binned = self._binned([c for c in creates if c.key not in people.by_key])
        places = self._finder.places(binned.values()) if binned else {}
        found: Receipts = {}
        for change in creates:
            there, old = people.by_key.get(change.key), binned.get((change.ref.kind, change.key))
            into = places[old].ref if old is not None else None
            if there is not None:
                found[id(change)] = self._adopted(change, there)
            elif change.key in people.lost:
                found[id(change)] = lost(change, people.lost[change.key])
            elif into is not None:
                found[id(change)] = moved(change, into, "MERGED", "merged as soon as it was there")
            elif old is not None:
                found[id(change)] = gone(change, old, "deleted as soon as it was there")
            else:
                found[id(change)] = retry(change, "NOT_THERE", "was not written")
        return found

    def _binned(self, creates: Sequence[Change]) -> dict[tuple[str, str], Ref]:
        """Records in the bin that these have made, by kind and our key."""
        binned: dict[tuple[str, str], Ref] = {}
        for kind in dict.fromkeys(change.ref.kind for change in creates):
            keys = [change.key for change in creates if change.ref.kind == kind]
            binned |= {(kind, key): ref for key, ref in self._finder.deleted(kind, keys).items()}
        return binned

    def _adopted(self, change: Change, there: Person) -> Receipt:
        kind, row = there.ref.kind, there.row
        prop = self._keys.get(change.ref.kind, "")
        ours = row is not None and kind == change.ref.kind and row.get(prop) == change.key
        if ours and row and all_same(change.fields, self._finder.shown(kind, row, change.fields)):
            return written(change, there.ref)
        return moved(change, there.ref, "ALREADY_THERE", f"this person is a {kind} already")
