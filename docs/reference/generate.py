"""Writes commands.md, configuration.md and shelf-codes.md from the program itself: `python docs/reference/generate.py`. A test holds them equal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from connector.cli import leadcycle
from connector.config import documents as d
from connector.config.documents.mapped.fields import TYPES
from connector.config.schema import schema_of
from connector.decide.fields.normal import normalise
from connector.platforms.hubspot.writing.hints import CURES
from connector.platforms.salesforce.verdict import ROWS

HERE = Path(__file__).parent
EVERYWHERE = ("project", "database", "as_json")
FILES: Mapping[str, type[d.Document]] = {
    "leadcycle.yaml": d.ProjectDocument,
    "mappings/fields.yaml": d.FieldsDocument,
    "mappings/PLATFORM.yaml": d.PlatformDocument,
    "mappings/outcomes.yaml": d.OutcomesDocument,
    "mappings/assets.yaml": d.AssetsDocument,
    "rules/scoring.yaml": d.ScoringDocument,
    "rules/lifecycle.yaml": d.LifecycleDocument,
    "rules/routing.yaml": d.RoutingDocument,
    "rules/follow_up.yaml": d.FollowUpDocument,
    "rules/nurture.yaml": d.NurtureDocument,
    "rules/classification.yaml": d.ClassificationDocument,
    "rules/costs.yaml": d.CostsDocument,
    "rules/cases/*.yaml": d.CasesDocument,
}
APART = {"ConditionDocument": "condition", "TestsDocument": "tests", "SecretDocument": "secret"}
"""Models that have a section of their own instead of being repeated at every place."""
WORDS = {"^[0-9]{1,6}(s|m|h|d|w)$": "duration", "^[0-9]{1,3}%$": "percentage", "^[0-9]{1,4} per (day|week)$": "limit"}  # fmt: skip

COMMANDS = """\
# Commands

Written by `python docs/reference/generate.py` from the program; do not edit.

Results go to standard output, progress and logs to standard error. With `--json` standard output is exactly one JSON
object. Colours appear on a terminal only, and never with `NO_COLOR` set.

| exit code | means |
|---|---|
| 0 | done |
| 1 | done, but something needs attention: rows on the shelf, a right that is missing, another daemon holds the lease; or a fault of leadcycle, shown whole |
| 2 | wrong use, or a configuration that cannot be used; nothing was applied |
| 3 | kept for plans with changes |
| 4 | a system refused us or is out of reach |
| 130 | interrupted |

Every option can be given as an environment variable, named in the tables. An option on the command line wins.
`LEADCYCLE_SANDBOX` holds the address of a rehearsal: it replaces the addresses and credentials of all connections.

These three belong to every command but `sandbox`, which has `--json` only:

"""
CONFIGURATION = """\
# Configuration

Written by `python docs/reference/generate.py` from the program; do not edit.

A project is a folder of YAML 1.2 files. An unknown key is an error, and so is a value of another type: nothing is
converted silently (`NO` is Norway, `01067` a postal code). `leadcycle check` names every problem with file, line and
column; `leadcycle schema` writes the same knowledge as JSON Schemas for editors. What the rules behind `wins` and `blank` do:
[when systems disagree](../howto/when-systems-disagree.md).

In the tables, `[]` is an element of a list and `<name>` a name of your own. Durations are written `15m`, `2h`, `30d`,
`26w`; percentages `20%`; limits `2 per day` or `5 per week`; times carry their offset.

"""

TYPES_OF_FIELDS = """\
## Types of fields

One value has one normal form, however a system spells it; two systems that spell it differently do not disagree, and
nothing is written for a spelling. What is not of the type counts as unknown, with a warning on the shelf; it stays where it
stands until another system's value wins over it by the field's rule.

