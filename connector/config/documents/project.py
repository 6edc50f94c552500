"""leadcycle.yaml: connections, schedule, limits."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator

from connector.config.documents.written.amounts import Duration, Name, Scalar, Share
from connector.config.documents.written.document import Document, Part, told
from connector.config.documents.written.patterns import (
    API_VERSION,
    HOST,
    LISTEN,
    MAILBOX,
    PROJECT,
    URL,
)
from connector.config.documents.written.secret import DatabaseUrl, SecretDocument, SecretRef

Url = Annotated[str, Field(pattern=URL)]
LOCAL = ("localhost", "127.0.0.1", "::1")


class HubSpotConnection(Part):
    """A HubSpot account: a private app's token, or an app's refresh token."""

    type: Literal["hubspot"] = Field(description="hubspot")
    token: SecretRef | None = Field(default=None, description="Token of a private app.")
    client_id: SecretRef | None = Field(
        default=None, description="Of an app, beside refresh_token."
    )
    client_secret: SecretRef | None = Field(
        default=None, description="Of an app, beside refresh_token."
    )
    refresh_token: SecretRef | None = Field(
        default=None, description="Instead of token: renewed access for an app."
    )
    webhook_secret: SecretRef | None = Field(
        default=None, description="Checks the signature of webhooks."
    )
    paths: Literal["v3", "2026-03", "2026-09"] = Field(
        default="v3", description="Version of the API's paths."
    )
    edition: Literal["free", "starter", "professional", "enterprise"] = Field(
        default="professional", description="Below enterprise, web behaviour cannot be read."
    )
    daily_share: Share = Field(default=0.5, description="Our share of the account's daily calls.")
    url: Url | None = Field(default=None, description="Another address than the vendor's own.")


class SalesforceConnection(Part):
    """A Salesforce organisation."""

    type: Literal["salesforce"] = Field(description="salesforce")
    domain: Name = Field(description="What stands before .salesforce.com, e.g. nordring.my")
    login: Literal["client_credentials", "jwt_bearer"] = Field(
        default="client_credentials", description="How we log in."
    )
    key: SecretRef = Field(description="Consumer key of the connected app.")
    secret: SecretRef | None = Field(
        default=None, description="Consumer secret, for client_credentials."
    )
    private_key: SecretRef | None = Field(
        default=None, description="Private key (PEM), for jwt_bearer."
    )
    username: Name | None = Field(default=None, description="Whom jwt_bearer logs in.")
    version: Annotated[str, Field(pattern=API_VERSION)] = Field(
        default="66.0", description="Version of the REST API."
    )
    daily_share: Share = Field(
        default=0.2, description="Our share of the organisation's daily calls."
    )
    url: Url | None = Field(default=None, description="Another address than the vendor's own.")


class OtherConnection(Part):
    """A platform of another package: its settings are its own; secrets are {env: NAME} or {file: PATH}."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)
    __pydantic_extra__: dict[str, SecretDocument | Scalar]

    type: Name = Field(
        description="The name under which a package registers its platform.",
        json_schema_extra={"not": {"enum": ["hubspot", "salesforce"]}},
    )
    daily_share: Share = Field(default=0.5, description="Our share of the account's daily calls.")
    url: Url | None = Field(default=None, description="Another address than the vendor's own.")


def _kind(value: Any) -> str:
    kind = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    return kind if kind in ("hubspot", "salesforce") else "other"


Connection = Annotated[
    Annotated[HubSpotConnection, Tag("hubspot")]
    | Annotated[SalesforceConnection, Tag("salesforce")]
    | Annotated[OtherConnection, Tag("other")],
    Discriminator(_kind),
]


class MailDocument(Part):
    """The server that sends e-mails to sales, and as whom."""

    host: Annotated[str, Field(pattern=HOST)] = Field(description="e.g. smtp.example.org")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(
        default=587, description="587, or 465 for tls."
    )
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="none is for a server on this machine only."
    )
    from_: Annotated[str, Field(pattern=MAILBOX)] = Field(
        alias="from", description="The address that e-mails come from."
    )
    user: Name | None = Field(default=None, description="Who logs in, if the server asks.")
    password: SecretRef | None = Field(default=None, description="Beside user.")

    @model_validator(mode="after")
    def _sure(self) -> MailDocument:
        if (self.user is None) != (self.password is None):
            raise told('"user" and "password" belong together', "write both, or neither")
        if self.security == "none" and self.host not in LOCAL:
            raise told(
                "e-mails would cross the network in the clear",
                "write security: starttls, or tls; none is for localhost",
            )
        return self


class StoreDocument(Part):
    """Where everything is remembered."""

    url: DatabaseUrl = Field(
        default="sqlite:///var/leadcycle.db", description="sqlite:///… or postgresql+psycopg://…"
    )


class ScheduleDocument(Part):
    """When what is read."""

    pull: Duration = Field(
        default=timedelta(seconds=60), description="Between two readings of a stream."
    )
    owners: Duration = Field(
        default=timedelta(hours=1), description="Between two readings of the owners."
    )
    overlap: Duration = Field(
        default=timedelta(minutes=5),
        description="How far a reading looks back behind the last one.",
    )


class BlastDocument(Part):
    """How many people one plan, or one window of news, may move before somebody must allow it: the smaller of both."""

    contacts: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        default=500, description="So many people."
    )
    share: Share = Field(default=0.05, description="This share of all people.")
    window: Duration = Field(
        default=timedelta(hours=1),
        description="News of so long a time is counted together; beyond the limit it waits for leadcycle release.",
    )
    least: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        default=100,
        description="So many people news may move in any case, in however small a house.",
    )
    hot: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        default=200, description="So many people news may hand over to sales; counted by itself."
    )


class LimitsDocument(Part):
    """How much at once."""

    batch: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=200, description="Changes of one write."
    )
    tries: Annotated[int, Field(ge=1, le=100)] = Field(
        default=5, description="Attempts before a change goes to the shelf."
    )
    rounds: Annotated[int, Field(ge=1, le=20)] = Field(
        default=3,
        description="How often a system may change a value of ours back, before we stop writing it.",
    )
    blast: BlastDocument = Field(
        default=BlastDocument(),
        description="How many people may be moved at once without --allow.",
    )
    plan_holds: Duration = Field(
        default=timedelta(hours=4),
        description="How long a plan may be applied; clocks of its hand-overs run from the plan.",
    )


class ServeDocument(Part):
    """The daemon's page."""

    listen: Annotated[str, Field(pattern=LISTEN)] = Field(
        default="127.0.0.1:8400",
        description="Where /health, /metrics and the page are; the loopback only.",
    )


class ProjectDocument(Document):
    """leadcycle.yaml"""

    name: Annotated[str, Field(pattern=PROJECT)] = Field(
        description="Small letters, digits, - and _."
    )
    timezone: Name = Field(description="e.g. Europe/Berlin")
    language: Literal["en", "de"] = Field(default="en", description="Of the texts in the CRM.")
    store: StoreDocument = Field(
        default=StoreDocument(), description="Where everything is remembered."
    )
    connections: Annotated[dict[Name, Connection], Field(min_length=1)] = Field(
        description="The systems, by a name of yours."
    )
    schedule: ScheduleDocument = Field(default=ScheduleDocument(), description="When what is read.")
    limits: LimitsDocument = Field(default=LimitsDocument(), description="How much at once.")
    mail: MailDocument | None = Field(
        default=None, description="For e-mails to sales (rules/follow_up.yaml)."
    )
    serve: ServeDocument = Field(default=ServeDocument(), description="The daemon's page.")
