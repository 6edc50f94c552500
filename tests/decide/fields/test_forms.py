"""Vendor forms: what is sent, what counts as the same, and the way there and back."""

from __future__ import annotations

import string
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import permutations
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.decide.fields.forms import Unfit, equal_forms, to_form
from connector.decide.fields.normal import normalise
from connector.decide.fields.reading import reader
from connector.model.fact import Sighting
from connector.model.mapping import (
    Field,
    FieldType,
    Form,
    Mappings,
    PlatformMapping,
    Read,
    Record,
    Write,
)
from connector.model.ref import Ref

TEN = datetime(2026, 11, 21, 10, 0, 0, 5, tzinfo=UTC)


def write(type_: FieldType, **more: Any) -> Write:
    return Write("p", "f", type_, **more)


@pytest.mark.parametrize(
    ("given_write", "value", "hubspot", "salesforce"),
    [
        (write("text"), "Anna", "Anna", "Anna"),
        (write("text"), None, "", None),
        (write("text"), 47.0, "47.0", "47.0"),
        (write("text"), TEN, "2026-11-21T10:00:00.000Z", "2026-11-21T10:00:00.000+0000"),
        (write("text"), ("a", "b"), "a;b", "a;b"),
        (write("number"), 12.5, "12.5", 12.5),
        (write("number"), 1000000, "1000000", 1000000),
        (write("number"), 1e-7, "0.0000001", 1e-7),
        (write("yes_no"), True, "true", True),
        (write("yes_no"), False, "false", False),
        (write("date"), date(2026, 11, 21), "2026-11-21", "2026-11-21"),
        (write("datetime"), TEN, "2026-11-21T10:00:00.000Z", "2026-11-21T10:00:00.000+0000"),
        (
            write("datetime"),
            TEN.astimezone(timezone(timedelta(hours=1))),
            "2026-11-21T10:00:00.000Z",
            "2026-11-21T10:00:00.000+0000",
        ),
        (write("owner"), "hubspot/owners/77", "77", "77"),
        (write("text", if_missing="[unknown]"), None, "[unknown]", "[unknown]"),
        (write("yes_no", if_missing=False), None, "false", False),
        (
            write("choice", values={"SAL": "custom:Sales accepted"}),
            "SAL",
            "custom:Sales accepted",
            "custom:Sales accepted",
        ),
        (write("choice", values={"SAL": "x"}), "sal", "x", "x"),
        (write("yes_no", values={"true": 1, "false": 0}), True, "1", 1),
        (write("text", max_length=5, too_long="cut"), "Anna Maria", "Anna", "Anna"),
        (write("text", max_length=4, too_long="cut"), "ab😀cd", "ab😀", "ab😀"),
        (write("text", max_length=3, too_long="cut"), "ab😀cd", "ab", "ab"),
        (write("text", max_length=2, too_long="cut"), "ae\u0301x", "a", "a"),
        (write("text", max_length=10), "Anna Maria", "Anna Maria", "Anna Maria"),
    ],
)
def test_what_is_sent(
    given_write: Write, value: Any, hubspot: Any, salesforce: Any, both_forms: Mapping[str, Form]
) -> None:
    for name, wanted in (("hubspot", hubspot), ("salesforce", salesforce)):
        sent = to_form(given_write, both_forms[name], value)
        assert sent == wanted
        assert type(sent) is type(wanted)


@pytest.mark.parametrize(
    ("given_write", "value", "code"),
    [
        (write("text", max_length=3), "Anna", "TOO_LONG"),
        (write("choice", values={"SAL": "x"}), "Customer", "UNKNOWN_VALUE"),
        (write("number"), "ten", "UNFIT_VALUE"),
        (write("datetime"), "soon", "UNFIT_VALUE"),
        (write("owner"), "Anna", "UNFIT_VALUE"),
        (write("yes_no"), "perhaps", "UNFIT_VALUE"),
        (write("text"), ["a"], "UNFIT_VALUE"),
    ],
)
def test_what_is_not_sent(
    given_write: Write, value: Any, code: str, both_forms: Mapping[str, Form]
) -> None:
    for form in both_forms.values():
        with pytest.raises(Unfit) as caught:
            to_form(given_write, form, value)
        assert caught.value.code == code
        assert str(value) not in str(caught.value)


@given(text=st.text(), limit=st.integers(1, 12))
def test_a_cut_text_fits_and_is_a_beginning(text: str, limit: int) -> None:
    cut = to_form(write("text", max_length=limit, too_long="cut"), Form(True, "", ""), text)
    assert text.startswith(cut)
    assert len(cut.encode("utf-16-le", "surrogatepass")) // 2 <= limit


