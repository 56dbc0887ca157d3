"""Notification kinds of §4, typed again from the contract's matrix; media, texts, control options."""

from typing import Any

import pytest

from .conftest import Desk

ALL = (1, 2, 4, 32, 64, 128, 256)
TAKES = {
    "ECO": (1, 2, 4, 32, 64),
    "SP ECO": (1, 2, 4, 32, 64),
    "PRI": (1, 2, 4, 32, 64, 128, 256),
    "SP PRI": (1, 2, 4, 32, 64, 128, 256),
    "SEM": (1, 2, 4, 32, 64, 128),
    "SEM SP": (1, 2, 4, 32, 64, 128),
    "SKB": (1, 32, 64, 128),
    "SKB SP": (1, 32, 64, 128),
    "DIR": (1, 32, 64, 128),
    "VL": (1, 2, 4, 32, 64, 128, 256),
    "PPR": (1, 2, 4, 32, 64),
    "GAS ECO": (),
    "GAS PRI": (),
    "GAS SEM": (),
    "GAS SKB": (),
    "GAS SP ECO": (),
    "GAS SP PRI": (),
}
NEEDS = {128: "ZAW3233", 256: "SA"}


def note(kind: Any = 1, **changes: Any) -> dict[str, Any]:
    return {
        "communication": {"email": "anna@example.ch"},
        "type": "EMAIL",
        "service": kind,
        "language": "DE",
        **changes,
    }


def item(codes: list[str], *notes: dict[str, Any]) -> dict[str, Any]:
    return {"attributes": {"przl": codes}, "notification": list(notes)}


@pytest.mark.parametrize("basic", TAKES)
def test_kinds_go_with_a_basic_service_as_the_matrix_says(desk: Desk, basic: str) -> None:
    found = {}
    for kind in ALL:
        codes = [*basic.split(), *([NEEDS[kind]] if kind in NEEDS else [])]
        refused = desk.refused(labelDefinition={"labelLayout": "A5"}, item=item(codes, note(kind)))
        found[kind] = "E2040" not in refused
    assert found == {kind: kind in TAKES[basic] for kind in ALL}


def test_a_kind_is_taken_as_number_and_as_text(desk: Desk) -> None:
    for kind in (2, "2"):
        made = desk.made(item=item(["PRI"], note(kind)))
        kept = desk.get(f"/parcelproof/v1/consignments/{made['identCode']}")["shipment"]["item"]["notification"]
        assert kept[0]["service"] == 2
    assert desk.refused(item=item(["PRI"], note(3))) == ["E2040"]


def test_exchange_and_its_instruction_need_one_another(desk: Desk) -> None:
    assert desk.refused(item=item(["PRI", "ZAW3233"], note(128))) == []
    assert desk.refused(item=item(["PRI"], note(128))) == ["E2043"]
    assert desk.refused(item=item(["PRI", "ZAW3233"], note(1))) == ["E2044"]


@pytest.mark.parametrize(
    ("kind", "codes", "errors"),
    [
        (256, ["PRI", "SA"], []),
        (256, ["PRI"], ["E2060"]),
        (257, ["PRI", "AZS"], []),
        (257, ["ECO", "AZS"], []),
        (257, ["PRI"], ["E2060"]),
        (257, ["SKB", "AZS"], ["E2040"]),
        (258, ["SKB", "AZS"], []),
        (258, ["DIRECT", "AZS"], []),
        (258, ["PRI", "AZS"], ["E2040"]),
    ],
)
def test_some_kinds_need_an_additional_service(desk: Desk, kind: int, codes: list[str], errors: list[str]) -> None:
    assert desk.refused(item=item(codes, note(kind))) == errors


