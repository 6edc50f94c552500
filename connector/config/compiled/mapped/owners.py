"""mappings/owners.yaml as values, and the scope of a platform."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from connector.config.compiled.condition import Types, condition
from connector.config.documents.mapped.owners import OwnersDocument
from connector.config.documents.mapped.platform import PlatformDocument
from connector.config.validate import File
from connector.decide.fields.normal import normalise
from connector.decide.fields.normal.owner import record_id
from connector.model.mapping.mappings import OwnerEntry
from connector.model.mapping.record import Scope
from connector.model.roster import Away

DAY = timedelta(days=1)


def owners(file: File[OwnersDocument] | None, timezone: str) -> dict[str, OwnerEntry]:
    """Everybody in the table, by the lower-case address that the rules use; days of absence are those of the time zone."""
    if file is None:
        return {}
    zone = ZoneInfo(timezone)
    return {
        written.lower(): OwnerEntry(
            key=written.lower(),
            aliases=tuple(alias.lower() for alias in entry.aliases),
            ids={
                platform: tuple(record_id(id_) or "" for id_ in ids)
                for platform, ids in entry.ids.items()
            },
            substitute=(entry.substitute or "").lower(),
            where=file.source.line("owners", written),
            speaks=tuple(str(normalise("language", text)) for text in entry.speaks),
            away=tuple(
                Away(_midnight(one.from_, zone), _midnight(one.to + DAY, zone))
                for one in entry.away
            ),
        )
        for written, entry in file.document.owners.items()
    }


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a day, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def scope(file: File[PlatformDocument], types: Types) -> Scope | None:
    """Who is written on this platform; None: everybody."""
    document, source = file.document.scope, file.source
    if document is None:
        return None
    when = condition(document.when, source, ("scope", "when"), types)
    return Scope(when, document.leaving, source.line("scope"))
