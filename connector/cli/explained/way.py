"""Who got the lead and who did not, the decisions until here, and edits that lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connector.cli.explained.reader import Reader
from connector.decide.explanation.obstacles import clock_of
from connector.model.person.decision import Step
from connector.report.conflicts import told
from connector.report.explain import Explained
from connector.report.routing import Refused
from connector.store import Recorded
from connector.store.recall.person.history import Wanted

LAST = 12  # decisions shown
FATES = {  # of a change, by its receipts, in this order
    "written": "explain.wrote",
    "gone": "explain.refused",
    "refused": "explain.refused",
    "moved": "explain.superseded",
    "dropped": "explain.superseded",
    "superseded": "explain.superseded",
}
WAITS = "explain.unwritten"
REASSIGNED = ": reassign"  # how a step is recorded that gave the lead to somebody else


def show_owner(reader: Reader, found: Explained) -> None:
    routing = found.routing
    if routing is None:
        return
    head = reader.say(
        "explain.route",
        at=reader.at(found.routed_at),
        owner=routing.owner,
        rule=routing.rule,
        where=routing.where,
    )
    reader.line(f"\n{head}")
    for one in routing.skipped:
        why = reader.say("explain.not", who=one.who, why=reader.echo(one.why))
        reader.line(f"  {why}", style="dim")


def show_refused(reader: Reader, found: Refused) -> None:
    """Why the lead did not go to somebody."""
    reader.line(reader.say("explain.why_not", owner=found.owner))
    if found.given is None:
        reader.line(f"  {reader.say('explain.not_given')}")
        return
    got = reader.say("explain.got_it", owner=found.given.owner, rule=found.given.rule)
    for line in (got, *map(reader.echo, found.why)):
        reader.line(f"  {line}")


def show_way(reader: Reader, found: Explained) -> None:
    count = len(found.history)
    if not count:
        return
    shown = {"shown": LAST, "count": count}
    head = reader.say("explain.way") if count <= LAST else reader.say("explain.way_last", **shown)
    reader.line(f"\n{head}")
    for recorded in found.history[-LAST:]:
        reader.line(f"  {reader.at(recorded.decision.at)}  {_step(reader, recorded)}")


def _step(reader: Reader, recorded: Recorded) -> str:
    decision = recorded.decision
    steps = [_taken(reader, one) for one in decision.steps]
    said = ", ".join(steps) or reader.say("explain.stays", stage=decision.standing.stage)
    if recorded.undone is not None:
        said = reader.say("explain.undone", said=said, at=reader.at(recorded.undone))
    return "; ".join([said, *_became(reader, recorded.wanted)])


def _became(reader: Reader, changes: Sequence[Wanted]) -> Iterator[str]:
    """What became of the changes that a decision wanted: only what a system has confirmed was written."""
    found: dict[str, list[str]] = {name: [] for name in (*FATES.values(), WAITS)}
    for one in changes:
        states = {state for state, *_ in one.receipts}
        fate = next((name for state, name in FATES.items() if state in states), WAITS)
        found[fate].append(f"{one.ref.platform} {one.ref.kind}")
    return (reader.say(fate, records=records) for fate, records in found.items() if records)


def _taken(reader: Reader, step: Step) -> str:
    clock, reassigned, _ = step.rule.partition(REASSIGNED)
    if reassigned:
        return reader.say("explain.reassigned", clock=clock_of(clock, reader.words))
    name = "explain.step" if step.before else "explain.begins"
    rule = reader.echo(step.rule)
    return reader.say(name, before=step.before, after=step.after, rule=rule)


def show_lost(reader: Reader, found: Explained) -> None:
    """Edits of this person's records that lost. Their values are shown: an explanation is for those who may see them."""
    if not found.lost:
        return
    reader.line(f"\n{reader.say('explain.lost')}")
    blank = reader.say("explain.blank")
    for one in found.lost[-LAST:]:
        row = told(one, values=True)
        said = reader.say(
            "explain.lost_said",
            record=str(one.ref),
            property=one.property,
            lost=repr(row["lost"]) if row["lost"] else blank,
            put=repr(row["put"]) if row["put"] else blank,
            rule=reader.echo(one.rule),
        )
        winner = f", {one.winner}" if one.winner else ""
        reader.line(f"  {reader.at(one.at)}  {said}{winner}")
