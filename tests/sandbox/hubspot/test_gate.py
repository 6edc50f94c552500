"""Tokens, rights, limits, faults (api-contracts A.2, A.3; failures 14, 30, 61, 62, 75, 76, 81, 82)."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest

from connector.sandbox.hubspot import FAULTS
from connector.sandbox.wire import Dropped

CONTACTS = "/crm/v3/objects/contacts"


def test_a_wrong_token_is_a_401(api):
    for token in ("", "wrong"):
        api.token = token
        body = api("GET", CONTACTS)
        assert (api.status, body["status"], body["category"]) == (
            401,
            "error",
            "INVALID_AUTHENTICATION",
        )


def test_an_expired_token_says_when(api, hubspot):
    hubspot.switches.token_state = "expired"
    body = api("GET", CONTACTS)
    # A.2: the documented body.
    assert body["message"] == "The OAuth token used to make this call expired 75 second(s) ago."
    assert (body["category"], body["context"]) == (
        "EXPIRED_AUTHENTICATION",
        {"expire time": ["2026-01-05T06:58:45.000Z"]},
    )
    assert body["correlationId"]


def test_lost_rights(api, hubspot):
    hubspot.switches.user_may = False
    assert api("GET", CONTACTS)["category"] == "USER_DOES_NOT_HAVE_PERMISSIONS"
    assert api.status == 403


def test_missing_scopes_are_named(api, hubspot):
    hubspot.switches.scopes = frozenset({"crm.objects.contacts.read"})
    api("GET", CONTACTS)
    assert api.status == 200
    body = api("POST", CONTACTS, {"properties": {"email": "a@example.com"}})
    assert (api.status, body["category"]) == (403, "MISSING_SCOPES")
    assert body["errors"][0]["context"]["requiredGranularScopes"] == ["crm.objects.contacts.write"]


def _token(api, version="v1", **more):
    form = {
        "grant_type": "refresh_token",
        "client_id": "sandbox-client",
        "client_secret": "sandbox-secret",
        "refresh_token": "sandbox-refresh",
        **more,
    }
    return api("POST", f"/oauth/{version}/token", urlencode(form).encode())


def test_oauth_tokens_live_half_an_hour(api, hubspot, clock):
    first = _token(api)
    assert set(first) == {"access_token", "refresh_token", "expires_in", "token_type"}
    assert first["expires_in"] == 1800
    api.token = first["access_token"]
    api("GET", CONTACTS)
    assert api.status == 200
    assert "X-HubSpot-RateLimit-Daily" not in api.last.headers  # not for OAuth tokens
    assert api("GET", f"/oauth/v1/access-tokens/{api.token}")["hub_id"] == 145678901
    clock.advance(timedelta(seconds=1799))
    api("GET", CONTACTS)
    assert api.status == 200
    clock.advance(timedelta(seconds=1))
    api("GET", CONTACTS)
    assert api.status == 401
    clock.advance(timedelta(seconds=30))
    assert api("GET", CONTACTS)["message"].endswith("expired 30 second(s) ago.")
    second = _token(api, "2026-03")
    assert second["access_token"] != first["access_token"]
    assert second["hub_id"] == 145678901


def test_oauth_refusals(api):
    for wrong in ({"client_secret": "x"}, {"refresh_token": "x"}, {"grant_type": "password"}):
        _token(api, **wrong)
        assert api.status == 400
    api("POST", "/oauth/v3/token/revoke", b"token=sandbox-refresh")
    _token(api)
    assert api.status == 400


def test_introspection(api):
    token = _token(api, "v3")["access_token"]
    form = {"client_id": "sandbox-client", "client_secret": "sandbox-secret", "token": token}
    assert api("POST", "/oauth/v3/token/introspect", urlencode(form).encode())["active"] is True


def test_the_account_describes_itself(api):
    details = api("GET", "/account-info/v3/details")
    assert (details["portalId"], details["timeZone"], details["utcOffsetMilliseconds"]) == (
        145678901,
        "Europe/Berlin",
        3_600_000,
    )
    info = api(
        "POST", "/oauth/v2/private-apps/get/access-token-info", {"tokenKey": "sandbox-hubspot"}
    )
    assert set(info) == {"userId", "hubId", "appId", "scopes"}
    usage = api("GET", "/account-info/v3/api-usage/daily/private-apps")["results"][0]
    assert (usage["usageLimit"], usage["currentUsage"]) == (650_000, 3)


def _429(api, policy, words):
    body = api("GET", CONTACTS) if policy != "SECONDLY" else api.search("contacts")
    assert api.status == 429
    # A.3: the documented body; the policy tells the limits apart.
    assert body["message"] == f"You have reached your {words} limit."
    assert (body["status"], body["errorType"], body["policyName"]) == (
        "error",
        "RATE_LIMIT",
        policy,
    )
    assert "Retry-After" not in api.last.headers


def test_ten_seconds_roll(api, hubspot, clock):
    hubspot.switches.burst_limits = True
    for number in range(190):
        if number == 100:
            clock.advance(timedelta(seconds=5))
        api("GET", CONTACTS)
        assert (api.status, api.last.headers["X-HubSpot-RateLimit-Remaining"]) == (
            200,
            str(189 - number),
        )
    _429(api, "TEN_SECONDLY_ROLLING", "ten_secondly_rolling")
    clock.advance(timedelta(seconds=5))  # the first hundred are out of the window now
    for _ in range(100):
        api("GET", CONTACTS)
        assert api.status == 200
    _429(api, "TEN_SECONDLY_ROLLING", "ten_secondly_rolling")


def test_search_has_a_limiter_of_its_own(api, hubspot, clock):
    hubspot.switches.burst_limits = True
    for _ in range(5):
        api.search("contacts")
        assert api.status == 200
    _429(api, "SECONDLY", "secondly")
    api("GET", CONTACTS)
    assert (api.status, api.last.headers["X-HubSpot-RateLimit-Remaining"]) == (
        200,
        "189",
    )  # exempt from the ten seconds
    clock.advance(timedelta(seconds=1))
    api.search("contacts")
    assert api.status == 200
    assert (
        api("GET", "/account-info/v3/api-usage/daily/private-apps")["results"][0]["currentUsage"]
        == 8
    )  # but counts for the day


def test_the_day_ends_at_midnight_in_berlin(api, hubspot, clock):
    hubspot.switches.daily_limit = 3
    for _ in range(3):
        api("GET", CONTACTS)
    assert api.last.headers["X-HubSpot-RateLimit-Daily-Remaining"] == "0"
    _429(api, "DAILY", "daily")
    clock.advance(datetime.fromisoformat("2026-01-05T23:59:59+01:00"))
    _429(api, "DAILY", "daily")
    clock.advance(datetime.fromisoformat("2026-01-06T00:00:00+01:00"))
    api("GET", CONTACTS)
    assert api.status == 200


def test_limits_stand_still_unless_switched_on(api):
    for _ in range(300):
        api.search("contacts")
    assert api.status == 200


def test_retry_after_is_optional(api, hubspot, faults):
    hubspot.switches.retry_after = True
    faults.rate["hubspot.secondly429"] = 1
    api.search("contacts")
    assert api.last.headers["Retry-After"] == "1"


@pytest.mark.parametrize(
    ("fault", "status", "done"),
    [
        ("hubspot.error500", 500, False),
        ("hubspot.bad_gateway", 502, False),
        ("hubspot.html503", 503, False),
        ("hubspot.locked423", 423, False),
        ("hubspot.migration477", 477, False),
        ("hubspot.burst429", 429, False),
        ("hubspot.daily429", 429, False),
        ("hubspot.unauthorized", 401, False),
        ("hubspot.after_commit_500", 502, True),
    ],
)
def test_a_faulty_write(api, hubspot, faults, fault, status, done):
    faults.rate[fault] = 1
    api("POST", CONTACTS, {"properties": {"email": "a@example.com"}})
    assert api.status == status
    assert (hubspot.find("a@example.com") is not None) is done
    assert faults.fired[fault] == 1


@pytest.mark.parametrize(
    ("fault", "done"), [("hubspot.reset", False), ("hubspot.reset_after_commit", True)]
)
def test_a_broken_connection(api, hubspot, faults, fault, done):
    faults.rate[fault] = 1
    with pytest.raises(Dropped):
        api("POST", CONTACTS, {"properties": {"email": "a@example.com"}})
    assert (hubspot.find("a@example.com") is not None) is done


def test_a_cut_off_answer(api, faults, contact):
    contact("a@example.com")
    faults.rate["hubspot.truncated"] = 1
    with pytest.raises(ValueError, match="unexpected end"):
        api("GET", CONTACTS)
    assert api.status == 200


def test_maintenance_is_html(api, faults):
    faults.rate["hubspot.html503"] = 1
    assert api("GET", CONTACTS).startswith(b"<!DOCTYPE html>")


def test_ids_may_come_out_of_order(hubspot, faults, contact):
    faults.rate["hubspot.shuffled_ids"] = 0.3
    ids = [int(contact(f"p{n}@example.com")) for n in range(200)]
    assert len(set(ids)) == 200
    assert ids != sorted(ids)  # failures 7


def test_every_fault_in_the_code_is_in_the_table():
    from pathlib import Path

    import connector.sandbox.hubspot as package

    sources = "".join(
        path.read_text()
        for path in Path(package.__path__[0]).rglob("*.py")
        if path.name != "faults.py"
    )
    assert [name for name in FAULTS if f'"{name}"' not in sources] == []


def test_unknown_paths_answer_html(api):
    assert b"<html>" in api("GET", "/crm/v3/nothing")
    assert api.status == 404  # A.4: HTML 404 bodies exist for unknown routes


@pytest.mark.parametrize(
    "path",
    [
        "/crm/v3/objects/contacts", "/crm/v3/objects/contacts/", "/crm/v3/objects/0-1", "/crm/v3/objects/contact",
        "/crm/objects/2026-03/contacts", "/crm/objects/2026-09/contacts/", "//crm/v3//objects/contacts",
    ],
)  # fmt: skip
def test_legacy_and_date_paths_are_one(api, contact, path):
    id_ = contact("ada@example.com")
    for query in ("properties=zip&properties=city", "properties=zip,city", "properties=zip%2Ccity"):
        row = api("GET", f"{path}?{query}")["results"][0]
        assert row["id"] == id_
        assert {"zip", "city"} <= set(row["properties"])
    assert set(api.hubspot.calls) == {"list contacts"}


@pytest.mark.parametrize(
    "path",
    [
        "/crm/v1/objects/contacts",
        "/crm/objects/2025-03/contacts",
        "/crm/2026-09",
        "/v3/crm/objects",
    ],
)
def test_versions_that_do_not_exist(api, path):
    api("GET", path)
    assert api.status == 404
