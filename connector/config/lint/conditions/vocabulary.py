"""The words that conditions may use, and what may be said about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.config.compiled.condition import Kind, Types
from connector.config.compiled.rules.interest import entries
from connector.config.contents import Files
from connector.config.documents.mapped.fields import FieldDocument
from connector.config.lint.routing.territories import territory_names
from connector.config.lint.zone import zones
from connector.decide.facts import INTEREST, STAGE_IN, vocabulary
from connector.decide.fields.normal.currency import is_code
from connector.model.person.consent import FACT, STATES
from connector.model.person.standing import MAIN
from connector.model.rules.classification import KINDS, ORIGINS

ORDERED = ("at_least", "above", "at_most", "below")
EXACT = ("equals", "not_equals", "in", "not_in", "present")
LISTED = ("in_file", "not_in_file")
RELATIVE = ("within_last", "older_than", "within_next")
DATED = ("before", "after", *RELATIVE)
WORDED = ("has_word", "has_phrase", "has_word_beginning", "has_form_of")
TEXTUAL = (
    *(*EXACT, *LISTED, "contains", "contains_any", "contains_all", "starts_with", "ends_with"),
    *(*WORDED, "domain_in", "matches_path"),
)
OPERATORS: Mapping[str, tuple[str, ...]] = {
    "number": (*EXACT, *ORDERED, "between"),
    "money": (*EXACT, *ORDERED, "between"),
    "list": (
        "contains",
        "contains_any",
        "contains_all",
        "in_file",
        "not_in",
        "not_in_file",
        "present",
    ),
    "date": (*EXACT, *ORDERED, *DATED),
    "datetime": (*EXACT, *ORDERED, *DATED),
    "yes_no": ("equals", "not_equals", "present"),
    "text": TEXTUAL,
    "stage": (*EXACT, *ORDERED),
    "word": EXACT,
    "any": (*TEXTUAL, *ORDERED, "between"),  # details of activities, whose types no file names
}
FACTS: Mapping[str, str] = {  # what is no field: its type
    "email_domain": "text",
    "account_owner": "text",
    "last_activity_at": "datetime",
    "key_account": "text",
    "territory": "word",
    "owner": "text",
    "loss_reason": "text",
    "opportunity_stage": "text",
    "profile": "number",
    "activity": "number",
    "contacted": "yes_no",
    "stage": "stage",
    "peak": "stage",
    "grade": "word",
    "band": "word",
    "model": "word",
    "excluded": "word",
    "lead_event": "word",
    "acceptance": "word",
    "breached": "word",
    "paused": "word",
    "suspicious": "word",
    "opportunity": "word",
    "rejection_reason": "word",
    "stream": "word",
    "asked_stream": "word",
    "track": "word",
    "asks": "word",
    "handovers": "number",
    "customer": "yes_no",
    "account.open_deals": "number",
    "account.customer": "yes_no",
    "open_opportunity": "yes_no",
    "classification": "word",
    "targeted": "yes_no",
    "origin": "word",
    "channel": "word",
    "free_mail": "yes_no",
    "first_touch_at": "datetime",
    "first_touch_kind": "text",
    "first_touch_asset": "text",
    "interest": "word",
    "interests": "word",
    "interest_phase": "word",
    "content_kinds": "word",
}
NOUNS: Mapping[str, str] = {
    "breached": "clock",
    "paused": "pause",
    "suspicious": "suspicion",
    "interest": "topic",
    "interests": "topic",
    "interest_phase": "phase",
    "content_kinds": "kind of content",
    "peak": "stage",
    "asked_stream": "stream",
    "lead_event": "lead event",
    "excluded": "reason",
    "rejection_reason": "rejection reason",
    "asks": "field",
}


def noun_of(name: str) -> str:
    """What a word of this field or fact is called in messages."""
    return "stage" if name.startswith(STAGE_IN) else NOUNS.get(name, name)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`names` by place (criterion, band, lifecycle ...), `types` of all names, `words` that a name may equal (absent: any).

    `kinds` are the fields' types in full.
    """

    names: Mapping[str, frozenset[str]]
    types: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]
    kinds: Types = field(default_factory=dict)


def vocabulary_of(files: Files) -> Vocabulary:
    """Fields first: one that is called like a fact keeps its own type where only fields count."""
    fields = types_of(files)
    plain = {name: k.type if k.type in OPERATORS else "text" for name, k in fields.items()}
    words = {name: words for name, words in _words(files).items() if words is not None}
    asked = consents_of(files)
    words |= dict.fromkeys(asked, STATES)
    regions = territory_names(files, "region")
    if regions:
        words["region"] = regions
    told = {"region": "word"} if regions else {}
    theirs = unsaid(files) & fields.keys()
    words = {name: known for name, known in words.items() if name not in theirs}
    staged = [f"{STAGE_IN}{name}" for name in tracks_of(files) or ()]
    words |= {name: words["stage"] for name in staged if "stage" in words}
    facts = {name: type_ for name, type_ in FACTS.items() if name not in theirs}
    types = {**plain, **facts, **told, **dict.fromkeys(asked, "word")}
    types |= dict.fromkeys(staged, "stage")
    return Vocabulary(vocabulary([*fields, *asked, *staged]), types, words, fields)


