"""The vendors without sockets: the same answers as over the wire."""

from __future__ import annotations

import json

import pytest
import requests
import urllib3
from hubspot.crm.contacts import ApiClient, BasicApi, Configuration
from urllib3.exceptions import ProtocolError

from connector.sandbox.transport import SandboxAdapter, SandboxPool
from connector.sandbox.wire import Dropped, Request, Response, answer
from connector.sandbox.world import World


class Mirror:
    """Says what it was asked; `broken` breaks the connection instead."""

    broken = False

    def handle(self, request: Request) -> Response:
        if self.broken:
            raise Dropped("gone")
        seen = {
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "headers": dict(request.headers),
        }
        return answer(418, {**seen, "body": request.body.decode()}, {"X-Mirror": "yes"})


@pytest.fixture
def mirror():
    return Mirror()


@pytest.fixture
def session(mirror):
    with requests.Session() as found:
        found.mount("https://", SandboxAdapter(mirror))
        found.mount("http://sandbox/", SandboxAdapter(mirror, prefix="/hubspot"))
        yield found


def test_requests_reach_the_vendor_as_sent(session):
    got = session.post(
        "https://api.hubapi.com/crm/a%2Fb?x=1&x=%2C", json={"a": 1}, headers={"X-One": "1"}
    )
    seen = got.json()
    assert (got.status_code, got.headers["x-mirror"]) == (418, "yes")
    assert (seen["method"], seen["path"], seen["query"]) == ("POST", "/crm/a%2Fb", "x=1&x=%2C")
    assert json.loads(seen["body"]) == {"a": 1}
    assert seen["headers"]["x-one"] == "1"
    assert session.get("http://sandbox/hubspot/crm").json()["path"] == "/crm"


def test_a_broken_connection_is_a_connection_error(session, mirror):
    mirror.broken = True
    with pytest.raises(requests.ConnectionError):
        session.get("https://api.hubapi.com/")


def test_the_pool_encodes_as_urllib3_does(mirror):
    pool = SandboxPool(mirror)
    got = pool.request(
        "GET", "https://api.hubapi.com/crm", fields=[("properties", "a"), ("properties", "b,c")]
    )
    assert isinstance(got, urllib3.HTTPResponse)
    assert (got.status, json.loads(got.data)["query"]) == (418, "properties=a&properties=b%2Cc")
    got = pool.request(
        "POST", "https://api.hubapi.com/oauth", fields={"a": "1 2"}, encode_multipart=False
    )
    assert json.loads(got.data)["body"] == "a=1+2"
    raw = pool.request("GET", "https://api.hubapi.com/crm", preload_content=False)
    assert json.loads(raw.read())["method"] == "GET"
    mirror.broken = True
    with pytest.raises(ProtocolError):
        pool.request("GET", "https://api.hubapi.com/crm")


def test_the_vendors_client_runs_in_process():
    world = World.build()
    for number in range(150):
        world.hubspot.create("contacts", {"email": f"p{number}@example.com"})
    configuration = Configuration()
    configuration.access_token = "sandbox-hubspot"
    client = ApiClient(configuration)
    client.rest_client.pool_manager = SandboxPool(world.hubspot)
    page = BasicApi(client).get_page(limit=100, properties=["email"])
    assert (len(page.results), page.paging.next.after) == (100, world.hubspot.ids("contacts")[100])
    _, status, headers = BasicApi(client).get_page_with_http_info(limit=1)
    assert (status, headers["X-HubSpot-RateLimit-Max"]) == (200, "190")
