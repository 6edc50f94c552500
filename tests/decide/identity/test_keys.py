"""Keys of several parts, what a record keeps of its keys, and how many strangers a key would join."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.identity.keys import FORMER_KEPT, MOST, remembered, values_of
from connector.decide.identity.population import mistaken
from connector.model.identity import FORMER, ROLE, SHARED, Alike, Key, Part

UTE = {"first": "Ute", "last": "Müller", "born": "1971-06-24", "zip": "30159"}


def key(*parts: Part, needed: int = 0, **more: object) -> Key:
    return Key("it", parts, needed or len(parts), **more)  # type: ignore[arg-type]


FIRST, LAST = Part(("first",)), Part(("last",))
YEAR, DAY = Part(("born",), "year"), Part(("born",), "month_and_day")


def test_all_parts_make_one_value() -> None:
    assert list(values_of(key(FIRST, LAST), UTE)) == ["ute|mueller"]


def test_an_unknown_part_makes_none() -> None:
    assert list(values_of(key(FIRST, LAST), {"first": "Ute", "last": None})) == []
    assert list(values_of(key(FIRST, LAST), {"first": "Ute", "last": "-"})) == []


@pytest.mark.parametrize(
    ("part", "value"),
    [
        (YEAR, "1971"),
        (DAY, "06-24"),
        (Part(("zip",), "digits", 3), "301"),
        (Part(("last", "first"), "sorted_words"), "mueller ute"),
        (Part(("first", "last"), "sorted_words"), "mueller ute"),
        (Part(("last",), "sounds_german"), "657"),
        (Part(("last",), first=2), "mu"),
    ],
)
def test_forms_of_a_part(part: Part, value: str) -> None:
    assert list(values_of(key(part), UTE)) == [value]


def test_any_of_gives_a_value_for_each_choice_and_tells_them_apart() -> None:
    found = list(values_of(key(FIRST, LAST, YEAR, needed=2), UTE))
    assert found == ["ab|ute|mueller", "ac|ute|1971", "bc|mueller|1971"]
    swapped = {**UTE, "first": "Müller", "last": "Ute"}
    assert not set(found) & set(values_of(key(FIRST, LAST, YEAR, needed=2), swapped))


def test_lists_multiply_within_bounds() -> None:
    many = {"first": tuple(f"a{n}" for n in range(20)), "last": tuple(f"b{n}" for n in range(20))}
    assert len(list(values_of(key(FIRST, LAST), many))) == MOST


SOME = st.fixed_dictionaries(
    {name: st.sampled_from(["a", "b", None]) for name in ("first", "last", "zip", "born")}
)


@given(one=SOME, other=SOME, needed=st.integers(1, 4))
def test_two_records_share_a_value_if_and_only_if_enough_parts_are_equal(
    one: dict[str, str | None], other: dict[str, str | None], needed: int
) -> None:
    it = key(FIRST, LAST, Part(("zip",)), Part(("born",)), needed=needed)
    equal = sum(one[name] is not None and one[name] == other[name] for name in one)
    shared = set(values_of(it, one)) & set(values_of(it, other))
    assert bool(shared) is (equal >= needed)


def test_an_old_address_is_kept_and_a_current_one_is_no_old_one() -> None:
    known = [("email", "old"), (SHARED + "email", "old"), ("card", "7"), (ROLE + "email", "info")]
    kept = list(remembered(known, [("email", "new")], {"email"}))
    assert kept == [(SHARED + "email", "old"), ("card", "7"), (FORMER + "email", "old")]
    back = list(remembered([("email", "new"), *kept], [("email", "old")], {"email"}))
    assert (FORMER + "email", "old") not in back
    assert (FORMER + "email", "new") in back


def test_what_a_reading_does_not_speak_of_stays() -> None:
    assert list(remembered([("email", "a"), ("it", "x")], [], {"it"})) == [("email", "a")]


def test_only_the_last_few_old_addresses_are_kept() -> None:
    known: list[tuple[str, str]] = []
    for number in range(20):
        shown = [("email", f"a{number}")]
        known = [*shown, *remembered(known, shown, {"email"})]
    assert len(known) == 1 + FORMER_KEPT
    assert known[1] == (FORMER + "email", "a18")


def people(count: int, names: int, seed: int = 1) -> list[dict[str, str]]:
    draw = random.Random(seed)
    return [
        {"first": f"f{draw.randrange(names)}", "last": f"l{draw.randrange(names)}", "zip": f"{n}x"}
        for n in range(count)
    ]


@pytest.mark.parametrize("needed", [1, 2])
def test_the_estimate_is_near_the_count(needed: int) -> None:
    some = people(2_000, 60)
    it = key(FIRST, LAST, Part(("zip",)), needed=needed) if needed == 1 else key(FIRST, LAST)
    holders: dict[str, list[int]] = {}
    for place, values in enumerate(some):
        for text in values_of(it, values):
            holders.setdefault(text, []).append(place)
    truth = len({place for held in holders.values() if len(held) > 1 for place in held})
    assert mistaken(it, some, len(some)).expected == pytest.approx(truth, rel=0.2)


def test_a_strong_key_is_strong_and_a_weak_one_weak() -> None:
    some = people(2_000, 60)
    assert not mistaken(key(Part(("zip",))), some, 100_000).too_weak
    assert mistaken(key(FIRST, LAST), some, 100_000).too_weak
    assert not mistaken(key(FIRST), [], 100_000).too_weak


def test_a_second_look_counts() -> None:
    some = people(500, 8)
    it = key(FIRST, alike=(Alike(("zip",), 1, 1.0),))
    assert mistaken(it, some, 500).expected == 0
    alike = key(FIRST, alike=(Alike(("last",), 1, 1.0),))
    pairs = sum(
        one["first"] == other["first"] and one["last"] == other["last"]
        for one, other in combinations(some, 2)
    )
    assert pairs > 100
    assert mistaken(alike, some, 500).expected > 400
