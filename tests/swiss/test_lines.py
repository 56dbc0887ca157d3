"""Which lines of an address are printed, and which are dropped with a warning. Contract §2.3, §2.5."""

from typing import Any

import pytest

from .conftest import Desk, bytes_of

FULL = {
    "title": "Frau",
    "firstName": "Melanie",
    "name1": "Steiner",
    "name2": "Abteilung",
    "name3": "z.H. Hans",
    "addressSuffix": "Ostgebaeude",
    "street": "Viktoriastrasse",
    "houseNo": "21",
    "zip": "3030",
    "city": "Bern",
}
NAMES = ["Frau", "Melanie Steiner", "Abteilung", "z.H. Hans", "Ostgebaeude", "Viktoriastrasse 21", "3030 Bern"]
DROPPED = {"W2016": "Frau", "W2017": "Ostgebaeude", "W2019": "z.H. Hans", "W2020": "Danke"}
DATED = {"deliveryDate": "2026-03-09"}


@pytest.mark.parametrize(
    ("layout", "codes", "room"),
    [
        ("A7", ["ECO"], 6),
        ("A6", ["ECO"], 8),
        ("A5", ["ECO"], 8),
        ("A6", ["SEM"], 8),
        ("A6", ["PRI", "ZAW3217"], 8),
        ("A6", ["PRI", "ZAW3217", "ZAW3211"], 6),
        ("A5", ["PRI", "ZAW3217", "ZAW3211"], 8),
        ("A6", ["VL"], 7),
        ("A6", ["VL", "ZAW3217", "ZAW3211"], 5),
        ("A5", ["VL", "ZAW3217", "ZAW3211"], 7),
        ("A7", ["DIR"], 5),
        ("A6", ["DIR"], 7),
        ("A6", ["DIR", "ZAW3213", "ZAW3234"], 5),
        ("A5", ["DIR", "ZAW3213", "ZAW3234"], 7),
    ],
)
def test_lines_are_dropped_in_order_until_the_rest_finds_room(
    desk: Desk, layout: str, codes: list[str], room: int
) -> None:
    dated = DATED if "ZAW3217" in codes else {}
    phone = {"phone": "031 338 11 11"} if "ZAW3213" in codes else {}
    made = desk.made(
        labelDefinition={"labelLayout": layout, "imageFileType": "PNG"},
        item={"recipient": {**FULL, **phone}, "attributes": {"przl": codes, "freeText": "Danke", **dated}},
    )
    over = 8 - room
    expected = ["W2016", "W2017", "W2019", "W2020"][:over]
    assert [row["code"] for row in made.get("warnings", [])] == expected
    kept = desk.get(f"/parcelproof/v1/consignments/{made['identCode']}")
    gone = {DROPPED[code] for code in expected}
    assert kept["addressLines"] == [line for line in NAMES if line not in gone]


def printed(desk: Desk, **changes: Any) -> str:
    return bytes_of(desk.made(**changes)).decode("cp437")


def test_the_label_says_its_lines_in_their_order(desk: Desk) -> None:
    text = printed(desk, item={"recipient": FULL, "attributes": {"freeText": "Danke"}})
    places = [text.index(f"^FD{line}^FS") for line in ["Danke", *NAMES]]
    assert places == sorted(places)


def test_a_firm_comes_first_where_the_person_is_not_addressed(desk: Desk) -> None:
    text = printed(desk, item={"recipient": {**FULL, "personallyAddressed": False}})
    assert text.index("Abteilung") < text.index("Melanie Steiner")


def test_own_lines_take_the_place_of_all_but_the_town(desk: Desk) -> None:
    recipient = {**FULL, "labelAddress": {"labelLine": ["Eins", "Zwei", "Drei"]}}
    made = desk.made(item={"recipient": recipient})
    text = bytes_of(made).decode("cp437")
    assert all(line in text for line in ("Eins", "Zwei", "Drei", "3030 Bern"))
    assert "Steiner" not in text and "warnings" not in made


@pytest.mark.parametrize(("layout", "shown"), [("A6", 5), ("A7", 5)])
def test_own_lines_beyond_the_room_are_dropped_with_a_warning(desk: Desk, layout: str, shown: int) -> None:
    recipient = {**FULL, "labelAddress": {"labelLine": [f"Zeile {n}" for n in range(6)]}}
    made = desk.made(
        labelDefinition={"labelLayout": layout}, item={"recipient": recipient, "attributes": {"przl": ["ECO"]}}
    )
    assert [row["code"] for row in made["warnings"]] == ["W2021"]
    assert bytes_of(made).decode("cp437").count("Zeile") == shown


@pytest.mark.parametrize(
    ("addresses", "sender", "recipient"),
    [
        ("NONE", False, False),
        ("ONLY_RECIPIENT", False, True),
        ("ONLY_CUSTOMER", True, False),
        ("RECIPIENT_AND_CUSTOMER", True, True),
        (None, True, True),
    ],
)
def test_addresses_are_printed_as_asked(desk: Desk, addresses: str | None, sender: bool, recipient: bool) -> None:
    text = printed(desk, labelDefinition={"printAddresses": addresses})
    assert ("YourCompany" in text, "Camptocamp SA" in text) == (sender, recipient)


def test_what_is_forwarded_only_is_not_printed(desk: Desk) -> None:
    text = printed(desk, item={"recipient": {**FULL, "floorNo": "3a", "mailboxNo": "7701", "mobile": "0797771234"}})
    assert "3a" not in text.replace("Viktoriastrasse", "") and "7701" not in text and "0797771234" not in text


def test_warnings_of_the_label(desk: Desk) -> None:
    two = {"przl": ["PRI", "ZAW3211", "ZAW3212"]}
    assert desk.warned(item={"attributes": two}) == ["W2018"]
    assert desk.warned(item={"attributes": two}, labelDefinition={"imageFileType": "PDF"}) == []
    assert desk.warned(ppFranking=True) == ["W2011"]
    letter = {"przl": ["RINL"], "weight": 20}
    assert desk.warned(item={"attributes": letter}) == ["W2022"]
    slow = {"labelLayout": "A5", "imageFileType": "PNG", "imageResolution": 600, "printPreview": True}
    assert desk.warned(labelDefinition=slow) == ["W2010"]
    windowed = {"przl": ["RINL"], "freeText": "Danke", "weight": None}
    assert desk.warned(labelDefinition={"labelLayout": "FE"}, item={"attributes": windowed}) == ["W2009"]


def test_a_sender_is_cut_to_20_letters_where_the_warning_says_so(desk: Desk) -> None:
    text = printed(
        desk,
        customer={"name1": "Muster Versandhandel AG"},
        item={"attributes": {"przl": ["PRI", "ZAW3211", "ZAW3212"]}},
    )
    assert "^FDMuster Versandhandel^FS" in text


def test_instructions_are_printed_in_the_language_of_the_request_with_what_they_need(desk: Desk) -> None:
    asked = {"przl": ["PRI", "ZAW3217", "ZAW3219"], "deliveryDate": "2026-03-09", "deliveryPlace": "Garage"}
    text = printed(desk, language="FR", item={"attributes": asked})
    assert "3217  Distribuer le 2026-03-09" in text and "3219  Déposer: Garage" in text
