"""What is asked of each kind of record: columns, conditions and the query of the next page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.model.mapping.mappings import PlatformMapping
from connector.model.mapping.outcome import OutcomeRead
from connector.model.mapping.record import Record
from connector.platforms.salesforce.parts import soql
from connector.platforms.salesforce.reading.cursor import Mark, moment
from connector.platforms.salesforce.schema import Kind, Schema

PAGE = 2000
STARTS = "Event starts"
"""Events whose start has come: no change marks that moment, so they are found by their start."""
_SYSTEM: Mapping[str, tuple[str, ...]] = {
    "User": ("Email", "Name", "IsActive", "ManagerId"),
    "Group": ("Name", "Email"),
    "Account": ("MasterRecordId",),
    "Lead": ("MasterRecordId", "OwnerId", "IsConverted", "ConvertedDate", "ConvertedContactId", "ConvertedOpportunityId"),
    "Contact": ("MasterRecordId", "OwnerId"),
    "Opportunity": ("AccountId", "OwnerId", "StageName", "IsWon", "IsClosed", "CloseDate", "CreatedDate", "LastStageChangeDate", "CurrencyIsoCode"),
    "OpportunityContactRole": ("OpportunityId", "ContactId"),
    "Task": ("WhoId", "OwnerId", "Status", "Type", "TaskSubtype", "CompletedDateTime"),
    "Event": ("WhoId", "OwnerId", "StartDateTime"),
}  # fmt: skip
_HISTORIES = ("LeadHistory", "ContactHistory", "OpportunityHistory")
_WHERE: Mapping[str, str] = {
    "Group": "Type = 'Queue'",
    "Task": "WhoId != null",
    "Event": "WhoId != null",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One query that is asked again and again. `shown` are the mapped properties with the columns that hold them."""

    name: str
    kind: str
    columns: tuple[str, ...]
    shown: tuple[tuple[str, str], ...] = ()
    where: str = ""
    by: str = "SystemModstamp"
    outcomes: tuple[OutcomeRead, ...] = field(default=())

    def query(self, mark: Mark, overlap: timedelta) -> str:
        """The page after the mark, oldest first."""
        start = self._window(mark) if self.name == STARTS else self._position(mark, overlap)
        conditions = " AND ".join(each for each in (self.where, start) if each)
        where = f"WHERE {conditions} " if conditions else ""
        return soql(
            "SELECT {:literal} FROM {:literal} {:literal}ORDER BY {:literal}, Id LIMIT {}",
            ", ".join(self.columns), self.kind, where, self.by, PAGE,
        )  # fmt: skip

    def _position(self, mark: Mark, overlap: timedelta) -> str:
        if mark.at is not None:
            return _behind(self.by, mark.at)
        since = mark.since(overlap)
        return soql("{:literal} >= {}", self.by, since) if since else ""

    def _window(self, mark: Mark) -> str:
        # Event.StartDateTime in (base, begun]: both are our own times, as is the question whether an event is past.
        start = (
            _behind(self.by, mark.at) if mark.at else soql("{:literal} > {}", self.by, mark.base)
        )
        return f"{start} AND {soql('{:literal} <= {}', self.by, mark.begun)}"


def _behind(by: str, at: tuple[str, str]) -> str:
    stamp: datetime = moment(at[0])
    return soql("({:literal} > {} OR ({:literal} = {} AND Id > {}))", by, stamp, by, stamp, at[1])


def readings(
    mapping: PlatformMapping, outcomes: Sequence[OutcomeRead], schema: Schema
) -> tuple[Reading, ...]:
    """All queries for what the mappings name, owners and companies before the people who name them."""
    wanted = _wanted(mapping, outcomes)
    schema.load([*wanted, *_HISTORIES])
    found = []
    for name in wanted:
        kind = schema.kind(name)
        if kind is not None:
            found.append(_reading(kind, mapping, outcomes))
        if name == "Event" and kind is not None:
            event = found[-1]
            found.append(
                Reading(
                    STARTS, "Event", event.columns, (), event.where, "StartDateTime", event.outcomes
                )
            )
    return tuple(found)


def _wanted(mapping: PlatformMapping, outcomes: Sequence[OutcomeRead]) -> list[str]:
    shapes = {each.shape for each in outcomes}
    through = {how for each in outcomes if each.shape == "opportunity" for how in each.through}
    deals = "opportunity" in shapes
    order = {
        "User": True,
        "Group": True,
        "Account": "Account" in mapping.records,
        "Lead": "Lead" in mapping.records,
        "Contact": "Contact" in mapping.records,
        "Opportunity": deals,
        "OpportunityContactRole": deals and "contact_role" in through,
        "Task": "task" in shapes,
        "Event": "event" in shapes,
    }
    more = [kind for kind in mapping.records if kind not in order]
    more += [each.kind for each in outcomes if each.shape == "field" and each.kind]
    return list(dict.fromkeys([kind for kind, asked in order.items() if asked] + more))


def _reading(kind: Kind, mapping: PlatformMapping, outcomes: Sequence[OutcomeRead]) -> Reading:
    name = kind.name
    here = tuple(each for each in outcomes if each.about() == name)
    named = [(prop, actual) for prop in properties(mapping, name) if (actual := kind.actual(prop))]
    # Under the mapping's own spelling; a Contact's mailing address under its own name, as readings expect it.
    shown = tuple(
        dict.fromkeys(
            (prop if prop.lower() in kind.columns else actual, actual) for prop, actual in named
        )
    )
    extra = [prop for each in here for prop in needed(each)]
    asked = [
        "Id",
        "SystemModstamp",
        "IsDeleted",
        *(("LastModifiedById",) if name in mapping.records else ()),
        *_SYSTEM.get(name, ()),
        *(actual for _, actual in shown),
        *extra,
    ]
    shown += tuple(
        (each, each) for each in _always(name) if each not in dict(shown) and kind.actual(each)
    )
    return Reading(name, name, kind.known(asked), shown, _WHERE.get(name, ""), outcomes=here)


def _always(name: str) -> tuple[str, ...]:
    """Owners are shown whole, whatever the mapping names: routing needs to know who is active and who leads whom."""
    return _SYSTEM[name] if name in ("User", "Group") else ()


def properties(mapping: PlatformMapping, kind: str) -> tuple[str, ...]:
    """Properties the mapping names for a kind, those of the kind it is the same as included."""
    record: Record | None = mapping.records.get(kind)
    if record is None:
        return ()
    same = mapping.records.get(record.same_as)
    return tuple(dict.fromkeys(record.properties() + (same.properties() if same else ())))


def needed(outcome: OutcomeRead) -> tuple[str, ...]:
    """Properties an outcome reads, without the kind that may stand before them."""
    at = outcome.at if outcome.at != "history" else ""
    named = (outcome.property, outcome.reason, outcome.amount, outcome.currency, outcome.stage, at)
    return tuple(bare(each) for each in (*named, outcome.track) if each)


def bare(prop: str) -> str:
    """`Lead.Loss_Reason__c` -> `Loss_Reason__c`."""
    return prop.rpartition(".")[2]
