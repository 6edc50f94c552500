"""Streams and their hold-out, counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.config import compile_text
from connector.decide.nurture.hold_out import held
from connector.model.person.standing import Standing
from connector.model.systems.fact import Activity, Move
from connector.model.systems.ref import Ref
from connector.report.nurture import GOALS, NurtureReport, nurture_report

EVER = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture
def half(books: Any) -> Any:
    """Every second one is held out."""
    text = books.loaded.text["rules/nurture.yaml"]
    more = text.replace("share: 10%", "share: 50%")
    assert more != text
    books.loaded = compile_text({**books.loaded.text, "rules/nurture.yaml": more})
    books.store.activate(books.loaded.text, books.book, books.mappings, books.now)
    return books


def agreed(books: Any, number: int) -> None:
    at = books.now.isoformat().replace("+00:00", "Z")
    books.person(
        number, hs_language="de", newsletter="yes", newsletter_at=at, newsletter_confirmed_at=at
    )


def seen(books: Any, since: datetime = EVER) -> NurtureReport:
    end = books.now + timedelta(seconds=1)
    return nurture_report(books.store, books.book, since, end, books.now)


def standing(books: Any, number: int) -> Standing:
    return books.store.dossier(books.contact(number), books.now).standings["main"]


def test_nobody_yet(half: Any) -> None:
    found = seen(half)
    assert {row.entered for row in found.streams} == {0}
    assert (found.hold_out, found.share, found.compared) == ("seals-2026", 0.5, ())
    assert found.as_json()["compared"] == []


def test_each_side_is_counted_by_what_it_reached(half: Any) -> None:
    people = range(1, 25)
    for number in people:
        agreed(half, number)
        half.form(number, "Whitepaper Hydraulik")
    half.decide()
    rule = half.book.nurture.hold_out
    keys = {n: half.store.dossier(half.contact(n), half.now).contact.key for n in people}
    out = {n for n in people if held(rule, keys[n])}
    inside = set(people) - out
    assert out
    assert inside
    assert all(standing(half, n).stream_held_out == "seals-de" for n in out)
    assert all(standing(half, n).stream == "seals-de" for n in inside)
    half.later(days=2)
    for n in [*sorted(inside)[:3], min(out)]:
        half.form(n)
    half.decide()
    half.later(days=1).answer(min(inside), "won", amount="900")
    half.decide()
    found = seen(half)
    by_name = {one.stream: one for one in found.compared}
    assert set(by_name) == {"", "seals-de"}
    assert by_name[""].goals == by_name["seals-de"].goals
    counted = {
        goal: (one.one.part, one.one.whole, one.other.part, one.other.whole)
        for goal, one in by_name[""].goals.items()
    }
    sides = (len(inside), len(out))
    assert counted == {
        "progressed": (3, sides[0], 1, sides[1]),
        "handed over": (3, sides[0], 1, sides[1]),
        "won": (1, sides[0], 0, sides[1]),
    }
    row = next(one for one in found.streams if one.stream == "seals-de")
    assert (row.entered, row.inside) == (len(inside), len(inside) - 3)
    assert row.left == {"sales works the lead": 3}
    told = found.as_json()["compared"][0]
    assert [goal["goal"] for goal in told["goals"]] == list(GOALS)
    assert {goal["says"] for goal in told["goals"]} == {"nothing can be told"}
    assert seen(half, since=half.now).compared == ()


def test_who_was_in_a_stream_before_is_on_neither_side(books: Any) -> None:
    text = books.loaded.text["rules/nurture.yaml"]
    lines = [line for line in text.splitlines() if not line.startswith("hold_out")]
    rest = {path: text for path, text in books.loaded.text.items() if "cases/" not in path}
    without = compile_text({**rest, "rules/nurture.yaml": "\n".join(lines)})
    whole, books.loaded = books.loaded, without
    books.store.activate(without.text, books.book, books.mappings, books.now)
    agreed(books, 1)
    books.form(1, "Whitepaper Hydraulik")
    books.decide()
    assert (seen(books).hold_out, seen(books).share) == ("", None)
    books.loaded = whole
    books.store.activate(whole.text, books.book, books.mappings, books.now)
    books.store.mark_all_due(books.now)
    books.decide()
    assert standing(books, 1).stream == "seals-de"
    found = seen(books)
    assert (found.left_out, found.compared) == (1, ())


def mailed(books: Any, number: int, *, times: int) -> None:
    ref = Ref("hubspot", "contacts", str(number))
    deeds = [
        Activity(
            ref, "", "email_delivered", books.now, books.now, f"m{number}:{books.now}:{n}", "News"
        )
        for n in range(times)
    ]
    books.page("hubspot", activities=tuple(deeds))


def test_mails_of_two_records_of_one_person_count_where_they_belong(books: Any) -> None:
    """Nine in this stream under one record, six under the other; the twenty before it were of no stream."""
    for number in (1, 2):
        books.person(number)
        mailed(books, number, times=20)
        books.decide()
        agreed(books, number)
        books.form(number, "Whitepaper Hydraulik")
        books.decide()
        assert standing(books, number).stays
    books.later(days=5)
    mailed(books, 1, times=9)
    mailed(books, 2, times=6)
    books.decide()
    second = Ref("hubspot", "contacts", "2")
    books.page(
        "hubspot", moved=(Move(second, Ref("hubspot", "contacts", "1"), "merged", books.now),)
    )
    books.decide()
    (stay,) = [one for one in standing(books, 1).stays if one.left is None]
    total = books.store.dossier(books.contact(1), books.now).strengths["mail_received"].sum
    assert (total, stay.mails, total - stay.base) == (55, 6, 9)
