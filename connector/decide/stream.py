"""Which nurture stream a contact is in: one at a time."""

from __future__ import annotations

from connector.decide.consent import agrees
from connector.decide.facts import Facts
from connector.decide.ready import Ready


def stream(ready: Ready, facts: Facts, stage: str, asked: str, excluded: str) -> str:
    """The asked stream, else the first whose condition holds; "" if none, without consent, or while sales works the lead."""
    if excluded or not ready.streams:
        return ""
    working = stage in ready.book.lifecycle.working
    get, found = facts.get, ""
    for rule, holds in ready.streams:
        wanted = rule.name == asked or (not rule.asked and not found)
        if not wanted or not agrees(facts.contact.consents, rule.purpose):
            continue
        if (rule.while_working or not working) and holds(get):
            found = rule.name
            if found == asked:
                break
    return found if found and ready.may_mail(get) else ""