def test_delivery_information_and_wine_is_a_switch(desk: Desk) -> None:
    assert desk.refused(item=item(["VL"], note(2))) == []
    desk.settle(vinolog_delivery_information="refused")
    assert desk.refused(item=item(["VL"], note(2))) == ["E2040"]


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"type": None}, []),
        ({"type": None, "communication": {"mobile": "079 123 45 67"}}, []),
        ({"type": "SMS", "communication": {"mobile": "0791234567"}}, []),
        ({"type": "SMS", "communication": {"mobile": "0041791234567"}}, []),
        ({"type": "SMS"}, ["E2047"]),
        ({"communication": {"mobile": "0791234567"}}, ["E2047"]),
        ({"communication": {}}, ["E2047"]),
        ({"communication": {"email": "anna@example.ch", "mobile": "0791234567"}}, ["E2047"]),
        ({"communication": {"email": "anna"}}, ["E2041"]),
        ({"communication": {"email": "anna@example"}}, ["E2041"]),
        ({"communication": {"email": "an na@example.ch"}}, ["E2041"]),
        ({"communication": {"email": "anna..b@example.ch"}}, ["E2041"]),
        ({"type": "SMS", "communication": {"mobile": "+41791234567"}}, ["E2042"]),
        ({"type": "SMS", "communication": {"mobile": "079-123-45-67"}}, ["E2042"]),
        ({"type": "SMS", "communication": {"mobile": "079123456"}}, ["E2042"]),
        ({"type": "SMS", "communication": {"mobile": "1234567890"}}, ["E2042"]),
    ],
)
def test_medium_and_address_agree(desk: Desk, changes: dict[str, Any], errors: list[str]) -> None:
    assert desk.refused(item=item(["PRI"], note(1, **changes))) == errors


def kept(desk: Desk, made: dict[str, Any]) -> dict[str, Any]:
    found = desk.get(f"/parcelproof/v1/consignments/{made['identCode']}")["shipment"]["item"]["notification"]
    assert len(found) == 1
    return dict(found[0])


@pytest.mark.parametrize("kind", [1, 2, 32])
def test_free_texts_of_the_kinds_that_have_them_are_kept(desk: Desk, kind: int) -> None:
    made = desk.made(item=item(["PRI"], note(kind, freeText1="a" * 160, freeText2="b" * 512)))
    assert "warnings" not in made
    assert (kept(desk, made)["freeText1"], kept(desk, made)["freeText2"]) == ("a" * 160, "b" * 512)


@pytest.mark.parametrize("kind", [4, 64])
def test_free_texts_of_other_kinds_are_dropped_with_a_warning(desk: Desk, kind: int) -> None:
    made = desk.made(item=item(["PRI"], note(kind, freeText1="a")))
    assert [row["code"] for row in made["warnings"]] == ["W2014"]
    assert "freeText1" not in kept(desk, made)


def test_a_second_free_text_is_dropped_from_an_sms_with_a_warning(desk: Desk) -> None:
    sms = note(1, type="SMS", communication={"mobile": "0791234567"}, freeText1="a", freeText2="b")
    made = desk.made(item=item(["PRI"], sms))
    assert [row["code"] for row in made["warnings"]] == ["W2013"]
    assert kept(desk, made)["freeText1"] == "a" and "freeText2" not in kept(desk, made)


OPTIONS = ["10", "14", "18", "20"]


@pytest.mark.parametrize(
    ("sent", "errors"),
    [
        (note(1, deliveryInstructions=OPTIONS), []),
        (note(2, deliveryInstructions=["18"]), []),
        (note(32, deliveryInstructions=OPTIONS), ["E2040"]),
        (note(1, type="SMS", communication={"mobile": "0791234567"}, deliveryInstructions=OPTIONS), ["E2047"]),
    ],
)
def test_control_options_are_for_mails_of_the_first_two_kinds(
    desk: Desk, sent: dict[str, Any], errors: list[str]
) -> None:
    assert desk.refused(item=item(["PRI"], sent)) == errors


@pytest.mark.parametrize(
    "wrong",
    [
        {"deliveryInstructions": ["11"]},
        {"dynPic": {"urlPic": "https://a.ch/a.png"}},
        {"dynPic": {"urlLink": "https://a.ch/"}},
        {"dynPic": {"urlPic": "https://a.ch/a.svg", "urlLink": "https://a.ch/"}},
        {"dynPic": {"urlPic": "ftp://a.ch/a.png", "urlLink": "https://a.ch/"}},
        {"freeText1": "a" * 161},
        {"freeText2": "a" * 513},
        {"service": "x"},
        {"type": "FAX"},
        {"language": "ES"},
    ],
)
def test_a_notification_of_the_wrong_shape_is_a_fault_of_the_schema(desk: Desk, wrong: dict[str, Any]) -> None:
    from .conftest import LABEL, recorded

    assert desk.post(LABEL, recorded(item=item(["PRI"], note(1, **wrong)))).status == 400
