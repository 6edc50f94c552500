"""The data sets as rows: who each row truly is, and what it shows."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "datasets" / "identity"
_ADDRESS = re.compile(r"<([^>]*)>")
_NOT_WORD = re.compile(r"[^0-9a-z]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its id, the person (or company) it truly is, its fields; `company` says which of the two."""

    id: str
    truth: str
    shown: Mapping[str, str]
    company: bool = False


def febrl(number: int, folder: Path = FOLDER) -> list[Row]:
    """Made-up Australians with typing errors; the national id is left out."""
    rows = []
    for row in _csv(folder / "febrl" / f"dataset{number}.csv"):
        shown = {name: value for name, value in row.items() if name not in ("rec_id", "soc_sec_id")}
        born = shown.pop("date_of_birth", "")
        if len(born) == 8:
            shown["birth_date"] = f"{born[:4]}-{born[4:6]}-{born[6:]}"
        rows.append(Row(row["rec_id"], row["rec_id"].split("-")[1], shown))
    return rows


def fake_1000(folder: Path = FOLDER) -> list[Row]:
    """Made-up people with typing errors and many gaps."""
    return [
        Row(
            row["unique_id"],
            row["cluster"],
            {n: row[n] for n in row if n not in ("unique_id", "cluster")},
        )
        for row in _csv(folder / "splink_fake_1000" / "fake_1000.csv")
    ]


def rldata500(folder: Path = FOLDER) -> list[Row]:
    """German names and birth dates, one in ten twice with an error."""
    return [
        Row(
            f"r{number}",
            row["identity"],
            {
                "first_name": row["fname_c1"],
                "last_name": row["lname_c1"],
                "birth_date": f"{int(row['by']):04d}-{int(row['bm']):02d}-{int(row['bd']):02d}",
            },
        )
        for number, row in enumerate(_csv(folder / "rldata_german_names" / "RLdata500.csv"))
    ]


def grown(further: int, seed: int = 7, folder: Path = FOLDER) -> list[Row]:
    """RLdata500 among further people, each drawn from its own frequencies of first names, last names, years and days."""
    rows = rldata500(folder)
    draw = random.Random(seed)
    first = [row.shown["first_name"] for row in rows]
    last = [row.shown["last_name"] for row in rows]
    born = [row.shown["birth_date"] for row in rows]
    for number in range(further):
        shown = {
            "first_name": draw.choice(first),
            "last_name": draw.choice(last),
            "birth_date": draw.choice(born)[:4] + draw.choice(born)[4:],
        }
        rows.append(Row(f"x{number}", f"x{number}", shown))
    draw.shuffle(rows)
    return rows


def senzing(folder: Path = FOLDER) -> list[Row]:
    """A truth set made to be hard: fathers and sons, shared addresses, several scripts; people and companies."""
    base = folder / "senzing_truthset"
    truth = {
        (row["DATA_SOURCE"], row["RECORD_ID"]): row["CLUSTER_ID"]
        for row in _csv(base / "actual_truthset_key.csv")
    }
    rows = []
    for name in ("customers", "reference", "watchlist"):
        for row in _csv(base / f"{name}.csv"):
            place = (row["DATA_SOURCE"], row["RECORD_ID"])
            company = row.get("RECORD_TYPE") == "ORGANIZATION"
            shown = dict(_company(row) if company else _person(row))
            rows.append(Row("-".join(place), truth[place], shown, company))
    return rows


def _person(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    full = row.get("PRIMARY_NAME_FULL", "") or row.get("NATIVE_NAME_FULL", "")
    last, comma, first = full.partition(",")
    if full and not comma:
        first, _, last = full.rpartition(" ")
    yield "first_name", (row.get("PRIMARY_NAME_FIRST") or first).strip()
    yield "last_name", (row.get("PRIMARY_NAME_LAST") or last).strip()
    yield "birth_date", _day(row.get("DATE_OF_BIRTH", ""))
    address = row.get("EMAIL_ADDRESS", "")
    found = _ADDRESS.search(address)
    yield "email", (found[1] if found else address).strip()
    yield "phone", row.get("PHONE_NUMBER", "")
    yield "licence", row.get("DRIVERS_LICENSE_NUMBER", "")
    yield "passport", row.get("PASSPORT_NUMBER", "")
    yield "national_id", row.get("SSN_NUMBER", "") or row.get("NATIONAL_ID_NUMBER", "")
    yield "street", (row.get("ADDR_LINE1") or row.get("ADDR_FULL", "")).split(",")[0]
    yield "employer", row.get("EMPLOYER", "")


def _company(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield "name", row.get("PRIMARY_NAME_ORG", "")
    yield "register", row.get("NATIONAL_ID_NUMBER", "") or row.get("TAX_ID_NUMBER", "")
    yield (
        "place",
        " ".join(
            sorted(
                set(
                    _NOT_WORD.split(
                        f"{row.get('ADDR_FULL', '')} {row.get('ADDR_LINE1', '')}".lower()
                    )
                )
            )
        ),
    )
    yield "company_phone", row.get("PHONE_NUMBER", "")


def _day(text: str) -> str:
    """ISO, of `12/11/1978`, `1/7/80` and `1993-09-14`; two digits of a year are the last century's."""
    parts = text.split("/")
    if len(parts) != 3:
        return text
    month, day, year = (int(part) for part in parts)
    return f"{year if year > 99 else 1900 + year:04d}-{month:02d}-{day:02d}"


def _csv(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as text:
        for row in csv.DictReader(text, skipinitialspace=True):
            yield {name.strip(): (value or "").strip() for name, value in row.items() if name}


SETS: Mapping[str, Callable[[], list[Row]]] = {
    "Febrl dataset1": lambda: febrl(1),
    "Febrl dataset3": lambda: febrl(3),
    "fake_1000": fake_1000,
    "RLdata500": rldata500,
    "Senzing truth set": senzing,
}
