"""Tenant settings as the control API takes them: carriers read what they know, and must find sound values."""

from collections.abc import Iterable, Mapping
from typing import Any

from .desk import ControlError

WHOLE = ("_ms", "_days", "_minutes", "_minor", "_g")
QUOTA = ("on", "off")


def checked(settings: Mapping[str, Any], stories: Iterable[str]) -> dict[str, Any]:
    """Return the settings, or refuse them: 422 with a sentence. None takes a setting away."""
    for name, value in settings.items():
        if value is not None:
            _check(name, value, set(stories))
    return dict(settings)


def _check(name: str, value: Any, stories: set[str]) -> None:
    if name == "quota" and value not in QUOTA:
        raise _refused(name, value, "on, off")
    if name == "mix" and not _is_mix(value, stories):
        raise _refused(name, value, f"weights of 1 and more for some of {', '.join(sorted(stories))}")
    if name.endswith(WHOLE) and not (isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15):
        raise _refused(name, value, "a whole number, 0 or more")


def _is_mix(value: Any, stories: set[str]) -> bool:
    if not isinstance(value, dict) or not value or not set(value) <= stories:
        return False
    weights = list(value.values())
    sound = all(isinstance(weight, int | float) and not isinstance(weight, bool) for weight in weights)
    return sound and all(0 <= weight < 10**9 for weight in weights) and sum(weights) > 0


def _refused(name: str, value: Any, allowed: str) -> ControlError:
    return ControlError(422, "Invalid setting", f"{name} is {value!r}; allowed: {allowed}")
