"""Everything a person reads about a lead, in German."""

from __future__ import annotations

from collections.abc import Mapping

GERMAN: Mapping[str, str] = {
    "yes": "ja",
    "no": "nein",
    "or": "{most} oder {last}",
    "nothing": "–",
    # the text on the CRM record
    "shown.grade": "Note {grade}",
    "shown.as_of": "Stand {day}",
    "shown.did": "Aktivitäten: {acts}",
    "shown.against": "Dagegen: {acts}",
    # why a test of a condition does not hold
    "fails.unknown": "{fact} ist unbekannt",
    "fails.known": "{fact} ist bekannt",
    "fails.at_least": "{fact} {got} liegt unter {wanted}",
    "fails.above": "{fact} {got} liegt nicht über {wanted}",
    "fails.at_most": "{fact} {got} liegt über {wanted}",
    "fails.below": "{fact} {got} liegt nicht unter {wanted}",
    "fails.between": "{fact} {got} liegt nicht zwischen {low} und {high}",
    "fails.equals": "{fact} ist {got}, nicht {wanted}",
    "fails.in": "{fact} ist {got}, nicht {wanted}",
    "fails.not": "{fact} ist {got}, und das ist ausgeschlossen",
    "fails.other": "{fact} {got} passt nicht: {operator} {wanted}",
    "fails.sales": "der Vertrieb hat nicht {wanted} gemeldet ({fact})",
    # facts that are no fields
    "fact.activity": "Aktivität",
    "fact.profile": "Profil",
    "fact.grade": "Note",
    "fact.band": "Temperatur",
    "fact.stage": "Stufe",
    "fact.peak": "höchste Stufe",
    "fact.owner": "zuständige Person",
    "fact.account_owner": "zuständige Person der Firma",
    "fact.email_domain": "E-Mail-Domain",
    "fact.lead_event": "Lead-Ereignis",
    "fact.acceptance": "Antwort des Vertriebs",
    "fact.rejection_reason": "Grund der Ablehnung",
    "fact.opportunity": "Opportunity",
    "fact.loss_reason": "Grund des Verlusts",
    "fact.contacted": "Erstkontakt",
    "fact.stream": "Strecke",
    "fact.asked_stream": "gewünschte Strecke",
    "fact.track": "Geschäftsfeld",
    "fact.consent": "Einwilligung für {purpose}",
}
