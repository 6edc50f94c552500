"""A line of what is written goes, comes, or is written from something else."""

from __future__ import annotations

import random
from typing import Any

from trees import Trees

KINDS = {"hubspot": "contacts", "salesforce": "Lead"}
SOURCES = (
    "score.grade",
    "score.band",
    "stage",
    "first_name",
    "country",
    "classification",
    "channel",
    "job_title",
    "nurture.stream",
)
FREE = {
    "hubspot": (
        "leadcycle_grade",
        "leadcycle_band",
        "leadcycle_classification",
        "city",
        "state",
    ),
    "salesforce": (
        "Leadcycle_Grade__c",
        "Leadcycle_Band__c",
        "Leadcycle_Channel__c",
        "Leadcycle_Interest__c",
        "City",
        "Street",
    ),
}


def mapped(given: Trees, dice: random.Random) -> str:
    """One line of one platform."""
    platform = dice.choice(list(KINDS))
    write = given[f"mappings/{platform}.yaml"]["records"][KINDS[platform]]["write"]
    what = dice.choice((_gone, _new, _other))
    return f"{platform}: {what(write, platform, dice)}"


def _gone(write: dict[str, Any], platform: str, dice: random.Random) -> str:
    del platform
    name = dice.choice(list(write))
    del write[name]
    return f"{name} is written no more"


def _new(write: dict[str, Any], platform: str, dice: random.Random) -> str:
    name = dice.choice(FREE[platform])
    write[name] = {"from": dice.choice(SOURCES)}
    return f"{name} is written from {write[name]['from']}"


def _other(write: dict[str, Any], platform: str, dice: random.Random) -> str:
    """Of a line that only we write, or that has a table or a length."""
    del platform
    ours = [n for n, line in write.items() if "eadcycle" in n or {"values", "max_length"} & {*line}]
    name = dice.choice(ours)
    line = write[name]
    if len(line.get("values", ())) > 1:
        one, other = dice.sample(list(line["values"]), 2)
        line["values"][one], line["values"][other] = line["values"][other], line["values"][one]
        return f"{name} writes {one} and {other} the other way round"
    if "max_length" in line:
        line["max_length"] = dice.choice((3, 8, 20))
        return f"{name} takes {line['max_length']} characters"
    line["from"] = dice.choice(SOURCES)
    return f"{name} is written from {line['from']}"
