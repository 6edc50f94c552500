"""The two logins that have a future, and what a refused one means."""

from __future__ import annotations

from typing import Any

from connector.errors import LeadcycleError, Stopped, TryLater
from connector.platforms.connection import Connection
from connector.platforms.salesforce.session import NAME


def failed_login(code: Any) -> LeadcycleError:
    """OAuth refusals carry a word, everything else a status or nothing (api-contracts B.2)."""
    if isinstance(code, str) and code not in (
        "server_error",
        "temporarily_unavailable",
        "unknown_error",
    ):
        return Stopped(
            NAME,
            f"the login is refused ({code[:60]}); check key, secret, user and the app's policies",
        )
    return TryLater(f"{NAME}: the login did not answer", None, "LOGIN")


def credentials(connection: Connection) -> dict[str, str]:
    """simple-salesforce's arguments for the two logins that have a future (api-contracts 0.6). Raises Stopped."""
    login = connection.values.get("login", "client_credentials")
    domain = connection.values.get("domain", "")
    rehearsal = connection.url is not None or connection.transport is not None
    if login not in ("client_credentials", "jwt_bearer"):
        raise Stopped(
            NAME,
            f"login {login!r} is not offered: Salesforce ends SOAP and password logins; use client_credentials or jwt_bearer",
        )
    if login == "jwt_bearer" and not (rehearsal and not connection.has("private_key")):
        return {
            "username": connection.values.get("username") or connection.secret("username"),
            "consumer_key": connection.secret("key"),
            "privatekey": connection.secret("private_key"),
            "domain": domain or "login",
        }
    if domain in ("", "login", "test"):
        raise Stopped(
            NAME,
            "client_credentials needs `domain`, the organisation's My Domain, e.g. nordring.my",
        )
    return {
        "consumer_key": connection.secret("key"),
        "consumer_secret": connection.secret("secret"),
        "domain": domain,
    }
