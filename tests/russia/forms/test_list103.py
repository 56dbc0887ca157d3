"""ф. 103 of ten and of a thousand lines, read out of the PDF: every row, and totals of each page and of all."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import pytest

from parcelproof.simulators.postal_api.russia.forms.list103 import list103
from parcelproof.simulators.postal_api.russia.forms.part_post import name_of, part_post
from parcelproof.simulators.postal_api.russia.records import Order
from parcelproof.simulators.wire.labels import A4, pdf_sheets

from .sample import ACCOUNT, abroad, batch, order, pages

AMOUNT = re.compile(r"\d+\.\d{2,3}")


class Sums(NamedTuple):
    """What a row of totals tells: items, grams, kopecks of value, cash on delivery, fee and VAT."""

    items: int
    mass_g: int
    value_minor: int
    payment_minor: int
    fee_minor: int
    vat_minor: int


def wanted(orders: Sequence[Order]) -> Sums:
    return Sums(
        len(orders),
        sum(one.mass_g for one in orders),
        sum(one.value_minor for one in orders),
        sum(one.payment_minor for one in orders),
        sum(one.total.rate_minor + one.total.vat_minor for one in orders),
        sum(one.total.vat_minor for one in orders),
    )


def told(lines: Sequence[str], caption: str) -> list[Sums]:
    """Return the totals after each caption: readers give a row's cells one after the other."""
    text = "\n".join(lines)
    found = []
    for match in re.finditer(rf"{caption}: (\d+) шт\.", text):
        mass, *amounts = AMOUNT.findall(text[match.end() :])[:5]
        found.append(Sums(int(match[1]), thousandths(mass), *map(hundredths, amounts)))
    return found


def thousandths(text: str) -> int:
    return int(text.replace(".", ""))


hundredths = thousandths


@pytest.mark.parametrize("number", [1, 10, 17, 18, 1_000])
def test_each_line_and_each_total_is_right(number: int) -> None:
    orders = [order(n, **{"group-name": "g" if n == 3 else ""}) for n in range(1, number + 1)]
    found = pages(pdf_sheets(list103(batch(), orders, ACCOUNT), A4))
    by_page = [re.findall(r"\b8009257\d{7}\b", "\n".join(lines)) for lines in found]
    assert [barcode for page in by_page for barcode in page] == [one.barcode for one in orders]
    place = 0
    for lines, barcodes in zip(found, by_page, strict=True):
        shown = orders[place : place + len(barcodes)]
        assert told(lines, "Итого по листу") == [wanted(shown)]
        place += len(barcodes)
    assert told(found[-1], "Всего по списку") == [wanted(orders)]
    assert not any(told(lines, "Всего по списку") for lines in found[:-1])
    assert {lines[0] for lines in found} == {"СПИСОК № 7 от 22.11.2026 ф. 103-к"}
    assert [line for lines in found for line in lines if line.startswith("Лист ")] == [
        f"Лист {page} из {len(found)}" for page in range(1, len(found) + 1)
    ]


@pytest.mark.parametrize(
    ("mail_type", "name", "without"),
    [
        ("COMBINED", "ф. 103-к", ""),
        ("BUSINESS_COURIER", "ф. 103-БК", "Наложенный"),
        ("LETTER", "ф. 103", "Наложенный"),
        ("ONLINE_PARCEL", "ф. 103-п", ""),
    ],
)
def test_variants_differ_in_columns(mail_type: str, name: str, without: str) -> None:
    (lines,) = pages(pdf_sheets(list103(batch(mail_type=mail_type), [order(1)], ACCOUNT), A4))
    assert lines[0] == f"СПИСОК № 7 от 22.11.2026 {name}"
    assert not without or not any(without in line for line in lines)
    assert without or any("Наложенный" in line for line in lines)


def test_the_electronic_list_has_the_columns_of_office_software() -> None:
    orders = [order(1, **{"order-num": "a|b\r\nc", "recipient-name": "Ёлкина «Ж» 中"}), abroad()]
    head, *rows = part_post(batch(), orders, ACCOUNT).decode("cp866").split("\r\n")[:-1]
    names = head.split("|")
    assert len(names) == 32 and len(rows) == 2
    first = dict(zip(names, rows[0].split("|"), strict=True))
    told = {name: first[name] for name in ("OperType", "OperAttr", "Barcode", "IndexTo", "MailType", "MailCtg", "Mass")}
    assert told == {
        "OperType": "1",
        "OperAttr": "2",
        "Barcode": orders[0].barcode,
        "IndexTo": "685000",
        "MailType": "4",
        "MailCtg": "4",
        "Mass": "1001",
    }
    assert first["Payment"] == str(orders[0].payment_minor) and first["Value"] == str(orders[0].value_minor)
    assert "Order=a b c;" in first["Comment"] and first["RCPNAddressData"].startswith('Ёлкина "Ж" ?;685000;')
    assert dict(zip(names, rows[1].split("|"), strict=True))["MailDirect"] == "276"
    assert name_of(batch()) == "10901226.11F"
