"""Orders that a case placed, as the parcels and parties of a scenario: in its words where they fit."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from parcelproof.scenario.shapes import Item, Parcel, Party, Scenario, Step

from ..scenarios.bodies import order, whole
from ..wires import WIRES
from .record import Done, Record


class Parcels:
    """Symbolic names for orders: p1, p2 … in the order in which they were first placed."""

    def __init__(self, accounts: Iterable[str] = ()) -> None:
        self._accounts = tuple(accounts) or ("cdek", *WIRES)
        self.parcels: dict[str, Parcel] = {}
        self.parties: dict[str, Party] = {}
        self._bodies: list[tuple[Mapping[str, Any], str]] = []

    def name(self, body: Mapping[str, Any]) -> str:
        """Return the name of an order's body; the same body has the same name, confirmed or not."""
        content = {key: value for key, value in body.items() if key != "confirm"}
        for known, name in self._bodies:
            if known == content:
                return name
        name = f"p{len(self._bodies) + 1}"
        self._bodies.append((content, name))
        self.parcels[name] = self._parcel(name, content)
        return name

    def numbers(self) -> dict[str, str]:
        """Return order number -> the name of its first body."""
        found: dict[str, str] = {}
        for body, name in self._bodies:
            found.setdefault(str(body["number"]), name)
        return found

    def _parcel(self, name: str, body: Mapping[str, Any]) -> Parcel:
        items, currency = _items(body), _currency(body)
        plain = {
            "carrier": body.get("carrier") or self._carrier_in(currency),
            "reference": str(body["number"]),
            "weight_g": body["mass_g"],
            "size_mm": tuple(body["sides_mm"]),
            "pay": body["payment"],
            "items": items,
        }
        plain["to"] = self._party(body["recipient"], plain["carrier"])
        made = msgspec.convert({key: value for key, value in plain.items() if value is not None}, Parcel)
        trial = msgspec.convert({"scenario": "trial", "parcels": {}, "steps": [{"settle": True}]}, Scenario)
        trial = msgspec.structs.replace(trial, parcels={name: made}, parties=self.parties, steps=(Step(settle=True),))
        ours = order(whole(trial, name), confirm=True)
        changed = {key: value for key, value in body.items() if key not in ours or ours[key] != value}
        if _filled(ours["recipient"]) == _filled(body["recipient"]):
            changed.pop("recipient", None)  # what is empty is left out in a scenario
        return msgspec.structs.replace(made, order=_data(changed))

    def _carrier_in(self, currency: str) -> str:
        """Return a carrier for an order that names none: one that the connector has, in the order's currency."""
        found = (name for name in self._accounts if WIRES[name].currency == currency)
        return next(found, self._accounts[0])

    def _party(self, recipient: Mapping[str, Any], carrier: str) -> str | None:
        """Return the party that a recipient is; None where the file need not say it, or cannot."""
        if _filled(recipient) == _filled(WIRES[carrier].recipient):
            return None
        try:
            party = msgspec.convert(_filled(recipient), Party)
        except msgspec.ValidationError:
            return None
        known = next((name for name, other in self.parties.items() if other == party), None)
        name = known or f"buyer{len(self.parties) + 1}"
        self.parties[name] = party
        return name


def placed(done: Done) -> Iterable[Mapping[str, Any]]:
    """Return the orders that an act places."""
    if done.side == "bench" and done.name in ("book", "place"):
        return done.args
    return done.args[:1] if (done.side, done.name) == ("connector", "place") else ()


def parcels_of(record: Record) -> Parcels:
    """Return the parcels of a record, named in the order in which their orders were placed."""
    made = Parcels(record.settings.get("accounts") or ())
    for done in record.acts:
        for body in placed(done):
            made.name(body)
    return made


def numbers_of(record: Record) -> dict[str, str]:
    """Return order number -> name, whatever the orders look like."""
    found: dict[str, str] = {}
    for done in record.acts:
        for body in placed(done):
            found.setdefault(str(body["number"]), f"p{len(found) + 1}")
    return found


def _filled(address: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in address.items() if value}


def _currency(body: Mapping[str, Any]) -> str:
    return next((str(row["unit_price"]["currency"]) for row in body["lines"]), "EUR")


def _items(body: Mapping[str, Any]) -> tuple[Item, ...] | None:
    """Return the lines as items; None where they cannot be written so, and then stand under `order`."""
    try:
        return tuple(
            Item(
                sku=row["sku"],
                name=row["description"],
                quantity=row["quantity"],
                price=_price(row["unit_price"]["amount_minor"]),
                weight_g=row["unit_mass_g"],
            )
            for row in body["lines"]
        )
    except (KeyError, TypeError, ValueError):
        return None


def _price(amount_minor: int) -> str:
    units, cents = divmod(amount_minor, 100)
    return f"{units}.{cents:02}"


def _data(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))
