"""New lines of a mapping hold for old records, too: what is read in another way is read once more from the beginning.

Also what is written: a property we never looked at may hold something, which must be known before it is written over.
"""

from __future__ import annotations

from typing import Any

from connector.model.mapping.mappings import Mappings
from connector.sync.rollout.edits import edits


def read_again(before: Mappings, after: Mappings) -> list[str]:
    """Platforms of which something is read that was not read before, or not so."""
    return [
        name
        for name in after.platforms
        if name in before.platforms and edits(_read(before, name), _read(after, name))
    ]


def _read(mappings: Mappings, name: str) -> dict[str, Any]:
    """What reading depends on."""
    platform = mappings.platforms[name]
    records = {
        kind: {
            "is": one.is_,
            "read": one.read,
            "same as": one.same_as,
            "account": one.account,
            "written": tuple(sorted(each.property for each in one.write)),
        }
        for kind, one in platform.records.items()
    }
    return {
        "records": records,
        "activities": dict(platform.activities),
        "outcomes": mappings.outcomes.get(name),
    }
