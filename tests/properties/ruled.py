"""Every rule of who wins, worked out by hand for a person with one record in each system.

Shares no code with the product: it knows what each side shows, whether people put it there or we did, and since when.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

SIDES = ("hubspot", "salesforce")
CRM_FIRST = ("salesforce", "hubspot")


class Ruled(NamedTuple):
    """One field that both systems show, and what people put into it."""

    name: str
    words: str  # behind it in fields.yaml
    rule: str
    values: tuple[Any, ...]
    order: tuple[str, ...] = SIDES
    blank: str = "unknown"

    def property(self, side: str) -> str:
        return f"r_{self.name}" if side == "hubspot" else f"R_{self.name}__c"


LETTERS = ("a", "b", "c", None)
LISTS = ("a", "a;b", "b;c", None)
FIELDS = (
    Ruled("newest", "type: text, wins: newest", "newest", LETTERS),
    Ruled("erase", "type: text, wins: newest, blank: erase", "newest", LETTERS, blank="erase"),
    Ruled("never", "type: text, wins: newest, blank: never", "newest", LETTERS, blank="never"),
    Ruled("first", "type: text, wins: first", "first", LETTERS),
    Ruled("crm", "type: text, wins: [salesforce, hubspot]", "order", LETTERS, CRM_FIRST),
    Ruled("form", "type: text, wins: [hubspot, salesforce]", "order", LETTERS),
    Ruled("emptied", "type: text, wins: [salesforce, hubspot], blank: erase", "order", LETTERS, CRM_FIRST, "erase"),
    Ruled("highest", "type: choice, wins: highest_stage, levels: [a, b, c]", "highest", LETTERS),
    Ruled("fills", "type: text, wins: {rule: only_if_blank, order: [salesforce, hubspot]}", "fills", LETTERS, CRM_FIRST),
    Ruled("by_hand", "type: text, wins: manual", "asks", LETTERS),
    Ruled("refuses", "type: yes_no, wins: any_true", "any_true", (True, False)),
    Ruled("joined", "type: list, of: text, wins: union", "union", LISTS),
)  # fmt: skip


@dataclass
class Side:
    """What one system shows; `said`: people put it there, not we."""

    value: Any = None
    said: bool = False
    at: float = 0.0
    kept: Any = None  # the last value before a blank that never counts


@dataclass
class Standing:
    """One field of one person in both systems, between two readings."""

    of: Ruled
    sides: dict[str, Side] = field(default_factory=lambda: {side: Side() for side in SIDES})
    edited: set[str] = field(default_factory=set)
    lost: Counter[str] = field(default_factory=Counter)
    choice: str = ""

    def edit(self, side: str, value: Any, at: float) -> None:
        """Somebody's edit, as it is seen at the next reading."""
        shown = self.sides[side]
        if shown.value == value:
            return
        if self.of.blank == "never" and value is None:
            shown.kept = shown.value if shown.value is not None else shown.kept
        shown.value, shown.said, shown.at = value, True, at
        self.choice = ""
        self.edited = {*self.edited, side} if value is not None else self.edited - {side}

    @property
    def contested(self) -> bool:
        said = {self.sides[side].value for side in SIDES if self._speaks(side)}
        edited = {self.sides[side].value for side in self.edited}
        return self.of.rule == "asks" and len(said) > 1 and len(edited) != 1 and not self.choice

    def come_to_rest(self, at: float) -> None:
        """Everything that follows is written at this time."""
        if not self.contested:
            for _ in SIDES:
                self._write(at)
        values = [side.value for side in self.sides.values()]
        if values[0] == values[1] is not None:
            self.edited, self.choice = set(), ""

    def _write(self, at: float) -> None:
        wanted, source = self._winner()
        for side in SIDES:
            shown = self.sides[side]
            if (
                side == source
                or shown.value == wanted
                or (wanted is None and self.of.blank != "erase")
            ):
                continue
            if self.of.rule == "fills" and shown.value is not None:
                continue
            if self._loses(shown, wanted):
                self.lost["lost"] += 1
            shown.value, shown.said, shown.at, shown.kept = wanted, False, at, None

    def _loses(self, shown: Side, wanted: Any) -> bool:
        if not shown.said or (shown.value is None and not shown.at):
            return False
        return not (self.of.blank == "never" and shown.value is None and shown.kept == wanted)

    def _speaks(self, side: str) -> bool:
        shown = self.sides[side]
        blank = shown.value is None
        return shown.said and not (blank and (self.of.blank != "erase" or not shown.at))

    def _winner(self) -> tuple[Any, str]:
        """The value that holds, and the side that need not be told ("" if both are compared)."""
        claims = [side for side in SIDES if self._speaks(side)]
        copies = [
            side
            for side in SIDES
            if not self.sides[side].said and self.sides[side].value is not None
        ]
        if self.of.rule == "union":
            parts = {p for side in (*claims, *copies) for p in self.sides[side].value.split(";")}
            return (";".join(sorted(parts)) or None), ""
        if self.of.rule == "any_true":
            latest = max((self.sides[side].at for side in claims), default=-1.0)
            heard = claims + [side for side in copies if self.sides[side].at >= latest]
            return (any(self.sides[side].value for side in heard), "") if heard else (None, "")
        if not claims:
            if not copies:
                return None, "nobody"
            best = max(copies, key=lambda side: self.sides[side].at)
            return self.sides[best].value, best
        best = self._best(claims)
        return self.sides[best].value, best

    def _best(self, claims: list[str]) -> str:
        place = self.of.order.index
        if len(claims) == 1:
            return claims[0]
        if self.of.rule == "asks" and self.choice:
            return self.choice
        if self.of.rule == "asks" and len({self.sides[side].value for side in claims}) > 1:
            return next(iter(self.edited))
        if self.of.rule == "newest":
            return min(claims, key=lambda side: (-self.sides[side].at, place(side)))
        if self.of.rule == "first":
            return min(claims, key=lambda side: (self.sides[side].at, place(side)))
        if self.of.rule == "highest":
            return max(claims, key=lambda side: (self.sides[side].value, self.sides[side].at))
        return min(claims, key=place)
