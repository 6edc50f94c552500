"""What a plan has shown is what apply does, byte for byte; what nobody touched is as before after undo.

The systems are asked, not our store: a company of a few people, an edit of its rules of any kind, people who go on meanwhile.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from edited import KINDS
from hands import Hands
from hypothesis import Phase, event, given, note, settings
from hypothesis import strategies as st
from proofs import unproved
from rehearsed import Rehearsed, rehearsed
from shown import Place, State, bare, differing, new, same, state

from connector.store.rollout.kept import Plan
from connector.store.rollout.remains import Remains
from connector.store.sql.codec import record

kinds = st.sampled_from(list(KINDS))
WAITS = ({"minutes": 3}, {"hours": 2})


@dataclass
class Story:
    """What happened, as the systems showed it each time."""

    of: Rehearsed
    made: Plan
    before: State
    hands: Hands
    applied_to: State = field(default_factory=dict)
    touched: set[int] = field(
        default_factory=set
    )  # whom the store knows to be touched before apply
    again: list[int] = field(default_factory=list)

    def free(self, place: Place) -> bool:
        """Whether nothing has reached whose record that is since the plan was made."""
        contact = self.of.whose().get(place[:3])
        return contact not in self.touched and contact not in self.again


def people(of: Rehearsed, hands: Hands) -> set[int]:
    whose = of.whose()
    return {whose[one] for one in hands.touched if one in whose}


def meanwhile(of: Rehearsed, hands: Hands, deeds: int, **span: float) -> None:
    for _ in range(deeds):
        hands.act()
    if deeds:
        of.live(**span)


def planned_changes(story: Story) -> Iterator[tuple[Place, object]]:
    for effect in story.of.effects.values():
        for change in effect.fresh():
            yield from (((*change.ref, name), value) for name, value in change.fields.items())


def done_as_planned(story: Story) -> None:
    """Decisions by their bytes; what the systems show by the values that the plan named, and no others."""
    of, made = story.of, story.made
    exact = {c: e for c, e in of.effects.items() if c not in story.touched and c not in story.again}
    rows = of.rows("SELECT contact, track, body FROM decision WHERE id > ?", made.known)
    found = {(contact, track): bare(body, made.known) for contact, track, body in rows}
    for contact, effect in exact.items():
        for one in effect.after.decisions:
            told = found.get((contact, one.track))
            assert told is None or told == bare(record(one), made.known)
            assert told is not None or not one.changed
    before = story.applied_to
    of.send()
    after = state(of.house)
    whose, wanted = of.whose(), dict(planned_changes(story))
    made_now = new(before, after)
    asked = {change.contact for e in exact.values() for change in e.fresh() if change.create}
    assert {whose[one] for one in made_now if one in whose and story.free((*one, ""))} == {
        change.contact
        for e in exact.values()
        for change in e.fresh()
        if change.create and change.ref.kind != "Task"
    }
    for place, (was, becomes) in differing(before, after).items():
        if place[:3] not in made_now and story.free(place):
            assert place in wanted, f"nobody planned {place}: {was} -> {becomes}"
            assert same(becomes, wanted[place]), place
    for place, value in wanted.items():
        if not place[2].startswith("new:") and story.free(place) and place in after:
            assert same(after[place], value), place
    assert asked <= {*exact}


def taken_back(story: Story, left: Remains, later: Hands, shown: State, until: State) -> None:
    """`shown` by the systems just before, `until` just after the undo."""
    of, whose = story.of, story.of.whose()
    touched = people(of, story.hands) | people(of, later)
    kept = set(left.moved_on_first)
    for place, was in story.before.items():
        contact = whose.get(place[:3])
        if place[1] != "Task" and contact not in touched and contact not in kept:
            assert until.get(place) == was, f"{place}: {was}, then {shown.get(place)}"
    live = {
        contact
        for (contact,) in of.rows(
            "SELECT d.contact FROM decision d LEFT JOIN applied a ON a.decision = d.id WHERE d.id > ? AND a.plan IS NULL",
            story.made.known,
        )
    }
    assert kept <= live  # nobody keeps what the plan alone has given them
    for place, value in later.edited.items():
        if whose.get(place[:3]) not in people(of, story.hands) and later.only_typed(place[:3]):
            assert until.get(place) in (value, story.before.get(place))
    by_hand = {one for one in new(shown, until) if whose.get(one) in touched}
    assert new(shown, until) <= by_hand  # nobody is handed over again, no task is made anew
    listed = {(one.platform, one.kind, one.id) for one in left.made_first}
    ours = new(story.applied_to, shown) - later.touched
    assert ours <= listed
    assert ours <= {place[:3] for place in until}  # nothing is deleted


@pytest.mark.hypothesis
@settings(
    max_examples=6, phases=[Phase.explicit, Phase.reuse, Phase.generate]
)  # each is told whole
@given(
    first=kinds,
    waiting=st.lists(kinds, min_size=1, max_size=3, unique=True),
    crowd=st.integers(3, 8),
    acts=st.integers(6, 30),
    between=st.sampled_from((0, 0, 1, 3)),
    after=st.sampled_from((0, 1, 3)),
    wait=st.sampled_from(WAITS),
    seed=st.integers(0, 2**32 - 1),
)
def test_done_as_planned_and_taken_back(first, waiting, crowd, acts, between, after, wait, seed):
    dice = random.Random(seed)
    with (
        tempfile.TemporaryDirectory() as folder,
        rehearsed(Path(folder), first, waiting, crowd, acts, dice) as of,
    ):
        if of is None:
            event("nothing to be edited, or never at rest")
            return
        note("; ".join(of.edits))
        story = Story(of, of.plan(), state(of.house), Hands(of.house, dice))
        assert story.made.figures["anyway"] == 0  # at rest the rules in force want nothing
        assert {one["contact"] for one in story.made.figures["samples"]} <= {*of.effects}
        meanwhile(of, story.hands, between, minutes=4)
        story.touched, story.applied_to = of.touched(story.made), state(of.house)
        assert people(of, story.hands) <= story.touched
        story.again = of.apply(story.made).again
        for contact in story.again:  # only for a turn that somebody else has taken meanwhile
            assert between
            assert any(one.routing for one in of.effects[contact].after.decisions)
        done_as_planned(story)
        of.live(**wait)
        later = Hands(of.house, dice)
        meanwhile(of, later, after, minutes=4)
        left, shown = of.remains(story.made), state(of.house)
        of.undo(story.made)
        of.live(minutes=4)
        taken_back(story, left, later, shown, state(of.house))
        assert of.house.second_pass() == 0
        assert list(unproved(of.house)) == []
        event(
            f"moved: {min(story.made.affected, 3)}, handed over: {story.made.figures['handed_over'] > 0}"
        )
