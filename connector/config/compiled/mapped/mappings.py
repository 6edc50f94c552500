"""mappings/ as values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from connector.config.compiled.condition import Types
from connector.config.compiled.digest import canonical, digest
from connector.config.compiled.mapped.identity import identity
from connector.config.compiled.mapped.owners import owners, scope
from connector.config.compiled.mapped.records import records
from connector.config.contents import Files, needed
from connector.config.documents.mapped.fields import FieldDocument, FieldsDocument
from connector.config.documents.mapped.outcomes import EvidenceDocument, OutcomesDocument
from connector.config.documents.mapped.platform import (
    ActivityKindDocument,
    PlatformDocument,
)
from connector.config.validate import File
from connector.model.mapping.field import Field, Form
from connector.model.mapping.mappings import Mappings, PlatformMapping
from connector.model.mapping.outcome import OutcomeRead
from connector.model.mapping.record import ActivityRead
from connector.model.person.consent import STATES, Purpose


def mappings(
    files: Files, forms: Mapping[str, Form], order: tuple[str, ...], types: Types
) -> Mappings:
    """`order` are the connections as leadcycle.yaml lists them: it breaks ties where a field names no platforms."""
    ours = needed(files.fields)
    stages = files.lifecycle.document.stages if files.lifecycle else ()
    fields = dict(_fields(ours, order, stages))
    platforms = {
        file.document.platform: _platform(file, forms[file.document.platform], fields, types)
        for file in files.platforms
    }
    told = (
        [files.owners] if files.owners else []
    )  # a project without the file is what it always was
    documents = [ours, files.outcomes, files.assets, *files.platforms, *told]
    return Mappings(
        digest=digest(
            [list(order), *(canonical(file.document) if file else None for file in documents)]
        ),
        fields=fields,
        platforms=platforms,
        outcomes=_outcomes(files.outcomes),
        purposes=_purposes(ours),
        default_region=ours.document.default_region,
        identity=identity(ours, fields),
        owners=owners(files.owners, needed(files.project).document.timezone),
    )


def _fields(
    file: File[FieldsDocument], order: tuple[str, ...], stages: tuple[str, ...]
) -> Iterator[tuple[str, Field]]:
    for name, document in file.document.fields.items():
        rule, *platforms = ("most_restrictive",) if document.type == "consent" else document.wins
        yield (
            name,
            Field(
                name=name,
                type=document.type,
                wins=rule,  # type: ignore[arg-type]  # the document admits these words only
                order=tuple(platforms) or order,
                identifies=document.identifies or "",
                blank=document.blank,
                where=file.source.line("fields", name),
                of=document.of or "text",
                currency=document.currency or "",
                purpose=document.purpose or "",
                refuses=document.refuses,
                levels=_levels(document, stages),
            ),
        )


def _levels(document: FieldDocument, stages: tuple[str, ...]) -> tuple[str, ...]:
    if document.type == "consent":
        return STATES
    return document.levels or (stages if document.wins[0] == "highest_stage" else ())


def _purposes(file: File[FieldsDocument]) -> dict[str, Purpose]:
    return {
        name: Purpose(
            name, purpose.unknown, purpose.double_opt_in, file.source.line("consent", name)
        )
        for name, purpose in file.document.consent.items()
    }


def _platform(
    file: File[PlatformDocument], form: Form, fields: Mapping[str, Field], types: Types
) -> PlatformMapping:
    document, source = file.document, file.source
    return PlatformMapping(
        platform=document.platform,
        form=form,
        records=records(file, fields, types),
        activities={
            vendor: ActivityRead(
                vendor,
                activity.kind,
                activity.asset or "",
                _members(activity),
                source.line("activities", vendor),
                tuple(activity.detail) if isinstance(activity.detail, dict) else (),
            )
            for vendor, activity in document.activities.items()
        },
        streams=dict(document.streams),
        scope=scope(file, types),
    )


def _outcomes(file: File[OutcomesDocument] | None) -> dict[str, tuple[OutcomeRead, ...]]:
    if file is None:
        return {}
    return {
        platform: tuple(
            _outcome(outcome, evidence, file.source.line(platform, outcome, index))
            for outcome, ways in outcomes.items()
            for index, evidence in enumerate(ways)
        )
        for platform, outcomes in file.document.platforms().items()
    }


def _members(activity: ActivityKindDocument) -> tuple[str, ...]:
    found = activity.detail
    return tuple(found.values()) if isinstance(found, dict) else found


def _outcome(outcome: str, evidence: EvidenceDocument, where: str) -> OutcomeRead:
    kind, _, name = (evidence.field or "").partition(".")
    task, opportunity = evidence.task, evidence.opportunity
    found = OutcomeRead(
        outcome=outcome,
        shape=evidence.shape,  # type: ignore[arg-type]  # the document admits these words only
        kind=kind,
        property=name,
        equals=evidence.equals,
        reason=(evidence.reason or "").removeprefix(f"{kind}."),
        amount=evidence.amount or "",
        currency=evidence.currency or "",
        stage=evidence.stage or "",
        status=task.status if task else (),
        types=task.type if task else (),
        at=evidence.at or "",
        where=where,
        track=evidence.track.property if evidence.track else "",
        tracks=dict(evidence.track.values) if evidence.track else {},
    )
    if opportunity is None:
        return found
    return replace(
        found,
        is_won=opportunity.is_won,
        is_closed=opportunity.is_closed,
        through=opportunity.through,
    )
