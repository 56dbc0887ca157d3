"""The seven kinds: their triggers, their audience, each at most once. `notifications` NTF-101 to NTF-114.

Against the running simulator over HTTP; mails are read from the mailbox as it keeps them, byte for byte.
"""

from typing import Any

import pytest

from parcelproof.simulators.postal_api.swiss.notifying.rules import SEVEN

from .shop import DAY_MS, HOUR_MS, LEA, POBOX, SENDER, Shop, note, text_of

ALL = (1, 2, 4, 32, 64)


async def lived(shop: Shop, *kinds: int, **changes: Any) -> str:
    """Return a consignment that passed every occasion but delivery, three days of waiting among them."""
    parcel = await shop.label(*(note(kind) for kind in kinds), **changes)
    await shop.scan(parcel, 100, 1002, 1201)
    await shop.advance(HOUR_MS)
    await shop.scan(parcel, 910)
    await shop.advance(3 * DAY_MS)
    return parcel


@pytest.mark.parametrize("chosen", [(), (1,), (2, 32), (4, 64), ALL])
async def test_ntf_101_only_the_kinds_that_were_chosen_are_sent(shop: Shop, chosen: tuple[int, ...]) -> None:
    parcel = await lived(shop, *chosen, item={"recipient": POBOX})
    assert {kind for kind, _ in await shop.told(parcel)} == set(chosen)
    assert len(await shop.mails(LEA)) == len(chosen)


async def test_ntf_101_another_shipment_may_choose_otherwise(shop: Shop) -> None:
    one, other = await shop.label(note(1)), await shop.label(note(2))
    await shop.scan(one, 1002)
    await shop.scan(other, 1002)
    assert (await shop.told(one), await shop.told(other)) == ([(1, "data")], [(2, "sorted")])


async def test_ntf_102_there_are_seven_kinds_and_no_eighth(shop: Shop) -> None:
    assert sorted(SEVEN) == [1, 2, 4, 32, 64, 128, 256]
    for kind in (0, 3, 8, 16, 512):
        item = await shop.asked(note(kind))
        assert [row["code"] for row in item["errors"]] == ["E2040"]
    assert await shop.mails() == []


async def test_ntf_103_the_order_confirmation_comes_with_the_data_before_any_scan(shop: Shop) -> None:
    parcel = await shop.label(note(1))
    (mail,) = await shop.mails(LEA)
    number = await shop.number(parcel)
    assert (await shop.control("GET", f"parcels/{parcel}/timeline"))["events"] == []
    assert number in text_of(mail) and number in text_of(mail, "html")
    await shop.advance(30 * DAY_MS)
    await shop.scan(parcel, 100, 1002, 1003, 4000)
    assert len(await shop.mails(LEA)) == 1, "no scan brings a second one"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("DE", "Übergeben ist sie uns damit noch nicht"),
        ("FR", "pas encore été remis"),
        ("IT", "non ci è ancora stato consegnato"),
        ("EN", "not been handed over to us"),
    ],
)
async def test_ntf_104_it_does_not_claim_that_the_carrier_holds_the_item(shop: Shop, language: str, words: str) -> None:
    await shop.label(note(1, language=language))
    (mail,) = await shop.mails(LEA)
    assert words in " ".join(text_of(mail).split())


@pytest.mark.parametrize(
    ("codes", "day"), [(("PRI",), "2026-03-03"), (("ECO",), "2026-03-04"), (("VL",), "2026-03-03")]
)
async def test_ntf_105_delivery_information_comes_from_sorting_and_tells_the_day(
    shop: Shop, codes: tuple[str, ...], day: str
) -> None:
    parcel = await shop.label(note(2), codes=codes)
    await shop.scan(parcel, 600, 100, 1201)
    assert await shop.mails(LEA) == []
    await shop.scan(parcel, 1002)  # on Monday, the second of March
    (mail,) = await shop.mails(LEA)
    assert day in text_of(mail) and day in mail["Subject"]
    await shop.scan(parcel, 1001, 1003)
    assert len(await shop.mails(LEA)) == 1


async def test_ntf_105_nobody_delivers_on_a_weekend_but_with_saturday_delivery(shop: Shop) -> None:
    await shop.advance(4 * DAY_MS)  # Friday
    for codes, day in ((("PRI",), "2026-03-09"), (("PRI", "SA"), "2026-03-07"), (("ECO",), "2026-03-10")):
        parcel = await shop.label(note(2), codes=codes)
        await shop.scan(parcel, 1002)
        assert day in text_of((await shop.mails(LEA))[-1]), codes


