"""Label calls: the body, the label in each format, lost answers found again, refusals inside HTTP 200."""

import re
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx

from parcelproof.labelscan import scan as decoded
from parcelproof.labelscan import sizes_mm
from parcelproof.reference.adapters.swiss_post import SwissPostAdapter, substitute
from parcelproof.reference.adapters.swiss_post.bodies import ident_code, item_numbers
from parcelproof.reference.ports import Address, Booked, LabelFormat, Money, Parcel, Quote, Refused, Unavailable

from .answers import (
    BASE,
    FURTHER,
    KEY,
    LABEL,
    LICENSE,
    OWN,
    PDF,
    PIECES,
    PNG,
    ZPL,
    Clock,
    failed,
    made,
    scan,
    sent,
    story,
)


async def offer(adapter: SwissPostAdapter, parcel: Parcel, service: str = "PRI") -> Quote:
    return next(quote for quote in await adapter.quote(parcel) if quote.service == service)


async def book(adapter: SwissPostAdapter, parcel: Parcel, format: LabelFormat = LabelFormat.PDF) -> Booked:
    return await adapter.create(parcel, await offer(adapter, parcel), format=format)


async def test_both_services_are_offered_without_a_price(adapter: SwissPostAdapter, parcel: Parcel) -> None:
    found = await adapter.quote(parcel)
    assert [(quote.service, quote.priced, quote.total) for quote in found] == [
        ("ECO", False, Money(0, "CHF")),
        ("PRI", False, Money(0, "CHF")),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"collect": Money(1780, "CHF")},
        {"point": "PP-1"},
        {"mass_g": 100_000},
    ],
)
async def test_nothing_is_offered_or_booked_of_what_it_does_not_take(
    adapter: SwissPostAdapter, wire: respx.MockRouter, parcel: Parcel, changes: dict[str, Any]
) -> None:
    quote = await offer(adapter, parcel)
    other = replace(parcel, **changes)
    assert list(await adapter.quote(other)) == []
    with pytest.raises(Refused):
        await adapter.create(other, quote, format=LabelFormat.PDF)
    assert not wire.calls


async def test_abroad_is_not_offered_and_the_neighbour_is_no_abroad(
    adapter: SwissPostAdapter, parcel: Parcel, prepaid: Parcel
) -> None:
    assert list(await adapter.quote(prepaid)) == []
    vaduz = replace(parcel, recipient=replace(parcel.recipient, country="LI", postal_code="9490", city="Vaduz"))
    assert len(await adapter.quote(vaduz)) == 2


async def test_a_parcel_is_one_call_with_a_number_of_ours(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel
) -> None:
    route = wire.post(LABEL).mock(side_effect=made)
    booked = await book(adapter, parcel)
    assert (booked.carrier_id, booked.number, booked.price) == (OWN, OWN, None)
    assert booked.label is not None and booked.label.content == PDF
    request = route.calls[0].request
    assert (request.headers["content-type"], request.headers["accept"]) == ("application/json", "application/json")
    body = sent(request)
    assert re.fullmatch(r"\d{8}", body["item"].pop("itemNumber")) and OWN.endswith(sent(request)["item"]["itemNumber"])
    assert body == {
        "language": "DE",
        "frankingLicense": LICENSE,
        "customer": {
            "name1": "Versandhaus Rhein",
            "name2": "Versand",
            "street": "Marktgasse 3",
            "zip": "4051",
            "city": "Basel",
            "country": "CH",
            "domicilePostOffice": "4051 Basel",
        },
        "customerSystem": "parcelproof",
        "labelDefinition": {
            "labelLayout": "A6",
            "printAddresses": "RECIPIENT_AND_CUSTOMER",
            "imageFileType": "PDF",
            "imageResolution": 300,
            "printPreview": False,
        },
        "sendingID": KEY,
        "item": {
            "itemID": KEY,
            "recipient": {
                "name1": "Lea Müller",
                "street": "Bahnhofstrasse",
                "houseNo": "12",
                "zip": "8001",
                "city": "Zürich",
                "country": "CH",
                "phone": "+41791234567",
                "email": "lea@example.org",
            },
            "attributes": {"przl": ["PRI"], "weight": 1200},
        },
    }


