"""Make the example orders: `python examples/make_orders.py [FOLDER]` writes orders.xlsx and its two CSV files.

Names and streets come from Faker with a fixed seed, everything else from `make_orders.toml`. The same release of Faker
and XlsxWriter gives the same bytes: the workbook carries a fixed date and is stored, not packed, so that no zlib has a
say. Orders that are broken on purpose stand among the good ones.
"""

import csv
import io
import sys
import tomllib
import zipfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter
from faker import Faker

SEED = 20260301
HERE = Path(__file__).parent
PACKING_G = 120
COLUMNS = (
    "number", "payment", "return", "name", "company", "street", "house_number", "postal_code", "city", "country",
    "email", "phone", "weight_g", "length_mm", "width_mm", "height_mm", "delivery_charge", "currency",
    "sku", "description", "quantity", "unit_price", "unit_weight_g", "vat_rate",
)  # fmt: skip
WHOLE = {"weight_g", "length_mm", "width_mm", "height_mm", "quantity", "unit_weight_g", "vat_rate"}
AMOUNTS = {"unit_price", "delivery_charge"}
Row = dict[str, str]


def rows_of_all(tables: dict[str, Any]) -> list[Row]:
    """Return every row, order by order: the first row of an order carries its own fields, the others only lines."""
    dice = Random(SEED)
    rows: list[Row] = []
    for country in tables["countries"]:
        people = Faker(country["locale"])
        people.seed_instance(f"{SEED}/{country['code']}")
        for nth in range(country["orders"]):
            number = f"P-{1 + len({row['number'] for row in rows}):03}"
            rows += order(number, nth, country, tables, people, dice)
    for row in rows:
        broken = tables["broken"].get(row["number"])
        if broken and row["payment"]:
            row[broken["column"]] = broken["found"]
    return rows


def order(
    number: str, nth: int, country: dict[str, Any], tables: dict[str, Any], people: Faker, dice: Random
) -> list[Row]:
    """Return the rows of one order; the country's first orders are collected on delivery, its last ones sent back."""
    chosen = dice.sample(tables["products"], dice.choice((1, 2, 2, 3, 4)))
    lines = [line(number, product, country, dice.choice((1, 1, 1, 2, 3))) for product in chosen]
    mass_g = PACKING_G + sum(int(one["quantity"]) * int(one["unit_weight_g"]) for one in lines)
    sides = next(sides for limit, sides in tables["boxes"].items() if mass_g <= int(limit))
    postal_code, city = country["cities"][nth % len(country["cities"])]
    cod = nth < country["cod"]
    first = lines[0]
    first |= {
        "payment": "cod" if cod else "prepaid",
        "return": "yes" if nth >= country["orders"] - 1 - country["returns"] and nth < country["orders"] - 1 else "no",
        "name": people.name()[:50],
        "company": people.company()[:50] if nth % 5 == 3 else "",
        "street": people.street_name()[:50],
        "house_number": str(dice.randint(1, 120)),
        "postal_code": postal_code,
        "city": city,
        "country": country["code"],
        "email": f"buyer.{number.lower()}@example.org",
        "phone": people.numerify(country["phone"]),
        "weight_g": str(mass_g),
        **dict(zip(("length_mm", "width_mm", "height_mm"), map(str, sides), strict=True)),
        "delivery_charge": country["delivery_charge"] if cod or nth % 2 else "",
        "currency": country["currency"],
    }
    return lines


def line(number: str, product: dict[str, Any], country: dict[str, Any], quantity: int) -> Row:
    rate = country["reduced_vat_rate" if product.get("reduced_vat") else "vat_rate"]
    return dict.fromkeys(COLUMNS, "") | {
        "number": number,
        "sku": product["sku"],
        "description": product["name"][country["code"]],
        "quantity": str(quantity),
        "unit_price": product[country["currency"]],
        "unit_weight_g": str(product["mass_g"]),
        "vat_rate": str(rate),
    }


def as_csv(rows: list[Row], currencies: dict[str, str], encoding: str) -> bytes:
    """Return the rows as CSV with `;`; the currency table follows as rows whose number is `#currency`."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    for code, rate in currencies.items():
        writer.writerow({"number": "#currency", "sku": code, "unit_price": rate})
    return out.getvalue().encode(encoding)


def as_xlsx(rows: list[Row], currencies: dict[str, str]) -> bytes:
    """Return the rows as a workbook: amounts and whole numbers as numbers, everything else as text."""
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(packed, {"in_memory": True})
    book.set_properties({"title": "parcelproof example orders", "created": datetime(2026, 3, 1)})  # noqa: DTZ001
    amount = book.add_format({"num_format": "0.00"})
    sheet = book.add_worksheet("orders")
    sheet.write_row(0, 0, COLUMNS)
    for at, row in enumerate(rows, start=1):
        for column, name in enumerate(COLUMNS):
            value = row[name]
            if name in AMOUNTS and value:
                sheet.write_number(at, column, float(Decimal(value)), amount)
            elif name in WHOLE and value.isdecimal():
                sheet.write_number(at, column, int(value))
            elif value:
                sheet.write_string(at, column, value)
    table = book.add_worksheet("currencies")
    table.write_row(0, 0, ("code", "rate"))
    for at, (code, rate) in enumerate(currencies.items(), start=1):
        table.write_string(at, 0, code)
        table.write_string(at, 1, rate)
    book.close()
    return stored(packed.getvalue())


def stored(packed: bytes) -> bytes:
    """Return the same zip archive without compression and with the earliest date it can carry."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), source.read(name))
    return out.getvalue()


def russian(rows: list[Row]) -> list[Row]:
    """Return the rows of orders to Russia."""
    numbers = {row["number"] for row in rows if row["country"] == "RU"}
    return [row for row in rows if row["number"] in numbers]


def make(folder: Path) -> None:
    tables = tomllib.loads((HERE / "make_orders.toml").read_text("utf-8"))
    rows, currencies = rows_of_all(tables), tables["currencies"]
    (folder / "orders.xlsx").write_bytes(as_xlsx(rows, currencies))
    (folder / "orders.csv").write_bytes(as_csv(rows, currencies, "utf-8"))
    (folder / "orders_cp1251.csv").write_bytes(as_csv(russian(rows), currencies, "cp1251"))


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