SAME: list[tuple[Write, Any, Any]] = [
    (write("number"), "1", "1.0"),
    (write("number"), 1, "1.00"),
    (write("number"), "", None),
    (write("datetime"), "2026-11-21T10:00:00.000Z", "2026-11-21T10:00:00.000+0000"),
    (write("datetime"), "2026-11-21T10:00:00.999Z", "2026-11-21T11:00:00+01:00"),
    (write("datetime"), "1795255200000", "2026-11-21T10:00:00Z"),
    (write("date"), "1795219200000", "2026-11-21"),
    (write("yes_no"), "true", True),
    (write("text"), "", None),
    (write("text"), "  ", None),
    (write("text"), "Anna  ", "Anna"),
    (write("text"), "a\r\nb", "a\nb"),
    (write("text"), "a\rb", "a\nb\n"),
    (write("text"), "e\u0301", "é"),
    (write("email"), "Max@X.example", "max@x.example"),
    (write("number", if_missing="n/a"), "n/a", "n/a "),
]
DIFFERENT: list[tuple[Write, Any, Any]] = [
    (write("text"), "Anna", "anna"),
    (write("text"), " Anna", "Anna"),
    (write("text"), "1", "1.0"),
    (write("choice"), "Lead", "lead"),
    (write("number"), "0", None),
    (write("number"), "1.5", "15"),
    (write("number", values={"a": "1"}), "1", "1.0"),
    (write("datetime"), "2026-11-21T10:00:00Z", "2026-11-21T10:00:01Z"),
    (write("date"), "2026-11-21", "2026-11-22"),
    (write("yes_no"), True, False),
]


@pytest.mark.parametrize(("given_write", "a", "b"), SAME)
def test_forms_the_vendor_takes_for_the_same(
    given_write: Write, a: Any, b: Any, both_forms: Mapping[str, Form]
) -> None:
    for form in both_forms.values():
        assert equal_forms(given_write, form, a, b)


@pytest.mark.parametrize(("given_write", "a", "b"), DIFFERENT)
def test_forms_that_differ(
    given_write: Write, a: Any, b: Any, both_forms: Mapping[str, Form]
) -> None:
    for form in both_forms.values():
        assert not equal_forms(given_write, form, a, b)


def test_only_a_typed_checkbox_is_never_null(both_forms: Mapping[str, Form]) -> None:
    assert equal_forms(write("yes_no"), both_forms["salesforce"], None, False)
    assert not equal_forms(write("yes_no"), both_forms["hubspot"], "", "false")


KINDS = get_args(FieldType)
ANY_FORM = (
    st.sampled_from([form for _, *pair in SAME + DIFFERENT for form in pair])
    | st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats(allow_nan=False)
    | st.text(" \r\n0123456789.,-aAeé\u0301", max_size=4)
)


@pytest.mark.parametrize("kind", KINDS)
@given(three=st.tuples(ANY_FORM, ANY_FORM, ANY_FORM), typed=st.booleans(), table=st.booleans())
def test_being_the_same_is_an_equivalence(
    kind: FieldType, three: tuple[Any, Any, Any], typed: bool, table: bool
) -> None:
    form = Form(text=not typed, datetime="%Y-%m-%dT%H:%M:%SZ", clear="")
    how = write(kind, values={"a": "b"} if table else None)
    for a, b, c in permutations(three):
        assert equal_forms(how, form, a, a)
        assert equal_forms(how, form, a, b) == equal_forms(how, form, b, a)
        if equal_forms(how, form, a, b) and equal_forms(how, form, b, c):
            assert equal_forms(how, form, a, c)


WORDS = st.text(string.printable + "äöüßéŁ😀", max_size=20)
HUB: Mapping[str, st.SearchStrategy[Any]] = {
    "text": WORDS,
    "choice": WORDS,
    "email": st.from_regex(r"[a-z]{1,6}(\.[a-z]{1,4})?@[a-zäö]{1,8}\.example", fullmatch=True),
    "phone": st.from_regex(r"\+(49|1|39|43)[1-9][0-9]{5,10}", fullmatch=True),
    "country": st.sampled_from(["DE", "AT", "Frankreich", "USA"]),
    "language": st.sampled_from(["de", "en-GB", "gsw", "Italienisch"]),
    "number": st.integers() | st.floats(),
    "date": st.dates(),
    "datetime": st.datetimes(timezones=st.just(UTC)),
    "yes_no": st.booleans(),
    "owner": st.sampled_from(
        ["p/User/005000000000001AAA", "p/Group/00G000000000001AAA", "p/User/77"]
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("platform", ["hubspot", "salesforce"])
@given(data=st.data())
def test_there_and_back_is_the_same_value(
    kind: FieldType, platform: str, data: st.DataObject, both_forms: Mapping[str, Form]
) -> None:
    raw = data.draw(st.none() | HUB[kind])
    try:
        value = normalise(kind, raw, "DE")
    except ValueError:
        return
    form = both_forms[platform]
    record = Record("User", "contact", (Read("f", "p", kind),))
    mapping = PlatformMapping("p", form, {"User": record, "x": Record("User", "owner")})
    read = reader(record, Mappings("", {"f": Field("f", kind, "newest")}, {"p": mapping}, {}))
    sent = to_form(write(kind), form, value)
    reading = read(Sighting(Ref("p", "User", "1"), {"p": sent}, TEN, TEN))
    assert reading.values == {"p": value}
    assert reading.problems == ()
    assert equal_forms(write(kind), form, sent, to_form(write(kind), form, reading.values["p"]))
