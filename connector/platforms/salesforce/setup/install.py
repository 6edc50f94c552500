"""Puts our fields and the permission set into an organisation; harmless when repeated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from connector.errors import Refused, Unclear
from connector.model.mapping.mappings import Mappings
from connector.platforms.salesforce.door import Door
from connector.platforms.salesforce.parts import Row, soql
from connector.platforms.salesforce.schema import Schema
from connector.platforms.salesforce.setup.fields import REASONS, Wanted, wanted

PERMISSION_SET = "Leadcycle_Integration"
_FIELDS = "tooling/sobjects/CustomField"
_EXISTS = frozenset({"DUPLICATE_DEVELOPER_NAME", "DUPLICATE_VALUE"})


class SalesforceInstaller:
    """Reads first, creates what is missing, never changes or deletes. An unclear answer is answered by reading again."""

    def __init__(self, door: Door, mappings: Mappings, reasons: Sequence[str] = REASONS) -> None:
        self._door = door
        self._wanted = wanted(mappings, reasons)

    def plan(self) -> Sequence[str]:
        fields = self._missing_fields()
        lines = [str(each) for each in fields]
        holder = self._permission_set()
        if holder is None:
            lines.append(f"create permission set {PERMISSION_SET}")
        granted = self._granted(holder) if holder else set()
        lines += [
            f"grant {each.full_name}" for each in self._wanted if each.full_name not in granted
        ]
        if holder is None or not self._assigned(holder):
            lines.append(f"assign {PERMISSION_SET} to the integration user")
        return lines

    def install(self) -> Sequence[str]:
        done = []
        for each in self._missing_fields():
            self._field(each)
            done.append(str(each))
        holder = self._permission_set()
        if holder is None:
            body = {"Name": PERMISSION_SET, "Label": "Leadcycle integration"}
            self._create("sobjects/PermissionSet", body)
            holder = self._permission_set()
            done.append(f"create permission set {PERMISSION_SET}")
        if holder is not None:
            done += self._grant(holder)
        return done

    def _grant(self, holder: str) -> list[str]:
        done = []
        granted = self._granted(holder)
        for each in self._wanted:
            if each.full_name not in granted:
                self._create("sobjects/FieldPermissions", _permission(holder, each))
                done.append(f"grant {each.full_name}")
        if not self._assigned(holder):
            body = {"PermissionSetId": holder, "AssigneeId": self._user()}
            self._create("sobjects/PermissionSetAssignment", body)
            done.append(f"assign {PERMISSION_SET} to the integration user")
        return done

    def _field(self, each: Wanted) -> None:
        body = {"FullName": f"{each.home}.{each.name}", "Metadata": each.metadata}
        try:
            self._create(_FIELDS, body)
        except Refused:
            if not each.optional:
                raise
            self._create(_FIELDS, {**body, "Metadata": each.plainer()})

    def _create(self, path: str, body: dict[str, Any]) -> None:
        """Raises Refused unless it is there already. After a lost answer the same again is harmless: names are unique."""
        for last in (False, True):
            try:
                self._door.send("POST", path, body)
                return
            except Refused as error:
                if error.code in _EXISTS:
                    return
                raise
            except Unclear:
                if last:
                    raise

    def _missing_fields(self) -> list[Wanted]:
        """By the Tooling API, which also knows fields that we may not see yet."""
        schema = Schema(self._door)
        schema.load(each.kind for each in self._wanted)
        hidden = [each for each in self._wanted if not _shown(schema, each)]
        homes = {each.kind: {each.kind, each.home} for each in hidden}
        there = {
            (kind, row["DeveloperName"]) for kind in homes for row in self._tooling(homes[kind])
        }
        return [each for each in hidden if (each.kind, each.name.removesuffix("__c")) not in there]

    def _tooling(self, homes: set[str]) -> list[Row]:
        text = soql(
            "SELECT DeveloperName FROM CustomField WHERE TableEnumOrId IN {}", sorted(homes)
        )
        return list(
            (self._door.get(f"tooling/query?q={quote(text, safe='')}") or {}).get("records", ())
        )

    def _permission_set(self) -> str | None:
        rows = self._door.rows(
            [soql("SELECT Id FROM PermissionSet WHERE Name = {}", PERMISSION_SET)]
        )[0]
        return str(rows[0]["Id"]) if rows else None

    def _granted(self, holder: str) -> set[str]:
        template = (
            "SELECT Field FROM FieldPermissions WHERE ParentId = {} AND PermissionsEdit = true"
        )
        return {str(row["Field"]) for row in self._door.rows([soql(template, holder)])[0]}

    def _assigned(self, holder: str) -> bool:
        template = (
            "SELECT Id FROM PermissionSetAssignment WHERE PermissionSetId = {} AND AssigneeId = {}"
        )
        return bool(self._door.rows([soql(template, holder, self._user())])[0])

    def _user(self) -> str:
        return str(self._door.userinfo()["user_id"])


def _shown(schema: Schema, each: Wanted) -> bool:
    kind = schema.kind(each.kind)
    return kind is not None and each.name.lower() in kind.columns


def _permission(holder: str, each: Wanted) -> dict[str, Any]:
    return {
        "ParentId": holder, "SobjectType": each.kind, "Field": each.full_name,
        "PermissionsRead": True, "PermissionsEdit": True,
    }  # fmt: skip
