"""API calls for 1,000 changed leads, from HubSpot to Salesforce and back, counted by the emulated systems: `python -m benchmarks.calls`.

A thousand leads are known on both sides. Their job title changes in HubSpot: it is read, decided (grade, band and the text for the
rep change) and written to Salesforce. Ten minutes later sales has accepted all of them: that is read back and HubSpot gets the
new lifecycle stage. The daemon's own parts run in virtual time, a poll a minute; each system counts its calls by itself.

Counted is every call of the two cycles that an idle daemon would not have made, and the two polls that carry the rows (the first
page of contacts, the queries that show the leads). Apart stand the polls of the following minutes: the overlap of five minutes
shows the same rows again, and what we wrote into HubSpot ourselves comes back once as a change.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import click

from benchmarks.company import Calls, Company, company, meet
from benchmarks.figures import Figures
from connector.sandbox.company.furniture import OWN_STAGE

TITLE = "Maintenance planner"  # another role, another grade
SEARCH, UPDATE, COMPOSITE = (
    "hubspot: search contacts",
    "hubspot: batch update contacts",
    "salesforce: composite",
)


def change(house: Company, ids: list[str]) -> None:
    """Marketing corrects the job title of everybody; the profile's grade follows."""
    for id_ in ids:
        house.world.hubspot.update("contacts", id_, {"jobtitle": TITLE})


def accept(house: Company) -> None:
    """Sales accepts every lead."""
    crm = house.world.salesforce
    for row in list(crm.rows("Lead")):
        crm.update("Lead", row["Id"], {"Leadcycle_Acceptance__c": "Accepted"})


@dataclass(frozen=True, slots=True)
class Half:
    """One way: `cycle` is the minute after the deed, `after` the nine minutes that follow; both without idle polls."""

    cycle: Calls
    after: Calls


def above_idle(house: Company, deed: Callable[[], None]) -> Half:
    idle_cycle, idle_after = house.live(minutes=1), house.live(minutes=9)
    deed()
    cycle, after = house.live(minutes=1), house.live(minutes=9)
    return Half(cycle - idle_cycle, after - idle_after)


def loop(leads: int, *, quiet_grades: bool) -> tuple[Half, Half]:
    """There and back."""
    with company(quiet_grades=quiet_grades) as house:
        ids = meet(house, leads)
        there = above_idle(house, lambda: change(house, ids))
        back = above_idle(house, lambda: accept(house))
        _check(house, leads)
        return there, back


def _check(house: Company, leads: int) -> None:
    """Everybody arrived, or the count would be of something else."""
    titles = sum(row["Title"] == TITLE for row in house.world.salesforce.rows("Lead"))
    hubspot = house.world.hubspot
    stages = sum(
        hubspot.get("contacts", id_)["lifecyclestage"] == OWN_STAGE
        for id_ in hubspot.ids("contacts")
    )
    if (titles, stages) != (leads, leads):
        raise RuntimeError(f"{titles} titles and {stages} stages of {leads} arrived")


def rows(there: Half, back: Half) -> list[tuple[str, int, int]]:
    """What each step cost, and the least it can cost."""
    told = there.cycle[UPDATE]
    found = [
        ("read the changed contacts (search, 200 a page)", there.cycle[SEARCH] + 1, 5),
        (
            "read shared fields again and write leads (composite, 5 x 200)",
            there.cycle[COMPOSITE],
            1,
        ),
        ("tell HubSpot grade and band (batch, 100)", told, min(10, told)),
        (
            "read what sales answered, with its history; write their stage",
            back.cycle[COMPOSITE] + 1,
            1,
        ),
        ("tell HubSpot the stage (batch, 100)", back.cycle[UPDATE], 10),
    ]
    return [row for row in found if row[1] or row[2]]


def measured(leads: int) -> Figures:
    figures = Figures(
        "calls",
        f"API calls for {leads:,} changed leads: HubSpot -> Salesforce -> HubSpot",
        ("step", "calls", "minimum"),
        data={"leads": leads},
    )
    for quiet, name in ((True, "results only"), (False, "as shipped")):
        there, back = loop(leads, quiet_grades=quiet)
        steps = rows(there, back)
        total, least = sum(row[1] for row in steps), sum(row[2] for row in steps)
        figures.rows += [(step, str(calls), str(few)) for step, calls, few in steps]
        figures.rows.append((f"= HubSpot is told {_TOLD[quiet]}", str(total), str(least)))
        counted = {SEARCH, UPDATE, COMPOSITE}
        other = {
            what: count for what, count in (there.cycle + back.cycle).items() if what not in counted
        }
        again = there.after[SEARCH] + back.after[SEARCH]
        figures.data[name] = {
            "total": total,
            "minimum": least,
            "steps": {step: calls for step, calls, _ in steps},
            "other": other,
            "read_again": again,
        }
    figures.notes = [
        f"apart: {again} searches in the nine minutes after each change, for the overlap of five minutes",
        f"apart: {', '.join(other) or 'nothing'} once, kept for an hour",
    ]
    return figures


_TOLD = {True: "stages only", False: "stages, grade and band (the example as shipped)"}


@click.command()
@click.option("--leads", default=1_000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON line.")
def main(leads: int, as_json: bool) -> None:
    """API calls for changed leads through the whole loop."""
    measured(leads).show(as_json)


if __name__ == "__main__":
    main()
