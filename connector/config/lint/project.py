"""leadcycle.yaml: time zone, connections, credentials."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from connector.config.contents import Files
from connector.config.documents.project import (
    HubSpotConnection,
    OtherConnection,
    SalesforceConnection,
)
from connector.config.lint.zone import timezone
from connector.config.near import suggest
from connector.config.yaml import Path, Source
from connector.model.problem import Problem


def check_project(files: Files, types: Collection[str]) -> Iterator[Problem]:
    """`types` are the platforms that can be connected."""
    if files.project is None:
        return
    document, source = files.project.document, files.project.source
    yield from timezone(document.timezone, source.at("timezone"))
    mapped = {file.document.platform for file in files.platforms}
    for name, connection in document.connections.items():
        path: Path = ("connections", name)
        if isinstance(connection, OtherConnection):
            if connection.type not in types:
                yield Problem(
                    source.at(*path, "type"),
                    f'unknown platform "{connection.type}"',
                    suggest(connection.type, types),
                )
        elif isinstance(connection, HubSpotConnection):
            yield from _hubspot(connection, source, path)
        else:
            yield from _salesforce(connection, source, path)
        if files.whole("mappings/") and name not in mapped:
            yield Problem(
                source.key(*path),
                f'the connection "{name}" has no mapping',
                f"write mappings/{name}.yaml",
                "warning",
            )


def _hubspot(connection: HubSpotConnection, source: Source, path: Path) -> Iterator[Problem]:
    app = [
        name
        for name in ("client_id", "client_secret", "refresh_token")
        if getattr(connection, name) is None
    ]
    if connection.token is None and app:
        missing = "token" if len(app) == 3 else app[0]
        yield Problem(
            source.at(*path), f'"{missing}" is missing', "write token: {env: HUBSPOT_TOKEN}"
        )


def _salesforce(connection: SalesforceConnection, source: Source, path: Path) -> Iterator[Problem]:
    needs = ("secret",) if connection.login == "client_credentials" else ("private_key", "username")
    for name in needs:
        if getattr(connection, name) is None:
            yield Problem(source.at(*path), f'"{name}" is missing', f"{connection.login} needs it")
    if "salesforce.com" in connection.domain:
        yield Problem(
            source.at(*path, "domain"),
            "the whole host name",
            "write only what stands before .salesforce.com",
        )
