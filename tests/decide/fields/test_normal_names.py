"""E-mail against its library; countries, languages and company domains."""

from __future__ import annotations

import pytest
from babel import Locale
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.fields.free_mail import FREE_MAIL, company_domain
from connector.decide.fields.normal.country import CODES, LOCALES, country
from connector.decide.fields.normal.country import _index as countries
from connector.decide.fields.normal.domain import domain
from connector.decide.fields.normal.email import _PLAIN, email
from connector.decide.fields.normal.language import CODES as LANGUAGES
from connector.decide.fields.normal.language import _index as languages
from connector.decide.fields.normal.language import language


@given(
    st.from_regex(
        r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,66}@([a-z0-9-]{1,9}\.){1,3}[a-z]{1,8}", fullmatch=True
    )
)
def test_the_fast_path_accepts_only_what_the_library_accepts(address: str) -> None:
    if _PLAIN.fullmatch(address) and "--" not in address:
        found = validate_email(
            address, check_deliverability=False, globally_deliverable=False, strict=True
        )
        assert found.normalized.lower() == email(address) == address


@pytest.mark.parametrize("locale", LOCALES)
def test_a_country_is_known_by_its_name_in_every_language(locale: str) -> None:
    names = Locale.parse(locale).territories
    wrong = {code for code in CODES if code in names and country(names[code]) != code}
    assert wrong <= {"CG", "CD"}  # "Kongo" alone is either


def test_the_codes_are_babel_s() -> None:
    """Babel also knows reservations (AC, EU ...), pseudo territories, and languages that are aliases of others."""
    english = Locale.parse("en")
    territories = {code for code in english.territories if len(code) == 2}
    assert territories >= CODES
    assert territories - CODES == {
        "AC",
        "CP",
        "CQ",
        "DG",
        "EA",
        "EU",
        "EZ",
        "IC",
        "QO",
        "TA",
        "UN",
        "XA",
        "XB",
        "ZZ",
    }
    languages = {code for code in english.languages if len(code) == 2}
    assert languages >= LANGUAGES
    assert languages - LANGUAGES == {"sh", "tl", "tw"}
    assert all(language(code) not in (None, code) for code in ("sh", "tl", "tw"))


def test_names_lead_to_normal_codes_only() -> None:
    assert set(countries().values()) <= CODES
    assert {language(code) for code in languages().values()} == set(languages().values())


@pytest.mark.parametrize(
    ("raw", "host"),
    [
        ("https://www.Nordring.example/de?x=1#y", "nordring.example"),
        ("nordring.example:8080/path", "nordring.example"),
        ("//nordring.example", "nordring.example"),
        ("HTTP://user:pw@www.nordring.example.", "nordring.example"),
        ("info@nordring.example", "nordring.example"),
        ("mailto:info@nordring.example", "nordring.example"),
        ("shop.nordring.example", "shop.nordring.example"),
        ("www.müller.example", "xn--mller-kva.example"),
        ("www.de", "www.de"),
        ("www.www.de", "www.de"),
        ("nordring.example, second.example", None),
        ("http://192.168.0.1/", None),
        ("localhost", None),
        ("keine", None),
        ("n/a", None),
        ("http://", None),
    ],
)
def test_a_website_names_its_host(raw: str, host: str | None) -> None:
    if host is None:
        with pytest.raises(ValueError):
            domain(raw)
    else:
        assert domain(raw) == host


@given(
    st.text(max_size=40)
    | st.from_regex(
        r"(https?://)?(www\.){0,3}[a-zäöü-]{1,8}(\.[a-z]{1,5}){0,3}(:[0-9]+)?(/.*)?", fullmatch=True
    )
)
def test_a_host_is_its_own_host(raw: str) -> None:
    try:
        once = domain(raw)
    except ValueError:
        return
    assert domain(once) == once


@given(st.from_regex(r"[a-zäöüß]{2,8}\.example", fullmatch=True))
def test_website_and_address_of_one_company_give_one_key(host: str) -> None:
    address = email(f"info@{host}")
    assert address is not None
    assert company_domain(address) == domain(f"https://www.{host}/impressum")


def test_free_mail_names_no_company() -> None:
    assert company_domain("anna@gmx.de") is None
    assert company_domain("anna@firm.example") == "firm.example"
    assert company_domain("anna@firm.example", {"firm.example"}) is None
    assert company_domain("") is None
    assert {domain(name) for name in FREE_MAIL} == FREE_MAIL
