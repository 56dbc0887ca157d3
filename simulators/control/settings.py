"""Tenant settings as the control API takes them: carriers read what they know, and must find sound values.

A carrier that declares its settings is given no others; a general setting that carriers know must suit one of them.
"""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Annotated, Any

from msgspec import Meta

from ..wire import report_layouts
from ..wire.allowed import Allowed
from ..wire.bounds import beyond_64_bits, deeper_than
from ..wire.carrier import Carrier
from .desk import ControlError

WHOLE = ("_ms", "_days", "_minutes", "_minor", "_g")
MOST = 10**15 - 1
QUOTA = ("on", "off", "exhausted")
OFF = "off"
MAY_BE_OFF = ("payout_after_days",)
HEAVIEST = 10**9 - 1  # of a weight in a mix
DEEPEST = 16
SHOWN = 100  # characters of what was found
ALL = "general"  # in the document: what stands under no carrier's name

REF = "#/components/schemas/{name}"
PLAIN = "PlainValue"  # of a setting that no carrier knows: its name in the document
_NUMBER: dict[str, Any] = {"type": ["integer", "null"], "minimum": 0, "maximum": MOST}
LAYOUTS = "report_layouts"  # a carrier's own only
COMMON = ("mix", LAYOUTS)  # every carrier has them
_MIX: dict[str, Any] = {
    "type": ["object", "null"],
    "description": "How often each story is drawn for a parcel whose life nobody chose.",
    "propertyNames": {"x-known": "stories"},
    "additionalProperties": {"type": "number", "exclusiveMinimum": 0, "maximum": HEAVIEST},
    "minProperties": 1,
}
_KNOWN: dict[str, Any] = {
    "type": ["object", "null"],
    "properties": {
        "quota": {"enum": [*QUOTA, None]},
        "mix": _MIX,
        **{name: {"anyOf": [_NUMBER, {"const": OFF}]} for name in MAY_BE_OFF},
    },
    "patternProperties": {f"^(?!({'|'.join(MAY_BE_OFF)})$).*({'|'.join(WHOLE)})$": _NUMBER},
    "additionalProperties": {"$ref": REF.format(name=PLAIN)},
}
SCHEMA: dict[str, Any] = {
    **_KNOWN,
    "title": "Settings",
    "description": "Settings: a carrier's own under its name, and what counts for all that know it.",
    "type": "object",
    "x-settings": ALL,
    "properties": {**_KNOWN["properties"], LAYOUTS: {"type": "null"}, "x-each": ["carriers", _KNOWN]},
}
Settings = Annotated[dict[str, Any], Meta(extra_json_schema={"$ref": REF.format(name="Settings")})]


def checked(settings: Mapping[str, Any], carriers: Mapping[str, Carrier]) -> dict[str, Any]:
    """Return the settings, or refuse them with a sentence: 422, or 409 for two report forms of one name.

    None takes a setting away. What stands under a carrier's name is for that carrier alone, and goes before the
    general setting of that name.
    """
    if deeper_than(dict(settings), DEEPEST):
        raise ControlError(422, "Invalid setting", f"settings are nested deeper than {DEEPEST} levels")
    if (number := beyond_64_bits(dict(settings), fractions=True)) is not None:
        raise ControlError(422, "Invalid setting", f"{_shown(number)} is a number of more than 64 bits")
    known = _known(carriers)
    settings = _whole(settings, carriers, known)
    everywhere = {story for carrier in carriers.values() for story in carrier.stories}
    for name, value in settings.items():
        if value is None:
            continue
        if name == LAYOUTS:
            raise ControlError(
                422, "Invalid setting", f"{LAYOUTS} stands under a carrier's name, as it describes its reports"
            )
        if name in carriers:
            _check_own(carriers[name], value, everywhere)
        elif name in known:
            _check_declared(name, value, known[name])
        else:
            _check(name, value, everywhere)
    return dict(settings)


def _known(carriers: Mapping[str, Carrier]) -> dict[str, list[Allowed]]:
    """Return every declared setting with what carriers allow; the same said by several stands once."""
    found: dict[str, list[Allowed]] = {}
    for carrier in carriers.values():
        for name, allowed in (carrier.settings or {}).items():
            if allowed not in found.setdefault(name, []):
                found[name].append(allowed)
    return found