| type | is | reads, for example |
|---|---|---|
"""
TYPE_LINES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "text": ("what people type, without white space around it", ("  Anna ",)),
    "email": ("an address, without case; its domain also in its `xn--` spelling", ("Max@Müller.example",)),
    "phone": ("a number as E.164; one without country code lives in the person's country, else in `default_region`", ("0511 / 123 45-67",)),
    "country": ("ISO 3166, from codes and from names in fourteen languages", ("Deutschland", "AUT")),
    "language": ("the first part of BCP 47, from tags, codes and names", ("de-AT", "English")),
    "number": ("a number in the machine's or in people's spelling", ("1.234,50", "1e3")),
    "date": ("a day", ("21.11.2026",)),
    "datetime": ("a moment to the second, kept in UTC", ("2026-11-21T11:00:00+01:00",)),
    "choice": ("a value of a picklist, exactly; Salesforce's know no case", ("PAID_SEARCH",)),
    "yes_no": ("true or false", ("ja", "0")),
    "owner": ("a user or a queue: `platform/kind/id`", ("salesforce/User/005000000000001AAA",)),
    "money": ("an amount with its currency (ISO 4217), to the currency's minor unit", ("1.234,50 €", "USD 99")),
    "list": ("several values of the type named in `of`; order and doubles mean nothing", ("b; a;b",)),
    "consent": ("an answer to being contacted", ("ja", "pending")),
}  # fmt: skip
AMOUNTS_AND_LISTS = """
**Money.** The currency is the one named by the property under `currency:`, else the one written beside the amount, else
the field's own `currency`. Both properties are written together, never one without the other; an amount in another
currency than a property without `currency:` takes waits on the shelf (`OTHER_CURRENCY`). Nothing is ever converted: in a
condition a number is an amount in the field's own currency and `"1000 USD"` one in dollars; an amount in any other
currency satisfies neither the test nor its opposite.

**Lists** are read from and written as `a;b`, the form of multi-selects in both systems. `wins: union` unites them.
`contains` and `contains_any` ask for whole parts.

**What a property cannot hold** is recorded: a text cut by `too_long: cut`, a number rounded by `decimals`, a value that
the table lacks under `unknown: ignore`. `explain` says so. What comes back of it is no edit: it does not travel to other
systems and does not win over the value it came from.
"""

SHELF = """\
# Codes on the shelf

Written by `python docs/reference/generate.py` from the program; do not edit.

What each code means and what cures it. How to work with the shelf: [fix-the-shelf](../howto/fix-the-shelf.md).
A change that was tried too often (`limits.tries`) keeps the last code it met.

## Ours

