"""Recipients with «My consignments», and data that come late. `notifications` NTF-120 to NTF-132."""

from typing import Any

import pytest

from .shop import DAY_MS, HOUR_MS, LEA, OPTIONS, OURS, SENDER, STREET, USED, Shop, link_in, note, text_of

TO_LEA = {"recipient": {"email": LEA}}
ALL_OF_HIS = [1, 2, 4, 32, 128, 256]


async def test_ntf_120_the_recipients_own_settings_go_before_the_senders_choice(shop: Shop) -> None:
    await shop.recipient(email=LEA, kinds=[2, 32], language="FR")
    parcel = await shop.label(note(1), note(2), item=TO_LEA)
    assert await shop.mails(LEA) == [], "the sender's confirmation is off here"
    await shop.scan(parcel, 1002)
    (mail,) = await shop.mails(LEA)
    assert "probablement" in text_of(mail), "in his own language"
    await shop.scan(parcel, 910)
    await shop.advance(3 * DAY_MS)
    assert await shop.told(parcel) == [(2, "sorted"), (32, "waited")], "the sender had no reminder on"


async def test_ntf_120_what_the_sender_did_not_choose_is_sent_all_the_same(shop: Shop) -> None:
    await shop.recipient(email="lea@EXAMPLE.ch", kinds=[1])
    parcel = await shop.label(item=TO_LEA)
    assert await shop.told(parcel) == [(1, "data")] and len(await shop.mails(LEA)) == 1


async def test_ntf_120_known_by_mobile_number_he_gets_no_sms_of_the_senders(shop: Shop) -> None:
    await shop.recipient(email=LEA, kinds=[1], mobile="0041 79 123 45 67")
    await shop.label(note(1, type="SMS", communication={"mobile": "079 123 45 67"}))
    assert [mail["To"] for mail in await shop.mails()] == [LEA]


async def test_ntf_121_known_by_number_alone_his_link_works_and_he_finds_the_consignment(shop: Shop) -> None:
    await shop.recipient(email=LEA, kinds=[1], mobile="0041 79 123 45 67")
    noted = await shop.label(note(1, type="SMS", communication={"mobile": "079 123 45 67"}))
    plain = await shop.label(item={"recipient": {**STREET, "mobile": "0791234567"}})
    _, listed = await shop.call("GET", f"{OURS}/my-consignments")
    links = [link_in(mail) for mail in await shop.mails(LEA)]
    assert [row["controlLink"] for row in listed["recipients"][0]["consignments"]] == links
    for parcel, link in zip((noted, plain), links, strict=True):
        assert await shop.choose(link, "10", **USED["10"]) == 200
        assert (await shop.detail(parcel))["deliveryInstruction"]["option"] == "10"
    await shop.recipient(email=LEA, active=False)
    assert (await shop.page(links[0]))[0] == 404


async def test_ntf_120_once_it_is_off_the_senders_choice_counts_again(shop: Shop) -> None:
    await shop.recipient(email=LEA, kinds=[])
    await shop.label(note(1), item=TO_LEA)
    assert await shop.mails() == []
    await shop.recipient(email=LEA, kinds=[], active=False)
    await shop.label(note(1), item=TO_LEA)
    assert len(await shop.mails(LEA)) == 1


async def test_ntf_120_his_kinds_too_go_with_the_item_alone(shop: Shop) -> None:
    await shop.recipient(email=LEA, kinds=ALL_OF_HIS)
    parcel = await shop.label(item={**TO_LEA, "attributes": {"przl": ["SKB"]}})
    await shop.scan(parcel, 1002, 910)
    assert await shop.told(parcel) == [(1, "data")], "no Saturday, no exchange, no post office box, no kind 2 for SKB"


