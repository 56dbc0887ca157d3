"""Every piece that comes back is put into stock twice."""

from parcelproof.reference.usecases import returning

from .patching import rewrite


def apply() -> None:
    rewrite(returning.restore, ("sku=sku, pieces=pieces,", "sku=sku, pieces=2 * pieces,"))
