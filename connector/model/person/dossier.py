"""One contact, whole, as the evaluator gets it; and what the evaluator gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from connector.model.person.contact import Contact
from connector.model.person.decision import Decision, Strength
from connector.model.person.standing import Standing
from connector.model.problem import Problem
from connector.model.systems.change import Change
from connector.model.systems.ref import Ref


class Image(NamedTuple):
    """A property that shows `written` because of a plan that was taken back, and had the form `base` before."""

    ref: Ref
    property: str
    written: Any
    base: Any


@dataclass(frozen=True, slots=True)
class Dossier:
    """A due contact with its strengths at the moment of loading and its standing per track.

    `mark` is the due mark's version: facts that arrive after the loading raise it, and then the contact stays due.
    `backfill` says that the contact became due through a backfill or a mass import. `known` is the last row of the ledgers that
    it was loaded from: what a decision must be replayed from. `images` are properties that an undone plan wrote.
    """

    contact: Contact
    strengths: Mapping[str, Strength]
    standings: Mapping[str, Standing]
    mark: int
    backfill: bool = False
    known: int = 0
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """One contact's evaluation. `next_look` None: nothing changes by time alone."""

    dossier: Dossier
    decisions: tuple[Decision, ...]
    changes: tuple[Change, ...]
    next_look: datetime | None
    problems: tuple[Problem, ...] = field(default=())
