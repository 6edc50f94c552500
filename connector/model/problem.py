"""A problem is a value: where, what, and what cures it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing a person must look at; `where` is `file:line:column` or a ref, never a personal value."""

    where: str
    message: str
    hint: str = ""
    level: Level = "error"
    code: str = (
        ""  # groups rows of one cause on the shelf, e.g. INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST
    )

    def __str__(self) -> str:
        hint = f", {self.hint}" if self.hint else ""
        return f"{self.where}: {self.message}{hint}"