@pytest.mark.parametrize("option", OPTIONS)
async def test_ntf_121_he_may_use_every_option_whatever_the_sender_offered(shop: Shop, option: str) -> None:
    await shop.recipient(email=LEA, kinds=[1])
    await shop.label(note(1, deliveryInstructions=["10"]), item=TO_LEA)
    (mail,) = await shop.mails(LEA)
    assert await shop.choose(link_in(mail), option, **USED[option]) == 200


async def test_ntf_121_without_any_mail_he_finds_his_consignments_as_signed_in(shop: Shop) -> None:
    parcel = await shop.label(item=TO_LEA)
    await shop.recipient(email=LEA, kinds=[])
    _, told = await shop.call("GET", f"{OURS}/my-consignments")
    (mine,) = told["recipients"][0]["consignments"]
    assert mine["identCode"] == await shop.number(parcel)
    assert await shop.choose(mine["controlLink"], "14", neighbour="Meier") == 200


async def test_ntf_122_he_does_not_get_the_senders_message_besides(shop: Shop) -> None:
    await shop.recipient(email=LEA, kinds=[1])
    parcel = await shop.label(note(1, deliveryInstructions=OPTIONS, freeText1="Danke!"), item=TO_LEA)
    (mail,) = await shop.mails(LEA)
    assert "My consignments" in text_of(mail) or "Meine Sendungen" in text_of(mail)
    assert "Danke!" not in text_of(mail), "the sender's message it is not"
    assert await shop.told(parcel) == [(1, "data")]


async def test_ntf_123_others_are_told_by_the_senders_choice(shop: Shop) -> None:
    await shop.recipient(email=LEA, kinds=[2])
    business = {"recipient": {"name1": "Muster AG", "email": "post@muster.ch"}}
    await shop.label(note(1, "post@muster.ch"), item=business)
    assert [mail["To"] for mail in await shop.mails()] == ["post@muster.ch"]


async def test_ntf_124_the_senders_handover_status_is_sent_whatever_the_recipient_set(shop: Shop) -> None:
    await shop.recipient(email=LEA, kinds=[])
    parcel = await shop.label(note(64, SENDER), note(1), item=TO_LEA)
    await shop.scan(parcel, 1003, 4000)
    assert [mail["To"] for mail in await shop.mails()] == [SENDER]
    await shop.recipient(email=SENDER, kinds=[])
    another = await shop.label(note(64, SENDER))
    await shop.scan(another, 1003, 4000)
    assert len(await shop.mails(SENDER)) == 2, "nor by settings that the sender has as a recipient"


async def test_settings_are_read_back_and_wrong_ones_are_refused_whole(shop: Shop) -> None:
    await shop.recipient(email="Lea@Example.ch", kinds=["32", 1, 1], language="IT", mobile="079 123 45 67")
    kept = {"email": "Lea@example.ch", "kinds": [1, 32], "language": "IT", "mobile": "079 123 45 67", "active": True}
    _, told = await shop.call("GET", f"{OURS}/my-consignments")
    assert told == {"recipients": [{**kept, "consignments": []}]}
    wrong: list[dict[str, Any]] = [
        {},
        {"email": "lea"},
        {"email": LEA, "kinds": [64]},
        {"email": LEA, "kinds": [257]},
        {"email": LEA, "kinds": {"a": 1}},
        {"email": LEA, "language": "ES"},
        {"email": LEA, "mobile": "1"},
        {"email": LEA, "active": "perhaps"},
        {"email": "a@b.ch\r\nBcc: x@y.ch"},
    ]
    for body in wrong:
        status, faults = await shop.call("PUT", f"{OURS}/my-consignments", body)
        assert status == 400 and faults[0]["field"], body
    assert (await shop.call("GET", f"{OURS}/my-consignments"))[1] == told


# -- data in time


async def late(shop: Shop, parcel: str, *notes: dict[str, Any]) -> dict[str, Any]:
    path = f"{OURS}/consignments/{await shop.number(parcel)}/notifications"
    status, told = await shop.call("POST", path, {"notification": list(notes)})
    assert status == 200, told
    return dict(told)