POSTE_RESTANTE = {"street": "Postlagernd", "houseNo": None}


@pytest.mark.parametrize(("recipient", "mails"), [({}, 0), (POBOX, 1), (POSTE_RESTANTE, 1)])
async def test_ntf_106_collection_information_is_for_whoever_collects(
    shop: Shop, recipient: dict[str, Any], mails: int
) -> None:
    parcel = await shop.label(note(4), item={"recipient": recipient})
    await shop.scan(parcel, 100, 1002, 1201)
    assert await shop.mails(LEA) == []
    await shop.scan(parcel, 910, place="8021 Zürich 1")
    found = await shop.mails(LEA)
    assert len(found) == mails and all("8021 Zürich 1" in text_of(mail) for mail in found)


async def test_ntf_107_the_reminder_comes_three_days_after_the_arrival(shop: Shop) -> None:
    parcel = await shop.label(note(32))
    await shop.scan(parcel, 910)
    await shop.advance(3 * DAY_MS - 1)
    assert await shop.mails(LEA) == []
    await shop.advance(1)
    assert await shop.told(parcel) == [(32, "waited")]
    await shop.advance(10 * DAY_MS)
    assert len(await shop.mails(LEA)) == 1


@pytest.mark.parametrize("ended_by", [4000, 924])
async def test_ntf_107_nobody_is_reminded_of_what_was_collected_or_goes_back(shop: Shop, ended_by: int) -> None:
    parcel = await shop.label(note(32))
    await shop.scan(parcel, 910)
    await shop.advance(2 * DAY_MS)
    await shop.scan(parcel, ended_by)
    await shop.advance(9 * DAY_MS)
    assert await shop.mails() == []


async def test_ntf_107_an_arrival_that_was_withdrawn_counts_from_the_next(shop: Shop) -> None:
    parcel = await shop.label(note(32))
    await shop.scan(parcel, 910)
    await shop.advance(DAY_MS)
    await shop.control("DELETE", f"parcels/{parcel}/scans/1")
    await shop.scan(parcel, 910)
    await shop.advance(3 * DAY_MS - 1)
    assert await shop.mails() == []
    await shop.advance(1)
    assert len(await shop.mails(LEA)) == 1


async def test_ntf_108_handover_status_goes_to_the_sender(shop: Shop) -> None:
    parcel = await shop.label(note(64, SENDER), note(1, LEA))
    await shop.scan(parcel, 100, 1002, 1003, 934)
    await shop.advance(HOUR_MS)
    await shop.scan(parcel, 1003, 934, 910)
    await shop.advance(DAY_MS)
    await shop.scan(parcel, 4000)
    titles = [str(mail["Subject"]).partition(": ")[2] for mail in await shop.mails(SENDER)]
    assert titles == [
        "Delivery attempted",
        "Further attempt to deliver",
        "Consignment ready for collection",
        "Consignment delivered",
    ]
    assert len(await shop.mails(LEA)) == 1, "the order confirmation alone"


@pytest.mark.parametrize(("days", "mails"), [(9, 2), (10, 2), (11, 1)])
async def test_ntf_109_after_an_attempt_a_second_message_within_ten_days(shop: Shop, days: int, mails: int) -> None:
    parcel = await shop.label(note(64, SENDER))
    await shop.scan(parcel, 1003, 934)
    assert len(await shop.mails(SENDER)) == 1
    await shop.advance(days * DAY_MS)
    await shop.scan(parcel, 4000)
    assert len(await shop.mails(SENDER)) == mails


async def test_ntf_110_saturday_delivery_announces_the_following_saturday_and_needs_its_service(shop: Shop) -> None:
    refused = await shop.asked(note(256))
    assert [row["code"] for row in refused["errors"]] == ["E2060"]
    await shop.label(note(256), codes=("PRI", "SA"))
    (mail,) = await shop.mails(LEA)
    assert "Saturday, 2026-03-07" in text_of(mail) and "Saturday, 2026-03-07" in mail["Subject"]


async def test_ntf_111_exchange_and_its_instruction_need_one_another(shop: Shop) -> None:
    for notes, codes, error in (
        ([note(128)], ("PRI",), "E2043"),
        ([note(1)], ("PRI", "ZAW3233"), "E2044"),
    ):
        assert [row["code"] for row in (await shop.asked(*notes, codes=codes))["errors"]] == [error]
    assert await shop.mails() == []
    parcel = await shop.label(note(128), codes=("PRI", "ZAW3233"))
    (mail,) = await shop.mails(LEA)
    assert "exchange" in text_of(mail) and await shop.told(parcel) == [(128, "data")]


