"""Documents: what customs are told of a parcel is what is in it."""

from collections.abc import Iterator, Mapping
from typing import Any

from ..history import Finding, History
from .bookings import bookings
from .registry import check

NUMERIC = {"RU": 643, "CN": 156, "DE": 276}  # ISO 3166-1, of the countries that cases name


@check("DOC-004")
def declared_as_it_is(history: History) -> Iterator[Finding | str]:
    """Of the booking that stood: each line once, in whatever order."""
    placed = {
        str(row["number"]): row
        for row in history.placed
        if row["recipient"]["country"] != "RU" and all("hs_code" in line for line in row["lines"])
    }
    told = {order: body for order, entry, body in bookings(history) if order in placed and 200 <= entry.status < 300}
    for number, body in told.items():
        declaration = body.get("customs-declaration") or {}
        found = sorted(_entry(row) for row in declaration.get("customs-entries") or ())
        wanted = sorted(_line(row, in_all=True) for row in placed[number]["lines"])
        each = sorted(_line(row, in_all=False) for row in placed[number]["lines"])
        if found not in (wanted, each) or declaration.get("currency") != "RUB":
            expected = f"{wanted} in RUB (pieces, grams, kopecks a piece, HS code, origin)"
            what = f"{found} in {declaration.get('currency')}"
            yield Finding(requirement="DOC-004", subject=number, expected=expected, found=what)
        else:
            yield number


Declared = tuple[int, int, int, str, int]


def _entry(row: Mapping[str, Any]) -> Declared:
    numbers = [_whole(row.get(key)) for key in ("amount", "weight", "value", "country-code")]
    return numbers[0], numbers[1], numbers[2], str(row.get("tnved-code")), numbers[3]


def _line(row: Mapping[str, Any], *, in_all: bool) -> Declared:
    """Return how a line is declared. The contract leaves open whether `weight` is that of one piece or of all."""
    pieces = int(row["quantity"])
    value = int(row["unit_price"]["amount_minor"])
    return (
        pieces,
        int(row["unit_mass_g"]) * (pieces if in_all else 1),
        value,
        str(row["hs_code"]),
        NUMERIC[str(row["origin_country"])],
    )


def _whole(value: object) -> int:
    """Return an integer, which some write as text; -1 for anything else."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else -1
