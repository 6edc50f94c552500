"""Something by which a person came to us, or came back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple


class Touch(NamedTuple):
    """An activity of this `kind`, or a record that began; `at` is aware UTC.

    `evidence` says which: "activity", "field" (a date of theirs, its name in `asset`) or "seen" (we first saw a record of theirs).
    """

    at: datetime
    kind: str = ""
    asset: str = ""
    detail: Mapping[str, Any] | None = None
    evidence: str = "activity"