async def test_an_address_is_told_in_the_carriers_lines(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel
) -> None:
    route = wire.post(LABEL).mock(side_effect=made)
    long = replace(
        parcel,
        key="S/100 b",
        recipient=replace(
            parcel.recipient,
            name="Anna <Chef> O\u2019Neil | zu Händen der Empfangsstelle",
            company="A\\B",
            street="Allmend an der Alten Landstrasse beim Schulhaus Nord",
            house_number="12, Hof hinten",
            email="a" * 150 + "@example.org",
        ),
    )
    await book(adapter, long)
    item = sent(route.calls[0].request)["item"]
    assert item["recipient"] == {
        "name1": "Anna (Chef) O'Neil / zu Händen der",
        "name2": "A/B",
        "street": "Allmend an der Alten Landstrasse",
        "addressSuffix": "beim Schulhaus Nord 12, Hof hinten",
        "zip": "8001",
        "city": "Zürich",
        "country": "CH",
        "phone": "+41791234567",
    }
    assert "itemID" not in item and sent(route.calls[0].request)["sendingID"] == "S/100 b"


@pytest.mark.parametrize(
    "changes",
    [
        {"street": "Sehr lange Strasse " * 5},
        {"city": "Z" * 36},
        {"postal_code": "8" * 11},
        {"house_number": "12, im Hinterhaus links", "street": "Allmend an der Alten Landstrasse beim Schulhaus"},
    ],
)
async def test_an_address_that_would_have_to_be_cut_is_refused_before_the_wire(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel, changes: dict[str, str]
) -> None:
    other = replace(parcel, recipient=replace(parcel.recipient, **changes))
    with pytest.raises(Refused, match="address_too_long"):
        await book(adapter, other)
    assert not wire.calls


@pytest.mark.parametrize("license", ["", "123", "12345", "1234567", "123456789", "60013217 ", "abcdef"])
async def test_a_licence_that_can_be_none_is_refused_before_the_wire(
    wire: respx.MockRouter, parcel: Parcel, basel: Address, license: str
) -> None:
    other = SwissPostAdapter(BASE, "shop", "s", license, basel)
    with pytest.raises(Refused, match="franking_license"):
        await book(other, parcel)
    await other.close()
    assert not wire.calls


@pytest.mark.parametrize(
    ("license", "number", "code"),
    [
        ("60013217", 5958, "996001321700005958"),  # as recorded
        ("35900034", 2, "993590003400000002"),  # of the documentation
        ("123456", 1, "990012345600000001"),
        ("12AB", 99_999_999, "99000012AB99999999"),
    ],
)
def test_a_number_is_made_of_licence_and_item(license: str, number: int, code: str) -> None:
    assert ident_code(license, number) == code


def test_the_item_numbers_of_a_key_are_its_own_and_always_the_same() -> None:
    first = list(item_numbers(KEY, LICENSE))
    assert first == list(item_numbers(KEY, LICENSE)) and len(set(first)) == 4
    many = {next(item_numbers(f"S-{n}", LICENSE)) for n in range(2000)}
    assert len(many) > 1995 and all(1 <= number <= 99_999_999 for number in many)
    assert min(many) < 5_000_000 and max(many) > 95_000_000


@pytest.mark.parametrize(
    ("format", "name", "dpi", "content"),
    [
        (LabelFormat.PDF, "PDF", 300, PDF),
        (LabelFormat.ZPL, "ZPL2", 200, ZPL.replace(b"^XA", b"^XA^CI28")),
        (LabelFormat.PNG, "PNG", 300, PNG),
    ],
)
async def test_the_label_comes_in_the_format_that_is_wanted(
    adapter: SwissPostAdapter,
    wire: respx.MockRouter,
    tokens: respx.Route,
    parcel: Parcel,
    format: LabelFormat,
    name: str,
    dpi: int,
    content: bytes,
) -> None:
    route = wire.post(LABEL).mock(return_value=made(label=content))
    booked = await book(adapter, parcel, format)
    definition = sent(route.calls[0].request)["labelDefinition"]
    assert (definition["imageFileType"], definition["imageResolution"]) == (name, dpi)
    assert booked.label is not None and (booked.label.format, booked.label.content) == (format, content)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("^XA^FDZürich^FS^XZ\n".encode("cp437"), "^XA^CI28^FDZürich^FS^XZ\n".encode()),
        ("~DGR:I.GRF,1,1,0F\n^XA^FDÉ^FS^XZ".encode("cp437"), "~DGR:I.GRF,1,1,0F\n^XA^CI28^FDÉ^FS^XZ".encode()),
        ("^XA^CI28^FDZürich^FS^XZ".encode(), "^XA^CI28^FDZürich^FS^XZ".encode()),
    ],
)
async def test_zpl_is_kept_with_the_letters_it_is_written_in(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel, sent: bytes, kept: bytes
) -> None:
    wire.post(LABEL).mock(return_value=made(label=sent))
    booked = await book(adapter, parcel, LabelFormat.ZPL)
    assert booked.label is not None and booked.label.content == kept


