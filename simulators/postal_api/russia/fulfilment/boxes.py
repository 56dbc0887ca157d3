"""Boxes of the warehouse: the smallest that holds an order, by sides and by volume."""

from typing import NamedTuple

from ....core.world import World
from .records import PRODUCTS, Lines

MOST_G = 20_000
FILLED_PERCENT = 80  # of a box's volume: what cannot be stacked without gaps


class Box(NamedTuple):
    """A box; sides are centimetres, the longest first, `name` is the post's own of this size."""

    name: str
    sides_cm: tuple[int, int, int]
    mass_g: int

    @property
    def volume_cm3(self) -> int:
        return self.sides_cm[0] * self.sides_cm[1] * self.sides_cm[2]


BOXES = (  # `postal_api_russia` §2.17, in whole centimetres inside the limits
    Box("S", (26, 17, 8), 90),
    Box("M", (30, 20, 15), 150),
    Box("L", (40, 27, 18), 280),
    Box("XL", (53, 26, 22), 400),
)


class Unpackable(Exception):
    """No box holds the order; the text says why."""


def packed(world: World, lines: Lines) -> tuple[Box, int]:
    """Return the box for an order and the mass of both, in grams.

    Raises:
        Unpackable.
    """
    goods = [(world.store.get(PRODUCTS, sku), pieces) for sku, pieces in lines.items()]
    known = [(product, pieces) for product, pieces in goods if product is not None]
    mass_g = sum(product.mass_g * pieces for product, pieces in known)
    volume_cm3 = sum(
        product.sides_cm[0] * product.sides_cm[1] * product.sides_cm[2] * pieces for product, pieces in known
    )
    for box in BOXES:
        fits = all(_lies_in(product.sides_cm, box.sides_cm) for product, _ in known)
        if fits and volume_cm3 * 100 <= box.volume_cm3 * FILLED_PERCENT:
            if mass_g + box.mass_g > MOST_G:
                raise Unpackable(f"has {mass_g + box.mass_g} g with its box, may have {MOST_G}")
            return box, mass_g + box.mass_g
    largest = BOXES[-1]
    sides = " × ".join(map(str, largest.sides_cm))
    raise Unpackable(f"fits no box: {volume_cm3} cm³; the largest has {sides} cm, filled to {FILLED_PERCENT} %")


def _lies_in(sides_cm: tuple[int, int, int], box_cm: tuple[int, int, int]) -> bool:
    return all(side <= room for side, room in zip(sorted(sides_cm), sorted(box_cm), strict=True))
