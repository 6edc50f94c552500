"""The interest profile, and the moment at which time alone may change it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import inf, log2
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connector.decide.conditions.operators import fold
from connector.decide.place.catalogue import entries
from connector.decide.place.fading import until_less
from connector.decide.place.interest import NONE, facts_of, interests
from connector.decide.place.words import shown
from connector.decide.scoring.strength import from_log
from connector.model.condition import Test as Asked
from connector.model.person.decision import Strength
from connector.model.rules import Asset, Cell, Interest, Signal, Trace

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
DAY = 86_400.0
SEALS = Cell("seals", "white paper", "awareness", "de")
PRICES = Cell("prices", "price list", "decision", "de")
DESIGN = Cell("design", "webinar", "consideration", "en")
PHASES = ("awareness", "consideration", "decision")


def catalogue(
    cells: dict[str, Cell], half_life: timedelta | None = timedelta(days=30), **more: Any
) -> Interest:
    """One asset a cell, one kind of activity; the signal's name is the asset's."""
    assets = tuple(Asset(cell, f"a:{n}", name) for n, (name, cell) in enumerate(cells.items()))
    traces = tuple(
        Trace(
            Signal(
                name, "seen", Asked("asset", "in", (fold(name),)), half_life=half_life, digest=name
            ),
            cell,
        )
        for name, cell in cells.items()
    )
    return Interest(assets, traces, PHASES, half_life, **more)


@pytest.fixture
def shelf() -> Interest:
    return catalogue({"paper": SEALS, "prices": PRICES, "webinar": DESIGN})


def of(interest, **sums):
    return interests(interest, {name: Strength(value) for name, value in sums.items()})


def test_the_strongest_topic_leads_and_the_furthest_phase_counts(shelf):
    found = of(shelf, paper=3.0, prices=0.6, webinar=1.0)
    assert found.topics == (("seals", 3.0), ("design", 1.0), ("prices", 0.6))
    assert (found.phase, found.kinds) == ("decision", ("white paper", "webinar", "price list"))
    assert facts_of(found)["interest"] == "seals"


def test_what_is_too_faint_counts_no_longer(shelf):
    found = of(shelf, paper=0.5, prices=0.499999)
    assert (found.names, found.phase) == (("seals",), "awareness")
    assert facts_of(of(shelf)) == dict.fromkeys(
        ("interest", "interests", "interest_phase", "content_kinds")
    )


def test_nearly_equal_topics_stand_as_the_catalogue_has_them(shelf):
    assert of(shelf, paper=2.0, prices=2.0019).names == ("seals", "prices")
    assert of(shelf, paper=2.0, prices=2.0021).names == ("prices", "seals")


def test_topics_add_up_over_their_cells():
    shelf = catalogue({"paper": SEALS, "other": Cell("seals", "price list", "decision")})
    assert of(shelf, paper=0.3, other=0.3).topics == (("seals", 0.6),)
    assert of(shelf, paper=0.3, other=0.3).phase == ""


def test_what_reps_see_is_renewed_when_topics_or_phase_move(house, shelf):
    book = house.rulebook(interest=shelf)
    assert shown(book, None, NONE, NOW, True) is None
    first = shown(book, None, of(shelf, paper=1.0), NOW, False)
    assert (
        first.text
        == "Interested in: seals. Phase: awareness. Consumed: white paper (as of 17 Nov 2026)."
    )
    later = NOW + timedelta(days=9)
    assert shown(book, first, of(shelf, paper=7.0), later, False) is first
    assert shown(book, first, of(shelf, paper=7.0), later, True).as_of == later
    moved = shown(book, first, of(shelf, paper=7.0, prices=1.0), later, False)
    assert (moved.topics, moved.phase) == (("seals", "prices"), "decision")
    gone = shown(book, moved, of(shelf), later, False)
    assert (gone.topics, gone.text) == ((), "")
    assert shown(book, gone, of(shelf), later + timedelta(days=1), True) is gone


def test_a_topic_falls_below_its_limit_at_a_moment_that_is_solved_for(shelf):
    found = until_less(shelf, {"paper": Strength(2.0)})
    true = 30 * DAY * log2(2.0 / 0.5)
    assert true - 60 < found <= true


def test_what_never_fades_needs_no_look(shelf):
    assert until_less(catalogue({"paper": SEALS}, None), {"paper": Strength(9.0)}) == inf
    assert until_less(shelf, {}) == inf
    assert until_less(shelf, {"paper": Strength(0.2)}) == inf


acts = st.lists(
    st.tuples(st.sampled_from(["paper", "prices", "webinar"]), st.floats(0, 200)), max_size=6
)


@given(acts, st.lists(st.floats(0, 1), min_size=4, max_size=4))
@example([("paper", 0.0), ("prices", 0.0)], [0.1, 0.5, 0.9, 1.0])
@example([("paper", 0.0), ("prices", 0.0433)], [0.1, 0.5, 0.9, 1.0])
def test_the_look_is_never_late(done, when):
    """Nothing that conditions or reps see is another until then; strengths are those of the log at each moment."""
    shelf = catalogue({"paper": SEALS, "prices": PRICES, "webinar": DESIGN})

    def seen(now):
        log = {s.signal.name: [] for s in shelf.traces}
        for asset, days in done:
            log[asset].append((NOW - timedelta(days=days), asset, None))
        sums = {
            t.signal.name: from_log(t.signal, log[t.signal.name], now, "UTC") for t in shelf.traces
        }
        return {name: one for name, one in sums.items() if one.last_at is not None}

    span = until_less(shelf, seen(NOW))
    before = interests(shelf, seen(NOW))
    for part in when:
        later = NOW + timedelta(seconds=min(span, 4000 * DAY) * part) - timedelta(milliseconds=1)
        after = interests(shelf, seen(max(NOW, later)))
        assert (after.names, after.phase) == (before.names, before.phase)
        assert set(after.kinds) == set(before.kinds)


def test_looks_come_to_an_end(shelf):
    """However near the limit a topic is: it is asked again a few times, then it is below."""
    strength, now, looks = 0.5000004, 0.0, 0
    while (
        span := until_less(
            shelf, {"paper": Strength(round(strength * 2 ** (-now / (30 * DAY)), 6))}
        )
    ) < inf:
        now += span
        looks += 1
    assert looks < 100


@pytest.mark.parametrize(
    ("asset", "expected"),
    [
        ("Paper", "by name"),
        ("/prices/rings", "first"),
        ("/prices", "first"),
        ("/other/x", "second"),
        ("nothing", None),
        ("", None),
    ],
)
def test_a_name_comes_before_any_pattern_and_the_first_pattern_counts(asset, expected):
    entry = entries(
        Interest(
            (
                Asset(Cell("first"), "a:1", when=Asked("asset", "matches_path", ("/prices/**",))),
                Asset(Cell("second"), "a:2", when=Asked("asset", "matches_path", ("/**",))),
                Asset(Cell("by name"), "a:3", "paper"),
            )
        )
    )
    found = entry(asset)
    expected = "second" if asset == "nothing" else expected
    assert (None if found is None else found.cell.topic) == expected
