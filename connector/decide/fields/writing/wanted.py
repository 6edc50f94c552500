"""What a property should say of one contact: the value, and its form in the vendor's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from connector.decide.fields.forms import LEFT_OUT, Formed, Unfit, formed
from connector.decide.fields.plan import PlatformPlan
from connector.decide.fields.sources import ASKS, decided_by, field_value, named
from connector.decide.fields.writing.content import Content
from connector.decide.fields.writing.ownership import NOBODY, Ownership, translated
from connector.decide.tracks.leading import owning
from connector.model.mapping.mappings import Mappings
from connector.model.mapping.property import Write
from connector.model.person.contact import Contact
from connector.model.person.decision import Decision
from connector.model.problem import Problem
from connector.model.roster import Roster
from connector.model.systems.ref import Ref


class Wanted:
    """One contact's decisions, asked property by property; `problems` gathers why something cannot be written.

    `decision` is the one that leads, `made` are those of all tracks, `owning` says who owns the records.
    """

    __slots__ = ("contact", "decision", "made", "mappings", "owning", "problems", "roster")

    def __init__(
        self,
        decision: Decision,
        contact: Contact,
        mappings: Mappings,
        roster: Roster,
        made: Sequence[Decision] = (),
    ) -> None:
        self.decision, self.contact = decision, contact
        self.made = made or (decision,)
        self.owning = owning(self.made)
        self.mappings, self.roster = mappings, roster
        self.problems: list[Problem] = []

    def value(self, write: Write, owned: Ownership, ref: Ref) -> Any:
        """The value as our fields hold it; NOBODY where this system does not know the owner it names."""
        if write.source == "owner":
            return None if owned.ref is None else str(owned.ref)
        decided = decided_by(write.source)
        if decided is not None:
            if write.source == ASKS and not write.track:
                return (
                    named(dict.fromkeys(n for one in self.made for n in one.standing.asks)) or None
                )
            shown = self._shown(write.track)
            return None if shown is None else decided(shown, self.contact)
        # The company's value must not come back as the person's own from a property that is read, too.
        if write.shared:
            value = self.contact.value(write.source)
        else:
            value = field_value(self.contact, write.source)
        return value if write.type != "owner" else self._person(value, ref)

    def _shown(self, track: str) -> Decision | None:
        """The decision a line shows; None: about a track that this person has not entered."""
        if not track:
            return self.decision
        return next((one for one in self.made if one.track == track and one.standing.stage), None)

    def form(
        self, plan: PlatformPlan, write: Write, value: Any, ref: Ref, fields: Content
    ) -> Formed:
        """The value as the vendor spells it; LEFT_OUT, and a problem, if the property cannot hold it."""
        try:
            fields.name_currency(write, value)
            return formed(write, plan.mapping.form, value)
        except Unfit as unfit:
            hint = f"see {write.where}" if write.where else ""
            text = f"{write.property} {unfit}"
            self.problems.append(Problem(str(ref), text, hint, code=unfit.code))
            return Formed(LEFT_OUT)

    def _person(self, value: Any, ref: Ref) -> Any:
        found = translated(value, self.roster, ref.platform, str(ref))
        if isinstance(found, Problem):
            self.problems.append(found)
            return NOBODY
        return found
