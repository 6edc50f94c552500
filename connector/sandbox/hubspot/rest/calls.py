"""One call on its way to an endpoint: its query and body as HubSpot reads them, and the answers all endpoints share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from connector.sandbox.hubspot.records.portal import API, Portal
from connector.sandbox.hubspot.records.refusal import invalid
from connector.sandbox.hubspot.records.table import Stamp
from connector.sandbox.hubspot.records.values import iso
from connector.sandbox.wire import Request, Response, answer


@dataclass(frozen=True, slots=True)
class Call:
    """What an endpoint works on."""

    portal: Portal
    request: Request
    version: str
    """`v1`, `v3`, `v4`, `2026-03` or `2026-09`."""
    query: Mapping[str, list[str]]
    user: str = "integration"

    def one(self, name: str, default: str = "") -> str:
        """The last value of a parameter."""
        return self.query.get(name, [default])[-1]

    def many(self, name: str) -> list[str]:
        """All values of a parameter: repeated (as the client sends it) and comma-separated (as documented)."""
        found = (part for value in self.query.get(name, []) for part in value.split(","))
        return list(dict.fromkeys(part.strip() for part in found if part.strip()))

    def flag(self, name: str) -> bool:
        return self.one(name).lower() == "true"

    def limit(self, default: int, most: int) -> int:
        text = self.one("limit") or str(default)
        if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= most:
            raise invalid(f"Invalid limit: {text}. It must be between 1 and {most}.")
        return int(text)

    def sent(self) -> dict[str, Any]:
        """The body, which must be a JSON object."""
        found = self.json()
        if not isinstance(found, dict):
            raise invalid("Invalid input JSON: an object is expected")
        return found

    def json(self) -> Any:
        try:
            return self.request.json()
        except ValueError:
            raise invalid("Invalid input JSON: the body could not be read") from None

    def stamp(self) -> Stamp:
        return Stamp(self.portal.now(), API, self.user)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a path leads. `label` names the resource in the counters; `scopes` says what the token needs."""

    label: str
    run: Callable[[Call], Response]
    scopes: tuple[str, ...] = ()
    search: bool = False
    writes: bool = False
    public: bool = False
    enterprise: bool = False


def page(results: list[Any], after: str | None, **more: Any) -> Response:
    """A page of results; without `after` it is the last, and `paging` is absent."""
    found: dict[str, Any] = {**more, "results": results}
    if after is not None:
        found["paging"] = {"next": {"after": after, "link": f"?after={after}"}}
    return answer(200, found)


def completed(
    portal: Portal, results: list[Any], errors: list[Any] | None = None, status: int = 200
) -> Response:
    """The envelope of a batch: 207 as soon as one input failed (api-contracts A.5)."""
    now = iso(portal.now())
    found: dict[str, Any] = {
        "status": "COMPLETE",
        "results": results,
        "startedAt": now,
        "completedAt": now,
    }
    if errors:
        found["numErrors"] = len(errors)
        found["errors"] = errors
    return answer(207 if errors else status, found)


def text(sent: Mapping[str, Any], name: str) -> str:
    """A member that must be there, as text; integers pass where ids are meant."""
    found = sent.get(name)
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    if not isinstance(found, str) or not found:
        raise invalid(f'Invalid input JSON: "{name}" is required')
    return found


def rows(sent: Mapping[str, Any], most: int, name: str = "inputs") -> list[dict[str, Any]]:
    """The inputs of a batch: objects, and not too many."""
    found = sent.get(name)
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise invalid(f'Invalid input JSON: "{name}" must be a list of objects')
    if len(found) > most:
        raise invalid(
            f"The maximum number of inputs supported in a batch request is {most}, found {len(found)}"
        )
    return found


def strings(found: Any, name: str) -> list[str]:
    """A list of texts (or integers, which become texts); nothing counts as an empty list."""
    if found is None:
        return []
    if not isinstance(found, list):
        raise invalid(f'Invalid input JSON: "{name}" must be a list')
    return [text({name: item}, name) for item in found]


def mapping(found: Any, name: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise invalid(f'Invalid input JSON: "{name}" must be an object')
    return found


def whole(values: Iterable[str]) -> list[int]:
    """Record ids as numbers; what is not a number is no id and is left out."""
    return [
        int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19
    ]
