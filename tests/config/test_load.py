"""The shipped example, digests, round trips, schemas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from pathlib import Path

import jsonschema
import orjson
import pytest

from connector.config import compile_text, load, schemas, texts
from connector.config.files import document_of, is_table
from connector.config.schema import schema_of
from connector.config.yaml import read
from connector.model.condition import ALWAYS, All, AnyOf
from connector.model.condition import Test as Asked
from connector.model.mapping.field import Form


def test_the_shipped_example_has_no_problem(repository: Path) -> None:
    loaded = load(repository)
    assert [str(problem) for problem in loaded.problems] == []
    assert loaded.ok
    assert loaded.book is not None
    assert loaded.mappings is not None
    assert loaded.project is not None
    assert loaded.project.name == "nordring"


def test_text_goes_through_a_store_and_compiles_to_the_same(repository: Path) -> None:
    kept = orjson.loads(orjson.dumps(dict(texts(repository))))
    one, other = load(repository), compile_text(kept)
    assert one.book == other.book
    assert one.mappings == other.mappings
    assert one.digest == other.digest != ""
    assert one.text == other.text


def _respelt(text: str) -> str:
    """Comments, blank lines, another place for everything."""
    lines = [re.sub(r"\s+# .*$", "", line) for line in text.splitlines()]
    return (
        "# new\n\n"
        + "\n\n# between\n".join(
            line for line in lines if line.strip() and not line.startswith("#")
        )
        + "\n# end\n"
    )


def test_comments_and_places_do_not_count(example: Mapping[str, str]) -> None:
    block = {
        "rules/scoring.yaml",
        "rules/lifecycle.yaml",
        "rules/routing.yaml",
        "rules/nurture.yaml",
        "mappings/fields.yaml",
    }
    changed = {path: _respelt(text) if path in block else text for path, text in example.items()}
    one, other = compile_text(example), compile_text(changed)
    assert other.problems == ()
    assert one.digest == other.digest
    assert one.book is not None
    assert other.book is not None
    assert one.book.lifecycle.transitions[0].where != other.book.lifecycle.transitions[0].where


@pytest.mark.parametrize(
    ("path", "old", "new", "book", "mapping"),
    [
        ("rules/scoring.yaml", "half_life: 30d", "half_life: 31d", True, False),
        ("rules/scoring.yaml", "home market", "at home", True, False),
        ("rules/scoring.yaml", "points: 30, half_life: 45d, cap: 60", "half_life: 45d, points: 30.0, cap: 60", False, False),
        ("rules/lifecycle.yaml", "hold_for: 15m", "hold_for: 900s", False, False),
        ("rules/lifecycle.yaml", "rest: 60d", "rest: 61d", True, False),
        ("rules/routing.yaml", "max_open: 25", "max_open: 26", True, False),
        ("rules/follow_up.yaml", "A: 2h", "A: 3h", True, False),
        ("rules/nurture.yaml", "asked: true", "asked: true, while_working: true", True, False),
        ("leadcycle.yaml", "timezone: Europe/Berlin", "timezone: Europe/Vienna", True, False),
        ("leadcycle.yaml", "language: en", "language: de", True, False),
        ("leadcycle.yaml", "batch: 200", "batch: 100", False, False),
        ("mappings/fields.yaml", "job_title:   {type: text, wins: newest}", "job_title: {type: text, wins: first}", False, True),
        ("mappings/fields.yaml", "wins: newest", "wins: newest, blank: unknown", False, False),
        ("mappings/hubspot.yaml", "unknown: ignore", "unknown: hold", False, True),
        ("mappings/outcomes.yaml", "equals: Accepted", "equals: [Accepted, Agreed]", False, True),
        ("rules/cases/handover.yaml", "profile: 100", "profile: 99", False, False),
    ],
)  # fmt: skip
def test_what_the_digests_depend_on(
    path: str, old: str, new: str, book: bool, mapping: bool, example: Mapping[str, str]
) -> None:
    assert old in example[path]
    one, other = (
        compile_text(example),
        compile_text({**example, path: example[path].replace(old, new, 1)}),
    )
    assert one.book is not None
    assert other.book is not None
    assert one.mappings is not None
    assert other.mappings is not None
    assert (one.book.digest != other.book.digest) is book
    assert (one.mappings.digest != other.mappings.digest) is mapping


def _signals(
    example: Mapping[str, str], old: str, new: str
) -> tuple[dict[str, str], dict[str, str]]:
    path = "rules/scoring.yaml"
    assert old in example[path]
    one, other = (
        compile_text(example),
        compile_text({**example, path: example[path].replace(old, new, 1)}),
    )
    assert one.book is not None
    assert other.book is not None
    found = [
        {s.name: s.digest for s in loaded.scoring.activities.signals}
        for loaded in (one.book, other.book)
    ]
    return found[0], found[1]


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("points: 30, half_life: 45d, cap: 60", "points: 20, half_life: 45d, cap: 50", set()),
        (
            "points: 30, half_life: 45d, cap: 60",
            "points: 30, half_life: 46d, cap: 60",
            {"sample_order"},
        ),
        ("at_most: 2 per day", "at_most: 3 per day", {"price_page"}),
        ("window: 90d", "window: 91d", {"career_page"}),
        ('"/preise/**"', '"/preise/*"', {"price_page"}),
        (
            "half_life: 30d",
            "half_life: 20d",
            {
                "whitepaper",
                "webinar_attended",
                "price_page",
                "product_page",
                "career_page",
                "meeting",
                "webinar_registered",
            },
        ),
    ],
)
def test_a_kept_sum_depends_on_what_it_is_made_of(
    old: str, new: str, changed: set[str], example: Mapping[str, str]
) -> None:
    one, other = _signals(example, old, new)
    assert {name for name in one if one[name] != other[name]} == changed


def test_values_of_the_example(repository: Path) -> None:
    book, mappings = load(repository).book, load(repository).mappings
    assert book is not None
    assert mappings is not None
    assert book.scoring.profile.grades == (("A", 75), ("B", 55), ("C", 35), ("D", 0))
    meeting = book.scoring.activities.signals[-1]
    assert (meeting.half_life, meeting.when, meeting.points, meeting.cap) == (
        timedelta(days=30),
        ALWAYS,
        20,
        40,
    )
    hot = next(way for way in book.lifecycle.transitions if way.name == "hot-fit")
    assert isinstance(hot.when, All)
    assert [type(part) for part in hot.when.parts] == [Asked, AnyOf]
    assert hot.hold_for == timedelta(minutes=15)
    lost = next(way for way in book.lifecycle.transitions if way.name == "lost")
    assert (lost.back, lost.rest, lost.stream, lost.before, lost.after) == (
        True,
        timedelta(days=90),
        "long-term",
        ("SAL",),
        "MQL",
    )
    assert lost.when == Asked("opportunity", "equals", "lost", lost.where)
    assert re.fullmatch(r"rules/lifecycle\.yaml:\d+", lost.where)
    assert book.follow_up.calendar.hours[4] == ((time(8), time(15)),)
    assert 5 not in book.follow_up.calendar.hours
    assert date(2026, 10, 31) in book.follow_up.calendar.holidays, (
        "Reformation Day is a holiday in Lower Saxony"
    )
    assert date(2026, 11, 1) not in book.follow_up.calendar.holidays, "All Saints is none there"
    assert book.follow_up.answer is not None
    assert book.follow_up.answer.span("C") == timedelta(hours=8)
    assert "gmail.com" in book.free_mail
    assert mappings.fields["phone"].wins == "order"
    assert mappings.fields["phone"].order == ("salesforce", "hubspot")
    assert mappings.fields["email"].order == ("hubspot", "salesforce"), "the connections break ties"


def test_forms_and_records_of_the_example(repository: Path) -> None:
    mappings = load(repository).mappings
    assert mappings is not None
    assert mappings.platforms["hubspot"].form == Form(True, "%Y-%m-%dT%H:%M:%S.000Z", "")
    assert mappings.platforms["salesforce"].form == Form(
        False, "%Y-%m-%dT%H:%M:%S.000+0000", None, frozenset({"Lead.OwnerId", "Case.OwnerId"})
    )
    lead, contact = (mappings.platforms["salesforce"].records[kind] for kind in ("Lead", "Contact"))
    written = {write.property: write for write in contact.write}
    assert set(written).isdisjoint({"Company", "LeadSource", "CountryCode"})
    assert written["MailingCountryCode"].source == "country"
    assert "Company" not in contact.properties()
    assert contact.external_id == lead.external_id == "Leadcycle_Key__c"
    assert contact.create is None
    assert written["OwnerId"].shared, "it is read into a field as well"
    assert not written["Leadcycle_Stage__c"].shared
    assert lead.task is not None
    assert (lead.task.kind, lead.task.key) == ("Task", "Leadcycle_Key__c")
    assert {read.field: read.values for read in lead.read}["last_name"] == {"[unknown]": None}
    stage = next(
        write
        for write in mappings.platforms["hubspot"].records["contacts"].write
        if write.source == "stage"
    )
    assert stage.values is not None
    assert stage.values["SAL"] == "custom:Sales accepted"
    rejected = next(way for way in mappings.outcomes["salesforce"] if way.outcome == "rejected")
    assert (rejected.shape, rejected.kind, rejected.property, rejected.equals, rejected.reason) == (
        "field", "Lead", "Leadcycle_Acceptance__c", ("Rejected",), "Leadcycle_Rejection_Reason__c",
    )  # fmt: skip


def test_own_lines_of_a_same_record_replace_inherited_ones(example: Mapping[str, str]) -> None:
    path = "mappings/salesforce.yaml"
    old = "Contact: {is: contact, same_as: Lead, account: AccountId}"
    new = "Contact: {is: contact, same_as: Lead, read: {country: OtherCountryCode}, write: {OtherCountryCode: {from: country}, Title: {from: job_title}}}"
    assert old in example[path]
    loaded = compile_text({**example, path: example[path].replace(old, new)})
    assert loaded.mappings is not None
    contact = loaded.mappings.platforms["salesforce"].records["Contact"]
    assert [read.property for read in contact.read if read.field == "country"] == [
        "OtherCountryCode"
    ]
    assert [write.property for write in contact.write if write.source == "country"] == [
        "OtherCountryCode"
    ]
    title = [write for write in contact.write if write.property == "Title"]
    assert len(title) == 1
    assert title[0].max_length is None


def test_optional_files_may_be_absent(example: Mapping[str, str]) -> None:
    optional = {"rules/follow_up.yaml", "mappings/outcomes.yaml"}
    optional |= {f"rules/cases/{name}.yaml" for name in ("handover", "follow_up")}
    loaded = compile_text({path: text for path, text in example.items() if path not in optional})
    assert loaded.ok
    assert loaded.book is not None
    assert loaded.book.follow_up.answer is None
    assert loaded.book.follow_up.calendar.timezone == "Europe/Berlin"
    assert loaded.mappings is not None
    assert loaded.mappings.outcomes == {}


def test_assets_and_costs(house: Mapping[str, str]) -> None:
    loaded = compile_text(house)
    assert loaded.book is not None
    assert loaded.costs is not None
    interest = loaded.book.interest
    topics = {asset.name or "pattern": asset.cell.topic for asset in interest.assets}
    assert topics["Whitepaper Werkstoffe"] == "materials"
    assert {trace.weight for trace in interest.traces} == {1.0, 3.0}
    assert [channel.name for channel in loaded.book.channels] == [
        "Webinar",
        "Search ads",
        "Organic",
    ]
    assert [str(spend.amount) for spend in loaded.costs.spend] == [
        "2850.00 EUR",
        "3550.00 EUR",
        "120.00 EUR",
    ]
    assert loaded.costs.free == {"Organic"}


def test_what_was_paid_decides_nothing_and_channels_and_assets_do(house: Mapping[str, str]) -> None:
    def digest(path: str, old: str, new: str) -> str:
        assert old in house[path]
        loaded = compile_text({**house, path: house[path].replace(old, new)})
        assert loaded.book is not None, loaded.errors
        return loaded.book.digest

    before = digest("rules/costs.yaml", "", "")
    assert digest("values/spend/2026.csv", "3550.00", "3551.00") == before
    assert digest("rules/costs.yaml", "2850.00", "2850.01") == before
    assert digest("rules/costs.yaml", "linear", "first") == before
    assert digest("rules/costs.yaml", "PAID_SEARCH", "PAID_SOCIAL") != before
    assert digest("values/assets.csv", "materials", "metals") != before
    assert digest("mappings/assets.yaml", "topic: rings", "topic: seals") != before
    assert digest("rules/classification.yaml", "is: inbound", "is: outbound") != before


def test_a_platform_of_another_package_brings_its_form(example: Mapping[str, str]) -> None:
    project = example["leadcycle.yaml"].replace(
        "schedule:", "  fairs: {type: csv, folder: inbox, key: {env: FAIRS}}\nschedule:"
    )
    mapping = "version: 1\nplatform: fairs\nrecords: {rows: {is: contact, read: {email: mail}}}\n"
    changed = {**example, "leadcycle.yaml": project, "mappings/fairs.yaml": mapping}
    assert [str(p) for p in compile_text(changed).problems] == [
        'leadcycle.yaml:22:17: unknown platform "csv", write one of: hubspot, salesforce'
    ]
    form = Form(True, "%d.%m.%Y", "-")
    loaded = compile_text(changed, {"csv": form})
    assert loaded.mappings is not None
    assert loaded.mappings.platforms["fairs"].form == form
    assert loaded.project is not None
    assert loaded.project.connection("fairs").values["folder"] == "inbox"
    assert loaded.project.connection("fairs").missing == ("FAIRS",)


def test_files_that_cannot_be_read_are_told(tmp_path: Path, example: Mapping[str, str]) -> None:
    for path, text in example.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    assert load(tmp_path).ok
    (tmp_path / "rules/nurture.yaml").write_bytes(b"version: 1\n# caf\xe9\n")
    (tmp_path / "rules/costs.yaml").unlink(missing_ok=True)
    (tmp_path / "rules/costs.yaml").mkdir()
    (tmp_path / "mappings/assets.yml").write_text("version: 1\n")
    with (tmp_path / "rules/follow_up.yaml").open("wb") as file:
        file.truncate(1024 * 1024 + 1)
    (tmp_path / "values/competitors.csv").write_bytes("domain\nmüller.example\n".encode("latin-1"))
    (tmp_path / "values/others.txt").write_text("domain\nringfest.example\n")
    with (tmp_path / "values/long.csv").open("wb") as file:
        file.truncate(4 * 1024 * 1024 + 1)
    said = [str(problem) for problem in load(tmp_path).problems if problem.level == "error"]
    assert "mappings/assets.yml:1:1: files end in .yaml here, rename it" in said
    assert "values/others.txt:1:1: files end in .csv here, rename it" in said
    assert 'values/competitors.csv:2:2: a byte that is not UTF-8, save it as "CSV UTF-8"' in said
    assert (
        "values/long.csv:1:1: the file is larger than 4 MiB, keep only the columns and rows that rules use"
        in said
    )
    assert "rules/costs.yaml:1:1: the file cannot be read (Is a directory)" in said
    assert (
        "rules/follow_up.yaml:1:1: the file is larger than 1 MiB, split it, or move lists to CSV files under values"
        in said
    )
    assert "rules/nurture.yaml:2:6: a byte that is not UTF-8, save the file as UTF-8" in said


def test_schemas_are_2020_12_and_accept_the_example(example: Mapping[str, str]) -> None:
    found = schemas()
    assert len(found) == 14
    for name, schema in found.items():
        assert schema["$schema"].endswith("2020-12/schema"), name
        jsonschema.Draft202012Validator.check_schema(schema)
    for path, text in example.items():
        if is_table(path):
            continue
        document, (source, _) = document_of(path), read(path, text)
        assert document is not None
        assert source is not None
        errors = list(jsonschema.Draft202012Validator(schema_of(document)).iter_errors(source.data))
        assert errors == [], path


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("rules/scoring.yaml", "half_life: 30d", "halflife: 30d"),
        ("rules/scoring.yaml", "half_life: 30d", "half_life: 30"),
        ("rules/scoring.yaml", "has_form_of:", "has_from_of:"),
        ("leadcycle.yaml", "token: {env: HUBSPOT_TOKEN}", "token: pat"),
        ("leadcycle.yaml", "daily_share: 50%", "daily_share: 0.5"),
        ("mappings/hubspot.yaml", "unknown: ignore", "unknown: drop"),
        ("mappings/fields.yaml", "wins: newest", "wins: newset"),
        ("rules/follow_up.yaml", "mon-thu:", "mo-thu:"),
    ],
)
def test_schemas_refuse_what_the_loader_refuses(
    path: str, old: str, new: str, example: Mapping[str, str]
) -> None:
    document, (source, _) = document_of(path), read(path, example[path].replace(old, new, 1))
    assert document is not None
    assert source is not None
    assert list(jsonschema.Draft202012Validator(schema_of(document)).iter_errors(source.data))


def test_committed_schemas_are_the_generated_ones(repository: Path) -> None:
    folder = repository / ".schema"
    committed = {file.name: orjson.loads(file.read_bytes()) for file in folder.glob("*.json")}
    assert committed == orjson.loads(orjson.dumps(schemas())), "run leadcycle schema"
