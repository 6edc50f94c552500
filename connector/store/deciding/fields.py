"""What was observed of a contact's records, and the fields that follow from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from connector.decide.consent import consents
from connector.decide.fields.objections import objections
from connector.decide.fields.resolve import fields_of
from connector.model.person.contact import Consent, Observed, Value
from connector.model.systems.ref import Ref
from connector.store.keeping import Keeping
from connector.store.sql.codec import hub
from connector.store.sql.moment import EPOCH, from_ms

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
            ours = is_ours(seen)
            found[name] = Observed(
                seen[0], value, moment, ours, tuple(seen[4:]) if ours else _NOTHING
            )
        return found


def is_ours(seen: Sequence[Any] | None) -> bool:
    """Whether we wrote what a kept body shows of one property, and nobody has edited it since."""
    return seen is not None and len(seen) > 3


_PLAIN = (str, int, float, bool)
_NOTHING: tuple[Any, ...] = ()


def winning(
    keeping: Keeping,
    observed: Mapping[Ref, Seen],
    chosen: Mapping[str, Ref] | None = None,
    away: Mapping[Ref, Seen] | None = None,
) -> Mapping[str, Value]:
    """Who wins, by the mappings in force and by what people chose; nothing is known before there are any.

    Of records that are merged or deleted (`away`) only objections count.
    """
    mappings = keeping.mappings
    if mappings is None:
        return {}
    if away:
        observed = {**observed, **objections(mappings, away, observed)}
    return fields_of(mappings, observed, chosen or {})


def agreed(keeping: Keeping, fields: Mapping[str, Value]) -> Mapping[str, Consent]:
    """Where somebody with these fields stands on every purpose of consent."""
    return {} if keeping.mappings is None else consents(keeping.mappings, fields)
