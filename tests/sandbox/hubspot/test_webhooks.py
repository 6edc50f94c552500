"""Webhook deliveries (api-contracts A.14; failures 19, 20, 21, 27), checked with HubSpot's own signature code."""

from __future__ import annotations

import base64
import hashlib
import hmac

import orjson
import pytest
from hubspot.utils.signature import Signature

URL = "https://example.com/hooks/hubspot"
SECRET = "app-secret"


@pytest.fixture
def listening(hubspot):
    hubspot.listen(URL, SECRET)
    return hubspot


def _events(hubspot):
    return [event for _, body in hubspot.webhooks() for event in orjson.loads(body)]


def test_nothing_is_collected_before_anybody_listens(hubspot, contact):
    contact("ada@example.com")
    assert hubspot.webhooks() == []


def test_a_change_tells_the_documented_members(listening, contact, clock):
    id_ = contact("ada@example.com")
    listening.webhooks()
    listening.update("contacts", id_, {"lifecyclestage": "subscriber"})
    [event] = _events(listening)
    assert set(event) >= {
        "objectId", "propertyName", "propertyValue", "changeSource", "sourceId", "eventId", "subscriptionId", "portalId",
        "appId", "occurredAt", "subscriptionType", "attemptNumber",
    }  # fmt: skip
    assert (event["objectId"], event["propertyName"], event["propertyValue"]) == (
        int(id_),
        "lifecyclestage",
        "subscriber",
    )
    assert (event["subscriptionType"], event["occurredAt"], event["changeSource"]) == (
        "contact.propertyChange",
        clock.ms(),
        "CRM_UI",
    )
    assert listening.webhooks() == []


def test_creation_deletion_and_merge(listening, contact):
    first, second, third = (contact(f"{name}@example.com") for name in "abc")
    listening.webhooks()
    listening.delete("contacts", third)
    [gone] = _events(listening)
    assert (gone["subscriptionType"], gone["changeFlag"]) == ("contact.deletion", "DELETED")
    new = listening.merge("contacts", first, second)
    events = _events(listening)
    merged = next(event for event in events if event["subscriptionType"] == "contact.merge")
    assert (merged["primaryObjectId"], merged["mergedObjectIds"], merged["newObjectId"]) == (
        int(first),
        [int(second)],
        int(new),
    )
    assert {
        event["objectId"] for event in events if event["subscriptionType"] == "contact.deletion"
    } == {int(first), int(second)}


def test_our_own_writes_come_back(api, listening):
    api("POST", "/crm/v3/objects/contacts", {"properties": {"email": "ada@example.com"}})
    assert {event["changeSource"] for event in _events(listening)} == {"INTEGRATION"}


def test_signatures_satisfy_the_vendors_own_code(listening, contact):
    contact("ada@example.com")
    [(headers, body)] = listening.webhooks()
    text = body.decode()
    assert Signature.is_valid(headers["X-HubSpot-Signature"], SECRET, text, signature_version="v1")
    expected = hmac.new(
        SECRET.encode(),
        f"POST{URL}{text}{headers['X-HubSpot-Request-Timestamp']}".encode(),
        hashlib.sha256,
    )
    assert headers["X-HubSpot-Signature-v3"] == base64.b64encode(expected.digest()).decode()


def test_the_signed_address_is_partly_decoded(hubspot, contact):
    hubspot.listen("https://example.com/hook?a=%2Fx%20y%3A%25", SECRET)
    contact("ada@example.com")
    [(headers, body)] = hubspot.webhooks()
    source = (
        b"POSThttps://example.com/hook?a=/x%20y:%25"
        + body
        + headers["X-HubSpot-Request-Timestamp"].encode()
    )
    assert (
        headers["X-HubSpot-Signature-v3"]
        == base64.b64encode(hmac.new(SECRET.encode(), source, hashlib.sha256).digest()).decode()
    )


def test_at_most_a_hundred_events_a_request(listening, contact):
    for number in range(75):
        contact(f"p{number}@example.com")
    sizes = [len(orjson.loads(body)) for _, body in listening.webhooks()]
    assert max(sizes) == 100
    assert sum(sizes) == 75 * 2 + 75  # creation, the address, and the domain that follows from it


def test_only_the_named_properties(hubspot, contact):
    hubspot.listen(URL, SECRET, properties=["zip"])
    id_ = contact("ada@example.com", zip="1", city="Dresden")
    hubspot.update("contacts", id_, {"city": "Berlin"})
    kinds = [(event["subscriptionType"], event.get("propertyName")) for event in _events(hubspot)]
    assert kinds == [("contact.creation", None), ("contact.propertyChange", "zip")]


def test_deliveries_under_faults(listening, faults, contact):
    names = ("duplicate", "shuffle", "lost", "no_source", "reused_id")
    faults.rate.update(
        {f"hubspot.webhook_{name}": 1.0 if name == "shuffle" else 0.2 for name in names}
    )
    for number in range(100):
        contact(f"p{number}@example.com")
    events = _events(listening)
    assert all(faults.fired[f"hubspot.webhook_{name}"] for name in names)
    assert len({event["eventId"] for event in events}) < len(events)
    assert any("changeSource" not in event for event in events)
    ids = [event["objectId"] for event in events]
    assert ids != sorted(ids)