async def test_pages_of_a_label_are_made_one(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel
) -> None:
    two = [b64encode(ZPL).decode()] * 2
    wire.post(LABEL).mock(return_value=made(label=two))
    booked = await book(adapter, parcel, LabelFormat.ZPL)
    assert booked.label is not None and booked.label.content.count(b"^XZ") == 2
    page = substitute.pdf(OWN, [])
    wire.post(LABEL).mock(return_value=made(label=[b64encode(page).decode()] * 2))
    booked = await book(adapter, parcel)
    assert booked.label is not None and len(sizes_mm(booked.label.content)) == 2


# -- answers that are lost


@pytest.mark.parametrize("format", list(LabelFormat))
async def test_a_parcel_whose_answer_was_lost_is_not_made_again_and_has_a_label_that_scans(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel, format: LabelFormat
) -> None:
    numbers: list[str] = []

    def take(request: httpx.Request) -> httpx.Response:
        number = sent(request)["item"]["itemNumber"]
        if number in numbers:
            return failed("E2016")
        numbers.append(number)
        raise httpx.ReadTimeout("no answer")

    wire.post(LABEL).mock(side_effect=take)
    wire.get(f"{PIECES}/{OWN}/events/").mock(return_value=story(scan(600)))
    with pytest.raises(Unavailable) as lost:
        await book(adapter, parcel, format)
    assert lost.value.code == "timeout"
    again = [await book(adapter, parcel, format) for _ in range(2)]
    assert {(one.number, one.carrier_id) for one in again} == {(OWN, OWN)} and len(numbers) == 1
    label = again[0].label
    assert label is not None and label == again[1].label and label.format == format
    assert {code.text for code in decoded(label.content)} == {OWN}
    if format is not LabelFormat.ZPL:
        assert [tuple(round(side) for side in size) for size in sizes_mm(label.content)] == [(105, 148)]


@pytest.mark.parametrize("known", [httpx.Response(404), story(), story(scan(1003, "2026-02-28T10:00:00+01:00"))])
async def test_a_number_that_may_be_ours_is_taken_as_done(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel, known: httpx.Response
) -> None:
    route = wire.post(LABEL).mock(return_value=failed("E2016"))
    wire.get(f"{PIECES}/{OWN}/events/").mock(return_value=known)
    assert (await book(adapter, parcel)).number == OWN
    assert route.call_count == 1


async def test_a_number_that_moved_long_ago_is_another_parcels_and_the_next_is_taken(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel, clock: Clock
) -> None:
    wire.post(LABEL).mock(
        side_effect=lambda asked: failed("E2016") if OWN.endswith(sent(asked)["item"]["itemNumber"]) else made(asked)
    )
    moved = clock.at - timedelta(days=3, seconds=1)
    wire.get(f"{PIECES}/{OWN}/events/").mock(return_value=story(scan(100, moved.isoformat())))
    assert (await book(adapter, parcel)).number == FURTHER[0]


async def test_when_all_numbers_are_another_parcels_people_are_asked(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel
) -> None:
    route = wire.post(LABEL).mock(return_value=failed("E2016"))
    wire.get(path__regex=r".*/events/").mock(return_value=story(scan(4000, "2026-01-02T10:00:00Z")))
    with pytest.raises(Refused, match="number_taken"):
        await book(adapter, parcel)
    assert route.call_count == 4


async def test_while_it_cannot_be_told_whose_a_number_is_nothing_more_is_booked(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel
) -> None:
    route = wire.post(LABEL).mock(return_value=failed("E2016"))
    wire.get(f"{PIECES}/{OWN}/events/").respond(503)
    with pytest.raises(Unavailable):
        await book(adapter, parcel)
    assert route.call_count == 1


