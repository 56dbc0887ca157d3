"""Tenants by credential: the first secret seen with a name is kept, any other is refused."""

import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec

from ..core.errors import Reason, Rejected, SimulatorError
from ..core.records import Header, Kind, MemoryStore, Store
from ..core.world import KINDS, Duty, World
from . import bad_days, faults, journal, mailbox, webhooks
from .bounds import deeper_than
from .journal import SAVED, Journal


class Grant(msgspec.Struct, frozen=True):
    """An access token: who holds it, until when (the tenant's clock), for what."""

    carrier: str
    credential: str
    expires_ms: int
    scopes: tuple[str, ...] = ()


SECRETS: Kind[str] = Kind("wire.secrets", str)  # "<carrier>/<credential id>" -> SHA-256 of the secret, hex
GRANTS: Kind[Grant] = Kind("wire.grants", Grant)  # token -> grant
WIRE_KINDS: tuple[Kind[Any], ...] = (
    SECRETS,
    GRANTS,
    *webhooks.KINDS,
    *faults.KINDS,
    *bad_days.KINDS,
    *journal.KINDS,
    *mailbox.KINDS,
)


DEEPEST = 64  # levels of what a snapshot holds as it likes


class Trouble(StrEnum):
    """Why a tenant could not be made, found or joined."""

    EXISTS = "tenant-exists"
    UNKNOWN = "unknown-tenant"
    CREDENTIAL_TAKEN = "credential-taken"


