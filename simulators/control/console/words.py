"""How pages say things: moments, lengths of time, sizes, states."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import msgspec

from ...core.status import Status
from ...wire.latency import LONGEST_MS, Spread
from ...wire.masking import mask_text
from ...wire.transcript import EPOCH, Body, rfc3339

TONES = {
    Status.ANNOUNCED: "plain",
    Status.ACCEPTED: "moving",
    Status.IN_TRANSIT: "moving",
    Status.CUSTOMS: "waiting",
    Status.HELD: "waiting",
    Status.OUT_FOR_DELIVERY: "moving",
    Status.DELIVERY_FAILED: "waiting",
    Status.READY_FOR_PICKUP: "waiting",
    Status.RETURNING: "back",
    Status.UNDELIVERABLE: "bad",
    Status.LOST_OR_DAMAGED: "bad",
    Status.DELIVERED: "good",
    Status.RETURNED: "back",
    Status.CANCELLED: "plain",
}
STEPS_MS = (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1000), ("ms", 1))
LATEST_MS = 253_370_764_800_000  # the year 9999; no clock of a tenant gets there by itself
MOST_SHOWN = 200_000  # characters of one body on a page; the download has the rest


def moment(at_ms: int) -> str:
    """Return "Mon 2 Mar 2026, 09:00:00" (UTC)."""
    found = _datetime(at_ms)
    return f"{found:%a} {found.day} {found:%b %Y, %H:%M:%S}"


def day(at_ms: int) -> str:
    found = _datetime(at_ms)
    return f"{found:%a} {found.day} {found:%b %Y}"


def time_of_day(at_ms: int) -> str:
    return f"{_datetime(at_ms):%H:%M:%S}"


def lasting(ms: int) -> str:
    """Return a length of time in its two largest units: "1 d 4 h", "90 ms"."""
    left, shown = abs(ms), list[str]()
    for unit, size_ms in STEPS_MS:
        whole, left = divmod(left, size_ms)
        if whole or shown:
            shown.append(f"{whole} {unit}" if whole else "")
        if len(shown) == 2:
            break
    return " ".join(filter(None, shown)) or "no time"


def exact(ms: int) -> str:
    """Return a length of time to the millisecond, as a form takes it: "1d 30min 5ms"."""
    left, shown = ms, list[str]()
    for unit, size_ms in STEPS_MS:
        whole, left = divmod(left, size_ms)
        if whole:
            shown.append(f"{whole}{unit}")
    return " ".join(shown) or "0s"


def spread(found: Spread) -> str:
    """Return a distribution of latencies in words."""
    members = msgspec.to_builtins(found)
    kind, least, most = members.pop("shape"), members.pop("least_ms", 0), members.pop("most_ms", LONGEST_MS)
    words = [f"{name.removesuffix('_ms')} {lasting(ms) if isinstance(ms, int) else ms}" for name, ms in members.items()]
    words += [f"at least {lasting(least)}"] * bool(least) + [f"at most {lasting(most)}"] * (most < LONGEST_MS)
    return f"{kind}, {', '.join(words)}"


def size(count: int) -> str:
    return (
        f"{count} bytes" if count < 1000 else f"{count / 1000:.1f} kB" if count < 10**6 else f"{count / 10**6:.1f} MB"
    )


def short(title: str) -> str:
    """Return a carrier's title without what stands in brackets behind it."""
    return title.partition(" (")[0]


def plain(code: object) -> str:
    """Return a code in words: "out_for_delivery" as "out for delivery"."""
    return str(code).replace("_", " ").replace("-", " ")


def tone(status: object) -> str:
    """Return how a parcel's state is coloured."""
    try:
        return TONES[Status(str(status))]
    except ValueError:
        return "plain"


def answer_tone(status: int) -> str:
    """Return how an HTTP status is coloured; 0 means that no answer came."""
    return "good" if 200 <= status < 400 else "waiting" if 400 <= status < 500 else "bad"


def body(found: Body | bytes | None) -> str:
    """Return a body for reading: JSON with its lines indented, other text as it is, cut when very long."""
    if not found:
        return ""
    if isinstance(found, dict):
        return f"{found.get('size_bytes')} bytes that are no text (SHA-256 {found.get('sha256')})"
    text = found if isinstance(found, str) else found.decode("utf-8", "replace")
    if text[:1] in "{[":
        with suppress(msgspec.DecodeError):
            text = msgspec.json.format(text, indent=2)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}\n… {len(text) - MOST_SHOWN} characters more"


def minor(amount: int, currency: str) -> str:
    whole, rest = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{whole:,}.{rest:02d} {currency}".replace(",", "\u202f")


FILTERS: dict[str, Any] = {
    "moment": moment,
    "day": day,
    "time_of_day": time_of_day,
    "lasting": lasting,
    "exact": exact,
    "spread": spread,
    "size": size,
    "masked": mask_text,
    "short": short,
    "plain": plain,
    "tone": tone,
    "answer_tone": answer_tone,
    "body": body,
    "minor": minor,
    "rfc3339": rfc3339,
}


def _datetime(at_ms: int) -> datetime:
    return EPOCH + timedelta(milliseconds=min(max(at_ms, 0), LATEST_MS))
