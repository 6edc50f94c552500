"""rules/cases: people, happenings and moments that can be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from connector.config.contents import Files
from connector.config.documents import CaseDocument
from connector.config.documents.cases import (
    AnswerDocument,
    DeedDocument,
    RepDocument,
    ThenDocument,
)
from connector.config.lint.conditions.vocabulary import Vocabulary
from connector.config.lint.expected import Known, check_expected, expects, known_names
from connector.config.lint.names import declared, twice
from connector.config.lint.scoring.signals import details
from connector.config.yaml import Path, Source
from connector.decide.fields.normal import normalise
from connector.decide.fields.normal.currency import is_code
from connector.model.person.standing import MAIN
from connector.model.problem import Problem

TEXTS = frozenset({"text", "email", "phone", "choice"})
Step = CaseDocument | ThenDocument
Kinds = Mapping[str, tuple[str, ...]]  # of activities, with the details they have


def check_cases(files: Files, words: Vocabulary) -> Iterator[Problem]:
    kinds = details(files) if files.whole("mappings/") else None
    known = known_names(files, words)
    for file in files.cases:
        cases = file.document.cases
        yield from twice(
            "case", file.source, ((case.name, ("cases", i, "name")) for i, case in enumerate(cases))
        )
        for index, case in enumerate(cases):
            yield from _Case(files, known, kinds, file.source).problems(case, ("cases", index))


def _later(then: ThenDocument, before: datetime) -> datetime:
    try:
        return (then.at or before) + (then.after or timedelta(0))
    except OverflowError:  # beyond the calendar: told when it is played
        return before


class _Case:
    """The checks of one case, with what they look things up in."""

    __slots__ = ("files", "kinds", "known", "source")

    def __init__(self, files: Files, known: Known, kinds: Kinds | None, source: Source) -> None:
        self.files, self.known, self.kinds, self.source = files, known, kinds, source

    def problems(self, case: CaseDocument, path: Path) -> Iterator[Problem]:
        people = [case.account_owner, case.record_owner, case.before.owner]
        steps: tuple[Step, ...] = (case, *case.then)
        for name, rep in (pair for step in steps for pair in step.owners.items()):
            people += [name, rep.manager]
        known = self.known.with_people(name.lower() for name in people if name)
        yield from self._step(case, path, case.now)
        yield from self._before(case, path)
        yield from check_expected(case.expect, self.source, (*path, "expect"), known)
        last: Path = (*path, "then", len(case.then) - 1) if case.then else (*path, "expect")
        if not expects(case.then[-1].expect if case.then else case.expect):
            hint = "name a stage, grade, band, owner …"
            yield Problem(self.source.at(*last), "nothing is expected", hint)
        moment = case.now
        for number, then in enumerate(case.then):
            inner: Path = (*path, "then", number)
            yield from self._moment(then, inner, moment)
            moment = max(moment, _later(then, moment))
            yield from self._step(then, inner, moment)
            yield from check_expected(then.expect, self.source, (*inner, "expect"), known)

    def _moment(self, then: ThenDocument, path: Path, before: datetime) -> Iterator[Problem]:
        where = self.source.at(*path)
        if (then.after is None) == (then.at is None):
            yield Problem(
                where, "a step has one moment", "write either after: 3d, or at: with a moment"
            )
        elif then.at is not None and then.at < before:
            yield Problem(
                self.source.at(*path, "at"),
                "this lies before the step before it",
                "put the steps in the order of time",
            )

    def _step(self, step: Step, path: Path, moment: datetime) -> Iterator[Problem]:
        yield from self._values(step.person, (*path, "person"))
        yield from self._values(step.account, (*path, "account"))
        yield from self._purposes(step.consent, (*path, "consent"))
        yield from self._reps(step.owners, (*path, "owners"))
        for number, deed in enumerate(step.activities):
            where = self.source.at(*path, "activities", number, "kind")
            yield from declared("kind of activity", deed.kind, self.kinds, where)
            yield from self._details(deed, (*path, "activities", number, "detail"))
        yield from self._late(step.activities, (*path, "activities"), moment)
        yield from self._late(step.outcomes, (*path, "outcomes"), moment)

    def _details(self, deed: DeedDocument, path: Path) -> Iterator[Problem]:
        known = None if self.kinds is None else self.kinds.get(deed.kind)
        for name in deed.detail:
            yield from declared("detail", name, known, self.source.key(*path, name))

    def _late(
        self, several: Iterable[DeedDocument | AnswerDocument], path: Path, moment: datetime
    ) -> Iterator[Problem]:
        for number, one in enumerate(several):
            if one.at > moment:
                yield Problem(
                    self.source.at(*path, number, "at"),
                    "this happens after the moment of the decision",
                    "put it into a later step, under then",
                )

    def _before(self, case: CaseDocument, path: Path) -> Iterator[Problem]:
        words, others = self.known.words.words, case.before.stages
        stages, streams, tracks = (words.get(word) for word in ("stage", "stream", "track"))
        inner = (*path, "before")
        for noun, name, names, at in (
            ("stage", case.stage, stages, (*path, "stage")),
            ("stage", case.before.peak, stages, (*inner, "peak")),
            ("track", case.before.track, tracks, (*inner, "track")),
            *(("stage", stage, stages, (*inner, "stages", name)) for name, stage in others.items()),
            *(("track", name, tracks, (*inner, "stages", name)) for name in others),
            ("stream", case.before.stream, streams, (*inner, "stream")),
        ):
            if name is not None:
                yield from declared(noun, name, names, self.source.at(*at))
        yield from self._ahead(case, path)
        nurture = self.files.nurture
        if case.before.held_out is not None and nurture and nurture.document.hold_out is None:
            yield Problem(
                self.source.at(*inner, "held_out"),
                "nobody is held out of anything",
                "add hold_out to rules/nurture.yaml, or remove the line",
            )
        if case.before.handed_over is not None and case.before.owner is None:
            yield Problem(
                self.source.at(*inner, "handed_over"),
                "handed over to nobody",
                "name the owner beside it",
            )

    def _ahead(self, case: CaseDocument, path: Path) -> Iterator[Problem]:
        """What is said of the time before the case must have been."""
        before, inner = case.before, (*path, "before")
        for moment, at in (
            (case.since, (*path, "since")),
            (before.handed_over, (*inner, "handed_over")),
            (before.went_back, (*inner, "went_back")),
        ):
            if moment is not None and moment > case.now:
                hint = "say what was before, and put what comes under then"
                where = self.source.at(*at)
                yield Problem(where, "this lies after the moment of the case", hint)
        if before.answer_due is not None and before.handed_over is None:
            where, hint = self.source.at(*inner, "answer_due"), "name handed_over, and the owner"
            yield Problem(where, "an answer to no hand-over", hint)
        if (before.track or MAIN) in before.stages:
            where = self.source.key(*inner, "stages", before.track or MAIN)
            said = f"the case is about {before.track or MAIN} itself"
            yield Problem(where, said, "name the stage beside before, and other tracks here")

    def _purposes(self, consent: Mapping[str, str], path: Path) -> Iterator[Problem]:
        for name in consent:
            yield from declared("purpose", name, self.known.purposes, self.source.key(*path, name))

    def _reps(self, owners: Mapping[str, RepDocument], path: Path) -> Iterator[Problem]:
        for name, rep in owners.items():
            for pool in rep.turns:
                where = self.source.key(*path, name, "turns", pool)
                yield from declared("pool", pool, self.known.pools, where)

    def _values(self, values: Mapping[str, Any], path: Path) -> Iterator[Problem]:
        if self.files.fields is None:
            return
        fields = self.files.fields.document.fields
        region = self.files.fields.document.default_region
        for name, value in values.items():
            if name not in fields:
                yield from declared("field", name, tuple(fields), self.source.key(*path, name))
                continue
            type_, where = fields[name].type, self.source.at(*path, name)
            if type_ in TEXTS and isinstance(value, bool | int | float):
                written = self.source.written.get((*path, name), str(value))
                yield Problem(where, "a text belongs here", f'write it in quotes: "{written}"')
                continue
            field = fields[name]
            if field.currency is not None and not is_code(field.currency):
                continue  # told where it stands
            currency = field.currency or ""
            try:
                normalise(type_, value, region, of=field.of or "text", currency=currency)
            except ValueError as error:
                yield Problem(where, f"{name} {error}")