async def test_ntf_112_kinds_go_with_products_that_carry_them(shop: Shop) -> None:
    for codes, kind in ((("SKB",), 2), (("DIR",), 4), (("ECO",), 128), (("GAS", "ECO"), 1), (("GAS", "PRI"), 64)):
        assert "E2040" in [row["code"] for row in (await shop.asked(note(kind), codes=codes))["errors"]]
    assert await shop.mails() == []


async def test_ntf_113_senders_and_recipients_each_get_their_own_kinds(shop: Shop) -> None:
    others = "neighbour@example.ch"
    parcel = await shop.label(note(1), note(2), note(2, others), note(64, SENDER))
    await shop.scan(parcel, 1002, 1003, 4000)
    found = {}
    for to in (LEA, others, SENDER):
        mails = await shop.mails(to)
        assert all(mail["To"] == to and mail["Cc"] is None and mail["Bcc"] is None for mail in mails)
        found[to] = len(mails)
    assert found == {LEA: 2, others: 1, SENDER: 1}


async def test_ntf_113_an_sms_lies_in_the_mailbox_too(shop: Shop) -> None:
    sms = note(1, type="SMS", communication={"mobile": "079 123 45 67"}, freeText1="Bis bald")
    parcel = await shop.label(sms)
    (mail,) = await shop.mails("0791234567@sms.swiss-post.example")
    said = text_of(mail)
    assert said.count("\n") == 1 and "YourCompany" in said and "Bis bald" in said
    assert await shop.number(parcel) in said and mail.get_body(("html",)) is None


async def test_ntf_114_each_is_sent_once_however_often_it_is_scanned(shop: Shop) -> None:
    parcel = await shop.label(*(note(kind) for kind in ALL), item={"recipient": POBOX})
    for number in (600, 100, 1002, 1002, 1001, 1201, 1003, 934, 934, 923, 910, 910, 2102):
        await shop.scan(parcel, number, duplicate=2)
    await shop.advance(5 * DAY_MS)
    await shop.scan(parcel, 910, 4000, 4001, 3800)
    found = await shop.told(parcel)
    assert len(found) == len(set(found)) == len(await shop.mails(LEA))
    assert set(found) == {
        *((1, "data"), (2, "sorted"), (4, "ready"), (32, "waited")),
        *((64, "attempted-1"), (64, "ready"), (64, "delivered")),
    }


async def test_ntf_114_a_snapshot_put_back_sends_nothing_twice(shop: Shop) -> None:
    parcel = await shop.label(note(1), note(2), note(32), note(64, SENDER))
    await shop.scan(parcel, 1002, 1003, 934, 910)
    before = await shop.told(parcel)
    saved = await shop.control("GET", "snapshot")
    url = f"{shop.url}/_sim/v1/tenants/{shop.name}/snapshot"
    async with shop.http.put(url, data=saved, headers={"Content-Type": "application/octet-stream"}) as reply:
        assert reply.status == 200, await reply.text()
    await shop.scan(parcel, 1002, 1003, 910)
    assert await shop.told(parcel) == before
    await shop.advance(3 * DAY_MS)
    assert await shop.told(parcel) == [*before, (32, "waited")]
    assert len(await shop.mails()) == len(before) + 1


async def test_ntf_114_the_same_kind_asked_for_twice_comes_once(shop: Shop) -> None:
    await shop.label(note(1), note(1, language="DE"), note(1, "lea@EXAMPLE.ch"))
    assert len(await shop.mails()) == 1


async def test_a_late_older_scan_and_one_on_the_way_back_tell_nobody(shop: Shop) -> None:
    parcel = await shop.label(note(2), note(64, SENDER))
    await shop.advance(DAY_MS)
    await shop.scan(parcel, 1003)
    await shop.scan(parcel, 1002, occurred_at="2026-03-02T10:00:00Z")
    assert await shop.told(parcel) == []
    await shop.scan(parcel, 3600)
    await shop.advance(HOUR_MS)
    await shop.scan(parcel, 4000)
    assert (await shop.detail(parcel))["status"]["status"] == "RETURNED"
    assert await shop.told(parcel) == []
