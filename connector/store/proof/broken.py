"""What a proof found, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Broken(NamedTuple):
    """One thing that does not hold. `record` is a ref, `contact/N` or a name of ours; `cause` says what, without values."""

    record: str
    cause: str
    contact: int | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """One proof: what was looked at, how much of it, and everything that does not hold."""

    name: str
    counts: Mapping[str, int]
    broken: tuple[Broken, ...] = field(default=())

    @property
    def holds(self) -> bool:
        return not self.broken
