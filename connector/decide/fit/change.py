"""Wanted changes as far as the systems can take them: what does not fit waits with its cause, the rest goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from connector.decide.fit.kind import Fits, KindFit
from connector.decide.fit.value import Misfit
from connector.model.person.contact import Contact
from connector.model.problem import Problem
from connector.model.systems.change import Change

WHO = "WhoId"
"""The property by which a follow-up task names its person (api-contracts B.8)."""


def fitted(
    changes: Sequence[Change], contact: Contact, fits: Fits
) -> tuple[tuple[Change, ...], tuple[Problem, ...]]:
    """The changes without what would be refused, and why. A create that lacks a required property waits whole, and its task."""
    if not changes or not fits:
        return tuple(changes), ()
    going: list[Change] = []
    troubles: dict[str, list[tuple[str, str, Misfit]]] = {}
    stays: set[str] = set()  # records that are not created now
    for change in changes:
        fit = fits.get(change.ref[:2])
        if fit is None:
            going.append(change)
            continue
        kept = _fitted(change, contact, fit, troubles)
        if kept is not None:
            going.append(kept)
        elif change.create:
            stays.add(str(change.ref))
    return tuple(each for each in going if _person(each) not in stays), tuple(_problems(troubles))


def _fitted(
    change: Change,
    contact: Contact,
    fit: KindFit,
    troubles: dict[str, list[tuple[str, str, Misfit]]],
) -> Change | None:
    if not fit.visible or (change.create and not fit.creates):
        return None
    left_out = fit.misfits(change.fields, _shown(contact, change), create=change.create)
    for name, why in left_out.items():
        if why is not None:
            trouble = (f"{change.ref.kind}.{name}", fit.lines.get(name, ""), why)
            troubles.setdefault(why.code, []).append(trouble)
    if change.create and fit.waits(left_out):
        return None
    if not left_out:
        return change
    fields = _without(change.fields, left_out)
    if not fields:
        return None
    return replace(
        change,
        fields=fields,
        base=_without(change.base, left_out),
        values=_without(change.values, left_out),
        shared=tuple(name for name in change.shared if name not in left_out),
        over=_without(change.over, left_out),
    )


def _shown(contact: Contact, change: Change) -> Mapping[str, Any]:
    return {name: seen.form for name, seen in contact.observed.get(change.ref, {}).items()}


def _without(members: Mapping[str, Any], names: Mapping[str, object]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if name not in names}


def _person(change: Change) -> str:
    """The record a task hangs on; "" for anything else."""
    who = change.fields.get(WHO)
    return str(who.get("ref", "")) if isinstance(who, dict) else ""


def _problems(troubles: Mapping[str, Sequence[tuple[str, str, Misfit]]]) -> Iterator[Problem]:
    """One a code: the shelf keeps one row for a contact and a code."""
    for code, found in troubles.items():
        first = dict.fromkeys((name, why.text) for name, _, why in found)
        text = "; ".join(f"{name} {said}" for name, said in first)
        _, where, why = found[0]
        hint = ": ".join(each for each in (why.hint, where) if each)
        yield Problem("", text, hint, code=code)
