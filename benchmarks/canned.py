"""Answers rendered beforehand: what the sandbox said is kept as bytes, so that only our own work is measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import urllib3

from connector.sandbox.transport import SandboxPool, asked, replied
from connector.sandbox.wire import Request, Response, Vendor


@dataclass(slots=True)
class Recorder:
    """A vendor that passes everything on and keeps what was answered."""

    vendor: Vendor
    answers: dict[tuple[str, str, str, bytes], Response] = field(default_factory=dict)

    def handle(self, request: Request) -> Response:
        found = self.vendor.handle(request)
        self.answers[_name(request)] = found
        return found

    def pool(self) -> SandboxPool:
        """For the run that records."""
        return SandboxPool(self)

    def canned(self) -> CannedPool:
        """For the runs that are measured."""
        return CannedPool(self.answers)

    @property
    def size(self) -> int:
        """Bytes of all answers."""
        return sum(len(answer.body) for answer in self.answers.values())


class CannedPool(urllib3.PoolManager):
    """Answers from memory. Each is wrapped as urllib3 wraps what it reads from a socket; the socket itself is left out."""

    def __init__(self, answers: dict[tuple[str, str, str, bytes], Response]) -> None:
        super().__init__()
        self._answers = answers

    def urlopen(  # type: ignore[override]  # narrower than urllib3's: what comes back is always an HTTPResponse
        self,
        method: str,
        url: str,
        redirect: bool = True,  # noqa: ARG002 - nothing here redirects
        **options: Any,
    ) -> urllib3.HTTPResponse:
        request = asked(method, url, {}, options.get("body"))
        return replied(self._answers[_name(request)], method=method)


def _name(request: Request) -> tuple[str, str, str, bytes]:
    return request.method, request.path, request.query, request.body