| code | level | what happened | what cures it |
|---|---|---|---|
"""
OURS = (
    ("AMBIGUOUS", "error", "a record could be any of several contacts", "`leadcycle link` says whose it is; or merge them in the system that shows them twice"),
    ("PERHAPS_SAME", "error", "two contacts have something in common that is too weak to join them", "`leadcycle link` joins them, `shelf skip` leaves them apart"),
    ("DUPLICATE", "error", "one person has two records in one system", "merge them there, or take one out by `leadcycle unlink`"),
    ("SHARED", "error", "a record was joined by an address or number that people with clearly different names show", "`leadcycle unlink` if it is somebody else, `shelf skip` if not"),
    ("OWNER_INACTIVE", "error", "the owner the rules chose is unknown or not active in the CRM", "add or activate the user, or change rules/routing.yaml"),
    ("OWNER_LEFT", "error", "somebody who has left still owns open leads", "give them to somebody else there, or name a substitute in mappings/owners.yaml"),
    ("OWNER_QUEUE", "error", "the rules gave a lead to a queue where only a person may own it", "name a person in rules/routing.yaml"),
    ("OWNER_UNMAPPED", "error", "an owner of one system is nobody we know in the other", "add the line that the hint names to mappings/owners.yaml"),
    ("UNKNOWN_VALUE", "error", "a value is not in the mapping's table", "add it to the table the hint names"),
    ("TOO_LONG", "error", "a text is longer than `max_length`", "`too_long: cut`, or a longer property"),
    ("UNFIT_VALUE", "error", "a value is not of the property's type", "correct the field's type in the mapping, or the value at its source"),
    ("CONFLICT", "error", "a field of `wins: manual` was edited differently in two systems; neither is overwritten", "`leadcycle shelf choose ROW --from PLATFORM`: that system's value holds until somebody edits the field again"),
    ("FIELD_REMOVED", "error", "a property that the mapping names is not there any more, or we may not see it; what was known of it stays", "correct the line the hint names, or put the field back; see [when-a-field-changes](../howto/when-a-field-changes.md)"),
    ("FIELD_RETYPED", "error", "a property is of another type now than the mapping takes it for; it is neither read nor written", "change the type in the mapping or the field back; `leadcycle shelf retry` if it is right as it is"),
    ("FIELD_READ_ONLY", "error", "a property that the mapping writes may not be written by us", "grant the right to edit it, or take the line out"),
    ("VALUE_REMOVED", "error", "a picklist does not offer a value that the mapping or the rules write; who should get it waits with this field only", "add the value there, or map it to another one"),
    ("LENGTH_REDUCED", "error", "a property takes fewer characters than the mapping's `max_length`; longer texts wait", "set `max_length` to what the hint says, or make the field longer"),
    ("REQUIRED_FIELD", "error", "a property must be given when a record is created, and no mapping line gives it; nobody is created", "write it in the mapping, or give it a default there"),
    ("NO_CREATE", "error", "we may not create records of this kind", "give the integration user the right to create"),
    ("KIND_HIDDEN", "error", "a kind of record is not there any more, or we may not see it; nothing of it is read or written", "give the integration user read access"),
    ("FORMULA_FIELD", "warning", "a formula is read: it changes without the record's time of change, so the change is seen late or never", "let a flow copy it into a plain field, and read that"),
    ("NOT_IN_PICKLIST", "error", "the picklist does not offer this person's value; the field waits, the rest went", "add the value there, or map it to the one the hint names"),
    ("NOT_VALID_FOR", "error", "a dependent picklist does not offer this value beside what its controlling field shows", "correct either of the two, or allow the pair there"),
    ("REQUIRED_MISSING", "error", "a property that may not be empty has no value; a create waits whole", "give it a value with `if_missing`, or fill it at its source"),
    ("WRONG_TYPE", "error", "this person's value is not of the property's type", "correct it at its source, or the type in the mapping"),
    ("NUMBER_TOO_LARGE", "error", "a number has more digits than the property takes", "make the field longer, or correct the number"),
    ("TOO_MANY_DECIMALS", "error", "the property takes whole numbers only", "round it in the mapping, or change the field"),
    ("OTHER_CURRENCY", "error", "an amount is in another currency than the property takes; nothing is converted", "name the property that holds the currency (`currency:` in the mapping), or correct the amount at its source"),
    ("GONE", "error", "the record was deleted before a change could be written", "restore it there, or retry to have it created again; it leaves by itself once the person has another record there"),
    ("TAKEN", "error", "an address was not put on a record because somebody else's record in that system shows it", "merge the two there if they are one person, or `leadcycle link` them"),
    ("PING_PONG", "error", "a user or an automation changes a value of ours back each time we write it; it is written no more", "see [stop-a-loop](../howto/stop-a-loop.md)"),
    ("ROW_UNREADABLE", "error", "HubSpot answered a row nobody can read", "look at the record in HubSpot"),
    ("UNREADABLE_ROW", "error", "Salesforce answered a row without id or time", "show it to the Salesforce administrator"),
    ("EDITION", "warning", "this HubSpot edition may not read behavioural events", "take them out of the mapping, or change the edition"),
    *((f"{name.upper()}_UNREADABLE", "warning", f"a value is no {name.replace('_', ' ')}; it counts as unknown", "correct it in the system that shows it") for name in (*TYPES, "domain")),
)  # fmt: skip


def main() -> None:
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")


def pages() -> Mapping[str, str]:
    """The generated pages by file name."""
    return {
        "commands.md": commands(),
        "configuration.md": configuration(),
        "shelf-codes.md": shelf_codes(),
    }


def commands() -> str:
    shared = dict.fromkeys(EVERYWHERE, "")
    sections = []
    for words, command in verbs(leadcycle, ()):
        options = [
            each for each in command.params if isinstance(each, click.Option) and not each.hidden
        ]
        for option in options:
            if option.name in shared and words[0] != "sandbox":
                shared[option.name] = _option(words, option)
        sections.append(_verb(words, command, options))
    return COMMANDS + _table("option", shared.values()) + "\n" + "\n".join(sections)


def verbs(
    command: click.Command, words: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with the words that call it."""
    if not isinstance(command, click.Group):
        yield words, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        if found is not None:
            yield from verbs(found, (*words, name))


