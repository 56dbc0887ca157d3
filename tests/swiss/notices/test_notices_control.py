"""Control options as links that work, change the delivery and close in time. `notifications` NTF-140 to NTF-147, D6."""

import asyncio
from typing import Any

import pytest

from .shop import DAY_MS, HOUR_MS, LEA, OPTIONS, USED, Shop, link_in, note, shop_open, text_of

FAILING = "[story: refused]"


async def offered(shop: Shop, *options: str, **changes: Any) -> tuple[str, str]:
    """Return a consignment and the link that its order confirmation leads to."""
    parcel = await shop.label(note(1, deliveryInstructions=list(options or OPTIONS)), **changes)
    return parcel, link_in((await shop.mails(LEA))[-1])


async def events(shop: Shop, parcel: str) -> list[dict[str, Any]]:
    return list((await shop.control("GET", f"parcels/{parcel}/timeline"))["events"])


@pytest.mark.parametrize("option", OPTIONS)
async def test_ntf_140_and_144_each_option_changes_the_delivery_and_the_sender_sees_it(shop: Shop, option: str) -> None:
    parcel, link = await offered(shop, sendingID=FAILING)
    assert "deliveryInstruction" not in await shop.detail(parcel)
    assert await shop.choose(link, option, **USED[option]) == 200
    seen = (await shop.detail(parcel))["deliveryInstruction"]
    assert (seen["option"], seen["details"]) == (option, USED[option])
    assert (await shop.read_back(parcel))["deliveryInstruction"] == seen
    await shop.advance(30 * DAY_MS)
    last = (await events(shop, parcel))[-1]
    assert last["status"] == "delivered", "its life would have ended with the sender"
    assert last["reason"] == seen["text"] and all(value in seen["text"] for value in USED[option].values())
    assert (last["place"] == "3000 Bern") == (option == "20")


async def test_ntf_140_an_unknown_option_is_none(shop: Shop) -> None:
    _, link = await offered(shop)
    for option in ("", "11", "10 ", "1"):
        assert await shop.choose(link, option, place="Garage") == 422
    refused = await shop.call(
        "POST", "/barcode/v1/generateAddressLabel", {"item": {"notification": [note(1, deliveryInstructions=["11"])]}}
    )
    assert refused[0] == 400


async def test_ntf_141_and_142_each_shipment_has_its_own_options_and_no_other_is_accepted(shop: Shop) -> None:
    first, one = await offered(shop, "10", "14")
    second, other = await offered(shop, "18")
    for link, taken in ((one, ("10", "14")), (other, ("18",))):
        _, page = await shop.page(link)
        assert [option for option in OPTIONS if f'value="{option}"' in page] == list(taken)
        for option in set(OPTIONS) - set(taken):
            assert await shop.choose(link, option, **USED[option]) == 422
    assert "deliveryInstruction" not in await shop.detail(first)
    assert await shop.choose(other, "18", **USED["18"]) == 200
    assert "deliveryInstruction" not in await shop.detail(first)
    assert "deliveryInstruction" in await shop.detail(second)


async def test_ntf_143_they_ride_on_mails_of_the_first_two_kinds(shop: Shop) -> None:
    sms = note(1, type="SMS", communication={"mobile": "0791234567"}, deliveryInstructions=["10"])
    for wrong, code in ((sms, "E2047"), (note(32, deliveryInstructions=["10"]), "E2040")):
        assert [row["code"] for row in (await shop.asked(wrong))["errors"]] == [code]
    parcel = await shop.label(note(1, deliveryInstructions=["10"]), note(2, deliveryInstructions=["14"]), note(32))
    await shop.scan(parcel, 1002, 910)
    await shop.advance(3 * DAY_MS)
    confirmation, information, reminder = await shop.mails(LEA)
    assert "at the door" in text_of(confirmation) and "neighbour" not in text_of(confirmation)
    assert "neighbour" in text_of(information) and "at the door" not in text_of(information)
    assert "my-consignments" not in text_of(reminder)


async def test_ntf_144_a_wished_day_is_the_day_of_delivery_in_mails_too(shop: Shop) -> None:
    parcel = await shop.label(
        note(1, deliveryInstructions=["18"]), note(2, deliveryInstructions=["18"]), sendingID="[story: delivered]"
    )
    assert await shop.choose(link_in((await shop.mails(LEA))[0]), "18", day="2026-03-06") == 200
    await shop.advance(30 * DAY_MS)
    _, information = await shop.mails(LEA)
    assert "Friday, 2026-03-06" in text_of(information) and "my-consignments" not in text_of(information)
    told = {row["code"].rpartition(".")[2]: row["occurred_at"] for row in await events(shop, parcel)}
    assert told["1003"].startswith("2026-03-06T07:00") and told["4000"].startswith("2026-03-06")


