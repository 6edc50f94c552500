"""What we send is what HubSpot documents: every main call is validated against the derived OpenAPI files (api-contracts E)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from connector.sandbox.wire import Request

SPECS = Path(__file__).resolve().parents[3].parent / "shared" / "specs" / "hubspot"
FILES = {
    re.compile(r"/crm/v3/objects/"): "objects",
    re.compile(r"/crm/v3/owners"): "owners",
    re.compile(r"/crm/v3/properties/"): "properties",
    re.compile(r"/crm/v3/lists"): "lists",
    re.compile(r"/crm/v4/associations/"): "associations-v4",
    re.compile(r"/events/v3/events"): "events",
    re.compile(r"/marketing/v3/forms"): "forms",
}
UNDOCUMENTED = ("/form-integrations/v1/", "/email/public/v1/", "/account-info/v3/", "/oauth/v2/")


def validator(name: str) -> Any:
    openapi_core = pytest.importorskip("openapi_core")
    spec = json.loads((SPECS / f"{name}.openapi.json").read_text())
    spec["servers"] = [{"url": "http://hubspot.invalid"}]
    config = openapi_core.Config(
        spec_validator_cls=None
    )  # the files themselves are not under test, and large
    return openapi_core.OpenAPI.from_dict(spec, config=config)


def openapi_errors() -> Any:
    return pytest.importorskip("openapi_core.validation.request.exceptions")


class Sent:
    """A request as openapi-core wants to see it."""

    def __init__(self, request: Any) -> None:
        from openapi_core.datatypes import RequestParameters
        from werkzeug.datastructures import Headers, ImmutableMultiDict

        query = [(name, value) for name, values in request.params().items() for value in values]
        self.host_url, self.path, self.method = (
            "http://hubspot.invalid",
            request.path,
            request.method.lower(),
        )
        self.body = request.body or None
        self.content_type = request.headers.get("content-type", "").split(";")[0]
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(query), header=Headers(request.headers)
        )


def test_the_validation_itself_would_notice(portal: Any) -> None:
    if not SPECS.exists():
        pytest.skip("the folder ../shared with HubSpot's descriptions is not here")
    wrong = {
        "filterGroups": [{"filters": [{"propertyName": "email", "operator": "EQUALS"}]}],
        "limit": 500,
    }
    headers = {"content-type": "application/json", "authorization": "Bearer x"}
    request = Request(
        "POST", "/crm/v3/objects/contacts/search", "", headers, json.dumps(wrong).encode()
    )
    with pytest.raises(openapi_errors().InvalidRequestBody):
        validator("objects").validate_request(Sent(request))


def test_our_requests_are_those_of_the_documentation(portal: Any) -> None:
    if not SPECS.exists():
        pytest.skip("the folder ../shared with HubSpot's descriptions is not here")
    person, other = portal.contacts(2, lifecyclestage="customer")
    portal.install()
    portal.hubspot.add_form("Whitepaper")
    portal.hubspot.create(
        "meetings", {"hs_timestamp": "2026-01-05T06:30:00Z"}, associations=[("contacts", person)]
    )
    source, target = portal.source(), portal.target()
    for _ in range(2):
        for stream in source.streams():
            portal.pull(stream, source)
        portal.pass_time(minutes=1)
    changes = [
        portal.change(person, {"lifecyclestage": "customer"}, lifecyclestage="lead"),
        portal.change(other, **{"leadcycle_grade": "A", "list:Nurture DE": True}),
    ]
    assert [receipt.state for receipt in target.write(changes, portal.clock.now())] == [
        "written",
        "written",
    ]
    target.look_up(changes, portal.clock.now())
    assert target.check() == []

    validators: dict[str, Any] = {}
    checked: dict[str, int] = {}
    for request in portal.board.seen:
        if request.path.startswith(UNDOCUMENTED):
            continue
        name = next(name for pattern, name in FILES.items() if pattern.match(request.path))
        validators.setdefault(name, validator(name)).validate_request(Sent(request))
        checked[name] = checked.get(name, 0) + 1
    assert set(checked) == set(FILES.values())
    assert sum(checked.values()) > 25
