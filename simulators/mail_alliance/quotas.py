"""Rate limits on the tenant's clock (§3.3): fixed windows per credential, and the two header fields.

Source of the fields: IETF httpapi draft "RateLimit header fields", as the contract tells it (§2.4).
"""

from typing import cast

import msgspec

from ..core.records import Kind
from ..core.world import World
from ..wire.call import Call
from ..wire.settings import chosen
from .ids import CARRIER
from .problems import Refused
from .times import SECOND_MS

WINDOW_S = 60
QUOTAS: dict[str, int] = {"default": 600, "labels": 120, "rates": 300, "token": 30}  # calls per window
SHOWN_POLICY = {name: f'"{name}";q={quota};w={WINDOW_S}' for name, quota in QUOTAS.items()}


class Window(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What a credential has used of one quota since `start_ms`."""

    start_ms: int
    used: int


WINDOWS: Kind[Window] = Kind("mail_alliance.windows", Window)  # "<policy>/<credential>" -> window

UNTOUCHED = {"RateLimit-Policy": SHOWN_POLICY["default"], "RateLimit": f'"default";r={QUOTAS["default"]};t={WINDOW_S}'}


def charge(call: Call, credential: str, policies: tuple[str, ...]) -> None:
    """Count one call against every policy, and note the header fields for the answer.

    A refused call is not counted. The tenant's setting `quota: off` counts nothing and shows no fields; with `quota:
    exhausted` every window is used up.

    Raises:
        Refused: quota-exceeded, with Retry-After until the first window in which the call would pass.
    """
    world = call.world
    if chosen(world, CARRIER, "quota") == "off":
        call.notes["limits"] = None
        return
    windows = [_window(world, credential, name) for name in policies]
    violated = [name for name, window in zip(policies, windows, strict=True) if window.used >= QUOTAS[name]]
    if not violated:
        windows = [Window(window.start_ms, window.used + 1) for window in windows]
        for name, window in zip(policies, windows, strict=True):
            world.store.put(WINDOWS, f"{name}/{credential}", window)
    call.notes["limits"] = (policies, windows)
    if violated:
        waits_s = [_left_s(world, window) for name, window in zip(policies, windows, strict=True) if name in violated]
        raise Refused(
            "quota-exceeded",
            f"Used up: {', '.join(SHOWN_POLICY[name] for name in violated)}. Try again in {max(waits_s)} s.",
            {"violated-policies": violated},
            {"Retry-After": str(max(waits_s))},
        )


def fields(call: Call) -> dict[str, str]:
    """Return the RateLimit fields of an answer; before a credential is known, those of an untouched quota."""
    if "limits" not in call.notes:
        return UNTOUCHED
    noted = cast("tuple[tuple[str, ...], list[Window]] | None", call.notes["limits"])
    if noted is None:
        return {}
    policies, windows = noted
    return {
        "RateLimit-Policy": ", ".join([SHOWN_POLICY[name] for name in policies]),
        "RateLimit": ", ".join(
            [
                f'"{name}";r={QUOTAS[name] - window.used};t={_left_s(call.world, window)}'
                for name, window in zip(policies, windows, strict=True)
            ]
        ),
    }


def _window(world: World, credential: str, name: str) -> Window:
    if chosen(world, CARRIER, "quota") == "exhausted":
        return Window(world.now_ms, QUOTAS[name])
    window = world.store.get(WINDOWS, f"{name}/{credential}")
    if window is None or world.now_ms >= window.start_ms + WINDOW_S * SECOND_MS:
        return Window(world.now_ms, 0)
    return window


def _left_s(world: World, window: Window) -> int:
    """Return the whole seconds until the window ends, rounded up: waiting so long is always enough."""
    return -(-(window.start_ms + WINDOW_S * SECOND_MS - world.now_ms) // SECOND_MS)
