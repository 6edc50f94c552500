"""Why somebody is called what the rules call them: b2b or b2c, targeted, origin, channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connector.config.trials.course import Came
from connector.config.trials.rows import Row
from connector.decide.explanation import Language
from connector.decide.explanation.obstacles import obstacles, told
from connector.model.rules import Placing, Rulebook


def placed(book: Rulebook, came: Came, row: Row, words: Language) -> Iterator[str]:
    """The rule that said it, and why those did not that would have said what was expected."""
    for one in came.decision.placed:
        if one.what == row.what:
            yield f"{one.where} {one.rule or 'no rule holds'}: says {_plain(one.value)}".lstrip()
    for rule in _rules(book)[row.what]:
        found = obstacles(rule.when, came.get, book.lifecycle.stages)
        if found and row.expected == _plain(rule.value):
            yield f"{rule.where} {rule.name}: {', '.join(told(one, words) for one in found)}"
    if row.what == "channel":
        kind, asset = came.get("first_touch_kind"), came.get("first_touch_asset")
        yield f"the first touch: {' '.join(filter(None, (kind, asset))) or 'no activity'}"


def _rules(book: Rulebook) -> Mapping[str, tuple[Placing, ...]]:
    rules = book.classification
    return {
        "classification": rules.kinds,
        "targeted": rules.targeted,
        "origin": rules.origins,
        "channel": tuple(
            Placing(channel.name, channel.name, channel.match, channel.where)
            for channel in book.channels
            if channel.match is not None
        ),
    }


def _plain(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else value
