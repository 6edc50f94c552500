"""Messages as changes: sent once at most. One whose fate nobody knows counts as sent."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from smtplib import SMTP, SMTPException

from connector.errors import Refused, TryLater, Unclear
from connector.model.problem import Problem
from connector.model.systems.change import Change, Receipt
from connector.model.systems.ref import Ref
from connector.platforms.mail.server import NAME, MailServer, send

UNCONFIRMED = "UNCONFIRMED"
REHEARSAL = "REHEARSAL"
_OPEN = "nobody knows whether this e-mail went out; it is not sent again"


class MailTarget:
    """Sends through one server. What is unclear cannot be looked up: it is never sent again."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def write(self, changes: Sequence[Change], now: datetime) -> Sequence[Receipt]:
        """Raises TryLater or Stopped if the server cannot be reached, or lets nobody in."""
        with self._server.dialogue() as session:
            return [_sent(session, change, self._server.sender, now) for change in changes]

    def look_up(self, changes: Sequence[Change], now: datetime) -> Sequence[Receipt]:  # noqa: ARG002 - the port's argument
        return [_done(change, UNCONFIRMED, _OPEN) for change in changes]

    def check(self) -> Sequence[Problem]:
        """Logs in and says nothing; raises TryLater or Stopped."""
        with self._server.dialogue() as session:
            code, _ = session.noop()
        hint = "try again, or ask whoever runs the server"
        return [] if code == 250 else [Problem(NAME, f"the server answers {code}", hint)]


class Rehearsed:
    """Takes every message and sends none: a rehearsal does not leave this machine."""

    def write(self, changes: Sequence[Change], now: datetime) -> Sequence[Receipt]:  # noqa: ARG002 - the port's argument
        return [_done(change, REHEARSAL, "a rehearsal sends no e-mail") for change in changes]

    def look_up(self, changes: Sequence[Change], now: datetime) -> Sequence[Receipt]:
        return self.write(changes, now)

    def check(self) -> Sequence[Problem]:
        return []


def message(change: Change, sender: str, now: datetime) -> EmailMessage:
    """Plain text; its id comes from the change's key, so that a mail program shows a repeated one once."""
    found = EmailMessage()
    found["From"], found["To"] = Address(addr_spec=sender), Address(addr_spec=change.fields["to"])
    found["Subject"] = " ".join(str(change.fields["subject"]).split())
    found["Date"] = format_datetime(now)
    found["Message-ID"] = f"<{change.key}@{sender.rpartition('@')[2]}>"
    found["Auto-Submitted"] = "auto-generated"  # RFC 3834: out-of-office replies keep away
    found.set_content(str(change.fields["text"]))
    return found


def _sent(session: SMTP, change: Change, sender: str, now: datetime) -> Receipt:
    try:
        send(session, message(change, sender, now), change.ref)
    except (ValueError, IndexError, MessageError):
        return Receipt(change, "refused", code="ADDRESS", message="no address of a mailbox")
    except Refused as error:
        _forget(session)
        hint = "correct the address of this owner, or name somebody else in rules/follow_up.yaml"
        return Receipt(change, "refused", code=error.code, message=error.message, hint=hint)
    except TryLater as error:
        _forget(session)
        return Receipt(change, "retry", code=error.code, message=str(error))
    except Unclear as error:
        return Receipt(change, "unclear", code="UNCLEAR", message=str(error))
    return _done(change)


def _forget(session: SMTP) -> None:
    """The next message begins anew, if the server is still there."""
    with suppress(SMTPException, OSError):
        session.rset()


def _done(change: Change, code: str = "", said: str = "") -> Receipt:
    return Receipt(change, "written", Ref(*change.ref[:2], change.key), code, said)
