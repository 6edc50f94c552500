"""Rulebooks, people and rosters for the tests of decide, built by hand: the loader of the rules' text is not under test."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from connector.decide.scoring.own import Logged
from connector.decide.scoring.strength import all_from_log
from connector.model.condition import ALWAYS, All, AnyOf, Condition, Not, Test
from connector.model.person.contact import Account, Contact, Value
from connector.model.person.decision import Strength
from connector.model.roster import Owner, Roster
from connector.model.rules import (
    Activities,
    Assign,
    Band,
    Calendar,
    Choice,
    Clock,
    Criterion,
    Exclusion,
    FollowUp,
    LeadEvent,
    Lifecycle,
    Nurture,
    Pool,
    Profile,
    RouteRule,
    Routes,
    Rulebook,
    Scoring,
    Signal,
    Stream,
    Transition,
)
from connector.model.systems.fact import Outcome
from connector.model.systems.ref import Ref

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Berlin
HUBSPOT = Ref("hubspot", "contacts", "1")
LEAD = Ref("salesforce", "Lead", "00Q1")


def when(text: Mapping[str, Any] | None = None) -> Condition:
    """The YAML form as a value: {field: {operator: value}}, any, all, not."""
    parts: list[Condition] = []
    for name, asked in (text or {}).items():
        if name in ("any", "all"):
            inner = tuple(when(part) for part in asked)
            parts.append(AnyOf(inner) if name == "any" else All(inner))
        elif name == "not":
            parts.append(Not(when(asked)))
        else:
            for operator, value in asked.items():
                wanted = tuple(value) if isinstance(value, list) else value
                parts.append(Test(name, operator, wanted))
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def days(count: float) -> timedelta:
    return timedelta(days=count)


def _choice(score: float, label: str, **asked: Any) -> Choice:
    return Choice(when(asked), score, label, "")


def _criteria() -> tuple[Criterion, ...]:
    role = (
        _choice(0.0, "Student or intern", job_title={"contains_any": ["Student", "Praktikant"]}),
        _choice(
            1.0,
            "Head of purchasing",
            job_title={"contains_any": ["Einkaufsleit", "Head of Purchasing"]},
        ),
        _choice(0.9, "Design engineering", job_title={"contains_any": ["Konstruktion"]}),
    )
    size = (
        _choice(1.0, "200 to 5,000 people", employees={"between": [200, 5000]}),
        _choice(0.7, "more than 5,000 people", employees={"above": 5000}),
    )
    land = (_choice(1.0, "home market", country={"in": ["DE", "AT", "CH"]}),)
    return (
        Criterion(
            "role",
            50,
            "job_title",
            role,
            _choice(0.3, "Other role"),
            _choice(0.2, "Role unknown"),
            "s:5",
        ),
        Criterion(
            "size",
            30,
            "employees",
            size,
            _choice(0.2, "small"),
            _choice(0.3, "size unknown"),
            "s:15",
        ),
        Criterion(
            "country",
            20,
            "country",
            land,
            _choice(0.2, "abroad"),
            _choice(0.2, "country unknown"),
            "s:25",
        ),
    )


SIGNALS = (
    Signal(
        "sample_order",
        "form_submitted",
        when({"asset": {"in": ["Sample order"]}}),
        30,
        days(45),
        None,
        60,
        None,
        "s:31",
        "d1",
    ),
    Signal(
        "webinar",
        "webinar_attended",
        when({"minutes": {"at_least": 20}}),
        25,
        days(30),
        None,
        50,
        None,
        "s:32",
        "d2",
    ),
    Signal(
        "price_page",
        "page_viewed",
        when({"asset": {"matches_path": ["/prices/**"]}}),
        5,
        days(30),
        None,
        20,
        (2, "day"),
        "s:33",
        "d3",
    ),
    Signal("mail_opened", "email_opened", ALWAYS, 1, days(14), None, 5, None, "s:34", "d4"),
    Signal(
        "career_page",
        "page_viewed",
        when({"asset": {"matches_path": ["/careers/**"]}}),
        -10,
        days(30),
        days(90),
        20,
        None,
        "s:35",
        "d5",
    ),
)


def _transitions() -> tuple[Transition, ...]:
    early = when(
        {
            "acceptance": {"equals": "rejected"},
            "rejection_reason": {"in": ["Too early", "No budget"]},
        }
    )
    asks = when({"lead_event": {"in": ["asks-for-samples"]}, "grade": {"in": ["A", "B", "C"]}})
    warm = when({"activity": {"at_least": 35}, "grade": {"in": ["A", "B", "C"]}})
    fit = when({"activity": {"at_least": 45}, "grade": {"in": ["A"]}})
    return (
        Transition("known", ("Prospect",), "Lead", when({"activity": {"above": 0}}), "l:1"),
        Transition("interested", ("Prospect", "Lead"), "MQL", warm, "l:2"),
        Transition(
            "asks-to-talk", ("Prospect", "Lead", "MQL"), "SQL", asks, "l:3", breaks_rest=True
        ),
        Transition("hot-fit", ("MQL",), "SQL", fit, "l:4", hold_for=timedelta(minutes=15)),
        Transition(
            "accepted", ("SQL",), "SAL", when({"acceptance": {"equals": "accepted"}}), "l:5"
        ),
        Transition(
            "won",
            ("Prospect", "Lead", "MQL", "SQL", "SAL"),
            "Customer",
            when({"opportunity": {"equals": "won"}}),
            "l:6",
        ),
        Transition(
            "rejected-later",
            ("SQL",),
            "MQL",
            early,
            "l:7",
            back=True,
            rest=days(60),
            stream="long-term",
        ),
        Transition(
            "rejected-fit",
            ("SQL",),
            "Lead",
            when({"acceptance": {"equals": "rejected"}}),
            "l:8",
            back=True,
            rest=days(180),
        ),
        Transition(
            "lost",
            ("SAL",),
            "MQL",
            when({"opportunity": {"equals": "lost"}}),
            "l:9",
            back=True,
            rest=days(90),
            stream="long-term",
        ),
        Transition(
            "cooled",
            ("MQL",),
            "Lead",
            when({"activity": {"below": 12}}),
            "l:10",
            back=True,
            hold_for=days(7),
        ),
    )


def _routes() -> Routes:
    north = Pool("north", ("j@x.example", "l@x.example", "a@x.example"), "r:2")
    south = Pool("south", ("s@x.example", "m@x.example"), "r:3", (("s@x.example", 2),), 5)
    return Routes(
        (
            RouteRule(
                "existing-account",
                when({"account_owner": {"present": True}}),
                Assign("account_owner"),
                "r:5",
            ),
            RouteRule(
                "key-account",
                when({"email_domain": {"in": ["key.example"]}}),
                Assign("person", "s@x.example"),
                "r:6",
            ),
            RouteRule(
                "north",
                when({"country": {"in": ["DE"]}, "postal_code": {"starts_with": ["0", "2"]}}),
                Assign("pool", "north"),
                "r:7",
            ),
            RouteRule(
                "south", when({"country": {"in": ["DE", "AT"]}}), Assign("pool", "south"), "r:8"
            ),
        ),
        (north, south),
        Assign("queue", "Unassigned"),
        "r:9",
    )


OFFICE = Calendar(
    "Europe/Berlin",
    {
        **{day: ((time(8), time(17)),) for day in range(4)},
        4: ((time(8), time(15)),),
    },
)
MAY_MAIL = when({"not": {"opted_out": {"equals": True}}})


def rulebook(**parts: Any) -> Rulebook:
    """The example house; `parts` replaces lifecycle, routes, nurture, scoring members and so on by name."""
    scoring = Scoring(
        Profile(_criteria(), (("A", 75), ("B", 55), ("C", 35), ("D", 0))),
        Activities(
            parts.pop("signals", SIGNALS), parts.pop("groups", ()), parts.pop("machines", ())
        ),
        parts.pop(
            "bands",
            (
                Band(
                    "hot", when({"grade": {"in": ["A", "B"]}, "activity": {"at_least": 50}}), "s:41"
                ),
                Band("warm", when({"activity": {"at_least": 20}}), "s:42"),
                Band("cold", ALWAYS, "s:43"),
            ),
        ),
        parts.pop(
            "lead_events", (LeadEvent("asks-for-samples", "sample_order", days(14), "s:51"),)
        ),
        parts.pop(
            "exclusions",
            (
                Exclusion(
                    "competitor",
                    when({"email_domain": {"in": ["rival.example"]}}),
                    "competitor",
                    "s:61",
                ),
            ),
        ),
        parts.pop("special", ()),
    )
    lifecycle = Lifecycle(
        ("Prospect", "Lead", "MQL", "SQL", "SAL", "Customer"),
        "Prospect",
        "SQL",
        parts.pop("transitions", _transitions()),
        ("SQL", "SAL"),
        ("email",),
        MAY_MAIL,
        (("TE", "Too early"),),
    )
    streams = (
        Stream("long-term", ALWAYS, "n:1", asked=True),
        Stream(
            "seals-de",
            when({"stage": {"in": ["Lead", "MQL"]}, "language": {"equals": "de"}}),
            "n:2",
        ),
        Stream("seals-en", when({"stage": {"in": ["Lead", "MQL"]}}), "n:3"),
    )
    follow_up = FollowUp(
        OFFICE,
        Clock("answer", {"A": timedelta(hours=2), "*": timedelta(hours=8)}, "f:1"),
    )
    book = Rulebook(
        "",
        "Europe/Berlin",
        "en",
        scoring,
        lifecycle,
        _routes(),
        follow_up,
        Nurture(streams, MAY_MAIL),
    )
    book = replace(book, **parts)
    return replace(book, digest=hashlib.sha256(repr(book).encode()).hexdigest())


PERFECT = {
    "email": "k.weber@pumpen.example",
    "job_title": "Einkaufsleiterin",
    "employees": 800,
    "country": "DE",
    "postal_code": "20457",
    "language": "de",
}


def person(
    outcomes: Iterable[Outcome] = (),
    learned: Mapping[str, datetime] | None = None,
    account: Account | None = None,
    owner: tuple[str, datetime] | None = None,
    **fields: Any,
) -> Contact:
    """A head of purchasing near Hamburg unless `fields` say otherwise; None takes a field away."""
    known = {name: value for name, value in {**PERFECT, **fields}.items() if value is not None}
    values = {name: Value(value, HUBSPOT, NOW - days(30)) for name, value in known.items()}
    if owner is not None:
        values["owner"] = Value(owner[0], LEAD, owner[1])
    told = tuple(sorted(outcomes, key=lambda outcome: outcome.at))
    recorded = {outcome.key: outcome.at for outcome in told} | dict(learned or {})
    return Contact(1, "key-1", (HUBSPOT, LEAD), values, account, told, recorded)


def outcome(kind: Any, at: datetime, reason: str = "", by: Ref | None = None) -> Outcome:
    return Outcome(LEAD, kind, at, f"{kind}@{at.isoformat()}", reason, by=by)


def _owner(key: str, number: int, **more: Any) -> Owner:
    return Owner(key, key.partition("@")[0], (Ref("salesforce", "User", f"005{number}"),), **more)


def roster(**changes: Mapping[str, Any]) -> Roster:
    """Five people by their first letter; `j={"active": False}` changes one, `turns` and `open` are given whole."""
    turns, opened = changes.pop("turns", {}), changes.pop("open", {})
    keys = ("j", "l", "a", "s", "m")
    owners = {
        f"{k}@x.example": _owner(f"{k}@x.example", n, **changes.get(k, {}))
        for n, k in enumerate(keys, 1)
    }
    by_ref = {ref: owner.key for owner in owners.values() for ref in owner.refs}
    return Roster(7, owners, turns, opened, by_ref)


Act = tuple[str, datetime, str, Mapping[str, Any] | None]  # kind, at, asset, detail


def strengths(book: Rulebook, acts: Iterable[Act], now: datetime) -> dict[str, Strength]:
    """What a store would give at `now` for this log."""
    log: dict[str, list[Logged]] = {}
    for kind, at, asset, detail in acts:
        if at <= now:
            log.setdefault(kind, []).append((at, asset, detail))
    return all_from_log(book.signals, log, now, book.timezone)


def sample(at: datetime) -> Act:
    return ("form_submitted", at, "Sample order", None)


def webinar(at: datetime, minutes: int = 45) -> Act:
    return ("webinar_attended", at, "Seals", {"minutes": minutes})


class House:
    """The builders in one fixture."""

    now = NOW
    when = staticmethod(when)
    days = staticmethod(days)
    rulebook = staticmethod(rulebook)
    person = staticmethod(person)
    outcome = staticmethod(outcome)
    roster = staticmethod(roster)
    strengths = staticmethod(strengths)
    sample = staticmethod(sample)
    webinar = staticmethod(webinar)


@pytest.fixture(scope="session")
def house() -> type[House]:
    return House


@pytest.fixture(scope="session")
def book() -> Rulebook:
    return rulebook()
