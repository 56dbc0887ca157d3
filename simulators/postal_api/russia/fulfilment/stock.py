"""The warehouse's stock: reserved whole or not at all, and no change without a movement that says why."""

import msgspec

from ....core.world import World
from ..own_rest.events import happened
from ..own_rest.ids import new_id
from .records import MOVEMENTS, STOCK, Lines, Movement, Stock


def of(world: World, sku: str) -> Stock:
    return world.store.get(STOCK, sku) or Stock(sku)


def short(world: World, lines: Lines) -> list[dict[str, object]]:
    """Return the lines of which there is not enough."""
    rows = [(sku, wanted, of(world, sku).available) for sku, wanted in lines.items()]
    return [{"sku": sku, "wanted": wanted, "available": there} for sku, wanted, there in rows if there < wanted]


def reserve(world: World, lines: Lines) -> bool:
    """Reserve all lines; where one is short, none."""
    if short(world, lines):
        return False
    _hold(world, lines, 1)
    return True


def release(world: World, lines: Lines) -> None:
    """Free what was reserved."""
    _hold(world, lines, -1)


def _hold(world: World, lines: Lines, sign: int) -> None:
    for sku, pieces in lines.items():
        found = of(world, sku)
        world.store.put(STOCK, sku, msgspec.structs.replace(found, reserved=found.reserved + sign * pieces))


def ship(world: World, lines: Lines, subject: str) -> None:
    """Take reserved goods out of the warehouse."""
    release(world, lines)
    for sku, pieces in lines.items():
        move(world, sku, -pieces, 0, "shipment", subject)


def move(world: World, sku: str, on_hand: int, quarantine: int, cause: str, subject: str) -> None:
    """Change what lies there of one article, and write down why."""
    found = of(world, sku)
    after = msgspec.structs.replace(found, on_hand=found.on_hand + on_hand, quarantine=found.quarantine + quarantine)
    assert min(after.on_hand, after.quarantine, after.available) >= 0, (after, cause, subject)
    world.store.put(STOCK, sku, after)
    made = Movement(new_id(world, "mov"), sku, world.now_ms, on_hand, quarantine, cause, subject)
    world.store.put(MOVEMENTS, made.id, made)
    happened(world, f"stock.{cause}", sku, on_hand=on_hand, quarantine=quarantine, subject=subject)
