"""Kinds of records and of activities on one platform, and who has a record there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from connector.model.condition import Condition
from connector.model.mapping.property import Read, TaskWrite, Write

RecordIs = Literal["contact", "account", "owner", "none"]
Leaving = Literal["freeze", "clear", "hand_back"]


@dataclass(frozen=True, slots=True)
class Record:
    """One kind of record on one platform. `create` says who gets one; None: never created."""

    kind: str
    is_: RecordIs
    read: tuple[Read, ...] = ()
    write: tuple[Write, ...] = ()
    external_id: str = ""
    create: Condition | None = None
    same_as: str = ""
    task: TaskWrite | None = None
    account: str = ""  # property that names the company's record
    where: str = ""

    def properties(self) -> tuple[str, ...]:
        """Vendor properties a source must ask for, without doubles, in order."""
        names = [read.property for read in self.read] + [write.property for write in self.write]
        if self.external_id:
            names.append(self.external_id)
        if self.account:
            names.append(self.account)
        names += [read.currency for read in self.read if read.currency]
        names += [name for read in self.read for name in read.proofs()]
        names += [write.currency for write in self.write if write.currency]
        return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class ActivityRead:
    """A vendor's kind of activity -> ours; `asset` is the member that names the asset, `detail` members are kept for conditions.

    `names` are what we call those members, in the same order; none: by their own names.
    """

    vendor_kind: str
    kind: str
    asset: str = ""
    detail: tuple[str, ...] = ()
    where: str = ""
    names: tuple[str, ...] = ()

    def kept(self) -> Iterable[tuple[str, str]]:
        """(our name, the vendor's member) of each detail."""
        return zip(self.names or self.detail, self.detail, strict=True)


@dataclass(frozen=True, slots=True)
class Scope:
    """Who is written on a platform at all, and what happens to the record of somebody who no longer is.

    `freeze` leaves everything as it stands. `clear` empties what only we write. `hand_back` does the same and gives the record
    back to whoever owned it before us.
    """

    when: Condition
    leaving: Leaving = "freeze"
    where: str = ""
