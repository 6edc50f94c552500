"""SOQL: grammar, errors and answers; B.9 of the API contracts, and laws against a naive filter."""

from __future__ import annotations

import operator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.sandbox.clock import Clock
from connector.sandbox.faults import Faults
from connector.sandbox.salesforce import Refusal, Salesforce
from connector.sandbox.salesforce.soql.parser import parse


@pytest.fixture
def three(salesforce: Salesforce, clock: Clock) -> list[str]:
    """Anna (Berlin, 20 people), Bert (no city, 300), Cleo (München, unknown size), a minute apart."""
    made = []
    for name, city, size in (
        ("Anna", "Berlin", 20),
        ("Bert", None, 300),
        ("Cleo", "München", None),
    ):
        fields = {
            "LastName": name,
            "Company": "C",
            "City": city,
            "NumberOfEmployees": size,
            "Email": f"{name}@x.de",
        }
        made.append(salesforce.create("Lead", fields))
        clock.advance(timedelta(minutes=1))
    return made


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("LastName = 'anna'", "A"),
        ("LastName != 'anna'", "BC"),
        ("LastName <> 'anna'", "BC"),
        ("City = null", "B"),
        ("City != null", "AC"),
        ("City != 'Berlin'", "BC"),
        ("City NOT IN ('Berlin')", "BC"),
        ("NumberOfEmployees > 20", "B"),
        ("NumberOfEmployees >= 20", "AB"),
        ("NumberOfEmployees < 20.5", "A"),
        ("NOT NumberOfEmployees > 20", "AC"),
        ("LastName LIKE '%e%'", "BC"),
        ("LastName LIKE '_leo'", "C"),
        ("LastName LIKE 'cl%' AND (City = 'münchen' OR City = null)", "C"),
        ("Email IN ('anna@x.de', 'CLEO@x.de', 'nobody@x.de')", "AC"),
        ("IsConverted = false AND IsDeleted = FALSE", "ABC"),
        ("IsConverted = true", ""),
        ("CreatedDate = TODAY", "ABC"),
        ("CreatedDate > TODAY", ""),
        ("CreatedDate < TODAY", ""),
        ("CreatedDate = LAST_N_DAYS:1", "ABC"),
        ("CreatedDate = YESTERDAY", ""),
        ("CreatedDate >= 2026-11-21T10:01:00Z", "BC"),
        ("CreatedDate > 2026-11-21T11:01:00+01:00", "C"),
        ("SystemModstamp = 2026-11-21T10:01:00.000+0000", "B"),
        ("Owner.Email = 'petra.admin@nordring.example'", "ABC"),
        ("Owner.Type = 'Queue'", ""),
        ("ConvertedContact.Email = null", "ABC"),
        ("Id IN (SELECT LeadId FROM LeadHistory WHERE Field = 'created')", "ABC"),
        ("Id IN (SELECT LeadId FROM CampaignMember)", ""),
        ("(((LastName = 'Anna')))", "A"),
        ("LastName = 'Anna' OR LastName = 'Bert' OR Id = null", "AB"),
    ],
)
def test_where(api: Any, three: list[str], where: str, expected: str) -> None:
    found = api.query(f"SELECT LastName FROM Lead WHERE {where} ORDER BY LastName")
    assert "".join(record["LastName"][0] for record in found) == expected


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("LastName DESC", "CBA"),
        ("NumberOfEmployees", "CAB"),
        ("NumberOfEmployees DESC", "CBA"),
        ("NumberOfEmployees DESC NULLS LAST", "BAC"),
        ("NumberOfEmployees ASC NULLS LAST", "ABC"),
        ("Company, City NULLS LAST", "ACB"),
        ("Owner.Name, SystemModstamp DESC", "CBA"),
        ("SystemModstamp, Id", "ABC"),
        ("LastName LIMIT 2", "AB"),
        ("LastName LIMIT 2 OFFSET 1", "BC"),
        ("SystemModstamp, Id LIMIT 1 OFFSET 2", "C"),
        ("LastName LIMIT 0", ""),
    ],
)
def test_order_and_limit(api: Any, three: list[str], order: str, expected: str) -> None:
    """Nulls come first by default, in both directions."""
    found = api.query(f"SELECT LastName FROM Lead ORDER BY {order}")
    assert "".join(record["LastName"][0] for record in found) == expected


