"""Short sentences that decisions keep on record, in another language. They are recorded in English, whatever anybody reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache

from connector.decide.explanation.language import Language
from connector.decide.explanation.obstacles import name_of

RECORDED: tuple[tuple[str, str], ...] = (
    # what a hand-over waits for
    ("no consent", "keine Einwilligung"),
    ("excluded: {label}", "ausgeschlossen: {label}"),
    ("guarded: {a}", "geschützt durch {a}"),
    ("needs {fact}", "es fehlt: {fact}"),
    ("its owner was chosen by hand", "wer den Lead hat, wurde von Hand gewählt"),
    ("nobody is left who has not had this lead", "niemand ist übrig, der diesen Lead nicht schon hatte"),
    ("nothing new since the last hand-over", "nichts Neues seit der letzten Übergabe"),
    ("another hand-over first", "erst eine andere Übergabe"),
    ("not in scope of {a}: {why}", "nicht im Umfang von {a}: {why}"),
    # why somebody was passed over
    ("{why}, {a} answers instead", "{why}, {a} übernimmt"),
    ("has had {turns}, {a} {count}", "war {turns} an der Reihe, {a} {count}-mal"),
    ("has {count} open leads, the most is {b}", "hat {count} offene Leads, höchstens {b} sind erlaubt"),
    ("has {leads}, {a} {count}", "hat {leads}, {a} {count}"),
    ("{a} stands before, and has had as much", "{a} steht davor und hatte gleich viele"),
    ("it is the turn of {a} by the level of the others", "nach dem Stand der anderen ist {a} an der Reihe"),
    ("had this lead before", "hatte diesen Lead schon"),
    ("{a} had this lead before", "{a} hatte diesen Lead schon"),
    ("takes no turns", "kommt nicht an die Reihe"),
    ("not in the roster", "im CRM nicht bekannt"),
    ("not active", "nicht aktiv"),
    ("away until {day}", "abwesend bis {day}"),
    ("does not speak {a}", "spricht kein {a}"),
    ("is not at work before {moment}", "ist nicht im Dienst vor {moment}"),
    ("nobody in pool {a} is available", "niemand im Pool {a} ist verfügbar"),
    ("no pool is called like the {fact}", "kein Pool heißt wie {fact}"),
    ("the account's owner is unknown", "wer die Firma betreut, ist unbekannt"),
    ("the account's owner is not in the roster", "wer die Firma betreut, ist im CRM nicht bekannt"),
    ("no key account", "kein Schlüsselkunde"),
    ("queue {a} is not active", "die Warteschlange {a} ist nicht aktiv"),
    ("key_account is unknown", "kein Schlüsselkunde"),
    ("account_owner is unknown", "niemand betreut die Firma"),
    ("territory is unknown", "in keinem Gebiet"),
    # why a rung told nobody
    ("nobody answers instead of {a}", "niemand vertritt {a}"),
    ("no manager of {a} is known", "wer {a} führt, ist unbekannt"),
    # why somebody got nothing at all
    ("rule {a}: {why} ({b})", "Regel {a}: {why} ({b})"),
    ("rule {a} comes after {b}, which gave it away ({c})", "Regel {a} kommt nach {b}, die den Lead vergab ({c})"),
    ("rule {a} gave it to pool {b}, they are in {c} ({d})", "Regel {a} gab ihn in den Pool {b}, sie sind in {c} ({d})"),
    ("only as a substitute", "nur als Vertretung"),
    ("nobody is known by this address", "unter dieser Adresse ist niemand bekannt"),
    ("only as the owner of an account", "nur als Betreuer einer Firma"),
    ("no rule gives anything to them", "keine Regel gibt ihnen etwas"),
    # why a stream was left, or a ladder
    ("sales works the lead", "der Vertrieb arbeitet daran"),
    ("another stream comes first", "eine andere Strecke geht vor"),
    ("its condition holds no more", "die Bedingung gilt nicht mehr"),
    ("its end has come", "das Ende ist erreicht"),
    ("the rules know it no more", "die Regeln kennen sie nicht mehr"),
    ("exhausted: its time is over", "ausgeschöpft: die Zeit ist um"),
    ("exhausted: {number} mails", "ausgeschöpft: {number} Mails"),
    ("merged", "zusammengeführt"),
    ("its last step is over", "die letzte Stufe ist vorbei"),
    ("it is not for them any more", "sie gilt nicht mehr für diesen Kontakt"),
    # why a condition does not hold
    ("{fact} is unknown", "{fact} ist unbekannt"),
    ("{fact} is known", "{fact} ist bekannt"),
    ("{fact} does not match", "{fact} passt nicht"),
    ("{fact} is what it must not be", "{fact} ist, was es nicht sein darf"),
    ("{fact} is not one of {a}", "{fact} ist nicht unter {a}"),
    ("{fact} is one of {a}", "{fact} ist unter {a}"),
    ("{fact} is below {a}", "{fact} liegt unter {a}"),
    ("{fact} is not above {a}", "{fact} liegt nicht über {a}"),
    ("{fact} is above {a}", "{fact} liegt über {a}"),
    ("{fact} is not below {a}", "{fact} liegt nicht unter {a}"),
    ("{fact} is not between {a}", "{fact} liegt nicht zwischen {a}"),
    ("{fact} does not contain {a}", "{fact} enthält nicht {a}"),
    ("{fact} contains none of {a}", "{fact} enthält nichts von {a}"),
    ("{fact} does not start with {a}", "{fact} beginnt nicht mit {a}"),
    ("{fact} does not end with {a}", "{fact} endet nicht auf {a}"),
    ("{fact} has no word that begins with {a}", "{fact} hat kein Wort, das mit {a} beginnt"),
    ("{fact} has no word {a}", "{fact} hat nicht das Wort {a}"),
    ("{fact} does not say {a}", "{fact} nennt nicht {a}"),
    ("{fact} is no form of {a}", "{fact} ist keine Form von {a}"),
    ("{fact} is at none of {a}", "{fact} ist bei keiner von {a}"),
    ("{fact} is not {a}", "{fact} ist nicht {a}"),
    # what a property cannot hold
    ("{a}: {fact} was left as it is: the mapping's table lacks the value", "{a}: {fact} blieb, wie es war: der Wert fehlt in der Tabelle der Zuordnung"),
    ("{a}: {fact} does not hold every part of the list", "{a}: {fact} fasst nicht alle Teile der Liste"),
    ("{a}: {fact} was rounded to {b}", "{a}: {fact} wurde auf {b} gerundet"),
    ("{a}: {fact} was cut to {b} characters", "{a}: {fact} wurde auf {b} Zeichen gekürzt"),
    ("{a}: {fact} holds less than the value", "{a}: {fact} fasst den Wert nicht ganz"),
    ("{a}: {fact} shows what cannot be read into {b}; it stays there", "{a}: {fact} zeigt etwas, das nicht als {b} gelesen werden kann; es bleibt dort stehen"),
    # by which rule an edit lost
    ("{a} before {b}", "{a} vor {b}"),
    ("newest", "der neueste Wert"),
    ("first", "der erste Wert"),
    ("newest, at the same time {why}", "der neueste Wert, bei Gleichzeitigkeit {why}"),
    ("first, at the same time {why}", "der erste Wert, bei Gleichzeitigkeit {why}"),
    ("any_true", "ein Ja genügt"),
    ("most_restrictive", "das Strengste gilt"),
    ("highest_stage", "die höchste Stufe"),
    ("union", "die Vereinigung"),
    ("manual", "die Wahl einer Person"),
    ("blank: {a}", "leer: {a}"),
)  # fmt: skip
_WEIGHT = r"(?: \(weight \d+\))?"
_NUMBER = r"\d+(?:\.\d+)?"  # a turn may be lifted by a part of one
_COUNTED: Mapping[str, str] = {
    "turns": rf"{_NUMBER} turns?{_WEIGHT}",
    "leads": rf"\d+ open leads?{_WEIGHT}",
    "count": rf"{_NUMBER}{_WEIGHT}",
}
_SLOT = re.compile(r"\{(\w+)\}")


PLAINLY: Mapping[str, str] = {  # what reads better in English than as it is recorded
    "key_account is unknown": "no key account",
    "account_owner is unknown": "nobody owns the company",
    "territory is unknown": "in no territory",
    "any_true": "one yes is enough",
    "most_restrictive": "the strictest",
    "highest_stage": "the highest stage",
}


def echoed(sentence: str, words: Language, zone: tzinfo = UTC) -> str:
    """A recorded sentence in this language, facts by their names, moments in `zone`; one that is not in the table stays as it was written."""
    return _translated(sentence, words, zone) or sentence


def _translated(sentence: str, words: Language, zone: tzinfo) -> str:
    """ "" for a sentence nobody knows."""
    for pattern, english, german in _patterns():
        found = pattern.fullmatch(sentence)
        if found is not None:
            slots = {
                name: _slot(name, text, words, zone) for name, text in found.groupdict().items()
            }
            if all(slots.values()):
                plain = PLAINLY.get(english, english) if words.code == "en" else german
                return plain.format(**slots)
    return _each(sentence, words, zone)


def _each(sentence: str, words: Language, zone: tzinfo) -> str:
    """Several causes in one sentence."""
    parts = sentence.split(", ")
    if len(parts) < 2:
        return ""
    said = [_translated(part, words, zone) for part in parts]
    return ", ".join(said) if all(said) else ""


def _slot(name: str, text: str, words: Language, zone: tzinfo) -> str:
    if name == "why":
        return _translated(text, words, zone)
    if name == "fact":
        return name_of(text, words)
    if name in _COUNTED:
        return text if words.code == "en" else _counted(name, text)
    if name in ("day", "moment"):
        try:
            return _time(name, text, words, zone)
        except ValueError:
            return ""
    return text


def _time(name: str, text: str, words: Language, zone: tzinfo) -> str:
    """A day, or a moment as it is recorded: `2026-03-09 09:00 UTC`. Raises ValueError for what is none."""
    if name == "day":
        return words.day(date.fromisoformat(text))
    return words.moment(datetime.fromisoformat(text.removesuffix(" UTC") + "+00:00"), zone)


def _counted(name: str, text: str) -> str:
    """`2 turns (weight 2)` as `2-mal (Gewicht 2)`."""
    said = re.sub(r"(?<=\d)\.(?=\d)", ",", text.replace("weight", "Gewicht"))
    if name == "turns":
        return re.sub(r" turns?", "-mal", said)
    return said.replace("open leads", "offene Leads").replace("open lead", "offenen Lead")


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    """The plain ones first: `key_account is unknown` before `{fact} is unknown`."""
    found = sorted(RECORDED, key=lambda pair: bool(_SLOT.search(pair[0])))
    return tuple((re.compile(_regex(english)), english, german) for english, german in found)


def _regex(template: str) -> str:
    kinds: Mapping[str, str] = {**_COUNTED, "number": r"\d+(?:\.\d+)?", "fact": r"[\w.]+"}

    def parts() -> Iterator[str]:
        last = 0
        for slot in _SLOT.finditer(template):
            yield re.escape(template[last : slot.start()])
            yield f"(?P<{slot[1]}>{kinds.get(slot[1], '.+?')})"
            last = slot.end()
        yield re.escape(template[last:])

    return "".join(parts())