def _whole(
    settings: Mapping[str, Any], carriers: Collection[str], known: Mapping[str, list[Allowed]]
) -> dict[str, Any]:
    """Return the settings with 5.0 as 5 where a whole number belongs."""
    counted = {*MAY_BE_OFF, *(name for name, allowed in known.items() if any(one.counts for one in allowed))}
    return {
        name: _whole(value, (), known)
        if name in carriers and isinstance(value, dict)
        else _number(name, value, counted)
        for name, value in settings.items()
    }


def _number(name: str, value: Any, counted: Collection[str]) -> Any:
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) <= MOST
    return int(value) if is_whole and (name.endswith(WHOLE) or name in counted) else value


def _check_own(carrier: Carrier, value: Any, stories: Collection[str]) -> None:
    if not isinstance(value, dict):
        raise _refused(carrier.name, value, "an object: the settings of this carrier alone")
    for name, inner in value.items():
        declared = (carrier.settings or {}).get(name)
        if name == LAYOUTS:
            _check_layouts(carrier.name, inner)
        elif carrier.settings is not None and declared is None and name not in COMMON:
            raise _unknown(carrier.name, name, {*carrier.settings, *COMMON})
        elif inner is not None and declared is not None:
            _check_declared(name, inner, [declared])
        elif inner is not None:
            _check(name, inner, stories)


def _check_declared(name: str, value: Any, allowed: Collection[Allowed]) -> None:
    if not any(one.takes(value) for one in allowed):
        raise _refused(name, value, ", or ".join(one.words() for one in allowed))


def _unknown(carrier: str, name: str, known: Collection[str]) -> ControlError:
    near = get_close_matches(name[:SHOWN], sorted(known), 5)
    allowed = f"nearest are {', '.join(near)}" if near else f"allowed: {', '.join(sorted(known))}"
    return ControlError(422, "Invalid setting", f"{carrier} has no setting {_shown(name)}; {allowed}")


def schemas(carriers: Mapping[str, Carrier]) -> dict[str, dict[str, Any]]:
    """Return what the document adds for carriers, and under ALL for general settings."""
    found: dict[str, dict[str, Any]] = {ALL: {"properties": _described(_known(carriers))}}
    for carrier in carriers.values():
        forms = report_layouts.of_settings(REF, carrier.name)
        found[carrier.name] = {"properties": {LAYOUTS: forms}}
        if carrier.settings is not None:
            own = _described({name: [allowed] for name, allowed in carrier.settings.items()})
            found[carrier.name] = {
                "properties": {"mix": _MIX, LAYOUTS: forms, **own},
                "patternProperties": {},
                "additionalProperties": False,
            }
    return found


def components() -> dict[str, dict[str, Any]]:
    """Return the schema of settings and those that it refers to, by name."""
    numbers = {"type": "number", "minimum": 1 - 2**63, "maximum": 2**63 - 1}
    inner = {"$ref": REF.format(name=PLAIN)}
    plain = {
        "title": PLAIN,
        "description": f"Any JSON, nested not deeper than {DEEPEST} levels.",
        "anyOf": [
            {"type": ["null", "boolean", "string"]},
            numbers,
            {"type": "array", "items": inner},
            {"type": "object", "additionalProperties": inner},
        ],
    }
    return {"Settings": SCHEMA, PLAIN: plain, **report_layouts.schemas(REF)}


def _described(known: Mapping[str, Collection[Allowed]]) -> dict[str, Any]:
    return {
        name: {"anyOf": [*(schema for one in allowed for schema in one.schemas()), {"type": "null"}]}
        for name, allowed in known.items()
    }


def _check_layouts(carrier: str, found: Any) -> None:
    try:
        report_layouts.own(found, carrier)
    except report_layouts.Clash as error:
        raise ControlError(409, "Two of one name", f"{carrier}: {error}") from error
    except report_layouts.LayoutError as error:
        raise ControlError(422, "Invalid setting", f"{carrier}: {error}") from error


def _check(name: str, value: Any, stories: Collection[str]) -> None:
    if name in MAY_BE_OFF:
        if value != OFF and not _is_whole(value):
            raise _refused(name, value, f"a whole number, 0 or more, or {OFF!r}")
    elif name.endswith(WHOLE) and not _is_whole(value):
        raise _refused(name, value, "a whole number, 0 or more")
    if name == "quota" and value not in QUOTA:
        raise _refused(name, value, ", ".join(QUOTA))
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
    return ControlError(422, "Invalid setting", f"{name} is {_shown(value)}; allowed: {allowed}")


def _shown(value: Any) -> str:
    words = repr(value)
    return words if len(words) <= SHOWN else f"{words[:SHOWN]}…"
