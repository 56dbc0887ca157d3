"""What the post's other interfaces tell of letters: tracking by SOAP, the list F103, the form of the account."""

import pypdfium2
import pytest

from .letter_papers import ROW, packed, upload
from .own_desk import DAY_MS, HOUR_MS, OwnDesk, proves
from .test_letters import ADDRESS, CHECK_MS, consenting, read, send
from .test_letters_uploads import sent
from .tracking_desk import SPACES, TrackingDesk


@pytest.fixture
def desk() -> OwnDesk:
    return OwnDesk(token="shop")


def told(desk: OwnDesk, number: str) -> list[tuple[str, str]]:
    """Return type and attribute of every operation as single access tells them, with the attribute's name."""
    tracking = TrackingDesk(tenants=desk.tenants, login="shop")
    records = tracking.history(number).findall(".//d:historyRecord", SPACES)
    found = []
    for record in records:
        type_id = record.findtext("d:OperationParameters/d:OperType/d:Id", namespaces=SPACES)
        attribute = record.findtext("d:OperationParameters/d:OperAttr/d:Id", "0", namespaces=SPACES)
        name = record.findtext("d:OperationParameters/d:OperAttr/d:Name", "", namespaces=SPACES)
        found.append((f"{type_id}/{attribute}", name))
    return found


@proves("LTR-006", "LTR-008", "LTR-014")
def test_tracking_tells_the_electronic_way(desk: OwnDesk) -> None:
    anna = consenting(desk)
    letter = send(desk, notice=True)
    number = read(desk, letter)["number"]
    before = told(desk, number)
    assert [code for code, _ in before] == ["28/0", "1/3", "8/16"]
    assert before[-1][1] == "Доставлено для вручения электронно"
    desk.wait(HOUR_MS)
    desk.own("POST", f"/recipients/{anna}/inbox/{letter}/opening", {})
    assert told(desk, number)[-2:] == [("2/5", "Адресату электронно"), ("34/0", "")]


@proves("LTR-010", "LTR-013")
def test_tracking_tells_the_way_on_paper_after_a_refusal(desk: OwnDesk) -> None:
    anna = consenting(desk)
    letter = send(desk)
    desk.own("POST", f"/recipients/{anna}/inbox/{letter}/refusal", {})
    desk.wait(3 * DAY_MS)
    codes = [code for code, _ in told(desk, read(desk, letter)["number"])]
    assert codes == ["28/0", "1/3", "8/16", "45/0", "8/17", "8/31", "8/2", "8/18", "2/6"]


def test_tracking_tells_what_a_letter_is(desk: OwnDesk) -> None:
    number = read(desk, send(desk))["number"]
    answer = TrackingDesk(tenants=desk.tenants, login="shop").history(number)
    item = answer.find(".//d:historyRecord/d:ItemParameters", SPACES)
    assert item.findtext("d:Barcode", namespaces=SPACES) == number
    assert item.findtext("d:MailType/d:Id", namespaces=SPACES) == "2"
    assert item.findtext("d:MailCtg/d:Id", namespaces=SPACES) == "1"


def test_the_list_of_an_upload_can_be_printed(desk: OwnDesk) -> None:
    rows = [{**ROW, "FILE_NAME": f"{place}.pdf", "ADDRESSLINE_TO": ADDRESS} for place in range(3)]
    _, made = sent(desk, packed(upload(rows)))
    desk.wait(CHECK_MS)
    found = desk.read(f"/letter-uploads/{made['id']}")
    printed = desk.call("GET", f"/1.0/forms/{found['batch']}/f103pdf")
    assert (printed.status, printed.headers["Content-Type"]) == (200, "application/pdf")
    document = pypdfium2.PdfDocument(printed.body)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    numbers = [row["number"] for row in found["letters"]]
    assert all(number in text.replace(" ", "") for number in numbers) and "Иванова Анна" in text


def test_a_letter_pays_the_posts_price(desk: OwnDesk) -> None:
    number = read(desk, send(desk))["number"]
    (shown,) = desk.otpravka("GET", f"/1.0/shipment/search?query={number}")
    assert shown["total-rate-wo-vat"] > 0 and shown["total-vat"] > 0
