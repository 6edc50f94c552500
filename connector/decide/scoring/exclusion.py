"""Who is excluded, by which rule, since when and until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from connector.decide.facts import Facts
from connector.decide.ready import Ready
from connector.decide.sales.outcomes import told_by_sales
from connector.model.person.standing import Standing
from connector.model.rules import Exclusion

Since = tuple[tuple[str, datetime], ...]


def ends(rule: Exclusion, since: datetime) -> datetime | None:
    """When an exclusion that began then is over, whatever becomes of its condition; None: never."""
    after = None if rule.span is None else since + rule.span
    return min((moment for moment in (after, rule.until) if moment is not None), default=None)


class InForce(NamedTuple):
    """An exclusion that keeps somebody out; `until` None: as long as its condition holds."""

    rule: Exclusion
    since: datetime
    until: datetime | None


def in_force(rules: Iterable[Exclusion], standing: Standing, now: datetime) -> tuple[InForce, ...]:
    """What the standing's exclusions come to at `now`, in the order of the rules."""
    begun = dict(standing.excluding)
    noted = [(rule, begun[rule.name]) for rule in rules if rule.name in begun]
    found = [InForce(rule, since, ends(rule, since)) for rule, since in noted]
    return tuple(one for one in found if one.until is None or now < one.until)


def excluded(ready: Ready, facts: Facts, standing: Standing, now: datetime) -> tuple[str, Since]:
    """The reason of the first exclusion in force ("" if none is), and since when each condition has held.

    One whose time is over stays noted as long as its condition holds: its time does not begin again.
    """
    if not ready.exclusions:
        return "", ()
    if ready.sales_exclude:
        facts.tell(**told_by_sales(ready.book, facts.contact, standing))
    reason, noted, before = "", [], dict(standing.excluding)
    for rule, holds in ready.exclusions:
        since = before.get(rule.name, now)
        end = ends(rule, since)
        runs = end is None or now < end
        lasts = rule.stays and runs and rule.name in before
        if lasts or holds(facts.get):
            noted.append((rule.name, since))
            reason = reason or (rule.reason if runs else "")
    return reason, tuple(noted)