@pytest.mark.parametrize(
    "label",
    [None, PDF[:-6], b"<html>", ZPL, ["%%%"], ["VEVTVA=="], [b64encode(PDF).decode(), "AA=="], b"\x89PNG\r\n\x1a\n"],
)
async def test_a_parcel_whose_label_cannot_be_used_is_booked_all_the_same(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel, label: Any
) -> None:
    wire.post(LABEL).mock(return_value=made(label=label))
    booked = await book(adapter, parcel)
    assert booked.number == OWN and booked.label is not None
    assert {code.text for code in decoded(booked.label.content)} == {OWN}


async def test_a_label_lost_of_a_number_that_cannot_be_drawn_is_for_people(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel
) -> None:
    wire.post(LABEL).mock(return_value=made(label=None, identCode="RM999605013CH"))
    with pytest.raises(Refused, match="unknown_outcome"):
        await book(adapter, parcel)


def test_a_drawn_label_says_what_it_must_and_no_sign_of_an_address_is_a_command(basel: Address) -> None:
    evil = replace(basel, name="A^XZ~JA_5E (Ö) \\", city="Basel)")
    lines = substitute.words(OWN, "PostPac Priority", basel, evil)
    raw = substitute.zpl(OWN, lines)
    assert raw.count(b"^XZ") == 1 and b"~" not in raw and b"_5EXZ_7EJA_5F5E (\xc3\x96)" in raw
    page = substitute.pdf(OWN, lines)
    assert b"(A^XZ~JA_5E \\050\\326\\051 /)" in page
    for word in (b"PostPac Priority", f"99.60.013217.{OWN[10:]}".encode(), b"Marktgasse 3", b"4051 Basel"):
        assert word in raw and word in page


def test_a_drawn_label_is_a_picture_too_that_says_its_size(basel: Address, parcel: Parcel) -> None:
    picture = substitute.png(substitute.pdf(OWN, substitute.words(OWN, "PostPac Economy", basel, parcel.recipient)))
    assert {code.text for code in decoded(picture)} == {OWN}
    assert [tuple(round(side) for side in size) for size in sizes_mm(picture)] == [(105, 148)]


def test_long_lines_of_a_drawn_label_are_broken_and_lose_nothing(basel: Address) -> None:
    street = "Allmend an der Alten Landstrasse beim Schulhaus Nord"
    lines = [text for *_, text in substitute.words(OWN, "x", basel, replace(basel, street=street))]
    assert "Allmend an der Alten Landstrasse beim" in lines and "Schulhaus Nord 3" in lines


# -- refusals


@pytest.mark.parametrize("at_root", [False, True])
@pytest.mark.parametrize("code", ["E2001", "E2010", "E1002", "E9998", "E9997", "E2011", "E2066"])
async def test_a_business_error_inside_200_is_told_with_the_carriers_code(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel, code: str, at_root: bool
) -> None:
    wire.post(LABEL).mock(return_value=failed(code, "E2028", at_root=at_root))
    with pytest.raises(Refused) as refused:
        await book(adapter, parcel)
    assert (refused.value.code, refused.value.detail) == (code, f"{code}: {code} in words; E2028: E2028 in words")


async def test_a_number_not_unique_beside_another_error_is_that_other_error(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel
) -> None:
    wire.post(LABEL).mock(return_value=failed("E2016", "E2032"))
    with pytest.raises(Refused) as refused:
        await book(adapter, parcel)
    assert refused.value.code == "E2032"


@pytest.mark.parametrize("code", ["E9993", "E9994", "E9999"])
async def test_what_is_down_at_the_carrier_is_tried_again(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel, code: str
) -> None:
    wire.post(LABEL).mock(return_value=failed(code))
    with pytest.raises(Unavailable) as raised:
        await book(adapter, parcel)
    assert raised.value.code == code


@pytest.mark.parametrize("label", [PDF, None], ids=["with-a-label", "without"])
async def test_warnings_keep_nobody_from_sending_and_are_told_each_once(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel, label: bytes | None
) -> None:
    told = [{"code": "W2016", "message": "title left out"}, {"code": "W2005", "message": "x" * 400}]
    wire.post(LABEL).mock(return_value=made(label=label, warnings=told * 30))
    booked = await book(adapter, parcel)
    assert booked.number == OWN and booked.label is not None
    assert booked.warnings == ("W2016: title left out", f"W2005: {'x' * 293}")


