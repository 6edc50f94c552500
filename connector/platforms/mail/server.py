"""The mail server: one dialogue at a time, with deadlines, and an answer for each message that is never guessed.

SMTP as in RFC 5321: until the server has answered 250 to the end of the data, a message is not its own; a connection that breaks
between the data and that answer leaves it open (section 4.5.5 and RFC 1047), so that is Unclear, and everything before it is not.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

from connector.errors import Refused, Stopped, TryLater, Unclear
from connector.model.systems.ref import Ref
from connector.platforms.connection import Secret

NAME = "mail"
DEADLINE = 15.0  # seconds, for each answer
PERMANENT = 500


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where e-mails go out. `context` checks certificates; None: the system's authorities."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    sender: str
    user: str = ""
    password: Secret | None = None
    context: ssl.SSLContext | None = None

    @contextmanager
    def dialogue(self) -> Iterator[smtplib.SMTP]:
        """A session that is logged in. Raises TryLater if the server does not answer, Stopped if it does not let us in."""
        session = self._opened()
        try:
            yield session
        finally:
            with suppress(smtplib.SMTPException, OSError):
                session.quit()
            session.close()

    def _opened(self) -> smtplib.SMTP:
        try:
            session = self._connected()
            try:
                self._secured(session)
            except BaseException:
                session.close()
                raise
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
            raise Stopped(NAME, _plainly(self, error)) from None
        except ssl.SSLCertVerificationError:
            raise Stopped(NAME, f"the certificate of {self.host} is not valid for it") from None
        except (smtplib.SMTPException, OSError) as error:
            what = _plainly(self, error)
            raise TryLater(f"{NAME}: {what}", code="CONNECTION") from None
        return session

    def _connected(self) -> smtplib.SMTP:
        ours = self.sender.rpartition("@")[2]
        if self.security == "tls":
            return smtplib.SMTP_SSL(
                self.host, self.port, ours, timeout=DEADLINE, context=self._certain()
            )
        return smtplib.SMTP(self.host, self.port, ours, timeout=DEADLINE)

    def _secured(self, session: smtplib.SMTP) -> None:
        session.ehlo()
        if self.security == "starttls":
            session.starttls(context=self._certain())
            session.ehlo()
        if self.user and self.password is None:
            raise Stopped(
                NAME, "the password is not set; set the variable that leadcycle.yaml names"
            )
        if self.user and self.password is not None:
            session.login(self.user, self.password.reveal())

    def _certain(self) -> ssl.SSLContext:
        return self.context or ssl.create_default_context()


def send(session: smtplib.SMTP, message: EmailMessage, ref: Ref) -> None:
    """Hand one message over. Raises TryLater if it surely was not taken, Refused if it never will be, Unclear if nobody can say."""
    try:
        _agreed(session.mail(str(message["From"])), ref)
        _agreed(session.rcpt(str(message["To"])), ref)
    except (smtplib.SMTPException, OSError):
        raise TryLater(
            f"{NAME}: the connection broke before the message", code="CONNECTION"
        ) from None
    try:
        answer = session.data(message.as_bytes(policy=SMTP))
    except (
        smtplib.SMTPDataError
    ) as error:  # the answer to DATA itself: no byte of the message has left
        raise _no(error.smtp_code, _bytes(error.smtp_error), ref) from None
    except (smtplib.SMTPException, OSError):
        raise Unclear(f"{NAME}: no answer after the message was sent") from None
    _agreed(answer, ref)


def _agreed(answer: tuple[int, bytes], ref: Ref) -> None:
    code, said = answer
    if code not in (250, 251):  # 251: the server forwards
        raise _no(code, said, ref)


def _no(code: int, said: bytes, ref: Ref) -> Refused | TryLater:
    text = said.decode("utf-8", "replace").splitlines()[:1]
    if code >= PERMANENT:
        return Refused(ref, f"SMTP_{code}", _without_addresses(text[0] if text else ""))
    return TryLater(f"{NAME}: not now ({code})", code=f"SMTP_{code}")


def _without_addresses(said: str) -> str:
    """What a server says, without anybody's address."""
    return " ".join("…" if "@" in word else word for word in said.split())[:200]


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()


def _plainly(server: MailServer, error: Exception) -> str:
    """What went wrong, without what we said to prove who we are."""
    where = f"{server.host}:{server.port}"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"{where} does not accept the user or the password"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return (
            f"{where} does not offer {'STARTTLS' if server.security == 'starttls' else 'a login'}"
        )
    return f"{where} is out of reach ({type(error).__name__})"
