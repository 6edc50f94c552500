"""Languages as the primary subtag of BCP 47: `de`, `en`, `gsw`.

Names and aliases are Babel's; the codes stand here for the reason given in `country`, and a test holds them equal to Babel's.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from connector.decide.fields.normal.country import LOCALES, folded, spellings
from connector.decide.fields.normal.text import spelled

_ISO_639_1 = (
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu"
    " fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km"
    " kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om"
    " or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tn to tr ts"
    " tt ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
CODES = frozenset(_ISO_639_1.split())
_TAG = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{1,8})*")


def language(raw: Any) -> str | None:
    """`de` from de, de-AT, de_CH, deu, German, Deutsch…; None for blank. Raises ValueError for an unknown one."""
    return _language(raw if type(raw) is str else spelled(raw))


@lru_cache(65536)
def _language(raw: str) -> str | None:
    name = raw.strip().casefold()
    if not name:
        return None
    tag = _TAG.fullmatch(name)
    if tag and tag[1] in CODES:
        return tag[1]
    known = _index()
    found = (tag and known.get(tag[1])) or known.get(folded(name))
    if found is None:
        raise ValueError("is not a language we know")
    return found


@lru_cache(1)
def _index() -> dict[str, str]:
    """Codes, former and three-letter codes, and names in many languages; built on first use."""
    from babel import Locale
    from babel.core import get_global

    index = {code: code for code in CODES}
    english = {_primary(str(code)) for code in Locale.parse("en").languages}
    for alias, code in get_global("language_aliases").items():
        primary = _primary(str(code))
        if alias.isalpha() and primary in english:
            index.setdefault(alias.casefold(), primary)
    for primary in english:
        index.setdefault(primary, primary)
    for locale in LOCALES:
        for code, name in Locale.parse(locale).languages.items():
            primary = _primary(str(code))
            if primary in english:
                for spelling in spellings(name):
                    index.setdefault(spelling, index[primary])
    return index


def _primary(code: str) -> str:
    return code.split("_", 1)[0].casefold()
