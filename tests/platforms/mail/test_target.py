"""E-mails against a mail server with moods: each arrives once at most, and what became of it is never guessed."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat
from cryptography.x509.oid import NameOID

from connector.errors import Stopped, TryLater
from connector.model.systems.change import Change
from connector.model.systems.ref import Ref
from connector.platforms.connection import Secret
from connector.platforms.mail import MailServer, MailTarget, Rehearsed
from connector.sandbox.mailbox import Mailbox, mail_server

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
TEXT = "Ute Kern, Pumpen Kern\n.\n.hidden\nZuständig: jörg\n"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as found:
        yield found


def target(mailbox: Mailbox, **more: Any) -> MailTarget:
    server = MailServer("127.0.0.1", mailbox.port, "none", "leadcycle@nordring.example")
    return MailTarget(replace(server, **more))


def mail(key: str = "k-1-answer-0-mail", to: str = "j@nordring.example", **fields: str) -> Change:
    said = {"to": to, "subject": "Answer due 2026-11-17, 12:00", "text": TEXT, **fields}
    return Change(Ref("mail", "message", f"new:{key}"), said, {}, "follow_up", 1, 1, key, True)


def test_a_message_arrives_as_it_was_written(mailbox: Mailbox) -> None:
    (receipt,) = target(mailbox).write([mail(subject="Überfällig\nseit gestern")], NOW)
    assert (receipt.state, receipt.ref) == ("written", Ref("mail", "message", "k-1-answer-0-mail"))
    (found,) = mailbox.kept
    assert found["From"] == "leadcycle@nordring.example"
    assert found["To"] == "j@nordring.example"
    assert found["Subject"] == "Überfällig seit gestern"
    assert found["Message-ID"] == "<k-1-answer-0-mail@nordring.example>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found.get_content().replace("\r\n", "\n") == TEXT


def test_a_login_and_its_refusal(mailbox: Mailbox) -> None:
    mailbox.moods.user, mailbox.moods.password = "leadcycle", "s3cret"
    good = target(mailbox, user="leadcycle", password=Secret("s3cret"))
    assert good.write([mail()], NOW)[0].state == "written"
    assert mailbox.logins == 1
    with pytest.raises(Stopped, match="does not accept the user or the password") as refused:
        target(mailbox, user="leadcycle", password=Secret("wrong")).write([mail("k2")], NOW)
    assert "wrong" not in str(refused.value)
    with pytest.raises(Stopped, match="password is not set"):
        target(mailbox, user="leadcycle").write([mail("k3")], NOW)
    assert len(mailbox.kept) == 1


def test_a_server_that_cannot_speak_securely_gets_nothing(mailbox: Mailbox) -> None:
    with pytest.raises(Stopped, match="does not offer STARTTLS"):
        target(mailbox, security="starttls").write([mail()], NOW)
    with pytest.raises((TryLater, Stopped)):
        target(mailbox, security="tls").write([mail()], NOW)
    assert mailbox.kept == []


def test_nobody_there_is_tried_later() -> None:
    with mail_server() as gone:
        pass
    with pytest.raises(TryLater, match="out of reach"):
        target(gone).write([mail()], NOW)


@pytest.mark.parametrize(
    ("mood", "state", "arrived"),
    [("greylist", "retry", 0), ("drop_before", "unclear", 0), ("drop_after", "unclear", 1)],
)
def test_moods(mailbox: Mailbox, mood: str, state: str, arrived: int) -> None:
    setattr(mailbox.moods, mood, 1)
    (receipt,) = target(mailbox).write([mail()], NOW)
    assert (receipt.state, len(mailbox.kept)) == (state, arrived)


def test_what_is_unclear_is_never_sent_again(mailbox: Mailbox) -> None:
    (receipt,) = target(mailbox).look_up([mail()], NOW)
    assert (receipt.state, receipt.code) == ("written", "UNCONFIRMED")
    assert mailbox.kept == []


def test_a_refused_address_stops_only_itself(mailbox: Mailbox) -> None:
    mailbox.moods.unknown.add("gone@nordring.example")
    receipts = target(mailbox).write(
        [mail("a", "gone@nordring.example"), mail("b", "not an address"), mail("c")], NOW
    )
    assert [(one.state, one.code) for one in receipts] == [
        ("refused", "SMTP_550"),
        ("refused", "ADDRESS"),
        ("written", ""),
    ]
    assert len(mailbox.kept) == 1


def test_a_rehearsal_sends_nothing(mailbox: Mailbox) -> None:
    (receipt,) = Rehearsed().write([mail()], NOW)
    assert (receipt.state, receipt.code, mailbox.kept) == ("written", "REHEARSAL", [])


def test_a_look_at_the_server(mailbox: Mailbox) -> None:
    assert target(mailbox).check() == []


def test_a_server_that_is_not_well_says_so(mailbox: Mailbox) -> None:
    mailbox.moods.odd["NOOP"] = b"421 closing\r\n"
    (problem,) = target(mailbox).check()
    assert problem.hint == "try again, or ask whoever runs the server"


@pytest.mark.parametrize("verb", ["MAIL", "RCPT"])
def test_a_connection_that_breaks_before_the_message_is_tried_again(
    mailbox: Mailbox, verb: str
) -> None:
    mailbox.moods.odd[verb] = b""
    (receipt,) = target(mailbox).write([mail()], NOW)
    assert (receipt.state, receipt.code) == ("retry", "CONNECTION")
    mailbox.moods.odd.clear()
    assert target(mailbox).write([mail()], NOW)[0].state == "written"
    assert len(mailbox.kept) == 1


@pytest.mark.parametrize(
    ("said", "state", "code"),
    [
        (b"451 later", "retry", "SMTP_451"),
        (b"251 nonsense", "retry", "SMTP_251"),
        (b"554 no", "refused", "SMTP_554"),
    ],
)
def test_an_answer_to_the_word_data_is_never_unclear(
    mailbox: Mailbox, said: bytes, state: str, code: str
) -> None:
    """No byte of the message has left."""
    mailbox.moods.odd["DATA"] = said + b"\r\n"
    (receipt,) = target(mailbox).write([mail()], NOW)
    assert (receipt.state, receipt.code, mailbox.kept) == (state, code, [])


@pytest.fixture
def impostor(tmp_path: Path) -> Iterator[int]:
    """The port of a server with a certificate that nobody has signed for it."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.elsewhere.example")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW, NOW + timedelta(days=9999))
    proof, secret = tmp_path / "certificate.pem", tmp_path / "key.pem"
    proof.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(proof, secret)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_greeted, args=(listening, context))
        thread.start()
        yield listening.getsockname()[1]
        thread.join(10)


def _greeted(listening: socket.socket, context: ssl.SSLContext) -> None:
    listening.settimeout(10)
    connection, _ = listening.accept()
    with connection, suppress(OSError):
        context.wrap_socket(connection, server_side=True).close()


def test_a_server_that_is_not_who_it_says_gets_nothing(impostor: int) -> None:
    server = MailServer("127.0.0.1", impostor, "tls", "leadcycle@nordring.example")
    with pytest.raises(Stopped):
        MailTarget(server).write([mail()], NOW)
