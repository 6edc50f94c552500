"""How a platform shows what sales made of a lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class OutcomeRead:
    """One way in which a platform shows an outcome. Exactly one of the shapes is used:

    field: `kind.property` with equals/values; converted; task (statuses, types); event; opportunity (won, closed, through).
    """

    outcome: str
    shape: Literal["field", "converted", "task", "event", "opportunity"]
    kind: str = ""
    property: str = ""
    equals: tuple[str, ...] = ()
    reason: str = ""  # property that holds the reason
    amount: str = ""
    currency: str = ""
    stage: str = ""  # property that holds the stage of an opportunity
    status: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    is_won: bool | None = None
    is_closed: bool | None = None
    through: tuple[str, ...] = ("conversion", "contact_role")
    at: str = ""  # "history": the time comes from the record's history; or a property
    where: str = ""
    track: str = ""  # property that tells the business field
    tracks: Mapping[str, str] = field(default_factory=dict)  # its values -> our track

    def about(self) -> str:
        """The kind of record that shows it."""
        return self.kind if self.shape == "field" else _ABOUT[self.shape]


_ABOUT = {"converted": "Lead", "task": "Task", "event": "Event", "opportunity": "Opportunity"}
