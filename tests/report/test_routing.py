"""Who got which lead, and why not the others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from connector.decide.routing.why_not import kind_of
from connector.report.routing import RoutingReport, routing_report

ROOT = Path(__file__).parents[2]
EVER = datetime(1970, 1, 1, tzinfo=UTC)
J, L, A = (f"{name}@nordring.example" for name in ("j.brandt", "l.petersen", "a.wolff"))


def seen(books: Any, owner: str = "", since: datetime = EVER) -> RoutingReport:
    return routing_report(books.store, books.book, since, books.now + timedelta(seconds=1), owner)


def handed(books: Any, *numbers: int, **more: str) -> None:
    for number in numbers:
        books.later(minutes=1)
        books.person(number, email=f"p{number}@kern{number}.example", **more)
        books.form(number)
        books.decide()


def line(text: str) -> str:
    """Where the example's routing says this."""
    lines = (ROOT / "rules" / "routing.yaml").read_text("utf-8").splitlines()
    (found,) = [number for number, one in enumerate(lines, start=1) if text in one]
    return f"rules/routing.yaml:{found}"


def test_how_many_each_got_by_rule(books: Any) -> None:
    handed(books, 1, 2, 3, 4)
    found = seen(books)
    assert (found.leads, found.rules["territory"], found.rules["key-accounts"]) == (4, 4, 0)
    others = ("service-desk", "existing-account", "key-accounts", "made-to-drawing", "in-italian")
    assert found.passed_by == dict.fromkeys(others, 4)
    assert [(one.owner, one.leads) for one in found.owners[:3]] == [(J, 2), (A, 1), (L, 1)]
    assert found.owners[0].passed_over == {"not their turn": 2}
    north = [one for one in found.seats if one.pool == "north"]
    assert [(one.owner, one.leads, one.share) for one in north] == [
        (J, 2, 0.5),
        (L, 1, 0.25),
        (A, 1, 0.25),
    ]
    assert seen(books, since=books.now).leads == 1


def test_why_not_me(books: Any) -> None:
    handed(books, 1)
    (mine,) = seen(books, L).missed
    assert (mine.owner, mine.rule) == (J, "territory")
    assert mine.why == (f"{J} stands before, and has had as much ({line('north:')})",)
    (west,) = seen(books, "t.vogel@nordring.example").missed
    assert west.why == (
        f"rule territory gave it to pool north, they are in west ({line('name: territory')})",
    )
    (nobody,) = seen(books, "x@nordring.example").missed
    assert nobody.why == ("nobody is known by this address",)
    (stands_in,) = seen(books, "s.keller@nordring.example").missed
    assert stands_in.why[0] == (
        f"rule key-accounts: key_account is unknown ({line('name: key-accounts')})"
    )
    assert seen(books, J).missed == ()
    assert seen(books, J).as_json()["owner"] == J


def test_reasons_are_counted_by_kind() -> None:
    kinds = {
        "has had 3 turns, l@x.example 2": "not their turn",
        "has 3 open leads, l@x.example 2": "not their turn",
        "has 5 open leads, the most is 5": "too many open leads",
        "away until 2026-11-20": "away",
        "not active, m@x.example answers instead": "has left",
        "is not at work before 2026-11-18 07:00 UTC": "not at work",
        "does not speak fr": "another language",
        "had this lead before": "had it before",
        "postal_code does not match": "another rule",
    }
    assert {why: kind_of(why) for why in kinds} == kinds
