"""What a person is interested in: the catalogue of mappings/assets.yaml, and what counts of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from naive.person import Deed
from naive.sums import faded, human

LEAST, HALF_LIFE, NEARLY = 0.5, 60, 1.001
PHASES = ("awareness", "consideration", "decision")
WEIGHTS = {"form_submitted": 3, "webinar_attended": 4, "email_opened": 0}


class Asset(NamedTuple):
    topic: str
    kind: str
    phase: str
    language: str = ""


NAMED = {
    "Whitepaper Hydraulikdichtungen": Asset("hydraulics", "white paper", "awareness", "de"),
    "Whitepaper Werkstoffe": Asset("materials", "white paper", "awareness", "de"),
    "Dichtungen richtig auslegen": Asset("seal design", "webinar", "consideration", "de"),
    "Seals for food": Asset("food", "webinar", "consideration", "en"),
    "Hydraulik ohne Leckage": Asset("hydraulics", "webinar", "consideration", "de"),
    "Musterbestellung": Asset("samples", "sample order", "decision", "de"),
    "Sample order": Asset("samples", "sample order", "decision", "en"),
    "Beratungstermin": Asset("advice", "demo", "decision", "de"),
    "Demo request": Asset("advice", "demo", "decision", "en"),
    "Kontakt": Asset("", "contact form", "", "de"),
}
LIKE = (
    (("/preise/hydraulik/", "/en/prices/hydraulics/"), Asset("hydraulics", "price list", "decision")),
    (("/preise/", "/en/prices/"), Asset("o-rings", "price list", "decision")),
    (("/aktuelles/", "/en/news/"), Asset("", "news", "")),
    (("/karriere/", "/en/careers/"), Asset("", "jobs", "")),
    (("newsletter",), Asset("", "newsletter", "")),
    (("/produkte/o-ringe/", "/en/products/o-rings/"), Asset("o-rings", "product page", "consideration")),
    (
        ("/produkte/wellendichtringe/", "/en/products/shaft-seals/"),
        Asset("shaft seals", "product page", "consideration"),
    ),
)  # fmt: skip
ORDER = tuple(dict.fromkeys([*NAMED.values(), *(asset for _, asset in LIKE)]))


class Liked(NamedTuple):
    """`near`: something is so near a limit that six decimals do not tell."""

    topics: tuple[str, ...]
    phase: str
    near: bool


def about(name: str) -> Asset | None:
    lower = name.lower()
    by_name = {known.lower(): asset for known, asset in NAMED.items()}
    return by_name.get(lower) or next((a for starts, a in LIKE if lower.startswith(starts)), None)


def strengths(deeds: Sequence[Deed], now: datetime) -> dict[str, float]:
    """By asset and kind of deed, under the name by which the product keeps it; unweighted."""
    found: dict[str, list[Deed]] = {}
    for one in human(deeds):
        asset = about(one.asset) if one.asset else None
        if asset is not None and WEIGHTS.get(one.kind, 1):
            found.setdefault(f"interest:{'/'.join(asset)}:{one.kind}", []).append(one)
    return {name: faded(some, now, HALF_LIFE) for name, some in found.items()}


def liked(deeds: Sequence[Deed], now: datetime) -> Liked:
    topics: dict[str, float] = {}
    phases: dict[str, float] = {}
    for asset in ORDER:
        for one in human(deeds):
            if not one.asset or about(one.asset) != asset:
                continue
            weight = WEIGHTS.get(one.kind, 1) * faded([one], now, HALF_LIFE)
            for where, part in ((topics, asset.topic), (phases, asset.phase)):
                if part and weight:
                    where[part] = where.get(part, 0.0) + weight
    near = any(abs(total - LEAST) < 1e-4 for total in (*topics.values(), *phases.values()))
    left = {name: total for name, total in topics.items() if total >= LEAST}
    ordered = []
    while left:
        most = max(left.values())
        close = [name for name in left if left[name] * NEARLY >= most]
        near = near or any(abs(left[name] * NEARLY / most - 1) < 1e-4 for name in left)
        ordered.append(close[0])
        del left[close[0]]
    phase = next((p for p in reversed(PHASES) if phases.get(p, 0) >= LEAST), "")
    return Liked(tuple(ordered), phase, near)
