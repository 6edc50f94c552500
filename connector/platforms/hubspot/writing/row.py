"""One change on its way: what of it is properties, what is lists, and its receipt once there is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from connector.model.systems.change import Change, Receipt, State
from connector.model.systems.ref import Ref
from connector.platforms.hubspot.writing.hints import cure

LIST = "list:"
OPT_OUT = "hs_email_optout"


@dataclass(slots=True)
class Row:
    """`properties` hold HubSpot's internal values as text; `backward` are those of them that must be cleared first."""

    change: Change
    properties: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, bool] = field(default_factory=dict)
    backward: frozenset[str] = frozenset()
    optout: bool = False  # to be unsubscribed from all mail
    receipt: Receipt | None = None
    done: dict[str, Any] = field(default_factory=dict)  # forms really written
    shown: dict[str, Any] = field(default_factory=dict)  # where HubSpot answered another form
    touched: bool = False  # HubSpot has carried out something for this row

    @property
    def wanted(self) -> Mapping[str, str]:
        """Everything the record is to show, in HubSpot's text."""
        return {**self.properties, OPT_OUT: "true"} if self.optout else self.properties

    @property
    def id(self) -> str:
        return self.change.ref.id

    def written(self, shown: Mapping[str, Any] | None = None) -> None:
        """The properties are in place, as HubSpot shows them; the lists may still follow."""
        self.touched = True
        for name, sent in self.properties.items() if shown else ():
            held = (shown or {}).get(name, sent)
            if held != sent and as_text(self.change.fields[name]) == sent:
                self.shown[name] = held
        self.done.update(
            (name, form) for name, form in self.change.fields.items() if name in self.wanted
        )

    def close(
        self,
        state: State,
        code: str = "",
        message: str = "",
        *,
        ref: Ref | None = None,
        after: timedelta | None = None,
    ) -> None:
        """The answer to this change; the first one stays."""
        if self.receipt is not None:
            return
        hint = cure(code) if state == "refused" else ""
        self.receipt = Receipt(
            self.change, state, ref, code, message, hint, after, dict(self.done), dict(self.shown)
        )


def as_text(form: Any) -> str:
    """HubSpot's values are text; None clears (api-contracts A.5)."""
    if form is None:
        return ""
    if isinstance(form, bool):
        return "true" if form else "false"
    return str(form)


def refused(change: Change, code: str, message: str) -> Row:
    row = Row(change)
    row.close("refused", code, message)
    return row
