"""What the rules call somebody, how they came, what they are interested in."""

from __future__ import annotations

from typing import Any

from connector.cli.explained.reader import Reader
from connector.cli.explained.standing import phase_of
from connector.decide.explanation import Language
from connector.decide.explanation.obstacles import name_of
from connector.model.person.touch import Touch
from connector.report.explain.belonging import Belonging

MOST = 5  # assets shown


def show_belonging(reader: Reader, found: Belonging) -> None:
    """Nothing at all where no rule says anything."""
    words = reader.words
    lines = []
    for one, facts in found.placed:
        because = words.listed(_fact(reader, name, value) for name, value in facts.items())
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


def _fact(reader: Reader, name: str, value: Any) -> str:
    """`job title Head of Purchasing`, in the reader's language."""
    plain = kind_of(value, reader.words) if name == "first_touch_kind" else value
    return f"{name_of(name, reader.words)} {reader.words.plain(plain)}"


def kind_of(kind: str, words: Language) -> str:
    """A kind of activity by its usual name."""
    return words.sentences.get(f"kind.{kind}", kind.replace("_", " "))


def _touch(reader: Reader, touch: Touch) -> str:
    if touch.evidence != "activity":
        field = name_of(touch.asset, reader.words)
        return ": " + reader.say(f"explain.touch.{touch.evidence}", field=field)
    return f": {kind_of(touch.kind, reader.words)} {touch.asset}".rstrip()


def _interest(reader: Reader, found: Belonging) -> None:
    if not found.interests.topics:
        return
    words, liked = reader.words, found.interests
    topics = words.listed(f"{name} {words.number(round(v, 1))}" for name, v in liked.topics)
    phase = (
        f" ({reader.say('interest.phase', phase=phase_of(liked.phase, reader))})"
        if liked.phase
        else ""
    )
    reader.line("\n" + reader.say("interest.topics", topics=topics) + phase)
    for one in found.content[:MOST]:
        cell = one.cell
        about = words.listed(filter(None, (cell.topic, cell.kind, phase_of(cell.phase, reader))))
        reader.line(f"  {reader.day(one.last)}  {one.times} × {one.asset}: {about}", "dim")
