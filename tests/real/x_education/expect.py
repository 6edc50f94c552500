"""The file, read by itself: who there is, who converted, and how well any score ranks them."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

FILE = "Leads.first70pct.csv.gz"
OUTCOME = "Converted"


def read_leads(folder: Path) -> dict[str, dict[str, str]]:
    """The rows as they stand, by lead number."""
    with gzip.open(folder / FILE, "rt", encoding="utf-8-sig", newline="") as text:
        return {row["Lead Number"]: row for row in csv.DictReader(text)}


def converted(leads: Mapping[str, Mapping[str, str]]) -> dict[str, bool]:
    return {number: row[OUTCOME] == "1" for number, row in leads.items()}


def auc(scores: Mapping[str, float], won: Mapping[str, bool]) -> float:
    """How likely a winner ranks above a loser; a tie counts half (Mann and Whitney)."""
    winners = sum(won.values())
    losers = len(won) - winners
    below, wins = 0, 0.0
    for _, tied in groupby(sorted(won, key=lambda one: scores[one]), key=lambda one: scores[one]):
        found = [won[one] for one in tied]
        lost = found.count(False)
        wins += found.count(True) * (below + lost / 2)
        below += lost
    return wins / (winners * losers)
