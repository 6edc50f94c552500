"""Answers of Salesforce that are not as they should be: each becomes one plain sentence, and nothing is lost by it."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from connector.errors import TryLater
from connector.platforms.salesforce import platform
from connector.platforms.salesforce.writing.batch import Line
from connector.platforms.salesforce.writing.bulk import Bulk

PERSON = {"LastName": "Meier", "Company": "Seals"}


class Odd:
    """The organisation behind something that changes its answers; `change` returns what is answered instead."""

    def __init__(self, org, change):
        self._org, self._change = org, change

    @property
    def total_calls(self):
        return self._org.total_calls

    def handle(self, request):
        return self._change(request, self._org.handle(request))


def records(edit):
    """Lets `edit` change the query results of leads."""

    def change(request, response):
        if not request.path.endswith("/composite"):
            return response
        body = orjson.loads(response.body)
        for part in body["compositeResponse"]:
            found = part["body"].get("records", ()) if isinstance(part["body"], dict) else ()
            if found and found[0]["attributes"]["type"] == "Lead":
                edit(part["body"])
        return replace(response, body=orjson.dumps(body))

    return change


def test_rows_without_id_or_time_are_problems_and_the_others_are_read(rig, reader):
    rows = sorted(rig.org.create("Lead", {**PERSON, "Email": f"l{n}@kunde.example"}) for n in "123")

    def edit(body):
        for row in body["records"]:
            if row["Id"] == rows[0]:
                del row["Id"]
            elif row["Id"] == rows[1]:
                row["SystemModstamp"] = "soon"

    rig.org = Odd(rig.org, records(edit))
    reader.source = rig.source()
    found = [one for page in reader.pull() for one in page.problems]
    assert {(one.where, one.code) for one in found} == {
        ("salesforce/Lead", "UNREADABLE_ROW"),
        (f"salesforce/Lead/{rows[1]}", "UNREADABLE_ROW"),
    }
    assert reader.seen("Lead") == {rows[2]}


def test_a_page_of_which_nothing_can_be_read_is_asked_for_again(rig):
    rig.org.create("Lead", PERSON)

    def edit(body):
        body["done"] = False
        for row in body["records"]:
            del row["Id"]

    rig.org = Odd(rig.org, records(edit))
    with pytest.raises(TryLater, match="a page of Lead without a readable row"):
        list(rig.source().pages("crm", None, rig.now))


def test_what_describe_refuses_as_a_whole_is_a_problem_of_connect(rig):
    refusal = [{"errorCode": "INVALID_BATCH_REQUEST", "message": "no"}]

    def change(request, response):
        refused = b"/describe" in request.body
        return replace(response, status=400, body=orjson.dumps(refusal)) if refused else response

    rig.org = Odd(rig.org, change)
    (problem,) = platform.account(rig.connection()).problems
    assert problem.code == "INVALID_BATCH_REQUEST"


def test_connect_names_kinds_we_may_not_see_or_edit(rig):
    rig.org._org.schema.kinds["leadhistory"].hidden = True
    rig.org.read_only.add("Task")
    problems = platform.account(rig.connection()).problems
    assert [(one.where, one.code, one.level) for one in problems] == [
        ("salesforce/Task", "NO_EDIT", "error"),
        ("salesforce/LeadHistory", "NO_KIND", "warning"),
    ]


def test_a_key_that_is_no_key_is_found_before_anybody_is_created_twice(rig):
    mapping = rig.mappings.platforms["salesforce"]
    lead = replace(mapping.records["Lead"], external_id="Leadcycle_Stage__c")
    mapping.records["Lead"] = lead
    assert [one.code for one in rig.target().check()] == ["NOT_UNIQUE"]


def test_a_bulk_job_that_does_not_end_leaves_its_rows_unclear(rig):
    def change(request, response):
        if request.method != "GET" or "/jobs/ingest/" not in request.path:
            return response
        return replace(response, body=orjson.dumps({"state": "InProgress"}))

    lead = rig.org.create("Lead", PERSON)
    rig.org = Odd(rig.org, change)
    waits = []
    line = Line("Lead", "update", {"Id": lead, "Leadcycle_Grade__c": "A"})
    (result,) = Bulk(rig.door(), waits.append).send([line], "backfill")
    assert (result.state, result.code) == ("unclear", "BULK_RUNNING")
    assert sum(waits) == 300


def test_a_field_that_is_gone_puts_a_look_up_off_until_describe_is_asked_again(rig):
    target, rep = rig.target(), rig.rep()
    (made,) = target.write([rig.create(1, rep)], rig.now)
    change = replace(
        made.change, ref=made.ref, fields={"Leadcycle_Grade__c": "A"}, key="", create=False
    )
    target.look_up([change], rig.now)
    rig.org.remove_field("Lead", "Leadcycle_Grade__c")
    with pytest.raises(TryLater, match="salesforce: fields have changed"):
        target.look_up([change], rig.now)
    assert target.look_up([change], rig.now)
