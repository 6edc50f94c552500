"""Forms of one word in German and English: number, case and gender, as far as a few endings tell them.

Not a dictionary. What is known: `Leiterin`, `Leiterinnen`, `Leitern`, `Leiters` are `leiter`; `Direktoren` is `direktor`;
`Einkaufs` is `einkauf`; `Managers` is `manager`; `Kauffrau` and `Kaufleute` are `kaufmann`; `technischer` is `technisch`. Not
known: umlauts of the plural (`Vorstände`), words made from one another (`Leitung` and `Leiter`, `Engineering` and `Engineer`).
"""

from __future__ import annotations

import re
from functools import lru_cache

_AGENT = r"(?:(?<!m)ent|er|or|eur|ant|ist|aer|og|ekt|ert|chef)"
_FEMALE = re.compile(rf"(.{{2,}}{_AGENT})in(?:nen)?")
_CASE = re.compile(rf"(.{{2,}}{_AGENT})(?:s|n|en|e|es)")
_COUPLE = re.compile(r"(.{3,})(?:frau(?:en)?|leute|maenner|mannes)")
_DESCRIBES = re.compile(r"(.{3,}(?:isch|lich|ativ|ell|ig))(?:er|e|en|em|es)")
_STANDS_FOR = re.compile(
    r"(.*(?:beauftragt|verantwortlich|vorsitzend|angestellt|bevollmaechtigt|leitend))(?:er|e|en|em|es)?"
)
_ENDINGS = ("es", "en", "e", "s")
_KEPT_S = ("ss", "us", "is")
LEAST = 4  # letters that an ending leaves
_DESCRIBING = re.compile(r".{3,}(?:isch|lich|ativ|ell|ig)")
_ROLE = re.compile(rf".{{2,}}{_AGENT}|.*(?:mann|beauftragt|verantwortlich|vorsitzend|leitung)")
_ADJECTIVES = frozenset({
    "central", "commercial", "corporate", "digital", "general", "global", "industrial", "international", "junior", "local",
    "lokal", "medical", "national", "operational", "regional", "senior", "strategic", "technical", "zentral",
})  # fmt: skip
_ROLES = frozenset({
    "analyst", "buyer", "chief", "director", "executive", "head", "lead", "leiter", "manager", "president", "vice",
    "vorstand", "vp",
})  # fmt: skip
_THINGS = frozenset({  # words that end like roles
    "after", "center", "client", "computer", "concert", "consumer", "container", "content", "customer", "event", "export",
    "factor", "filter", "import", "inter", "junior", "motor", "objekt", "order", "outdoor", "paper", "patent", "power",
    "produkt", "projekt", "sector", "senior", "sensor", "sport", "super", "talent", "trailer", "transport", "user", "water",
})  # fmt: skip


@lru_cache(16_384)
def stem(word: str) -> str:
    """A folded word without its endings: equal stems, forms of one word."""
    if len(word) <= LEAST:
        return word
    for pattern in (_STANDS_FOR, _FEMALE, _CASE, _DESCRIBES):
        if found := pattern.fullmatch(word):
            return found[1]
    if found := _COUPLE.fullmatch(word):
        return f"{found[1]}mann"
    return _ended(word)


def _ended(word: str) -> str:
    for ending in _ENDINGS:
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= LEAST and not (ending == "s" and word.endswith(_KEPT_S)):
            return rest
    return word


def is_role(stemmed: str) -> bool:
    """Whether the word names somebody who works (`leiter`, `manager`, `head`) rather than what they work on."""
    if stemmed in _ROLES:
        return True
    return stemmed not in _THINGS and _ROLE.fullmatch(stemmed) is not None


def describes(stemmed: str) -> bool:
    """Whether the word only says which one: `strategisch`, `global`."""
    return stemmed in _ADJECTIVES or _DESCRIBING.fullmatch(stemmed) is not None
