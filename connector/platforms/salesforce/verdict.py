"""One table: what each of Salesforce's errors means for us and what cures it (api-contracts B.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal, NamedTuple

from connector.errors import LeadcycleError, Refused, Stopped, TryLater, Unclear
from connector.platforms.salesforce.session import NAME

Action = Literal["refuse", "retry", "whereabouts", "holder", "duplicate"]


class Verdict(NamedTuple):
    """`refuse`: to the shelf. `retry`: the same again later. `whereabouts`: find where the record went. `holder`: find who
    holds the unique value. `duplicate`: a duplicate rule names other records."""

    action: Action
    plain: str
    hint: str = ""


_LATER = "Salesforce was busy with this record"
ROWS: Mapping[str, Verdict] = {
    "UNABLE_TO_LOCK_ROW": Verdict("retry", _LATER),
    "QUERY_TIMEOUT": Verdict("retry", _LATER),
    "SERVER_UNAVAILABLE": Verdict("retry", _LATER),
    "UNKNOWN_EXCEPTION": Verdict("retry", _LATER),
    "PROCESSING_HALTED": Verdict("retry", "a part of the same call failed"),
    "ALL_OR_NONE_OPERATION_ROLLED_BACK": Verdict("retry", "a part of the same call failed"),
    "REQUEST_LIMIT_EXCEEDED": Verdict("retry", "the organisation's API calls are used up"),
    "DUPLICATE_VALUE": Verdict(
        "holder", "another record already has this unique value", "merge the two records"
    ),
    "DUPLICATES_DETECTED": Verdict(
        "duplicate",
        "a duplicate rule sees this person in other records",
        "merge the records it names, or let the rule allow saving",
    ),
    "CANNOT_UPDATE_CONVERTED_LEAD": Verdict("whereabouts", "the lead has been converted"),
    "ENTITY_IS_DELETED": Verdict("whereabouts", "the record was deleted"),
    "NOT_FOUND": Verdict("whereabouts", "there is no such record"),
    "MULTIPLE_CHOICES": Verdict(
        "refuse", "several records have this external id", "make the external id field unique"
    ),
    "INACTIVE_OWNER_OR_USER": Verdict(
        "refuse", "the owner is an inactive user", "activate the user or route to somebody else"
    ),
    "OPERATION_WITH_INACTIVE_OWNER": Verdict(
        "refuse", "the owner is an inactive user", "activate the user or route to somebody else"
    ),
    "OPERATION_WITH_INACTIVE_USER_NOT_ALLOWED": Verdict(
        "refuse", "the owner is an inactive user", "activate the user or route to somebody else"
    ),
    "INVALID_CROSS_REFERENCE_KEY": Verdict(
        "refuse", "a record it points at does not exist or may not be used", "check the owner; a contact's owner is never a queue"
    ),
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": Verdict(
        "refuse", "the picklist does not offer this value", "add the value in Salesforce, or map it to one that exists"
    ),
    "STRING_TOO_LONG": Verdict(
        "refuse", "the text is too long for the field", "set max_length and too_long: cut in the mapping"
    ),
    "REQUIRED_FIELD_MISSING": Verdict(
        "refuse", "a required field is empty", "give it a value with if_missing in the mapping"
    ),
    "INVALID_EMAIL_ADDRESS": Verdict(
        "refuse", "Salesforce does not take this e-mail address", "correct it where it came from"
    ),
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": Verdict(
        "refuse", "a validation rule of the organisation", "satisfy the rule or exempt the integration user from it"
    ),
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": Verdict(
        "refuse", "an automation of the organisation failed on this record", "show it to the Salesforce administrator"
    ),
    "INVALID_FIELD": Verdict(
        "refuse", "the field does not exist or we may not see it", "run: leadcycle install salesforce"
    ),
    "INVALID_FIELD_FOR_INSERT_UPDATE": Verdict(
        "refuse", "we may not write this field", "run: leadcycle connect, then grant the field to the integration user"
    ),
    "INSUFFICIENT_ACCESS_OR_READONLY": Verdict(
        "refuse", "we may not change this record", "give the integration user access to it"
    ),
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": Verdict(
        "refuse", "we may not use a record it points at", "give the integration user access to it"
    ),
    "NUMBER_OUTSIDE_VALID_RANGE": Verdict("refuse", "the number is too large for the field", "make the field longer"),
    "JSON_PARSER_ERROR": Verdict(
        "refuse", "a value has another type than the field", "compare the mapping's type with the field's"
    ),
    "MALFORMED_ID": Verdict("refuse", "an id points at the wrong kind of record", "check the mapping of this field"),
}  # fmt: skip
_OTHER = Verdict(
    "refuse", "Salesforce refused the record", "look the code up, or show it to the administrator"
)
_STOPPERS: Mapping[str, str] = {
    "API_DISABLED_FOR_ORG": "the API is switched off for this organisation or user",
    "INSUFFICIENT_ACCESS": "the integration user lacks a right; run: leadcycle connect",
    "API_CURRENTLY_DISABLED": "the API is switched off for this organisation",
    "UNSUPPORTED_API_VERSION": "this API version is retired; set `version` of the connection",
    "GONE": "this API version is retired; set `version` of the connection",
}
_DAY_WAIT = timedelta(minutes=15)  # the day rolls: some calls come back every minute (B.11)
_LONG_CALLS_WAIT = timedelta(seconds=30)
_ADDRESS = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")
_OWN_WORDS = "FIELD_CUSTOM_VALIDATION_EXCEPTION"  # the administrator's sentence, not a value


def verdict(code: str) -> Verdict:
    """What an error of one row means."""
    return ROWS.get(code, _OTHER)


def first_error(content: Any) -> Mapping[str, Any]:
    """The first error of any of Salesforce's shapes: an array with `errorCode`, a save result with `errors`, an object."""
    if isinstance(content, dict):
        content = content.get("errors") or [content]
    if isinstance(content, list) and content and isinstance(content[0], dict):
        return content[0]
    return {}