def test_parents_are_nested_objects(api: Any, salesforce: Salesforce) -> None:
    account = salesforce.create("Account", {"Name": "Muster"})
    salesforce.create("Contact", {"LastName": "Mit", "AccountId": account})
    salesforce.create("Contact", {"LastName": "Ohne"})
    mit, ohne = api.query(
        "SELECT LastName, Account.Name, Account.Owner.Name FROM Contact ORDER BY LastName"
    )
    assert mit["Account"]["Name"] == "Muster"
    assert mit["Account"]["attributes"]["type"] == "Account"
    assert mit["Account"]["Owner"]["Name"] == "Petra Admin"
    assert ohne["Account"] is None
    assert mit["attributes"]["url"].startswith("/services/data/v66.0/sobjects/Contact/003")


def test_count_has_no_records(api: Any, three: list[str]) -> None:
    status, page = api("GET", "/query", q="SELECT COUNT() FROM Lead WHERE City != null")
    assert (status, page) == (200, {"totalSize": 2, "done": True, "records": []})


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("", "MALFORMED_QUERY"),
        ("SELECT FROM Lead", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE LastName = 'open", "MALFORMED_QUERY"),
        (
            "SELECT Id FROM Lead WHERE LastName = 'a' AND City = 'b' OR City = 'c'",
            "MALFORMED_QUERY",
        ),
        ("SELECT Id, Id FROM Lead", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE LastName = '\\x'", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE CreatedDate > 2026-11-21T10:00:00", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE CreatedDate > 2026-13-01T10:00:00Z", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE " + "(" * 500, "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead LIMIT 1 LIMIT 1", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE Id IN ()", "MALFORMED_QUERY"),
        ("SELECT Id FROM Lead WHERE LastName = 'x'" + " " * 100_000, "MALFORMED_QUERY"),
        ("SELECT Nope FROM Lead", "INVALID_FIELD"),
        ("SELECT Nope.Name FROM Lead", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE Nope = 1", "INVALID_FIELD"),
        ("SELECT Id FROM Lead ORDER BY Nope", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE LastName = 1", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE NumberOfEmployees = '1'", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE IsConverted = 'true'", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE CreatedDate > 2026-11-21", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE CreatedDate > '2026-11-21T10:00:00Z'", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE Description = 'long'", "INVALID_FIELD"),
        ("SELECT Id FROM Lead WHERE Id = 'kaputt'", "INVALID_QUERY_FILTER_OPERATOR"),
        ("SELECT Id FROM Nope", "INVALID_TYPE"),
        ("SELECT Id FROM CustomField", "INVALID_TYPE"),
        ("SELECT SystemModstamp FROM LeadHistory", "INVALID_FIELD"),
        ("SELECT IsDeleted FROM User", "INVALID_FIELD"),
        ("SELECT Id FROM Lead OFFSET 2001", "NUMBER_OUTSIDE_VALID_RANGE"),
    ],
)
def test_refused_queries(api: Any, soql: str, code: str) -> None:
    if len(soql) > 16_000:
        with pytest.raises(Refusal, match=code):
            parse(soql)
        return
    status, body = api("GET", "/query", q=soql)
    assert status == 400
    assert [set(body[0]) >= {"message", "errorCode"}, body[0]["errorCode"]] == [True, code]


def test_strings_are_escaped(api: Any, salesforce: Salesforce) -> None:
    salesforce.create("Lead", {"LastName": "O'Neil \\ 50%_", "Company": "C"})
    assert api.ids("SELECT Id FROM Lead WHERE LastName = 'O\\'Neil \\\\ 50%_'")
    assert api.ids("SELECT Id FROM Lead WHERE LastName LIKE '%50\\%\\_'")
    assert not api.ids("SELECT Id FROM Lead WHERE LastName LIKE '%50\\_%'")


def test_a_short_id_finds_the_same_record(api: Any, lead: str) -> None:
    assert api.ids(f"SELECT Id FROM Lead WHERE Id = '{lead[:15]}'") == [lead]


def test_multi_select_picklists(api: Any, salesforce: Salesforce) -> None:
    salesforce.add_field(
        "Lead", "Lines__c", "multipicklist", values=["A", "B", "C"], restricted=True
    )
    key = salesforce.create("Lead", {"LastName": "L", "Company": "C", "Lines__c": "A;C"})
    assert api.ids("SELECT Id FROM Lead WHERE Lines__c INCLUDES ('B', 'A;C')") == [key]
    assert not api.ids("SELECT Id FROM Lead WHERE Lines__c INCLUDES ('A;B')")
    assert api.ids("SELECT Id FROM Lead WHERE Lines__c EXCLUDES ('B')") == [key]


FIELDS: dict[str, tuple[str, list[Any]]] = {
    "LastName": ("text", ["Anna", "bert", "Çelik", "O'Neil"]),
    "City": ("text", [None, "Berlin", "berlin", "Ulm"]),
    "Email": ("text", [None, "a@x.de", "b@x.de"]),
    "NumberOfEmployees": ("plain", [None, 0, 20, 300]),
    "DoNotCall": ("flag", [True, False]),
}
COMPARE = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _same(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _literal(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "TRUE", False: "false"}[value]
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "\\'") + "'"


@st.composite
def conditions(draw: st.DrawFn, depth: int = 0) -> tuple[str, Any]:
    """A condition as SOQL and as a Python predicate over the fields of a row."""
    kind = draw(
        st.sampled_from(["compare", "in"] if depth > 2 else ["compare", "in", "and", "or", "not"])
    )
    if kind == "not":
        text, test = draw(conditions(depth + 1))
        return f"NOT ({text})", lambda row: not test(row)
    if kind in ("and", "or"):
        parts = draw(st.lists(conditions(depth + 1), min_size=2, max_size=3))
        join = all if kind == "and" else any
        return (
            "(" + f" {kind.upper()} ".join(text for text, _ in parts) + ")",
            lambda row: join(test(row) for _, test in parts),
        )
    name = draw(st.sampled_from(sorted(FIELDS)))
    type_, values = FIELDS[name]
    if kind == "in":
        chosen = draw(st.lists(st.sampled_from(values), min_size=1, max_size=3))
        negated = draw(st.booleans())
        wanted = {_same(value) for value in chosen}
        text = f"{name} {'NOT ' if negated else ''}IN ({', '.join(map(_literal, chosen))})"
        return text, lambda row: (_same(row[name]) in wanted) is not negated
    op = draw(st.sampled_from(["=", "!="] if type_ == "flag" else sorted(COMPARE)))
    value = draw(st.sampled_from(values))
    return f"{name} {op} {_literal(value)}", lambda row: _naive(op, _same(row[name]), _same(value))


def _naive(op: str, one: Any, other: Any) -> bool:
    if op in ("=", "!="):
        return bool(COMPARE[op](one, other))
    return one is not None and other is not None and bool(COMPARE[op](one, other))


ROWS = st.lists(
    st.fixed_dictionaries({name: st.sampled_from(values) for name, (_, values) in FIELDS.items()}),
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(rows=ROWS, condition=conditions())
def test_filters_equal_a_naive_filter(
    fresh: Any, rows: list[dict[str, Any]], condition: tuple[str, Any]
) -> None:
    text, test = condition
    salesforce, api = fresh()
    expected = [salesforce.create("Lead", {**row, "Company": "C"}) for row in rows]
    expected = [key for key, row in zip(expected, rows, strict=True) if test(row)]
    assert api.ids(f"SELECT Id FROM Lead WHERE {text} ORDER BY Id") == expected


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5)), min_size=1, max_size=20),
    size=st.integers(1, 7),
)
def test_the_keyset_poll_sees_every_row_once(
    fresh: Any, steps: list[tuple[int, int]], size: int
) -> None:
    """B.6: `(stamp > t OR (stamp = t AND Id > x)) ORDER BY SystemModstamp, Id`, whatever shares a stamp."""
    salesforce, api = fresh()
    made: list[str] = []
    for seconds, which in steps:
        salesforce._org.clock.advance(timedelta(seconds=seconds))
        if which < len(made):
            salesforce.update("Lead", made[which], {"City": f"C{len(made)}"})
        else:
            made.append(salesforce.create("Lead", {"LastName": "L", "Company": "C"}))
    seen: list[str] = []
    where = ""
    while page := api.query(
        f"SELECT Id, SystemModstamp FROM Lead {where} ORDER BY SystemModstamp, Id LIMIT {size}"
    ):
        seen += [row["Id"] for row in page]
        stamp = page[-1]["SystemModstamp"]
        where = f"WHERE (SystemModstamp > {stamp} OR (SystemModstamp = {stamp} AND Id > '{page[-1]['Id']}'))"
    rows = sorted(salesforce.rows("Lead"), key=lambda row: (row["SystemModstamp"], row["Id"]))
    assert seen == [row["Id"] for row in rows]


