"""Where somebody stands, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from rich.markup import escape

from connector.cli.explained.reader import Reader
from connector.cli.output import figures
from connector.decide.explanation import Language
from connector.decide.explanation.obstacles import clock_of, name_of, purpose_of
from connector.decide.nurture.stays import in_it
from connector.decide.scoring.exclusion import InForce
from connector.model.person.contact import Contact
from connector.model.person.run import Run, Told
from connector.model.person.standing import Handover, InterestShown, Standing
from connector.report.consents import told_consents
from connector.report.explain import Explained
from connector.report.explain.clocks import why_paused

Row = tuple[str, str]


def show_standing(reader: Reader, found: Explained) -> None:
    """Who it is, and everything that holds of them."""
    company = found.contact.value("company") or (
        found.contact.account.fields.get("name") if found.contact.account else None
    )
    reader.out.print(
        f"[bold]{escape(called(found))}[/bold]" + (f", {escape(str(company))}" if company else "")
    )
    rows = [(name, escape(said)) for name, said in _rows(reader, found)]
    figures(reader.out, rows)


def called(found: Explained) -> str:
    """The person's name, else their address, else the contact's key."""
    value = found.contact.value
    name = " ".join(str(part) for part in (value("first_name"), value("last_name")) if part)
    return name or str(value("email") or found.contact.key)


def _rows(reader: Reader, found: Explained) -> Iterator[Row]:
    say, standing = reader.say, found.standing
    yield from _stage(reader, standing)
    for other in found.others:
        label = say("explain.track", track=other.track)
        since = reader.at(other.since)
        yield label, say("explain.track_said", stage=other.stage, since=since)
    if standing.owner:
        yield say("explain.owner"), standing.owner
    if standing.handover is not None:
        yield from _handover(reader, standing, standing.handover, found.contact)
    for suspicion in standing.suspicions:
        yield say("explain.suspicion"), suspicion
    yield from _plans(reader, found)
    for why in found.waits:
        yield say("explain.waits"), reader.echo(why)
    for purpose, told in told_consents(found.contact, found.said).items():
        what = purpose_of(purpose, reader.words)
        yield say("explain.consent", purpose=what), consent_line(reader, told)
    yield from _records(reader, found)
    yield say("explain.as_known"), reader.at(found.at)


def _stage(reader: Reader, standing: Standing) -> Iterator[Row]:
    if not standing.stage:
        yield reader.say("explain.stage"), reader.say("explain.not_entered")
        return
    since, peak = reader.at(standing.since), standing.peak or standing.stage
    said = reader.say("explain.stage_said", stage=standing.stage, since=since, peak=peak)
    yield reader.say("explain.stage"), said
    if standing.cycle > 1:
        yield reader.say("explain.cycle"), str(standing.cycle)


def _handover(
    reader: Reader, standing: Standing, handover: Handover, contact: Contact
) -> Iterator[Row]:
    say, at = reader.say, reader.at(handover.at)
    if handover.answer_due is None:
        said = say("explain.handed_over_plain", at=at)
    else:
        said = say("explain.handed_over_said", at=at, due=reader.at(handover.answer_due))
    overdue = say("explain.overdue", said=said) if standing.overdue else said
    yield say("explain.handed_over"), overdue
    if handover.answered_at and handover.answer:
        answered = reader.at(handover.answered_at)
        yield say("explain.answer"), say(f"explain.answer.{handover.answer}", at=answered)
    if handover.contacted_at:
        yield say("explain.contacted"), reader.at(handover.contacted_at)
    for run in handover.runs:
        yield (
            say("explain.clock", clock=clock_of(run.clock, reader.words)),
            _clock(reader, run, standing, contact),
        )


def _clock(reader: Reader, run: Run, standing: Standing, contact: Contact) -> str:
    say, pause = reader.say, run.pause
    if run.stopped_at is not None:
        by = reader.words.sentences.get(f"stops.{run.stopped_by}", run.stopped_by)
        shown = by + (f" ({run.evidence})" if run.evidence else "")
        said = say("explain.clock_stopped", at=reader.at(run.stopped_at), by=shown)
    elif pause is not None:
        text = why_paused(pause, contact)
        name = f"{pause.pause}, {text}" if text else pause.pause
        said = say("explain.clock_paused", since=reader.at(pause.since), why=name)
    else:
        over = standing.overdue if run.clock == "answer" else run.reached >= run.span
        said = say("explain.clock_over" if over else "explain.clock_due", due=reader.at(run.due))
    if run.told:
        said = _rung(reader, said, run.told[-1])
    return said


def _rung(reader: Reader, said: str, last: Told) -> str:
    """The last thing a clock did: whom it told, or why nobody."""
    at, rung = reader.at(last.at), rung_of(last.rung, reader.words)
    if last.to or not last.note:
        to = ", ".join(last.to) or reader.say("explain.nobody")
        return reader.say("explain.clock_told", said=said, rung=rung, at=at, to=to)
    why = "; ".join(reader.echo(one) for one in last.note.split("; "))
    return reader.say("explain.clock_note", said=said, rung=rung, at=at, why=why)


def rung_of(rung: str, words: Language) -> str:
    """`50%`, `breach`, `breach + 2h` as people say it."""
    name, _, after = rung.partition(" + ")
    if name != "breach":
        return rung
    return words.say("explain.breach_after", span=after) if after else words.say("explain.breach")


def _streams(reader: Reader, standing: Standing) -> Iterator[Row]:
    """The stream, or the one somebody is held out of; the ladder; streams that were left, the latest first."""
    say, climb = reader.say, standing.climb
    there = in_it(standing.stays)
    name = standing.stream or standing.stream_held_out
    if name:
        since = None if there is None else there.since
        said = (
            name
            if since is None
            else say("explain.stream_since", name=name, since=reader.at(since))
        )
        yield say("explain.stream" if standing.stream else "explain.held_out"), said
    if climb is not None:
        said = say("explain.stream_since", name=climb.ladder, since=reader.at(climb.since))
        yield say("explain.ladder"), f"{said}: {reader.echo(climb.why)}" if climb.why else said
    left = [stay for stay in standing.stays if stay.left is not None]
    for stay in sorted(left, key=lambda one: one.left or one.since, reverse=True):
        why = reader.echo(stay.why)
        yield (
            say("explain.left"),
            say("explain.left_said", name=stay.stream, at=reader.at(stay.left), why=why),
        )


def _plans(reader: Reader, found: Explained) -> Iterator[Row]:
    say, standing = reader.say, found.standing
    yield from _streams(reader, standing)
    if standing.rest_until and standing.rest_until > found.at:
        yield say("explain.rests"), reader.at(standing.rest_until)
    if standing.excluded and not found.exclusions:  # noted before exclusions knew since when
        yield say("explain.excluded"), reader.label(standing.excluded)
    elif standing.excluded:
        yield from ((say("explain.excluded"), _excluded(reader, one)) for one in found.exclusions)
    if standing.guarded:
        yield say("explain.guarded"), standing.guarded
    if standing.asks:
        names = [name_of(name, reader.words) for name in standing.asks]
        yield say("explain.asks"), ", ".join(names)
    if standing.interest is not None and standing.interest.topics:
        yield say("explain.interest"), _interest(reader, standing.interest)


def _interest(reader: Reader, liked: InterestShown) -> str:
    """What the record shows, in the reader's language."""
    name = "explain.interest_phase" if liked.phase else "explain.interest_said"
    topics = ", ".join(map(reader.label, liked.topics))
    day = reader.day(liked.as_of)
    return reader.say(name, topics=topics, phase=phase_of(liked.phase, reader), day=day)


