"""What an undone plan left in properties that no rule writes: put back where it still stands, as one more change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from connector.model.mapping.mappings import Mappings
from connector.model.person.contact import Observed
from connector.model.person.dossier import Dossier, Image
from connector.model.systems.change import Change
from connector.model.systems.ref import Ref


def with_images(
    changes: tuple[Change, ...], dossier: Dossier, mappings: Mappings
) -> tuple[Change, ...]:
    """These changes, and what goes back to its form from before the plan. Each property is read again just before it is written."""
    back = [image for image in dossier.images if _stands(image, dossier)]
    if not back:
        return changes
    by_ref = {change.ref: change for change in changes}
    for ref in dict.fromkeys(image.ref for image in back):
        mine = [image for image in back if image.ref == ref]
        before = by_ref.get(ref) or _nothing(ref, dossier)
        by_ref[ref] = _put_back(before, mine, dossier.contact.observed[ref], mappings)
    return tuple(by_ref.values())


def _stands(image: Image, dossier: Dossier) -> bool:
    """Whether the record is the contact's still, and shows what the plan wrote."""
    shown = dossier.contact.observed.get(image.ref, {}).get(image.property)
    return (
        image.ref in dossier.contact.refs
        and shown is not None
        and shown.ours
        and image.written in shown.forms
        and image.base not in shown.forms
    )


def _nothing(ref: Ref, dossier: Dossier) -> Change:
    contact = dossier.contact
    return Change(ref, {}, {}, "backfill", 0, contact.id, key=contact.key)


def _put_back(
    change: Change, images: Sequence[Image], observed: Mapping[str, Observed], mappings: Mappings
) -> Change:
    form = mappings.platforms[change.ref.platform].form
    fields: dict[str, Any] = {
        one.property: form.clear if one.base is None else one.base
        for one in images
        if one.property not in change.fields
    }
    return replace(
        change,
        fields={**change.fields, **fields},
        base={**change.base, **{name: observed[name].form for name in fields}},
        shared=tuple(dict.fromkeys((*change.shared, *fields))),
    )
