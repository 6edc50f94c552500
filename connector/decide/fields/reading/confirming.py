"""A consent under double opt-in counts with its confirmation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connector.decide.consent import confirmed_state
from connector.model.mapping.mappings import Mappings
from connector.model.mapping.property import Read


def confirmable(mapped: Sequence[Read], mappings: Mappings) -> list[Read]:
    """Lines of a consent under double opt-in."""
    purposes = mappings.purposes
    found = [(read, mappings.fields.get(read.field)) for read in mapped]
    return [
        read
        for read, field in found
        if field and field.purpose in purposes and purposes[field.purpose].double_opt_in
    ]


def confirm(lines: Sequence[Read], forms: Mapping[str, Any], values: dict[str, Any]) -> None:
    """A yes is read with its confirmation, and says nothing where that property is not shown."""
    for read in lines:
        state = values.get(read.property)
        if state is None:
            continue
        if read.confirmed and read.confirmed not in forms:
            del values[read.property]
            continue
        confirmation = forms.get(read.confirmed) if read.confirmed else None
        values[read.property] = confirmed_state(state, forms.get(read.given_at), confirmation)
