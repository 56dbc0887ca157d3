"""Security: webhooks that are forged, stale, replayed or garbage; and hostile text."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from ..bench import Bench, NotBooked
from ..case import case, expect, expect_that
from ..driver.shapes import OrderView
from ..history import Attempt
from ..orders import order
from ..wires import WIRES
from .tracking import say

NO_POLL = {"webhook": True, "poll": False}
HOOKS = ("webhooks",)
LEAST_SECRET_CHARS = 16
FAR_TOO_MUCH = b'{"type":"' + b"x" * 2_000_000 + b'"}'
GARBAGE = (
    b"",
    b"{",
    b"[]",
    b"null",
    b'{"type":7}',
    b"\xff\xfe\x00",
    b'{"type":"tracking.delivered","data":null}',
    b"[" * 50_000,
)


def attempts(bench: Bench, carrier: str) -> list[Attempt]:
    """Return the webhooks that a carrier sent; there must be some.

    Raises:
        NotBooked: the connector wanted none.
    """
    made = [row for row in bench.attempts() if row.carrier == carrier and row.error != "dropped"]
    if not made:
        raise NotBooked(f"{carrier} sent no webhook, as the connector asked for none")
    return made


def refused(bench: Bench, carrier: str, requirement: str, what: str) -> None:
    """Make the carrier say something under the switches that are set; it must be refused and change nothing."""
    before = bench.order("X-1")
    say(bench, "X-1", carrier, "out_for_delivery")
    bench.flush()
    status = attempts(bench, carrier)[-1].status
    expect_that(400 <= status < 500, what, wanted="4xx", found=status, requirement=requirement)
    unchanged(bench, before, requirement, what)


def unchanged(bench: Bench, before: OrderView, requirement: str, what: str) -> None:
    bench.advance(minutes=2)
    now = bench.order(before.number)
    expect((now.status, len(now.history)), (before.status, len(before.history)), what, requirement=requirement)


@case("SEC-001", needs=HOOKS, channels=NO_POLL)
def a_wrong_signature_is_refused(bench: Bench) -> None:
    """The carrier's bytes come with a signature that does not fit."""
    bench.book(order("X-1", "mail_alliance"))
    bench.control.switches(bench.tenant, "mail_alliance", corrupt_signature=True)
    refused(bench, "mail_alliance", "SEC-001", "webhook with a wrong signature")


@case("SEC-002", needs=HOOKS, channels=NO_POLL)
def a_stale_time_stamp_is_refused(bench: Bench) -> None:
    """The signature fits, but the time stamp lies ten minutes back."""
    bench.book(order("X-1", "mail_alliance"))
    bench.control.switches(bench.tenant, "mail_alliance", stale_timestamp=True)
    refused(bench, "mail_alliance", "SEC-002", "webhook with a stale time stamp")


@case("SEC-003", needs=HOOKS, channels=NO_POLL)
def a_replayed_webhook_changes_nothing(bench: Bench) -> None:
    """A genuine webhook is sent again by somebody, at once and an hour later."""
    bench.book(order("X-1", "mail_alliance"))
    say(bench, "X-1", "mail_alliance", "out_for_delivery")
    bench.flush()
    genuine = attempts(bench, "mail_alliance")[-1]
    before = bench.order("X-1")
    send(bench, genuine.url, genuine.body.encode(), dict(genuine.headers))
    unchanged(bench, before, "SEC-003", "webhook sent again at once")
    say(bench, "X-1", "mail_alliance", "delivery_failed")
    bench.advance(hours=1)
    before = bench.order("X-1")
    status = send(bench, genuine.url, genuine.body.encode(), dict(genuine.headers))
    expect_that(400 <= status < 500, "webhook of an hour ago", wanted="4xx", found=status, requirement="SEC-003")
    unchanged(bench, before, "SEC-003", "webhook of an hour ago sent again")


@case("SEC-004", needs=HOOKS, channels=NO_POLL)
def an_unsigned_webhook_is_refused(bench: Bench) -> None:
    """A genuine body without signature headers says «delivered»."""
    bench.book(order("X-1", "mail_alliance"))
    say(bench, "X-1", "mail_alliance", "in_transit")
    bench.flush()
    genuine = attempts(bench, "mail_alliance")[-1]
    before = bench.order("X-1")
    body = genuine.body.replace("in_transit", "delivered").replace("evt_", "evt_f").encode()
    status = send(bench, genuine.url, body, {"Content-Type": "application/json"})
    expect_that(400 <= status < 500, "unsigned webhook", wanted="4xx", found=status, requirement="SEC-004")
    unchanged(bench, before, "SEC-004", "unsigned webhook")


