"""lifecyclestage moves forward only (api-contracts A.5; failures 11): what a step back gets is a switch."""

from __future__ import annotations

import pytest


@pytest.fixture
def customer(contact):
    return contact("ada@example.com", lifecyclestage="customer")


def _write(api, id_, stage):
    api(
        "PATCH",
        f"/crm/v3/objects/contacts/{id_}",
        {"properties": {"lifecyclestage": stage, "zip": "7"}},
    )
    return api.status


@pytest.mark.parametrize(
    ("backward", "status", "stage"),
    [("keep", 200, "customer"), ("reject", 400, "customer"), ("allow", 200, "lead")],
)
def test_a_step_back(api, hubspot, customer, backward, status, stage):
    hubspot.switches.backward = backward
    assert _write(api, customer, "lead") == status
    assert hubspot.get("contacts", customer)["lifecyclestage"] == stage
    assert hubspot.get("contacts", customer)["zip"] == ("" if status == 400 else "7")


@pytest.mark.parametrize("backward", ["keep", "reject", "allow"])
def test_clearing_first_opens_the_way_back(api, hubspot, customer, backward):
    hubspot.switches.backward = backward
    assert _write(api, customer, "") == 200
    assert hubspot.get("contacts", customer)["lifecyclestage"] == ""
    assert _write(api, customer, "lead") == 200
    assert hubspot.get("contacts", customer)["lifecyclestage"] == "lead"


@pytest.mark.parametrize("backward", ["keep", "reject", "allow"])
def test_forward_is_always_open(api, hubspot, customer, backward):
    hubspot.switches.backward = backward
    assert _write(api, customer, "evangelist") == 200
    assert hubspot.get("contacts", customer)["lifecyclestage"] == "evangelist"


def test_a_custom_stage_stands_where_it_was_added(api, hubspot, customer):
    shown = api("GET", "/crm/v3/properties/contacts/lifecyclestage")
    options = [*shown["options"], {"label": "Sales accepted", "value": "148022", "hidden": False}]
    api("PATCH", "/crm/v3/properties/contacts/lifecyclestage", {"options": options})
    assert _write(api, customer, "148022") == 200
    assert _write(api, customer, "customer") == 200
    assert hubspot.get("contacts", customer)["lifecyclestage"] == "148022"
