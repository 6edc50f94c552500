"""What sales made of its leads: in time, late, overdue, moved on; and what looks like a silent rejection."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from connector.report.follow_up import follow_up_report
from connector.report.tally import FollowUpReport, Tally

EVER = datetime(1970, 1, 1, tzinfo=UTC)
J, L, A = (f"{name}@nordring.example" for name in ("j.brandt", "l.petersen", "a.wolff"))


def seen(books: Any, owner: str = "", since: datetime = EVER) -> FollowUpReport:
    return follow_up_report(books.store, books.book, since, books.now + timedelta(seconds=1), owner)


def handed(books: Any, *numbers: int) -> None:
    for number in numbers:
        books.person(number, email=f"p{number}@kern{number}.example")
        books.form(number)
        books.decide()


def answered(books: Any, number: int, *kinds: str, **more: str) -> None:
    for kind in kinds:
        books.answer(number, kind, **more)
    books.decide()


def of(found: FollowUpReport, owner: str) -> Tally:
    return next(one for one in found.owners if one.name == owner)


def test_in_time_late_and_not_at_all(books: Any) -> None:
    """Monday at nine: grade B has four hours of work; one person each gets a lead."""
    handed(books, 1, 2, 3)
    answered(books.later(hours=1), 1, "contacted", "accepted")
    answered(books.later(hours=4), 2, "rejected", reason="No budget")
    found = seen(books)
    first, second, third = (of(found, name) for name in (J, L, A))
    assert (first.in_time, first.late, first.accepted, first.contacted) == (1, 0, 1, 1)
    assert first.median_answer == timedelta(hours=1)
    assert (second.in_time, second.late, second.rejected, second.open) == (0, 1, 1, 0)
    assert second.median_answer == timedelta(hours=5)
    assert (third.handed_over, third.open, third.overdue, third.median_answer) == (1, 1, 1, None)
    (north,) = found.pools
    assert (north.name, north.handed_over, north.in_time, north.late) == ("north", 3, 1, 1)
    assert [one.name for one in seen(books, J).owners] == [J]
    assert seen(books, since=books.now).owners == ()


def test_the_night_is_no_time_to_answer(books: Any) -> None:
    books.later(hours=7)  # four in the afternoon: an hour today, three tomorrow
    handed(books, 1)
    answered(books.later(hours=17), 1, "accepted")
    one = of(seen(books), J)
    assert (one.in_time, one.median_answer) == (1, timedelta(hours=2))


def test_a_lead_that_moved_on_counts_for_both(books: Any) -> None:
    handed(books, 1)
    books.later(hours=30)
    books.decide()
    answered(books.later(hours=1), 1, "accepted")
    found = seen(books)
    assert (of(found, J).taken_away, of(found, J).accepted, of(found, J).open) == (1, 0, 0)
    (other,) = [one for one in found.owners if one.name != J]
    assert (other.accepted, other.in_time, other.taken_away) == (1, 1, 0)


def test_accepted_in_a_row_and_left_alone(books: Any) -> None:
    """Seven leads of one person, accepted within a minute, of which one is called."""
    handed(books, *range(1, 20))
    mine = [number for number in range(1, 20) if _owner(books, number) == J]
    assert len(mine) > 5
    books.later(hours=1)
    for number in mine:
        answered(books.later(seconds=5), number, "accepted")
    answered(books, mine[0], "contacted")
    alone = _owner_of_other(books, mine)
    answered(books, alone, "accepted")
    books.later(days=2)
    books.decide()
    rules = {(one.owner, one.rule) for one in seen(books).silent}
    assert rules == {(J, "accepted in a row")}
    assert of(seen(books), J).suspicious == {"accepted in a row": len(mine) - 1}
    books.later(days=2)
    books.decide()
    found = seen(books)
    assert len(found.silent) == 2 * (len(mine) - 1) + 1
    assert {one.rule for one in found.silent if one.owner != J} == {"accepted and left alone"}
    data = found.as_json()
    assert data["owners"][1]["suspicious"]["accepted in a row"] == len(mine) - 1
    assert set(data["suspicious"][0]) == {"contact", "owner", "rule", "since"}


def _owner(books: Any, number: int) -> str:
    standing = books.store.dossier(books.contact(number), books.now).standings["main"]
    return str(standing.owner)


def _owner_of_other(books: Any, mine: list[int]) -> int:
    return next(number for number in range(1, 20) if number not in mine)
