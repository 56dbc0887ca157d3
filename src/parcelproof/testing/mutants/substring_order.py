"""The order of a line is found by a part of its number (S07)."""

from parcelproof.reference.usecases import settling

from .patching import rewrite


def apply() -> None:
    rewrite(settling._by_order, ("orders.c.number == line.order", "orders.c.number.contains(line.order)"))