def shelf_codes() -> str:
    ours = [" | ".join(("", f"`{code}`", *words, "")).strip() for code, *words in OURS]
    kept = {code: row for code, row in ROWS.items() if row.action != "retry" and row.hint}
    salesforce = [f"| `{code}` | {row.plain} | {row.hint} |" for code, row in kept.items()]
    hubspot = [f"| `{code}` | {cure} |" for code, cure in CURES.items()]
    return "\n".join(
        [
            SHELF + "\n".join(ours),
            "\n## Salesforce\n",
            "| code | what happened | what cures it |\n|---|---|---|",
            *salesforce,
            "\n## HubSpot\n",
            "| code | what cures it |\n|---|---|",
            *hubspot,
            "\nAny other code is the vendor's own: look it up, or show it to the administrator.\n",
        ]
    )


def _verb(words: tuple[str, ...], command: click.Command, options: list[click.Option]) -> str:
    usage = " ".join(["leadcycle", *words, "[OPTIONS]", *_arguments(command)])
    own = [
        _option(words, each)
        for each in options
        if each.name not in EVERYWHERE or words[0] == "sandbox"
    ]
    table = "\n" + _table("option", own) if own else ""
    return f"## {' '.join(words)}\n\n    {usage}\n\n{command.help}\n{table}"


def _arguments(command: click.Command) -> list[str]:
    context = click.Context(command)
    return [each.make_metavar(context) for each in command.params if isinstance(each, click.Argument)]  # fmt: skip


