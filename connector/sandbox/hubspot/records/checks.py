"""What a portal asks of values before it takes them: their form, what must be there, what must be nobody else's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from connector.sandbox.hubspot.records import derived, standard
from connector.sandbox.hubspot.records.fields import problem
from connector.sandbox.hubspot.records.refusal import Refusal, invalid, invalid_properties

if TYPE_CHECKING:
    from connector.sandbox.hubspot.records.portal import Portal

_ACTIVITIES = frozenset({"tasks", "notes", "meetings", "calls", "emails"})


def accepted(
    portal: Portal, kind: str, given: Mapping[str, object], before: Mapping[str, str]
) -> dict[str, str]:
    """The values as they would be stored. Raises Refusal with every fault of them."""
    schema = portal.schemas[kind]
    stored, problems = schema.accept(given, before, portal.owners.active, portal.switches.portal_id)
    stage = stored.get("lifecyclestage", "")
    if derived.backwards(schema, before.get("lifecyclestage", ""), stage):
        if portal.switches.backward == "keep":
            del stored["lifecyclestage"]
        elif portal.switches.backward == "reject":
            message = (
                f"{stage} is before {before['lifecyclestage']}: clear the lifecycle stage first"
            )
            problems.append(
                problem(
                    "INVALID_LIFECYCLE_STAGE",
                    "lifecyclestage",
                    message,
                    portal.switches.portal_id,
                )
            )
    if problems:
        raise invalid_properties(problems)
    return stored


def demand(kind: str, stored: Mapping[str, str]) -> None:
    """What a new record of this kind must have."""
    if kind == "contacts" and not any(stored.get(name) for name in standard.REQUIRED_ANY):
        raise invalid("A contact needs at least one of email, firstname and lastname")
    required = {"leads": "hs_lead_name"}.get(kind, "hs_timestamp" if kind in _ACTIVITIES else "")
    if required and not stored.get(required):
        message = f"Error creating {standard.SINGULAR[kind].upper()}. Some required properties were not set."
        raise invalid(
            message,
            errors=[
                {
                    "message": message,
                    "code": "REQUIRED_PROPERTY",
                    "context": {"properties": [required]},
                }
            ],
        )


def unique(portal: Portal, kind: str, names: Iterable[str]) -> list[str]:
    """Which of the unique properties these names touch."""
    names_unique = set(portal.schemas[kind].unique()) - {"hs_object_id"} | (
        {"email"} if kind == "contacts" else set()
    )
    touched = {"email" if name == "hs_additional_emails" else name for name in names}
    return [name for name in names_unique if name in touched]


def free(portal: Portal, kind: str, stored: Mapping[str, str], own_id: int) -> None:
    """409 for an address another contact has, 400 for another unique value, or for an erased address."""
    for name in unique(portal, kind, stored):
        for value in values_of(name, stored):
            _free_value(portal, kind, name, value, own_id)


def _free_value(portal: Portal, kind: str, name: str, value: str, own_id: int) -> None:
    holder = portal.tables[kind].holder(name, value) if value else None
    if name == "email" and value in portal.blocked:
        raise invalid(f"{value} was erased under the GDPR and cannot be used")
    if holder is None or holder.id == own_id:
        return
    if name == "email":
        raise Refusal(409, "CONFLICT", f"Contact already exists. Existing ID: {holder.id}")
    message = f'"{value}" is already the {name} of {holder.id}'
    raise invalid_properties(
        [problem("CONFLICTING_UNIQUE_VALUE", name, message, portal.switches.portal_id)]
    )


def values_of(name: str, held: Mapping[str, str]) -> Sequence[str]:
    return derived.addresses(held) if name == "email" else [held.get(name, "")]
