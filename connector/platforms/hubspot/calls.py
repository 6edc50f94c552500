"""The calls we make, by name. Every method raises TryLater, Stopped or Refused; those that write also Unclear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from connector.model.systems.change import Lane
from connector.platforms.budget import Meter
from connector.platforms.connection import Connection
from connector.platforms.hubspot.door import Door, Members

CONTACTS = "0-1"


class Calls:
    """All calls of one connection; answers are the members of the JSON, unjudged beyond the status."""

    def __init__(self, connection: Connection, meter: Meter, lane: Lane | None = None) -> None:
        """`lane` is what reads are counted for; writes name their own."""
        self.name = connection.name
        self._door = Door(connection, meter, lane)

    def search(self, kind: str, query: Members) -> Members:
        """CRM search (A.7)."""
        return self._door.read(
            f"search {kind}",
            lambda: self._door.api("crm.objects", "SearchApi").do_search(
                kind, query, _preload_content=False
            ),
        )

    def listed(
        self,
        kind: str,
        properties: Sequence[str],
        after: str | None,
        *,
        archived: bool = False,
        linked: Sequence[str] = (),
    ) -> Members:
        """One page of a hundred by ascending id (A.5); `after` is the id of the next record."""
        more: Members = {"after": after} if after else {}
        if linked:
            more["associations"] = list(linked)
        return self._door.read(
            f"list {kind}",
            lambda: self._door.api("crm.objects", "BasicApi").get_page(
                kind,
                limit=100,
                properties=list(properties),
                archived=archived,
                **more,
                _preload_content=False,
            ),
        )

    def record(self, kind: str, id_: str, properties: Sequence[str]) -> Members:
        """One record; the id of a merged one answers with the survivor (A.15)."""
        return self._door.read(
            f"get {kind}",
            lambda: self._door.api("crm.objects", "BasicApi").get_by_id(
                kind, id_, properties=list(properties), _preload_content=False
            ),
        )

    def records(self, kind: str, ids: Iterable[str], properties: Sequence[str]) -> list[Members]:
        """Up to a hundred records; ids that are not there are left out."""
        body = {"inputs": [{"id": id_} for id_ in ids], "properties": list(properties)}
        found = self._door.read(
            f"batch read {kind}",
            lambda: self._door.api("crm.objects", "BatchApi").read(
                kind, body, _preload_content=False
            ),
        )
        return _results(found)

    def associated(
        self, from_kind: str, to_kind: str, ids: Sequence[str]
    ) -> Mapping[str, tuple[str, ...]]:
        """Other ends of up to 1,000 records (A.8: ids are integers there, text here)."""
        body = {"inputs": [{"id": id_} for id_ in ids]}
        found = self._door.read(
            f"associations {from_kind} {to_kind}",
            lambda: self._door.api("crm.associations.v4", "BatchApi").get_page(
                from_kind, to_kind, body, _preload_content=False
            ),
        )
        return {
            str(row["from"]["id"]): _ends(row)
            for row in _results(found)
            if "id" in (row.get("from") or {})
        }

    def owners(self, after: str | None, *, archived: bool = False) -> Members:
        more: Members = {"after": after} if after else {}
        return self._door.read(
            "owners",
            lambda: self._door.api("crm.owners", "OwnersApi").get_page(
                limit=100, archived=archived, **more, _preload_content=False
            ),
        )

    def forms(self, after: str | None) -> Members:
        more: Members = {"after": after} if after else {}
        return self._door.read(
            "forms",
            lambda: self._door.api("marketing.forms", "FormsApi").get_page(
                limit=100, **more, _preload_content=False
            ),
        )

    def occurrences(self, query: Members) -> Members:
        return self._door.read(
            "event occurrences",
            lambda: self._door.api("events", "EventsApi").get_page(**query, _preload_content=False),
        )

    def get(self, path: str, query: Members, what: str) -> Members:
        """A resource the client has no method for (form submissions, e-mail events, account details)."""
        return self._door.read(what, lambda: self._door.bare("GET", path, query=query))

    def property(self, kind: str, name: str) -> Members:
        return self._door.read(
            f"property {kind}",
            lambda: self._door.api("crm.properties", "CoreApi").get_by_name(
                kind, name, _preload_content=False
            ),
        )

    def properties(self, kind: str) -> list[Members]:
        found = self._door.read(
            f"properties {kind}",
            lambda: self._door.api("crm.properties", "CoreApi").get_all(
                kind, _preload_content=False
            ),
        )
        return _results(found)

    def groups(self, kind: str) -> list[Members]:
        found = self._door.read(
            f"groups {kind}",
            lambda: self._door.api("crm.properties", "GroupsApi").get_all(
                kind, _preload_content=False
            ),
        )
        return _results(found)

    def list_named(self, name: str) -> Members:
        """The contact list of that name; Refused OBJECT_NOT_FOUND if there is none (A.10)."""
        found = self._door.read(
            "list by name",
            lambda: self._door.api("crm.lists", "ListsApi").get_by_name(
                name, CONTACTS, _preload_content=False
            ),
        )
        return dict(found.get("list") or found)

    def token_info(self) -> Members:
        """User, portal and scopes of a private app's token (A.2)."""
        body = {"tokenKey": self._door.token()}
        return self._door.read(
            "token info",
            lambda: self._door.bare(
                "POST", "/oauth/v2/private-apps/get/access-token-info", content=body
            ),
        )

    def update(self, kind: str, inputs: Sequence[Members], lane: Lane | None) -> Members:
        """Up to a hundred records by id; 207 where single inputs failed, as each carries a trace id (A.5)."""
        body = {"inputs": list(inputs)}
        return self._door.write(
            f"batch update {kind}",
            lambda: self._door.api("crm.objects", "BatchApi").update(
                kind, body, _preload_content=False
            ),
            lane,
        )

    def unsubscribe(self, address: str, lane: Lane | None) -> Members:
        """No mail of any kind to this address any more (A.13); the client knows version 3 only."""
        path = f"/communication-preferences/v4/statuses/{quote(address, safe='')}/unsubscribe-all"
        return self._door.write(
            "unsubscribe",
            lambda: self._door.bare("POST", path, query={"channel": "EMAIL"}),
            lane,
        )

    def change_members(
        self, list_id: str, add: Sequence[str], remove: Sequence[str], lane: Lane | None
    ) -> Members:
        """Adds and removes; who is a member already, or none, does not matter (A.10)."""
        body = {"recordIdsToAdd": list(add), "recordIdsToRemove": list(remove)}
        return self._door.write(
            "list memberships",
            lambda: self._door.api("crm.lists", "MembershipsApi").add_and_remove(
                list_id, body, _preload_content=False
            ),
            lane,
        )

    def create_property(self, kind: str, definition: Members) -> Members:
        return self._door.write(
            f"create property {kind}",
            lambda: self._door.api("crm.properties", "CoreApi").create(
                kind, definition, _preload_content=False
            ),
        )

    def change_property(self, kind: str, name: str, definition: Members) -> Members:
        return self._door.write(
            f"change property {kind}",
            lambda: self._door.api("crm.properties", "CoreApi").update(
                kind, name, definition, _preload_content=False
            ),
        )

    def create_group(self, kind: str, definition: Members) -> Members:
        return self._door.write(
            f"create group {kind}",
            lambda: self._door.api("crm.properties", "GroupsApi").create(
                kind, definition, _preload_content=False
            ),
        )

    def create_list(self, definition: Members) -> Members:
        return self._door.write(
            "create list",
            lambda: self._door.api("crm.lists", "ListsApi").create(
                definition, _preload_content=False
            ),
        )


def _results(found: Members) -> list[Members]:
    rows = found.get("results")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _ends(row: Members) -> tuple[str, ...]:
    """Ids at the other end, each once: an association has one row per label."""
    ends = row.get("to")
    return (
        tuple(dict.fromkeys(str(end["toObjectId"]) for end in ends))
        if isinstance(ends, list)
        else ()
    )
