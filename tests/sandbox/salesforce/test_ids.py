"""Record ids; the documented example is 001D000000IRFma = 001D000000IRFmaIAH."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.sandbox.salesforce.org.ids import Minter, base62, id18

SHORT = st.text(string.ascii_letters + string.digits, min_size=15, max_size=15)


def test_documented_example() -> None:
    assert id18("001D000000IRFma") == "001D000000IRFmaIAH"
    assert id18("001D000000IRFmaIAH") == "001D000000IRFmaIAH"


@given(SHORT)
def test_both_forms_are_one_id(short: str) -> None:
    full = id18(short)
    assert full is not None
    assert full[:15] == short
    assert id18(full) == full


@given(SHORT, SHORT)
def test_ids_that_differ_only_in_case_differ_in_the_checksum(one: str, other: str) -> None:
    twin = one.swapcase()
    if twin != one:
        assert id18(one)[15:] != id18(twin)[15:] or one.lower() != twin.lower()
        assert id18(one).lower() != id18(twin).lower()


@pytest.mark.parametrize(
    "text",
    ["", "00Q", "x" * 16, "001D000000IRFm!", "001D000000IRFmaAAA", "ä" * 15, "001D000000IRFma" * 2],
)
def test_what_is_no_id(text: str) -> None:
    assert id18(text) is None


def test_minted_ids_rise_and_keep_their_prefix() -> None:
    minter = Minter()
    found = [minter.mint("00Q") for _ in range(5000)]
    assert found == sorted(found)
    assert len(set(found)) == len(found)
    assert all(each.startswith("00Q") and id18(each) == each for each in found)


def test_base62_is_padded() -> None:
    assert base62(61, 4) == "000z"
    assert base62(62, 4) == "0010"
