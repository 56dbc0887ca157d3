"""Sender, recipient, attributes and cash on delivery: errors and warnings by code. Contract §2, §7."""

import base64
import io
from typing import Any

import pytest
from PIL import Image

from .conftest import DAY_MS, Desk

PRIORITY = {"przl": ["PRI"]}


def attributes(codes: list[str], **more: Any) -> dict[str, Any]:
    return {"attributes": {"przl": codes, **more}}


@pytest.mark.parametrize("name", ["name1", "street", "zip", "city"])
def test_a_sender_lacks_nothing(desk: Desk, name: str) -> None:
    assert desk.refused(customer={name: None}) == ["E2017"]


@pytest.mark.parametrize("letter", ["|", "\\", "<", ">", "‘", "’"])
def test_some_letters_are_refused_in_addresses(desk: Desk, letter: str) -> None:
    assert desk.refused(customer={"name2": f"A{letter}B"}) == ["E2017"]
    assert desk.refused(item={"recipient": {"name2": f"A{letter}B"}}) == ["E2001"]


@pytest.mark.parametrize(
    ("recipient", "errors"),
    [
        ({"name1": None}, ["E2001"]),
        ({"city": None}, ["E2001"]),
        ({"street": None}, ["E2001"]),
        ({"street": None, "pobox": "Postfach 4021"}, []),
        ({"pobox": "Postfach 4021"}, ["E2001"]),
        ({"zip": None}, ["E2032"]),
        ({"zip": "80A1"}, ["E2033"]),
        ({"zip": "10155"}, ["E2034"]),
        ({"zip": "101"}, ["E2001"]),
        ({"country": "XX"}, ["E2028"]),
        ({"country": "ch"}, []),
        ({"labelAddress": {"labelLine": ["Anna"]}}, ["E2064"]),
        ({"labelAddress": {"labelLine": ["Anna", "  "]}}, ["E2064"]),
        ({"labelAddress": {"labelLine": ["Anna", "Muster"]}}, []),
    ],
)
def test_a_recipient_can_be_reached(desk: Desk, recipient: dict[str, Any], errors: list[str]) -> None:
    assert desk.refused(item={"recipient": recipient}) == errors


def test_the_country_of_a_sender_is_one(desk: Desk) -> None:
    assert desk.refused(customer={"country": "ZZ"}) == ["E2028"]


def test_a_licence_can_need_the_home_office(desk: Desk) -> None:
    desk.settle(domicile_licenses="60013217")
    assert desk.refused() == ["E2002"]
    assert desk.refused(customer={"domicilePostOffice": "3011 Bern"}) == []
    assert desk.refused(frankingLicense="35900034") == []


@pytest.mark.parametrize(
    ("given", "errors", "code"),
    [
        ("60013217", [], "996001321700000001"),
        ("013217", [], "990001321700000001"),
        ("3217", [], "990000321700000001"),
        (None, ["E2009"], ""),
        ("", ["E2009"], ""),
        ("12345", ["E2027"], ""),
        ("123456789", ["E2027"], ""),
        ("ABCDEF", ["E2027"], ""),
        ("00000000", ["E2010"], ""),
        ("M999", ["E2035"], ""),
    ],
)
def test_a_licence_has_four_six_or_eight_places(desk: Desk, given: Any, errors: list[str], code: str) -> None:
    assert desk.refused(frankingLicense=given, labelDefinition={"printPreview": True}) == errors
    if not errors:
        assert desk.made(frankingLicense=given)["identCode"] == code


def test_licences_are_the_accounts_own_and_may_serve_returns_only(desk: Desk) -> None:
    desk.settle(franking_licenses="60013217", return_licenses="35900034")
    back = attributes(["GAS", "ECO"])
    assert desk.refused() == []
    assert desk.refused(frankingLicense="99999999") == ["E2010"]
    assert desk.refused(frankingLicense="35900034") == ["E2026"]
    assert desk.refused(item=back) == ["E2026"]
    assert desk.refused(frankingLicense="35900034", item=back) == []


def test_a_returns_licence_that_begins_with_01_is_warned_of(desk: Desk) -> None:
    assert desk.warned(frankingLicense="01234567", item=attributes(["GAS", "ECO"])) == ["W2026"]
    assert desk.warned(frankingLicense="01234567") == []


