"""Parts of a composite call, their answers, and the SOQL that some of them carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from connector.platforms.salesforce.verdict import lost

HEAVY = 5
"""Queries and collections in one composite (api-contracts B.3)."""
PARTS = 25
URI_ROOM = 12_000
"""Bytes of an encoded query: a URI ends at 16,384 (api-contracts B.3) and our columns share it with the IN list."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One subrequest of a composite; `path` starts after the version."""

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] | None = None  # subrequests do not inherit the call's


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Any

    @property
    def good(self) -> bool:
        return 200 <= self.status < 300


def soql(template: str, *values: Any) -> str:
    """SOQL with every value quoted; `{:literal}` only for names that describe has shown us."""
    from simple_salesforce.format import format_soql

    return str(format_soql(template, *values))


def query_part(text: str, *, everything: bool = False) -> Part:
    """`everything` finds deleted and merged records too."""
    return Part("GET", f"{'queryAll' if everything else 'query'}?q={quote(text, safe='')}")


def answers_of(content: Any, count: int, *, write: bool) -> list[Answer]:
    listed = content.get("compositeResponse") if isinstance(content, dict) else None
    if not isinstance(listed, list) or len(listed) != count:
        raise lost("composite answered with another shape", write=write)
    try:
        by_name = {
            each["referenceId"]: Answer(int(each["httpStatusCode"]), each.get("body"))
            for each in listed
        }
        return [by_name[f"r{number}"] for number in range(count)]
    except (KeyError, TypeError, ValueError):
        raise lost("composite answered with another shape", write=write) from None


def after_version(path: str) -> str:
    """`/services/data/v66.0/query/01g…-2000` -> `query/01g…-2000`."""
    return path.split("/", 4)[4]