class TenantError(SimulatorError):
    """A tenant could not be made, found or joined, and nothing changed."""

    def __init__(self, trouble: Trouble, detail: str) -> None:
        self.trouble = trouble
        self.detail = detail
        super().__init__(f"{trouble}: {detail}")


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a token belongs to."""

    world: World
    grant: Grant


@dataclass(frozen=True, slots=True)
class Credential:
    """What a client of a carrier will present."""

    carrier: str
    id: str
    secret: str

    @property
    def key(self) -> str:
        return f"{self.carrier}/{self.id}"

    @property
    def digest(self) -> str:
        return sha256(self.secret.encode("utf-8", "surrogatepass")).hexdigest()


class Tenants:
    """All worlds of one server. Not global: tests run many.

    `wall_ms` is the time at which a tenant in real time is born; without it every tenant is born at `now_ms`.
    """

    def __init__(
        self,
        *,
        duties: Mapping[str, Duty],
        kinds: Iterable[Kind[Any]],
        virtual: bool,
        now_ms: int,
        seed: str,
        wall_ms: Callable[[], int] | None = None,
    ) -> None:
        self._duties = {**webhooks.DUTIES, **bad_days.DUTIES, **duties}
        self._kinds: tuple[Kind[Any], ...] = (*KINDS, *WIRE_KINDS, *kinds)
        self._virtual = virtual
        self._start_ms = now_ms
        self._seed = seed
        self._wall_ms = wall_ms
        self._worlds: dict[str, World] = {}
        self._journals: dict[str, Journal] = {}
        self._joined: dict[str, str] = {}  # "<carrier>/<credential id>" -> tenant name
        self._tokens: dict[str, str] = {}  # token -> tenant name
        self._proven: dict[tuple[str, str, str], str] = {}  # (carrier, credential id, secret) -> tenant name
        self._catch_up: Callable[[World], None] = lambda world: None

    def bring_to_now(self, catch_up: Callable[[World], None]) -> None:
        """Have a tenant in real time brought to now by `catch_up` before anyone looks at it."""
        self._catch_up = catch_up

    # -- by what a client presents

    def open(self, carrier: str, credential: str, secret: str, *, name: str = "") -> World:
        """Return the world of a credential, born now if it is new.

        `name` is the tenant's where the credential itself is not, as with a key that only contains it.

        Raises:
            Rejected: WRONG_SECRET when the credential is known with another secret.
        """
        proven = self._proven.get((carrier, credential, secret))
        if proven is not None:
            return self.world(proven)
        key = f"{carrier}/{credential}"
        digest = sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
        world = self.world(self._joined.get(key, name or credential))
        known = world.store.get(SECRETS, key)
        if known is None:
            world.store.put(SECRETS, key, digest)
            self._joined[key] = world.name
        elif not hmac.compare_digest(known, digest):
            raise Rejected(Reason.WRONG_SECRET, carrier=carrier, credential=credential)
        self._proven[carrier, credential, secret] = world.name
        return world

    def known(self, carrier: str, credential: str) -> World | None:
        """Return the world that a credential leads to, whatever its secret; None for one that was never seen."""
        name = self._joined.get(f"{carrier}/{credential}")
        return None if name is None else self.world(name)

    def world(self, name: str) -> World:
        """Return the world of this name, born now if it is new."""
        found = self._worlds.get(name)
        if found is None:
            return self._bear(name, "", None, self._virtual)
        if not found.store.header.virtual:
            self._catch_up(found)
        return found

    def grant(self, world: World, token: str, grant: Grant) -> None:
        world.store.put(GRANTS, token, grant)
        self._tokens[token] = world.name

    def holder(self, token: str) -> Holder | None:
        """Return whose token this is, expired or not; None when nobody's."""
        name = self._tokens.get(token)
        if name is None:
            return None
        world = self.world(name)
        grant = world.store.get(GRANTS, token)
        return None if grant is None else Holder(world, grant)

    # -- by name, for the control API

    def __iter__(self) -> Iterator[World]:
        return iter(tuple(self._worlds.values()))

    def find(self, name: str) -> World:
        """Return the world of this name.

        Raises:
            TenantError: UNKNOWN when there is none; asking does not make one.
        """
        found = self._worlds.get(name)
        if found is None:
            raise TenantError(Trouble.UNKNOWN, f"there is no tenant {name!r}")
        return self.world(name)

    def create(
        self,
        name: str,
        *,
        seed: str = "",
        now_ms: int | None = None,
        virtual: bool = True,
        settings: Mapping[str, Any] | None = None,
        credentials: Iterable[Credential] = (),
    ) -> World:
        """Make a tenant with given secrets; several credentials may lead to it.

        The seed, where none is given, follows from the server's seed and the name, never from the order of creation.

        Raises:
            TenantError: EXISTS, or CREDENTIAL_TAKEN when a credential leads to another tenant already.
        """
        wanted = list(credentials)
        if name in self._worlds:
            raise TenantError(Trouble.EXISTS, f"there is a tenant {name!r} already")
        for credential in wanted:
            if owner := self._joined.get(credential.key):
                raise TenantError(Trouble.CREDENTIAL_TAKEN, f"{credential.key} leads to tenant {owner!r}")
        world = self._bear(name, seed, now_ms, virtual)
        world.store.header.settings.update(settings or {})
        for credential in wanted:
            world.store.put(SECRETS, credential.key, credential.digest)
            self._joined[credential.key] = name
        return world

    def delete(self, name: str) -> None:
        """Forget a tenant, its credentials and its tokens."""
        self._unindex(self.find(name))
        del self._worlds[name], self._journals[name]

    def journal(self, world: World) -> Journal:
        """Return a world's journal; one that was deleted meanwhile gets a journal that nobody reads."""
        found = self._journals.get(world.store.header.name)
        return Journal() if found is None else found

    # -- as bytes

    def snapshot(self, world: World) -> bytes:
        """Return the tenant as bytes: its records, agenda and clock, and the newest part of its journal, masked."""
        world.store.put(SAVED, "journal", self.journal(world).saved())
        try:
            return world.store.dump()
        finally:
            world.store.drop(SAVED, "journal")

    def restore(self, name: str, dump: bytes) -> World:
        """Put the tenant `name` where a snapshot stood, in place of what it was; its tokens are valid again.

        A snapshot may come from another tenant or server. Credentials and tokens that lead to another living tenant
        go on leading there.

        Raises:
            Rejected: WRONG_SNAPSHOT; the tenant is as it was.
        """
        store = MemoryStore.load(dump, self._kinds)
        planned = store.agenda()
        if unknown := sorted({due.duty for due in planned} - set(self._duties)):
            raise Rejected(Reason.WRONG_SNAPSHOT, unknown_duties=unknown)
        if (newest := max((due.order for due in planned), default=0)) > store.header.order:
            raise Rejected(Reason.WRONG_SNAPSHOT, planned=newest, most=store.header.order)
        bodies = [fault.body for _, fault in store.scan(faults.FAULTS)]
        if deeper_than([store.header.settings, *bodies], DEEPEST):
            raise Rejected(Reason.WRONG_SNAPSHOT, nested_deeper_than=DEEPEST)
        kept = Journal()
        kept.load(store.get(SAVED, "journal"))
        if name in self._worlds:
            self.delete(name)
        store.header.name = name
        store.drop(SAVED, "journal")
        return self._settle(store, kept)

    # -- indexes

    def _bear(self, name: str, seed: str, now_ms: int | None, virtual: bool) -> World:
        if now_ms is None:
            now_ms = self._start_ms if virtual or self._wall_ms is None else self._wall_ms()
        return self._settle(MemoryStore(Header(name, seed or f"{self._seed}/{name}", now_ms, virtual=virtual)))

    def _settle(self, store: Store, journal: Journal | None = None) -> World:
        world = World(store, self._duties)
        self._proven.clear()
        self._worlds[world.name] = world
        self._journals[world.name] = Journal() if journal is None else journal
        for key, _ in store.scan(SECRETS):
            self._joined.setdefault(key, world.name)
        for token, _ in store.scan(GRANTS):
            self._tokens.setdefault(token, world.name)
        if not world.store.header.virtual:
            self._catch_up(world)
        return world

    def _unindex(self, world: World) -> None:
        self._proven.clear()
        keys = [(self._joined, key) for key, _ in world.store.scan(SECRETS)]
        keys += [(self._tokens, token) for token, _ in world.store.scan(GRANTS)]
        for index, key in keys:
            if index.get(key) == world.name:
                del index[key]