@pytest.mark.parametrize(
    ("codes", "more", "errors"),
    [
        (["PRI", "ZAW3217"], {}, ["E2006"]),
        (["PRI", "ZAW3217"], {"deliveryDate": "2026-02-30"}, ["E2006"]),
        (["PRI", "ZAW3217"], {"deliveryDate": "2026-03-01"}, ["E2006"]),
        (["PRI", "ZAW3217"], {"deliveryDate": "2026-03-02"}, []),
        (["PRI", "ZAW3217"], {"deliveryDate": "2026-03-09T00:00:00"}, []),
        (["PRI", "ZAW3218"], {}, ["E2007"]),
        (["PRI", "ZAW3218"], {"parcelNo": 3, "parcelTotal": 2}, ["E2007"]),
        (["PRI", "ZAW3218"], {"parcelNo": 2, "parcelTotal": 2}, []),
        (["PRI", "ZAW3219"], {}, ["E2008"]),
        (["PRI", "ZAW3219"], {"deliveryPlace": "Vor der Türe"}, []),
        (["PRI", "LQ"], {}, ["E2038"]),
        (["PRI", "LQ"], {"unnumbers": ["123"]}, ["E2038"]),
        (["PRI", "LQ"], {"unnumbers": ["1234", 1235]}, []),
    ],
)
def test_services_have_what_they_need(desk: Desk, codes: list[str], more: dict[str, Any], errors: list[str]) -> None:
    assert desk.refused(item=attributes(codes, **more)) == errors


def test_announcing_by_telephone_needs_a_number(desk: Desk) -> None:
    asked = attributes(["PRI", "ZAW3213"])
    assert desk.refused(item=asked) == ["E2005"]
    assert desk.refused(item={**asked, "recipient": {"mobile": "079 1"}}) == []
    assert desk.warned(item={**asked, "recipient": {"phone": "031 1"}}) == []


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({"additionalData": [{"type": "NN_BETRAG", "value": "1.00"}]}, "W2003"),
        ({"additionalData": [{"Type": "NN_ESR_REFNR", "Value": "1"}]}, "W2004"),
        ({"recipient": {"phone": "031 338 11 11"}}, "W2005"),
        ({"attributes": {"deliveryDate": "2026-03-09"}}, "W2006"),
        ({"attributes": {"parcelNo": 1}}, "W2007"),
        ({"attributes": {"deliveryPlace": "Vor der Türe"}}, "W2008"),
        ({"identCode": "990000000000000001"}, "W9997"),
        ({"recipient": {"houseKey": "1"}}, "W9997"),
    ],
)
def test_a_value_without_its_service_is_a_warning(desk: Desk, changes: dict[str, Any], warning: str) -> None:
    assert desk.warned(item=changes) == [warning]


@pytest.mark.parametrize(
    ("weight", "errors"),
    [
        (None, []),
        (0, []),
        (0.0, []),
        ("0.0", []),
        (1, []),
        (99_999, []),
        (100_000, ["E2036"]),
        (1.5, ["E2036"]),
        ("heavy", ["E2036"]),
        (-1, ["E2037"]),
    ],
)
def test_a_weight_is_whole_grams(desk: Desk, weight: Any, errors: list[str]) -> None:
    changes = {"weight": weight} if weight is not None else {"weight": None}
    assert desk.refused(item={"attributes": changes}) == errors


def test_whether_a_parcel_may_weigh_nothing_is_a_switch(desk: Desk) -> None:
    desk.settle(weight_zero="refused")
    assert desk.refused(item={"attributes": {"weight": 0}}) == ["E2037"]


def test_an_item_id_has_few_letters(desk: Desk) -> None:
    assert desk.refused(item={"itemID": "aZ09_-+"}) == []
    assert desk.refused(item={"itemID": "a b"}) == ["E2045"]


REFERENCE = "210000000003139471430009017"
CUSTOMER = {"NN_ESR_KNDNR": "010001628", "NN_ESR_REFNR": REFERENCE}
SENDER = {"NN_CUS_EMAIL": "shop@example.ch", "NN_CUS_PHONE": "031 338 11 11"}
END = ("NN_END_NAME_VORNAME", "NN_END_ZUSATZ_NAME", "NN_END_STRASSE", "NN_END_PLZ", "NN_END_ORT")
IBAN = {"NN_IBAN": "CH93 0076 2011 6238 5295 7", **dict.fromkeys(END, "x"), **SENDER}