async def test_ntf_130_and_131_after_delivery_nothing_is_sent_and_a_warning_names_the_kinds(shop: Shop) -> None:
    parcel = await shop.label()
    await shop.scan(parcel, 100, 1002, 1003, 4000)
    told = await late(shop, parcel, note(1), note(2), note(32), note(64, SENDER))
    (warning,) = told["warnings"]
    assert warning["code"] == "W2027" and "1, 2, 32, 64" in warning["message"]
    await shop.advance(10 * DAY_MS)
    assert await shop.mails() == [] and await shop.told(parcel) == []


async def test_ntf_130_kinds_whose_occasion_is_past_are_not_sent_afterwards(shop: Shop) -> None:
    parcel = await shop.label()
    await shop.scan(parcel, 100, 1002)
    told = await late(shop, parcel, note(1), note(2), note(64, SENDER))
    assert [row["message"] for row in told["warnings"]] == [
        "The data come too late for the notifications 2, which will not be sent."
    ]
    await shop.scan(parcel, 1001, 1201, 1003, 4000)
    assert await shop.told(parcel) == [(1, "data"), (64, "delivered")]


async def test_ntf_130_a_reminder_is_in_time_until_the_third_day(shop: Shop) -> None:
    found = []
    for waited_ms in (2 * DAY_MS, 3 * DAY_MS):
        parcel = await shop.label()
        await shop.scan(parcel, 910)
        await shop.advance(waited_ms)
        warned = "warnings" in await late(shop, parcel, note(32))
        await shop.advance(2 * DAY_MS)
        found.append((warned, await shop.told(parcel)))
    assert found == [(False, [(32, "waited")]), (True, [])]


async def test_ntf_131_data_in_time_bring_no_warning(shop: Shop) -> None:
    parcel = await shop.label()
    assert "warnings" not in await late(shop, parcel, note(1), note(2))
    await shop.advance(HOUR_MS)
    await shop.scan(parcel, 1002)
    assert await shop.told(parcel) == [(1, "data"), (2, "sorted")]
    kept = (await shop.read_back(parcel))["shipment"]["item"]["notification"]
    assert [one["service"] for one in kept] == [1, 2]


async def test_ntf_131_late_data_are_judged_as_those_of_a_label(shop: Shop) -> None:
    parcel = await shop.label(note(1))
    for added, code in ((note(3), "E2040"), (note(1, "lea"), "E2041"), (note(256), "E2060")):
        assert [row["code"] for row in (await late(shop, parcel, added))["errors"]] == [code]
    path = f"{OURS}/consignments/{await shop.number(parcel)}/notifications"
    wrong: list[dict[str, Any]] = [{}, {"notification": []}, {"notification": [note(2)] * 15}, {"notification": [{}]}]
    for body in wrong:
        assert (await shop.call("POST", path, body))[0] == 400
    assert (await shop.call("POST", f"{OURS}/consignments/99/notifications", {"notification": [note()]}))[0] == 404
    assert len((await shop.read_back(parcel))["shipment"]["item"]["notification"]) == 1
    assert len(await shop.mails()) == 1


async def test_ntf_132_without_notification_data_nobody_is_told(shop: Shop) -> None:
    parcel = await shop.label(item=TO_LEA)
    await shop.scan(parcel, 100, 1002, 1003, 934, 910)
    await shop.advance(4 * DAY_MS)
    await shop.scan(parcel, 4000)
    assert await shop.mails() == []


async def test_ntf_174_nothing_is_sent_before_the_terms_were_accepted(shop: Shop) -> None:
    parcel = await shop.label(note(1), note(2))
    await shop.control("PATCH", body={"settings": {"swiss_post": {"terms_accepted": "no"}}})
    await shop.scan(parcel, 1002)
    assert (await shop.asked(note(1)))["errors"][0]["code"] == "E9998"
    assert await shop.told(parcel) == [(1, "data")]
