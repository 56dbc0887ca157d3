"""Each form: its barcodes as a scanner reads them, its size, and that nothing is printed over anything else."""

from itertools import combinations
from typing import Any

import pytest

from parcelproof import labelscan
from parcelproof.simulators.postal_api.russia.acceptance import ACCEPTED, EXTRA, MISSING, Acceptance, Line
from parcelproof.simulators.postal_api.russia.forms import (
    address_labels,
    closing_papers,
    contents,
    customs_papers,
    envelopes,
    list103,
    money_order,
    notices,
)
from parcelproof.simulators.postal_api.russia.forms.item import recipient
from parcelproof.simulators.postal_api.russia.forms.labels import as_zpl
from parcelproof.simulators.postal_api.russia.records import Rate
from parcelproof.simulators.wire.labels import A4, Sheet, pdf_sheets
from parcelproof.simulators.wire.labels.pdf import run
from parcelproof.simulators.wire.labels.sfnt import load
from parcelproof.simulators.wire.labels.typeset import fit, one_line

from .sample import ACCOUNT, DAY, abroad, batch, entry, order, text_of

LONG = "Очень длинное наименование, которое нигде не помещается " * 4
MM_PT = 72 / 25.4
GOODS = {"items": [{"description": f"Чашка {n}", "quantity": n % 3 + 1, "value": 45_000 + n} for n in range(15)]}
Placed = tuple[float, float, float, float, str]


def forms(**changes: Any) -> dict[str, list[Sheet]]:
    """Return every form, of orders with these changes."""
    home, far = order(1, goods=GOODS, **changes), abroad(entry(), entry(description="Spoon"), **changes)
    lines = tuple(
        Line(n, home.barcode, "A", verdict, n, "", Rate(100, 22))
        for n, verdict in enumerate((ACCEPTED, MISSING, EXTRA))
    )
    closed = Acceptance("25", 7, "2026-11-22", "109012", 0, 3, 4, lines)
    found = {
        "f7 A6": [address_labels.address_label(home, ACCOUNT, DAY, "THERMO")],
        "f7 A5": [address_labels.address_label(home, ACCOUNT, DAY, "PAPER")],
        "f7 abroad": [address_labels.address_label(far, ACCOUNT, DAY, "THERMO")],
        "return": [address_labels.return_label(home, home.barcode, recipient(home), recipient(home), "THERMO")],
        "f22": [notices.arrival_notice(home, ACCOUNT, DAY, "THERMO")],
        "f119 one": notices.delivery_notice(home, ACCOUNT, "ONE_SIDED"),
        "f119 two": notices.delivery_notice(home, ACCOUNT, "TWO_SIDED"),
        "f112": [money_order.money_order(home, ACCOUNT, DAY)],
        "CN22": customs_papers.cn22(far, ACCOUNT, DAY),
        "CN23": customs_papers.cn23(far, ACCOUNT, DAY),
        "f107": contents.inventory(home, ACCOUNT),
        "completeness": contents.completeness_act(batch(), [home, order(2, **changes)], ACCOUNT),
        "f103": list103.list103(batch(), [order(n, **changes) for n in range(1, 60)], ACCOUNT),
        "act": closing_papers.act(closed, ACCOUNT),
        "invoice": closing_papers.invoice(closed, ACCOUNT),
    }
    for size in envelopes.SIZES:
        letter = order(3, **{**changes, "mail-type": "LETTER", "mail-category": "ORDERED", "envelope-type": size})
        found[f"envelope {size}"] = [envelopes.envelope(letter, ACCOUNT)]
    return found


PLAIN = forms()
EXTREME = forms(
    **{
        "recipient-name": LONG,
        "street-to": LONG,
        "place-to": LONG,
        "sender-name": LONG,
        "order-num": LONG,
        "comment": LONG,
        "address-from": {"index": "109012", "place": LONG, "region": LONG, "street": LONG},
        "insr-value": 99_999_999_999,
        "payment": 99_999_999_999,
    }
)
UNCODED = ("f107", "completeness", "f103", "act", "invoice")  # forms without a barcode
SIZES_MM = {
    "f7 A6": [(105, 148)],
    "f7 A5": [(148, 210)],
    "f119 one": [(148, 210)],
    "f119 two": [(148, 105), (148, 105)],
    "f112": [(210, 297)],
    "CN22": [(74, 105)],
    "CN23": [(210, 148)],
    "envelope C4": [(324, 229)],
    "envelope DL": [(220, 110)],
    "envelope A7": [(105, 74)],
}


@pytest.mark.parametrize("name", [name for name in PLAIN if name not in UNCODED])
def test_every_barcode_scans(name: str) -> None:
    drawn = sorted((text, symbology.value) for sheet in PLAIN[name] for _, text, symbology in sheet.codes)
    read = sorted((found.text, found.format) for found in labelscan.scan(pdf_sheets(PLAIN[name], A4)))
    assert read == drawn != []