def without(keys: dict[str, str], *names: str) -> dict[str, str]:
    return {key: value for key, value in keys.items() if key not in names}


@pytest.mark.parametrize(
    ("keys", "errors"),
    [
        ({}, []),
        ({"NN_ESR_REFNR": REFERENCE}, []),
        ({"NN_ESR_REFNR": REFERENCE[:-1] + "8"}, ["E2004"]),
        ({"NN_ESR_REFNR": "0" * 27}, ["E2004"]),
        ({"NN_ESR_REFNR": REFERENCE[1:]}, ["E2004"]),
        ({**CUSTOMER, **SENDER}, []),
        ({**CUSTOMER, "NN_ESR_KNDNR": "1", **SENDER}, ["E2049"]),
        (IBAN, []),
        ({**IBAN, "NN_IBAN": "CH93 0076 2011 6238 5295 8"}, ["E2050"]),
        (without(IBAN, "NN_IBAN"), ["E2050"]),
        (without(IBAN, END[0]), ["E2051"]),
        (without(IBAN, END[1]), ["E2052"]),
        (without(IBAN, END[2]), ["E2053"]),
        (without(IBAN, END[3]), ["E2054"]),
        (without(IBAN, END[4]), ["E2055"]),
        (without(IBAN, "NN_CUS_EMAIL"), ["E2056"]),
        (without(IBAN, "NN_CUS_PHONE"), ["E2057"]),
        ({**IBAN, "NN_ESR_REFNR": REFERENCE}, ["E2058"]),
    ],
)
def test_cash_on_delivery_knows_where_the_money_goes(desk: Desk, keys: dict[str, str], errors: list[str]) -> None:
    pairs = [{"Type": key, "Value": value} for key, value in {"NN_BETRAG": "150.50", **keys}.items()]
    assert desk.refused(item={**attributes(["PRI", "BLN"]), "additionalData": pairs}) == errors


@pytest.mark.parametrize(
    ("amounts", "errors"),
    [
        ([], ["E2003"]),
        (["150,50"], ["E2003"]),
        (["1.005"], ["E2003"]),
        (["0.00"], ["E2020"]),
        (["10000"], []),
        (["10000.01"], ["E2020"]),
        (["1.00", "2.00"], ["E2021"]),
    ],
)
def test_cash_on_delivery_has_one_amount(desk: Desk, amounts: list[str], errors: list[str]) -> None:
    pairs = [{"type": "NN_BETRAG", "value": amount} for amount in amounts]
    assert desk.refused(item={**attributes(["PRI", "BLN"]), "additionalData": pairs}) == errors


def picture(form: str, side: int = 40) -> str:
    out = io.BytesIO()
    Image.new("RGB", (side, side), "black").save(out, form)
    return base64.b64encode(out.getvalue()).decode()


@pytest.mark.parametrize(
    ("logo", "form", "errors"),
    [
        (picture("PNG"), "PNG", []),
        (picture("GIF"), "GIF", []),
        (picture("JPEG"), "JPG", []),
        (picture("PNG"), "GIF", ["E2024"]),
        ("no base64!", "PNG", ["E2024"]),
        (base64.b64encode(b"nonsense").decode(), "PNG", ["E2024"]),
        (picture("PNG")[:60], "PNG", ["E2024"]),
        (picture("PNG"), "BMP", ["E2018"]),
        (picture("PNG"), None, ["E2018"]),
        (base64.b64encode(bytes(50 * 1024 + 1)).decode(), "PNG", ["E2019"]),
    ],
)
def test_a_logo_is_a_small_picture(desk: Desk, logo: str, form: Any, errors: list[str]) -> None:
    assert desk.refused(customer={"logo": logo, "logoFormat": form}) == errors


def test_a_disposable_letter_goes_to_a_box(desk: Desk) -> None:
    letter = attributes(["DISP"])
    assert desk.refused(item=letter) == ["E2025"]
    assert desk.refused(item={**letter, "recipient": {"pobox": "Postfach"}}) == []


def test_days_of_the_past_are_told_by_the_tenants_clock(desk: Desk) -> None:
    asked = attributes(["PRI", "ZAW3217"], deliveryDate="2026-03-03")
    assert desk.refused(item=asked) == []
    desk.sign_in()
    desk.advance(2 * DAY_MS)
    assert desk.refused(item=asked) == ["E2006"]
