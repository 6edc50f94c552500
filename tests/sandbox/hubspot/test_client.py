"""The vendor's own client against the real server: it must not notice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import hubspot as vendor_client
import pytest
from hubspot.crm.contacts import (
    ApiException,
    BatchInputSimplePublicObjectBatchInputForCreate,
    Filter,
    FilterGroup,
    PublicMergeInput,
    PublicObjectSearchRequest,
    SimplePublicObjectBatchInputForCreate,
    SimplePublicObjectInput,
    SimplePublicObjectInputForCreate,
)

from connector.sandbox.server import serving
from connector.sandbox.world import World


@pytest.fixture
def world(clock, faults, hubspot) -> World:
    return World(clock, faults, hubspot)


@pytest.fixture
def client(world) -> Iterator[vendor_client.HubSpot]:
    with serving(world) as base:
        yield vendor_client.HubSpot(
            access_token="sandbox-hubspot", host=f"{base}/hubspot", base_url=f"{base}/hubspot"
        )


@pytest.fixture(autouse=True)
def _closed_pools(monkeypatch):
    """The client leaves its connections to the garbage collector, which warns; here they are closed."""
    import urllib3

    made = []
    original = urllib3.PoolManager.__init__

    def remembered(self, *args, **kwargs):
        original(self, *args, **kwargs)
        made.append(self)

    monkeypatch.setattr(urllib3.PoolManager, "__init__", remembered)
    yield
    for pool in made:
        pool.clear()


def test_create_read_change(client, hubspot):
    basic = client.crm.contacts.basic_api
    made = basic.create(SimplePublicObjectInputForCreate(properties={"email": "ada@example.com"}))
    basic.update(made.id, SimplePublicObjectInput(properties={"zip": "01067"}))
    read = basic.get_by_id(
        "ada@example.com",
        id_property="email",
        properties=["zip", "email"],
        associations=["companies"],
    )
    assert (read.id, read.properties["zip"]) == (made.id, "01067")
    with pytest.raises(ApiException) as refused:
        basic.create(SimplePublicObjectInputForCreate(properties={"email": "ada@example.com"}))
    assert (refused.value.status, f"Existing ID: {made.id}" in refused.value.body) == (409, True)
    basic.archive(made.id)
    assert hubspot.ids("contacts") == []


def test_get_all_pages_through(client, contact):
    ids = [contact(f"p{n}@example.com") for n in range(250)]
    assert [row.id for row in client.crm.contacts.get_all(properties=["email"])] == ids
    assert [row.id for row in client.crm.contacts.get_all(properties_with_history=["email"])] == ids


def test_search_and_merge(client, hubspot, contact, clock):
    first, second = contact("a@example.com"), contact("b@example.com")
    clock.advance(timedelta(minutes=1))
    merged = client.crm.contacts.basic_api.merge(
        PublicMergeInput(primary_object_id=first, object_id_to_merge=second)
    )
    since = Filter(property_name="lastmodifieddate", operator="GTE", value=str(clock.ms()))
    request = PublicObjectSearchRequest(
        filter_groups=[FilterGroup(filters=[since])],
        sorts=["hs_object_id"],
        limit=200,
        properties=["email"],
    )
    found, status, headers = client.crm.contacts.search_api.do_search_with_http_info(request)
    assert (status, found.total, found.results[0].id) == (200, 1, merged.id)
    assert not [name for name in headers if "ratelimit" in name.lower()]


def test_a_batch_with_a_bad_row(client):
    rows = [
        SimplePublicObjectBatchInputForCreate(
            properties={"email": email}, object_write_trace_id=email
        )
        for email in ("a@example.com", "nonsense")
    ]
    answer = client.crm.contacts.batch_api.create(
        BatchInputSimplePublicObjectBatchInputForCreate(inputs=rows)
    )
    assert (len(answer.results), answer.num_errors) == (1, 1)
    assert answer.errors[0].context == {"objectWriteTraceId": ["nonsense"]}


def test_other_families(client, hubspot, contact):
    person, firm = contact("ada@example.com"), hubspot.create("companies", {"name": "Acme"})
    hubspot.associate("contacts", person, "companies", firm)
    owner = hubspot.add_owner("eva@example.com", "Eva", "Ohm")
    assert client.crm.owners.owners_api.get_page().results[0].id == owner
    assert (
        client.crm.associations.v4.basic_api.get_page("contacts", person, "companies")
        .results[0]
        .to_object_id
        == firm
    )
    assert (
        client.crm.pipelines.pipelines_api.get_all("deals")
        .results[0]
        .stages[-1]
        .metadata["isClosed"]
        == "true"
    )
    assert "email" in {
        row.name for row in client.crm.properties.core_api.get_all("contacts").results
    }
    hubspot.occurrence("e_visited_page", person, {"hs_url": "x"})
    assert (
        client.events.events_api.get_page(object_type="contact", object_id=int(person))
        .results[0]
        .event_type
        == "e_visited_page"
    )
    hubspot.add_form("Demo")
    assert client.marketing.forms.forms_api.get_page().results[0].name == "Demo"
    status = client.communication_preferences.status_api.get_email_status("ada@example.com")
    assert {row.status for row in status.subscription_statuses} == {"NOT_SUBSCRIBED"}


def test_errors_reach_the_client(client, hubspot):
    hubspot.switches.token_state = "revoked"
    with pytest.raises(ApiException) as refused:
        client.crm.contacts.basic_api.get_page()
    assert refused.value.status == 401
