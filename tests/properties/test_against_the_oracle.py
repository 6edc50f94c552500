"""Two ways of working the same thing out: the product's, and one that is too slow to be wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from house import House
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from naive import hours

from connector.cli.example import example_root
from connector.config import Settings, load
from connector.decide.clock import add_working
from connector.model.rules import Rulebook

FIRST, LAST = datetime(2026, 1, 1), datetime(2026, 12, 20)  # noqa: DTZ001 - hypothesis adds the zone
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
SPANS = st.sampled_from([timedelta(hours=hours) for hours in (2, 4, 8)])


@pytest.fixture(scope="session")
def book() -> Rulebook:
    loaded = load(example_root(), settings=Settings(sandbox="http://127.0.0.1:9"))
    assert loaded.book is not None
    return loaded.book


@given(start=MOMENTS.map(lambda at: at.replace(microsecond=0)), span=SPANS)
@settings(max_examples=60, deadline=None)
def test_an_answer_is_due_when_counting_quarters_says_so(
    book: Rulebook, start: datetime, span: timedelta
) -> None:
    """Across nights, weekends, holidays and both changes of the clocks."""
    assert add_working(book.follow_up.calendar, start, span) == hours.later(hours.HOME, start, span)


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["hubspot", "rep"]),
        st.sampled_from(["jobtitle", "firstname", "zip"]),
        st.sampled_from(["Ute", "CPO", "30159", "01067"]),
    ),
    min_size=1,
    max_size=6,
)
CRM_NAME = {"jobtitle": "Title", "firstname": "FirstName", "zip": "PostalCode"}


@given(edits=EDITS)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_edits_on_both_sides_end_as_the_mapping_says(
    tmp_path_factory: pytest.TempPathFactory, edits: Sequence[tuple[str, str, str]]
) -> None:
    """Each edit is read before the next comes. Title: the newest edit wins. The others: the rep's, else HubSpot's newest."""
    house = House(tmp_path_factory.mktemp("edits"))
    try:
        lead = house.handed_over()
        contact, rep = house.hubspot.find("ute@kern.example") or "", house.rep(lead)
        shown = {name: lead.get(CRM_NAME[name]) for name in CRM_NAME}
        typed: set[str] = set()
        for who, name, value in edits:
            if who == "hubspot":
                told = house.hubspot.get("contacts", contact)[name] != value
                house.hubspot.update("contacts", contact, {name: value})
                wins = told and (name == "jobtitle" or name not in typed)
            else:
                wins = shown[name] != value
                house.crm.update("Lead", lead["Id"], {CRM_NAME[name]: value}, by=rep)
                typed |= {name} if wins else set()
            shown[name] = value if wins else shown[name]
            house.pass_by(minutes=6)
        assert _shows(house.lead()) == shown
        assert house.second_pass() == 0
    finally:
        house.close()


def _shows(lead: Mapping[str, object]) -> dict[str, object]:
    return {name: lead.get(crm) for name, crm in CRM_NAME.items()}