def _option(words: tuple[str, ...], option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    variable = option.envvar or "_".join(["LEADCYCLE", *words, option.name or ""]).upper()
    default = f"`{option.default}`" if option.show_default and option.default is not None else ""
    return f"| {names} | `{variable}` | {default} | {option.help} |"


def _table(first: str, rows: Any) -> str:
    return f"| {first} | variable | default | what it does |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"  # fmt: skip


def configuration() -> str:
    sections = [_file(name, document) for name, document in FILES.items()]
    sections.insert(list(FILES).index("mappings/fields.yaml") + 1, types())
    apart = [
        _model("Conditions", d.ConditionDocument, "Wherever a table says *condition*."),
        _model("Tests", d.TestsDocument, "What stands behind a field's name in a condition."),
        _secret(),
    ]
    return CONFIGURATION + "\n".join([*sections, *apart])


def types() -> str:
    """Every type of a field, with examples read by the program itself."""
    rows = [
        f"| `{name}` | {TYPE_LINES[name][0]} | {_read_as(name, TYPE_LINES[name][1])} |"
        for name in TYPES
    ]
    return TYPES_OF_FIELDS + "\n".join(rows) + "\n" + AMOUNTS_AND_LISTS


def _read_as(name: Any, raws: tuple[str, ...]) -> str:
    read = [(raw, normalise(name, raw, "DE", currency="EUR")) for raw in raws]
    return ", ".join(f"`{raw}` as `{_normal(value)}`" for raw, value in read)


def _normal(value: Any) -> str:
    if isinstance(value, tuple):
        return " and ".join(map(str, value))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _file(name: str, document: type[d.Document]) -> str:
    schema = schema_of(document)
    rows = list(_rows(schema, schema, ""))
    return f"## {name}\n\n{_keys(rows)}"


def _model(title: str, model: Any, words: str) -> str:
    schema = schema_of(model)
    found = schema["$defs"][model.__name__] if "$ref" in schema else schema
    return f"## {title}\n\n{words} {found['description']}\n\n{_keys(list(_members(schema, found, '')))}"


def _secret() -> str:
    schema = schema_of(d.ProjectDocument)
    found = schema["$defs"]["SecretDocument"]
    return f"## Secrets\n\nNever written in a file, only named. {found['description']}\n\n{_keys(list(_members(schema, found, '')))}"


def _keys(rows: list[str]) -> str:
    return "| key | type | default | what it is |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"


def _rows(schema: Any, model: Any, path: str) -> Iterator[str]:
    """A row for every key below a model, depth first."""
    yield from _members(schema, model, path)
    extra = model.get("additionalProperties")
    if isinstance(extra, dict) and model.get("properties"):
        yield from _below(schema, extra, f"{path}<name>")


def _members(schema: Any, model: Any, path: str) -> Iterator[str]:
    required = model.get("required", ())
    for name, inner in model.get("properties", {}).items():
        place = f"{path}.{name}" if path else name
        default = "**required**" if name in required else _default(inner)
        yield f"| `{place}` | {_type(schema, inner)} | {default} | {_line(schema, inner)} |"
        yield from _below(schema, inner, place)


def _below(schema: Any, inner: Any, place: str) -> Iterator[str]:
    """The keys of the models that may stand in this place; each once."""
    for found, suffix in dict.fromkeys(_models(schema, inner, "")):
        if found not in APART:
            yield from _rows(schema, schema["$defs"][found], f"{place}{suffix}")


def _models(schema: Any, inner: Any, suffix: str) -> Iterator[tuple[str, str]]:
    if "$ref" in inner:
        name = str(inner["$ref"]).rpartition("/")[2]
        yield name, suffix
    for part in (*inner.get("anyOf", ()), *inner.get("oneOf", ())):
        yield from _models(schema, part, suffix)
    if isinstance(inner.get("items"), dict):
        yield from _models(schema, inner["items"], f"{suffix}[]")
    if isinstance(inner.get("additionalProperties"), dict):
        yield from _models(schema, inner["additionalProperties"], f"{suffix}.<name>")


def _type(schema: Any, inner: Any) -> str:
    if "$ref" in inner:
        name = str(inner["$ref"]).rpartition("/")[2]
        return APART.get(name, "mapping")
    if "const" in inner:
        return f"`{_written(inner['const'])}`"
    if "enum" in inner:
        return " or ".join(f"`{_written(value)}`" for value in inner["enum"])
    parts = [*inner.get("anyOf", ()), *inner.get("oneOf", ())]
    if parts:
        return " or ".join(dict.fromkeys(_type(schema, each) for each in parts if each != {"type": "null"}))  # fmt: skip
    if inner.get("type") == "array":
        items = inner.get("items")
        return "list" + (f" of {_type(schema, items)}" if isinstance(items, dict) else "")
    if inner.get("type") == "object":
        values = inner.get("additionalProperties")
        return "mapping" + (f" of {_type(schema, values)}" if isinstance(values, dict) else "")
    if isinstance(inner.get("type"), list):
        return "one value"
    return _plain(inner)


def _plain(inner: Any) -> str:
    if inner.get("pattern") in WORDS:
        return WORDS[inner["pattern"]]
    if "never|" in inner.get("pattern", ""):
        return "duration or `never`"
    words = {"string": "text", "number": "number", "integer": "whole number", "boolean": "true or false"}  # fmt: skip
    return words.get(inner.get("type", ""), "one value")


def _default(inner: Any) -> str:
    found = inner.get("default")
    if found in (None, "", [], [0, 0], {}) or isinstance(found, dict):
        return ""
    return f"`{_written(found)}`"


def _written(value: Any) -> str:
    """A default as people write it: durations and percentages are kept as ISO durations and fractions."""
    if isinstance(value, str) and value.startswith("PT"):
        return value.removeprefix("PT").lower()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and 0 < value < 1:
        return f"{value:.0%}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _line(schema: Any, inner: Any) -> str:
    """The description of the key, else of the model that stands there."""
    text = inner.get("description", "")
    for name, _ in _models(schema, inner, ""):
        text = text or schema["$defs"][name].get("description", "")
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    main()
