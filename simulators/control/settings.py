"""Tenant settings as the control API takes them: carriers read what they know, and must find sound values."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any

from msgspec import Meta

from ..wire import report_layouts
from ..wire.carrier import Carrier
from ..wire.depth import deeper_than
from .desk import ControlError

WHOLE = ("_ms", "_days", "_minutes", "_minor", "_g")
MOST = 10**15 - 1
QUOTA = ("on", "off", "exhausted")
OFF = "off"
MAY_BE_OFF = ("payout_after_days",)
HEAVIEST = 10**9 - 1  # of a weight in a mix
DEEPEST = 16

_NUMBER: dict[str, Any] = {"type": ["integer", "null"], "minimum": 0, "maximum": MOST}
LAYOUTS = "report_layouts"  # a carrier's own only
_LAYOUTS: dict[str, Any] = {
    "type": ["array", "null"],
    "description": "Report forms that this carrier gives besides its own, or in the place of those of the same name.",
    "items": {"type": "object"},
    "maxItems": report_layouts.MOST_OWN,
}
_MIX: dict[str, Any] = {
    "type": ["object", "null"],
    "description": "How often each story is drawn for a parcel whose life nobody chose.",
    "propertyNames": {"x-known": "stories"},
    "additionalProperties": {"type": "number", "exclusiveMinimum": 0, "maximum": HEAVIEST},
    "minProperties": 1,
}
_KNOWN: dict[str, Any] = {
    "properties": {
        "quota": {"enum": [*QUOTA, None]},
        "mix": _MIX,
        **{name: {"anyOf": [_NUMBER, {"const": OFF}]} for name in MAY_BE_OFF},
    },
    "patternProperties": {f"^(?!({'|'.join(MAY_BE_OFF)})$).*({'|'.join(WHOLE)})$": _NUMBER},
}
_OWN = {**_KNOWN, "properties": {**_KNOWN["properties"], LAYOUTS: _LAYOUTS}}
SCHEMA: dict[str, Any] = {
    **_KNOWN,
    "properties": {**_KNOWN["properties"], "x-each": ["carriers", {"type": ["object", "null"], **_OWN}]},
}
Settings = Annotated[dict[str, Any], Meta(extra_json_schema=SCHEMA)]


def checked(settings: Mapping[str, Any], carriers: Mapping[str, Carrier]) -> dict[str, Any]:
    """Return the settings, or refuse them: 422 with a sentence. None takes a setting away.

    What stands under a carrier's name is for that carrier alone, and goes before the general setting of that name.
    """
    if deeper_than(dict(settings), DEEPEST):
        raise ControlError(422, "Invalid setting", f"settings are nested deeper than {DEEPEST} levels")
    settings = _whole(settings, carriers)
    everywhere = {story for carrier in carriers.values() for story in carrier.stories}
    for name, value in settings.items():
        if value is None:
            continue
        if name == LAYOUTS:
            raise ControlError(
                422, "Invalid setting", f"{LAYOUTS} stands under a carrier's name, as it describes its reports"
            )
        if name in carriers:
            _check_own(name, value, everywhere)
        else:
            _check(name, value, everywhere)
    return dict(settings)


def _whole(settings: Mapping[str, Any], carriers: Collection[str]) -> dict[str, Any]:
    """Return the settings with 5.0 as 5 where a whole number belongs."""
    return {
        name: _whole(value, ()) if name in carriers and isinstance(value, dict) else _number(name, value)
        for name, value in settings.items()
    }


def _number(name: str, value: Any) -> Any:
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) <= MOST
    return int(value) if is_whole and (name.endswith(WHOLE) or name in MAY_BE_OFF) else value


def _check_own(carrier: str, value: Any, stories: Collection[str]) -> None:
    if not isinstance(value, dict):
        raise _refused(carrier, value, "an object: the settings of this carrier alone")
    for name, inner in value.items():
        if name == LAYOUTS:
            _check_layouts(carrier, inner)
        elif inner is not None:
            _check(name, inner, stories)


def _check_layouts(carrier: str, found: Any) -> None:
    try:
        report_layouts.own(found, carrier)
    except report_layouts.LayoutError as error:
        raise ControlError(422, "Invalid setting", f"{carrier}: {error}") from error


def _check(name: str, value: Any, stories: Collection[str]) -> None:
    if name in MAY_BE_OFF:
        if value != OFF and not _is_whole(value):
            raise _refused(name, value, f"a whole number, 0 or more, or {OFF!r}")
    elif name.endswith(WHOLE) and not _is_whole(value):
        raise _refused(name, value, "a whole number, 0 or more")
    if name == "quota" and value not in QUOTA:
        raise _refused(name, value, "on, off")
    if name == "mix" and not is_mix(value, stories):
        raise _refused(name, value, f"weights above 0 for some of {', '.join(sorted(stories))}")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST


def is_mix(value: Any, stories: Collection[str]) -> bool:
    if not isinstance(value, dict) or not value or not set(value) <= set(stories):
        return False
    weights = list(value.values())
    return all(_is_weight(weight) for weight in weights)


def _is_weight(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= HEAVIEST


def _refused(name: str, value: Any, allowed: str) -> ControlError:
    return ControlError(422, "Invalid setting", f"{name} is {value!r}; allowed: {allowed}")
