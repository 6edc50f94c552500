"""What a person must look at, grouped by cause: one row per record and code, cured by the next success."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from connector.model.problem import Level, Problem
from connector.store.sql.moment import from_ms
from connector.store.sql.transaction import Row, Transaction
from connector.store.tables.bookkeeping import shelf

Origin = Literal["read", "match", "decide", "write", "shape", "loop", "identity"]
OPEN, RETRY, SKIPPED, CURED = "open", "retry", "skipped", "cured"

_COLUMNS = "id, origin, platform, record, code, level, message, hint, contact, wanted, since, seen_at, state, count"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing on its way to the shelf. `record` is a ref as text, or whatever else names the place; never a personal value."""

    origin: Origin
    platform: str
    record: str
    code: str
    message: str
    hint: str = ""
    level: Level = "error"
    contact: int | None = None
    wanted: int | None = None  # the change that was refused

    def at(self, record: str) -> Trouble:
        """The same under another record."""
        return replace(self, record=record)


@dataclass(frozen=True, slots=True)
class Shelved:
    """One row of the shelf. `state`: open, retry (asked for), skipped (by a person), cured."""

    id: int
    origin: Origin
    platform: str
    record: str
    code: str
    level: Level
    message: str
    hint: str
    contact: int | None
    since: datetime
    seen_at: datetime
    state: str
    count: int


@dataclass(frozen=True, slots=True)
class Cause:
    """All rows of one cause."""

    platform: str
    code: str
    level: Level
    message: str
    hint: str
    rows: tuple[Shelved, ...]


def trouble_of(
    problem: Problem, origin: Origin, platform: str, contact: int | None = None
) -> Trouble:
    """A problem as the shelf keeps it."""
    return Trouble(
        origin=origin,
        platform=platform,
        record=problem.where,
        code=problem.code or "PROBLEM",
        message=problem.message,
        hint=problem.hint,
        level=problem.level,
        contact=contact,
    )


def put(tx: Transaction, troubles: Sequence[Trouble], now: int, *, again: bool = True) -> None:
    """Onto the shelf. One that is there already is counted only if this is news (`again`, or it says something else); one a
    person skipped stays so."""
    if not troubles:
        return
    by_place = {(one.origin, one.record, one.code): one for one in troubles}
    there = {
        (origin, record, code): (number, state, message)
        for number, origin, record, code, state, message in tx.rows(
            "SELECT id, origin, record, code, state, message FROM shelf WHERE record IN [?]",
            sorted({one.record for one in troubles}),
        )
    }
    fresh = [one for place, one in by_place.items() if place not in there]
    first = tx.allot("shelf", len(fresh)) if fresh else 0
    tx.insert(shelf, [_row(first + place, one, now) for place, one in enumerate(fresh)])
    tx.many(
        "UPDATE shelf SET message = ?, hint = ?, level = ?, contact = ?, wanted = ?, seen_at = ?, count = count + 1,"
        " since = CASE WHEN state = 'cured' THEN ? ELSE since END,"
        " state = CASE WHEN state = 'skipped' THEN state ELSE 'open' END WHERE id = ?",
        [
            (one.message, one.hint, one.level, one.contact, one.wanted, now, now, number)
            for place, one in by_place.items()
            if place in there
            for number, state, message in (there[place],)
            if again or state in (CURED, RETRY) or message != one.message
        ],
    )


def cure(
    tx: Transaction, origins: Iterable[Origin], good: Mapping[str, Iterable[str]], now: int
) -> None:
    """These records went well, except for the codes given with each: their other rows are cured."""
    names = sorted(origins)
    if not good or not anything(tx):
        return
    rows = tx.rows(
        "SELECT id, record, code FROM shelf WHERE origin IN [?] AND record IN [?]"
        " AND state IN ('open', 'retry', 'skipped')",
        names,
        sorted(good),
    )
    tx.many(
        "UPDATE shelf SET state = 'cured', seen_at = ? WHERE id = ?",
        [(now, number) for number, record, code in rows if code not in good[record]],
    )


def set_state(tx: Transaction, number: int, state: str, now: int) -> None:
    """Raises KeyError for a row that does not exist."""
    if not tx.run("UPDATE shelf SET state = ?, seen_at = ? WHERE id = ?", state, now, number):
        raise KeyError(number)


def skip(tx: Transaction, number: int, now: int) -> None:
    """Nobody wants to hear of it again. Raises KeyError for a row that does not exist."""
    set_state(tx, number, SKIPPED, now)


def cure_of_contact(tx: Transaction, contact: int, code: str, now: int) -> None:
    """This contact's rows with this code are cured."""
    tx.run(
        "UPDATE shelf SET state = 'cured', seen_at = ? WHERE contact = ? AND code = ? AND state <> 'cured'",
        now,
        contact,
        code,
    )


def anything(tx: Transaction) -> bool:
    """Whether there is any row that could be cured."""
    found = tx.one("SELECT 1 FROM shelf WHERE state IN ('open', 'retry', 'skipped') LIMIT 1")
    return found is not None


def _row(number: int, one: Trouble, now: int) -> Row:
    return (
        number,
        one.origin,
        one.platform,
        one.record,
        one.code,
        one.level,
        one.message,
        one.hint,
        one.contact,
        one.wanted,
        now,
        now,
        OPEN,
        1,
    )


def shelf_rows(
    tx: Transaction, states: Sequence[str] = (OPEN, RETRY), code: str | None = None
) -> tuple[Shelved, ...]:
    """The rows in these states, the oldest first."""
    sql = f"SELECT {_COLUMNS} FROM shelf WHERE state IN [?] ORDER BY since, id"  # noqa: S608  (our own columns)
    rows = tx.rows(sql, list(states))
    found = [_shelved(row) for row in rows]
    return tuple(one for one in found if code is None or one.code == code)


def causes(rows: Iterable[Shelved]) -> tuple[Cause, ...]:
    """Rows grouped by cause, the most frequent first; each mapping line that a system cannot serve is a cause of its own."""
    grouped: dict[tuple[str, str], list[Shelved]] = {}
    for row in rows:
        grouped.setdefault((row.platform, _cause(row)), []).append(row)
    found = [
        Cause(platform, rows[0].code, rows[0].level, _said(rows[0]), rows[0].hint, tuple(rows))
        for (platform, _), rows in grouped.items()
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.rows), one.platform, one.code)))


def _cause(row: Shelved) -> str:
    """Rows of one code are one cause; of loops, each property and culprit is one of its own."""
    apart = {"shape": row.record, "loop": row.message}
    return f"{row.code} {apart.get(row.origin, '')}"


def _said(row: Shelved) -> str:
    """A mapping line's row says which property it is about; a contact's message says it itself."""
    return f"{row.record} {row.message}" if row.origin == "shape" else row.message


def _shelved(row: Row) -> Shelved:
    return Shelved(
        id=row[0],
        origin=row[1],
        platform=row[2],
        record=row[3],
        code=row[4],
        level=row[5],
        message=row[6],
        hint=row[7],
        contact=row[8],
        since=from_ms(row[10]),
        seen_at=from_ms(row[11]),
        state=row[12],
        count=row[13],
    )
