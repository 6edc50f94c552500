"""What people did, for the oracle to read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class Journal:
    """What people did. `edits`: (kind, id, property) of a CRM record -> the last value a rep gave it and when."""

    acts: list[str] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    edits: dict[tuple[str, str, str], tuple[Any, datetime]] = field(default_factory=dict)
    answers: dict[str, tuple[str, datetime]] = field(default_factory=dict)  # lead -> last answer
    accepted: set[str] = field(default_factory=set)  # leads that ever were
    blurred: set[str] = field(default_factory=set)  # HubSpot ids whose history is not simple
    tangled: set[str] = field(default_factory=set)  # CRM ids whose history is not simple
    addresses: int = 0
