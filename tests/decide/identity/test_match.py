"""Whose record is it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from connector.decide.identity.match import identify as identified
from connector.decide.identity.matches import (
    Ambiguous,
    Candidates,
    Identified,
    Known,
    Match,
    New,
    Perhaps,
)
from connector.model.identity import FORMER, SHARED, Alike, Key, Part, Shown
from connector.model.systems.reading import Reading
from connector.model.systems.ref import Ref

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANNA = ("email", "anna@x.example")
BERT = ("email", "bert@x.example")
CARD = ("card", "77")
EMAIL_KEY = Key("email", (Part(("email",)),), 1)
CARD_KEY = Key("card", (Part(("card",)),), 1)


def identify(
    readings: Sequence[Reading], known: Candidates, keys: Sequence[Key] = (EMAIL_KEY, CARD_KEY)
) -> list[Match]:
    return list(identified(readings, known, keys).matches)


def by(pairs: Mapping[tuple[str, str], Iterable[int]]) -> dict[tuple[str, str], tuple[Shown, ...]]:
    return {pair: tuple(Shown(contact) for contact in sorted(ids)) for pair, ids in pairs.items()}


def seen(id_: str, *keys: tuple[str, str]) -> Reading:
    return Reading(Ref("hubspot", "contacts", id_), "contact", NOON, NOON, {}, {}, {}, keys)


def ref(id_: str) -> Ref:
    return Ref("hubspot", "contacts", id_)


def test_a_known_record_stays_with_its_contact_whatever_it_shows() -> None:
    known = Candidates({ref("1"): 7}, by({ANNA: frozenset({8})}))
    assert identify([seen("1", ANNA)], known) == [Known(7)]


def test_a_new_record_of_a_known_address_joins_its_contact() -> None:
    known = Candidates({}, by({ANNA: frozenset({8})}))
    assert identify([seen("1", ANNA), seen("2", BERT)], known) == [Known(8, "email"), New(0)]


def test_records_of_one_page_with_one_key_are_one_person() -> None:
    page = [seen("1", ANNA), seen("2", BERT), seen("3"), seen("4", ANNA), seen("5")]
    assert identify(page, Candidates()) == [New(0), New(1), New(2), New(0), New(3)]


def test_one_record_twice_in_a_page_is_one_person() -> None:
    assert identify([seen("1"), seen("1", ANNA)], Candidates()) == [New(0), New(0)]


def test_keys_join_across_records() -> None:
    page = [seen("1", ANNA), seen("2", CARD), seen("3", ANNA, CARD)]
    assert identify(page, Candidates()) == [New(0), New(0), New(0)]
    known = Candidates({}, by({CARD: frozenset({5})}))
    assert identify(page, known) == [Known(5, "email"), Known(5, "card"), Known(5, "card")]


def test_what_a_known_record_shows_now_identifies_others() -> None:
    known = Candidates({ref("1"): 7})
    assert identify([seen("2", ANNA), seen("1", ANNA)], known) == [Known(7, "email"), Known(7)]


def test_an_address_of_two_contacts_needs_a_person() -> None:
    known = Candidates({}, by({ANNA: frozenset({8, 3})}))
    assert identify([seen("1", ANNA, CARD)], known) == [Ambiguous((3, 8), "email")]


def test_of_keys_that_name_different_contacts_the_more_trusted_decides_and_a_person_is_asked() -> (
    None
):
    known = Candidates({}, by({ANNA: frozenset({8}), CARD: frozenset({3})}))
    page = [seen("1", ANNA, CARD), seen("2", ANNA), seen("3", CARD)]
    found = identified(page, known, (EMAIL_KEY, CARD_KEY))
    assert found.matches == (Known(8, "email"), Known(8, "email"), Known(3, "card"))
    assert Perhaps(0, "card", contact=3) in found.perhaps


def test_an_ambiguous_record_drags_nobody_along() -> None:
    known = Candidates({}, by({ANNA: frozenset({8, 3})}))
    page = [seen("1", ANNA, CARD), seen("2", CARD)]
    assert identify(page, known) == [Ambiguous((3, 8), "email"), New(0)]


def test_a_stranger_between_two_contacts_needs_a_person() -> None:
    known = Candidates({}, by({ANNA: frozenset({8}), BERT: frozenset({3})}))
    page = [seen("1", ANNA, CARD), seen("2", BERT, CARD), seen("3", CARD)]
    assert identify(page, known) == [
        Known(8, "email"),
        Known(3, "email"),
        Ambiguous((3, 8), "card"),
    ]


def test_a_former_address_identifies_until_somebody_else_shows_it() -> None:
    old = (FORMER + "email", ANNA[1])
    assert identify([seen("1", ANNA)], Candidates({}, by({old: {5}}))) == [Known(5, "email")]
    both = Candidates({}, by({old: {5}, ANNA: {6}}))
    assert identify([seen("1", ANNA)], both) == [Known(6, "email")]


def test_a_weak_key_joins_nobody_and_asks() -> None:
    weak = replace(CARD_KEY, ask=True)
    page = [seen("1", CARD), seen("2", CARD)]
    found = identified(page, Candidates({}, by({CARD: {4}})), (EMAIL_KEY, weak))
    assert found.matches == (New(0), New(1))
    assert found.perhaps == (
        Perhaps(0, "card", contact=4),
        Perhaps(1, "card", contact=4),
        Perhaps(1, "card", other=0),
    )


UTE, JAN = {"first": "Ute", "last": "Kern"}, {"first": "Jan", "last": "Vogt"}
MARRIED = {"first": "Ute", "last": "Vogt-Amsel"}


def named(
    page: Mapping[str, Mapping[str, str]], known: Mapping[int, Mapping[str, str]], key: Key
) -> Identified:
    readings = [seen(id_, ANNA) for id_ in page]
    shown = tuple(Shown(contact, said) for contact, said in known.items())
    by_key = {ANNA: shown} if shown else {}
    return identified(
        readings, Candidates({}, by_key), (key,), ("first", "last"), lambda r: page[r.ref.id]
    )


def test_an_address_under_clearly_different_names_identifies_none_of_them() -> None:
    found = named({"1": JAN}, {7: UTE}, EMAIL_KEY)
    assert found.matches == (New(0),)
    assert found.shared == {ANNA}
    found = named({"1": UTE, "2": JAN, "3": UTE}, {}, EMAIL_KEY)
    assert found.matches == (New(0), New(1), New(2))
    assert found.shared == {ANNA}


def test_a_changed_surname_or_no_name_is_no_other_person() -> None:
    assert named({"1": MARRIED}, {7: UTE}, EMAIL_KEY).matches == (Known(7, "email"),)
    assert named({"1": {"last": "Vogt"}}, {7: UTE}, EMAIL_KEY).matches == (Known(7, "email"),)


def test_what_was_found_shared_identifies_nobody() -> None:
    known = Candidates({}, by({ANNA: {7}, (SHARED + "email", ANNA[1]): {7}}))
    assert identify([seen("1", ANNA), seen("2", ANNA)], known) == [New(0), New(1)]


def test_whom_a_key_brings_up_is_looked_at_again() -> None:
    alike = replace(EMAIL_KEY, alike=(Alike(("first", "last"), 2, 0.8),))
    assert named({"1": {"first": "Uta", "last": "Kern"}}, {7: UTE}, alike).matches == (
        Known(7, "email"),
    )
    assert named({"1": {"first": "Uta"}}, {7: UTE}, alike).matches == (New(0),)
    differs = replace(EMAIL_KEY, unless_differs=("first",))
    assert named({"1": {"last": "Kern"}}, {7: UTE}, differs).matches == (Known(7, "email"),)
    assert named({"1": MARRIED | {"first": "Uwe"}}, {7: UTE}, differs).matches == (New(0),)


KEYS = st.lists(
    st.sampled_from([ANNA, BERT, CARD, ("email", "c"), ("card", "8")]), max_size=2, unique=True
)
PAGES = st.lists(st.tuples(st.sampled_from("123456"), KEYS), max_size=8)
KNOWN = st.builds(
    Candidates,
    st.dictionaries(st.sampled_from("123").map(ref), st.integers(1, 3), max_size=2),
    st.dictionaries(
        st.sampled_from([ANNA, BERT, CARD]),
        st.frozensets(st.integers(1, 4), min_size=1, max_size=2),
    ).map(by),
)


def grouped(
    page: Sequence[Reading], matches: Sequence[Match]
) -> set[tuple[object, frozenset[object]]]:
    """Without the numbers of new people, which go by appearance: who is with whom."""
    rows = list(zip(page, matches, strict=True))
    return {
        (
            "new" if isinstance(match, New) else match,
            frozenset((r.ref, r.keys) for r, other in rows if other == match),
        )
        for _, match in rows
    }


@given(page=PAGES, known=KNOWN, data=st.data())
def test_the_order_of_a_page_changes_nothing(
    page: list[tuple[str, list[tuple[str, str]]]], known: Candidates, data: st.DataObject
) -> None:
    readings = [seen(id_, *keys) for id_, keys in page]
    shuffled = data.draw(st.permutations(readings))
    first, second = identify(readings, known), identify(shuffled, known)
    assert len(first) == len(readings)
    assert grouped(readings, first) == grouped(shuffled, second)


@given(page=PAGES, known=KNOWN)
def test_matches_respect_refs_keys_and_numbers(
    page: list[tuple[str, list[tuple[str, str]]]], known: Candidates
) -> None:
    readings = [seen(id_, *keys) for id_, keys in page]
    matches = identify(readings, known)
    numbers = [match.number for match in matches if isinstance(match, New)]
    assert list(dict.fromkeys(numbers)) == list(range(len(set(numbers))))
    for reading, match in zip(readings, matches, strict=True):
        if reading.ref in known.by_ref:
            assert match == Known(known.by_ref[reading.ref])
        if isinstance(match, New):
            assert not any(key in known.by_key for key in reading.keys)
        if isinstance(match, Ambiguous):
            assert len(match.contacts) > 1
            assert match.why in ("email", "card", "")
