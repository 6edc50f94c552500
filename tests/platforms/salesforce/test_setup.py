"""Before the first run: who we are, what is missing, and our fields in place."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from connector.config import Settings
from connector.config import load as load_project
from connector.errors import Refused, Stopped, TryLater, Unclear
from connector.platforms.budget import Limits
from connector.platforms.plugin import Platform, load
from connector.platforms.salesforce import platform
from connector.platforms.salesforce.door import Door
from connector.platforms.salesforce.schema import Schema
from connector.platforms.salesforce.setup.fields import wanted
from connector.sandbox.faults import Faults
from connector.sandbox.salesforce import Salesforce


@pytest.fixture
def bare(rig):
    """An organisation without our fields, in which new fields are hidden until they are granted."""
    rig.org = Salesforce(rig.clock, Faults(seed=3), fls=True)
    return rig


def installer(rig):
    return platform.installer(rig.connection(), rig.mappings)


def test_what_sales_fills_in_is_a_picklist_although_we_may_empty_it(rig):
    found = {each.full_name: each.metadata["type"] for each in wanted(example())}
    for kind in ("Lead", "Contact"):
        assert found[f"{kind}.Leadcycle_Acceptance__c"] == "Picklist"
        assert found[f"{kind}.Leadcycle_Rejection_Reason__c"] == "Picklist"
    assert found["Lead.Leadcycle_Why__c"] == "LongTextArea"


def example():
    root = Path(__file__).resolve().parents[3]
    return load_project(root, settings=Settings(sandbox="http://127.0.0.1:9")).mappings


def test_the_platform_is_found_by_its_entry_point():
    assert load("salesforce") is platform
    assert isinstance(platform, Platform)


def test_plan_changes_nothing_install_does_it_and_a_second_time_nothing(bare):
    planned = installer(bare).plan()
    assert "create field Lead.Leadcycle_Key__c (Text)" in planned
    assert "create field Opportunity.Loss_Reason__c (Picklist)" in planned
    assert bare.org.writes_total == 0
    done = installer(bare).install()
    assert set(done) == set(planned)
    assert installer(bare).plan() == []
    assert installer(bare).install() == []


def test_after_install_everything_the_mappings_need_is_there(bare):
    assert len(bare.target().check()) > 5
    installer(bare).install()
    assert bare.target().check() == ()
    key = Schema(bare.door()).kind("Task").columns["leadcycle_key__c"]
    assert (key.external_id, key.unique) == (True, True)
    answer = Schema(bare.door()).kind("Lead").shape.find("Leadcycle_Acceptance__c")
    assert answer.values == ("Accepted", "Rejected")


def test_the_acceptance_is_tracked_so_that_its_time_is_known(bare):
    installer(bare).install()
    lead = bare.org.create("Lead", {"LastName": "M", "Company": "C"})
    bare.org.update("Lead", lead, {"Leadcycle_Acceptance__c": "Accepted"})
    assert [
        row for row in bare.org.rows("LeadHistory") if row["Field"] == "Leadcycle_Acceptance__c"
    ]


def test_rejection_reasons_come_from_the_connection(bare):
    connection = bare.connection(rejection_reasons="Zu früh; Kein Budget")
    platform.installer(connection, bare.mappings).install()
    reason = Schema(bare.door()).kind("Lead").shape.find("Leadcycle_Rejection_Reason__c")
    assert reason.values == ("Zu früh", "Kein Budget")


@pytest.mark.parametrize("fault", ["after_commit_500", "reset_after_commit", "error500"])
def test_install_interrupted_by_faults_and_repeated_ends_complete(bare, fault):
    bare.org._org.faults.rate[f"salesforce.{fault}"] = 0.2
    for _ in range(60):
        with suppress(TryLater, Stopped, Unclear):
            installer(bare).install()
    bare.org._org.faults.rate.clear()
    assert installer(bare).plan() == []
    assert (
        len(
            [
                row
                for row in bare.org.rows("PermissionSet")
                if row["Name"] == "Leadcycle_Integration"
            ]
        )
        == 1
    )


def test_account_says_who_we_are(rig):
    info = platform.account(rig.connection())
    assert (info.platform, info.url) == ("salesforce", "https://nordring.my.salesforce.com")
    assert info.id.startswith("00D")
    assert info.user == "leadcycle@nordring.example"
    assert info.limits.daily == 150_000
    assert info.problems == ()


def test_limits_are_read_from_the_header():
    header = "api-usage=18/5000; per-app-api-usage=17/250(appName=x)"
    assert platform.limits({"sforce-limit-info": header}) == Limits(daily=5000, used=18)
    assert platform.limits({"sforce-limit-info": "garbage"}) is None
    assert platform.limits({}) is None


def test_where_salesforce_refuses_an_external_id_on_activities_the_task_key_is_plain(
    bare, monkeypatch
):
    """And tasks are then found by look-up alone."""
    sent = []
    send = Door.send

    def refusing(door, method, path, body, lane=None):
        if path.endswith("CustomField"):
            sent.append(body["FullName"])
            if body["FullName"].startswith("Activity.") and body["Metadata"].get("externalId"):
                raise Refused(None, "FIELD_INTEGRITY_EXCEPTION", "no external ids here")
        return send(door, method, path, body, lane)

    monkeypatch.setattr(Door, "send", refusing)
    installer(bare).install()
    assert sent.count("Activity.Leadcycle_Key__c") == 2
    assert bare.target().check() == ()
    rep = bare.rep()
    for _ in range(2):
        receipts = bare.target().write([bare.create(1, rep), bare.task(1, rep)], bare.now)
        assert [each.state for each in receipts] == ["written", "written"]
    assert len(list(bare.org.rows("Task"))) == 1
