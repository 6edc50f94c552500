"""Communication preferences (api-contracts A.13)."""

from __future__ import annotations

import pytest

V3 = "/communication-preferences/v3"


def _statuses(api, email):
    rows = api("GET", f"{V3}/status/email/{email}")["subscriptionStatuses"]
    return {row["id"]: (row["status"], row["sourceOfStatus"]) for row in rows}


def test_subscribe_then_unsubscribe_and_never_back(api):
    wish = {
        "emailAddress": "ada@example.com",
        "subscriptionId": "301",
        "legalBasis": "CONSENT_WITH_NOTICE",
    }
    assert api("POST", f"{V3}/subscribe", wish)["status"] == "SUBSCRIBED"
    assert _statuses(api, "Ada@example.com")["301"] == ("SUBSCRIBED", "SUBSCRIPTION_STATUS")
    api("POST", f"{V3}/unsubscribe", {"emailAddress": "ada@example.com", "subscriptionId": "301"})
    assert _statuses(api, "ada@example.com")["301"] == ("NOT_SUBSCRIBED", "SUBSCRIPTION_STATUS")
    api("POST", f"{V3}/subscribe", wish)
    assert api.status == 400  # cannot resubscribe someone who opted out


@pytest.mark.parametrize(
    "wish", [{"subscriptionId": "999"}, {"subscriptionId": "301", "legalBasis": "BECAUSE"}, {}]
)
def test_wishes_that_make_no_sense(api, wish):
    api("POST", f"{V3}/subscribe", {"emailAddress": "ada@example.com", **wish})
    assert api.status == 400


@pytest.mark.parametrize(
    "base", ["/communication-preferences/v4", "/communication-preferences/2026-09"]
)
def test_statuses_of_the_fourth_version(api, base):
    body = api("GET", f"{base}/statuses/ada@example.com?channel=EMAIL")
    assert body["status"] == "SUCCESS"
    assert {row["status"] for row in body["results"]} == {"NOT_SPECIFIED"}
    api(
        "POST",
        f"{base}/statuses/ada@example.com",
        {"subscriptionId": 301, "statusState": "UNSUBSCRIBED", "channel": "EMAIL"},
    )
    rows = api("GET", f"{base}/statuses/ada@example.com?channel=EMAIL")["results"]
    assert {row["subscriptionId"]: row["status"] for row in rows}[301] == "UNSUBSCRIBED"


def test_opting_out_of_everything_reaches_property_and_mail_log(api, hubspot, contact):
    id_ = contact("ada@example.com")
    hubspot.unsubscribe("Ada@example.com")
    assert hubspot.get("contacts", id_)["hs_email_optout"] == "true"
    assert set(_statuses(api, "ada@example.com").values()) == {
        ("NOT_SUBSCRIBED", "PORTAL_WIDE_STATUS")
    }
    assert [
        event["type"]
        for event in api("GET", "/email/public/v1/events?recipient=ada@example.com")["events"]
    ] == ["STATUSCHANGE"]


def test_unsubscribe_all_by_the_api(api, hubspot, contact):
    id_ = contact("ada@example.com")
    api(
        "POST",
        "/communication-preferences/v4/statuses/ada%40example.com/unsubscribe-all?channel=EMAIL",
    )
    assert (api.status, hubspot.get("contacts", id_)["hs_email_optout"]) == (200, "true")
