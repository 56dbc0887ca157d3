"""Label calls of Swiss Post: what is offered, the body, the item numbers."""

import re
from dataclasses import replace
from typing import Any

import pytest
import respx

from parcelproof.reference.adapters.swiss_post import SwissPostAdapter
from parcelproof.reference.adapters.swiss_post.bodies import ident_code, item_numbers
from parcelproof.reference.ports import Address, LabelFormat, Money, Parcel, Refused

from .answers import (
    BASE,
    KEY,
    LABEL,
    LICENSE,
    OWN,
    PDF,
    made,
    sent,
)
from .booking import book, offer


async def test_both_services_are_offered_without_a_price(adapter: SwissPostAdapter, parcel: Parcel) -> None:
    found = await adapter.quote(parcel)
    assert [(quote.service, quote.priced, quote.total) for quote in found] == [
        ("ECO", False, Money(0, "CHF")),
        ("PRI", False, Money(0, "CHF")),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"collect": Money(1780, "CHF")},
        {"point": "PP-1"},
        {"mass_g": 100_000},
    ],
)
async def test_nothing_is_offered_or_booked_of_what_it_does_not_take(
    adapter: SwissPostAdapter, wire: respx.MockRouter, parcel: Parcel, changes: dict[str, Any]
) -> None:
    quote = await offer(adapter, parcel)
    other = replace(parcel, **changes)
    assert list(await adapter.quote(other)) == []
    with pytest.raises(Refused):
        await adapter.create(other, quote, format=LabelFormat.PDF)
    assert not wire.calls


async def test_abroad_is_not_offered_and_the_neighbour_is_no_abroad(
    adapter: SwissPostAdapter, parcel: Parcel, prepaid: Parcel
) -> None:
    assert list(await adapter.quote(prepaid)) == []
    vaduz = replace(parcel, recipient=replace(parcel.recipient, country="LI", postal_code="9490", city="Vaduz"))
    assert len(await adapter.quote(vaduz)) == 2


async def test_a_parcel_is_one_call_with_a_number_of_ours(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel
) -> None:
    route = wire.post(LABEL).mock(side_effect=made)
    booked = await book(adapter, parcel)
    assert (booked.carrier_id, booked.number, booked.price) == (OWN, OWN, None)
    assert booked.label is not None and booked.label.content == PDF
    request = route.calls[0].request
    assert (request.headers["content-type"], request.headers["accept"]) == ("application/json", "application/json")
    body = sent(request)
    assert re.fullmatch(r"\d{8}", body["item"].pop("itemNumber")) and OWN.endswith(sent(request)["item"]["itemNumber"])
    assert body == {
        "language": "DE",
        "frankingLicense": LICENSE,
        "customer": {
            "name1": "Versandhaus Rhein",
            "name2": "Versand",
            "street": "Marktgasse 3",
            "zip": "4051",
            "city": "Basel",
            "country": "CH",
            "domicilePostOffice": "4051 Basel",
        },
        "customerSystem": "parcelproof",
        "labelDefinition": {
            "labelLayout": "A6",
            "printAddresses": "RECIPIENT_AND_CUSTOMER",
            "imageFileType": "PDF",
            "imageResolution": 300,
            "printPreview": False,
        },
        "sendingID": KEY,
        "item": {
            "itemID": KEY,
            "recipient": {
                "name1": "Lea Müller",
                "street": "Bahnhofstrasse",
                "houseNo": "12",
                "zip": "8001",
                "city": "Zürich",
                "country": "CH",
                "phone": "+41791234567",
                "email": "lea@example.org",
            },
            "attributes": {"przl": ["PRI"], "weight": 1200},
        },
    }


async def test_an_address_is_told_in_the_carriers_lines(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel
) -> None:
    route = wire.post(LABEL).mock(side_effect=made)
    long = replace(
        parcel,
        key="S/100 b",
        recipient=replace(
            parcel.recipient,
            name="Anna <Chef> O\u2019Neil | zu Händen der Empfangsstelle",
            company="A\\B",
            street="Allmend an der Alten Landstrasse beim Schulhaus Nord",
            house_number="12, Hof hinten",
            email="a" * 150 + "@example.org",
        ),
    )
    await book(adapter, long)
    item = sent(route.calls[0].request)["item"]
    assert item["recipient"] == {
        "name1": "Anna (Chef) O'Neil / zu Händen der",
        "name2": "A/B",
        "street": "Allmend an der Alten Landstrasse",
        "addressSuffix": "beim Schulhaus Nord 12, Hof hinten",
        "zip": "8001",
        "city": "Zürich",
        "country": "CH",
        "phone": "+41791234567",
    }
    assert "itemID" not in item and sent(route.calls[0].request)["sendingID"] == "S/100 b"


@pytest.mark.parametrize(
    "changes",
    [
        {"street": "Sehr lange Strasse " * 5},
        {"city": "Z" * 36},
        {"postal_code": "8" * 11},
        {"house_number": "12, im Hinterhaus links", "street": "Allmend an der Alten Landstrasse beim Schulhaus"},
    ],
)
async def test_an_address_that_would_have_to_be_cut_is_refused_before_the_wire(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel, changes: dict[str, str]
) -> None:
    other = replace(parcel, recipient=replace(parcel.recipient, **changes))
    with pytest.raises(Refused, match="address_too_long"):
        await book(adapter, other)
    assert not wire.calls


@pytest.mark.parametrize("license", ["", "123", "12345", "1234567", "123456789", "60013217 ", "abcdef"])
async def test_a_licence_that_can_be_none_is_refused_before_the_wire(
    wire: respx.MockRouter, parcel: Parcel, basel: Address, license: str
) -> None:
    other = SwissPostAdapter(BASE, "shop", "s", license, basel)
    with pytest.raises(Refused, match="franking_license"):
        await book(other, parcel)
    await other.close()
    assert not wire.calls


@pytest.mark.parametrize(
    ("license", "number", "code"),
    [
        ("60013217", 5958, "996001321700005958"),  # as recorded
        ("35900034", 2, "993590003400000002"),  # of the documentation
        ("123456", 1, "990012345600000001"),
        ("12AB", 99_999_999, "99000012AB99999999"),
    ],
)
def test_a_number_is_made_of_licence_and_item(license: str, number: int, code: str) -> None:
    assert ident_code(license, number) == code


def test_the_item_numbers_of_a_key_are_its_own_and_always_the_same() -> None:
    first = list(item_numbers(KEY, LICENSE))
    assert first == list(item_numbers(KEY, LICENSE)) and len(set(first)) == 4
    many = {next(item_numbers(f"S-{n}", LICENSE)) for n in range(2000)}
    assert len(many) > 1995 and all(1 <= number <= 99_999_999 for number in many)
    assert min(many) < 5_000_000 and max(many) > 95_000_000
