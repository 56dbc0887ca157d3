"""The mailbox over the control API, driven by its own client."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx
import pytest

from parcelproof.control_client import ControlClient, ControlError
from parcelproof.simulators.server import Running
from parcelproof.simulators.wire import mailbox

Start = Callable[..., AbstractAsyncContextManager[Running]]
T = TypeVar("T")

NOW = datetime(2026, 4, 1, 8, tzinfo=UTC)


@pytest.fixture
async def started(parrot_server: Start) -> AsyncIterator[Running]:
    async with parrot_server() as running:
        yield running


async def drive(started: Running, script: Callable[[ControlClient], T]) -> T:
    def run() -> T:
        with ControlClient(started.url) as control:
            return script(control)

    return await asyncio.to_thread(run)


def put(started: Running, to: str, subject: str, body: str = "text") -> bytes:
    raw = f"Subject: {subject}\r\nMessage-ID: <{subject}@x>\r\n\r\n{body}\r\n".encode()
    mailbox.keep(started.shell.tenants.find("t"), "shop@shop.example", [to], raw)
    return raw


async def test_mails_are_listed_read_downloaded_and_forgotten(started: Running) -> None:
    def script(control: ControlClient) -> None:
        control.create_tenant("t", now=NOW)
        assert control.mails("t") == []
        raw = put(started, "Anna@example.org", "Sent")
        control.advance("t", by_ms=1_500)
        put(started, "b@example.org", "Delivered", "да")
        first, second = control.mails("t")
        assert first == {
            "id": 1,
            "at": NOW,
            "mail_from": "shop@shop.example",
            "rcpt_to": ["Anna@example.org"],
            "message_id": "<Sent@x>",
            "subject": "Sent",
            "size_bytes": len(raw),
        }
        assert second["at"] == NOW + timedelta(milliseconds=1_500)
        read = control.mail("t", 2)
        assert {name: read[name] for name in second} == second
        assert (read["text"], read["html"], read["attachments"], read["problem"]) == ("да\n", "", [], "")
        assert read["headers"][0] == {"name": "Subject", "value": "Delivered"}
        assert control.raw_mail("t", 1) == raw
        control.forget_mails("t")
        assert control.mails("t") == []
        put(started, "c@example.org", "Again")
        assert [row["id"] for row in control.mails("t")] == [3]

    await drive(started, script)


async def test_a_raw_mail_is_served_as_a_file_that_no_browser_shows(started: Running) -> None:
    started.shell.tenants.create("t")
    put(started, "a@example.org", "x", "<script>alert(1)</script>")
    answer = await asyncio.to_thread(httpx.get, f"{started.url}/_sim/v1/tenants/t/mails/1/raw", verify=False)
    assert answer.headers["Content-Type"] == "message/rfc822"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="mail-1.eml"'


async def test_mails_are_found_by_recipient_and_subject_and_paged(started: Running) -> None:
    started.shell.tenants.create("t")
    for n in range(7):
        put(started, f"{'Anna' if n % 2 else 'ben'}@example.org", f"Order {n} Größe")

    def page(**query: Any) -> Any:
        return httpx.get(f"{started.url}/_sim/v1/tenants/t/mails", params=query, verify=False).json()

    def script(control: ControlClient) -> None:
        assert [row["id"] for row in control.mails("t", to="anna@EXAMPLE.org")] == [2, 4, 6]
        assert [row["id"] for row in control.mails("t", subject="order 4 grÖSSE")] == [5]
        assert control.mails("t", to="anna@example") == []
        assert control.mails("t", to="ben@example.org", subject="Order 1") == []
        ids, after = [], 0
        while after is not None:
            found = page(after=after, limit=3)
            ids.append([row["id"] for row in found["mails"]])
            after = found["next"]
        assert ids == [[1, 2, 3], [4, 5, 6], [7]]
        assert page(to="anna@example.org", limit=3)["next"] is None
        size_bytes = sum(row["size_bytes"] for row in page()["mails"])
        counted = {"received": 7, "received_bytes": size_bytes, "kept": 7, "kept_bytes": size_bytes}
        assert page(to="nobody@example.org")["counters"] == counted

    await drive(started, script)


async def test_the_client_walks_every_page(started: Running) -> None:
    started.shell.tenants.create("t")
    for n in range(1_003):
        put(started, "a@example.org", str(n))
    ids = await drive(started, lambda control: [row["id"] for row in control.mails("t")])
    assert ids == [*range(1, 1_004)]


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/nobody/mails", 404, "there is no tenant 'nobody'"),
        ("/t/mails?from=x", 422, "allowed: to, subject, after, limit"),
        ("/t/mails?limit=0", 422, "allowed: 1 to 1000"),
        ("/t/mails?limit=1001", 422, "allowed: 1 to 1000"),
        ("/t/mails?after=-1", 422, "after must be a whole number"),
        ("/t/mails/2", 404, "there is no mail 2"),
        ("/t/mails/x", 422, "mail must be a whole number"),
        ("/t/mails/2/raw", 404, "there is no mail 2"),
    ],
)
async def test_a_wrong_question_is_one_sentence(started: Running, path: str, status: int, says: str) -> None:
    started.shell.tenants.create("t")
    put(started, "a@example.org", "x")
    answer = await asyncio.to_thread(httpx.get, f"{started.url}/_sim/v1/tenants{path}", verify=False)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert says in json.loads(answer.text)["detail"]


async def test_a_tenant_is_made_with_the_password_of_its_mailbox(started: Running) -> None:
    def script(control: ControlClient) -> None:
        made = control.create_tenant("t", credentials=[{"carrier": "smtp", "id": "t", "secret": "s3cret"}])
        assert made["credentials"] == [{"carrier": "smtp", "id": "t"}]
        with pytest.raises(ControlError, match="no carrier 'pop3'"):
            control.create_tenant("u", credentials=[{"carrier": "pop3", "id": "t", "secret": "s3cret"}])

    await drive(started, script)
