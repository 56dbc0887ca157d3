"""Waybills on paper: all of an order stands on them, in every template, and nothing on anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from faker import Faker
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.labels.boxes import pages_of

from parcelproof.labelscan import scan_pdf
from parcelproof.simulators.courier_api.cdek.form_words import WORDS, template_words
from parcelproof.simulators.courier_api.cdek.prints import LANGUAGES, TEMPLATES
from parcelproof.simulators.wire.labels.sfnt import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.courier_api.conftest import Desk

LOCALES = ("ru_RU", "en_US", "de_DE", "tr_TR", "hy_AM")


def waybill(desk: Desk, *uuids: str, **wish: Any) -> bytes:
    orders = [{"order_uuid": uuid} for uuid in uuids]
    _, body = desk.ask("POST", "/print/orders", {"orders": orders, "copy_count": 1, **wish})
    desk.advance(1_000)
    answer = desk.call("GET", f"/v2/print/orders/{body['entity']['uuid']}.pdf")
    assert answer.status == 200
    return answer.body


def contact(fake: Faker, addresses: int) -> tuple[dict[str, Any], str]:
    """Return somebody, and an address of up to 255 letters."""
    where = ", ".join(fake.address().replace("\n", ", ") for _ in range(addresses))[:255].strip()
    readable = load("bold").readable
    names = {"name": fake.name().translate(readable), "company": fake.company().translate(readable)}
    return {**names, "phones": [{"number": "+79130000001"}]}, where.translate(readable)


@settings(deadline=None, max_examples=8)
@given(
    seed=st.integers(0, 9_999),
    language=st.sampled_from(LOCALES),
    template=st.sampled_from(TEMPLATES),
    addresses=st.sampled_from([1, 2, 9]),
    rows=st.lists(st.integers(1, 40), min_size=1, max_size=3),
)
def test_all_of_an_order_stands_on_its_waybill_and_nothing_on_a_barcode(
    new_desk: Callable[..., Desk], seed: int, language: str, template: str, addresses: int, rows: list[int]
) -> None:
    desk, fake = new_desk(), Faker(language)
    fake.seed_instance(seed)
    (sender, start), (recipient, end) = contact(fake, addresses), contact(fake, addresses)
    items = [[desk.item(name=fake.text(250)[:255], ware_key=f"{n}-{row}") for row in range(n)] for n in rows]
    packages = [desk.package(number=f"box-{n}", items=found) for n, found in enumerate(items)]
    places = {"from_location": {"code": 44, "address": start}, "to_location": {"code": 270, "address": end}}
    uuid = desk.order(sender=sender, recipient=recipient, packages=packages, **places)
    document = waybill(desk, uuid, type=template)
    pages = pages_of(document)
    assert [page.collisions() for page in pages] == [[]] * len(pages)
    text = " ".join(page.text for page in pages)
    words = f"{sender['name']} {sender['company']} {recipient['name']} {recipient['company']} {start} {end}".split()
    readable = load("bold").readable
    words += [word.translate(readable) for found in items for item in found for word in item["name"].split()]
    words += [package["barcode"] for package in desk.shown(uuid)["packages"]]
    assert not [word for word in words if word.rstrip("-") not in text]  # PDFium takes one at a line's end for a break
    assert [(code.text, code.page) for code in scan_pdf(document)] == [
        ("1107000001", number) for number in range(1, len(pages) + 1)
    ]


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_has_words_of_its_own_or_english_ones(desk: Desk, template: str) -> None:
    (page,) = pages_of(waybill(desk, desk.order(), type=template))
    words = template_words(template)
    for word in (*words.title.split(), words.sender, words.recipient, *words.total.split()):
        assert word in page.text
    assert "\ufffd" not in page.text


def test_the_words_of_every_language_are_in_the_fonts() -> None:
    letters = {letter for words in WORDS.values() for word in words for letter in word}
    for font in ("regular", "bold"):
        assert letters <= load(font).glyphs.keys()
    assert set(WORDS) - {"HYE"} <= set(LANGUAGES)


def test_copies_of_a_long_waybill_follow_each_other_whole_and_cost_next_to_nothing(desk: Desk) -> None:
    items = [desk.item(ware_key=str(number)) for number in range(60)]
    uuids = [desk.order(packages=[desk.package(items=items)]), desk.order(number="P-2")]
    pages = pages_of(waybill(desk, *uuids, copy_count=3))
    numbers = [page.text.rsplit("Стр. ", 1)[1] for page in pages]
    assert numbers == [*["1/2", "2/2"] * 3, *["1/1"] * 3]
    assert len(waybill(desk, *uuids, copy_count=100)) < 4 * len(waybill(desk, *uuids))


def test_a_waybill_sums_what_is_declared_and_what_is_to_be_paid(desk: Desk) -> None:
    items = [desk.item(), desk.item(ware_key="T2", payment={"value": 0}, cost=10.5, amount=3)]
    (page,) = pages_of(waybill(desk, desk.order(packages=[desk.package(items=items)])))
    assert "Объявл. стоимость 4030.50 Доставка 350.00" in page.text
    assert "Итого: К оплате, RUB 4349.00" in page.text
    assert "Услуги: INSURANCE" in page.text
