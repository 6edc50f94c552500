"""Who owned a record before we gave it to somebody: read only where a scope hands records back."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from connector.decide.fields.inherit import writes
from connector.decide.once import once
from connector.model.mapping.mappings import Mappings
from connector.model.systems.ref import Ref
from connector.store.sql.transaction import Transaction

Place = tuple[str, str]


@once(size=16)
def handing_back(mappings: Mappings) -> Mapping[Place, str]:
    """(platform, kind) -> the property of the owner, for platforms whose scope hands back."""
    return {
        (platform.platform, record.kind): write.property
        for platform in mappings.platforms.values()
        if platform.scope is not None and platform.scope.leaving == "hand_back"
        for record in platform.records.values()
        for write in writes(platform, record)
        if record.is_ == "contact" and write.source == "owner"
    }


def owned_before(
    tx: Transaction, places: Mapping[Place, str], refs: Mapping[int, Ref]
) -> dict[int, Ref]:
    """By number of the record: its last owner that somebody else named. Records that began as ours have none."""
    found: dict[int, Ref] = {}
    rows = tx.rows(
        "SELECT ref, delta FROM sighting WHERE ref IN [?] AND written = 0 ORDER BY id", sorted(refs)
    )
    for number, delta in rows:
        shown = orjson.loads(delta).get(places[refs[number][:2]])
        if shown is None or (len(shown) > 3 and shown[3]):
            continue  # not shown, blank, or our own in the system's spelling
        try:
            found[number] = Ref.parse(str(shown[1]))
        except ValueError:
            found.pop(number, None)
    return found