@case("SEC-005", carriers=("cdek", "mail_alliance"), needs=HOOKS, channels=NO_POLL)
def garbage_is_no_webhook(bench: Bench, carrier: str) -> None:
    """Empty, broken, binary, nested and huge bodies at the webhook's address: never a 5xx, never an effect."""
    bench.book(order("X-1", carrier))
    before = bench.order("X-1")
    url = bench.webhook_address(carrier)
    for body in (*GARBAGE, FAR_TOO_MUCH):
        status = send(bench, url, body, {"Content-Type": "application/json"})
        what = f"body {body[:40]!r}… of {len(body)} bytes"
        expect_that(status < 500, what, wanted="no 5xx", found=status, requirement="SEC-005")
    unchanged(bench, before, "SEC-005", "garbage")


@case("SEC-006", needs=HOOKS, channels=NO_POLL)
def an_unsigned_carrier_has_a_secret_address(bench: Bench) -> None:
    """CDEK signs nothing: its address holds a secret, and a notice at any other address changes nothing."""
    bench.book(order("X-1", "cdek"))
    say(bench, "X-1", "cdek", "in_transit")
    bench.flush()
    genuine = attempts(bench, "cdek")[-1]
    url = urlsplit(genuine.url or bench.webhook_address("cdek"))
    secret = max([*url.path.split("/"), *url.query.replace("=", "&").split("&")], key=len)
    expect_that(
        len(secret) >= LEAST_SECRET_CHARS,
        "webhook address of CDEK",
        wanted=f"a part of {LEAST_SECRET_CHARS} characters or more that nobody guesses",
        found=f"{url.path}{'?' * bool(url.query)}{url.query}",
        requirement="SEC-006",
    )
    before = bench.order("X-1")
    body = genuine.body.replace("SENT_TO_RECIPIENT_CITY", "DELIVERED").encode()
    swapped = secret[:-1] + ("a" if secret[-1] != "a" else "b")
    for other in (url.path.replace(secret, swapped), url.path.replace(secret, "")):
        target = urlunsplit((url.scheme, url.netloc, other, url.query.replace(secret, swapped), ""))
        send(bench, target, body, {"Content-Type": "application/json"})
    unchanged(bench, before, "SEC-006", "notice at another address")


@case("SEC-007", needs=("notifications",))
def hostile_text_stays_text(bench: Bench) -> None:
    """A name with a line break and a remark with a script: no header is added, nothing runs in the HTML."""
    name = "Eva\r\nBcc: spy@example.org"
    remark = "<script>alert(1)</script> & <b>bold</b>\r\nX-Spy: yes"
    bench.book(order("X-1", bench.usual, recipient={**WIRES[bench.usual].recipient, "email": "eva@example.org"}))
    bench.connector.subscribe("X-1", "eva@example.org", "staff", first_name=name, last_name="<i>Muster</i>")
    bench.connector.enter_novelty("X-1", "out_for_delivery", observation=remark)
    bench.advance(minutes=61)
    mails = bench.mails("eva@example.org")
    expect(len(mails), 1, "mails to eva@example.org", requirement="SEC-007")
    expect([mail.recipients for mail in bench.mails()], [("eva@example.org",)], "recipients", requirement="SEC-007")
    mail = mails[0]
    added = [key for key, _ in mail.headers if key.lower() in ("bcc", "x-spy", "cc")]
    expect(added, [], "headers that the text added", requirement="SEC-007")
    tags = [tag for tag in ("<script", "<b>bold", "<i>Muster") if tag in mail.html]
    expect(tags, [], "tags of the text in the HTML part", requirement="SEC-007")


def send(bench: Bench, url: str, body: bytes, headers: dict[str, Any]) -> int:
    """Send a request that no carrier made and return the status of the answer; 0 when the connection was cut."""
    skipped = {"host", "content-length", "connection", "accept-encoding", "transfer-encoding"}
    kept = {key: value for key, value in headers.items() if key.lower() not in skipped}
    return bench.send(url, body, kept)
