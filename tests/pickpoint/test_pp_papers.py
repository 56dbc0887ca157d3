"""Labels and hand-over lists: PDFs whose barcodes decode, or the text `Error: …` in their place (CF-32)."""

import pypdfium2
import pytest

from parcelproof.labelscan import scan, sizes_mm
from parcelproof.simulators.courier_api.pickpoint.printed import label

from .conftest import IKN, Desk


def text_of(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))


@pytest.mark.parametrize(("method", "size"), [("makelabel", (210, 297)), ("makeZLabel", (100, 150))])
def test_every_place_has_a_page_whose_barcode_is_its_own(desk: Desk, method: str, size: tuple[int, int]) -> None:
    first, second = desk.sending(Places=[desk.place(), desk.place()]), desk.sending(RecipientName="Ёлкин Пётр")
    pdf = desk.ask(method, Invoices=[first, second])
    wanted = [*desk.info(first)["Barcodes"], *desk.info(second)["Barcodes"]]
    codes = scan(pdf)
    assert [code.text for code in codes] == wanted
    assert {code.format for code in codes} == {"ITF"}
    assert [tuple(map(round, page)) for page in sizes_mm(pdf)] == [size] * 3
    assert "Ёлкин Пётр" in text_of(pdf) and first in text_of(pdf) and "1500.50 RUB" in text_of(pdf)


def test_the_control_apis_label_reads_in_either_format(desk: Desk) -> None:
    number = desk.still(desk.sending())
    desk.scan(number, 111)
    for form in ("pdf", "zpl"):
        file = label(desk.world, desk.parcel(number), form)
        assert file is not None and file.name == f"{number}.{form}"
        assert [code.text for code in scan(file.body)] == desk.info(number)["Barcodes"]
    assert label(desk.world, desk.parcel(number), "png") is None


def test_a_label_that_cannot_be_made_is_text(desk: Desk) -> None:
    number = desk.still(desk.sending())
    assert desk.ask("makelabel", Invoices=[number, "159"]) == "Error: Отправление не найдено: 159".encode()
    assert desk.ask("makelabel").startswith(b"Error: ")
    desk.scan(number, 105)
    assert "статус 105" in desk.ask("makelabel", Invoices=[number]).decode()


def test_a_list_moves_its_sendings_and_is_printed(desk: Desk) -> None:
    numbers = [desk.sending(), desk.sending(Places=[desk.place(), desk.place()]), desk.sending(GettingType=102)]
    found = desk.ask("makereestrnumber", CityName="Москва", RegionName="Московская обл.", Invoices=numbers)
    assert (len(found["Numbers"]), found["ErrorMessage"]) == (2, "")  # one for each way of handing over
    assert [desk.states(number) for number in numbers] == [[101, 102]] * 3
    assert desk.ask("getreestrnumber", InvoiceNumber=numbers[2])["Number"] == found["Numbers"][1]
    text = text_of(desk.ask("getreestr", ReestrNumber=found["Numbers"][0]))
    barcodes = [code for number in numbers[:2] for code in desk.info(number)["Barcodes"]]
    assert all(word in text for word in (*numbers[:2], *barcodes, "мест 3", "3001.00"))
    assert numbers[2] not in text
    assert desk.ask("getreestr", InvoiceNumber=numbers[0]) == desk.ask("getreestr", ReestrNumber=found["Numbers"][0])


def test_a_long_list_has_as_many_pages_as_it_takes(desk: Desk) -> None:
    numbers = [desk.sending() for _ in range(90)]
    pdf = desk.ask("makereestr", Invoices=numbers)
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]
    assert len(pages) == 3 and "3 / 3" in pages[2]
    assert [sum(number in page for page in pages) for number in numbers] == [1] * 90


def test_a_sending_is_on_one_list_only_until_it_is_taken_off(desk: Desk) -> None:
    number = desk.sending()
    (first,) = desk.ask("makereestrnumber", Invoices=[number])["Numbers"]
    again = desk.ask("makereestrnumber", Invoices=[number])
    assert again["Numbers"] == [] and again["ErrorMessage"].endswith(number)
    assert desk.ask("makereestr", Invoices=[number]).startswith("Error: Не все отправления".encode())
    assert desk.ask("cancelInvoice", InvoiceNumber=number)["Result"] is False
    assert desk.ask("removeinvoicefromreestr", IKN=IKN, SenderCode="A-1") == {"ErrorCode": 0, "ErrorMessage": ""}
    assert desk.states(number) == [101, 102, 101]
    assert desk.ask("removeinvoicefromreestr", IKN=IKN, InvoiceNumber=number)["ErrorCode"] == -1
    assert desk.ask("getreestr", ReestrNumber=first).startswith(b"Error: ")
    assert desk.ask("getreestr", InvoiceNumber=number).startswith(b"Error: ")
    assert desk.ask("makereestrnumber", Invoices=[number])["Numbers"] != [first]


def test_a_list_of_which_one_is_unknown_is_not_made(desk: Desk) -> None:
    number = desk.sending()
    assert desk.ask("makereestrnumber", Invoices=[number, "159"])["Numbers"] == []
    assert desk.states(number) == [101]


def test_a_hand_over_list_adds_up(desk: Desk) -> None:
    """Cash stands once a sending, on its first place; nothing follows a comma where no city is given."""
    number = desk.sending(PostageType=10003, Sum=1234.5, Places=[desk.place(), desk.place()])
    words = text_of(desk.ask("makereestr", Invoices=[number]))
    assert words.count("1234.50") == 2, "in the heading and in one row"
    assert not any(line.rstrip().endswith(",") for line in words.splitlines())
