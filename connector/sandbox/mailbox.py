"""A mail server on the loopback: takes messages as RFC 5321 says, keeps them, and has the moods that real ones have."""

from __future__ import annotations

import base64
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

HELLO = b"220 sandbox ready\r\n"
OK = b"250 ok\r\n"


@dataclass
class Moods:
    """Quirks: each counts down, or holds for an address."""

    greylist: int = 0  # so many messages are put off: 451
    drop_before: int = 0  # the connection breaks after the data, and nothing was kept
    drop_after: int = 0  # the connection breaks after the message was kept, before the answer
    unknown: set[str] = field(default_factory=set)  # mailboxes that do not exist: 550
    user: str = ""  # who must log in
    password: str = ""
    odd: dict[str, bytes] = field(default_factory=dict)
    """By verb, what is answered instead; nothing: the connection breaks."""


@dataclass
class Mailbox:
    """What has arrived. `port` is where it listens."""

    port: int = 0
    moods: Moods = field(default_factory=Moods)
    kept: list[EmailMessage] = field(default_factory=list)
    logins: int = 0

    def to(self, address: str) -> list[EmailMessage]:
        """Messages to one address, in order."""
        return [each for each in self.kept if address in str(each["To"])]

    def keep(self, data: bytes) -> None:
        self.kept.append(message_from_bytes(data, policy=default))


class _Broken(Exception):
    """The connection is gone."""


class _Dialogue(socketserver.StreamRequestHandler):
    """One session."""

    timeout = 10
    mailbox: Mailbox

    def handle(self) -> None:
        self._in = not self.mailbox.moods.user
        self.wfile.write(HELLO)
        try:
            while line := self.rfile.readline(4096):
                verb, _, rest = line.decode("ascii", "replace").strip().partition(" ")
                answer = self._answer(verb.upper(), rest)
                self.wfile.write(answer)
                if verb.upper() == "QUIT":
                    return
        except (_Broken, OSError):
            return

    def _answer(self, verb: str, rest: str) -> bytes:
        moods = self.mailbox.moods
        if verb in moods.odd:
            return self._odd(moods.odd[verb])
        if verb == "EHLO":
            return b"250-sandbox\r\n250 AUTH PLAIN\r\n" if moods.user else OK
        if verb == "AUTH":
            return self._login(rest)
        if verb == "RCPT":
            address = rest.partition("<")[2].partition(">")[0].lower()
            return b"550 no such mailbox\r\n" if address in moods.unknown else OK
        if verb == "MAIL" and not self._in:
            return b"530 log in first\r\n"
        if verb == "DATA":
            return self._data()
        known = ("HELO", "MAIL", "RSET", "NOOP")
        return OK if verb in known else b"221 bye\r\n" if verb == "QUIT" else b"500 what?\r\n"

    def _odd(self, said: bytes) -> bytes:
        if not said:
            raise _Broken
        return said

    def _login(self, rest: str) -> bytes:
        moods = self.mailbox.moods
        said = base64.b64decode(rest.partition(" ")[2] or b"").decode("utf-8", "replace")
        self._in = said.split("\0")[1:] == [moods.user, moods.password]
        self.mailbox.logins += self._in
        return b"235 welcome\r\n" if self._in else b"535 no\r\n"

    def _data(self) -> bytes:
        self.wfile.write(b"354 go on\r\n")
        lines = []
        while (line := self.rfile.readline(65536)) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return self._taken(b"".join(lines))

    def _taken(self, data: bytes) -> bytes:
        moods = self.mailbox.moods
        if moods.greylist:
            moods.greylist -= 1
            return b"451 later, please\r\n"
        if moods.drop_before:
            moods.drop_before -= 1
            raise _Broken
        self.mailbox.keep(data)
        if moods.drop_after:
            moods.drop_after -= 1
            raise _Broken
        return OK


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A server that lives as long as the context."""
    mailbox = Mailbox()
    handler = type("Dialogue", (_Dialogue,), {"mailbox": mailbox})
    with _Server(("127.0.0.1", 0), handler) as server:
        mailbox.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield mailbox
        finally:
            server.shutdown()
            thread.join()
