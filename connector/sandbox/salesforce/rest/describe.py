"""What the organisation says about itself: versions, kinds, fields, limits, the user (api-contracts B.3)."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from connector.sandbox.salesforce.acts.reshaping import bitmap
from connector.sandbox.salesforce.org.schema import Field, Kind
from connector.sandbox.salesforce.org.times import http_date, read_http_date
from connector.sandbox.salesforce.org.values import NUMERIC
from connector.sandbox.salesforce.rest.calls import Call, Reply
from connector.sandbox.salesforce.rest.site import Site

_SEASONS = ("Spring", "Summer", "Winter")
_RESOURCES = ("composite", "jobs", "limits", "query", "queryAll", "sobjects", "tooling")
_XSD = {
    "int": "int",
    "boolean": "boolean",
    "date": "date",
    "datetime": "dateTime",
    "id": "ID",
    "reference": "ID",
}
_DESCRIBED = {"longtextarea": "textarea", "anytype": "anyType"}


def versions(site: Site) -> Reply:
    """68 is Winter '27 (api-contracts B)."""
    found = []
    for number in range(site.settings.version_min, site.settings.version_max + 1):
        season = _SEASONS[(number - 66) % 3]
        year = 26 + (number - 66) // 3 + (season == "Winter")
        found.append(
            {
                "label": f"{season} '{year:02d}",
                "url": f"/services/data/v{number}.0",
                "version": f"{number}.0",
            }
        )
    return Reply(200, found)


def resources(call: Call) -> Reply:
    return Reply(200, {name: f"{call.base()}/{name}" for name in _RESOURCES})


