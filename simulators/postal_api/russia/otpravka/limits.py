"""How many calls were made, what is on the balance.

Wire contract: `postal_api_russia` §1.4, §2.13.
"""

from ....wire.call import Answer, Call
from ....wire.moscow import day
from ..access import calls_today, limit
from ..answers import Operations, json, spring
from .account import SWITCHES, balance_minor

routes = Operations()


@routes.get("/1.0/settings/limit")
def read_limit(call: Call) -> Answer:
    """Return the day's limit and the calls of the day, this one among them."""
    return json({"allowed-count": limit(call.world), "current-count": calls_today(call.world)})


@routes.get("/1.0/counterpart/balance")
def read_balance(call: Call) -> Answer:
    """Return the online balance, or what stands in its place since 2019."""
    manner = SWITCHES.choice(call.world, "balance_call")
    if manner == "answered":
        online = SWITCHES.choice(call.world, "balance") == "online"
        shown = {"balance": balance_minor(call.world), "balance-date": day(call.world.now_ms)}
        return json({**shown, "work-with-balance": online})
    answer = spring(call, 404, "Not Found")
    if manner == "not-found-inside-200":
        answer.status = 200
    return answer
