"""Globs over page paths: `*` within a segment, `**` for any number of segments, `?` for one character."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

LONGEST = 2048  # a longer path matches nothing: globs with many stars would take too long on it


def path_of(address: str) -> str:
    """The path of a URL or a bare path: lower-case, without scheme, host, query, fragment and closing slash."""
    path = address.partition("?")[0].partition("#")[0].strip().casefold()
    scheme, found, rest = path.partition("://")
    if found and "/" not in scheme:
        path = rest.partition("/")[2]
    return "/" + path.strip("/")


def _segment(glob: str) -> str:
    letters = {"*": "[^/]*", "?": "[^/]"}
    return "".join(letters.get(letter, re.escape(letter)) for letter in re.sub(r"\*+", "*", glob))


def _regex(glob: str) -> str:
    parts: list[str] = []
    for segment in glob.casefold().strip("/").split("/"):
        if segment == "**":
            if parts[-1:] != ["(?:/[^/]+)*"]:
                parts.append("(?:/[^/]+)*")
        elif segment:
            parts.append("/" + _segment(segment))
    return "".join(parts) + "/?"


def path_matcher(globs: Iterable[str]) -> Callable[[str], bool]:
    """Whether an address's path matches one of the globs; `/preise/**` takes `/preise` too."""
    pattern = re.compile("|".join(f"(?:{_regex(glob)})" for glob in globs) or r"(?!)")

    def matches(address: str) -> bool:
        return len(address) <= LONGEST and pattern.fullmatch(path_of(address)) is not None

    return matches