async def test_ntf_105_a_wished_day_that_is_over_is_not_foretold(shop: Shop) -> None:
    parcel = await shop.label(note(1, deliveryInstructions=["18"]), note(2))
    assert await shop.choose(link_in((await shop.mails(LEA))[0]), "18", day="2026-03-06") == 200
    await shop.advance(10 * DAY_MS)
    await shop.scan(parcel, 1002)
    _, information = await shop.mails(LEA)
    assert "Friday, 2026-03-13" in text_of(information) and "2026-03-06" not in text_of(information)


@pytest.mark.parametrize("service", ["PRI", "ECO"])
@pytest.mark.parametrize("day", ["2026-03-03", "2026-03-14"])
async def test_ntf_144_the_wished_day_is_kept_however_slow_the_journey_was(shop: Shop, service: str, day: str) -> None:
    parcel, link = await offered(shop, "18", sendingID="[story: delivered]", codes=(service,))
    assert await shop.choose(link, "18", day=day) == 200
    await shop.advance(30 * DAY_MS)
    told = [(row["code"].rpartition(".")[2], row["occurred_at"]) for row in await events(shop, parcel)]
    assert [code for code, _ in told] == ["600", "100", "1002", "1201", "1003", "4000"]
    assert [at[:16] for code, at in told if code in ("1003", "4000")] == [f"{day}T07:00", f"{day}T10:00"]
    assert [at for _, at in told] == sorted(at for _, at in told)


@pytest.mark.parametrize(
    ("numbers", "open_ones"),
    [
        ((600,), OPTIONS),
        ((600, 100), OPTIONS),
        ((600, 100, 1002), ["10", "14", "18"]),
        ((600, 100, 1002, 1201), ["10", "14", "18"]),
        ((600, 100, 1002, 1201, 1003), []),
        ((600, 100, 1003, 934), []),
        ((600, 100, 1003, 1002), []),
        ((600, 100, 1002, 910), []),
        ((600, 100, 1003, 4000), []),
        ((600, 100, 3600), []),
    ],
)
async def test_ntf_145_options_close_when_it_is_loaded_and_redirecting_when_it_is_sorted(
    shop: Shop, numbers: tuple[int, ...], open_ones: list[str]
) -> None:
    found = []
    for option in OPTIONS:
        parcel, link = await offered(shop)
        for number in numbers:
            await shop.scan(parcel, number)
            await shop.advance(1_000)
        status = await shop.choose(link, option, **USED[option])
        assert status in (200, 409)
        _, page = await shop.page(link)
        assert ("noted" in page) == (status == 200) == ("deliveryInstruction" in await shop.detail(parcel))
        found += [option] if status == 200 else []
    assert found == open_ones


async def test_ntf_145_a_loading_scan_that_was_withdrawn_opens_them_again(shop: Shop) -> None:
    parcel, link = await offered(shop)
    await shop.scan(parcel, 1003)
    assert await shop.choose(link, "10", **USED["10"]) == 409
    await shop.control("DELETE", f"parcels/{parcel}/scans/1")
    assert await shop.choose(link, "10", **USED["10"]) == 200


async def test_ntf_145_closed_options_are_not_offered_in_a_mail(shop: Shop) -> None:
    parcel = await shop.label(
        note(2, deliveryInstructions=["20", "10"]), note(2, "b@example.ch", deliveryInstructions=["20"])
    )
    await shop.scan(parcel, 1002)
    (mail,), (other,) = await shop.mails(LEA), await shop.mails("b@example.ch")
    assert "at the door" in text_of(mail) and "Redirect" not in text_of(mail)
    assert "my-consignments" not in text_of(other)


async def test_ntf_146_odd_addresses_are_taken_and_nothing_is_said_to_be_checked(shop: Shop) -> None:
    parcel, link = await offered(shop)
    _, page = await shop.page(link)
    assert "What you write is not checked" in page
    odd = {"name": "<b>?</b>", "street": "Nirgendwo", "zip": "0", "city": "{city} & Co"}
    assert await shop.choose(link, "20", **odd) == 200
    assert (await shop.detail(parcel))["deliveryInstruction"]["details"] == odd
    _, page = await shop.page(link)
    assert "&lt;b&gt;?&lt;/b&gt;" in page and "<b>?" not in page and "verified" not in page


