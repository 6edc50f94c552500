"""What the systems hold, read from them and not from our store; and decisions as the ledger keeps them."""

from __future__ import annotations

import json
from typing import Any

from house import House

Place = tuple[str, str, str, str]  # platform, kind, id, property
State = dict[Place, Any]
SYSTEM = ("hs_", "lastmodified", "LastModified", "SystemModstamp", "createdate", "notes_")
LIST = "list:"


def state(house: House) -> State:
    """Every value of people and of their tasks that somebody could look at."""
    found = State()
    for kind in ("Lead", "Contact", "Task"):
        for row in house.crm.rows(kind):
            found |= {("salesforce", kind, row["Id"], name): value for name, value in row.items()}
    lists = list(house.hubspot.portal.lists.by_id.values())
    for one in house.hubspot.ids("contacts"):
        shown = house.hubspot.get("contacts", one).properties
        found |= {("hubspot", "contacts", one, name): value for name, value in shown.items()}
        for each in lists:
            if int(one) in each.members:
                found["hubspot", "contacts", one, f"{LIST}{each.name}"] = True
    return {place: v for place, v in found.items() if not place[3].startswith(SYSTEM)}


def differing(before: State, after: State) -> dict[Place, tuple[Any, Any]]:
    return {
        place: (before.get(place), after.get(place))
        for place in sorted({*before, *after})
        if before.get(place) != after.get(place)
    }


def new(before: State, after: State) -> set[tuple[str, str, str]]:
    """Records that were not there."""
    return {place[:3] for place in after} - {place[:3] for place in before}


def same(shown: Any, wanted: Any) -> bool:
    """Whether a system shows what was asked of it: nothing is "", None or False, and numbers may be words."""
    return (shown or "") == (wanted or "") or str(shown) == str(wanted)


def bare(body: str, known: int) -> str:
    """A decision's own bytes, without the numbers of rows it was made from."""
    kept = json.loads(body)
    kept["roster"] = 0
    for name in ("before", "standing"):
        if kept[name].get("spent", 0) >= known:
            kept[name]["spent"] = -1
    return json.dumps(kept)
