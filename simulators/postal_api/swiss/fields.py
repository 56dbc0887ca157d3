"""Reading a JSON object field by field: every fault of the schema is collected under its path, none is raised.

Wire contract: `postal_api_swiss` §5 (a schema error is 400 with `{field, error, rejectedValue}`) and §11: numbers as
text and text as numbers, and members that are null, are accepted. The words of a fault are ours.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

LONGEST_SHOWN = 200
FAULTS_MOST = 100


class Faults(list[dict[str, Any]]):
    """The faults of one body."""

    def add(self, field: str, error: str, found: Any = None) -> None:
        if len(self) < FAULTS_MOST:
            self.append({"field": field, "error": error, "rejectedValue": _shown(found)})


def _shown(found: Any) -> Any:
    """Return a value as a fault tells it: short, and of what JSON can hold."""
    if found is None or isinstance(found, bool | int | float):
        return found if not isinstance(found, int) or abs(found) < 2**53 else str(found)[:LONGEST_SHOWN]
    return (found if isinstance(found, str) else type(found).__name__)[:LONGEST_SHOWN]


class Unreadable(Exception):
    """A body does not fit the schema; nothing was done."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{fault['field']}: {fault['error']}" for fault in faults))


def document(body: bytes) -> dict[str, Any]:
    """Return a body as a JSON object.

    Raises:
        Unreadable: it is none.
    """
    faults = Faults()
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        faults.add("", "must be a JSON object", "unreadable")
        raise Unreadable(faults) from None
    if not isinstance(found, dict):
        faults.add("", "must be a JSON object", found)
        raise Unreadable(faults)
    return found


class Fields:
    """An object of the body. `faults` is shared by all of one body; `at` is the path of this one."""

    def __init__(self, found: Mapping[str, Any], faults: Faults, at: str = "") -> None:
        self.found = found
        self.faults = faults
        self._at = at

    def path(self, name: str) -> str:
        return f"{self._at}.{name}" if self._at else name

    def wrong(self, name: str, error: str) -> None:
        self.faults.add(self.path(name), error, self.found.get(name))

    def text(self, name: str, most: int, *, pattern: str = "", required: bool = False) -> str:
        """Return a text, "" where there is none; a number is taken for its digits."""
        value = self.found.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = _digits(value)
        if value is None:
            value = ""
        if not isinstance(value, str):
            self.wrong(name, "must be a text")
            return ""
        value = value.strip()
        if not value and required:
            self.wrong(name, "must not be empty")
        elif len(value) > most:
            self.wrong(name, f"size must be between 0 and {most}")
        elif value and pattern and not re.fullmatch(pattern, value):
            self.wrong(name, f'must match "{pattern}"')
        else:
            return value
        return ""

    def choice(self, name: str, allowed: Sequence[str], *, default: str = "", required: bool = False) -> str:
        value = self.text(name, LONGEST_SHOWN, required=required)
        if value and value not in allowed:
            self.wrong(name, f"must be one of {', '.join(allowed)}")
            return default
        return value or default

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.found.get(name)
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return value.lower() == "true"
        if value is not None and not isinstance(value, bool):
            self.wrong(name, "must be true or false")
            return default
        return default if value is None else value

    def whole(self, name: str, least: int, most: int) -> int | None:
        """Return a whole number, None where there is none."""
        value = self.text(name, 20)
        if not value:
            return None
        if not re.fullmatch(r"-?[0-9]{1,15}(\.0+)?", value) or not least <= int(value.partition(".")[0]) <= most:
            self.wrong(name, f"must be a whole number between {least} and {most}")
            return None
        return int(value.partition(".")[0])

    def below(self, name: str, *, required: bool = False) -> "Fields | None":
        """Return the object under a name, None where there is none."""
        value = self.found.get(name)
        if isinstance(value, dict):
            return Fields(value, self.faults, self.path(name))
        if value is not None or required:
            self.wrong(name, "must be an object" if value is not None else "must not be null")
        return None

    def rows(self, name: str, most: int) -> "list[Fields]":
        """Return the objects of a list."""
        found: list[Fields] = []
        for place, row in enumerate(self._list(name, most)):
            path = f"{self.path(name)}[{place}]"
            if isinstance(row, dict):
                found.append(Fields(row, self.faults, path))
            else:
                self.faults.add(path, "must be an object", row)
        return found

    def texts(self, name: str, most: int, longest: int) -> tuple[str, ...]:
        """Return the texts of a list; one text alone counts as a list of it."""
        found: list[str] = []
        for place, row in enumerate(self._list(name, most)):
            value = _digits(row) if isinstance(row, int | float) and not isinstance(row, bool) else row
            if isinstance(value, str) and len(value) <= longest:
                found.append(value.strip())
            else:
                self.faults.add(f"{self.path(name)}[{place}]", f"must be a text of at most {longest} characters", row)
        return tuple(found)

    def _list(self, name: str, most: int) -> list[Any]:
        value = self.found.get(name)
        value = [value] if isinstance(value, str) else value
        if value is None or value == {}:
            return []  # a generated client writes an empty list of its own kind as an object
        if not isinstance(value, list):
            self.wrong(name, "must be an array")
            return []
        if len(value) > most:
            self.faults.add(self.path(name), f"size must be between 0 and {most}", len(value))
            return []
        return value


def _digits(value: float) -> str:
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".") if abs(value) < 10**15 else repr(value)
    return str(value) if abs(value) < 10**40 else "9" * 41
