"""Payout reports are found in forwarded mails, stored before they are acknowledged, and nothing else is taken."""

import asyncio
import io
from collections.abc import AsyncIterator
from email.message import EmailMessage
from email.policy import SMTP

import aiosmtplib
import pytest
import xlsxwriter

from parcelproof.reference.adapters.smtp_in import MailRejected, ReportInbox

CSV = (
    "Номер реестра;4711\r\nДата оплаты;02.03.2026\r\n\r\n"
    "Номер накладной СДЭК;Номер заказа;Принято от получателя;Стоимость услуг;"
    "Агентское вознаграждение;К перечислению\r\n"
    "1107000001;P-001;100,00;10,00;3,00;87,00\r\n"
)


class Desk:
    """Keeps reports, or fails as the test says."""

    def __init__(self) -> None:
        self.reports: list[tuple[str, bytes]] = []
        self.fault: Exception | None = None

    async def store(self, name: str, raw: bytes) -> None:
        await asyncio.sleep(0)
        if self.fault is not None:
            raise self.fault
        self.reports.append((name, raw))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def inbox(desk: Desk) -> AsyncIterator[ReportInbox]:
    made = ReportInbox("127.0.0.1", 0, desk.store, most_bytes=200_000)
    await made.start()
    yield made
    await made.close()


def workbook() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet().write_row(0, 0, ["a", "b"])
    book.close()
    return out.getvalue()


def letter(text: str = "см. вложение") -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "a@b.example", "reports@shop.example", "Fwd: реестр"
    message.set_content(text)
    return message


async def sent(inbox: ReportInbox, message: EmailMessage | bytes) -> tuple[int, str]:
    """Return the server's last word on a mail."""
    raw = message if isinstance(message, bytes) else message.as_bytes()
    try:
        _, said = await aiosmtplib.send(raw, hostname="127.0.0.1", port=inbox.port, sender="a@b.example",
                                        recipients=["reports@shop.example"], start_tls=False)  # fmt: skip
    except aiosmtplib.SMTPResponseException as fault:
        return fault.code, fault.message
    return 250, said


async def test_a_spreadsheet_is_found_by_content_whatever_it_is_called(inbox: ReportInbox, desk: Desk) -> None:
    message, book = letter(), workbook()
    message.add_attachment(book, maintype="image", subtype="png", filename="photo.png")
    assert (await sent(inbox, message))[0] == 250
    assert desk.reports == [("photo.png", book)]


async def test_a_report_is_found_however_deep_it_was_forwarded(inbox: ReportInbox, desk: Desk) -> None:
    message = letter()
    message.add_attachment(CSV.encode("cp1251"), maintype="text", subtype="csv", filename="реестр.csv")
    for _ in range(4):
        outer = letter("forwarded")
        outer.add_attachment(message)
        message = outer
    assert (await sent(inbox, message))[0] == 250
    assert [raw for _, raw in desk.reports] == [CSV.encode("cp1251")]


async def test_a_mail_attached_as_a_file_is_opened(inbox: ReportInbox, desk: Desk) -> None:
    inner = letter()
    inner.add_attachment(b'{"registries": []}', maintype="application", subtype="octet-stream", filename="x")
    outer = letter()
    outer.add_attachment(inner.as_bytes(), maintype="application", subtype="octet-stream", filename="fwd.eml")
    assert (await sent(inbox, outer))[0] == 250
    assert [raw for _, raw in desk.reports] == [b'{"registries": []}']


async def test_a_registry_pasted_as_the_mails_text_is_taken_and_prose_is_not(inbox: ReportInbox, desk: Desk) -> None:
    assert (await sent(inbox, letter(CSV)))[0] == 250
    assert len(desk.reports) == 1
    code, said = await sent(inbox, letter("Добрый день; отчёт, увы, позже; спасибо, до связи;\n" * 4))
    assert code == 554 and "No payout report found" in said


async def test_the_same_attachment_twice_is_handed_over_once(inbox: ReportInbox, desk: Desk) -> None:
    message, book = letter(), workbook()
    for name in ("a.xlsx", "b.xlsx"):
        message.add_attachment(book, maintype="application", subtype="octet-stream", filename=name)
    message.add_attachment(CSV.encode(), maintype="text", subtype="csv", filename="c.csv")
    assert (await sent(inbox, message))[0] == 250
    assert [raw for _, raw in desk.reports] == [book, CSV.encode()]


async def test_what_could_not_be_stored_is_asked_for_again(
    inbox: ReportInbox, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    message = letter()
    message.add_attachment(CSV.encode(), maintype="text", subtype="csv", filename="c.csv")
    desk.fault = OSError("disk full")
    code, _ = await sent(inbox, message)
    assert code == 451 and desk.reports == [] and "disk full" in caplog.text
    desk.fault = None
    assert (await sent(inbox, message))[0] == 250


async def test_what_the_engine_refuses_is_refused_in_its_words(inbox: ReportInbox, desk: Desk) -> None:
    message = letter()
    message.add_attachment(CSV.encode(), maintype="text", subtype="csv", filename="c.csv")
    desk.fault = MailRejected("CONTROL_SUM: one\r\n250 kopeck is missing")
    code, said = await sent(inbox, message)
    assert code == 554 and "kopeck is missing" in said


async def test_a_mail_that_is_too_large_or_too_deep_is_refused(inbox: ReportInbox, desk: Desk) -> None:
    message = letter()
    message.add_attachment(b"x" * 300_000, maintype="application", subtype="octet-stream", filename="big")
    assert (await sent(inbox, message))[0] == 552
    message = letter()
    for _ in range(30):
        outer = letter()
        outer.add_attachment(message)
        message = outer
    code, said = await sent(inbox, message)
    assert code == 554 and "too often" in said
    assert desk.reports == []


@pytest.mark.parametrize(
    "raw",
    [b"", b"\xff\xfe\x00", b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n",
     b"Content-Type: message/rfc822\r\n\r\n", b"Content-Transfer-Encoding: base64\r\n\r\n!!!",
     b"Content-Type: text/plain; charset=\"nope\"\r\n\r\nhello",
     b"Content-Type: multipart/mixed\r\n\r\nno boundary",
     b"Content-Disposition: attachment; filename*=utf-8''%ff\r\n\r\nx"],
)  # fmt: skip
async def test_a_broken_mail_is_refused_and_breaks_nothing(inbox: ReportInbox, desk: Desk, raw: bytes) -> None:
    code, _ = await sent(inbox, raw + b"\r\n")
    assert code == 554 and desk.reports == []


async def test_closing_ends_open_sessions(desk: Desk) -> None:
    inbox = ReportInbox("127.0.0.1", 0, desk.store)
    await inbox.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", inbox.port)
    assert (await reader.readline()).startswith(b"220")
    await inbox.close()
    assert await reader.read() == b""
    writer.close()
