"""What cures a refusal, in plain words."""

from __future__ import annotations

from collections.abc import Mapping

CURES: Mapping[str, str] = {
    "PROPERTY_DOESNT_EXIST": "run `leadcycle install hubspot`, or correct the property's name in mappings/hubspot.yaml",
    "READ_ONLY_VALUE": "HubSpot computes this property; take it out of `write` in mappings/hubspot.yaml",
    "INVALID_OPTION": "the property has no such option: add it in HubSpot, or correct `values` in mappings/hubspot.yaml",
    "INVALID_OWNER_ID": "this owner has no seat in HubSpot any more; choose another one",
    "INVALID_EMAIL": "HubSpot takes no such address; correct it at its source",
    "INVALID_INTEGER": "the property wants a number; look at the field's type",
    "INVALID_DATE": "the property wants a date; look at the field's type",
    "INVALID_BOOLEAN": "the property wants true or false; look at the field's type",
    "STRING_TOO_LONG": "set `max_length` and `too_long: cut` in mappings/hubspot.yaml",
    "REQUIRED_PROPERTY": "an administrator made another property required; fill it or change the rule in HubSpot",
    "CONFLICT": "another contact has this value; merge the two in HubSpot",
    "NO_SUCH_LABEL": "run `leadcycle install hubspot`, which adds the option",
    "NO_SUCH_LIST": "run `leadcycle install hubspot`, which creates the list",
    "NOT_A_MANUAL_LIST": "the list follows filters; map the stream to a list of type MANUAL",
    "CREATE_UNSUPPORTED": "contacts come into being in HubSpot; take `create` out of mappings/hubspot.yaml",
    "NO_ADDRESS": "give the contact an e-mail address in HubSpot, or unsubscribe it there",
    "CANNOT_RESUBSCRIBE": "leadcycle subscribes nobody again: do it in HubSpot, where the proof of the new consent is",
    "STAGE_NOT_KEPT": "HubSpot kept the old stage; set `backward: clear_then_set` for it",
}
_ELSE = "look at the record in HubSpot"


def cure(code: str) -> str:
    return CURES.get(code, _ELSE)
