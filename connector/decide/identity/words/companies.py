"""What companies are called, without the form in which the law knows them."""

from __future__ import annotations

from functools import lru_cache

from connector.decide.identity.words.folding import fold

_WORDS = (
    # German, Austrian, Swiss
    "gmbh mbh ggmbh ag kg ohg gbr ug kgaa se ek eg ev kdoer gesmbh gesellschaft aktiengesellschaft kommanditgesellschaft"
    # English
    " inc incorporated llc llp lp ltd limited plc corp corporation co company pllc pc pa lllp pty pte partnership dba"
    # French, Belgian
    " sa sarl sas sasu eurl snc sprl srl bvba scs scrl"
    # Italian, Spanish, Portuguese
    " spa sapa sl slu sll lda ltda sc sab cv"
    # Dutch, Nordic, Baltic
    " bv nv vof cv ab aktiebolag as asa aps oy oyj ou sia uab"
    # Polish, Czech, Slovak, Hungarian, Romanian, Balkan, Turkish, Russian
    " spzoo spk sro kft zrt nyrt bt doo dd ad ood eood oao ooo zao pao"
    # elsewhere
    " kk gk bhd sdn"
)
_FORMS = frozenset(_WORDS.split())
_JOINING = frozenset(["and", "und", "et", "e", "y", "i", "of", "the"])
_TRADING = frozenset({"dba"})  # what follows is another name of the same company
_LETTERS = 5  # single letters in a row are read together: S.p.A., e. K., Sp. z o.o.


@lru_cache(16384)
def company_name(text: str) -> str:
    """`Müller & Söhne GmbH & Co. KG` is `mueller soehne`. Legal forms at the end go, also spelled with dots; "" for nothing.

    A name that consists of nothing but such words is kept as it stands. What is returned is its own company name.
    """
    words = fold(text.replace("&", " ").replace("+", " ").replace("'", "")).split()
    # What goes may bring two letters together that spell a form: each turn leaves fewer words, so this ends.
    while (kept := _without_forms(words)) != words:
        words = kept
    return " ".join(words)


def _without_forms(spelled: list[str]) -> list[str]:
    words = _together(spelled)
    trading = next((place for place, word in enumerate(words) if place and word in _TRADING), None)
    kept = words[:trading]
    while kept and (kept[-1] in _FORMS or kept[-1] in _JOINING):
        kept.pop()
    kept = [word for word in kept if word not in _JOINING]
    return kept or words


def _together(words: list[str]) -> list[str]:
    """Letters that dots had parted, as one word: `s p a` is `spa`, `sp z o o` is `spzoo`."""
    found: list[str] = []
    place = 0
    while place < len(words):
        for end in range(min(len(words), place + _LETTERS), place + 1, -1):
            joined = "".join(words[place:end])
            pieces = words[place:end]
            if joined in _FORMS and all(len(each) <= 2 for each in pieces):
                found.append(joined)
                place = end
                break
        else:
            found.append(words[place])
            place += 1
    return found
