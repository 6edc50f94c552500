"""Values that only repeat another system's, with less in them: a cut title, a rounded number, a word of a smaller table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from connector.decide.fields.forms import Unfit, equal_forms, formed
from connector.decide.fields.inherit import reads, writes
from connector.decide.fields.lossy import may_lose
from connector.decide.once import once
from connector.model.mapping.field import Form
from connector.model.mapping.mappings import Mappings
from connector.model.mapping.property import Write
from connector.model.person.contact import Observed, Value
from connector.model.systems.ref import Ref

Home = tuple[str, ...]
Losing = Mapping[str, Mapping[Home, tuple[tuple[Write, Form], ...]]]


def originals(
    mappings: Mappings,
    observed: Mapping[Ref, Mapping[str, Observed]],
    name: str,
    values: list[Value],
) -> list[Value]:
    """Of different values of one field, those that are no mere repetition: what our own write would make of another one.

    All of them, where each repeats another.
    """
    homes = losing(mappings).get(name)
    if not homes:
        return values
    kept = [
        one
        for one in values
        if not any(_repeats(one, other, homes, observed) for other in values if other is not one)
    ]
    return kept or values


@once(size=16)
def losing(mappings: Mappings) -> Losing:
    """By field, then by (platform, kind): the properties that show it and, written by us, may hold less than the value."""
    found: dict[str, dict[Home, tuple[tuple[Write, Form], ...]]] = defaultdict(dict)
    for platform in mappings.platforms.values():
        for record in platform.records.values():
            field_of = {read.property: read.field for read in reads(platform, record)}
            for write in writes(platform, record):
                if may_lose(write) and field_of.get(write.property) == write.source:
                    home = (platform.platform, record.kind)
                    before = found[write.source].get(home, ())
                    found[write.source][home] = (*before, (write, platform.form))
    return dict(found)


def _repeats(
    one: Value,
    other: Value,
    homes: Mapping[Home, tuple[tuple[Write, Form], ...]],
    observed: Mapping[Ref, Mapping[str, Observed]],
) -> bool:
    if one.value == other.value or one.value is None or other.value is None:
        return False
    for write, form in homes.get(one.source[:2], ()):
        seen = observed[one.source].get(write.property)
        if seen is None or seen.value != one.value:
            continue
        try:
            made = formed(write, form, other.value)
        except Unfit:
            continue
        if equal_forms(write, form, made.form, seen.form):
            return True
    return False
