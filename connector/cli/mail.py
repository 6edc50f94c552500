"""connect, for the mail server: who we are there, and what is wrong."""

from __future__ import annotations

from typing import Any

from connector.cli.running.assembly import MAIL, mail_target
from connector.config import Project
from connector.errors import LeadcycleError


def mail_row(project: Project) -> dict[str, Any] | None:
    """As `connect` shows a connection; None: the project sends no e-mails."""
    found, target = project.mail, mail_target(project)
    if found is None or target is None:
        return None
    row = {"name": MAIL, "status": "ok", "problems": []}
    if project.rehearsal:
        return {**row, **_who("a rehearsal sends none", found.sender)}
    if found.missing:
        return {
            **row,
            "status": "unreachable",
            "cause": f"mail: not set: {', '.join(found.missing)}",
        }
    try:
        problems = target.check()
    except LeadcycleError as error:
        return {**row, "status": "unreachable", "cause": str(error)}
    told = [
        {"where": problem.where, "message": problem.message, "hint": problem.hint}
        for problem in problems
    ]
    shown = {**row, **_who(f"{found.host}:{found.port}", found.sender)}
    return {**shown, "problems": told, "status": "attention" if told else "ok"}


def _who(account: str, user: str) -> dict[str, Any]:
    """Of a connection's row what a mail server has."""
    blank = dict.fromkeys(("organisation", "edition"), "")
    none = dict.fromkeys(("daily_limit", "daily_used", "burst"))
    return {"account": account, "user": user, "scopes": [], **blank, **none}
