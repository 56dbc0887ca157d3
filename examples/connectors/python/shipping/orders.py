"""An order: what was placed, how far it has come, and the rules for what may be placed at all."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

NUMBER = re.compile(r"[\x21-\x7e]{1,35}")  # what both carriers can print
CURRENCY = re.compile(r"[A-Z]{3}")
COUNTRY = re.compile(r"[A-Z]{2}")


class Invalid(Exception):
    """Somebody sent what this connector cannot take; the message says where and what would be right."""


@dataclass(kw_only=True)
class Order:
    """`step` is what is to be done next; each carrier has its own steps. "" is nothing."""

    number: str
    wish: dict[str, Any]  # as it was placed
    state: str = "draft"
    step: str = ""
    tries: int = 0  # failed ones of this step
    looks: int = 0  # how often the carrier was not ready yet
    carrier: str | None = None
    offers: list[dict[str, Any]] = field(default_factory=list)  # as last shown
    picked: str | None = None
    quote: dict[str, Any] | None = None
    request: dict[str, Any] = field(default_factory=dict)  # the booking as it is sent, with its key, at every try
    remote_id: str = ""
    form_id: str = ""
    booked: dict[str, Any] | None = None
    tracking_number: str | None = None
    label: dict[str, Any] | None = None
    cancel_wanted: bool = False
    return_id: str = ""  # the carrier's order for the way back
    problems: list[str] = field(default_factory=list)
    trouble: str = ""  # why the next step waits; passes by itself
    new_label: tuple[str, bytes] | None = None  # format and bytes, until the store has them

    def kept(self) -> dict[str, Any]:
        return {**asdict(self), "new_label": None}

    def fail(self, sentence: str) -> None:
        self.state, self.step, self.trouble = "failed", "", ""
        self.problems.append(sentence)

    def cancelled(self) -> None:
        self.state, self.step, self.cancel_wanted, self.trouble = "cancelled", "", False, ""

    def view(self, status: str | None, partial: bool, history: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "number": self.number,
            "state": self.state,
            "carrier": self.carrier,
            "service": self.quote["service"] if self.quote else None,
            "tracking_number": self.tracking_number,
            "tracking_numbers": [self.tracking_number] if self.tracking_number else [],
            "status": status,
            "partial": partial,
            "label": self.label,
            "quote": self.quote,
            "booked": self.booked,
            "history": history,
            "returns": [],
            "final_state": None,
            "problems": [*self.problems, *([self.trouble] if self.trouble else [])],
            "acting_user": None,
        }


def shown(value: object) -> str:
    """Return what was found as its sender wrote it, not too much of it."""
    return json.dumps(value, ensure_ascii=False)[:100]


def moment(value: object, where: str) -> datetime:
    """Return an RFC 3339 date-time.

    Raises:
        Invalid: it is none, or has no offset.
    """
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise Invalid(f"{where} is {shown(value)}; a date-time like 2026-03-02T08:00:00Z is wanted") from error
    if found.tzinfo is None or not isinstance(value, str):
        raise Invalid(f"{where} is {shown(value)}; a date-time with its offset is wanted")
    return found


def check_order(body: object, carriers: tuple[str, ...]) -> dict[str, Any]:
    """Return an order as it may be placed.

    Raises:
        Invalid: a member is missing or wrong; the message names it.
    """
    order = _object(body, "the order")
    _match(order, "number", NUMBER, "1 to 35 printable ASCII characters without blanks")
    check_address(order.get("recipient"), "recipient")
    lines = order.get("lines")
    if not isinstance(lines, list) or not lines:
        raise Invalid("lines must be a list of one line or more")
    for place, line in enumerate(lines):
        _check_line(_object(line, f"lines[{place}]"), f"lines[{place}]")
    _one_of(order, "payment", ("prepaid", "cod"))
    _whole(order, "mass_g", 1)
    sides = order.get("sides_mm")
    if not isinstance(sides, list) or len(sides) != 3 or not all(_is_whole(side, 1) for side in sides):
        raise Invalid(f"sides_mm is {shown(sides)}; three whole numbers of millimetres from 1 on are wanted")
    if order.get("delivery_charge") is not None:
        check_money(order["delivery_charge"], "delivery_charge", 0)
    _one_of(order, "carrier", (None, *carriers))
    _one_of(order, "confirm", (True, False))
    known = ("number", "recipient", "lines", "payment", "mass_g", "sides_mm", "delivery_charge", "carrier", "confirm")
    return {name: order.get(name) for name in known}


def check_address(body: object, where: str) -> None:
    address = _object(body, where)
    for name in ("name", "street", "postal_code", "city", "country"):
        if not isinstance(address.get(name), str) or not address[name].strip():
            raise Invalid(f"{where}.{name} is {shown(address.get(name))}; a text is wanted")
    for name in ("company", "house_number", "email", "phone"):
        if not isinstance(address.get(name, ""), str):
            raise Invalid(f"{where}.{name} is {shown(address[name])}; a text is wanted")
    _match(address, "country", COUNTRY, "two capital letters", where)


def check_money(body: object, where: str, least: int) -> None:
    amount = _object(body, where)
    _whole(amount, "amount_minor", least, where)
    _match(amount, "currency", CURRENCY, "three capital letters", where)


def _check_line(line: dict[str, Any], where: str) -> None:
    for name in ("sku", "description"):
        if not isinstance(line.get(name), str) or not line[name]:
            raise Invalid(f"{where}.{name} is {shown(line.get(name))}; a text is wanted")
    _whole(line, "quantity", 1, where)
    _whole(line, "unit_mass_g", 1, where)
    check_money(line.get("unit_price"), f"{where}.unit_price", 0)
    if line.get("vat_rate") is not None:
        _whole(line, "vat_rate", 0, where)


def _object(body: object, where: str) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise Invalid(f"{where} is {type(body).__name__}; an object is wanted")
    return body


def _is_whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least  # JSON true is an int in Python


def _whole(body: dict[str, Any], name: str, least: int, where: str = "") -> None:
    _check(body, name, lambda value: _is_whole(value, least), f"a whole number from {least} on is wanted", where)


def _match(body: dict[str, Any], name: str, form: re.Pattern[str], words: str, where: str = "") -> None:
    _check(body, name, lambda v: isinstance(v, str) and form.fullmatch(v) is not None, f"{words} are wanted", where)


def _one_of(body: dict[str, Any], name: str, allowed: tuple[object, ...]) -> None:
    words = "one of " + ", ".join("null" if value is None else str(value) for value in allowed)
    _check(body, name, lambda value: any(value is a or (type(value) is str and value == a) for a in allowed), words)


def _check(body: dict[str, Any], name: str, good: Callable[[Any], bool], words: str, where: str = "") -> None:
    if not good(body.get(name)):
        raise Invalid(f"{where}{'.' if where else ''}{name} is {shown(body.get(name))}; {words}")
