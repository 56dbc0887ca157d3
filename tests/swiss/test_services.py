"""The matrices of §3, typed again from the contract's rows: additional services, delivery instructions, layouts."""

from typing import Any

import pytest

from .conftest import Desk

ADDITIONAL = ["BLN", "COLD", "RMP", "N", "MAN", "FRA", "AS", "SI", "LQ", "SA", "AZS", "ZFZ"]
PERMITTED = {  # the contract's rows as they stand there; what it says in words is written out
    "ECO": "y n y y y y y y y n y y",
    "PRI": "y y y y y y y y y y y y",
    "SP ECO": "y n y y n y y y y n y y",
    "SP PRI": "y n y y n y y y y y y y",  # ECO-bulky ∧ PRI for the first nine; SA AZS ZFZ y y y
    "PPR": "n n n n n n n n n n n n",
    "VL": "y n n y n n y y n y y y",
    "GAS ECO": "n n y y y y y y y n n n",
    "GAS PRI": "n n y y y y y y y n n n",
    "GAS SEM": "n n y y y y y y y n n n",
    "GAS SP ECO": "n n y y n y y y y n n n",
    "GAS SP PRI": "n n y y n y y y y n n n",
    "GAS SKB": "n n y y n y y y y n n n",
    "SEM": "y y y y y y y y y n n n",
    "SKB": "n y y y n y y y y n y n",
    "SEM SP": "y n y y n y y y y n n n",  # SEM ∧ SP,ECO, then n n n
    "SKB SP": "n n y y n y y y y n y n",  # SKB ∧ SP,ECO, then n y n
    "DIR": "n y y n n y y y y n y n",
}
INSTRUCTIONS = [
    "3234",
    "3233",
    "3232",
    "3222",
    "3220",
    "3219",
    "3218",
    "3217",
    "3216",
    "3215",
    "3214",
    "3213",
    "3212",
    "3211",
]
INSTRUCTED = {
    "ECO": "y n y n y y y y n y y y y y",
    "PRI": "y y y n y y y y y y y y y y",
    "SP ECO": "y n y n y y y y n y y y n y",
    "SP PRI": "y n y n y y y y y y y y n y",
    "PPR": "n n n n n n n n n n n n n n",
    "GAS ECO": "n n n n y y y y y y y y y y",
    "GAS PRI": "n n n n y y y y y y y y y y",
    "GAS SP ECO": "n n n n y y y y y n y y n y",
    "GAS SP PRI": "n n n n y y y y y n y y n y",
    "SEM": "y y y n y y n n y y y y y y",
    "SKB": "y y y n y y n n y y y y y y",
    "SEM SP": "y y y n y y n n y y y y n y",
    "SKB SP": "y y y n y y n n y y y y n y",
    "GAS SEM": "n n n n y y n n y y y y y y",
    "GAS SKB": "n n n n y y n n y y y y y y",
    "VL": "y n n y n n y y n n n y y y",
    "DIRECT AZS": "y y y y y n y n n y n y n n",
    "DIR": "y y y y y n y n n y n y n n",
}
CASH = [{"type": "NN_BETRAG", "value": "150.50"}]
NEEDED: dict[str, dict[str, Any]] = {  # what a code needs of the rest to be taken
    "BLN": {"additionalData": CASH},
    "LQ": {"attributes": {"unnumbers": ["1234"]}},
    "3213": {"recipient": {"phone": "031 338 11 11"}},
    "3217": {"attributes": {"deliveryDate": "2026-03-09"}},
    "3218": {"attributes": {"parcelNo": 1, "parcelTotal": 2}},
    "3219": {"attributes": {"deliveryPlace": "Haustür"}},
    "3233": {
        "notification": [
            {"communication": {"email": "a@b.ch"}, "type": "EMAIL", "service": 128, "language": "DE"},
        ],
    },
}


def item(basic: str, code: str, needed: str) -> dict[str, Any]:
    extra = NEEDED.get(needed, {})
    attributes = {**extra.get("attributes", {}), "przl": [*basic.split(), code]}
    return {**extra, "attributes": attributes}


@pytest.mark.parametrize("basic", PERMITTED)
def test_additional_services_go_with_a_basic_service_as_the_table_says(desk: Desk, basic: str) -> None:
    found = {}
    for code in ADDITIONAL:
        asked = item(basic, "ZFZ0912" if code == "ZFZ" else code, code)
        found[code] = desk.refused(labelDefinition={"labelLayout": "A5"}, item=asked)
    expected = dict(zip(ADDITIONAL, PERMITTED[basic].split(), strict=True))
    assert found == {code: [] if can == "y" else ["E1001"] for code, can in expected.items()}


