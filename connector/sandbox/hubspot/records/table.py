"""The records of one kind: by id, by unique value, by time of change; merged ids lead to the survivor."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter

from connector.sandbox.hubspot.records.filters import Filter
from connector.sandbox.hubspot.records.timeline import Timeline

FIRST_ID = 20_001
"""Ids of different kinds overlap, as the real ones may: an id without its kind says nothing."""


USER = "userId:"


@dataclass(frozen=True, slots=True)
class Stamp:
    """When and by whom something was written: `source` is HubSpot's name (CRM_UI, API, FORM, IMPORT, ...)."""

    ms: int
    source: str
    source_id: str = ""

    @property
    def user(self) -> str:
        """The id of the user who wrote at the screen; "" for everybody else."""
        return self.source_id.removeprefix(USER) if self.source_id.startswith(USER) else ""


@dataclass(frozen=True, slots=True)
class Edit:
    """One write to one record; the first holds the values it was created with."""

    stamp: Stamp
    values: Mapping[str, str]


@dataclass(slots=True)
class Record:
    """One record. `values` is replaced, never changed, so that an index that lags may keep the older one."""

    id: int
    values: dict[str, str]
    created: int
    updated: int
    edits: list[Edit]
    archived_at: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A record as the search index has it, which may be older than the record."""

    id: int
    values: dict[str, str]
    updated: int


@dataclass(slots=True)
class Table:
    """Records of one kind; `generation` changes whenever a search might answer differently."""

    records: dict[int, Record] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)
    """Live ids, ascending."""
    archived: list[int] = field(default_factory=list)
    aliases: dict[int, int] = field(default_factory=dict)
    owners: dict[str, dict[str, int]] = field(default_factory=dict)
    """Unique property -> value -> id of the live record that has it."""
    documents: dict[int, Document] = field(default_factory=dict)
    changed: Timeline[int] = field(default_factory=Timeline)
    """(updated, id) of every document, plus entries that are out of date."""
    waiting: list[tuple[int, int]] = field(default_factory=list)
    """(visible from, id), ascending: what the index has still to learn."""
    generation: int = 0
    answered: dict[tuple[tuple[Filter, ...], str], tuple[int, list[int]]] = field(
        default_factory=dict
    )
    """The last search's ids, and the generation they belong to."""
    next_id: int = FIRST_ID

    def resolve(self, id_: int) -> int:
        """The id of the record that stands for this id since the last merge."""
        return self.aliases.get(id_, id_)

    def live(self, id_: int) -> Record | None:
        """The live record behind an id, merged ids included."""
        found = self.records.get(self.resolve(id_))
        return found if found and found.archived_at is None else None

    def holder(self, name: str, value: str) -> Record | None:
        """The live record that has this value of a unique property."""
        id_ = self.owners.get(name, {}).get(value.lower())
        return None if id_ is None else self.records[id_]

    def new_id(self, ahead: int = 0) -> int:
        """The next free id, or one `ahead` of its turn."""
        found = self.next_id + ahead
        while found in self.records:
            found += 1
        if not ahead:
            self.next_id = found + 1
        return found

    def add(self, record: Record) -> None:
        self.records[record.id] = record
        insort(self.ids, record.id)

    def claim(self, name: str, values: Iterable[str], id_: int) -> None:
        """From now on these values belong to this record."""
        held = self.owners.setdefault(name, {})
        held.update((value.lower(), id_) for value in values if value)

    def release(self, name: str, values: Iterable[str], id_: int) -> None:
        held = self.owners.get(name, {})
        for value in values:
            if held.get(value.lower()) == id_:
                del held[value.lower()]

    def archive(self, record: Record, ms: int) -> None:
        """Out of lists and of search at once."""
        record.archived_at = ms
        del self.ids[bisect_left(self.ids, record.id)]
        insort(self.archived, record.id)
        self.documents.pop(record.id, None)
        self.generation += 1

    def revive(self, record: Record) -> None:
        record.archived_at = None
        del self.archived[bisect_left(self.archived, record.id)]
        insort(self.ids, record.id)

    def forget(self, id_: int) -> None:
        """As if the archived record had never been."""
        del self.archived[bisect_left(self.archived, id_)]
        del self.records[id_]
        self.generation += 1

    def index(self, record: Record, visible_from: int | None = None) -> None:
        """Tell the search index, at once or not before a moment."""
        if visible_from is not None:
            insort(self.waiting, (visible_from, record.id))
            return
        old = self.documents.get(record.id)
        self.documents[record.id] = Document(record.id, record.values, record.updated)
        if old is None or old.updated != record.updated:
            self.changed.add(record.updated, record.id)
        self.generation += 1

    def catch_up(self, now: int) -> None:
        """Index what has become visible by now."""
        ready = bisect_right(self.waiting, now, key=itemgetter(0))
        for _, id_ in self.waiting[:ready]:
            record = self.records.get(id_)
            if record and record.archived_at is None:
                self.index(record)
        del self.waiting[:ready]
        if len(self.changed) > 2 * len(self.documents) + 1000:
            self.changed = Timeline([(doc.updated, doc.id) for doc in self.documents.values()])

    def changed_between(self, since: int, until: int) -> Iterator[Document]:
        """Documents whose own modification time lies within, both ends included; in no useful order."""
        seen: set[int] = set()
        for at, id_ in self.changed.between(since, until):
            found = self.documents.get(id_)
            if found and found.updated == at and id_ not in seen:
                seen.add(id_)
                yield found
