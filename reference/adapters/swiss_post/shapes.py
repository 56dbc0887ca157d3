"""Swiss Post's answers as types; unknown members are passed over.

Source: `postal_api_swiss` §1, §5, §9.1. The tracking schema is only known from what clients read of it, so that its
members may be missing or of another type: `text` and `moment` make the best of them.
"""

from datetime import UTC, datetime
from math import isnan
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from ..exchange import Name

ZURICH = ZoneInfo("Europe/Zurich")  # the carrier's zone, where a time names none
NOTHING = msgspec.Raw(b"null")
USUAL_LIFE_S = 60.0


class Token(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: int | float | str | None = None

    @property
    def life_s(self) -> float:
        """Return how long it lives; as short as the service was ever seen to say, where it says nothing sensible."""
        try:
            found = float(self.expires_in if self.expires_in is not None else USUAL_LIFE_S)
        except (ValueError, OverflowError):
            return USUAL_LIFE_S
        return USUAL_LIFE_S if isnan(found) else found


class TokenRefusal(msgspec.Struct, frozen=True):
    error: str = ""
    error_description: str = ""


class Failing(msgspec.Struct, frozen=True):
    """One of `errors` or `warnings`: a letter with four digits, and words in the language of the request."""

    code: str | int = ""
    message: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class Invalid(msgspec.Struct, frozen=True):
    """One line of an answer of 400: a field that breaks the schema."""

    field: str = ""
    error: str = ""
    rejectedValue: msgspec.Raw = NOTHING

    def __str__(self) -> str:
        return f"{self.field}: {self.error}, found {bytes(self.rejectedValue).decode('utf-8', 'replace')[:100]}"


class Item(msgspec.Struct, frozen=True):
    identCode: Name | int | None = None
    label: list[str] | str | None = None
    errors: list[Failing] | None = None
    warnings: list[Failing] | None = None


class Labelled(msgspec.Struct, frozen=True):
    """The answer to a label call; a business error stands in it under HTTP 200, at the item or, rarely, at the root."""

    item: Item | None = None
    errors: list[Failing] | None = None

    @property
    def told(self) -> list[Failing]:
        return [*(self.errors or ()), *((self.item.errors if self.item else None) or ())]


class Scan(msgspec.Struct, frozen=True):
    code: str | int = ""
    timestamp: str = ""
    title: str | None = None
    subtitle: str | None = None
    location: msgspec.Raw = NOTHING
    subEventId: str | int | None = None

    @property
    def place(self) -> str:
        """Return where it was: text, or an object with a town and perhaps its postal code."""
        found = msgspec.json.decode(bytes(self.location))
        if isinstance(found, dict):
            found = " ".join(text(found.get(name)) for name in ("zip", "city", "name") if text(found.get(name)))
        return text(found)[:100] if isinstance(found, str | int) else ""


class Events(msgspec.Struct, frozen=True):
    events: list[Scan] | None = None


class Standing(msgspec.Struct, frozen=True):
    status: str | None = None


class Instruction(msgspec.Struct, frozen=True):
    option: str | int | None = None


class Detail(msgspec.Struct, frozen=True):
    status: Standing | str | None = None
    deliveryInstruction: Instruction | str | None = None

    @property
    def word(self) -> str:
        found = self.status.status if isinstance(self.status, Standing) else self.status
        return text(found).upper()


def text(value: Any) -> str:
    """Return a code as text, "" for none."""
    return "" if value is None or isinstance(value, bool) else str(value).strip()


def moment(written: str) -> datetime | None:
    """Return a moment in UTC, None for text that names none."""
    try:
        found = datetime.fromisoformat(written.strip())
        at = (found if found.tzinfo else found.replace(tzinfo=ZURICH)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if 1970 <= at.year <= 9000 else None
