"""The score, point by point."""

from __future__ import annotations

from connector.cli.explained.reader import Reader
from connector.cli.output import table
from connector.decide.explanation.obstacles import band_of
from connector.model.person.decision import Reason
from connector.report.explain import Explained


def show_points(reader: Reader, found: Explained) -> None:
    """Both axes with every reason; the reasons of an axis sum to its number."""
    score, standing, words = found.score, found.standing, reader.words
    grade = score.grade or reader.say("nothing")
    name = "explain.profile_model" if score.model else "explain.profile"
    points = words.number(score.profile)
    reader.line("\n" + reader.say(name, points=points, grade=grade, model=score.model))
    _reasons(reader, [one for one in score.reasons if one.axis == "profile"])
    activity = words.points(score.activity).removeprefix("+")
    said = reader.say("explain.activity", points=activity, band=band_of(score.band, words))
    shown = standing.shown.band if standing.shown else score.band
    apart = shown != score.band  # the CRM hears of a band when it is decided, not when points fade
    crm = band_of(shown, words)
    reader.line(reader.say("explain.activity_shown", said=said, band=crm) if apart else said)
    _reasons(reader, [one for one in score.reasons if one.axis != "profile"])


def _reasons(reader: Reader, reasons: list[Reason]) -> None:
    if not reasons:
        return
    table(
        reader.out,
        ("", reader.say("explain.points"), "", reader.say("explain.rule")),
        [
            ("  ", reader.words.points(one.points), _named(reader, one), one.where)
            for one in reasons
        ],
        right=(1,),
    )


BESIDE = {"machine": "explain.by_machine", "group": "explain.together"}


def _named(reader: Reader, reason: Reason) -> str:
    label = reader.label(reason.label)
    if reason.axis in BESIDE:
        return reader.say(BESIDE[reason.axis], rule=reason.rule, what=label)
    return f"{reason.rule}: {label}" if label else reason.rule
