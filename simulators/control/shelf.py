"""Named snapshots kept in the server, until they are dropped or the server stops."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

MOST_PER_TENANT = 20
MOST_BYTES = 256 * 1_048_576  # of one server


class Shortage(StrEnum):
    """Why a snapshot could not be kept or found."""

    TAKEN = "Snapshot exists"
    NUMBER = "Too many snapshots"
    SIZE = "Snapshots too large"
    UNKNOWN = "Unknown snapshot"


class ShelfError(Exception):
    """A snapshot could not be kept or found, and nothing changed."""

    def __init__(self, shortage: Shortage, detail: str) -> None:
        self.shortage = shortage
        self.detail = detail
        super().__init__(f"{shortage}: {detail}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A snapshot. `at_ms` is the tenant's time."""

    name: str
    at_ms: int
    dump: bytes


@dataclass(slots=True)
class Shelf:
    """Snapshots by tenant and name, bounded in number and size."""

    most_per_tenant: int = MOST_PER_TENANT
    most_bytes: int = MOST_BYTES
    _kept: dict[str, dict[str, Kept]] = field(default_factory=dict)

    def listed(self, tenant: str) -> list[Kept]:
        """Return a tenant's snapshots, oldest first."""
        return list(self._kept.get(tenant, {}).values())

    def find(self, tenant: str, name: str) -> Kept:
        found = self._kept.get(tenant, {}).get(name)
        if found is None:
            known = ", ".join(self._kept.get(tenant, {})) or "none"
            raise ShelfError(Shortage.UNKNOWN, f"there is no snapshot {name!r}; snapshots: {known}")
        return found

    def keep(self, tenant: str, name: str, at_ms: int, dump: Callable[[], bytes]) -> Kept:
        """Keep what `dump` makes under a new name.

        Raises:
            ShelfError: TAKEN, NUMBER or SIZE.
        """
        own = self._kept.get(tenant, {})
        if name in own:
            raise ShelfError(Shortage.TAKEN, f"there is a snapshot {name!r} already; drop it first")
        if len(own) >= self.most_per_tenant:
            raise ShelfError(Shortage.NUMBER, f"{len(own)} are kept, {self.most_per_tenant} are allowed; drop one")
        kept = Kept(name, at_ms, dump())
        size_bytes = self.size_bytes + len(kept.dump)
        if size_bytes > self.most_bytes:
            detail = f"with this one all would be {size_bytes} bytes, {self.most_bytes} are allowed; drop some"
            raise ShelfError(Shortage.SIZE, detail)
        self._kept.setdefault(tenant, {})[name] = kept
        return kept

    @property
    def size_bytes(self) -> int:
        return sum(len(kept.dump) for own in self._kept.values() for kept in own.values())

    def drop(self, tenant: str, name: str) -> None:
        self.find(tenant, name)
        del self._kept[tenant][name]

    def forget(self, tenant: str) -> None:
        """Let go of the snapshots of a tenant that was deleted."""
        self._kept.pop(tenant, None)
