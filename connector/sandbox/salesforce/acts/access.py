"""Field-level access: a guarded field is there for the API user only through a permission set of theirs."""

from __future__ import annotations

from connector.sandbox.salesforce.org.state import Org

KINDS = frozenset({"FieldPermissions", "PermissionSetAssignment"})


def refresh(org: Org) -> None:
    """Work out anew which guarded fields the integration user may see."""
    granted = _granted(org)
    for kind in org.schema.kinds.values():
        for field in kind.fields.values():
            if (kind.name, field.name) in org.guarded:
                field.hidden = f"{kind.name}.{field.name}".lower() not in granted
    org.changed_schema()


def _granted(org: Org) -> set[str]:
    sets = {
        row["PermissionSetId"]
        for row in org.rows("PermissionSetAssignment")
        if row["AssigneeId"] == org.integration_user
    }
    return {
        row["Field"].lower()
        for row in org.rows("FieldPermissions")
        if row["ParentId"] in sets and row.get("PermissionsRead")
    }
