"""The short way for common spellings agrees with phonenumbers in everything it accepts."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.fields.normal import phone as module_function
from connector.decide.fields.normal.phone import _CODES, _LENGTHS, _parsed, _plain

SPELLINGS = ["+{c}{n}", "+{c} {n}", "00{c}{n}", "0{n}", "+{c} (0){n}", "+{c} 0{n}", "(0{n})"]


@pytest.mark.parametrize("spelling", SPELLINGS)
@given(
    region=st.sampled_from(sorted(_CODES)),
    number=st.from_regex(r"[1-9][0-9]{2,13}", fullmatch=True),
)
def test_the_short_way_finds_what_the_library_finds(
    spelling: str, region: str, number: str
) -> None:
    raw = spelling.format(c=_CODES[region], n=number)
    short = _plain(raw, region)
    if short is not None:
        assert _parsed(raw, region) == short


@pytest.mark.parametrize(("region", "code"), sorted(_CODES.items()))
def test_lengths_and_prefixes_are_the_library_s(region: str, code: str) -> None:
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    assert metadata is not None
    assert metadata.country_code == int(code)
    assert metadata.national_prefix_for_parsing == "0"
    assert metadata.national_prefix_transform_rule is None
    assert metadata.international_prefix == "00"
    assert set(_LENGTHS[code]) <= set(metadata.general_desc.possible_length)


@given(region=st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
def test_the_library_s_example_of_every_region_is_read(region: str) -> None:
    example = phonenumbers.example_number(region)
    if example is None:
        return
    wanted = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    for spelling in (
        phonenumbers.PhoneNumberFormat.INTERNATIONAL,
        phonenumbers.PhoneNumberFormat.NATIONAL,
    ):
        assert module_function(phonenumbers.format_number(example, spelling), region) == wanted