@pytest.mark.parametrize("name", SIZES_MM)
def test_each_form_has_its_size(name: str) -> None:
    sizes = labelscan.sizes_mm(pdf_sheets(PLAIN[name], A4))
    assert [(round(width), round(height)) for width, height in sizes] == SIZES_MM[name]


@pytest.mark.parametrize("kind", ["plain", "extreme"])
@pytest.mark.parametrize("name", PLAIN)
def test_nothing_is_printed_over_anything_else(name: str, kind: str) -> None:
    for sheet in (PLAIN if kind == "plain" else EXTREME)[name]:
        assert sheet.size is not None
        placed = [*map(ink, sheet.lines), *map(bars, sheet.codes)]
        placed = [one for one in placed if one[4]]
        for left, top, right, bottom, text in placed:
            assert left >= 0 and top >= 0 and right <= sheet.size.width_mm and bottom <= sheet.size.height_mm, text
        clashes = [(one[4][:40], other[4][:40]) for one, other in combinations(placed, 2) if overlap(one, other)]
        assert not clashes


def ink(placed: tuple[Any, str]) -> Placed:
    """Return where a line's letters stand: left, top, right, bottom in millimetres, and the text."""
    slot, text = placed
    font = load("bold" if slot.bold else "regular")
    line = fit(font, one_line(text), slot.size_pt, slot.room_pt)
    assert run(placed).text == line.text
    left = slot.x_mm - slot.anchor * line.width_pt / MM_PT
    return left, slot.y_mm - slot.size_pt * 0.7 / MM_PT, left + line.width_pt / MM_PT, slot.y_mm, line.text.strip()


def bars(code: tuple[Any, str, Any]) -> Placed:
    place, text, _ = code
    half_mm = place.width_mm / 2
    return place.centre_mm - half_mm, place.top_mm, place.centre_mm + half_mm, place.top_mm + place.height_mm, text


def overlap(one: Placed, other: Placed) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_a_label_tells_what_the_contract_names() -> None:
    text = text_of(pdf_sheets(PLAIN["f7 A6"], A4))
    for part in ("ПОЧТА РОССИИ", "форма 7-п", "Посылка", "109012", "685000", "1.001", "A-00001", "Осторожно"):
        assert part in text, part
    assert "12 345 руб. 51 коп." in text and "(Двенадцать тысяч триста сорок пять рублей 51 копейка)" in text
    assert "12 345 руб. 01 коп." in text and "ООО «Северное сияние»" in text and "Константинопольский" in text


def test_express_mail_has_its_own_form() -> None:
    sheet = address_labels.address_label(order(1, **{"mail-type": "EMS"}), ACCOUNT, DAY, "PAPER")
    assert "форма E-1" in text_of(pdf_sheets([sheet], A4))


def test_the_money_order_tells_whom_to_pay() -> None:
    text = text_of(pdf_sheets(PLAIN["f112"], A4))
    assert "Двенадцать тысяч триста сорок пять рублей 01 копейка" in text
    assert "482913" in text and "ИНН 7712345678" in text and order(1).barcode in text
    details = {"recipient-surname": "Петров", "bank-account": "40702810", "bank-bik": "044525225"}
    other = money_order.money_order(order(1, **{"payment-details": details}), ACCOUNT, DAY)
    told = text_of(pdf_sheets([other], A4))
    assert "Петров" in told and "р/с 40702810" in told and "БИК 044525225" in told


def test_customs_forms_tell_each_line_and_the_totals() -> None:
    rows = [entry(description=f"Thing {n}", amount=n, value=1_000, weight=10) for n in range(1, 9)]
    far = abroad(*rows)
    for sheets, most in ((customs_papers.cn22(far, ACCOUNT, DAY), 5), (customs_papers.cn23(far, ACCOUNT, DAY), 6)):
        text = text_of(pdf_sheets(sheets, A4))
        assert len(sheets) == 2
        assert [n for n in range(1, 9) if f"Thing {n}" in text] == [*range(1, 9)], most
        assert text.count("360.00") == 2, "36 pieces of ten roubles, on each page"
        assert "SEVERNOE SIIANIE" in text.upper() and "«" not in text, "Latin letters only"
        assert "6911100000" in text and "Russian Federation" in text


def test_an_inventory_counts_all_its_pages() -> None:
    text = text_of(pdf_sheets(PLAIN["f107"], A4))
    total_minor = sum((n % 3 + 1) * (45_000 + n) for n in range(15))
    assert text.count(f"15 наименований на {total_minor // 100:,}".replace(",", " ")) == 4, "two copies of two pages"
    assert text.count("экземпляр 1") == 2 and "Чашка 14" in text


def test_zpl_labels_scan_too() -> None:
    home = labelscan.scan(as_zpl(order(1), ACCOUNT))
    assert [(one.text, one.format) for one in home] == [(order(1).barcode, "ITF")]
    far = labelscan.scan(as_zpl(abroad(), ACCOUNT))
    assert [(one.text, one.format) for one in far] == [(abroad().barcode, "Code 128")]
