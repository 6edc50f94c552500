"""Owners and pipelines (api-contracts A.9)."""

from __future__ import annotations

from functools import partial
from typing import Any

from connector.sandbox.hubspot.records import standard
from connector.sandbox.hubspot.records.refusal import missing
from connector.sandbox.hubspot.records.values import iso
from connector.sandbox.hubspot.rest.calls import Call, Route, page, whole
from connector.sandbox.wire import Response, answer

A_PAGE = 500
_OWNERS = ("crm.objects.owners.read",)
_PIPELINE_IDS = {"deals": "default", "leads": "lead-pipeline-id", "tickets": "0"}
_LABELS = {"deals": "Sales Pipeline", "leads": "Lead Pipeline", "tickets": "Support Pipeline"}


def owners(method: str, rest: list[str]) -> Route | None:
    match method, rest:
        case "GET", []:
            return Route("list owners", listed, _OWNERS)
        case "GET", [id_]:
            return Route("get owners", partial(owner, id_), _OWNERS)
    return None


def pipelines(method: str, rest: list[str]) -> Route | None:
    match method, rest:
        case "GET", [kind]:
            return Route("list pipelines", partial(all_pipelines, kind))
        case "GET", [kind, id_]:
            return Route("get pipelines", partial(pipeline, kind, id_))
        case "GET", [kind, id_, "stages"]:
            return Route("list pipeline stages", partial(stages, kind, id_))
        case "GET", [kind, id_, "stages", stage]:
            return Route("get pipeline stages", partial(one_stage, kind, id_, stage))
    return None


def listed(call: Call) -> Response:
    """By id; `after` is the last owner of the page before. Archived ones only when asked for."""
    limit, after = call.limit(100, A_PAGE), next(iter(whole([call.one("after")])), -1)
    found = call.portal.owners.listed(archived=call.flag("archived"), email=call.one("email"))
    rest = [item for item in found if item.id > after]
    return page(
        [item.shown() for item in rest[:limit]],
        str(rest[limit - 1].id) if len(rest) > limit else None,
    )


def owner(id_: str, call: Call) -> Response:
    number = next(iter(whole([id_])), -1)
    by_user = call.one("idProperty").lower() == "userid"
    found = call.portal.owners.listed(archived=call.flag("archived"))
    match = next((item for item in found if number == (item.user_id if by_user else item.id)), None)
    if match is None:
        raise missing(f"Owner {id_} does not exist")
    return answer(200, match.shown())


def _stages(kind: str, call: Call) -> list[dict[str, Any]]:
    born = iso(call.portal.owners.since)
    return [
        {
            "id": id_,
            "label": label,
            "displayOrder": place,
            "metadata": {
                "isClosed": str(closed).lower(),
                **({"probability": probability} if probability else {}),
            },
            "createdAt": born,
            "updatedAt": born,
            "archived": False,
            "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
        }
        for place, (id_, label, closed, probability) in enumerate(standard.PIPELINES[kind])
    ]


def _pipeline(kind: str, call: Call) -> dict[str, Any]:
    found = call.portal.kind(kind)
    if found not in standard.PIPELINES:
        raise missing(f"{kind} have no pipelines")
    born = iso(call.portal.owners.since)
    return {
        "id": _PIPELINE_IDS[found],
        "label": _LABELS[found],
        "displayOrder": 0,
        "stages": _stages(found, call),
        "createdAt": born,
        "updatedAt": born,
        "archived": False,
    }


def all_pipelines(kind: str, call: Call) -> Response:
    return answer(200, {"results": [_pipeline(kind, call)]})


def _named(kind: str, id_: str, call: Call) -> dict[str, Any]:
    found = _pipeline(kind, call)
    if found["id"] != id_:
        raise missing(f"Pipeline {id_} does not exist")
    return found


def pipeline(kind: str, id_: str, call: Call) -> Response:
    return answer(200, _named(kind, id_, call))


def stages(kind: str, id_: str, call: Call) -> Response:
    return answer(200, {"results": _named(kind, id_, call)["stages"]})


def one_stage(kind: str, id_: str, stage: str, call: Call) -> Response:
    found = next((item for item in _named(kind, id_, call)["stages"] if item["id"] == stage), None)
    if found is None:
        raise missing(f"Stage {stage} does not exist")
    return answer(200, found)
