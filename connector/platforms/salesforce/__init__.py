"""Salesforce: reads and writes the CRM through simple-salesforce (one door), two API calls a cycle when idle."""

from __future__ import annotations

from collections.abc import Mapping

from connector.model.mapping.field import Form
from connector.model.mapping.mappings import Mappings
from connector.model.systems.port import Source, Target
from connector.platforms.budget import Limits, Meter, Unmetered
from connector.platforms.connection import Connection
from connector.platforms.plugin import AccountInfo, Installer, Platform

FORM = Form(
    text=False,
    datetime="%Y-%m-%dT%H:%M:%S.000+0000",
    clear=None,
    queues=frozenset({"Lead.OwnerId", "Case.OwnerId"}),  # api-contracts B.8
)
"""Typed JSON; whole seconds, the offset without a colon (api-contracts B.8)."""


def _source(connection: Connection, mappings: Mappings, meter: Meter) -> Source:
    from connector.platforms.salesforce.door import Door
    from connector.platforms.salesforce.reading.source import SalesforceSource
    from connector.platforms.salesforce.schema import Schema

    door = Door(connection, meter)
    return SalesforceSource(door, Schema(door), mappings)


def _target(connection: Connection, mappings: Mappings, meter: Meter) -> Target:
    from connector.platforms.salesforce.door import Door
    from connector.platforms.salesforce.schema import Schema
    from connector.platforms.salesforce.writing.target import SalesforceTarget

    door = Door(connection, meter)
    return SalesforceTarget(door, Schema(door), mappings, connection.sleep)


def _account(connection: Connection) -> AccountInfo:
    from connector.platforms.salesforce.setup.account import account

    return account(connection)


def _limits(headers: Mapping[str, str]) -> Limits | None:
    from connector.platforms.salesforce.setup.account import limits

    return limits(headers)


def _installer(connection: Connection, mappings: Mappings) -> Installer:
    """`rejection_reasons` of the connection, separated by semicolons, become the picklist that reps choose from."""
    from connector.platforms.salesforce.door import Door
    from connector.platforms.salesforce.setup.fields import REASONS
    from connector.platforms.salesforce.setup.install import SalesforceInstaller

    named = [each.strip() for each in connection.values.get("rejection_reasons", "").split(";")]
    reasons = tuple(each for each in named if each) or REASONS
    return SalesforceInstaller(Door(connection, Unmetered()), mappings, reasons)


platform = Platform(
    name="salesforce",
    form=FORM,
    account=_account,
    limits=_limits,
    source=_source,
    target=_target,
    installer=_installer,
    rows=1000,  # five collections of 200 (api-contracts B.3)
)
