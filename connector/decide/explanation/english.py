"""Everything a person reads about a lead, in English."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "yes": "yes",
    "no": "no",
    "or": "{most} or {last}",
    "nothing": "–",
    # the text on the CRM record
    "shown.grade": "grade {grade}",
    "shown.as_of": "as of {day}",
    "shown.did": "Did: {acts}",
    "shown.against": "Against: {acts}",
    # why a test of a condition does not hold
    "fails.unknown": "{fact} is unknown",
    "fails.known": "{fact} is known",
    "fails.at_least": "{fact} {got} is below {wanted}",
    "fails.above": "{fact} {got} is not above {wanted}",
    "fails.at_most": "{fact} {got} is above {wanted}",
    "fails.below": "{fact} {got} is not below {wanted}",
    "fails.between": "{fact} {got} is not between {low} and {high}",
    "fails.equals": "{fact} is {got}, not {wanted}",
    "fails.in": "{fact} is {got}, not {wanted}",
    "fails.not": "{fact} is {got}, which is ruled out",
    "fails.other": "{fact} {got} does not fit: {operator} {wanted}",
    "fails.sales": "sales has not said {wanted} ({fact})",
    # facts that are no fields
    "fact.activity": "activity",
    "fact.profile": "profile",
    "fact.grade": "grade",
    "fact.band": "band",
    "fact.stage": "stage",
    "fact.peak": "highest stage",
    "fact.owner": "owner",
    "fact.account_owner": "owner of the company",
    "fact.email_domain": "e-mail domain",
    "fact.lead_event": "lead event",
    "fact.acceptance": "answer of sales",
    "fact.rejection_reason": "reason of the rejection",
    "fact.opportunity": "opportunity",
    "fact.loss_reason": "reason of the loss",
    "fact.contacted": "contacted",
    "fact.stream": "stream",
    "fact.asked_stream": "asked stream",
    "fact.track": "track",
    "fact.consent": "consent for {purpose}",
}
