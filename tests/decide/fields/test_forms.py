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

from connector.decide.fields.forms import LEFT_OUT, Formed, Unfit, equal_forms, formed, to_form
from connector.decide.fields.normal import money, normalise
from connector.decide.fields.reading.reader import reader
from connector.model.mapping.field import Field, FieldType, Form
from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.model.mapping.property import Read, Write
from connector.model.mapping.record import Record
from connector.model.systems.fact import Sighting
from connector.model.systems.ref import Ref

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
        (write("number", decimals=1), 12.25, "12.3", 12.3),
        (write("number", decimals=0), 12.5, "13", 13),
        (write("number", decimals=2), 12, "12", 12),
        (write("number", decimals=0), -0.4, "0", 0),
        (write("money", unit="EUR"), money("1234.50 €"), "1234.5", 1234.5),
        (write("money", unit="EUR"), money("1000 €"), "1000", 1000),
        (write("money", currency="Code"), money("5 USD"), "5", 5),
        (write("money", unit="EUR", decimals=0), money("1234.50 €"), "1235", 1235),
        (write("money", unit="EUR"), None, "", None),
        (write("list"), ("a", "b"), "a;b", "a;b"),
        (write("list"), None, "", None),
        (write("list", of="number"), (1, 2.5), "1;2.5", "1;2.5"),
        (write("list", of="yes_no"), (False, True), "false;true", "false;true"),
        (write("list", of="date"), (date(2026, 11, 21),), "2026-11-21", "2026-11-21"),
        (write("list", values={"a": "A", "b": "A"}), ("a", "b"), "A", "A"),
        (write("list", values={"a": "A"}, unknown="ignore"), ("a", "b"), "A", "A"),
        (write("list", values={"a": "A"}, unknown="keep"), ("a", "b"), "A;b", "A;b"),
        (write("list", max_length=6, too_long="cut"), ("abc", "de", "f"), "abc;de", "abc;de"),
        (write("choice", values={"a": "A"}, unknown="keep"), "b", "b", "b"),
        (write("choice", values={"a": "A"}, unknown="ignore"), "b", LEFT_OUT, LEFT_OUT),
        (write("list", values={"a": "A"}, unknown="ignore"), ("b",), LEFT_OUT, LEFT_OUT),
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
    (write("money"), "1000.00", 1000),
    (write("phone"), "+49 511 1234567", "+495111234567"),
    (write("country"), "DE", "Germany"),
    (write("language"), "de", "German"),
    (write("owner"), "005000000000001", "005000000000001AAA"),
    (write("list"), "a;b", "b; a;a"),
    (write("list"), ";", None),
    (write("list", of="number"), "1;2", "2.0;1.00"),
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
    (write("text", values={"a": "Lead"}), "Lead", "lead"),
    (write("list"), "a;b", "a"),
    (write("list"), "a;b", "A;b"),
    (write("list"), "a", None),
    (write("money"), 1000, 1001),
    (write("phone"), "+49 511 1234567", "+49 511 1234568"),
    (write("country"), "DE", "AT"),
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


def test_a_picklist_of_salesforce_knows_no_case(both_forms: Mapping[str, Form]) -> None:
    assert equal_forms(write("choice"), both_forms["salesforce"], "Lead", "lead")
    assert not equal_forms(write("choice"), both_forms["hubspot"], "Lead", "lead")


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
@given(
    three=st.tuples(ANY_FORM, ANY_FORM, ANY_FORM),
    typed=st.booleans(),
    table=st.booleans(),
    of=st.sampled_from(["text", "number", "choice", "yes_no"]),
)
def test_being_the_same_is_an_equivalence(
    kind: FieldType, three: tuple[Any, Any, Any], typed: bool, table: bool, of: FieldType
) -> None:
    form = Form(text=not typed, datetime="%Y-%m-%dT%H:%M:%SZ", clear="")
    how = write(kind, values={"a": "b"} if table else None, of=of)
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
    "money": st.builds(
        lambda amount, code: f"{amount} {code}",
        st.decimals(-(10**9), 10**9, places=4),
        st.sampled_from(["EUR", "USD", "JPY", "KWD"]),
    ),
    "list": st.lists(WORDS, max_size=4),
}
SINGLE = tuple(kind for kind in HUB if kind not in ("money", "list"))


class Property:
    """One property of one platform: read into a field, and written from it."""

    def __init__(self, form: Form, how: Write, read: Read, **field: Any) -> None:
        record = Record("User", "contact", (read,))
        mapping = PlatformMapping("p", form, {"User": record, "x": Record("User", "owner")})
        fields = {"f": Field("f", read.type, "newest", **field)}
        self._read = reader(record, Mappings("", fields, {"p": mapping}, {}))
        self.form, self.how = form, how

    def write(self, value: Any) -> Formed:
        return formed(self.how, self.form, value)

    def shown(self, sent: Any, **more: Any) -> Any:
        reading = self._read(Sighting(Ref("p", "User", "1"), {"p": sent, **more}, TEN, TEN))
        assert reading.problems == ()
        return reading.values["p"]

    def same(self, one: Any, other: Any) -> bool:
        return equal_forms(self.how, self.form, one, other)


