"""HubSpot: source of contacts and what they do, target of stages, scores and nurture lists."""

from __future__ import annotations

from collections.abc import Mapping

from connector.model.mapping import Form, Mappings
from connector.model.port import Source, Target
from connector.platforms.budget import Limits, Meter
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


platform = Platform("hubspot", FORM, _account, _limits, _source, _target, _installer)
