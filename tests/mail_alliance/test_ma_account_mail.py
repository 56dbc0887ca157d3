"""An endpoint that was switched off (Part 6): one e-mail to the account, and no retry left behind."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default as default_policy
from typing import Any

import pytest

from parcelproof.simulators.core.world import Effect, Outcome
from parcelproof.simulators.wire import mailbox

SECOND, MINUTE, DAY = 1_000, 60_000, 86_400_000


def failing(status: int) -> Any:
    return lambda effect: Outcome(status, {}, b"")


def test_one_mail_tells_the_account_that_an_endpoint_was_switched_off(desk: Any) -> None:
    desk.world.store.header.settings["mail_alliance"] = {"account_email": "it+hooks@shop.example"}
    endpoint = desk.endpoint("https://shop.example/gone?x=Größe", description="hook")
    other = desk.endpoint("https://shop.example/fine")
    desk.book()  # a second webhook is on its way when the first answer says 410
    answers = {endpoint["url"]: 410, other["url"]: 204}
    desk.advance(DAY, lambda effect: Outcome(answers[effect.url], {}, b""))
    (mail,) = mailbox.mails(desk.world)
    assert (mail.rcpt_to, mail.at_ms) == (("it+hooks@shop.example",), 1_772_442_000_000)
    read = message_from_bytes(mail.raw, policy=default_policy)
    assert read["To"] == "it+hooks@shop.example" and read["Date"].datetime == datetime(2026, 3, 2, 9, tzinfo=UTC)
    text = read.get_content()
    assert endpoint["id"] in text and "410" in text and "x=Größe" in text and endpoint["secret"] not in text
    assert desk.get(f"/v1/webhook-endpoints/{other['id']}").json["status"] == "enabled"
    rows = desk.get(f"/v1/webhook-endpoints/{endpoint['id']}/deliveries").json["data"]
    assert {(row["status"], row["next_attempt_at"]) for row in rows} == {("failed", None)}


def test_five_days_of_failures_send_one_mail_and_another_one_the_next_time(desk: Any) -> None:
    endpoint = desk.endpoint(events=["parcel.created"])

    def fail(days: int) -> None:
        for _ in range(days):
            desk.post("/v1/parcels", desk.order(references=None))
            desk.advance(DAY, failing(500))

    fail(8)
    assert [mail.rcpt_to for mail in mailbox.mails(desk.world)] == [("account@shop.example",)]
    text = message_from_bytes(mailbox.mails(desk.world)[0].raw, policy=default_policy).get_content()
    assert "five days" in text and "Failing since: 2026-03-02T09:00:00.000Z" in text
    desk.call("PATCH", f"/v1/webhook-endpoints/{endpoint['id']}", {"status": "enabled"})
    fail(4)
    assert len(mailbox.mails(desk.world)) == 1
    fail(4)
    assert len({mail.message_id for mail in mailbox.mails(desk.world)}) == 2


def test_an_endpoint_disabled_by_hand_sends_no_mail_even_if_its_last_answer_is_410(desk: Any) -> None:
    endpoint = desk.endpoint()
    path = f"/v1/webhook-endpoints/{endpoint['id']}"

    def receiver(effect: Effect) -> Outcome:
        desk.call("PATCH", path, {"status": "disabled"})
        return Outcome(410, {}, b"")

    assert len(desk.advance(DAY, receiver)) == 1
    assert desk.get(path).json["status"] == "disabled" and mailbox.mails(desk.world) == []


@pytest.mark.parametrize("address", ["", "nobody", "a@b\r\nBcc: x@y", 7, None, "ü@b.de"])
def test_an_account_address_that_is_none_is_not_used(desk: Any, address: Any) -> None:
    desk.world.store.header.settings["account_email"] = address
    desk.endpoint()
    desk.advance(0, failing(410))
    assert [mail.rcpt_to for mail in mailbox.mails(desk.world)] == [("account@shop.example",)]


def test_retries_that_were_planned_end_when_the_endpoint_is_switched_off(desk: Any) -> None:
    endpoint = desk.endpoint()
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    desk.advance(SECOND, failing(500))
    desk.call("PATCH", path, {"status": "disabled"})
    assert desk.get(f"{path}/deliveries").json["data"][0]["status"] == "pending"
    desk.advance(MINUTE)
    assert desk.get(f"{path}/deliveries").json["data"][0]["status"] == "failed"
    desk.call("PATCH", path, {"status": "enabled"})
    assert desk.advance(DAY) == []
    event = desk.get("/v1/events").json["data"][0]["id"]
    assert desk.post(f"/v1/events/{event}/replay").status == 202
    (sent,) = desk.advance(DAY)
    assert sent.headers["webhook-id"] == event
    assert desk.get(f"{path}/deliveries").json["data"][0]["status"] == "succeeded"
