"""A company's internet domain from what people put into `website`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from connector.decide.fields.normal.email import email
from connector.decide.fields.normal.text import spelled

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:/*")


def domain(raw: Any) -> str | None:
    """`nordring.example` from `https://www.Nordring.example/de?x`; None for blank. IDN in its ASCII spelling.

    Raises ValueError for what names no host on the internet (an address in numbers, a word without a dot).
    """
    return _domain(raw if type(raw) is str else spelled(raw))


@lru_cache(8192)
def _domain(raw: str) -> str | None:
    url = raw.strip().lower()
    if not url:
        return None
    host = re.split(r"[/?#\\\s]", _without_scheme(url), maxsplit=1)[0]
    host = host.rsplit("@", 1)[-1].split(":", 1)[0].rstrip(".")
    while host.startswith("www.") and "." in host[4:]:
        host = host[4:]
    if not host.isascii() or "--" in host:
        host = _ascii(host)
    if len(host) > 253 or not _HOST.fullmatch(host):
        raise ValueError("names no internet domain")
    return host


def _without_scheme(url: str) -> str:
    # `example.com:8080` looks like a scheme, too: only a known one, or one before slashes, is cut.
    found = _SCHEME.match(url)
    if found and (found[0].endswith("//") or found[0] in ("mailto:", "http:", "https:")):
        return url[found.end() :]
    return url.lstrip("/")


def _ascii(host: str) -> str:
    """By the rules for the domain of an e-mail address, so that both give one key."""
    try:
        address = email(f"x@{host}")
    except ValueError:
        raise ValueError("names no internet domain") from None
    return str(address).partition("@")[2]
