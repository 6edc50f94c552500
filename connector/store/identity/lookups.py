"""Under which addresses a person is looked for before a record is created: all that are or were their own, none that is shared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from connector.decide.identity.keys import EMAIL
from connector.model.identity import FORMER, SHARED
from connector.model.systems.change import Change
from connector.store.sql.transaction import Transaction

_OWN = (
    "SELECT r.contact, i.value FROM identity i JOIN ref r ON r.id = i.ref"
    " WHERE r.contact IN [?] AND i.kind IN [?] AND NOT EXISTS"
    " (SELECT 1 FROM identity s WHERE s.kind = ? AND s.value = i.value) AND (i.kind = ? OR NOT EXISTS"
    " (SELECT 1 FROM identity n WHERE n.kind = ? AND n.value = i.value)) ORDER BY i.kind, i.value"
)


def with_addresses(tx: Transaction, changes: Sequence[Change]) -> list[Change]:
    """Creates with every address of their person in `lookup`: `email`, and the others in `aliases`, divided by blanks.

    An address of a role, one that several people share, and an old one that somebody else has by now would find somebody
    else's record: they are left out.
    """
    contacts = sorted({change.contact for change in changes if EMAIL in change.lookup})
    if not contacts:
        return list(changes)
    own: dict[int, list[str]] = defaultdict(list)
    kinds = [EMAIL, FORMER + EMAIL]
    for contact, address in tx.rows(_OWN, contacts, kinds, SHARED + EMAIL, EMAIL, EMAIL):
        if address not in own[contact]:
            own[contact].append(address)
    return [
        replace(change, lookup=_lookup(change, own[change.contact]))
        if EMAIL in change.lookup
        else change
        for change in changes
    ]


def _lookup(change: Change, own: Sequence[str]) -> dict[str, str]:
    if not own:
        return {}
    said = change.lookup.get("email", "")
    main = said if said in own else own[0]
    others = [address for address in own if address != main]
    return {"email": main} | ({"aliases": " ".join(others)} if others else {})
