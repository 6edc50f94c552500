"""The mail server as the command line uses it: settings, and its password looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import SecretStr

from connector.config.connections import secret
from connector.config.documents.project import MailDocument


@dataclass(frozen=True, slots=True)
class Mail:
    """The server for e-mails to sales. `missing` names what the password refers to and is not there."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    sender: str
    user: str = ""
    password: SecretStr | None = None
    missing: tuple[str, ...] = ()


def mail_of(
    document: MailDocument | None, root: Path | None, environment: Mapping[str, str]
) -> Mail | None:
    """None: the project sends no e-mails."""
    if document is None:
        return None
    named = document.password
    found = None if named is None else secret(named, root, environment)
    missing = () if named is None or found else (named.env or named.file or "password",)
    return Mail(
        document.host,
        document.port,
        document.security,
        document.from_,
        document.user or "",
        None if found is None else SecretStr(found),
        missing,
    )
