"""What the rules call somebody, how they came, what they are interested in."""

from __future__ import annotations

from connector.cli.explained.reader import Reader
from connector.model.person.touch import Touch
from connector.report.explain.belonging import Belonging

MOST = 5  # assets shown


def show_belonging(reader: Reader, found: Belonging) -> None:
    """Nothing at all where no rule says anything."""
    words = reader.words
    lines = []
    for one, facts in found.placed:
        because = words.listed(f"{name} {words.plain(value)}" for name, value in facts.items())
        rule = f"{one.rule}, {one.where}" if one.rule not in ("", one.value) else one.where
        lines.append(
            reader.say("explain.placed", what=reader.say(f"fact.{one.what}"), value=one.value)
            + (f" ({rule})" if rule else "")
            + (f": {because}" if because else "")
        )
    if found.placed and found.first_touch is not None:
        lines.append(
            reader.say("explain.touch", at=reader.at(found.first_touch.at))
            + _touch(reader, found.first_touch)
        )
    if lines:
        reader.line("\n" + lines[0])
    for line in lines[1:]:
        reader.line(line)
    _interest(reader, found)


def _touch(reader: Reader, touch: Touch) -> str:
    if touch.evidence != "activity":
        return ": " + reader.say(f"explain.touch.{touch.evidence}", field=touch.asset)
    return f": {touch.kind} {touch.asset}".rstrip()


def _interest(reader: Reader, found: Belonging) -> None:
    if not found.interests.topics:
        return
    words, liked = reader.words, found.interests
    topics = words.listed(f"{name} {words.number(round(v, 1))}" for name, v in liked.topics)
    phase = f" ({reader.say('interest.phase', phase=liked.phase)})" if liked.phase else ""
    reader.line("\n" + reader.say("interest.topics", topics=topics) + phase)
    for one in found.content[:MOST]:
        about = words.listed(filter(None, (one.cell.topic, one.cell.kind, one.cell.phase)))
        reader.line(f"  {reader.day(one.last)}  {one.times} × {one.asset}: {about}", "dim")