FIELDS = [{"field": "item.recipient.zip", "error": "must not be null", "rejectedValue": None}]


@pytest.mark.parametrize(
    ("answer", "fault", "code"),
    [
        (httpx.Response(400), Refused, "http_400"),  # the gateway
        (httpx.Response(400, json=FIELDS), Refused, "invalid_request"),
        (httpx.Response(400, json={"errors": [{"code": "E2010", "message": "x"}]}), Refused, "E2010"),
        (httpx.Response(400, text="<html>"), Refused, "http_400"),
        (httpx.Response(403), Refused, "forbidden"),
        (httpx.Response(404, text="<html>"), Refused, "not_found"),
        (httpx.Response(415), Refused, "http_415"),
        (httpx.Response(429, headers={"Retry-After": "7"}), Unavailable, "quota_exceeded"),
        (httpx.Response(500, json={"error": "x"}), Unavailable, "carrier_down"),
        (httpx.Response(503), Unavailable, "carrier_down"),
        (httpx.Response(302, headers={"Location": "http://x"}), Unavailable, "redirected"),
        (httpx.Response(200), Unavailable, "empty_answer"),
        (httpx.Response(200, text='{"item": {"identCode": "99'), Unavailable, "unreadable_answer"),
        (httpx.Response(200, text="<html>"), Unavailable, "unreadable_answer"),
        (httpx.Response(200, json=[]), Unavailable, "unreadable_answer"),
        (httpx.Response(200, json={}), Unavailable, "unreadable_answer"),
        (httpx.Response(200, json={"item": {"identCode": ""}}), Unavailable, "unreadable_answer"),
        (httpx.Response(200, json={"item": {"identCode": "9" * 101}}), Unavailable, "unreadable_answer"),
        (httpx.ReadError("cut"), Unavailable, "connection"),
        (httpx.ConnectTimeout("slow"), Unavailable, "timeout"),
    ],
)
async def test_whatever_else_comes_is_a_fault_with_a_name(
    adapter: SwissPostAdapter,
    wire: respx.MockRouter,
    tokens: respx.Route,
    parcel: Parcel,
    answer: Any,
    fault: type[Exception],
    code: str,
) -> None:
    route = wire.post(LABEL)
    route.mock(return_value=answer) if isinstance(answer, httpx.Response) else route.mock(side_effect=answer)
    with pytest.raises(fault) as raised:
        await book(adapter, parcel)
    assert getattr(raised.value, "code", "") == code and route.call_count == 1
    if code == "quota_exceeded":
        assert getattr(raised.value, "retry_after_s", None) == 7.0
    if code == "invalid_request":
        assert "item.recipient.zip: must not be null, found null" in str(raised.value)


async def test_a_body_cut_short_is_no_answer(
    adapter: SwissPostAdapter, wire: respx.MockRouter, tokens: respx.Route, parcel: Parcel
) -> None:
    wire.post(LABEL).mock(return_value=httpx.Response(200, headers={"Content-Length": "500"}, stream=_Cut()))
    with pytest.raises(Unavailable) as raised:
        await book(adapter, parcel)
    assert raised.value.code == "connection"


class _Cut(httpx.AsyncByteStream):
    async def __aiter__(self) -> Any:
        yield b'{"item": '
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


async def test_a_service_of_nobodys_is_refused(
    adapter: SwissPostAdapter, wire: respx.MockRouter, parcel: Parcel
) -> None:
    quote = replace(await offer(adapter, parcel), service="GAS")
    with pytest.raises(Refused):
        await adapter.create(parcel, quote, format=LabelFormat.PDF)
    assert not wire.calls


async def test_a_booking_tells_no_more_later_and_has_no_way_back(
    adapter: SwissPostAdapter, wire: respx.MockRouter
) -> None:
    assert (await adapter.read(OWN)).number == OWN
    with pytest.raises(Refused, match="no_such_call"):
        await adapter.label(OWN, LabelFormat.PDF)
    with pytest.raises(Refused, match="no_such_call"):
        await adapter.cancel(OWN, KEY)
    assert not wire.calls
