"""Who may come in: the private app's token, and OAuth tokens that live half an hour (api-contracts A.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.sandbox.hubspot.records.refusal import Refusal
from connector.sandbox.hubspot.records.streams import made_id
from connector.sandbox.hubspot.records.values import iso
from connector.sandbox.hubspot.switches import Switches

LIFETIME_S = 1800
CLIENT = ("sandbox-client", "sandbox-secret")
CODE = "sandbox-code"
REFRESH = "sandbox-refresh"


def unknown_token() -> Refusal:
    message = "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview"
    return Refusal(401, "INVALID_AUTHENTICATION", message)


def expired_token(since: int, now: int) -> Refusal:
    seconds = (now - since) // 1000
    message = f"The OAuth token used to make this call expired {seconds} second(s) ago."
    return Refusal(401, "EXPIRED_AUTHENTICATION", message, context={"expire time": [iso(since)]})


@dataclass(slots=True)
class Tokens:
    """Issued OAuth tokens and when they end, in virtual milliseconds."""

    switches: Switches
    issued: dict[str, int] = field(default_factory=dict)
    revoked: bool = False
    """Whether the refresh token is worth nothing any more."""

    def admit(self, headers: Mapping[str, str], now: int) -> bool:
        """Whether the caller came by OAuth; raises the 401 for everybody else."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise unknown_token()
        if token == self.switches.token:
            return self._admit_private(now)
        ends = self.issued.get(token)
        if ends is None:
            raise unknown_token()
        if ends <= now:
            raise expired_token(ends, now)
        return True

    def _admit_private(self, now: int) -> bool:
        if self.switches.token_state == "revoked":  # noqa: S105 - a state, not a secret
            raise unknown_token()
        if self.switches.token_state == "expired":  # noqa: S105 - a state, not a secret
            raise expired_token(now - 75_000, now)
        return False

    def issue(self, form: Mapping[str, str], now: int) -> str:
        """A new access token for a code or the refresh token; raises the 400 that OAuth callers get."""
        if (form.get("client_id"), form.get("client_secret")) != CLIENT:
            raise Refusal(400, "BAD_CLIENT_ID", "missing or invalid client id or client secret")
        grants = {
            "authorization_code": form.get("code") == CODE,
            "refresh_token": form.get("refresh_token") == REFRESH,
        }
        if not grants.get(form.get("grant_type", ""), False) or self.revoked:
            raise Refusal(400, "BAD_REFRESH_TOKEN", "missing or invalid refresh token")
        token = made_id("token", len(self.issued), now)
        self.issued[token] = now + LIFETIME_S * 1000
        return token
