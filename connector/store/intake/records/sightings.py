"""What a record showed: only the difference to what was observed before is kept.

An observed property is null (shown blank, never had a value) or `[form, hub value, since]`, with a fourth member 1 where we
wrote it, and a fifth where the system shows our write in a spelling of its own: what we sent. `since` is 0 for what the first
sighting of the property showed: nobody knows how old that is. An owner is as old as the record's last change: who typed a lead
in, or converted one, after the hand-over keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from connector.decide.fields.spelling import respelled
from connector.decide.identity.keys import remembered
from connector.model.systems.reading import Reading
from connector.store.intake.directory import Entry
from connector.store.intake.records.echo import SECOND, Echo
from connector.store.intake.work import Work
from connector.store.sql.codec import SPECIAL, dumps, plain
from connector.store.sql.moment import to_ms

FIRST = 0


def observe(work: Work, entry: Entry, reading: Reading) -> bool:
    """Note what a reading shows; False if there is nothing new in it, or if it is older than what is known."""
    if entry.body is None:
        return _first(work, entry, reading)
    at = to_ms(reading.at)
    if entry.seen_at is not None and at < entry.seen_at:
        return False
    body = orjson.loads(entry.body)
    delta = differences(entry, body, reading, at, Echo(work, reading, body, at))
    keys = new_keys(entry, reading)
    if not delta and keys is None:
        return False
    if delta:
        _note_consents(work, entry, reading, body, delta, at)
    body.update(delta)
    entry.body, entry.seen_at = dumps(body), at
    if keys is not None:
        _identify(work, entry, keys, reading)
    _store(work, entry, at, dumps(delta), None if keys is None else entry.keys, _by(reading))
    return True


def differences(
    entry: Entry, body: Mapping[str, Any], reading: Reading, at: int, echo: Echo
) -> dict[str, Any]:
    """Properties that show something else than was observed, as they will be kept."""
    values = reading.values
    delta: dict[str, Any] = {}
    for name, form in reading.forms.items():
        old = body.get(name)
        if old is None:
            if form is not None:
                since = at if name in body else FIRST
                delta[name] = [form, values.get(name), since]
            elif name not in body:
                delta[name] = None
        elif old[0] != form:
            # A page may show a version from before our write; whole seconds, because that is what vendors stamp.
            if at >= old[2] // SECOND * SECOND:
                delta[name] = _other_form(name, old, form, reading, at, echo)
            elif echo.later(entry, name, old, form):
                delta[name] = [form, _value(name, old, reading), old[2]]
        elif len(old) == 3 and name in values and _differs(old[1], values[name]):
            delta[name] = [form, values[name], old[2]]  # read by a new mapping
    for name, others in reading.paired.items():
        together = name in values and any(other in delta for other in others)
        old = body.get(name) if together else None
        if old and old[0] == reading.forms[name] and _differs(old[1], values[name]):
            delta[name] = [old[0], values[name], at]  # the same amount in another currency
    return delta


def _other_form(
    name: str, old: Sequence[Any], form: Any, reading: Reading, at: int, echo: Echo
) -> list[Any]:
    """The same value in another spelling stays whose it was; so does what the system made of our write within it."""
    ours = len(old) > 3
    same = _same_value(name, old, reading) or _both_empty(old[0], form)
    if same or (echo.follows(old) and respelled(old[0], form)):
        sent = old[4] if len(old) > 4 else old[0]
        return [form, old[1], old[2], 1, sent] if ours else [form, old[1], old[2]]
    return [form, _value(name, old, reading), at]


def _same_value(name: str, old: Sequence[Any], reading: Reading) -> bool:
    value = reading.values.get(name)
    return value is not None and not _differs(old[1], value)


def _both_empty(sent: Any, shown: Any) -> bool:
    """What we emptied is shown as nothing at all, however late and whoever else edited the record since."""
    return sent in (None, "") and shown in (None, "")


def _value(name: str, old: Sequence[Any], reading: Reading) -> Any:
    """A field on hold keeps its value although the form changed."""
    if name in reading.values:
        return reading.values[name]
    return old[1] if name in reading.fields else None


def _differs(old: Any, new: Any) -> bool:
    if isinstance(new, SPECIAL):
        return bool(old != plain(new))
    return bool(old != new)


def _first(work: Work, entry: Entry, reading: Reading) -> bool:
    forms = reading.forms
    if not forms and not reading.keys:
        return False
    values = reading.values
    entry.seen_at = at = to_ms(reading.at)
    owners = work.keeping.owner_fields
    entry.body = dumps(
        {
            name: None
            if form is None
            else (form, values.get(name), at if reading.fields.get(name) in owners else FIRST)
            for name, form in forms.items()
        }
    )
    keys = new_keys(entry, reading)
    if keys is not None:
        _identify(work, entry, keys, reading)
    for name, field in work.keeping.consents(*reading.ref[:2]):
        if values.get(name) not in (None, False):
            _note_consent(work, entry, field, values[name], at, _proof(work, reading, name))
    _store(work, entry, at, entry.body, None if keys is None else entry.keys, _by(reading))
    return True


def _store(work: Work, entry: Entry, at: int, delta: str, keys: str | None, by: str | None) -> None:
    work.sightings.append((work.tx.entry(), entry.id, at, work.now, 0, delta, keys, by))
    work.observed[entry.id] = (entry.id, at, entry.body, entry.keys)


def _by(reading: Reading) -> str | None:
    return None if reading.by is None else str(reading.by)


def shown_keys(reading: Reading) -> list[Sequence[Any]]:
    """What identifies a person or company; of an owner, everything the roster needs."""
    if reading.is_ == "owner":
        fields = reading.fields
        return [[fields[name], value] for name, value in reading.values.items() if name in fields]
    return list(reading.keys)


def new_keys(entry: Entry, reading: Reading) -> str | None:
    """The keys as they will be kept, or None if they stay. A key whose property is not shown stays as it was."""
    shown = shown_keys(reading)
    text = dumps(shown) if shown else "[]"
    if text == entry.keys:
        return None
    if entry.keys == "[]":
        return text
    known = orjson.loads(entry.keys)
    if reading.is_ == "owner":
        fields = {field for name, field in reading.fields.items() if name in reading.forms}
        kept = [key for key in known if key[0] not in fields and key not in map(list, shown)]
    else:
        kept = list(remembered([(k, v) for k, v in known], reading.keys, reading.told))
    text = dumps([*shown, *kept])
    return None if text == entry.keys else text


def _identify(work: Work, entry: Entry, keys: str, reading: Reading) -> None:
    if reading.is_ == "owner":
        entry.keys = keys
        return
    if entry.keys == "[]":
        entry.keys = keys
        work.identities.update((kind, str(value), entry.id) for kind, value in reading.keys)
        return
    before = {(kind, str(value)) for kind, value in orjson.loads(entry.keys)}
    after = {(kind, str(value)) for kind, value in orjson.loads(keys)}
    entry.keys = keys
    for kind, value in before - after:
        work.identities.discard((kind, value, entry.id))
        work.unidentified.append((kind, value, entry.id))
    for kind, value in after - before:
        work.identities.add((kind, value, entry.id))


def _note_consents(
    work: Work,
    entry: Entry,
    reading: Reading,
    body: Mapping[str, Any],
    delta: Mapping[str, Any],
    at: int,
) -> None:
    for name, field in work.keeping.consents(*reading.ref[:2]):
        if name in delta:
            old, new = body.get(name), delta[name]
            was, is_ = (old[1] if old else None), (new[1] if new else None)
            if was != is_:
                _note_consent(work, entry, field, is_, at, _proof(work, reading, name))


def _proof(work: Work, reading: Reading, name: str) -> str:
    """What the record shows about when and how a consent was given; "" where its mapping names nothing."""
    proofs = work.keeping.proofs(*reading.ref[:2]).get(name, ())
    return dumps({proof: reading.forms.get(proof) for proof in proofs}) if proofs else ""


def _note_consent(work: Work, entry: Entry, field: str, value: Any, at: int, evidence: str) -> None:
    row = (work.tx.entry(), entry.id, field, dumps(value), at, work.now, evidence)
    work.consents.append(row)
