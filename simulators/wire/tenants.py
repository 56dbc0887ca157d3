"""Tenants by credential: the first secret seen with a name is kept, any other is refused."""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

from ..core.errors import Reason, Rejected
from ..core.records import Header, Kind, MemoryStore
from ..core.world import KINDS, Duty, World
from . import webhooks


class Grant(msgspec.Struct, frozen=True):
    """An access token: who holds it, until when (the tenant's clock), for what."""

    carrier: str
    credential: str
    expires_ms: int
    scopes: tuple[str, ...] = ()


SECRETS: Kind[str] = Kind("wire.secrets", str)  # "<carrier>/<credential id>" -> SHA-256 of the secret, hex
GRANTS: Kind[Grant] = Kind("wire.grants", Grant)  # token -> grant


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a token belongs to."""

    world: World
    grant: Grant


class Tenants:
    """All worlds of one server. Not global: tests run many."""

    def __init__(
        self, *, duties: Mapping[str, Duty], kinds: Iterable[Kind[Any]], virtual: bool, now_ms: int, seed: str
    ) -> None:
        self._duties = duties
        self._kinds = (*KINDS, SECRETS, GRANTS, *webhooks.KINDS, *kinds)
        self._virtual = virtual
        self._start_ms = now_ms
        self._seed = seed
        self._worlds: dict[str, World] = {}
        self._joined: dict[str, str] = {}  # "<carrier>/<credential id>" -> tenant name
        self._tokens: dict[str, str] = {}  # token -> tenant name

    def open(self, carrier: str, credential: str, secret: str) -> World:
        """Return the world of a credential, born now if it is new.

        Raises:
            Rejected: WRONG_SECRET when the credential is known with another secret.
        """
        key = f"{carrier}/{credential}"
        world = self.world(self._joined.get(key, credential))
        digest = sha256(secret.encode()).hexdigest()
        known = world.store.get(SECRETS, key)
        if known is None:
            world.store.put(SECRETS, key, digest)
        elif not hmac.compare_digest(known, digest):
            raise Rejected(Reason.WRONG_SECRET, carrier=carrier, credential=credential)
        return world

    def world(self, name: str) -> World:
        """Return the world of this name, born now if it is new."""
        found = self._worlds.get(name)
        if found is None:
            header = Header(name=name, seed=f"{self._seed}/{name}", now_ms=self._start_ms, virtual=self._virtual)
            found = self._worlds[name] = World(MemoryStore(header), self._duties)
        return found

    def grant(self, world: World, token: str, grant: Grant) -> None:
        world.store.put(GRANTS, token, grant)
        self._tokens[token] = world.name

    def holder(self, token: str) -> Holder | None:
        """Return whose token this is, expired or not; None when nobody's."""
        name = self._tokens.get(token)
        if name is None:
            return None
        world = self._worlds[name]
        grant = world.store.get(GRANTS, token)
        return None if grant is None else Holder(world, grant)