@pytest.mark.parametrize("basic", INSTRUCTED)
def test_delivery_instructions_go_with_a_basic_service_as_the_table_says(desk: Desk, basic: str) -> None:
    found = {}
    for code in INSTRUCTIONS:
        codes = desk.refused(labelDefinition={"labelLayout": "A5"}, item=item(basic, f"ZAW{code}", code))
        found[code] = [one for one in codes if one != "E2040"]  # 128, which 3233 needs, has a table of its own
    expected = dict(zip(INSTRUCTIONS, INSTRUCTED[basic].split(), strict=True))
    assert found == {code: [] if can == "y" else ["E1003"] for code, can in expected.items()}


@pytest.mark.parametrize("slot", ["ZFZ0912", "ZFZ1114", "ZFZ1316", "ZFZ1518", "ZFZ1217", "ZF16302100", "ZF16301800"])
def test_every_time_slot_stands_in_one_column(desk: Desk, slot: str) -> None:
    assert desk.refused(item={"attributes": {"przl": ["PRI", slot]}}) == []
    assert desk.refused(item={"attributes": {"przl": ["SEM", slot]}}) == ["E1001"]


@pytest.mark.parametrize(
    ("composite", "parts"),
    [
        ("PRISI", ["PRI", "SI"]),
        ("PRI0912", ["PRI", "ZFZ0912"]),
        ("PRISI09", ["PRI", "SI", "ZFZ0912"]),
        ("PRI163021", ["PRI", "ZF16302100"]),
        ("PRIAZSI", ["PRI", "AZS", "SI"]),
        ("VLSI", ["VL", "SI"]),
        ("DIRSI", ["DIR", "SI"]),
        ("DIRAZS", ["DIR", "AZS"]),
    ],
)
def test_a_composite_code_means_its_list(desk: Desk, composite: str, parts: list[str]) -> None:
    """Seen on the label: what it says beside the barcode."""
    from parcelproof.simulators.postal_api.swiss.services import sort_out

    one, many = sort_out([composite]), sort_out(parts)
    assert one.basic is not None and one == many
    assert sort_out(reversed(parts)).basic == one.basic
    assert desk.refused(labelDefinition={"labelLayout": "A5"}, item={"attributes": {"przl": [composite]}}) == []


@pytest.mark.parametrize(
    ("codes", "error"),
    [
        (["ECO", "PRI"], "E1000"),
        (["PRI", "SEM"], "E1000"),
        (["GAS", "VL"], "E1000"),
        ([], "E1015"),
        (["SI"], "E1015"),
        (["SP"], "E1015"),
        (["NOTHING"], "E1015"),
        (["PRI", "NOTHING"], "E1012"),
        (["PRI", "ZAW9999"], "E1012"),
        (["PRI", "ZN"], "E1012"),
        (["PRI", "COLD", "AMB"], "E1002"),
        (["PRI", "ZFZ0912", "ZFZ1114"], "E1002"),
        (["PRI", "SI", "ZAW3214"], "E1004"),
        (["PRI", "ZAW3212", "ZAW3214"], "E1005"),
        (["GAS"], "E2059"),
        (["DIRECT"], "E2059"),
        (["APOST"], "E1014"),
    ],
)
def test_codes_that_do_not_go_together_are_told_apart(desk: Desk, codes: list[str], error: str) -> None:
    layout = "A6"
    assert desk.refused(labelDefinition={"labelLayout": layout}, item={"attributes": {"przl": codes}}) == [error]


def test_the_order_of_codes_never_matters(desk: Desk) -> None:
    for codes in (["SP", "PRI", "SI"], ["SI", "PRI", "SP"], ["PRI", "SI", "SP"]):
        assert desk.refused(item={"attributes": {"przl": codes}}) == []


LAYOUTS = ("FE", "A7", "A6", "A5")
TAKES = {
    "ECO": "n y y y",
    "GAS ECO": "n y y y",
    "SEM": "n n y y",
    "SKB": "n n y y",
    "VL": "n n y y",
    "DIR": "n y y y",
    "RINL": "y y y n",
    "APLUS": "y y y n",
}


@pytest.mark.parametrize("basic", TAKES)
def test_layouts_go_with_a_service_group_as_the_table_says(desk: Desk, basic: str) -> None:
    found = [
        desk.refused(labelDefinition={"labelLayout": layout}, item={"attributes": {"przl": basic.split()}})
        for layout in LAYOUTS
    ]
    assert found == [[] if can == "y" else ["E1013"] for can in TAKES[basic].split()]


SERVICES = ["PRI", "SI", "FRA", "MAN", "RMP", "COLD"]


