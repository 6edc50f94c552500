"""mappings/owners.yaml as values, and the scope of a platform."""

from __future__ import annotations

from connector.config.compiled.condition import Types, condition
from connector.config.documents.owners import OwnersDocument
from connector.config.documents.platform import PlatformDocument
from connector.config.validate import File
from connector.decide.fields.normal.owner import record_id
from connector.model.mapping import OwnerEntry, Scope


def owners(file: File[OwnersDocument] | None) -> dict[str, OwnerEntry]:
    """Everybody in the table, by the lower-case address that the rules use."""
    if file is None:
        return {}
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
        )
        for written, entry in file.document.owners.items()
    }


def scope(file: File[PlatformDocument], types: Types) -> Scope | None:
    """Who is written on this platform; None: everybody."""
    document, source = file.document.scope, file.source
    if document is None:
        return None
    when = condition(document.when, source, ("scope", "when"), types)
    return Scope(when, document.leaving, source.line("scope"))
