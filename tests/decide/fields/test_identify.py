"""Whose record is it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from connector.decide.fields.identify import Ambiguous, Candidates, Known, Match, New, identify
from connector.model.reading import Reading
from connector.model.ref import Ref

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANNA = ("email", "anna@x.example")
BERT = ("email", "bert@x.example")
CARD = ("card", "77")


def seen(id_: str, *keys: tuple[str, str]) -> Reading:
    return Reading(Ref("hubspot", "contacts", id_), "contact", NOON, NOON, {}, {}, {}, keys)


def ref(id_: str) -> Ref:
    return Ref("hubspot", "contacts", id_)


def test_a_known_record_stays_with_its_contact_whatever_it_shows() -> None:
    known = Candidates({ref("1"): 7}, {ANNA: frozenset({8})})
    assert identify([seen("1", ANNA)], known) == [Known(7)]


def test_a_new_record_of_a_known_address_joins_its_contact() -> None:
    known = Candidates({}, {ANNA: frozenset({8})})
    assert identify([seen("1", ANNA), seen("2", BERT)], known) == [Known(8), New(0)]


def test_records_of_one_page_with_one_key_are_one_person() -> None:
    page = [seen("1", ANNA), seen("2", BERT), seen("3"), seen("4", ANNA), seen("5")]
    assert identify(page, Candidates()) == [New(0), New(1), New(2), New(0), New(3)]


def test_one_record_twice_in_a_page_is_one_person() -> None:
    assert identify([seen("1"), seen("1", ANNA)], Candidates()) == [New(0), New(0)]


def test_keys_join_across_records() -> None:
    page = [seen("1", ANNA), seen("2", CARD), seen("3", ANNA, CARD)]
    assert identify(page, Candidates()) == [New(0), New(0), New(0)]
    known = Candidates({}, {CARD: frozenset({5})})
    assert identify(page, known) == [Known(5), Known(5), Known(5)]


def test_what_a_known_record_shows_now_identifies_others() -> None:
    known = Candidates({ref("1"): 7})
    assert identify([seen("2", ANNA), seen("1", ANNA)], known) == [Known(7), Known(7)]


def test_an_address_of_two_contacts_needs_a_person() -> None:
    known = Candidates({}, {ANNA: frozenset({8, 3})})
    assert identify([seen("1", ANNA, CARD)], known) == [Ambiguous((3, 8), (ANNA,))]


def test_keys_that_name_different_contacts_need_a_person() -> None:
    known = Candidates({}, {ANNA: frozenset({8}), CARD: frozenset({3})})
    page = [seen("1", ANNA, CARD), seen("2", ANNA), seen("3", CARD)]
    assert identify(page, known) == [Ambiguous((3, 8), (CARD, ANNA)), Known(8), Known(3)]


def test_an_ambiguous_record_drags_nobody_along() -> None:
    known = Candidates({}, {ANNA: frozenset({8}), BERT: frozenset({3})})
    page = [seen("1", ANNA, BERT, CARD), seen("2", CARD)]
    assert identify(page, known) == [Ambiguous((3, 8), (ANNA, BERT)), New(0)]


def test_a_stranger_between_two_contacts_needs_a_person() -> None:
    known = Candidates({}, {ANNA: frozenset({8}), BERT: frozenset({3})})
    page = [seen("1", ANNA, CARD), seen("2", BERT, CARD), seen("3", CARD)]
    assert identify(page, known) == [Known(8), Known(3), Ambiguous((3, 8), (ANNA, BERT))]


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
    ),
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
            assert match.keys
