"""What single and batch writes share: an input becomes a record, a record becomes an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sandbox.hubspot.records import standard
from connector.sandbox.hubspot.records.graph import DEFAULT, PRIMARY
from connector.sandbox.hubspot.records.portal import Portal
from connector.sandbox.hubspot.records.refusal import invalid
from connector.sandbox.hubspot.records.table import Record, Stamp
from connector.sandbox.hubspot.rest.calls import Call, mapping, rows, text, whole
from connector.sandbox.hubspot.rest.shapes import wanted
from connector.sandbox.hubspot.rest.shapes import whole as shown_whole

Link = tuple[str, int, set[int]]
"""The other kind, its id, association type ids."""


def created(call: Call, kind: str, sent: Mapping[str, Any], stamp: Stamp) -> Record:
    """One record from one input; all of it is checked before anything is written."""
    given, links = prepared(call, kind, sent)
    record = call.portal.create(kind, given, stamp)
    for to_kind, to_id, types in links:
        call.portal.associate(kind, record.id, to_kind, to_id, types)
    return record


def prepared(call: Call, kind: str, sent: Mapping[str, Any]) -> tuple[dict[str, Any], list[Link]]:
    """Values and associations of an input that creates a record; 400 for what could not be associated."""
    given = mapping(sent.get("properties"), "properties")
    entries = rows({"associations": sent.get("associations") or []}, 1000, "associations")
    links = [link for entry in entries for link in _links(call.portal, kind, entry)]
    if kind == "leads" and not any(to_kind == "contacts" for to_kind, _, _ in links):
        raise invalid("A lead must be associated with an existing contact")  # api-contracts A.6
    obey(call, kind, given)
    return given, links


def _links(portal: Portal, kind: str, entry: Mapping[str, Any]) -> list[Link]:
    """What one `associations` entry means; the other kind follows from the type id. 400 if the record is not there."""
    types = {
        found
        for row in rows(entry, 50, "types")
        if isinstance(found := row.get("associationTypeId"), int)
    }
    number = next(iter(whole([text(mapping(entry.get("to"), "to"), "id")])), 0)
    pairs = DEFAULT.items() | PRIMARY.items()
    kinds = {
        to_kind for (from_kind, to_kind), type_id in pairs if from_kind == kind and type_id in types
    }
    if len(kinds) != 1:
        raise invalid(
            f"association type ids {sorted(types)} do not lead from {kind} to one kind of record"
        )
    to_kind = kinds.pop()
    record = portal.tables[to_kind].live(number)
    if record is None:
        raise invalid(
            f"{standard.SINGULAR[to_kind].upper()}={number} is not valid: it does not exist"
        )
    return [(to_kind, record.id, types)]


def as_written(
    portal: Portal, kind: str, record: Record, given: Mapping[str, Any]
) -> dict[str, Any]:
    """The answer to a write: the properties that were sent and the record's own."""
    return shown_whole(portal, kind, record, wanted(portal, kind, list(given)))


def obey(call: Call, kind: str, given: Mapping[str, Any]) -> None:
    """Administrators' rules bind API writes from 2026-09 on (api-contracts A.5; failure 17)."""
    if call.version != "2026-09" and not call.portal.switches.rules_everywhere:
        return
    for rule in call.portal.rules:
        met = rule.when is None or given.get(rule.when[0]) == rule.when[1]
        if rule.kind == kind and met and not given.get(rule.needs):
            message = f'Property "{rule.needs}" is required'
            raise invalid(
                message,
                errors=[
                    {
                        "message": message,
                        "code": "REQUIRED_PROPERTY",
                        "context": {"propertyName": [rule.needs]},
                    }
                ],
            )