async def test_ntf_147_a_link_is_of_one_shipment_and_no_letter_of_it_can_be_changed(shop: Shop) -> None:
    first, link = await offered(shop)
    second, other = await offered(shop)
    base, _, token = link.rpartition("/")
    assert link != other and len(token.rpartition(".")[2]) == 40
    name, number, mark = token.split(".")
    strangers = [f"{name}.{other.split('.')[-2]}.{mark}", f"{name}.99.{mark}", name, mark, f"{name}.{number}", "ä", "."]
    strangers += [
        token[:place] + ("b" if token[place] == "a" else "a") + token[place + 1 :] for place in range(len(token))
    ]
    strangers += [token + "a", token[:-1], token.upper()]
    for wrong in strangers:
        assert (await shop.page(f"{base}/{wrong}"))[0] == 404, wrong
        assert await shop.choose(f"{base}/{wrong}", "10", **USED["10"]) == 404, wrong
    for parcel in (first, second):
        assert "deliveryInstruction" not in await shop.detail(parcel)


async def test_ntf_147_the_seed_alone_makes_the_link(shop: Shop) -> None:
    _, link = await offered(shop)
    token = link.rpartition("/")[2]
    async with shop_open() as same:
        assert (await offered(same))[1].rpartition("/")[2] == token
    async with shop_open(seed="other") as strange:
        assert (await offered(strange))[1].rpartition("/")[2] != token


async def test_ntf_147_without_offered_options_there_is_no_link(shop: Shop) -> None:
    await shop.label(note(1))
    _, link = await offered(shop)
    assert all("my-consignments" not in text_of(mail) for mail in (await shop.mails(LEA))[:1])
    assert "shop" not in link.rpartition("/")[2]


async def test_one_choice_is_made_and_the_same_again_changes_nothing(shop: Shop) -> None:
    parcel, link = await offered(shop, sendingID=FAILING)
    assert await shop.choose(link, "14", **USED["14"]) == 200
    before = await shop.control("GET", f"parcels/{parcel}/timeline")
    await shop.advance(60_000)
    assert await shop.choose(link, "14", **USED["14"]) == 200
    assert await shop.control("GET", f"parcels/{parcel}/timeline") == before
    assert await shop.choose(link, "14", neighbour="Huber") == 409
    assert await shop.choose(link, "10", **USED["10"]) == 409
    assert (await shop.detail(parcel))["deliveryInstruction"]["details"] == USED["14"]


@pytest.mark.parametrize(
    ("option", "fields"),
    [
        ("10", {}),
        ("10", {"place": " "}),
        ("10", {"place": "x" * 36}),
        ("10", {"place": "a\x00b"}),
        ("18", {"day": "2026-03-02"}),
        ("18", {"day": "2026-03-08"}),
        ("18", {"day": "2026-03-17"}),
        ("18", {"day": "tomorrow"}),
        ("20", {"name": "A", "street": "B", "zip": "3000"}),
    ],
)
async def test_a_form_that_does_not_do_is_refused_whole(shop: Shop, option: str, fields: dict[str, str]) -> None:
    parcel, link = await offered(shop)
    assert await shop.choose(link, option, **fields) == 422
    assert "deliveryInstruction" not in await shop.detail(parcel)


async def test_who_is_first_wins_when_all_come_at_once(shop: Shop) -> None:
    parcel, link = await offered(shop, sendingID=FAILING)
    statuses = await asyncio.gather(*(shop.choose(link, option, **USED[option]) for option in OPTIONS * 3))
    assert sorted(statuses) == [200] * 3 + [409] * 9  # the same choice again changes nothing
    taken = {option for option, status in zip(OPTIONS * 3, statuses, strict=True) if status == 200}
    assert taken == {(await shop.detail(parcel))["deliveryInstruction"]["option"]}


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
async def test_a_scanner_that_follows_the_link_chooses_nothing(shop: Shop, method: str) -> None:
    parcel, link = await offered(shop)
    async with shop.http.request(method, f"{link}?option=10&place=Garage") as reply:
        assert reply.status == (200 if method == "GET" else 405)
    assert "deliveryInstruction" not in await shop.detail(parcel)


