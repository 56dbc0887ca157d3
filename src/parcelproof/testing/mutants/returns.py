"""Bugs of the area returns; `conformance/mutants/returns.toml` says which requirements each must fail."""

from parcelproof.reference.usecases import returning

from .patching import mutant, rewrite


@mutant
def stock_restored_twice() -> None:
    """Every piece that comes back is put into stock twice."""
    rewrite(returning.restore, ("sku=sku, pieces=pieces,", "sku=sku, pieces=2 * pieces,"))
