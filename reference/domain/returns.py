"""Goods that come back: how many pieces a return brings, so that stock is corrected once and right."""

from collections.abc import Iterable, Mapping


def pieces_back(
    shipped: Mapping[str, int],
    stated: Mapping[str, int],
    *,
    delivered: Mapping[str, int] | None,
    restored: Iterable[Mapping[str, int]],
) -> dict[str, int]:
    """Return the pieces one return puts back, by article; never more than are still out.

    Args:
        stated: what the carrier says the return holds; empty means all that is still out.
        delivered: what the buyer kept of a partial delivery; None when all or nothing was handed over.
        restored: what earlier returns of the same parcel put back.
    """
    out = dict(shipped)
    for earlier in restored:
        for sku, pieces in earlier.items():
            out[sku] = out.get(sku, 0) - pieces
    if not stated:
        wanted = {sku: pieces - (delivered or {}).get(sku, 0) for sku, pieces in out.items()}
    else:
        wanted = dict(stated)
    found = {sku: min(pieces, out.get(sku, 0)) for sku, pieces in wanted.items()}
    return {sku: pieces for sku, pieces in sorted(found.items()) if pieces > 0}
