"""Normal forms: tables of examples, and the laws that hold for any input."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, get_args

import pytest
from babel.numbers import format_currency, format_decimal
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.fields.normal import money, normalise
from connector.decide.fields.normal.country import LOCALES
from connector.decide.fields.normal.number import number
from connector.model.mapping.field import FieldType
from connector.model.money import Money

TYPES = get_args(FieldType)
TEN = datetime(2026, 11, 21, 10, tzinfo=UTC)


def euro(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


EXAMPLES: list[tuple[FieldType, Any, Any]] = [
    ("text", "  Anna  Maria ", "Anna  Maria"),
    ("text", "line\r\none\rtwo", "line\none\ntwo"),
    ("text", "Mu\u0308ller", "Müller"),
    ("text", " \t\n", None),
    ("text", 42, "42"),
    ("text", True, "true"),
    ("text", "a\0b", "ab"),
    ("text", "a\ud800", "a?"),
    ("choice", " Paid Search", " Paid Search"),
    ("choice", "  ", None),
    ("email", "Max.Muster@Example.DE", "max.muster@example.de"),
    ("email", "  a+b@x.example\n", "a+b@x.example"),
    ("email", "\u200ba@x.example\ufeff", "a@x.example"),
    ("email", "jörg@x.example", "jörg@x.example"),
    ("email", "JÖRG@Müller.example", "jörg@xn--mller-kva.example"),
    ("email", "a@xn--mller-kva.example", "a@xn--mller-kva.example"),
    ("phone", "0511 / 123 45-67", "+495111234567"),
    ("phone", "+49 (0)511 1234567", "+495111234567"),
    ("phone", "0049 511 1234567", "+495111234567"),
    ("phone", "+49 511 1234567 ext. 12", "+495111234567"),
    ("phone", "+1 (415) 555-2671", "+14155552671"),
    ("phone", "+39 06 1234 5678", "+390612345678"),
    ("country", "de", "DE"),
    ("country", "DEU", "DE"),
    ("country", "Deutschland", "DE"),
    ("country", "allemagne", "DE"),
    ("country", "Germania", "DE"),
    ("country", "NO", "NO"),
    ("country", "USA", "US"),
    ("country", "U.S.A.", "US"),
    ("country", "United States of America", "US"),
    ("country", "UK", "GB"),
    ("country", "Great Britain", "GB"),
    ("country", "ENGLAND", "GB"),
    ("country", "Österreich", "AT"),
    ("country", "Oesterreich", "AT"),
    ("country", "Osterreich", "AT"),
    ("country", "The Netherlands", "NL"),
    ("country", "Czech Republic", "CZ"),
    ("country", "Côte d’Ivoire", "CI"),
    ("country", "Turkey", "TR"),
    ("language", "de-AT", "de"),
    ("language", "de_CH", "de"),
    ("language", "zh-Hant-TW", "zh"),
    ("language", "German", "de"),
    ("language", "Deutsch", "de"),
    ("language", "français", "fr"),
    ("language", "deu", "de"),
    ("language", "ger", "de"),
    ("language", "iw", "he"),
    ("language", "gsw", "gsw"),
    ("number", "1.234,50", 1234.5),
    ("number", "1,234.50", 1234.5),
    ("number", "1 234", 1234),
    ("number", "1\u202f234,5", 1234.5),
    ("number", "1'234.5", 1234.5),
    ("number", "1,234", 1234),
    ("number", "1.234", 1.234),
    ("number", "1.234.567", 1234567),
    ("number", "1,234,567", 1234567),
    ("number", "12,5", 12.5),
    ("number", "0,234", 0.234),
    ("number", "1234,567", 1234.567),
    ("number", "−5", -5),
    ("number", "250.0", 250),
    ("number", 250.0, 250),
    ("number", Decimal("2.5"), 2.5),
    ("number", "1e3", 1000),
    ("number", "-0.0", 0),
    ("date", "2026-11-21", date(2026, 11, 21)),
    ("date", "21.11.2026", date(2026, 11, 21)),
    ("date", "1.2.2026", date(2026, 2, 1)),
    ("date", "1795219200000", date(2026, 11, 21)),
    ("date", 0, date(1970, 1, 1)),
    ("date", "2026-11-21T23:30:00-05:00", date(2026, 11, 22)),
    ("datetime", "2026-11-21T10:00:00.000Z", TEN),
    ("datetime", "2026-11-21T10:00:00.000+0000", TEN),
    ("datetime", "2026-11-21T11:00:00+01:00", TEN),
    ("datetime", "2026-11-21T10:00:00.999Z", TEN),
    ("datetime", "1795255200000", TEN),
    ("datetime", 1795255200123, TEN),
    ("yes_no", "true", True),
    ("yes_no", " JA ", True),
    ("yes_no", 1, True),
    ("yes_no", True, True),
    ("yes_no", "false", False),
    ("yes_no", "Nein", False),
    ("yes_no", 0, False),
    ("owner", "salesforce/User/0058d000000AbCdEFG", "salesforce/User/0058d000000AbCdEFG"),
    ("money", "1.234,50 €", euro("1234.50")),
    ("money", "€ 1,234.50", euro("1234.50")),
    ("money", "1 234,5 EUR", euro("1234.50")),
    ("money", "EUR 12", euro("12.00")),
    ("money", "12.500,- €", euro("12500.00")),
    ("money", "1.234,-- Euro", euro("1234.00")),
    ("money", "1.234 €", euro("1234.00")),
    ("money", "1.234", euro("1.23")),
    ("money", "1234.5", euro("1234.50")),
    ("money", "-5 €", euro("-5.00")),
    ("money", "€-5", euro("-5.00")),
    ("money", "−5", euro("-5.00")),
    ("money", "-0.001", euro("0.00")),
    ("money", 1234.5, euro("1234.50")),
    ("money", 0.005, euro("0.01")),
    ("money", Decimal("2.345"), euro("2.35")),
    ("money", "CHF 1'200.-", Money(Decimal("1200.00"), "CHF")),
    ("money", "1,234.50 US$", Money(Decimal("1234.50"), "USD")),
    ("money", "1200.4 JPY", Money(Decimal(1200), "JPY")),
    ("money", "1.234 KWD", Money(Decimal("1.234"), "KWD")),
    ("list", "b; a;;b", ("a", "b")),
    ("list", ["b", "a", " b "], ("a", "b")),
    ("list", ("b;c", "a"), ("a", "b", "c")),
    ("list", "a", ("a",)),
    ("list", 5, ("5",)),
]

UNUSABLE: list[tuple[FieldType, Any]] = [
    ("text", ["a"]),
    ("text", {"a": 1}),
    ("email", "no address"),
    ("email", "a@b"),
    ("email", "a..b@x.example"),
    ("email", "Max <max@x.example>"),
    ("email", "a@b@x.example"),
    ("email", "a@-x.example"),
    ("email", "a@ab--cd.example"),
    ("email", "a@xn--0.example"),
    ("email", "x" * 65 + "@x.example"),
    ("phone", "12"),
    ("phone", "call me"),
    ("phone", "0009-01-01"),
    ("phone", "+49 511 12345678901234"),
    ("country", "Atlantis"),
    ("country", "ZZ"),
    ("country", "EU"),
    ("language", "Klingonisch-Platt"),
    ("language", "qqq"),
    ("number", "ten"),
    ("number", "1.2.3"),
    ("number", "1,2,3"),
    ("number", "5 %"),
    ("number", True),
    ("number", float("nan")),
    ("number", float("inf")),
    ("number", "1e999"),
    ("number", 10**18),
    ("number", 10**400),
    ("number", "9" * 500),
    ("number", "١٢"),
    ("date", "11/21/2026"),
    ("date", "2026-02-30"),
    ("date", "20261121"),
    ("date", "1795255200000"),
    ("date", "21.11.26"),
    ("date", "0001-01-01"),
    ("datetime", "2026-11-21"),
    ("datetime", "2026-11-21T10:00:00"),
    ("datetime", "1795255200"),
    ("datetime", "2026-11-21T25:00:00Z"),
    ("datetime", "0001-01-01T00:00:00+14:00"),
    ("datetime", datetime(2026, 11, 21)),  # noqa: DTZ001  a time without a zone is the point
    ("datetime", 10**30),
    ("yes_no", "maybe"),
    ("yes_no", 2),
    ("yes_no", []),
    ("owner", "Anna"),
    ("owner", "a//b"),
    ("money", "ten €"),
    ("money", "5 € USD"),
    ("money", "USD 5 €"),
    ("money", "$5"),
    ("money", "¥ 5"),
    ("money", "5 kr"),
    ("money", "5 bananas"),
    ("money", "€"),
    ("money", "(5 €)"),
    ("money", "1.2.3 €"),
    ("money", True),
    ("money", float("nan")),
    ("money", float("inf")),
    ("money", "1e999"),
    ("money", 10**15),
    ("money", "9" * 500),
    ("money", Money(Decimal(5), "QQQ")),
    ("list", {"a": 1}),
]

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary().map(lambda b: b.decode("latin-1"))
    | st.datetimes(timezones=st.just(UTC))
    | st.dates()
    | st.lists(st.text(), max_size=2)
    | st.dictionaries(st.text(), st.integers(), max_size=2)
)
LIKELY = st.one_of(
    st.from_regex(r"[0-9.,' -]{1,12}", fullmatch=True),
    st.from_regex(r"\+?[0-9 ()/-]{3,16}", fullmatch=True),
    st.from_regex(r"[A-Za-zäöüß.+_-]{1,8}@[A-Za-zäöü-]{1,8}(\.[a-z-]{1,6}){1,2}", fullmatch=True),
    st.from_regex(
        r"[12][0-9]{3}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](Z|[+-]0[0-9]:?00))?",
        fullmatch=True,
    ),
    st.from_regex(r"[a-zA-Z]{2,3}([-_][A-Za-z]{2,4})?", fullmatch=True),
    st.from_regex(r"-?(€|EUR|CHF|\$)? ?[0-9.,']{1,12}(-| €| USD)?", fullmatch=True),
    st.lists(st.from_regex(r"[a-zA-Z0-9 ;]{1,5}", fullmatch=True), max_size=3).map(tuple),
    st.sampled_from([str(raw) for _, raw, _ in EXAMPLES]),
)


@pytest.mark.parametrize(("type_", "raw", "normal"), EXAMPLES)
def test_every_spelling_has_one_normal_form(type_: FieldType, raw: Any, normal: Any) -> None:
    found = normalise(type_, raw, "DE", currency="EUR")
    assert found == normal
    assert type(found) is type(normal)
    assert str(found) == str(normal)


@pytest.mark.parametrize(("type_", "raw"), UNUSABLE)
def test_what_cannot_be_used_is_refused(type_: FieldType, raw: Any) -> None:
    with pytest.raises(ValueError):
        normalise(type_, raw, "DE", currency="EUR")


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("blank", [None, "", "  ", "\n"])
def test_a_blank_is_none_for_every_type(type_: FieldType, blank: Any) -> None:
    assert normalise(type_, blank, "DE") is None


@pytest.mark.parametrize("type_", TYPES)
@given(raw=SCALARS | LIKELY)
def test_normal_values_stay_and_garbage_is_a_value_error(type_: FieldType, raw: Any) -> None:
    refused = ""
    once = None
    try:
        once = normalise(type_, raw, "DE", currency="EUR")
    except ValueError as error:
        refused = str(error)
    if refused:
        assert len(str(raw)) < 12 or str(raw) not in refused
        return
    again = normalise(type_, once, "DE", currency="EUR")
    assert again == once
    assert type(again) is type(once)


@pytest.mark.parametrize(("type_", "raw", "normal"), EXAMPLES)
def test_white_space_around_a_value_means_nothing(type_: FieldType, raw: Any, normal: Any) -> None:
    if isinstance(raw, str) and type_ != "choice":
        assert normalise(type_, f" {raw}\t", "DE", currency="EUR") == normal


def test_the_region_decides_about_a_national_number() -> None:
    assert normalise("phone", "044 668 18 00", "CH") == "+41446681800"
    assert normalise("phone", "(415) 555-2671", "US") == "+14155552671"
    with pytest.raises(ValueError):
        normalise("phone", "044 668 18 00", "")


@pytest.mark.parametrize(
    ("raw", "named", "usual", "found"),
    [
        (5, "usd", "EUR", Money(Decimal("5.00"), "USD")),
        (5, None, "EUR", euro("5.00")),
        (5, " ", "EUR", euro("5.00")),
        (5, "Euro", "", euro("5.00")),
        ("$5", "CAD", "EUR", Money(Decimal("5.00"), "CAD")),
        ("5 kr", "NOK", "", Money(Decimal("5.00"), "NOK")),
        ("5 kr.", None, "DKK", Money(Decimal("5.00"), "DKK")),
        ("¥1200", None, "JPY", Money(Decimal(1200), "JPY")),
        ("5 USD", None, "EUR", Money(Decimal("5.00"), "USD")),
    ],
)
def test_the_record_names_the_currency_then_the_text_then_the_field(
    raw: Any, named: Any, usual: str, found: Money
) -> None:
    assert money(raw, named, usual) == found


@pytest.mark.parametrize(
    ("raw", "named", "usual"),
    [(5, None, ""), ("5 €", "USD", "EUR"), (5, "QQQ", "EUR"), (5, "$", "EUR")],
)
def test_a_currency_is_never_guessed(raw: Any, named: Any, usual: str) -> None:
    with pytest.raises(ValueError):
        money(raw, named, usual)


@given(amount=st.decimals(-(10**11), 10**11, places=2), spelling=st.sampled_from(LOCALES))
def test_whatever_babel_writes_is_read(amount: Decimal, spelling: str) -> None:
    written = format_decimal(amount, format="#,##0.00", locale=spelling)
    assert number(written) == float(amount)
    assert money(format_currency(amount, "EUR", locale=spelling)) == Money(amount, "EUR")
    shown = format_currency(amount, "USD", locale=spelling)
    assert money(shown, "USD") == Money(amount, "USD")
