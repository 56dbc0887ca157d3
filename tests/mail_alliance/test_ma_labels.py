"""Labels (§4.2): MA-T05, negotiation, retention."""

from base64 import b64decode
from hashlib import sha256
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from parcelproof.labelscan import scan as scan_label

DAY = 86_400_000
MEDIA = {"PDF": "application/pdf", "ZPL": "application/zpl"}


@pytest.mark.parametrize("form", ["PDF", "ZPL"])
def test_the_label_has_one_hash_wherever_it_is_read_and_scans_to_its_number(desk: Any, form: str) -> None:
    made = desk.book(label={"format": form})
    inline = b64decode(made["label"]["content_base64"])
    path = f"/v1/parcels/{made['id']}/label"
    binary = desk.get(path, headers={"Accept": MEDIA[form]})
    as_json = desk.get(path, headers={"Accept": "application/json"})
    assert binary.headers["Content-Type"] == MEDIA[form]
    assert binary.body == inline == b64decode(as_json.json["content_base64"])
    digest = sha256(inline).hexdigest()
    assert digest == made["label"]["sha256"] == as_json.json["sha256"]
    assert binary.headers["ETag"] == as_json.headers["ETag"] == f'"{digest}"'
    assert as_json.json == {**made["label"]}
    again = desk.post(path.replace("label", "cancel"))
    assert again.status == 200 and desk.get(path, headers={"Accept": MEDIA[form]}).body == inline
    assert [found.text for found in scan_label(inline)] == [made["tracking_number"]]


@pytest.mark.parametrize("size", ["100x150", "A6", "A4"])
def test_pdf_labels_of_every_size_scan_and_say_what_they_must(desk: Any, size: str) -> None:
    made = desk.book(label={"size": size}, references={"order": "ORD-77", "customer": "CUST-5"})
    page = pypdfium2.PdfDocument(b64decode(made["label"]["content_base64"]))[0]
    expected = {"100x150": (100, 150), "A6": (105, 148), "A4": (210, 297)}[size]
    assert tuple(round(side * 25.4 / 72) for side in page.get_size()) == expected
    text = page.get_textpage().get_text_range()
    for part in (
        "mail alliance",
        "Parcel",
        "Laden GmbH",
        "Jürgen Müller",
        "Lange Straße 12a",
        "10115",
        "1.200",
        "ORD-77",
    ):
        assert part in text, part
    assert text.count("10115") >= 2  # in the address and in large type
    assert "SPECIMEN" in text and made["tracking_number"] in text.replace(" ", "")
    codes = zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil())
    assert [(code.text, code.format) for code in codes] == [(made["tracking_number"], zxingcpp.BarcodeFormat.Code128)]


def test_a_live_label_is_no_specimen(desk: Any) -> None:
    made = desk.post("/v1/parcels", desk.order(label={"format": "ZPL"}), credential={"X-Api-Key": "mak_live_shop"}).json
    test = desk.book(label={"format": "ZPL"})
    assert b"SPECIMEN" in b64decode(test["label"]["content_base64"])
    assert b"SPECIMEN" not in b64decode(made["label"]["content_base64"])


def test_zpl_is_one_small_utf_8_label(desk: Any) -> None:
    body = b64decode(desk.book(label={"format": "ZPL", "dpi": 300})["label"]["content_base64"])
    text = body.decode("utf-8")
    assert text.startswith("^XA") and text.rstrip().endswith("^XZ") and text.count("^XA") == text.count("^XZ") == 1
    assert "^CI28" in text and len(body) <= 50_000 and "Jürgen Müller" in text


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "application/pdf"),
        ("*/*", "application/pdf"),
        ("application/*", "application/pdf"),
        ("application/zpl", "application/zpl"),
        ("application/json;q=0.5, application/zpl;q=0.4", "application/json"),
        ("application/pdf;q=0, */*;q=0.1", "application/json"),
        ("text/html, application/JSON", "application/json"),
    ],
)
def test_the_form_is_chosen_by_accept(desk: Any, accept: str | None, kind: str) -> None:
    made = desk.book()
    reply = desk.get(f"/v1/parcels/{made['id']}/label", headers={"Accept": accept} if accept else {})
    assert (reply.status, reply.headers["Content-Type"], reply.headers["Vary"]) == (200, kind, "Accept")


@pytest.mark.parametrize("accept", ["image/png", "text/*", "application/pdf;q=0", "application/zpl;q=nan", "/", ";q=1"])
def test_a_form_that_is_not_on_offer_is_406(desk: Any, accept: str) -> None:
    made = desk.book()
    reply = desk.get(f"/v1/parcels/{made['id']}/label", headers={"Accept": accept})
    assert (reply.status, reply.problem) == (406, "not-acceptable")
    assert sorted(reply.json["allowed"]) == ["application/json", "application/pdf", "application/zpl"]


def test_an_a4_label_has_no_zpl(desk: Any) -> None:
    made = desk.book(label={"size": "A4"})
    reply = desk.get(f"/v1/parcels/{made['id']}/label", headers={"Accept": "application/zpl"})
    assert reply.status == 406 and "application/zpl" not in reply.json["allowed"]


def test_a_known_label_is_304(desk: Any) -> None:
    made = desk.book()
    path, etag = f"/v1/parcels/{made['id']}/label", f'"{made["label"]["sha256"]}"'
    assert desk.get(path, headers={"If-None-Match": etag}).status == 304
    assert desk.get(path, headers={"If-None-Match": etag, "Accept": "application/zpl"}).status == 200


def test_after_90_days_the_label_is_gone_but_the_parcel_is_not(desk: Any) -> None:
    made = desk.book()
    path = f"/v1/parcels/{made['id']}"
    desk.advance(90 * DAY - 1)
    assert desk.get(f"{path}/label").status == 200
    desk.advance(1)
    gone = desk.get(f"{path}/label")
    assert (gone.status, gone.problem) == (410, "label-gone")
    assert desk.get(path).status == 200
