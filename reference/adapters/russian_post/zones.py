"""Which clock an office goes by: hours ahead of UTC, by the first three digits of its postcode.

Source: postcodes of Russian regions and the law on the calculation of time in its state of 2020 (read 2026-11). The
batch service of tracking writes the office's own time without saying which (`postal_api_russia` §4.6).
"""

from datetime import timedelta, timezone

MOSCOW_HOURS = 3
_RANGES: tuple[tuple[int, int, int], ...] = (  # first and last three digits, hours ahead of UTC
    (236, 238, 2),
    (410, 414, 4), (416, 416, 4), (426, 427, 4), (432, 433, 4), (443, 446, 4),
    (450, 457, 5), (460, 462, 5), (614, 629, 5), (640, 641, 5),
    (644, 646, 6),
    (630, 636, 7), (647, 663, 7), (667, 668, 7),
    (664, 666, 8), (669, 671, 8),
    (672, 678, 9), (687, 687, 9),
    (679, 682, 10), (690, 692, 10),
    (685, 686, 11), (693, 694, 11),
    (683, 684, 12), (688, 689, 12),
)  # fmt: skip
_HOURS = {prefix: hours for first, last, hours in _RANGES for prefix in range(first, last + 1)}


def zone_of(index: str) -> timezone:
    """Return the zone of an office; Moscow's for one that is not Russian or not an office at all."""
    prefix = index.strip()[:3]
    known = len(index.strip()) == 6 and index.strip().isascii() and prefix.isdigit()
    return timezone(timedelta(hours=_HOURS.get(int(prefix), MOSCOW_HOURS) if known else MOSCOW_HOURS))
