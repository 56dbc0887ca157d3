"""Numbers: no two parcels with one, and abroad the form that the whole world reads."""

from collections import defaultdict
from collections.abc import Iterator

from ..history import Finding, History
from ..wires import WIRES
from .registry import check

S10_CHARACTERS = 13
POSTS = ("russian_post", "swiss_post")  # couriers go abroad under numbers of their own


@check("NUM-001")
def no_number_twice(history: History) -> Iterator[Finding | str]:
    """What the connector shows, order by order, and what the carriers gave."""
    whose: dict[str, set[str]] = defaultdict(set)
    for view, truth in history.booked():
        if view.tracking_number is not None:
            whose[view.tracking_number].add(view.number)
            if view.tracking_number != truth.number:
                expected = f"{truth.carrier}'s {truth.number}"
                yield Finding(requirement="NUM-001", subject=view.number, expected=expected, found=view.tracking_number)
    for number, orders in whose.items():
        if len(orders) > 1:
            found = f"{number} at {', '.join(sorted(orders))}"
            yield Finding(requirement="NUM-001", subject=number, expected="one order a number", found=found)
        else:
            yield number


@check("NUM-004")
def abroad_it_is_an_s10(history: History) -> Iterator[Finding | str]:
    countries = {str(row["number"]): row["recipient"]["country"] for row in history.placed}
    for view, truth in history.booked():
        wire = WIRES.get(truth.carrier)
        if wire is None or wire.name not in POSTS or countries.get(view.number) == wire.sender["country"]:
            continue
        number = str(view.tracking_number)
        if len(number) != S10_CHARACTERS or not number[0].isalpha() or not wire.is_number(number):
            yield Finding(requirement="NUM-004", subject=view.number, expected="an S10 number", found=number)
        else:
            yield view.number
