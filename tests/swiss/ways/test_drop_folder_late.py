"""Notification data that come late, by the drop folder: lines of a number and notifications. NTF-130 and NTF-131."""

from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from parcelproof.simulators.wire import mailbox

from .way_desk import OPTIONS, PICTURE, TEXTS, Desk, body, notice

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
SENDER = {"communication": {"email": "shop@example.org"}, "service": 64}


def line(number: str, *notifications: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"identCode": number, "notification": list(notifications), **more}


def made(desk: Desk, way: str = "rest", **item: Any) -> str:
    """Have an item announced and return its number."""
    if way == "folder":
        desk.drop("item.ndjson", body(**item))
        return str(desk.answers("item.ndjson")[0]["identCode"])
    return str(desk.rest({**body(**item), "sendingID": "[story: delivered]"})["item"]["identCode"])


def told(desk: Desk, *lines: dict[str, Any], name: str = "late.ndjson") -> list[dict[str, Any]]:
    assert desk.drop(name, *lines).status == 201
    return [{key: value for key, value in row.items() if key != "line"} for row in desk.answers(name)]


def mails(desk: Desk) -> list[str]:
    return [mail.rcpt_to[0] for mail in mailbox.mails(desk.world)]


def wait(desk: Desk, by_ms: int) -> None:
    until_ms = desk.world.now_ms + by_ms
    while desk.world.step(until_ms) is not None:
        pass


@pytest.mark.parametrize("way", ["rest", "folder"])
def test_data_in_time_are_taken_by_the_folder_whatever_way_announced_the_item(desk: Desk, way: str) -> None:
    number = made(desk, way, itemNumber="41")
    assert mails(desk) == []
    wanted = notice(1, **TEXTS, **OPTIONS, **PICTURE)
    assert told(desk, line(number, wanted)) == [{"identCode": number, "notifications": 1}]
    assert mails(desk) == ["lea@example.org"]
    (kept,) = desk.kept
    assert kept.shipment.item.notification[0].delivery_instructions == tuple(OPTIONS["deliveryInstructions"])
    (mail,) = mailbox.mails(desk.world)
    text = message_from_bytes(mail.raw, policy=default).get_body(("plain",))
    assert text is not None and TEXTS["freeText1"] in text.get_content() and "/my-consignments/" in text.get_content()


def test_the_number_may_have_dots_and_no_other_way_is_told_of_again(desk: Desk) -> None:
    number = made(desk)
    dotted = f"{number[:2]}.{number[2:4]}.{number[4:10]}.{number[10:]}"
    assert told(desk, line(dotted, notice(1)))[0]["identCode"] == number
    told(desk, line(number, notice(1)), name="again.ndjson")
    assert mails(desk) == ["lea@example.org"]  # a kind is sent once for an occurrence and an address


def test_kinds_whose_occasion_is_past_are_named_and_never_sent(desk: Desk) -> None:
    number = made(desk)
    wait(desk, 20 * DAY_MS)
    (row,) = told(desk, line(number, notice(1), notice(2), {**notice(64), **SENDER}))
    assert [warning["code"] for warning in row["warnings"]] == ["W2027"] and "1, 2, 64" in row["warnings"][0]["message"]
    wait(desk, 20 * DAY_MS)
    assert mails(desk) == []


def test_a_whole_item_of_a_number_that_is_taken_is_refused(desk: Desk) -> None:
    number = made(desk, itemNumber="41")
    repeated = body(notice(1), itemNumber="41")
    rows = told(desk, repeated, line(number, notice(1)), {**repeated, "identCode": number})
    assert [row.get("errors", [{}])[0].get("code") for row in rows] == ["E2016", None, "E2016"]
    assert len(desk.kept) == 1 and mails(desk) == ["lea@example.org"]


def test_late_data_are_judged_as_those_of_a_label_and_leave_nothing_when_refused(desk: Desk) -> None:
    number = made(desk)
    wrong = [notice(3), notice(256), notice(4, **OPTIONS), notice(1, communication={"email": "lea"})]
    rows = told(desk, *(line(number, one) for one in wrong))
    assert [row["errors"][0]["code"] for row in rows] == ["E2040", "E2060", "E2040", "E2041"]
    assert {row["identCode"] for row in rows} == {number}
    desk.account(terms_accepted="no")
    assert told(desk, line(number, notice(1)), name="a.ndjson")[0]["errors"][0]["code"] == "E9998"
    desk.account(terms_accepted="yes", billing_relation="no")
    assert told(desk, line(number, notice(1)), name="b.ndjson")[0]["errors"][0]["code"] == "E9998"
    assert desk.kept[0].shipment.item.notification == () and mails(desk) == []


@pytest.mark.parametrize(
    ("found", "field", "error"),
    [
        ({"identCode": "990000000000000001", "notification": [notice(1)]}, "identCode", "no consignment"),
        ({"identCode": "", "notification": [notice(1)]}, "identCode", "must not be empty"),
        ({"identCode": None, "notification": [notice(1)]}, "identCode", "must not be empty"),
        ({"identCode": ["x"], "notification": [notice(1)]}, "identCode", "must be a text"),
        ({"identCode": "HERE"}, "notification", "between 1 and 15"),
        ({"identCode": "HERE", "notification": []}, "notification", "between 1 and 15"),
        ({"identCode": "HERE", "notification": [notice(1)] * 16}, "notification", "between 0 and 15"),
        ({"identCode": "HERE", "notification": [{}]}, "notification[0].communication", "must not be null"),
        ({"identCode": "HERE", "notification": 5}, "notification", "must be an array"),
        ({"identCode": "HERE", "notification": [notice(1)], "sendingID": "S"}, "sendingID", "not known beside"),
        ({"identCode": "HERE", "notification": [notice(1)], "x" * 9_000: 1}, "x" * 200, "not known beside"),
    ],
)
def test_a_line_that_does_not_fit_says_why_and_keeps_no_other_back(
    desk: Desk, found: dict[str, Any], field: str, error: str
) -> None:
    number = made(desk)
    if found["identCode"] == "HERE":
        found = {**found, "identCode": number}
    rows = told(desk, found, line(number, notice(2)))
    assert rows[0]["schema"][0]["field"] == field and error in rows[0]["schema"][0]["error"], rows[0]
    assert rows[1] == {"identCode": number, "notifications": 1}


def test_what_belongs_to_another_tenant_is_not_found(desk: Desk) -> None:
    number = made(desk)
    other = Desk(desk.tenants, "other")
    assert told(other, line(number, notice(1)))[0]["schema"][0]["rejectedValue"] == number
    assert mails(desk) == mails(other) == []


def test_more_than_fifteen_are_too_many_for_one_consignment(desk: Desk) -> None:
    number = made(desk)
    rows = told(desk, line(number, *[notice(2)] * 15), line(number, notice(2)))
    assert rows[0]["notifications"] == 15 and "15 notifications already" in rows[1]["schema"][0]["error"]
