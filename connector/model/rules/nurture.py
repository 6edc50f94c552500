"""Nurture streams: one at a time."""

from __future__ import annotations

from dataclasses import dataclass

from connector.model.condition import Condition


@dataclass(frozen=True, slots=True)
class Stream:
    """The first whose condition holds; `asked` streams are entered only through a transition that names them."""

    name: str
    when: Condition
    where: str
    asked: bool = False
    while_working: bool = False  # goes on while sales works the lead
    purpose: str = ""  # of consent; "": only the rules' condition counts


@dataclass(frozen=True, slots=True)
class Nurture:
    """`consent` must hold for any stream."""

    streams: tuple[Stream, ...] = ()
    consent: Condition | None = None
