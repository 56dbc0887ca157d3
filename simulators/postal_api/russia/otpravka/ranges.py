"""Ranges of numbers, as an account sees them: our own paths, since the service shows none.

Wire contract: `postal_api_russia` §3.1 "Range idea".
"""

from typing import Any

from ....core.world import World
from ....wire.call import Answer, Call
from ....wire.problems import problem
from ..answers import OUR_OWN, Operations, json
from ..numbers import DOMESTIC, RANGES, SERIALS, SERIES, Range, add_range, left, ranges
from ..own_rest.admission import by_token
from ..records import account_of

PATH = f"{OUR_OWN}v1/number-ranges"
MOST_RANGES = 100
routes = Operations()


@routes.get(PATH, admits=by_token)
def list_ranges(call: Call) -> Answer:
    """List the ranges that numbers were issued from, and how many are left."""
    rows = dict.fromkeys([DOMESTIC, *(key for key, _ in call.world.store.scan(RANGES))])
    return json([_shape(call.world, row) for row in rows])


@routes.post(PATH, admits=by_token)
def order_range(call: Call) -> Answer:
    """Ask the post for another range of numbers inside Russia."""
    found = ranges(call.world, DOMESTIC)
    if len(found) >= MOST_RANGES:
        return problem(409, "Too many ranges", f"The account has {len(found)} ranges, at most {MOST_RANGES}.")
    first = int(account_of(call.world).dti)
    prefix = f"{800_000 + (first - 800_000 + len(found)) % 10_000}"
    add_range(call.world, DOMESTIC, Range(prefix, 0, SERIES * SERIALS))
    return json(_shape(call.world, DOMESTIC), 201)


def _shape(world: World, row: str) -> dict[str, Any]:
    listed = [{"prefix": one.prefix, "size": one.size, "issued": one.issued} for one in ranges(world, row)]
    return {"row": row, "left": left(world, row), "ranges": listed}
