"""How many, in words."""

from __future__ import annotations


def people(count: int) -> str:
    """`one person`, `1,234 people`."""
    return "one person" if count == 1 else f"{count:,} people"


def wait(count: int, still: str = "") -> str:
    """`one person waits`, `1,234 people wait`; with `still `: `1,234 people still wait`."""
    return f"{people(count)} {still}{'waits' if count == 1 else 'wait'}"
