"""HubSpot: source of contacts and what they do, target of stages, scores and nurture lists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from connector.model.mapping.field import Form
from connector.model.mapping.mappings import Mappings
from connector.model.systems.port import Source, Target
from connector.platforms.budget import Burst, Limits, Meter
from connector.platforms.connection import Connection
from connector.platforms.plugin import AccountInfo, Installer, Platform

FORM = Form(text=True, datetime="%Y-%m-%dT%H:%M:%S.000Z", clear="")


def _account(connection: Connection) -> AccountInfo:
    from connector.platforms.hubspot.account import account

    return account(connection)


def _limits(headers: Mapping[str, str]) -> Limits | None:
    from connector.platforms.hubspot.account import limits

    return limits(headers)


def _source(connection: Connection, mappings: Mappings, meter: Meter) -> Source:
    from connector.platforms.hubspot.source import HubSpotSource

    return HubSpotSource(connection, mappings, meter)


def _target(connection: Connection, mappings: Mappings, meter: Meter) -> Target:
    from connector.platforms.hubspot.target import HubSpotTarget

    return HubSpotTarget(connection, mappings, meter)


def _installer(connection: Connection, mappings: Mappings) -> Installer:
    from connector.platforms.hubspot.installer import HubSpotInstaller

    return HubSpotInstaller(connection, mappings)


# What every edition allows a private app; 190 on the larger ones (api-contracts A.3).
BURST = Burst(100, timedelta(seconds=10))

platform = Platform("hubspot", FORM, _account, _limits, _source, _target, _installer, BURST, 100)
