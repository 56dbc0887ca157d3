"""`GET /v1/time`: the tenant's clock (Part 3)."""

from ..wire.call import Answer, Call, json_answer
from ..wire.routes import Routes
from .times import SECOND_MS, rfc3339

routes = Routes()


@routes.get("/v1/time", quota=("default",))
def read_time(call: Call) -> Answer:
    """The moment on the clock of the caller's tenant; any credential may ask."""
    now_ms = call.world.now_ms
    reply = {"now": rfc3339(now_ms), "unix": now_ms // SECOND_MS, "livemode": call.notes["livemode"]}
    return json_answer(reply, headers={"Cache-Control": "no-store"})
