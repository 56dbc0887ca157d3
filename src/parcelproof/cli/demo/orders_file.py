"""The demo's own reading of its input, against which the engine's reading is held: plain CSV, nothing repaired."""

import csv
from collections.abc import Mapping
from decimal import Decimal
from importlib.resources import files
from itertools import groupby
from typing import Any

INPUTS = files(__package__) / "inputs"
NAMES = {"orders.xlsx": "", "orders.csv": "utf-8", "orders_cp1251.csv": "cp1251"}  # file -> encoding of its text
BROKEN = {  # order -> the column that `examples/make_orders.py` broke
    "P-011": "weight_g",
    "P-040": "postal_code",
    "P-058": "country",
}
ADDRESS = ("name", "company", "street", "house_number", "postal_code", "city", "country", "email", "phone")
Row = Mapping[str, str]


def content(name: str) -> bytes:
    return (INPUTS / name).read_bytes()


def rows(name: str) -> list[tuple[int, Row]]:
    """Return (row as a spreadsheet counts it, cells) for every line of an order in a CSV file."""
    lines = content(name).decode(NAMES[name]).splitlines()
    return [
        (at, row) for at, row in enumerate(csv.DictReader(lines, delimiter=";"), start=2) if row["number"][:1] != "#"
    ]


def orders(name: str) -> dict[str, dict[str, Any]]:
    """Return order number -> the order as the driver contract writes it; broken orders are left out."""
    grouped = groupby((row for _, row in rows(name)), key=lambda row: row["number"])
    return {number: order([*lines]) for number, lines in grouped if number not in BROKEN}


def problems(name: str) -> set[tuple[int, str]]:
    """Return (row, column) of everything that is broken in a file."""
    return {(at, BROKEN[row["number"]]) for at, row in rows(name) if row["payment"] and row["number"] in BROKEN}


def sent_back(name: str) -> frozenset[str]:
    """Return the orders whose goods the buyer sends back after delivery."""
    return frozenset(row["number"] for _, row in rows(name) if row["return"] == "yes")


def order(lines: list[Row]) -> dict[str, Any]:
    first = lines[0]
    currency = first["currency"]
    charge = first["delivery_charge"]
    return {
        "number": first["number"],
        "recipient": {column: first[column] for column in ADDRESS if first[column]},
        "lines": [position(line, currency) for line in lines],
        "payment": first["payment"],
        "mass_g": int(first["weight_g"]),
        "sides_mm": [int(first[side]) for side in ("length_mm", "width_mm", "height_mm")],
        "delivery_charge": money(charge, currency) if charge else None,
        "carrier": None,
        "confirm": False,
    }


def position(line: Row, currency: str) -> dict[str, Any]:
    return {
        "sku": line["sku"],
        "description": line["description"],
        "quantity": int(line["quantity"]),
        "unit_price": money(line["unit_price"], currency),
        "unit_mass_g": int(line["unit_weight_g"]),
        "vat_rate": int(line["vat_rate"]) if line["vat_rate"] else None,
    }


def money(text: str, currency: str) -> dict[str, Any]:
    return {"amount_minor": int(Decimal(text).scaleb(2)), "currency": currency}


def currencies(name: str) -> dict[str, Decimal]:
    """Return code -> value of one unit in the base currency, as a CSV file has it."""
    lines = content(name).decode(NAMES[name]).splitlines()
    table = (row for row in csv.DictReader(lines, delimiter=";") if row["number"] == "#currency")
    return {row["sku"]: Decimal(row["unit_price"]) for row in table}