async def test_a_field_that_is_given_twice_is_not_guessed_at(shop: Shop) -> None:
    parcel, link = await offered(shop)
    async with shop.http.post(
        link, data=[("option", "10"), ("option", "14"), ("place", "a"), ("neighbour", "b")]
    ) as it:
        assert it.status == 422 and "cannot be read" in await it.text()
    assert "deliveryInstruction" not in await shop.detail(parcel)


async def test_the_page_speaks_the_language_of_its_mail_however_the_address_is_spelled(shop: Shop) -> None:
    await shop.label(note(1, "lea@EXAMPLE.ch", language="FR", deliveryInstructions=["10"]))
    (mail,) = await shop.mails()
    assert '<html lang="fr">' in (await shop.page(link_in(mail)))[1]


async def test_links_lead_to_where_the_tenant_was_called(shop: Shop) -> None:
    _, link = await offered(shop)
    assert link.startswith(f"{shop.url}/swiss-post/my-consignments/")
    status, page = await shop.page(link)
    assert status == 200 and page.count("<form") == 4
    async with shop.http.post(link, data=b"\xff=1") as reply:
        assert reply.status == 422
    async with shop.http.get(link) as reply:
        assert reply.headers["Referrer-Policy"] == "no-referrer" and "script" not in await reply.text()


async def test_whoever_did_not_sign_in_cannot_say_where_links_lead(shop: Shop) -> None:
    _, link = await offered(shop)
    for url, form in ((link, {"option": "10", "place": "Garage"}), (f"{shop.url}/swiss-post/online/shop", {})):
        async with shop.http.post(url, data=form, headers={"Host": "evil.example"}) as reply:
            assert reply.status in (200, 422)
    parcel = await shop.label(note(1), sendingID="[story: stuck]")
    await shop.control("PATCH", f"parcels/{parcel}", {"paused": True})
    data = {"notification": [note(2, deliveryInstructions=["10"])]}
    number = await shop.number(parcel)
    async with shop.http.post(link, data={"option": "10"}, headers={"Host": "evil.example"}) as reply:
        assert reply.status == 422
    assert (await shop.call("POST", f"/parcelproof/v1/consignments/{number}/notifications", data))[0] == 200
    async with shop.http.post(link, data={"option": "10"}, headers={"Host": "evil.example"}) as reply:
        assert reply.status == 422
    await shop.scan(parcel, 1002)
    assert link_in((await shop.mails(LEA))[-1]).startswith(f"{shop.url}/swiss-post/")


async def test_a_journey_that_stands_still_keeps_its_wait_when_it_is_changed(shop: Shop) -> None:
    parcel, link = await offered(shop, sendingID="[story: delivered]")
    await shop.control("PATCH", f"parcels/{parcel}", {"paused": True})
    assert await shop.choose(link, "10", **USED["10"]) == 200
    await shop.advance(30 * DAY_MS)
    assert await events(shop, parcel) == []
    await shop.control("PATCH", f"parcels/{parcel}", {"paused": False})
    await shop.advance(HOUR_MS)
    assert [row["code"] for row in await events(shop, parcel)] == ["PARCEL.*.1.600"]


async def test_a_link_leads_to_the_same_on_another_server_where_its_tenant_was_restored(shop: Shop) -> None:
    parcel = await shop.label(note(1, deliveryInstructions=["10"]), note(2, deliveryInstructions=["10"]))
    (mail,) = await shop.mails(LEA)
    saved = await shop.control("GET", "snapshot")
    async with shop_open(seed="of another chance") as there:
        url, kind = f"{there.url}/_sim/v1/tenants/{there.name}/snapshot", {"Content-Type": "application/octet-stream"}
        async with there.http.put(url, data=saved, headers=kind) as reply:
            assert reply.status == 200
        assert [bytes(one) for one in await there.mails(LEA)] == [bytes(mail)]  # what was sent is not written anew
        moved = link_in(mail).replace(shop.url, there.url)
        assert (await there.page(moved))[0] == 200
        await there.call("POST", "/parcelproof/v1/consignments/99/notifications", {})  # any call of the customer's
        await there.scan(parcel, 1002)
        assert link_in((await there.mails(LEA))[-1]) == moved
        assert await there.choose(moved, "10", **USED["10"]) == 200
    assert "deliveryInstruction" not in await shop.detail(parcel)
