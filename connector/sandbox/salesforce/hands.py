"""What people do in the CRM, as plain Python: it stamps the clock's now and costs no API call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from connector.sandbox.salesforce.acts import conversion, removal, reshaping, writing
from connector.sandbox.salesforce.org.ids import id18
from connector.sandbox.salesforce.org.refusal import Refusal
from connector.sandbox.salesforce.org.schema import Kind, plain
from connector.sandbox.salesforce.org.seed import add_stage, add_status
from connector.sandbox.salesforce.org.state import Actor, Org, Predicate
from connector.sandbox.salesforce.rest.tooling import install, uninstall


class Hands:
    """A user at the screen. `by` is a user's id; without it the administrator acts.

    Types, required fields and unique values are checked as for everybody (`Refusal`); assignment, duplicate and
    validation rules are not.
    """

    def __init__(self, org: Org) -> None:
        self._org = org

    def create(self, kind: str, fields: Mapping[str, Any], *, by: str | None = None) -> str:
        with self._org.atomic():
            return writing.insert(self._org, self._kind(kind), fields, self._actor(by))

    def update(
        self, kind: str, key: str, fields: Mapping[str, Any], *, by: str | None = None
    ) -> None:
        with self._org.atomic():
            writing.update(self._org, self._kind(kind), self._id(key), fields, self._actor(by))

    def delete(self, kind: str, key: str, *, by: str | None = None) -> None:
        with self._org.atomic():
            removal.delete(self._org, self._kind(kind), self._id(key), self._actor(by))

    def undelete(self, kind: str, key: str, *, by: str | None = None) -> None:
        with self._org.atomic():
            removal.undelete(self._org, self._kind(kind), self._id(key), self._actor(by))

    def merge(self, kind: str, master: str, *losers: str, by: str | None = None) -> None:
        """The losers are deleted with MasterRecordId; what belonged to them belongs to the master."""
        with self._org.atomic():
            found = [self._id(each) for each in losers]
            removal.merge(self._org, self._kind(kind), self._id(master), found, self._actor(by))

    def convert(
        self,
        lead_id: str,
        *,
        by: str | None = None,
        account_id: str | None = None,
        contact_id: str | None = None,
        opportunity: bool = True,
        opportunity_name: str | None = None,
        status: str = "Qualified",
    ) -> tuple[str, str, str | None]:
        """Account, contact and opportunity (None without one)."""
        return conversion.convert(
            self._org, self._id(lead_id), self._actor(by), account_id=account_id, contact_id=contact_id,
            opportunity=opportunity, opportunity_name=opportunity_name, status=status,
        )  # fmt: skip

    def get(self, kind: str, key: str) -> Mapping[str, Any]:
        """All stored fields of one record, deleted or not; KeyError for an unknown id."""
        return MappingProxyType(self._org.tables[self._kind(kind).name].rows[self._id(key)])

    def rows(self, kind: str) -> Iterator[Mapping[str, Any]]:
        """The records of a kind that are not deleted, oldest first."""
        return (MappingProxyType(row) for row in self._org.rows(self._kind(kind).name))

    def counts(self) -> dict[str, int]:
        """How many records that are not deleted each kind has, without the empty kinds."""
        found = {name: sum(1 for _ in self._org.rows(name)) for name in self._org.tables}
        return {name: count for name, count in found.items() if count}

    def find(self, kind: str, field: str, value: Any) -> list[Mapping[str, Any]]:
        """Living records whose indexed field (ids, e-mail, external ids, look-ups) has the value."""
        table = self._org.table(self._kind(kind))
        found = (table.rows[key] for key in table.ids_with(field, value))
        return [MappingProxyType(row) for row in found if not row["IsDeleted"]]

    def empty_bin(self) -> int:
        """Deleted records leave for good, as after 15 days (api-contracts B.6); returns how many."""
        count = 0
        for table in self._org.tables.values():
            for key in [key for key, row in table.rows.items() if row.get("IsDeleted")]:
                table.remove(key)
                count += 1
        return count

    def add_user(
        self,
        name: str,
        email: str,
        *,
        manager: str | None = None,
        active: bool = True,
        alias: str | None = None,
    ) -> str:
        first, _, last = name.rpartition(" ")
        fields = {
            "FirstName": first or None, "LastName": last, "Email": email, "Username": email, "IsActive": active,
            "ManagerId": manager, "Alias": (alias or last)[:8],
        }  # fmt: skip
        return self.create("User", fields)

    def deactivate(self, user: str) -> None:
        self.update("User", user, {"IsActive": False})

    def add_queue(self, name: str, *members: str) -> str:
        developer = "".join(char if char.isalnum() else "_" for char in name)
        queue = self.create("Group", {"Name": name, "DeveloperName": developer, "Type": "Queue"})
        for member in members:
            self.create("GroupMember", {"GroupId": queue, "UserOrGroupId": member})
        return queue

    def add_field(self, kind: str, name: str, type_: str, **words: Any) -> None:
        """A custom field that the API may use at once. `type_` is describe's word or `longtextarea`; words:
        label, length, external_id, unique, required, restricted, values, default, to, relationship, tracked."""
        made = plain(name, type_, **words)
        install(self._org, self._kind(kind), made, self._actor(None), {})

    def remove_field(self, kind: str, name: str) -> None:
        """An administrator deletes the field: queries and writes that name it fail (failure catalogue 39)."""
        uninstall(self._org, self._kind(kind), name)

    def hide_field(self, kind: str, name: str, *, hidden: bool = True) -> None:
        """Field-level access of the integration user is revoked, or given back."""
        self._kind(kind).fields[name.lower()].hidden = hidden
        self._org.changed_schema()

    def add_picklist_value(
        self, kind: str, field: str, value: str, *, converted: bool = False
    ) -> None:
        """One more value; for Lead.Status and Opportunity.StageName with its row. Known ones stay as they are."""
        found = self._kind(kind).fields[field.lower()]
        if value in found.values:
            return
        found.values.append(value)
        found.inactive = [each for each in found.inactive if each != value]
        if (kind, found.name) == ("Lead", "Status"):
            add_status(self._org, value, len(found.values), converted=converted)
        if (kind, found.name) == ("Opportunity", "StageName"):
            add_stage(self._org, value, len(found.values), 50)
        self._org.changed_schema()

    def remove_picklist_value(self, kind: str, field: str, value: str) -> None:
        self._kind(kind).fields[field.lower()].values.remove(value)
        self._org.changed_schema()

    def deactivate_picklist_value(self, kind: str, field: str, value: str) -> None:
        """Records keep the value, nobody may choose it any more; describe still lists it."""
        found = self._kind(kind).fields[field.lower()]
        found.values.remove(value)
        found.inactive.append(value)
        self._org.changed_schema()

    def rename_field(self, kind: str, name: str, new: str) -> None:
        """Another API name; the values stay."""
        reshaping.rename(self._org, self._kind(kind), name, new)

    def retype_field(self, kind: str, name: str, type_: str, **words: Any) -> None:
        """Another type, words as for `add_field`; values it cannot hold are lost without a trace."""
        reshaping.retype(self._org, self._kind(kind), name, type_, **words)

    def resize_field(self, kind: str, name: str, length: int) -> None:
        """Another length; longer values are cut."""
        reshaping.resize(self._org, self._kind(kind), name, length)

    def lock_field(self, kind: str, name: str, *, locked: bool = True) -> None:
        """The integration user may read the field and not edit it."""
        reshaping.lock(self._org, self._kind(kind), name, locked=locked)

    def require_field(self, kind: str, name: str, *, required: bool = True) -> None:
        """No record is created or saved without it."""
        self._kind(kind).fields[name.lower()].required = required
        self._org.changed_schema()

    def compute_field(
        self, kind: str, name: str, formula: Callable[[Mapping[str, Any]], Any]
    ) -> None:
        """The field is a formula from now on; call it again when its inputs have changed. No stamp moves."""
        reshaping.compute(self._org, self._kind(kind), name, formula)

    def depend_field(
        self,
        kind: str,
        name: str,
        controller: str,
        valid: Mapping[str, Sequence[str]],
        *,
        enforced: bool = False,
    ) -> None:
        """The values on offer depend on the controller's. `enforced`: API writes are refused, as for states of countries."""
        reshaping.depend(self._org, self._kind(kind), name, controller, valid, enforced=enforced)

    def hide_kind(self, kind: str, *, hidden: bool = True) -> None:
        """The integration user may not see these records at all, or may again."""
        self._kind(kind).hidden = hidden
        self._org.changed_schema()

    def add_validation(self, kind: str, predicate: Predicate, message: str) -> None:
        """A rule that refuses API writes of rows for which the predicate holds."""
        self._org.validations.setdefault(self._kind(kind).name, []).append((predicate, message))

    def _kind(self, name: str) -> Kind:
        found = self._org.schema.kinds.get(name.lower())
        return found if found is not None else self._org.schema.kind(name)

    def _actor(self, by: str | None) -> Actor:
        return Actor(self._org.business_user if by is None else self._id(by))

    def _id(self, text: str) -> str:
        found = id18(text)
        if found is None:
            raise Refusal(400, "MALFORMED_ID", f"malformed id {text}")
        return found