def code_of(error: Mapping[str, Any]) -> str:
    """Collections say `statusCode` where everything else says `errorCode` (api-contracts B.3)."""
    return str(error.get("errorCode") or error.get("statusCode") or error.get("error") or "")


def plain(error: Mapping[str, Any]) -> str:
    """The error in our words: field names yes, values never (vendor messages quote the value they refuse)."""
    code = code_of(error)
    said = verdict(code).plain
    if code == _OWN_WORDS:
        said = f"{said}: {_ADDRESS.sub('…', str(error.get('message', '')))[:200]}"
    fields = _names(error.get("fields"))
    return f"{', '.join(fields)}: {said}" if fields else said


def _names(fields: Any) -> Sequence[str]:
    return [str(name) for name in fields] if isinstance(fields, list) else []


def failed_call(status: int, content: Any, *, write: bool) -> LeadcycleError:
    """The error behind a whole call's answer. A write without a clear answer is Unclear, a read may simply be repeated."""
    error = first_error(content)
    code = code_of(error)
    if code == "REQUEST_LIMIT_EXCEEDED":  # 403, never 429, without Retry-After (B.4)
        return _limit(str(error.get("message", "")))
    if code in _STOPPERS or status == 410:
        return Stopped(NAME, f"{code or status}: {_STOPPERS.get(code, _STOPPERS['GONE'])}")
    if status == 401:
        return Stopped(
            NAME, f"{code or 'HTTP 401'}: the login is refused; check key, secret and user"
        )
    if not code or status >= 500 or 300 < status < 400:
        return lost(f"HTTP {status} {code}".strip(), write=write)
    if code in ("UNABLE_TO_LOCK_ROW", "QUERY_TIMEOUT"):
        return TryLater(f"{NAME}: {code}", None, code)
    return Refused(None, code, plain(error))


def _limit(message: str) -> LeadcycleError:
    if message.startswith("Concurrent"):
        return TryLater(
            f"{NAME}: too many long calls at once", _LONG_CALLS_WAIT, "REQUEST_LIMIT_EXCEEDED"
        )
    return Stopped(NAME, "the organisation's API calls of the last 24 hours are used up", _DAY_WAIT)


def lost(what: str, *, write: bool) -> LeadcycleError:
    """No usable answer came. A read may be repeated at once; what a write did must be looked up."""
    if write:
        return Unclear(f"{NAME}: {what}")
    return TryLater(f"{NAME}: {what}", timedelta(), "NO_ANSWER")
