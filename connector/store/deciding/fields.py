"""What was observed of a contact's records, and the fields that follow from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from connector.decide.fields.resolve import fields_of
from connector.model.contact import Observed, Value
from connector.model.ref import Ref
from connector.store.codec import hub
from connector.store.keeping import Keeping
from connector.store.moment import EPOCH, from_ms

Seen = Mapping[str, Observed]


class Bodies:
    """Decodes what was observed; moments that repeat are made once."""

    def __init__(self) -> None:
        self._moments: dict[int, datetime] = {0: EPOCH}

    def observed(self, body: str) -> dict[str, Observed]:
        """Observed values by property; one that never had a value is absent."""
        moments = self._moments
        found = {}
        for name, seen in orjson.loads(body).items():
            if seen is None:
                continue
            at = seen[2]
            moment = moments.get(at)
            if moment is None:
                moment = moments[at] = from_ms(at)
            value = seen[1]
            if value is not None and type(value) not in _PLAIN:
                value = hub(value)
            ours = len(seen) > 3
            found[name] = Observed(
                seen[0], value, moment, ours, tuple(seen[4:]) if ours else _NOTHING
            )
        return found


_PLAIN = (str, int, float, bool)
_NOTHING: tuple[Any, ...] = ()


def winning(
    keeping: Keeping, observed: Mapping[Ref, Seen], chosen: Mapping[str, Ref] | None = None
) -> Mapping[str, Value]:
    """Who wins, by the mappings in force and by what people chose; nothing is known before there are any."""
    if keeping.mappings is None:
        return {}
    return fields_of(keeping.mappings, observed, chosen or {})
