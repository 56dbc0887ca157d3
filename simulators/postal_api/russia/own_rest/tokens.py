"""The access token that onboarding issues: it opens the world in which it was issued."""

from ....core.records import Kind
from ....core.world import World
from .ids import named

ISSUED: Kind[str] = Kind(named("issued_token"), str)  # "token" -> the application's access token
KINDS = (ISSUED,)


def issue(world: World) -> str:
    """Issue the account's token, the same one however often it is asked for."""
    token = issued(world) or world.token_hex(named("access_token"), world.name, 16)
    world.store.put(ISSUED, "token", token)
    return token


def issued(world: World) -> str:
    """Return the token that was issued in this world, "" when none was."""
    return world.store.get(ISSUED, "token") or ""
