"""Which stream somebody is in: the asked one, the step of a ladder, the one they are in, the first that fits."""

from __future__ import annotations

from dataclasses import dataclass

from connector.decide.consent import agrees
from connector.decide.instant import Instant
from connector.decide.nurture.hold_out import Drawn, drawn, out
from connector.decide.nurture.ladder import climb, step
from connector.decide.nurture.stays import Stays, entered, in_it, left, stay_of, used_up
from connector.model.person.standing import Standing
from connector.model.person.stay import Climb
from connector.model.rules import Stream

NO_CONSENT = "no consent"
WORKING = "sales works the lead"
OTHER = "another stream comes first"


@dataclass(frozen=True, slots=True)
class Nurtured:
    """`held_out` names the stream somebody would be in; `stream` is "" then."""

    stream: str
    held_out: str
    stays: Stays
    draws: Drawn
    climb: Climb | None


def nurtured(at: Instant, standing: Standing, asked: str) -> Nurtured:
    """What a standing says of streams at this instant. None without consent, or while sales works the lead."""
    nurture, now = at.book.nurture, at.now
    if not at.ready.streams and in_it(standing.stays) is None:
        return Nurtured("", "", standing.stays, standing.drawn, None)
    search = _Search(at, standing)
    climbing = search.climb()
    rule = search.stream(asked, climbing)
    name = "" if rule is None else rule.name
    stays, draws = standing.stays, standing.drawn
    there = in_it(stays)
    if name:
        draws = drawn(nurture.hold_out, standing, at.facts.contact.key, name)
    if there is not None and there.stream != name:
        why = search.why_left(there.stream, name)
        exhausted = why.startswith("exhausted")
        stays = left(stays, why, now, search.mails, exhausted=exhausted)
    if rule is not None and (there is None or there.stream != name):
        stays = entered(stays, rule, standing.stage, now, search.mails)
    held = out(nurture.hold_out, draws, name)
    return Nurtured("" if held else name, name if held else "", stays, draws, climbing)


class _Search:
    """One contact's streams at one moment."""

    __slots__ = ("at", "barred", "mails", "standing", "working")

    def __init__(self, at: Instant, standing: Standing) -> None:
        self.at, self.standing = at, standing
        counted = at.strengths.get(at.book.nurture.mails)
        self.mails = 0.0 if counted is None else counted.sum
        self.working = standing.stage in at.book.lifecycle.working
        self.barred = f"excluded: {at.excluded}" if at.excluded else ""
        if not self.barred and not at.ready.may_mail(at.facts.get):
            self.barred = NO_CONSENT

    def climb(self) -> Climb | None:
        barred = self.barred or (WORKING if self.working else "")
        return climb(self.at, self.standing, barred)

    def stream(self, asked: str, climbing: Climb | None) -> Stream | None:
        if self.barred:
            return None
        named = self._named(asked)
        if named is not None:
            return named
        on = step(self.at.ready, climbing, self.at.now)
        return (self._staying() or self._first()) if on is None else self._named(on)

    def _named(self, name: str) -> Stream | None:
        """The stream that somebody asks for, as far as they may be in it."""
        rule = self.at.book.nurture.stream(name)
        if rule is None or not self._open(rule) or self._ended(rule):
            return None
        return rule if self._stays(rule) or self._holds(rule) else None

    def _stays(self, rule: Stream) -> bool:
        """Whether they are in it, and stay until it ends."""
        there = in_it(self.standing.stays)
        return rule.until is not None and there is not None and there.stream == rule.name

    def _staying(self) -> Stream | None:
        there = in_it(self.standing.stays)
        rule = None if there is None else self.at.book.nurture.stream(there.stream)
        if rule is None or rule.until is None or rule.asked or not self._open(rule):
            return None
        return None if self._ended(rule) else rule

    def _first(self) -> Stream | None:
        for rule, holds in self.at.ready.streams:
            free = not rule.asked and self._open(rule)
            if free and holds(self.at.facts.get) and not self._ended(rule):
                return rule
        return None

    def _open(self, rule: Stream) -> bool:
        """Whether consent, sales and the stream itself leave a way in."""
        if not agrees(self.at.facts.contact.consents, rule.purpose):
            return False
        return (rule.while_working or not self.working) and not self._used_up(rule)

    def _used_up(self, rule: Stream) -> str:
        return used_up(rule, stay_of(self.standing.stays, rule.name), self.at.now, self.mails)

    def _holds(self, rule: Stream) -> bool:
        return next(holds for one, holds in self.at.ready.streams if one is rule)(self.at.facts.get)

    def _ended(self, rule: Stream) -> bool:
        ends = self.at.ready.endings.get(rule.name)
        return ends is not None and ends(self.at.facts.get)

    def why_left(self, stream: str, instead: str) -> str:
        """Why somebody is not in this stream any more."""
        rule = self.at.book.nurture.stream(stream)
        if rule is None:
            return "the rules know it no more"
        if self.barred:
            return self.barred
        if not agrees(self.at.facts.contact.consents, rule.purpose):
            return NO_CONSENT
        if self.working and not rule.while_working:
            return WORKING
        if why := self._used_up(rule):
            return why
        if self._ended(rule):
            return "its end has come"
        return OTHER if instead else "its condition holds no more"
