"""The tables of docs/reference/identity.md, as they are measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from benchmarks.identity.growth import HOLDS, Grown
from benchmarks.identity.measure import KEYS, Measured

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "identity.md"
FILES: Mapping[str, str] = {
    "Febrl dataset1": "febrl",
    "Febrl dataset3": "febrl",
    "fake_1000": "fake_1000",
    "RLdata500": "rldata500",
    "Senzing truth set": "senzing",
}
SIMPLE: Mapping[str, str] = {  # recall of simple keys on the same set, where it is known
    "Febrl dataset1": "0.73",
    "Febrl dataset3": "0.69",
    "fake_1000": "0.57",
    "RLdata500": "0.92",
}


def keys_of(name: str) -> str:
    """The mappings/fields.yaml for this data set."""
    return (KEYS / f"{FILES[name]}.yaml").read_text(encoding="utf-8")


def sets_table(found: Mapping[str, Measured]) -> str:
    """Precision and recall of every data set."""
    rows = [
        (
            name,
            f"`{FILES[name]}.yaml`",
            f"{one.records:,}",
            f"{one.people:,}",
            f"{one.precision:.4f}",
            f"{one.recall:.3f}",
            SIMPLE.get(name, ""),
            str(one.wrong),
            str(one.ambiguous),
            str(one.asked),
        )
        for name, one in found.items()
    ]
    heads = ("data set", "keys", "records", "people", "precision", "recall", "simple keys' recall", "wrong pairs", "records left to a person", "pairs asked about")  # fmt: skip
    return _table(heads, rows)


def growth_table(found: Iterable[Grown]) -> str:
    """Precision of every key as the number of people grows; which of them hold."""
    grown = list(found)
    sizes = list(grown[0].by_further)
    heads = (
        "key",
        "recall",
        *(f"precision among {450 + n:,} people" for n in sizes),
        "mistaken people `check` expects",
        "",
    )
    rows = [
        (
            one.key,
            f"{one.by_further[sizes[0]].recall:.2f}",
            *(
                f"{one.by_further[n].precision:.3f} ({one.by_further[n].wrong} wrong)"
                for n in sizes
            ),
            f"{one.foreseen:,.0f}",
            "holds" if one.by_further[sizes[-1]].precision >= HOLDS else "breaks",
        )
        for one in grown
    ]
    return _table(heads, rows)


def written(text: str, tables: Mapping[str, str]) -> str:
    """The page with these tables between their marks."""
    for name, table in tables.items():
        begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}{table}{end}{after}"
    return text


def table_in(text: str, name: str) -> str:
    """A table as it stands on the page."""
    return text.partition(f"<!-- {name}: begin -->\n")[2].partition(f"<!-- {name}: end -->")[0]


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(heads)
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