def unsaid(files: Files) -> frozenset[str]:
    """Facts that no rule of this house says: a field may have the name."""
    section = files.classification.document if files.classification else None
    found = set(INTEREST) if files.assets is None else set()
    for name in ("classification", "targeted", "origin"):
        if section is None or not getattr(section, name):
            found.add(name)
    if files.costs is None or not files.costs.document.channels:
        found.add("channel")
    return frozenset(found)


def consents_of(files: Files) -> tuple[str, ...]:
    """What conditions call the declared purposes."""
    if files.fields is None:
        return ()
    return tuple(f"{FACT}{name}" for name in files.fields.document.consent)


def types_of(files: Files) -> Types:
    """The declared fields with their types."""
    if files.fields is None:
        return {}
    return {
        name: Kind(_sure(each), each.of or "text", each.currency or "", zone_of(files))
        for name, each in files.fields.document.fields.items()
    }


def dated_facts(files: Files) -> Types:
    """What is no field and yet a moment."""
    return {name: Kind(t, zone=zone_of(files)) for name, t in FACTS.items() if t == "datetime"}


def zone_of(files: Files) -> str:
    """The time zone in which the project's days begin; UTC where it could not be read."""
    named = files.project.document.timezone if files.project else "UTC"
    return named if named in zones() else "UTC"


def lists_of(files: Files) -> Types:
    """The fields that are lists: all that comparing conditions must know of types. Their parts are compared as texts."""
    return {name: Kind("list") for name, kind in types_of(files).items() if kind.type == "list"}


def _sure(field: FieldDocument) -> str:
    """A currency that does not exist is told once, not wherever the field is asked about."""
    known = field.currency is None or is_code(field.currency)
    return field.type if known else "any"


def _words(files: Files) -> dict[str, tuple[str, ...] | None]:
    """None: the file that says it could not be read."""
    scoring = files.scoring.document if files.scoring else None
    lifecycle = files.lifecycle.document if files.lifecycle else None
    reasons = lifecycle.rejection_reasons if lifecycle else {}
    stages = lifecycle.stages + lifecycle.aside if lifecycle else None
    streams = streams_of(files)
    return {
        "grade": scoring.grades() if scoring else None,
        "band": scoring.band_names() if scoring else None,
        "model": scoring.model_names() if scoring else None,
        "excluded": tuple(dict.fromkeys(r.reason for r in scoring.exclude)) if scoring else None,
        "lead_event": tuple(event.name for event in scoring.lead_events) if scoring else None,
        "stage": stages,
        "peak": stages,
        "acceptance": ("accepted", "rejected"),
        "opportunity": ("opened", "won", "lost"),
        "rejection_reason": (*reasons, *filter(None, reasons.values())) or None,
        "territory": territory_names(files) if files.routing else None,
        "stream": streams,
        "asked_stream": streams,
        "track": tracks_of(files),
        "asks": tuple(files.fields.document.fields) if files.fields else None,
        **_follow_up(files),
        "classification": KINDS,
        "origin": ORIGINS,
        "channel": _channels(files),
        **_interests(files),
    }


def _follow_up(files: Files) -> dict[str, tuple[str, ...] | None]:
    """The names of clocks, pauses and suspicions."""
    names = ("breached", "paused", "suspicious")
    if files.follow_up is None:
        return dict.fromkeys(names, None if "rules/follow_up.yaml" in files.broken else ())
    document = files.follow_up.document
    return {
        "breached": tuple(one.name for one in document.clocks),
        "paused": tuple(one.name for one in document.pauses),
        "suspicious": tuple(one.name for one in document.suspicious),
    }


def _channels(files: Files) -> tuple[str, ...] | None:
    if files.costs is None:
        return None if "rules/costs.yaml" in files.broken else ()
    return tuple(channel.name for channel in files.costs.document.channels)


def _interests(files: Files) -> dict[str, tuple[str, ...] | None]:
    """What the catalogue speaks of; None where not all of it could be read."""
    names = ("interest", "interests", "interest_phase", "content_kinds")
    if not files.whole("mappings/assets.yaml", "values/"):
        return dict.fromkeys(names)
    cells = [asset.cell for asset in entries(files.assets)] if files.assets else []
    topics = tuple(dict.fromkeys(cell.topic for cell in cells if cell.topic))
    kinds = tuple(dict.fromkeys(cell.kind for cell in cells if cell.kind))
    phases = files.assets.document.phases if files.assets else ()
    return dict(zip(names, (topics, topics, phases, kinds), strict=True))


def tracks_of(files: Files) -> tuple[str, ...] | None:
    """The business fields in which a contact can have a cycle; None if their file could not be read."""
    if files.lifecycle is None:
        return None
    return tuple(dict.fromkeys((MAIN, *(track.name for track in files.lifecycle.document.tracks))))


def streams_of(files: Files) -> tuple[str, ...] | None:
    """The declared streams; None if their file could not be read."""
    if files.nurture is None:
        return None if "rules/nurture.yaml" in files.broken else ()
    return tuple(stream.name for stream in files.nurture.document.streams)
