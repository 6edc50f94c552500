"""A sighting, read through its mapping: our fields beside the vendor's forms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from connector.model.mapping.record import RecordIs
from connector.model.problem import Problem
from connector.model.systems.ref import Ref


class Reading(NamedTuple):
    """What one sighting says in our words.

    `forms` is every vendor property shown (vendor's form, None for empty); `values` the hub value per property that is read into a
    field, `fields` the field each such property stands for. `keys` are what identifies the person or company here:
    (kind, value), the kind being a key's name. `told` are the kinds this reading speaks of: an absent key of such a kind is no longer shown,
    of any other it is not known. `account` is the company's record this one names. `problems` concern single properties:
    the rest of the reading is good.
    """

    ref: Ref
    is_: RecordIs
    at: datetime
    seen_at: datetime
    forms: Mapping[str, Any]
    values: Mapping[str, Any]
    fields: Mapping[str, str]
    keys: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, Ref], ...] = ()
    account: Ref | None = None
    problems: tuple[Problem, ...] = ()
    by: Ref | None = None
    paired: Mapping[str, tuple[str, ...]] = {}  # properties that are read together with others
    told: frozenset[str] = frozenset()