WORDS = st.sampled_from(
    ["SELECT", "Id", "FROM", "Lead", "WHERE", "AND", "OR", "NOT", "IN", "LIKE", "(", ")", ",", "=", "!=", "'a'", "'", "null",
     "1", "2026-11-21", "2026-11-21T10:00:00Z", "ORDER", "BY", "LIMIT", "OFFSET", "TODAY", "LAST_N_DAYS", ":", "Owner.Name",
     "COUNT()", "INCLUDES", "\\", "%", "ä", "\x00", "1e999", "NULLS", "Email"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=14).map(" ".join)))
def test_any_text_parses_or_is_refused(text: str) -> None:
    codes = set()
    try:
        codes.add(parse(text).kind and "parsed")
    except Refusal as refusal:
        codes.add(refusal.code)
    assert codes < {"parsed", "MALFORMED_QUERY", "NUMBER_OUTSIDE_VALID_RANGE"}


def _counting(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts the rows that a query looks at."""
    from connector.sandbox.salesforce.soql import search

    looked = [0]
    real = search._seen

    def seen(*arguments: Any) -> Any:
        for row in real(*arguments):
            looked[0] += 1
            yield row

    monkeypatch.setattr(search, "_seen", seen)
    return looked


@pytest.mark.parametrize(
    "where",
    [
        "(SystemModstamp > {t} OR (SystemModstamp = {t} AND Id > '{id}')) ORDER BY SystemModstamp, Id",
        "SystemModstamp >= {t} AND LastName != null",
        "CreatedDate >= {t} ORDER BY CreatedDate",
        "Id IN ('{id}', '00Q5g0000000000')",
        "Email IN ('l2999@x.de', 'nobody@x.de')",
        "Leadcycle_Key__c IN ('k2999')",
        "Leadcycle_Key__c = 'K2999' OR Email = 'l2998@x.de'",
        "OwnerId = '{id}' AND IsConverted = false",
    ],
)
def test_polls_and_look_ups_use_an_index(
    salesforce: Salesforce, clock: Clock, api: Any, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    for number in range(3000):
        clock.advance(timedelta(seconds=1))
        fields = {
            "LastName": "L",
            "Company": "C",
            "Email": f"l{number}@x.de",
            "Leadcycle_Key__c": f"k{number}",
        }
        last = salesforce.create("Lead", fields)
    looked = _counting(monkeypatch)
    stamp = salesforce.get("Lead", last)["SystemModstamp"]
    api.query("SELECT Id FROM Lead WHERE " + where.format(t=stamp, id=last))
    assert looked[0] <= 5


def test_a_late_row_appears_behind_the_cursor(
    salesforce: Salesforce, clock: Clock, faults: Faults, api: Any
) -> None:
    """B.6: a row becomes visible after its stamp; a query in between does not see it, nor its new values."""
    old = salesforce.create("Lead", {"LastName": "Alt", "Company": "C"})
    clock.advance(timedelta(minutes=1))
    faults.rate["salesforce.late_visible"] = 1.0
    new = salesforce.create("Lead", {"LastName": "Neu", "Company": "C"})
    salesforce.update("Lead", old, {"LastName": "Anders"})
    faults.rate.clear()
    stamp = salesforce.get("Lead", new)["SystemModstamp"]
    clock.advance(timedelta(seconds=1))
    between = salesforce.create("Lead", {"LastName": "Zwischen", "Company": "C"})
    assert api.ids(f"SELECT Id FROM Lead WHERE SystemModstamp >= {stamp}") == [between]
    assert api.ids("SELECT Id FROM Lead WHERE LastName = 'Alt'") == [old]
    assert not api.ids(f"SELECT Id FROM Lead WHERE Id = '{new}'")
    clock.advance(timedelta(seconds=300))
    found = api.query(
        f"SELECT Id, SystemModstamp FROM Lead WHERE SystemModstamp >= {stamp} ORDER BY SystemModstamp, Id"
    )
    assert [row["Id"] for row in found] == [old, new, between]
    assert found[1]["SystemModstamp"] == stamp
