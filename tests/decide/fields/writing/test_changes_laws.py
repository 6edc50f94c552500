"""Laws of writing, over random worlds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.decide.fields.forms import equal_forms
from connector.decide.fields.inherit import reads, writes
from connector.decide.fields.resolve import fields_of
from connector.decide.fields.writing.changes import changes
from connector.model.mapping.mappings import Mappings
from connector.model.person.contact import Contact
from connector.model.person.decision import Decision
from connector.model.person.standing import Handover, Shown, Standing
from connector.model.roster import Roster
from connector.model.rules import Rulebook
from connector.model.systems.change import Change
from connector.model.systems.ref import Ref

REFS = (
    Ref("hubspot", "contacts", "1"),
    Ref("hubspot", "contacts", "2"),
    Ref("salesforce", "Lead", "00Q000000000001AAA"),
    Ref("salesforce", "Lead", "00Q000000000002AAA"),
    Ref("salesforce", "Contact", "003000000000001AAA"),
)
TEXTS = st.sampled_from([None, "", "Anna", " Anna ", "a rather long job title", "x" * 90])
FORMS: dict[str, st.SearchStrategy[Any]] = {
    "email": st.sampled_from([None, "a@x.example", "A@X.example", "b@x.example", "broken"]),
    "text": TEXTS,
    "choice": TEXTS,
    "phone": st.sampled_from([None, "0511 123456", "+49511123456", "+49 40 9876543", "call"]),
    "country": st.sampled_from([None, "DE", "Germany", "Austria", "Atlantis"]),
    "language": st.sampled_from([None, "de", "en"]),
    "yes_no": st.sampled_from([None, "true", False]),
    "owner": st.sampled_from([None, "005000000000001AAA", "005000000000002AAA"]),
    "datetime": st.sampled_from([None, "2026-11-21T10:00:00Z", "2026-11-21T12:00:00.000+0000"]),
    "number": st.sampled_from([None, "47", 47.0, 3]),
}
After = Callable[[float], datetime]


def draw_contact(
    data: st.DataObject, mappings: Mappings, contact_of: Callable[..., Contact], after: After
) -> Contact:
    refs = data.draw(st.lists(st.sampled_from(REFS), min_size=1, unique=True))
    observed = {}
    for ref in refs:
        platform = mappings.platforms[ref.platform]
        record = platform.records[ref.kind]
        types = {
            line.property: line.type
            for line in (*writes(platform, record), *reads(platform, record))
        }
        shown = data.draw(
            st.fixed_dictionaries({}, optional={k: FORMS[t] for k, t in types.items()})
        )
        observed.update(contact_of({ref: shown}, after(data.draw(st.integers(0, 3)))).observed)
    return Contact(1, "k1", tuple(refs), fields_of(mappings, observed), observed=observed)


def draw_decision(
    data: st.DataObject, decided: Callable[..., Decision], roster: Roster, after: After
) -> Decision:
    stages = st.sampled_from(["Lead", "MQL", "SQL", "SAL"])
    given_over = data.draw(
        st.none()
        | st.builds(
            Handover,
            st.integers(0, 4).map(after),
            st.just("x"),
            st.integers(1, 3),
            st.none() | st.just(after(60)),
            st.none() | st.just(after(5)),
        )
    )
    return decided(
        data.draw(st.builds(Standing, stage=stages)),
        stage=data.draw(stages),
        owner=data.draw(st.sampled_from(["", "gone@x.example", *roster.owners])),
        stream=data.draw(st.sampled_from(["", "seals-de", "seals-en", "seals-at", "other"])),
        handover=given_over,
        overdue=data.draw(st.booleans()),
        shown=data.draw(st.none() | st.just(Shown(after(0), "A", "hot", 80.0, 50.5, "Why"))),
    )


class World:
    """One contact and the decision about it."""

    def __init__(
        self, contact: Contact, decision: Decision, wanted: Callable[[Contact], tuple[Change, ...]]
    ) -> None:
        self.contact, self.decision, self.wanted = contact, decision, wanted


def draw_world(
    data: st.DataObject,
    mappings: Mappings,
    roster: Roster,
    book: Rulebook,
    contact_of: Callable[..., Contact],
    decided: Callable[..., Decision],
    after: After,
) -> World:
    contact = draw_contact(data, mappings, contact_of, after)
    decision = draw_decision(data, decided, roster, after)
    return World(contact, decision, lambda c: changes(decision, c, mappings, roster, book)[0])


@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_what_was_written_is_not_written_again(
    mappings: Mappings,
    roster: Roster,
    book: Rulebook,
    contact_of: Callable[..., Contact],
    decided: Callable[..., Decision],
    settled: Callable[..., Contact],
    after: After,
    data: st.DataObject,
) -> None:
    world = draw_world(data, mappings, roster, book, contact_of, decided, after)
    then = settled(world.contact, world.wanted(world.contact), after(9))
    assert world.wanted(then) == ()


@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_a_change_names_only_what_differs_and_is_not_the_system_s_own(
    mappings: Mappings,
    roster: Roster,
    book: Rulebook,
    contact_of: Callable[..., Contact],
    decided: Callable[..., Decision],
    after: After,
    data: st.DataObject,
) -> None:
    world = draw_world(data, mappings, roster, book, contact_of, decided, after)
    contact = world.contact
    for change in world.wanted(contact):
        if change.create:
            assert change.base == {}
            continue
        platform = mappings.platforms[change.ref.platform]
        lines = {w.property: w for w in writes(platform, platform.records[change.ref.kind])}
        seen = contact.observed[change.ref]
        assert change.fields
        for key, form in change.fields.items():
            before = seen[key].form if key in seen else None
            assert change.base[key] == before
            line = lines.get(key)
            if line is None:
                assert key.startswith("list:")
                assert form is not bool(before)
                continue
            assert not equal_forms(line, platform.form, form, before)
            winner = contact.fields.get(line.source)
            if winner is not None and line.source == "opted_out":
                assert (
                    winner.source != change.ref
                )  # an objection holds for every record of the person
            elif winner is not None and line.source not in ("owner", "interests"):
                assert winner.source.platform != change.ref.platform
            if winner is None and line.shared and line.source != "owner":
                raise AssertionError(f"{key} cleared a value that is not ours")


@given(data=st.data())
def test_the_order_of_records_changes_nothing(
    mappings: Mappings,
    roster: Roster,
    book: Rulebook,
    contact_of: Callable[..., Contact],
    decided: Callable[..., Decision],
    after: After,
    data: st.DataObject,
) -> None:
    world = draw_world(data, mappings, roster, book, contact_of, decided, after)
    contact = world.contact
    observed: Mapping[Ref, Any] = dict(reversed(contact.observed.items()))
    other = replace(contact, observed=observed, fields=fields_of(mappings, observed))
    assert world.wanted(other) == world.wanted(contact)


@given(data=st.data())
def test_a_system_alone_is_told_only_what_we_decided(
    mappings: Mappings,
    roster: Roster,
    book: Rulebook,
    contact_of: Callable[..., Contact],
    decided: Callable[..., Decision],
    after: After,
    data: st.DataObject,
) -> None:
    world = draw_world(data, mappings, roster, book, contact_of, decided, after)
    ref = world.contact.refs[0]
    observed = {ref: world.contact.observed[ref]}
    alone = replace(
        world.contact, refs=(ref,), observed=observed, fields=fields_of(mappings, observed)
    )
    for change in world.wanted(alone):
        if change.ref == ref:
            assert set(change.shared) <= {"OwnerId", "interests", "Interests__c"}
