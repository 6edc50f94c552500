"""What rules/lifecycle.yaml compiles to, and that all of it is in the digest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from connector.config import compile_text
from connector.model.condition import ALWAYS
from connector.model.condition import Test as Asked
from connector.model.person.standing import MAIN
from connector.model.rules import Ask, Lifecycle, Need

FILE = "rules/lifecycle.yaml"
SERVICE = "{name: service, label: Service, when: {stage.main: {equals: Customer}}, start: Lead}"
ADDED = {
    "allow_skip": "allow_skip: true",
    "renamed": "renamed: {Old: Older, Older: MQL}",
    "ask": "ask: [{name: a, fields: [email], stream: long-term, task: Ask, keep: 5d}]",
    "guard": "guard: [{name: g, when: {customer: {equals: true}}}]",
    "tracks": f"tracks: [{{name: main, label: Seals}}, {SERVICE}]",
}


def compiled(house: Mapping[str, str], old: str, new: str) -> tuple[Lifecycle, str]:
    assert old in house[FILE]
    loaded = compile_text({**house, FILE: house[FILE].replace(old, new, 1)})
    assert loaded.book is not None, [str(problem) for problem in loaded.problems]
    return loaded.book.lifecycle, loaded.book.digest


def added(house: Mapping[str, str], line: str) -> tuple[Lifecycle, str]:
    return compiled(house, "start: Prospect", f"{line}\nstart: Prospect")


def test_every_line_is_a_value(house: Mapping[str, str]) -> None:
    cycle, _ = added(house, "\n".join(ADDED.values()))
    assert cycle.skip
    assert dict(cycle.renamed) == {"Old": "MQL", "Older": "MQL"}
    assert cycle.asks == (
        Ask("a", ("email",), "rules/lifecycle.yaml:5", "long-term", "Ask", timedelta(days=5)),
    )
    assert [(guard.name, guard.where) for guard in cycle.guards] == [
        ("g", "rules/lifecycle.yaml:6")
    ]
    (service,) = cycle.tracks
    assert isinstance(service.when, Asked)
    assert (service.name, service.start, service.when.field) == ("service", "Lead", "stage.main")
    assert [cycle.label(name) for name in (MAIN, "service")] == ["Seals", "Service"]


def test_needs_of_everybody_and_of_some(house: Mapping[str, str]) -> None:
    some = "[email, {field: phone, when: {grade: {equals: A}}}]"
    cycle, _ = compiled(house, "hand_over_needs: [email]", f"hand_over_needs: {some}")
    assert cycle.required == ("email",)
    (need,) = cycle.needs
    assert isinstance(need, Need)
    assert (need.field, need.when != ALWAYS) == ("phone", True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *(("start: Prospect", f"{line}\nstart: Prospect") for line in ADDED.values()),
        ("hand_over_needs: [email]", "hand_over_needs: [email, phone]"),
        (
            "hand_over_needs: [email]",
            "hand_over_needs: [{field: email, when: {grade: {equals: A}}}]",
        ),
        ("breaks_rest: true}", "breaks_rest: true, needs: [phone]}"),
        ("breaks_rest: true}", "breaks_rest: true, despite_guard: true}"),
    ],
)
def test_whatever_decides_is_in_the_digest(house: Mapping[str, str], old: str, new: str) -> None:
    _, before = compiled(house, "version: 1", "version: 1")
    assert compiled(house, old, new)[1] != before


@pytest.mark.parametrize("line", ["track: main", "track: [main]"])
def test_where_a_signal_counts_is_in_the_digest(house: Mapping[str, str], line: str) -> None:
    file = "rules/scoring.yaml"
    text: Any = house[file].replace("{name: sample_order, ", f"{{name: sample_order, {line}, ", 1)
    assert text != house[file]
    one, other = compile_text(house).book, compile_text({**house, file: text}).book
    assert one is not None
    assert other is not None
    assert one.digest != other.digest
    signal = next(s for s in other.scoring.activities.signals if s.name == "sample_order")
    kept = next(s for s in one.scoring.activities.signals if s.name == "sample_order")
    assert (signal.tracks, signal.digest) == (("main",), kept.digest)  # its kept sum stays
