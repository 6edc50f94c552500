"""Time zones by their names in the IANA database."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from zoneinfo import available_timezones

from connector.config.near import did_you_mean
from connector.model.problem import Problem


@cache
def zones() -> frozenset[str]:
    return frozenset(available_timezones())


def timezone(name: str, where: str) -> Iterator[Problem]:
    if name not in zones():
        yield Problem(
            where,
            f'unknown time zone "{name}"',
            did_you_mean(name, zones()) or "write it as Europe/Berlin",
        )
