"""What a person should look at: who may be somebody we know, who exists twice, what names several people.

These rows concern records that go on meanwhile. They are cured when their cause is gone, not when the record is next read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from connector.store import shelf
from connector.store.identity.rulings import kept_apart
from connector.store.intake.directory import Entry
from connector.store.intake.work import Work
from connector.store.shelf import Trouble

AMBIGUOUS, PERHAPS, DUPLICATE, SHARED = "AMBIGUOUS", "PERHAPS_SAME", "DUPLICATE", "SHARED"


def ambiguous(record: str, platform: str, contacts: Iterable[int], why: str = "") -> Trouble:
    """A record that could be several persons'; it waits for somebody who knows."""
    names = ", ".join(str(contact) for contact in contacts)
    by = f" by {why}" if why else ""
    return Trouble(
        origin="match",
        platform=platform,
        record=record,
        code=AMBIGUOUS,
        message=f"this could be any of the contacts {names}{by}",
        hint="leadcycle link RECORD CONTACT says whose it is; or merge them in the system that shows them twice",
    )


def perhaps(work: Work, seen: Mapping[tuple[int, int], tuple[Entry, str]]) -> list[Trouble]:
    """Contacts (the record's, the other) that may be one person; those that a person parted are not asked about again."""
    apart = kept_apart(work.tx, {contact for pair in seen for contact in pair})
    return [
        _trouble(
            work,
            entry,
            PERHAPS,
            f"perhaps the same person as contact {other} (by {why})",
            f"leadcycle link {_name(work, entry)} {other} joins them; leadcycle shelf skip leaves them apart",
            own,
        )
        for (own, other), (entry, why) in seen.items()
        if frozenset((own, other)) not in apart
    ]


def duplicates(work: Work, joined: Mapping[int, Entry]) -> list[Trouble]:
    """One person with two living records in one system; `joined` are records that came to a contact by a key."""
    found = []
    living = _living(work, {entry.contact for entry in joined.values() if entry.contact})
    for entry in joined.values():
        if entry.contact is None or entry.target is not None or entry.gone_at is not None:
            continue
        others = _doubles(work, entry, living.get(entry.contact, {}))
        if others:
            found.append(
                _trouble(
                    work,
                    entry,
                    DUPLICATE,
                    "this person has a second record in the same system",
                    f"merge it there with {', '.join(others[:3])}; or leadcycle unlink {_name(work, entry)}",
                    entry.contact,
                )
            )
    return found


def shared(work: Work, refs: Iterable[tuple[int, int, str, int]], kind: str) -> list[Trouble]:
    """Records (id, home, key, contact) that were joined by a value which several people turned out to show."""
    found = []
    for _, home, key, contact in refs:
        platform, sort = work.homes.place(home)
        name = f"{platform}/{sort}/{key}"
        found.append(
            Trouble(
                origin="identity",
                platform=platform,
                record=name,
                code=SHARED,
                message=f"joined by {kind}, which people with clearly different names show: it identifies nobody from now on",
                hint=f"leadcycle unlink {name} if it is somebody else; leadcycle shelf skip if not",
                contact=contact,
            )
        )
    return found


def settle_doubts(work: Work, contacts: Collection[int] = ()) -> None:
    """Cure what no longer holds: records that were merged, deleted or taken apart, contacts that became one."""
    rows = work.tx.rows(
        "SELECT id, record, code, contact FROM shelf WHERE origin = 'identity' AND state IN ('open', 'retry')"
    )
    if not rows:
        return
    wanted = {row[3] for row in rows if row[3] is not None}
    if contacts:
        wanted &= set(contacts)
    living = _living(work, wanted)
    gone = [row[0] for row in rows if row[3] in wanted and not _holds(work, row, living)]
    for number in gone:
        shelf.set_state(work.tx, number, shelf.CURED, work.now)


def _holds(
    work: Work, row: tuple[int, str, str, int], living: Mapping[int, Mapping[str, Entry]]
) -> bool:
    _, record, code, contact = row
    entry = living.get(contact, {}).get(record)
    if entry is None:
        return False
    if code == DUPLICATE:
        return bool(_doubles(work, entry, living[contact]))
    return code != PERHAPS or _resembles_another(work, entry, contact)


def _resembles_another(work: Work, entry: Entry, contact: int) -> bool:
    """Whether a record still shares a key with somebody else whom nobody parted from its person."""
    rows = work.tx.rows(
        "SELECT DISTINCT r.contact FROM identity i JOIN identity j ON j.kind = i.kind AND j.value = i.value"
        " JOIN ref r ON r.id = j.ref WHERE i.ref = ? AND i.kind IN [?] AND r.contact IS NOT NULL",
        entry.id,
        [key.name for key in work.keeping.identity.person],
    )
    others = {other for (other,) in rows} - {contact}
    apart = kept_apart(work.tx, {contact, *others})
    return any(frozenset((contact, other)) not in apart for other in others)


def _doubles(work: Work, entry: Entry, living: Mapping[str, Entry]) -> list[str]:
    """Other living records that stand for the same person in the same system."""
    platform, kind = work.homes.place(entry.home)
    kinds = work.keeping.same_person_kinds(platform, kind)
    found = []
    for name, other in living.items():
        place = work.homes.place(other.home)
        same = place[1] in kinds or kind in work.keeping.same_person_kinds(*place)
        if other.id != entry.id and place[0] == platform and same:
            found.append(name)
    return sorted(found)


def _living(work: Work, contacts: Collection[int]) -> dict[int, dict[str, Entry]]:
    """Records of contacts that are neither gone nor went elsewhere, by name; those of this page as they are now."""
    found: dict[int, dict[str, Entry]] = {contact: {} for contact in contacts}
    here = {entry.id: entry for entry in work.refs}
    for number, home, key, contact, gone, target in work.tx.rows(
        "SELECT id, home, key, contact, gone_at, target FROM ref WHERE contact IN [?]",
        sorted(contacts),
    ):
        if number not in here and gone is None and target is None:
            entry = Entry(number, home, key, contact)
            found[contact][_name(work, entry)] = entry
    for entry in here.values():
        if entry.contact in found and entry.gone_at is None and entry.target is None:
            found[entry.contact][_name(work, entry)] = entry
    return found


def _trouble(work: Work, entry: Entry, code: str, message: str, hint: str, contact: int) -> Trouble:
    platform, _ = work.homes.place(entry.home)
    return Trouble(
        origin="identity",
        platform=platform,
        record=_name(work, entry),
        code=code,
        message=message,
        hint=hint,
        contact=contact,
    )


def _name(work: Work, entry: Entry) -> str:
    return "/".join((*work.homes.place(entry.home), entry.key))