@pytest.mark.parametrize("kind", SINGLE)
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
    place = Property(both_forms[platform], write(kind), Read("f", "p", kind))
    made = place.write(value)
    back = place.shown(made.form)
    assert (back, made.loss) == (value, "")
    assert place.same(made.form, place.write(back).form)


@pytest.mark.parametrize("kind", SINGLE)
@pytest.mark.parametrize("platform", ["hubspot", "salesforce"])
@given(data=st.data())
def test_a_list_goes_there_and_back(
    kind: FieldType, platform: str, data: st.DataObject, both_forms: Mapping[str, Form]
) -> None:
    raw = data.draw(st.lists(HUB[kind], max_size=4))
    try:
        value = normalise("list", raw, "DE", of=kind)
    except ValueError:
        return
    how, read = write("list", of=kind), Read("f", "p", "list")
    place = Property(both_forms[platform], how, read, of=kind)
    made = place.write(value)
    back = place.shown(made.form)
    assert (back, made.loss) == (value, "")
    assert place.same(made.form, place.write(back).form)
    if isinstance(made.form, str):
        turned = ";".join(reversed([*made.form.split(";"), made.form.split(";")[0]]))
        assert place.shown(turned) == value
        assert place.same(turned, made.form)


@pytest.mark.parametrize("platform", ["hubspot", "salesforce"])
@given(raw=HUB["money"])
def test_an_amount_goes_there_and_back_with_its_currency(
    platform: str, raw: str, both_forms: Mapping[str, Form]
) -> None:
    value = money(raw)
    assert value is not None
    how, read = write("money", currency="Code"), Read("f", "p", "money", currency="Code")
    place = Property(both_forms[platform], how, read)
    made = place.write(value)
    assert made.loss == ""
    assert place.shown(made.form, Code=value.currency) == value
    assert place.same(made.form, place.write(value).form)
    usual = Property(
        both_forms[platform],
        write("money", unit=value.currency),
        Read("f", "p", "money"),
        currency=value.currency,
    )
    assert usual.shown(usual.write(value).form) == value


def test_an_amount_is_not_written_where_its_currency_has_no_place(
    both_forms: Mapping[str, Form],
) -> None:
    for form in both_forms.values():
        with pytest.raises(Unfit, match="takes amounts in EUR only") as raised:
            formed(write("money", unit="EUR"), form, money("5 USD"))
        assert raised.value.code == "OTHER_CURRENCY"


LOSING = st.one_of(
    st.tuples(
        st.builds(lambda n: write("text", max_length=n, too_long="cut"), st.integers(1, 12)),
        WORDS.map(lambda raw: normalise("text", raw)),
    ),
    st.tuples(
        st.builds(lambda n: write("number", decimals=n), st.integers(0, 3)),
        st.floats(-1e6, 1e6).map(lambda raw: normalise("number", raw)),
    ),
    st.tuples(
        st.just(write("choice", values={"a": "A", "b": "B"}, unknown="keep")),
        st.sampled_from(["a", "b", "c"]),
    ),
)


@pytest.mark.parametrize("platform", ["hubspot", "salesforce"])
@given(pair=LOSING)
def test_whatever_does_not_come_back_is_marked_lossy_and_rests(
    platform: str, pair: tuple[Write, Any], both_forms: Mapping[str, Form]
) -> None:
    """Writing what was read again changes nothing: the form is a fixed point, whatever was lost on the way."""
    how, value = pair
    back = {"A": "a", "B": "b"} if how.values else None
    place = Property(both_forms[platform], how, Read("f", "p", how.type, back))
    made = place.write(value)
    shown = place.shown(made.form)
    assert (shown == value) or made.loss
    assert place.same(place.write(shown).form, made.form)
    if made.loss == "":
        assert shown == value


@pytest.mark.parametrize(
    ("how", "value", "loss"),
    [
        (write("text", max_length=5, too_long="cut"), "Anna Maria", "cut"),
        (write("text", max_length=10, too_long="cut"), "Anna Maria", ""),
        (write("number", decimals=1), 1.25, "rounded"),
        (write("number", decimals=2), 1.25, ""),
        (write("money", unit="EUR", decimals=0), money("1,50 €"), "rounded"),
        (write("choice", values={"a": "A"}, unknown="ignore"), "b", "unmapped"),
        (write("choice", values={"a": "A"}, unknown="keep"), "b", ""),
        (write("list", values={"a": "A"}, unknown="ignore"), ("a", "b"), "unmapped"),
        (write("list", max_length=3, too_long="cut"), ("abc", "d"), "cut"),
    ],
)
def test_what_is_lost_is_said(
    how: Write, value: Any, loss: str, both_forms: Mapping[str, Form]
) -> None:
    for form in both_forms.values():
        assert formed(how, form, value).loss == loss
