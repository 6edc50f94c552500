"""Answers of HubSpot that are not as they should be, and portals that do not fit: each becomes one plain sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import orjson
import pytest

from connector.errors import TryLater
from connector.model.condition import ALWAYS
from connector.sandbox.wire import Request, Response


class Odd:
    """The vendor behind something that answers instead of it; `answer` returns None to let a request through."""

    def __init__(self, vendor: Any, answer: Callable[[Request], Response | None]) -> None:
        self._vendor, self._answer = vendor, answer

    def handle(self, request: Request) -> Response:
        found = self._answer(request)
        return self._vendor.handle(request) if found is None else found


def instead(portal: Any, path: str, status: int, **body: Any) -> None:
    said = Response(status, orjson.dumps(body), {"Content-Type": "application/json"})
    portal.board.vendor = Odd(
        portal.hubspot, lambda request: said if path in request.path else None
    )


def test_what_hubspot_refuses_to_say_is_a_problem_and_the_rest_is_checked(portal: Any) -> None:
    portal.install()
    instead(portal, "/lists", 400, category="VALIDATION_ERROR", message="x")
    assert [one.code for one in portal.target().check()] == ["VALIDATION_ERROR"]


def test_check_says_what_no_mapping_creates_in_hubspot(portal: Any) -> None:
    portal.install()
    mapping = portal.mappings.platforms["hubspot"]
    companies = replace(
        mapping.records["companies"], create=ALWAYS, where="mappings/hubspot.yaml:7:3"
    )
    mapping.records["companies"] = companies
    assert [one.code for one in portal.target().check()] == ["CREATE_UNSUPPORTED"]


def test_check_names_the_scope_without_which_properties_are_not_shown(portal: Any) -> None:
    portal.install()
    mapping = portal.mappings.platforms["hubspot"]
    mapping.records["companies"] = replace(
        mapping.records["companies"], where="mappings/hubspot.yaml:7:3"
    )
    instead(portal, "/properties/companies", 403, category="MISSING_SCOPES", message="x")
    assert [one.code for one in portal.target().check()] == ["NO_PROPERTIES"]


def test_a_search_that_does_not_go_on_is_put_off(portal: Any) -> None:
    portal.contacts(1)
    portal.pull("contacts")
    portal.pass_time(minutes=10)
    instead(portal, "/search", 200, total=900, results=[], paging={"next": {"after": "200"}})
    with pytest.raises(TryLater) as put_off:
        portal.pull("contacts")
    assert put_off.value.code == "NO_PROGRESS"
