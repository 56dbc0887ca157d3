"""What Russian Post is asked before an order is made: prices and kinds of mail, points, offices, addresses."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx

from parcelproof.reference.adapters.russian_post import RussianPostAdapter
from parcelproof.reference.ports import Money, Parcel, Refused, Surcharge

from .answers import (
    BASE,
    TRACKING,
    Clock,
    body_of,
    clean,
    ok,
    points,
    tariff,
)

# -- offers


async def test_an_offer_is_priced_with_vat_and_split_into_its_parts(
    adapter: RussianPostAdapter, wire: respx.MockRouter, collect: Parcel
) -> None:
    asked = wire.post("/1.0/tariff").mock(return_value=tariff())
    found = await adapter.quote(collect)
    assert [quote.service for quote in found] == [
        f"{kind}/WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY" for kind in ("POSTAL_PARCEL", "ONLINE_PARCEL", "EMS")
    ], "the account may not post ONLINE_COURIER"
    first = found[0]
    assert (first.net, first.tax, first.total) == (Money(60000, "RUB"), Money(14210, "RUB"), Money(78800, "RUB"))
    assert first.surcharges == (Surcharge("insurance", Money(4590, "RUB")),)
    assert (first.days_min, first.days_max, first.priced) == (5, 7, True)
    assert body_of(asked.calls[1].request) == {
        "index-from": "101000", "index-to": "443099", "mail-type": "ONLINE_PARCEL",
        "mail-category": "WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY", "mail-direct": 643, "mass": 1955,
        "dimension": {"length": 38, "width": 30, "height": 14}, "declared-value": 642000, "dimension-type": "OVERSIZED",
    }  # fmt: skip


async def test_what_the_route_does_not_have_is_not_offered(
    adapter: RussianPostAdapter, wire: respx.MockRouter, collect: Parcel
) -> None:
    no = httpx.Response(400, json={"code": "CODE_1372", "desc": "Ошибка при расчете тарифа"})
    wire.post("/1.0/tariff").mock(side_effect=[no, tariff(), no])
    assert [quote.service for quote in await adapter.quote(collect)] == [
        "ONLINE_PARCEL/WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY"
    ]


async def test_only_the_kinds_of_mail_that_the_company_wants_cost_a_call(
    wire: respx.MockRouter, collect: Parcel, clock: Clock
) -> None:
    asked = wire.post("/1.0/tariff").mock(return_value=tariff())
    one = RussianPostAdapter(
        BASE, "t0ken", "shop", "s3cret", TRACKING, collect.sender, kinds=("EMS", "LETTER"), clock=clock
    )
    assert [quote.service.partition("/")[0] for quote in await one.quote(collect)] == ["EMS"]
    assert asked.call_count == 1
    await one.close()


async def test_cash_is_collected_in_roubles_and_at_home_only(
    adapter: RussianPostAdapter, wire: respx.MockRouter, collect: Parcel, abroad: Parcel
) -> None:
    assert await adapter.quote(replace(collect, collect=Money(100, "EUR"))) == []
    assert await adapter.quote(replace(abroad, collect=Money(100, "RUB"))) == []


async def test_a_sender_elsewhere_posts_at_the_first_office_that_the_account_has(
    adapter: RussianPostAdapter, wire: respx.MockRouter, collect: Parcel
) -> None:
    asked = wire.post("/1.0/tariff").mock(return_value=tariff())
    await adapter.quote(replace(collect, sender=replace(collect.sender, postal_code="630000")))
    assert body_of(asked.calls[0].request)["index-from"] == "190000"


async def test_an_account_without_an_office_is_refused(
    adapter: RussianPostAdapter, wire: respx.MockRouter, collect: Parcel
) -> None:
    wire.get("/1.0/user-shipping-points").mock(return_value=ok([{"operator-postcode": "101000", "enabled": False}]))
    with pytest.raises(Refused, match="no_shipping_point"):
        await adapter.quote(collect)


@pytest.mark.parametrize(
    ("kind", "services"),
    [("ПОЧТОМАТ", ["ONLINE_PARCEL/COMBINED_WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY"]), ("ГОПС", None)],
)
async def test_a_locker_has_services_of_its_own_and_an_office_has_all(
    adapter: RussianPostAdapter, wire: respx.MockRouter, collect: Parcel, kind: str, services: list[str] | None
) -> None:
    wire.get("/postoffice/1.0/443096").mock(return_value=ok({"postal-code": "443096", "type-code": kind}))
    asked = wire.post("/1.0/tariff").mock(return_value=tariff())
    found = [quote.service for quote in await adapter.quote(replace(collect, point="443096"))]
    assert found == services if services else len(found) == 3
    body = body_of(asked.calls[0].request)
    assert body["index-to"] == "443096"
    assert body.get("delivery-point-index") == ("443096" if services else None)


async def test_a_point_that_is_none_is_a_refusal(
    adapter: RussianPostAdapter, wire: respx.MockRouter, collect: Parcel
) -> None:
    no = httpx.Response(404, json={"code": "1004", "desc": "Post office not found for '900000'"})
    wire.get("/postoffice/1.0/900000").mock(return_value=no)
    with pytest.raises(Refused) as caught:
        await adapter.quote(replace(collect, point="900000"))
    assert caught.value.code == "point" and "900000" in caught.value.detail


# -- addresses


async def test_addresses_are_matched_by_their_ids_whatever_the_order_of_the_answer(
    adapter: RussianPostAdapter, wire: respx.MockRouter, collect: Parcel, abroad: Parcel
) -> None:
    to = collect.recipient
    rows = [clean(id="2", **{"quality-code": "UNDEF_04", "house": None}), clean(id="0")]
    asked = wire.post("/1.0/clean/address").mock(return_value=ok(rows))
    sure, foreign, doubtful, silent = await adapter.read_addresses([to, abroad.recipient, to, to])
    assert [row["id"] for row in body_of(asked.calls[0].request)] == ["0", "2", "3"]
    assert body_of(asked.calls[0].request)[0]["original-address"] == "443099, Самара, пер. Привокзальный, 68"
    assert (sure.sure, foreign.sure, doubtful.sure, silent.sure) == (True, True, False, False)
    assert sure.line == "443099, обл. Самарская, г. Самара, пер. Привокзальный, 68"
    assert doubtful.sentence == "the house is not known" and "house" not in doubtful.parts


@pytest.mark.parametrize(
    ("quality", "validation", "index", "sure"),
    [
        ("GOOD", "VALIDATED", "443099", True), ("UNDEF_05", "OVERRIDDEN", "443099", True),
        ("POSTAL_BOX", "CONFIRMED_MANUALLY", "443099", True), ("ON_DEMAND", "VALIDATED", None, True),
        ("GOOD", "NOT_VALIDATED_HAS_AMBI", "443099", False), ("UNDEF_01", "VALIDATED", "443099", False),
        ("GOOD", None, "443099", False), (None, "VALIDATED", "443099", False), ("GOOD", "VALIDATED", "443100", False),
    ],
)  # fmt: skip
async def test_an_address_is_sure_when_the_contract_says_so_and_its_postcode_is_the_buyers(
    adapter: RussianPostAdapter, wire: respx.MockRouter, collect: Parcel,
    quality: str | None, validation: str | None, index: str | None, sure: bool,
) -> None:  # fmt: skip
    row = clean(**{"quality-code": quality, "validation-code": validation, "index": index})
    wire.post("/1.0/clean/address").mock(return_value=ok([row]))
    (found,) = await adapter.read_addresses([collect.recipient])
    assert found.sure is sure and bool(found.sentence) is not sure


async def test_the_offices_of_the_account_are_kept_for_an_hour(
    adapter: RussianPostAdapter, wire: respx.MockRouter, collect: Parcel, clock: Any
) -> None:
    offices = wire.get("/1.0/user-shipping-points").mock(return_value=points("101000", types=["EMS"]))
    wire.post("/1.0/tariff").mock(return_value=tariff())
    for minutes, calls in ((0, 1), (50, 1), (20, 2)):
        clock.at += timedelta(minutes=minutes)
        assert len(await adapter.quote(collect)) == 1
        assert offices.call_count == calls
