"""Choosing a media type by Accept (RFC 9110 §12.5.1)."""

from collections.abc import Iterable, Sequence

from .problems import Refused


def preferred(accept: Iterable[str], offers: Sequence[str]) -> str:
    """Return the offer that the Accept fields like best; among equals the first offer.

    Raises:
        Refused: not-acceptable, when none is accepted.
    """
    ranges = [_range(part) for field in accept for part in field.split(",") if part.strip()]
    if not ranges:
        return offers[0]
    liked = [(_quality(offer, ranges), -index, offer) for index, offer in enumerate(offers)]
    quality, _, offer = max(liked)
    if quality <= 0:
        raise Refused("not-acceptable", f"On offer: {', '.join(offers)}.", {"allowed": list(offers)})
    return offer


def _range(part: str) -> tuple[str, float]:
    media, *parameters = [piece.strip().lower() for piece in part.split(";")]
    quality = 1.0
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                quality = min(max(float(value), 0.0), 1.0)
            except ValueError:
                quality = 0.0
    return media, quality if quality == quality else 0.0  # NaN is no quality


def _quality(offer: str, ranges: Sequence[tuple[str, float]]) -> float:
    """The most specific range that fits an offer decides about it."""
    kind = offer.split("/")[0]
    for wanted in (offer, f"{kind}/*", "*/*"):
        fitting = [quality for media, quality in ranges if media == wanted]
        if fitting:
            return max(fitting)
    return 0.0
