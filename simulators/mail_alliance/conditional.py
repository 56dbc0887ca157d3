"""If-None-Match (RFC 9110 §13.1.2)."""

from ..wire.call import Call


def matched(call: Call, etag: str) -> bool:
    """Tell whether the caller already has this version: weak comparison, lists and `*`."""
    values = call.headers.getall("If-None-Match", None)
    if not values:
        return False
    shown = [tag.strip().removeprefix("W/") for value in values for tag in value.split(",")]
    return "*" in shown or etag in shown
