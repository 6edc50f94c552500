"""Values HubSpot itself derives: closed deals, the domain of an address, what is left of a merge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connector.sandbox.hubspot.records import standard
from connector.sandbox.hubspot.records.fields import Schema
from connector.sandbox.hubspot.records.table import Record

CLOSED = {
    stage: probability for stage, _, closed, probability in standard.PIPELINES["deals"] if closed
}


def from_written(kind: str, stored: Mapping[str, str]) -> dict[str, str]:
    """What follows from the values just written."""
    if kind == "deals" and "dealstage" in stored:
        probability = CLOSED.get(stored["dealstage"])
        flags = {"hs_is_closed": probability is not None, "hs_is_closed_won": probability == "1.0"}
        flags["hs_is_closed_lost"] = probability == "0.0"
        return {name: "true" if value else "false" for name, value in flags.items()}
    if kind == "contacts" and "email" in stored:
        return {"hs_email_domain": stored["email"].partition("@")[2]}
    return {}


def addresses(values: Mapping[str, str]) -> list[str]:
    """The primary address and all further ones of a contact."""
    return [
        address
        for address in (values.get("email", ""), *values.get("hs_additional_emails", "").split(";"))
        if address
    ]


def backwards(schema: Schema, before: str, after: str) -> bool:
    """Whether a lifecycle stage would move towards the start; clearing it is not that (api-contracts A.5)."""
    prop = schema.live("lifecyclestage")
    if prop is None or not before or not after:
        return False
    order = list(prop.options)
    return before in order and order.index(after) < order.index(before)


def furthest(schema: Schema, first: str, second: str) -> str:
    return first if not second or backwards(schema, first, second) else second


def merged_ids(primary: Record, other: Record, *, renewed: bool) -> list[str]:
    """Every id that leads to the survivor, the older ones first."""
    earlier = [
        id_
        for record in (primary, other)
        for id_ in record.values.get("hs_merged_object_ids", "").split(";")
        if id_
    ]
    return [*earlier, *([str(primary.id)] if renewed else []), str(other.id)]


def merged_values(
    kind: str, schema: Schema, primary: Record, other: Record, ids: Sequence[str], ms: int
) -> dict[str, str]:
    """Values of the survivor: the primary record wins, gaps are filled (api-contracts A.15)."""
    found = {**other.values, **primary.values}
    born = standard.system(kind)[0]
    found[born] = min(primary.values[born], other.values[born])
    found["hs_merged_object_ids"] = ";".join(ids)
    if kind != "contacts":
        return found
    stage = furthest(
        schema, primary.values.get("lifecyclestage", ""), other.values.get("lifecyclestage", "")
    )
    rest = [
        address
        for address in dict.fromkeys(addresses(primary.values) + addresses(other.values))
        if address != found.get("email")
    ]
    before = [
        text
        for record in (primary, other)
        for text in record.values.get("hs_calculated_merged_vids", "").split(";")
    ]
    known = {text.partition(":")[0] for text in before}
    vids = [*(text for text in before if text), *(f"{id_}:{ms}" for id_ in ids if id_ not in known)]
    updates = {
        "lifecyclestage": stage,
        "hs_additional_emails": ";".join(rest),
        "hs_calculated_merged_vids": ";".join(vids),
    }
    return found | {name: value for name, value in updates.items() if value}
