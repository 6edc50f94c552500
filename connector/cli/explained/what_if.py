"""What would have to change for a stage."""

from __future__ import annotations

from rich.markup import escape

from connector.cli.explained.reader import Reader
from connector.decide.counterfactual import Change, Nearest, Obstructed, Proposal
from connector.decide.explanation.obstacles import described, name_of, purpose_of
from connector.model.person.standing import Standing


def show_nearest(reader: Reader, name: str, standing: Standing, found: Nearest) -> None:
    """What is in the way, then what would lead there, the nearest first."""
    if found.there:
        same = standing.stage == found.stage
        said = "what_if.there_itself" if same else "what_if.there"
        reader.line(reader.say(said, name=name, at=standing.stage, stage=found.stage))
        return
    at = standing.stage or reader.say("explain.not_entered")
    reader.out.print(f"[bold]{escape(name)}[/bold]: {at}")
    reader.line(reader.say("what_if.title", stage=found.stage))
    for way in found.shut:
        reader.line(f"  {_way(reader, standing, way)}", style="dim")
    for why in found.waits:
        reader.line("  " + reader.say("what_if.waits", why=reader.echo(why)), style="dim")
    if not found.proposals:
        reader.line(reader.say("what_if.nothing"))
        return
    several = len(found.proposals) > 1
    reader.line(reader.say("what_if.enough" if several else "what_if.one"))
    for proposal in found.proposals:
        reader.line(f"  {proposed(reader, proposal, found.stage)}")


def _way(reader: Reader, standing: Standing, way: Obstructed) -> str:
    place = {"where": way.where, "rule": way.rule}
    until = reader.at(standing.rest_until)
    if way.why is not None:
        obstacles, rests = described(way.why, reader.words), way.waits == "rest"
        said = "what_if.way_rest" if rests else "what_if.way"
        return reader.say(said, obstacles=obstacles, until=until, **place)
    if way.waits == "rest":
        return reader.say("what_if.rest", until=until, **place)
    if way.waits == "hold":
        return reader.say("what_if.hold", **place)
    return reader.say("what_if.holds", **place)


def proposed(reader: Reader, proposal: Proposal, stage: str) -> str:
    """`2 more: price page, and if consent for email were given; then on 3 Dec 2026, when the rest ends`."""
    said, at = "", reader.at(proposal.at)
    for change in proposal.changes:
        one = _change(reader, change)
        said = reader.say("what_if.and", one=said, other=one) if said else one
    suffix = f".{proposal.waits}" if proposal.waits in ("rest", "hold") else ""
    if not proposal.changes and not proposal.waits:
        said = reader.say("what_if.now")
    elif not proposal.changes:
        said = reader.say(f"what_if.alone{suffix}", at=at)
    elif proposal.waits:
        said = reader.say(f"what_if.then{suffix}", changes=said, at=at)
    beyond = proposal.stage != stage
    return reader.say("what_if.beyond", said=said, stage=proposal.stage) if beyond else said


def _change(reader: Reader, change: Change) -> str:
    if change.kind == "activity":
        name = "what_if.activity" if change.count == 1 else "what_if.activities"
        return reader.say(name, count=change.count, label=reader.label(change.label))
    if change.kind == "consent":
        return reader.say("what_if.consent", purpose=purpose_of(change.name, reader.words))
    if change.kind == "answer":
        return reader.say(f"what_if.answer.{change.name}")
    field = name_of(change.name, reader.words)
    if change.any_value:
        return reader.say("what_if.field_any", field=field)
    return reader.say("what_if.field", field=field, value=reader.label(change.plain))