@pytest.mark.parametrize(("layout", "most"), [("A7", 1), ("A6", 3), ("A5", 5)])
def test_a_layout_holds_so_many_service_barcodes(desk: Desk, layout: str, most: int) -> None:
    """PRI has a barcode of its own and counts; ECO has none."""
    definition = {"labelLayout": layout}
    assert desk.refused(labelDefinition=definition, item={"attributes": {"przl": SERVICES[:most]}}) == []
    assert desk.refused(labelDefinition=definition, item={"attributes": {"przl": SERVICES[: most + 1]}}) == ["E1006"]
    economy = ["ECO", *[code for code in SERVICES[1 : most + 1] if code != "COLD"]]
    assert desk.refused(labelDefinition=definition, item={"attributes": {"przl": economy}}) == []


@pytest.mark.parametrize(("layout", "most"), [("A7", 0), ("A6", 2), ("A5", 4)])
def test_a_layout_holds_so_many_delivery_instructions(desk: Desk, layout: str, most: int) -> None:
    codes = ["ZAW3211", "ZAW3212", "ZAW3215", "ZAW3220", "ZAW3232"]
    for number, errors in ((most, []), (most + 1, ["E1007"])):
        przl = ["ECO", *codes[:number]]
        found = desk.refused(labelDefinition={"labelLayout": layout}, item={"attributes": {"przl": przl}})
        assert found == errors


def test_an_unknown_layout_format_or_resolution_is_refused(desk: Desk) -> None:
    assert desk.refused(labelDefinition={"labelLayout": "A4"}) == ["E1011"]
    assert desk.refused(labelDefinition={"imageFileType": "BMP"}) == ["E2012"]
    assert desk.refused(labelDefinition={"imageResolution": 250}) == ["E2013"]
    desk.settle(refused_pairs="JPG-600 GIF-600")
    assert desk.refused(labelDefinition={"imageFileType": "JPG", "imageResolution": 600}) == ["E9995"]
    assert desk.refused(labelDefinition={"imageFileType": "JPG", "imageResolution": 300}) == []


ABROAD = {"recipient": {"country": "DE", "zip": "10115", "city": "Berlin"}}


def test_services_at_home_and_abroad_are_told_apart(desk: Desk) -> None:
    assert desk.refused(item=ABROAD) == ["E2030"]
    assert desk.refused(item={"attributes": {"przl": ["RETR", "PRI"]}}) == ["E2031"]
    letter = {"attributes": {"przl": ["RETR", "PRI"]}}
    assert desk.refused(item={**ABROAD, **letter}) == []
    assert desk.refused(item={"recipient": {"country": "LI", "zip": "9490", "city": "Vaduz"}}) == []
    personal = {"attributes": {"przl": ["RETR", "PRI", "RMP"]}}
    assert desk.refused(item={**ABROAD, **personal}) == []
    far = {"recipient": {"country": "US", "zip": "20001", "city": "Washington"}}
    assert desk.refused(item={**far, **personal}) == ["E2029"]


def test_court_papers_have_a_window_only(desk: Desk) -> None:
    for layout, errors in (("FE", []), ("A7", ["E1016"]), ("A6", ["E1016"])):
        found = desk.refused(labelDefinition={"labelLayout": layout}, item={"attributes": {"przl": ["GU"]}})
        assert found == errors


@pytest.mark.parametrize(
    ("codes", "recipient", "errors"),
    [
        (["VL"], {"country": "LI", "zip": "9490"}, ["E2014"]),
        (["PRI", "AZS"], {"street": None, "pobox": "Postfach 1"}, ["E2061"]),
        (["PRI", "AZS"], {"country": "LI", "zip": "9490"}, ["E2062"]),
        (["NOTIME_HomeDelivery"], {"zip": "3920", "city": "Zermatt"}, ["E2066"]),
        (["NOTIME_HomeDelivery"], {"zip": "8001", "city": "Zürich"}, []),
    ],
)
def test_some_services_are_not_offered_everywhere(
    desk: Desk, codes: list[str], recipient: dict[str, Any], errors: list[str]
) -> None:
    assert desk.refused(item={"attributes": {"przl": codes}, "recipient": recipient}) == errors


def test_validate_combination_judges_services_and_layout_and_makes_nothing(desk: Desk) -> None:
    import json

    from .conftest import recorded

    body = recorded(item={"attributes": {"przl": ["ECO", "COLD"]}, "recipient": {"name1": ""}})
    answer = desk.post("/barcode/v1/validateCombination", body)
    assert [row["code"] for row in json.loads(answer.body)["item"]["errors"]] == ["E1001"]
    fine = desk.post("/barcode/v1/validateCombination", recorded())
    assert json.loads(fine.body)["item"] == {"itemID": "WHOUT00042+WHOUT00042"}
    assert desk.get("/parcelproof/v1/consignments")["total"] == 0
