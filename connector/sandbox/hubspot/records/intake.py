"""A filled-in form becomes a submission and a contact (api-contracts A.12)."""

from __future__ import annotations

from collections.abc import Mapping

from connector.sandbox.hubspot.records import values
from connector.sandbox.hubspot.records.portal import Portal
from connector.sandbox.hubspot.records.refusal import invalid
from connector.sandbox.hubspot.records.streams import Form
from connector.sandbox.hubspot.records.table import Record, Stamp


def submit(
    portal: Portal, form: Form, fields: Mapping[str, str], page_url: str, at: int
) -> Record | None:
    """Record the submission and create or update the contact with that address.

    Without an address there is a submission only; so, too, for an address erased under the GDPR.
    Fields that are no properties are kept in the submission and nowhere else. A bad address is a 400.
    """
    given = {name: value for name, value in fields.items() if value}
    address = _address(given.get("email", ""))
    portal.forms.submit(form, at, address, given, page_url)
    if not address or address in portal.blocked:
        return None
    stamp = Stamp(at, "FORM", form.guid)
    schema = portal.schemas["contacts"]
    known = {
        name: value
        for name, value in given.items()
        if (prop := schema.live(name)) and not prop.read_only
    }
    del known["email"]
    record = portal.tables["contacts"].holder("email", address)
    accepted = _usable(portal, known, record)
    if record is None:
        record = portal.create("contacts", {"email": address, **accepted}, stamp)
    else:
        portal.update("contacts", record, accepted, stamp)
    portal.apply("contacts", record, _conversion(record, form, at), stamp)
    return record


def _address(text: str) -> str:
    try:
        return values.email(text) if text else ""
    except values.Invalid as refusal:
        raise invalid(
            str(refusal), errors=[{"message": str(refusal), "errorType": "INVALID_EMAIL"}]
        ) from None


def _usable(portal: Portal, given: Mapping[str, str], record: Record | None) -> dict[str, str]:
    """A form never fails for one odd answer: what the property refuses is left out."""
    before = record.values if record else {}
    stored, _ = portal.schemas["contacts"].accept(
        given, before, portal.owners.active, portal.switches.portal_id
    )
    return stored


def _conversion(record: Record, form: Form, at: int) -> dict[str, str]:
    held = record.values
    found = {
        "num_conversion_events": str(int(held.get("num_conversion_events", "0")) + 1),
        "recent_conversion_event_name": form.name,
        "recent_conversion_date": values.iso(at),
    }
    if "first_conversion_date" not in held:
        found |= {"first_conversion_event_name": form.name, "first_conversion_date": values.iso(at)}
    return found
