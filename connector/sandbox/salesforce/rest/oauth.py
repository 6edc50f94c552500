"""Tokens (api-contracts B.2); errors here are objects, unlike those of the data resources."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

import jwt

from connector.sandbox.salesforce.rest.calls import Reply
from connector.sandbox.salesforce.rest.site import Site
from connector.sandbox.wire import Request

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LOGINS = ("https://login.salesforce.com", "https://test.salesforce.com")


class Denied(Exception):
    """No token: `error` and `error_description`."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.reply = Reply(status, {"error": error, "error_description": description})


def token(site: Site, request: Request) -> Reply:
    """`POST /services/oauth2/token`; there is no `expires_in`."""
    site.count("token")
    if request.method != "POST":
        return Denied("invalid_request", "must use HTTP POST").reply
    form = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    try:
        _grant(site, request, form)
    except Denied as denied:
        return denied.reply
    return Reply(200, _issued(site))


def _grant(site: Site, request: Request, form: Mapping[str, str]) -> None:
    match form.get("grant_type"):
        case "client_credentials":
            if request.headers.get("host", "").split(".")[0] in ("login", "test"):
                raise Denied("invalid_grant", "request not supported on this domain")
            _client(site, request, form)
        case "urn:ietf:params:oauth:grant-type:jwt-bearer":
            _assertion(site, form.get("assertion", ""))
        case "refresh_token":
            _client(site, request, form)
            if site.revoked or form.get("refresh_token") != site.settings.refresh_token:
                raise Denied("invalid_grant", "expired access/refresh token")
        case "password":
            raise Denied("invalid_grant", "authentication failure")
        case None:
            raise Denied("invalid_request", "missing required parameter: grant_type")
        case _:
            raise Denied("unsupported_grant_type", "grant type not supported")
    if site.revoked:
        raise Denied("invalid_grant", "user hasn't approved this consumer")


def _client(site: Site, request: Request, form: Mapping[str, str]) -> None:
    """Credentials by Basic header or in the form."""
    name, secret = form.get("client_id"), form.get("client_secret")
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            plain = base64.b64decode(encoded, validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            plain = ""
        name, _, secret = (unquote(part) for part in plain.partition(":"))
    if name != site.settings.client_id:
        raise Denied("invalid_client_id", "client identifier invalid")
    if secret != site.settings.client_secret:
        raise Denied("invalid_client", "invalid client credentials", 401)


def _assertion(site: Site, assertion: str) -> None:
    """Issuer, subject and audience; the signature only if the sandbox was given a public key.

    `exp` is not compared: clients count it on the real clock, the sandbox lives on a virtual one.
    """
    settings = site.settings
    checks = {"verify_signature": settings.public_key is not None, "verify_exp": False, "verify_aud": False,
              "verify_iat": False, "verify_nbf": False}  # fmt: skip
    try:
        claims: dict[str, Any] = jwt.decode(
            assertion, settings.public_key or "", algorithms=["RS256"], options=checks  # type: ignore[arg-type]
        )  # fmt: skip
    except (jwt.PyJWTError, ValueError):
        raise Denied("invalid_grant", "invalid assertion") from None
    if claims.get("iss") != settings.client_id:
        raise Denied("invalid_client_id", "client identifier invalid")
    if claims.get("aud") not in (*_LOGINS, settings.instance_url):
        raise Denied("invalid_grant", "audience is invalid")
    if claims.get("sub") != settings.username or "exp" not in claims:
        raise Denied("invalid_grant", "user hasn't approved this consumer")


def _issued(site: Site) -> dict[str, str]:
    org = site.org
    access = site.sessions.open()
    organization = next(org.rows("Organization"))["Id"]
    signature = base64.b64encode(access[-32:].encode()).decode()
    return {
        "access_token": access, "signature": signature, "scope": "api",
        "instance_url": site.settings.instance_url, "token_type": "Bearer", "issued_at": str(org.clock.ms()),
        "id": f"https://login.salesforce.com/id/{organization}/{org.integration_user}",
    }  # fmt: skip
