"""Who is written on a platform at all, and what happens to the record of somebody who no longer is.

Out of scope nothing is created and nothing written, but an objection: whoever said no has said it everywhere, and a mailing list
is left as soon as no stream wants it. Reading goes on, so that whoever comes back into scope is seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from connector.decide.conditions.condition import Get, compiled, tests
from connector.decide.fields.plan import PlatformPlan, written_to
from connector.decide.fields.sources import ANSWER, facts
from connector.decide.fields.wins import RESTRICTIVE
from connector.model.condition import All, AnyOf, Condition, Not, Test
from connector.model.mapping.field import Field, Form
from connector.model.mapping.mappings import Mappings
from connector.model.mapping.property import Write
from connector.model.person.contact import Contact, Observed
from connector.model.person.decision import Decision
from connector.model.roster import Roster
from connector.model.rules import Rulebook
from connector.model.systems.ref import Ref

DAY = timedelta(days=1)
OUT_OF = "not in scope of "
AFTER = "another hand-over first"
"""Why a contact that is handed over in one track waits in the next: turns are taken one at a time."""
_KEPT = frozenset({"owner", "key", ANSWER})
_WORDS: Mapping[str, str] = {
    "equals": "is not {}",
    "not_equals": "is {}",
    "in": "is not one of {}",
    "not_in": "is one of {}",
    "at_least": "is below {}",
    "above": "is not above {}",
    "at_most": "is above {}",
    "below": "is not below {}",
    "between": "is not between {}",
    "contains": "does not contain {}",
    "contains_any": "contains none of {}",
    "starts_with": "does not start with {}",
    "ends_with": "does not end with {}",
    "matches_path": "does not match {}",
    "has_word": "has no word {}",
    "has_phrase": "does not say {}",
    "has_word_beginning": "has no word that begins with {}",
    "has_form_of": "is no form of {}",
    "domain_in": "is at none of {}",
    "within_last": "is not within the last {}",
    "older_than": "is not older than {}",
    "within_next": "is not within the next {}",
}
_NAMED = 8
"""So many of a list are named; one out of a file may be long."""


def inside(plan: PlatformPlan, get: Get) -> bool:
    """Whether this person is written on the platform; `get` gives what a condition may ask, as `create` may."""
    return plan.scope is None or compiled(plan.scope)(get)


def why_outside(scope: Condition, get: Get) -> tuple[str, ...]:
    """Why not, in the rule's words and without the person's values: `country is not one of DE, AT`. Empty inside."""
    if compiled(scope)(get):
        return ()
    return tuple(dict.fromkeys(_why(scope, get))) or ("nobody is",)


def barred(
    mappings: Mappings, book: Rulebook, decision: Decision, contact: Contact, roster: Roster
) -> str:
    """Why nobody can be handed over: this person is out of scope wherever leads are made. "" where there is a way.

    Told by the facts at the end of `decision`, which handed over.
    """
    plans = written_to(mappings)(book.lifecycle.stages)
    making = [plan for plan in plans if any(kind.create for kind in plan.kinds)]
    if not making or any(plan.scope is None for plan in making):
        return ""
    get = facts(book, decision, contact, roster)
    outside = [plan for plan in making if not inside(plan, get)]
    return OUT_OF + sentence(outside[0], get) if len(outside) == len(making) else ""


def barred_by(waits: Iterable[str]) -> str:
    """What `barred` said when a decision was made, from what it waits for."""
    return next((wait for wait in waits if wait == AFTER or wait.startswith(OUT_OF)), "")


def sentence(plan: PlatformPlan, get: Get) -> str:
    """`salesforce: country is not one of DE, AT`."""
    why = why_outside(plan.scope, get) if plan.scope is not None else ()
    return f"{plan.mapping.platform}: {', '.join(why)}"


def objects(field: Field | None) -> bool:
    """Whether a field holds an objection: it reaches people out of scope, too."""
    return field is not None and field.wins in RESTRICTIVE


def given_up(plan: PlatformPlan, write: Write, seen: Observed | None) -> bool:
    """Whether a property is emptied when its person leaves the scope: only we write it, and what stands there is ours."""
    scope = plan.mapping.scope
    if scope is None or scope.leaving == "freeze" or seen is None or not seen.ours:
        return False
    return not (write.shared or write.on_create_only or write.source in _KEPT)


def nothing(write: Write, form: Form) -> Any:
    """The hub value that empties a property; a checkbox of typed JSON is never null (api-contracts B.8)."""
    return False if write.type == "yes_no" and not form.text else None


def handed_back(
    plan: PlatformPlan, contact: Contact, ref: Ref, seen: Observed | None, roster: Roster
) -> Ref | None:
    """Who gets the record back: its last owner that we did not name. None if somebody changed it since, or that one has left."""
    scope = plan.mapping.scope
    if scope is None or scope.leaving != "hand_back" or seen is None or not seen.ours:
        return None
    before = contact.owned_before.get(ref)
    owner = roster.of(before)
    return before if owner is None or owner.works_in(ref.platform) else None


def lists_left(plan: PlatformPlan, observed: Mapping[str, Observed], stream: str) -> Iterator[str]:
    """Mailing lists that the person is taken off: all of ours, or under `freeze` those no stream wants any more."""
    frozen = plan.mapping.scope is not None and plan.mapping.scope.leaving == "freeze"
    for name, streams in plan.lists.items():
        seen = observed.get(name)
        if seen is not None and seen.form is not False and not (frozen and stream in streams):
            yield name


def _why(condition: Condition, get: Get) -> Iterator[str]:
    if compiled(condition)(get):
        return
    if isinstance(condition, Test):
        yield _of_test(condition, get)
    elif isinstance(condition, Not):
        yield from (f"{test.field} is what it must not be" for test in tests(condition))
    elif isinstance(condition, All | AnyOf):
        for part in condition.parts:
            yield from _why(part, get)


def _of_test(test: Test, get: Get) -> str:
    known = get(test.field) not in (None, "", ())
    if test.operator == "present":
        return f"{test.field} is {'known' if known else 'unknown'}"
    if not known:
        return f"{test.field} is unknown"
    return f"{test.field} {_WORDS[test.operator].format(_spelled(test.value))}"


def _spelled(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_spelled, value[:_NAMED])) + (" …" if len(value) > _NAMED else "")
    if isinstance(value, timedelta):
        return f"{value / DAY:g} days"
    return f"{value:g}" if isinstance(value, float) else str(value)