def phase_of(name: str, reader: Reader) -> str:
    """A phase of the purchase by its usual name, else as the rules call it."""
    return reader.words.sentences.get(f"phase.{name}", reader.label(name))


def _excluded(reader: Reader, one: InForce) -> str:
    name = "explain.excluded_since" if one.until is None else "explain.excluded_until"
    since, until = reader.at(one.since), reader.at(one.until)
    said = reader.say(name, reason=reader.label(one.rule.reason), since=since, until=until)
    return f"{said} ({one.rule.where})"


def _records(reader: Reader, found: Explained) -> Iterator[Row]:
    say = reader.say
    for why in found.outside:
        platform, _, rest = why.partition(": ")
        yield say("explain.outside"), f"{platform}: {reader.echo(rest)}"
    for sentence in found.lossy:
        yield say("explain.lossy"), reader.echo(sentence)
    for name, shown in found.disputes.items():
        both = [
            say(
                "explain.shows", value=repr(value) if value else say("explain.blank"), record=record
            )
            for record, value in shown.items()
        ]
        yield say("explain.conflict"), say("explain.conflict_said", field=name, both=both)
    ours: Counter[str] = Counter()
    for ref, why in found.links.items():
        if why == "made" and ref not in found.people:
            ours[f"{ref.platform} {ref.kind}"] += 1
            continue
        linked = say("explain.linked", record=str(ref), why=linked_by(why, reader.words))
        yield say("explain.record"), linked if why else str(ref)
    if ours:
        yield say("explain.written"), ", ".join(f"{n} × {kind}" for kind, n in ours.items())


def linked_by(why: str, words: Language) -> str:
    """By what a record was linked, in words."""
    kind, _, name = why.partition(":")
    return name if kind == "key" else words.sentences.get(f"linked.{why}", why)


def consent_line(reader: Reader, told: Mapping[str, Any]) -> str:
    """`granted by newsletter on hubspot/contacts/1 since 2 Mar 2026, newsletter_form: Kontakt`."""
    state = reader.say(f"consent.{told['state']}")
    if told["record"] is None:
        return reader.say("explain.consent_default", state=state)
    line = reader.say("explain.consent_said", state=state, field=told["by"], record=told["record"])
    if told["since"]:
        day = reader.day(datetime.fromisoformat(told["since"]))
        line = reader.say("explain.consent_since", said=line, day=day)
    proofs = [f"{name}: {shown}" for name, shown in told["evidence"].items() if shown]
    return ", ".join([line, *proofs])
