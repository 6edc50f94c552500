"""Countries as ISO 3166 alpha-2, from codes and from names in many languages.

Names and aliases are Babel's. The codes stand here, because most values are codes and Babel takes a tenth of a second to load;
a test holds them equal to Babel's. SYNONYMS are what people write and Babel does not know.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any

from connector.decide.fields.normal.text import spelled

_ALPHA_2 = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD"
    " CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF"
    " GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN"
    " KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA"
    " NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI"
    " SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI"
    " VN VU WF WS XK YE YT ZA ZM ZW"
)  # XK (Kosovo) is user-assigned and in wide use
CODES = frozenset(_ALPHA_2.split())

LOCALES = ("en", "de", "fr", "it", "es", "nl", "pl", "cs", "pt", "sv", "da", "nb", "fi", "tr")

SYNONYMS = {
    "AE": ("UAE", "VAE", "Emirates", "Emirate"),
    "AT": ("A", "Republic of Austria", "Republik Österreich"),
    "BY": ("Weißrussland", "Belorussia"),
    "CD": ("Democratic Republic of the Congo", "DR Congo", "Congo, the Democratic Republic of the"),
    "CG": ("Republic of the Congo", "Congo"),
    "CH": ("Swiss", "Swiss Confederation", "Switzerland/Liechtenstein"),
    "CI": ("Ivory Coast", "Cote d'Ivoire"),
    "CN": ("PR China", "People's Republic of China", "Mainland China", "VR China"),
    "CV": ("Cape Verde",),
    "CZ": ("Czech Republic", "Tschechische Republik", "Tschechei", "ČR"),
    "DE": ("D", "BRD", "Germany (DE)", "Bundesrepublik Deutschland", "Federal Republic of Germany", "Allemagne"),
    "DK": ("Kingdom of Denmark",),
    "ES": ("Kingdom of Spain",),
    "FR": ("F", "French Republic"),
    "GB": ("Great Britain", "Britain", "Großbritannien", "GBR", "England", "Scotland", "Schottland", "Wales", "Northern Ireland",
           "Nordirland", "United Kingdom of Great Britain and Northern Ireland"),
    "GR": ("EL", "Hellas"),
    "HK": ("Hong Kong", "Hongkong"),
    "IE": ("Republic of Ireland", "Éire"),
    "IR": ("Iran, Islamic Republic of", "Islamic Republic of Iran"),
    "KP": ("Democratic People's Republic of Korea",),
    "KR": ("Korea", "Republic of Korea", "Korea, Republic of", "Korea (South)"),
    "LA": ("Lao People's Democratic Republic",),
    "LI": ("FL",),
    "MD": ("Republic of Moldova", "Moldova, Republic of", "Moldawien"),
    "MK": ("Macedonia", "Mazedonien", "FYROM"),
    "MM": ("Burma", "Birma"),
    "MO": ("Macau", "Macao"),
    "NL": ("Holland", "The Netherlands", "Netherlands, The"),
    "PS": ("Palestine", "Palästina"),
    "RU": ("Russian Federation", "Russische Föderation"),
    "SK": ("Slovak Republic", "Slowakische Republik"),
    "SY": ("Syrian Arab Republic",),
    "SZ": ("Swaziland", "Swasiland"),
    "TL": ("East Timor",),
    "TR": ("Turkey", "Republic of Turkey"),
    "TW": ("Taiwan, Province of China", "Republic of China"),
    "TZ": ("United Republic of Tanzania", "Tanzania, United Republic of"),
    "US": ("USA", "U.S.", "United States of America", "The United States", "America", "Amerika", "Vereinigte Staaten von Amerika"),
    "VA": ("Vatican", "Vatikan", "Holy See"),
    "VE": ("Venezuela, Bolivarian Republic of",),
    "VN": ("Viet Nam",),
}  # fmt: skip


def country(raw: Any) -> str | None:
    """`DE` from DE, deu, Germany, Deutschland, Allemagne…; None for blank. Raises ValueError for an unknown name."""
    return _country(raw if type(raw) is str else spelled(raw))


@lru_cache(65536)
def _country(raw: str) -> str | None:
    name = raw.strip()
    if not name:
        return None
    if (code := name.upper()) in CODES:
        return code
    found = _index().get(folded(name))
    if found is None:
        raise ValueError("is not a country we know")
    return found


def folded(name: str) -> str:
    """Letters and digits only, without case and accents: `Côte d’Ivoire` and `COTE D'IVOIRE` are one."""
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if c.isalnum())


def spellings(name: str) -> tuple[str, str]:
    """The folded name, and the one that writes umlauts as two letters (Oesterreich)."""
    plain = name.casefold()
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        plain = plain.replace(umlaut, letters)
    return folded(name), folded(plain)


@lru_cache(1)
def _index() -> dict[str, str]:
    """Built on first use: Babel's locale data take a tenth of a second to load."""
    from babel import Locale
    from babel.core import get_global

    index: dict[str, str] = {}
    for code, names in SYNONYMS.items():
        for name in names:
            index.update(dict.fromkeys(spellings(name), code))
    for alias, codes in get_global("territory_aliases").items():
        if len(codes) == 1 and codes[0] in CODES and alias.isalpha() and alias.isascii():
            index.setdefault(alias.casefold(), codes[0])
    for locale in LOCALES:
        for code, name in Locale.parse(locale).territories.items():
            if code in CODES:
                for spelling in spellings(name):
                    index.setdefault(spelling, code)
    return index
