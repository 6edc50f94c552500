"""The refs of one page: loaded together, changed in memory, written together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from connector.model.systems.ref import Ref
from connector.store.sql.transaction import Transaction
from connector.store.sql.words import Homes
from connector.store.tables.projections import ref as ref_table

_COLUMNS = "r.id, r.home, r.key, r.contact, r.account, r.gone_at, r.target"


class Entry:
    """One ref as the store knows it. `body` None: never seen; `account` of a person's record is the company it names."""

    __slots__ = (
        "account",
        "body",
        "changed",
        "contact",
        "gone_at",
        "home",
        "id",
        "key",
        "keys",
        "new",
        "seen_at",
        "target",
    )

    def __init__(
        self,
        id_: int,
        home: int,
        key: str,
        contact: int | None = None,
        account: int | None = None,
        gone_at: int | None = None,
        target: int | None = None,
        seen_at: int | None = None,
        body: str | None = None,
        keys: str = "[]",
    ) -> None:
        self.id, self.home, self.key = id_, home, key
        self.contact, self.account, self.gone_at, self.target = contact, account, gone_at, target
        self.seen_at, self.body, self.keys = seen_at, body, keys or "[]"
        self.new = self.changed = False

    def row(self) -> tuple[int, int, str, int | None, int | None, int | None, int | None]:
        return (
            self.id,
            self.home,
            self.key,
            self.contact,
            self.account,
            self.gone_at,
            self.target,
        )


class Directory:
    """Refs by name. A ref that is asked for and not known yet is minted."""

    def __init__(self, tx: Transaction, homes: Homes) -> None:
        self._tx = tx
        self._homes = homes
        self._entries: dict[Ref, Entry] = {}
        self._waiting: list[Entry] = []  # minted or changed, not yet written

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def load(self, refs: Iterable[Ref], *, observed: bool = False) -> None:
        """Fetch what is known of these refs, with what was observed of them if asked."""
        by_place: dict[tuple[str, str], list[Ref]] = defaultdict(list)
        for ref in refs:
            if ref not in self._entries:
                by_place[ref[0], ref[1]].append(ref)
        more = ", o.at, o.body, o.keys" if observed else ""
        join = "LEFT JOIN observed o ON o.ref = r.id" if observed else ""
        sql = f"SELECT {_COLUMNS}{more} FROM ref r {join} WHERE r.home = ? AND r.key IN [?]"  # noqa: S608  (our own columns)
        for (platform, kind), wanted in by_place.items():
            home = self._homes.known(platform, kind)
            if home is None:
                continue
            for row in self._tx.rows(sql, home, [ref[2] for ref in wanted]):
                self._entries[Ref(platform, kind, row[2])] = Entry(*row)

    def known(self, ref: Ref) -> Entry | None:
        """The entry of a ref that was loaded or minted."""
        return self._entries.get(ref)

    def forget(self, ref: Ref) -> None:
        """Somebody changed this ref in the store itself: it will be loaded again."""
        self._entries.pop(ref, None)

    def __getitem__(self, ref: Ref) -> Entry:
        found = self._entries.get(ref)
        return self._mint(ref) if found is None else found

    def change(self, entry: Entry) -> None:
        """Note that an entry must be written."""
        if not entry.changed and not entry.new:
            entry.changed = True
            self._waiting.append(entry)

    def save(self) -> None:
        """Write what was minted or changed since the last time."""
        minted = [entry.row() for entry in self._waiting if entry.new]
        self._tx.insert(ref_table, minted)
        self._tx.many(
            "UPDATE ref SET contact = ?, account = ?, gone_at = ?, target = ? WHERE id = ?",
            [(e.contact, e.account, e.gone_at, e.target, e.id) for e in self._waiting if e.changed],
        )
        for entry in self._waiting:
            entry.new = entry.changed = False
        self._waiting.clear()

    def _mint(self, ref: Ref) -> Entry:
        entry = Entry(self._tx.allot("ref"), self._homes.number(ref[0], ref[1]), ref[2])
        entry.new = True
        self._entries[ref] = entry
        self._waiting.append(entry)
        return entry
