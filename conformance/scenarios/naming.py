"""Words of a finding without what differs between two machines: ids by name, no addresses, no secrets."""

import ast
import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

MOST_CHARS = 600
_ADDRESS = re.compile(r"(https?://)[^\s/'\"<>]+(:\d+)?")
_UNKNOWN = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b(?=[A-Za-z0-9_-]*\d)[A-Za-z0-9_-]{20,}\b"
)
_HASH = re.compile(r"\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{12,}\b")
ELLIPSIS = "…"
CARRIERS = {
    "cdek": "CDEK",
    "iml": "IML",
    "mail_alliance": "Mail Alliance",
    "pickpoint": "PickPoint",
    "russian_post": "Russian Post",
    "swiss_post": "Swiss Post",
}


class Names:
    """Names for ids and numbers of parcels: order number -> name, and the carriers' parcels."""

    def __init__(self, orders: Mapping[str, str], parcels: Iterable[Mapping[str, Any]]) -> None:
        self.orders = dict(orders)
        self._found: dict[str, str] = {}
        self._by_id: dict[str, str] = {}
        self._rows = {row["id"]: row for row in parcels}
        rows = list(self._rows.values())
        for row in rows:
            if not row["return_of"] and row["reference"] in self.orders:
                self._add(row, self.orders[row["reference"]])
        for row in rows:
            if row["return_of"] in self._by_id:
                self._add(row, f"{self._by_id[row['return_of']]}.return")

    def _add(self, row: Mapping[str, Any], name: str) -> None:
        taken = name in self._by_id.values()
        self._by_id[row["id"]] = name
        if not taken:  # a second parcel of one order has no name of its own
            self._found |= {row["id"]: f"{name}.id"} | ({row["number"]: f"{name}.number"} if row["number"] else {})

    def parcel(self, parcel_id: str) -> str | None:
        """Return the name of a parcel by its id; None when it belongs to no order of the case."""
        return self._by_id.get(parcel_id)

    def order_of(self, parcel_id: str) -> str:
        """Return the order's number of a parcel by its id; "" when it is unknown. A way back says so."""
        row = self._rows.get(parcel_id)
        if row is None:
            return ""
        back = self._rows.get(row["return_of"])
        return f"{back['reference']} (way back)" if back is not None else str(row["reference"])

    def carrier_of(self, number: str) -> str:
        """Return the carrier of an order's parcel, as people call it; "" when there is none."""
        wanted = number.removesuffix(" (way back)")
        found = next((row["carrier"] for row in self._rows.values() if row["reference"] == wanted), "")
        return CARRIERS.get(found, str(found))

    def written(self, text: str) -> str:
        """Return a text with every known id and number as a reference, `${p1.number}`."""
        if not self._found:
            return text
        known = sorted(self._found, key=len, reverse=True)
        pattern = re.compile(r"(?<![A-Za-z0-9])(" + "|".join(map(re.escape, known)) + r")(?![A-Za-z0-9])")
        return pattern.sub(lambda match: f"${{{self._found[match[0]]}}}", text)

    def written_in(self, value: Any) -> Any:
        """Return JSON data with every known id in its texts as a reference."""
        if isinstance(value, str):
            return self.written(value)
        if isinstance(value, list | tuple):
            return [self.written_in(item) for item in value]
        if isinstance(value, Mapping):
            return {self.written(str(key)): self.written_in(item) for key, item in value.items()}
        return value

    def plain(self, text: str, *, most_chars: int = MOST_CHARS) -> str:
        """Return a text for people that is the same on every machine: names, no addresses, no unknown ids."""
        known = self.written(_ADDRESS.sub(r"\1" + ELLIPSIS, text))
        parts = re.split(r"(\$\{[^{}\n]{1,120}\})", known)
        for place in range(0, len(parts), 2):
            parts[place] = _HASH.sub(ELLIPSIS, _UNKNOWN.sub(ELLIPSIS, parts[place]))
        made = "".join(parts)
        return made if len(made) <= most_chars else made[: most_chars - 1] + ELLIPSIS


def value_of(text: str) -> Any:
    """Return what a finding's word stands for: a value that was written out, else the text itself."""
    try:
        return _json(ast.literal_eval(text))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError, msgspec.ValidationError):
        pass
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError):
        return text


def _json(value: Any) -> Any:
    """Return a Python value as JSON data; sets become sorted lists."""
    if isinstance(value, set | frozenset):
        return sorted((_json(item) for item in value), key=repr)
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, bytes):
        raise ValueError("bytes are no JSON")
    return value


def same(one: str, other: str) -> bool:
    """Tell whether two words say the same, however a text or a list is written."""
    return one == other or value_of(one) == value_of(other)
