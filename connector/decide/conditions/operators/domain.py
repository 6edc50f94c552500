"""Internet domains: a domain and everything below it."""

from __future__ import annotations

from typing import Any

from connector.decide.conditions.operators.among import many
from connector.decide.conditions.operators.verdict import Verdict
from connector.decide.fields.normal.domain import domain


def domain_in(wanted: Any) -> Verdict:
    """`x.example` is found in `x.example`, `mail.x.example`, `a@x.example` and `https://x.example/@a`, not in `notx.example`."""
    hosts = {host for each in many(wanted) if (host := host_of(each))}

    def found(value: Any) -> bool:
        host = host_of(value)
        while host:
            if host in hosts:
                return True
            host = host.partition(".")[2]
        return False

    return found


def host_of(value: Any) -> str:
    """The domain of a domain, an address or a URL, in its ASCII spelling; "" if there is none."""
    if not isinstance(value, str):
        return ""
    for text in (value, value.rpartition("@")[2]):  # an address may have a blank in it
        try:
            return domain(text) or ""
        except ValueError:
            continue
    return ""
