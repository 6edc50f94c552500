"""Connections as the platforms need them: plain settings, secrets looked up, and which are not set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from connector.config.documents.project import Connection, OtherConnection
from connector.config.documents.written.secret import SecretDocument

# What the sandbox admits; they open nothing else.
REHEARSAL: Mapping[str, Mapping[str, str]] = {
    "hubspot": {"token": "sandbox-hubspot", "webhook_secret": "sandbox-secret"},
    "salesforce": {"key": "sandbox-client", "secret": "sandbox-secret"},
}


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """One connection. `values` are plain settings as text (a share as a fraction), `secrets` the credentials that are set.

    `missing` names what leadcycle.yaml refers to and is not there: `HUBSPOT_TOKEN`, or a file. `url` replaces the vendor's
    own address.
    """

    name: str
    type: str
    values: Mapping[str, str]
    secrets: Mapping[str, SecretStr]
    url: str | None = None
    missing: tuple[str, ...] = field(default=())


def connection_settings(
    name: str,
    document: Connection,
    root: Path | None,
    environment: Mapping[str, str],
    extra: Mapping[str, str],
    sandbox: str = "",
) -> ConnectionSettings:
    """`extra` are settings of the whole project that platforms need; a rehearsal (`sandbox`) has its own secrets."""
    plain: dict[str, str] = dict(extra)
    secrets: dict[str, SecretStr] = {}
    missing: list[str] = []
    for key, value in _settings(document):
        if isinstance(value, SecretDocument):
            if not sandbox:
                _look_up(key, value, root, environment, secrets, missing)
        elif value is not None and key not in ("type", "url"):
            plain[key] = _text(value)
    if sandbox:
        plain["login"] = "client_credentials"
        secrets = {key: SecretStr(value) for key, value in REHEARSAL.get(document.type, {}).items()}
    url = f"{sandbox.rstrip('/')}/{document.type}" if sandbox else document.url
    return ConnectionSettings(name, document.type, plain, secrets, url, tuple(missing))


def _settings(document: Connection) -> list[tuple[str, Any]]:
    named = [(key, getattr(document, key)) for key in type(document).model_fields]
    further = document.__pydantic_extra__ if isinstance(document, OtherConnection) else None
    return [*named, *(further or {}).items()]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _look_up(
    key: str,
    document: SecretDocument,
    root: Path | None,
    environment: Mapping[str, str],
    secrets: dict[str, SecretStr],
    missing: list[str],
) -> None:
    found = secret(document, root, environment)
    if found is None:
        missing.append(document.env or document.file or key)
    else:
        secrets[key] = SecretStr(found)


def secret(
    document: SecretDocument, root: Path | None, environment: Mapping[str, str]
) -> str | None:
    """The secret's value; None if the variable or the file is not there, or empty."""
    if document.env is not None:
        return environment.get(document.env) or None
    path = Path(document.file or "").expanduser()
    try:
        return ((root or Path()) / path).read_text("utf-8").strip() or None
    except (OSError, ValueError):
        return None
