"""The vendors without sockets: what requests and urllib3 clients plug in to talk to one in the same process."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.exceptions import ProtocolError

from connector.sandbox.wire import Dropped, Request, Response, Vendor


def asked(
    method: str, url: str, headers: Mapping[str, str], body: bytes | str | None, prefix: str = ""
) -> Request:
    """The request a vendor would see: percent-encoding kept, header names in lower case, `prefix` taken off the path."""
    parts = urlsplit(url)
    sent = body.encode() if isinstance(body, str) else body or b""
    named = {name.lower(): value for name, value in headers.items()}
    return Request(method, parts.path.removeprefix(prefix) or "/", parts.query, named, sent)


def replied(
    response: Response, *, method: str = "GET", preload: bool = False
) -> urllib3.HTTPResponse:
    """The answer as urllib3 would have read it from a socket."""
    headers = urllib3.HTTPHeaderDict(response.headers)
    headers.setdefault("Content-Length", str(len(response.body)))
    return urllib3.HTTPResponse(
        body=io.BytesIO(response.body),
        headers=headers,
        status=response.status,
        preload_content=preload,
        request_method=method,
    )


class SandboxAdapter(BaseAdapter):
    """For `requests.Session.mount`: every request goes to the vendor, a broken connection is a `ConnectionError`."""

    def __init__(self, vendor: Vendor, prefix: str = "") -> None:
        super().__init__()
        self._vendor = vendor
        self._prefix = prefix
        self._builder = HTTPAdapter()

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002 - a body that is there needs no stream
        timeout: Any = None,  # noqa: ARG002 - nothing here takes time
        verify: Any = True,  # noqa: ARG002 - no TLS without a wire
        cert: Any = None,  # noqa: ARG002 - no TLS without a wire
        proxies: Any = None,  # noqa: ARG002 - no proxy without a wire
    ) -> requests.Response:
        body = request.body if isinstance(request.body, bytes | str) else None
        wanted = asked(
            request.method or "GET", request.url or "/", request.headers, body, self._prefix
        )
        try:
            response = self._vendor.handle(wanted)
        except Dropped as dropped:
            aborted = ProtocolError("Connection aborted.", ConnectionResetError(str(dropped)))
            raise requests.ConnectionError(aborted, request=request) from dropped
        return self._builder.build_response(request, replied(response, method=wanted.method))

    def close(self) -> None:
        self._builder.close()


class SandboxPool(urllib3.PoolManager):
    """A pool manager whose connections all end at the vendor; a broken connection is a `ProtocolError`.

    `request` with its encoding of fields and JSON is urllib3's own. Retries and redirects are left to the caller.
    """

    def __init__(self, vendor: Vendor, prefix: str = "") -> None:
        super().__init__()
        self._vendor = vendor
        self._prefix = prefix

    def urlopen(  # type: ignore[override] # narrower than urllib3's: what comes back is always an HTTPResponse
        self,
        method: str,
        url: str,
        redirect: bool = True,  # noqa: ARG002 - no vendor redirects
        **options: Any,
    ) -> urllib3.HTTPResponse:
        wanted = asked(method, url, options.get("headers") or {}, options.get("body"), self._prefix)
        try:
            response = self._vendor.handle(wanted)
        except Dropped as dropped:
            raise ProtocolError(
                "Connection aborted.", ConnectionResetError(str(dropped))
            ) from dropped
        return replied(response, method=method, preload=bool(options.get("preload_content", True)))
