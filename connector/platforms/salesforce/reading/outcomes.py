"""What sales made of it: which rows show an outcome, by `mappings/outcomes.yaml`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from connector.model.mapping.outcome import OutcomeRead
from connector.model.systems.fact import Outcome
from connector.model.systems.ref import Ref
from connector.platforms.salesforce.parts import Row
from connector.platforms.salesforce.reading.cursor import moment
from connector.platforms.salesforce.reading.facts import Facts, person, ref
from connector.platforms.salesforce.reading.history import CONVERTED, Histories
from connector.platforms.salesforce.reading.kinds import Reading, bare

Reader = Callable[[OutcomeRead, Row, datetime], bool]


def hits(reading: Reading, row: Row, now: datetime) -> list[OutcomeRead]:
    """The lines this row fulfils; per outcome the first one is the evidence."""
    if row.get("IsDeleted"):
        return []
    found: dict[str, OutcomeRead] = {}
    for line in reading.outcomes:
        if line.outcome not in found and _TESTS[line.shape](line, row, now):
            found[line.outcome] = line
    return list(found.values())


def tell(
    reading: Reading, row: Row, lines: Sequence[OutcomeRead], past: Histories, found: Facts
) -> None:
    """Add the outcomes of one row; an opportunity's are complete, so that what is missing has been taken back."""
    if reading.kind == "Opportunity":
        found.outcomes_of.append(ref("Opportunity", row["Id"]))
    for line in lines:
        who = _who(reading.kind, row)
        if who is not None:
            found.outcomes.append(_outcome(line, row, who, ref(reading.kind, row["Id"]), past))


def _who(kind: str, row: Row) -> Ref | None:
    return person(row.get("WhoId")) if kind in ("Task", "Event") else ref(kind, row["Id"])


def _outcome(line: OutcomeRead, row: Row, who: Ref, evidence: Ref, past: Histories) -> Outcome:
    at, by, mark = _when(line, row, past)
    return Outcome(
        ref=who,
        kind=line.outcome,  # type: ignore[arg-type]  # checked when the mapping was read
        at=at,
        key=f"{line.outcome}:{row['Id']}{mark}",
        reason=str(row.get(bare(line.reason)) or "") if line.reason else "",
        amount=_amount(row.get(bare(line.amount))) if line.amount else None,
        currency=str(row.get(bare(line.currency) or "CurrencyIsoCode") or ""),
        by=by,
        evidence=evidence,
        stage=str(row.get(bare(line.stage)) or "") if line.stage else "",
        track=line.tracks.get(str(row.get(bare(line.track)) or ""), "") if line.track else "",
    )


def _when(line: OutcomeRead, row: Row, past: Histories) -> tuple[datetime, Ref | None, str]:
    """When it happened, who did it, and what tells this time from another time of the same outcome (its key's end)."""
    owner = row.get("OwnerId")
    by = ref("User", owner) if owner and owner.startswith("005") else None
    own = _own_time(line, row)
    if line.shape == "task":
        return own or _first(row, "CompletedDateTime"), by, ""
    if line.shape == "event":
        return own or _first(row, "StartDateTime"), by, ""
    if line.shape == "opportunity":
        return own or _deal_time(line, row, past), by, ""
    step = past.of(
        row["Id"], CONVERTED if line.shape == "converted" else line.property, row.get(line.property)
    )
    if step is None or own:
        return own or moment(row["SystemModstamp"]), by, ""
    mark = f"@{int(step.at.timestamp())}" if line.shape == "field" else ""
    return step.at, step.by or by, mark


def _own_time(line: OutcomeRead, row: Row) -> datetime | None:
    """The time in the property that the mapping names for it."""
    if not line.at or line.at == "history":
        return None
    text = row.get(bare(line.at))
    return _day_or_moment(str(text)) if text else None


def _deal_time(line: OutcomeRead, row: Row, past: Histories) -> datetime:
    if not line.is_closed and not line.is_won:
        return _first(row, "CreatedDate")
    step = past.of(row["Id"], "StageName", row.get("StageName"))
    if step is not None:
        return step.at
    if row.get("LastStageChangeDate"):
        return moment(row["LastStageChangeDate"])
    seen, closed = moment(row["SystemModstamp"]), row.get("CloseDate")
    # A close date of today or later is a plan, not the moment; an earlier one was set by the rep and is the better guess.
    return _day_or_moment(closed) if closed and closed < row["SystemModstamp"][:10] else seen


def _first(row: Row, *names: str) -> datetime:
    text = next((row[name] for name in names if row.get(name)), row["SystemModstamp"])
    return moment(text)


def _day_or_moment(text: str) -> datetime:
    """A date is its first moment in UTC."""
    return moment(text) if "T" in text else datetime.combine(date.fromisoformat(text), time(), UTC)


def _amount(value: Any) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None


def _field(line: OutcomeRead, row: Row, _now: datetime) -> bool:
    value = row.get(line.property)
    return value is not None and (
        not line.equals or str(value) in line.equals or str(value).lower() in line.equals
    )


def _converted(_line: OutcomeRead, row: Row, _now: datetime) -> bool:
    return bool(row.get("IsConverted"))


def _task(line: OutcomeRead, row: Row, _now: datetime) -> bool:
    kinds = {row.get("Type"), row.get("TaskSubtype")}
    return (not line.status or row.get("Status") in line.status) and (
        not line.types or bool(kinds & set(line.types))
    )


def _event(_line: OutcomeRead, row: Row, now: datetime) -> bool:
    start = row.get("StartDateTime")
    return bool(start) and moment(start) <= now


def _opportunity(line: OutcomeRead, row: Row, _now: datetime) -> bool:
    won, closed = bool(row.get("IsWon")), bool(row.get("IsClosed"))
    return line.is_won in (None, won) and line.is_closed in (None, closed)


_TESTS: Mapping[str, Reader] = {
    "field": _field, "converted": _converted, "task": _task, "event": _event, "opportunity": _opportunity,
}  # fmt: skip