def limits(site: Site, call: Call) -> Reply:
    site.count("limits", nested=call.nested)
    left = max(0, site.budget.limit - site.budget.used(site.org.clock.ms()))
    rows = sum(len(table.rows) for table in site.org.tables.values())
    return Reply(200, {
        "DailyApiRequests": {"Max": site.budget.limit, "Remaining": left},
        "DailyBulkApiBatches": {"Max": 15_000, "Remaining": max(0, 15_000 - len(site.jobs))},
        "DailyBulkV2QueryJobs": {"Max": 10_000, "Remaining": max(0, 10_000 - len(site.jobs))},
        "DataStorageMB": {"Max": 10_240, "Remaining": max(0, 10_240 - rows // 500)},
    })  # fmt: skip


def everything(site: Site, call: Call) -> Reply:
    site.count("describe global", nested=call.nested)
    kinds = [kind for kind in site.org.schema.kinds.values() if not (kind.tooling or kind.hidden)]
    listed = [_kind(site, call, kind) for kind in kinds]
    return Reply(200, {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": listed})


def basic(site: Site, call: Call, kind: Kind) -> Reply:
    site.count(f"about {kind.name}", nested=call.nested)
    return Reply(200, {"objectDescribe": _kind(site, call, kind), "recentItems": []})


def describe(site: Site, call: Call, kind: Kind) -> Reply:
    """All fields; 304 while no administrator has changed anything since `If-Modified-Since`."""
    site.count(f"describe {kind.name}", nested=call.nested)
    since = call.headers.get("if-modified-since")
    if (
        since is not None
        and (moment := read_http_date(since))
        and site.org.schema_changed <= moment
    ):
        return Reply(304)
    found = _kind(site, call, kind)
    found["fields"] = [_field(each, kind) for each in kind.visible()]
    found["recordTypeInfos"] = [{
        "active": True, "available": True, "defaultRecordTypeMapping": True, "developerName": "Master",
        "master": True, "name": "Master", "recordTypeId": "012000000000000AAA",
    }]  # fmt: skip
    found["childRelationships"] = []
    return Reply(200, found, {"Last-Modified": http_date(site.org.schema_changed)})


def _kind(site: Site, call: Call, kind: Kind) -> dict[str, Any]:
    base = f"{call.base()}/{'tooling/' if kind.tooling else ''}sobjects/{kind.name}"
    writable = kind.writable and kind.name not in site.org.read_only
    return {
        "name": kind.name, "label": kind.name, "labelPlural": f"{kind.name}s", "keyPrefix": kind.prefix,
        "custom": kind.name.endswith("__c"), "queryable": True, "retrieveable": True, "searchable": kind.writable,
        "createable": writable, "updateable": writable, "deletable": writable and kind.name != "User",
        "undeletable": writable, "mergeable": kind.merges, "replicateable": True, "layoutable": kind.writable,
        "urls": {"sobject": base, "describe": f"{base}/describe", "rowTemplate": f"{base}/{{ID}}"},
    }  # fmt: skip


def _field(field: Field, kind: Kind) -> dict[str, Any]:
    """Describe's words; a long text area is a `textarea` that cannot be filtered."""
    type_ = _DESCRIBED.get(field.type, field.type)
    numeric = field.type in NUMERIC
    whole = field.type == "int"
    return {
        "name": field.name, "label": field.label, "type": type_, "length": field.length,
        "byteLength": field.length * 3, "custom": field.custom, "createable": field.createable and not field.locked,
        "updateable": field.updateable and not field.locked, "nillable": not (field.required or field.type == "boolean"),
        "defaultedOnCreate": field.default is not None or field.type == "boolean" or field.name == "OwnerId",
        "externalId": field.external_id, "unique": field.unique, "idLookup": field.external_id or field.name in ("Id", "Email"),
        "filterable": field.filterable, "sortable": field.filterable, "groupable": field.filterable,
        "caseSensitive": False, "calculated": field.calculated, "deprecatedAndHidden": False,
        "precision": field.precision if numeric and not whole else 0, "scale": field.scale if numeric and not whole else 0,
        "digits": 8 if whole else 0, "nameField": field.name == "Name", "restrictedPicklist": field.restricted,
        "picklistValues": [_choice(field, kind, value) for value in (*field.values, *field.inactive)],
        "dependentPicklist": bool(field.controller), "controllerName": field.controller or None,
        "referenceTo": list(field.to), "relationshipName": field.relationship,
        "polymorphicForeignKey": len(field.to) > 1, "defaultValue": field.default,
        "soapType": f"xsd:{_XSD.get(field.type, 'double' if numeric else 'string')}", "inlineHelpText": None,
    }  # fmt: skip


def _choice(field: Field, kind: Kind, value: str) -> dict[str, Any]:
    default = value == field.default
    return {
        "active": value not in field.inactive,
        "defaultValue": default,
        "label": value,
        "validFor": _valid_for(field, kind, value),
        "value": value,
    }


def _valid_for(field: Field, kind: Kind, value: str) -> str | None:
    """A bitmap over the controlling field's values, in the order of its own describe."""
    if not field.controller:
        return None
    controller = kind.fields[field.controller.lower()]
    checkbox = controller.type == "boolean"
    names = ["false", "true"] if checkbox else [*controller.values, *controller.inactive]
    places = [place for place, name in enumerate(names) if value in field.valid.get(name, ())]
    return b64encode(bitmap(places, len(names))).decode()


def user_info(site: Site) -> Reply:
    """OpenID Connect's view of the API user."""
    user = site.org.find(site.org.integration_user) or {}
    organization = next(site.org.rows("Organization"))["Id"]
    base = "https://login.salesforce.com/id"
    return Reply(200, {
        "sub": f"{base}/{organization}/{user['Id']}", "user_id": user["Id"], "organization_id": organization,
        "preferred_username": user["Username"], "nickname": user.get("Alias"), "name": user["Name"],
        "email": user["Email"], "email_verified": True, "given_name": user.get("FirstName"),
        "family_name": user["LastName"], "zoneinfo": user.get("TimeZoneSidKey"), "active": True,
        "user_type": "STANDARD", "language": "de", "locale": "de_DE", "utcOffset": 3_600_000,
    })  # fmt: skip
