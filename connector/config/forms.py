"""How the shipped platforms write values."""

from __future__ import annotations

from collections.abc import Mapping

from connector.model.mapping.field import Form

FORMS: Mapping[str, Form] = {  # api-contracts A.5 and B.3
    "hubspot": Form(text=True, datetime="%Y-%m-%dT%H:%M:%S.000Z", clear=""),
    "salesforce": Form(
        text=False,
        datetime="%Y-%m-%dT%H:%M:%S.000+0000",
        clear=None,
        queues=frozenset({"Lead.OwnerId", "Case.OwnerId"}),  # api-contracts B.8
    ),
}
PLAIN = Form(
    text=False, datetime="%Y-%m-%dT%H:%M:%SZ", clear=None
)  # of a platform that names no form
