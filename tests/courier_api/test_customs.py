"""Duties, and what may cross a border. Wire contract: `courier_api` §1.9 (thin)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcelproof.simulators.courier_api.cdek.customs import FREE_G, duty
from parcelproof.simulators.courier_api.cdek.restrictions import RULES, rule_of

if TYPE_CHECKING:
    from tests.courier_api.conftest import Desk

FREE_MINOR = 200 * 92 * 100  # 200 EUR at the calculator's rate
MOSCOW, BERLIN, MINSK = {"code": 44}, {"country_code": "DE", "city": "Berlin"}, {"country_code": "BY", "city": "Минск"}


def test_a_duty_over_the_wire(desk: Desk) -> None:
    status, body = desk.ask("POST", "/calculator/customs", {"weight": "2000", "cost": 28400})
    assert (status, list(body)) == (
        200,
        ["cost", "weight", "customs_duty", "customs_tariff", "commission", "total_amount"],
    )
    assert (body["customs_duty"], body["customs_tariff"], body["commission"]) == (1500, 500, 150)
    assert body["total_amount"] == 2150
    assert (body["weight"], body["cost"]) == (2000, 28400)
    assert desk.ask("POST", "/calculator/customs", {"weight": 2000, "cost": 18400})[1]["total_amount"] == 0


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({}, "[weight] is empty"),
        ({"weight": 5}, "[cost] is empty"),
        ({"weight": 0, "cost": 1}, "Invalid value [0] in [weight] parameter"),
        ({"weight": 1, "cost": -1}, "Invalid value [-1] in [cost] parameter"),
        ({"weight": [], "cost": 1}, "Invalid value type in [weight] parameter"),
    ],
)
def test_a_bad_question_about_duties(desk: Desk, question: dict[str, Any], message: str) -> None:
    status, body = desk.ask("POST", "/calculator/customs", question)
    assert (status, body["errors"][0]["message"]) == (400, message)


amounts = st.one_of(st.integers(0, 10**9), st.integers(FREE_MINOR - 2, FREE_MINOR + 2))
masses = st.one_of(st.integers(1, 10**6), st.integers(FREE_G - 2, FREE_G + 2))


@given(amounts, amounts, masses, masses)
def test_duties_grow_with_value_and_mass_and_begin_above_the_limits(one: int, other: int, a_g: int, b_g: int) -> None:
    less, more = sorted((one, other))
    light, heavy = sorted((a_g, b_g))
    assert duty(light, less) <= duty(light, more) <= duty(heavy, more)
    assert (duty(light, less) > 0) <= (less > FREE_MINOR or light > FREE_G)
    assert duty(light, less) >= Decimal(less - FREE_MINOR) * 15 / 100 - 1


def ask(desk: Desk, **changes: Any) -> tuple[int, dict[str, Any]]:
    package = {
        "package_id": "p1",
        "weight": 1000,
        "length": 10,
        "width": 20,
        "height": 30,
        "items": [{"name": "Телефон", "amount": 1, "itemId": "i1", "feacn_code": "8517130000"}],
    }
    question = {"tariff_code": 8, "from_location": MOSCOW, "to_location": BERLIN, "packages": [package], **changes}
    status, body = desk.ask("POST", "/international/package/restrictions", question)
    return status, body


def goods(*codes: str) -> list[dict[str, Any]]:
    return [{"weight": 500, "items": [{"feacn_code": code} for code in codes]}]


def test_restrictions_in_the_wires_shape(desk: Desk) -> None:
    status, body = ask(desk)
    assert status == 200
    assert body == {
        "packages": [
            {
                "package_id": "p1",
                "status": {
                    "code": "LIMITED",
                    "name": "Разрешено с ограничениями",
                    "reason": {"code": "FEACN_RESTRICTION", "name": "Ограничение на товар"},
                },
                "description": "Радиоэлектроника",
                "items": [
                    {
                        "item_id": "i1",
                        "feacn_code": "8517130000",
                        "status": {
                            "code": "LIMITED",
                            "name": "Разрешено с ограничениями",
                            "reason": {"code": "FEACN_RESTRICTION", "name": "Ограничение на товар"},
                        },
                        "limitations": ["Радиоэлектроника"],
                        "documents": ["Нотификация"],
                    }
                ],
            }
        ]
    }


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"packages": goods("6109100000")}, ["ALLOWED"]),
        ({"packages": goods("6109100000"), "from_location": {"code": 1, "city": "Moscow"}}, ["ALLOWED"]),
        ({"packages": goods("9305")}, ["FORBIDDEN"]),
        ({"packages": goods("9305"), "to_location": MINSK, "tariff_code": 139}, ["FORBIDDEN"]),
        ({"packages": goods("0201"), "to_location": MINSK, "tariff_code": 139}, ["ALLOWED"]),
        ({"packages": goods("0201")}, ["FORBIDDEN"]),
        ({"packages": goods("")}, ["LIMITED"]),
        ({"packages": goods(""), "to_location": MINSK, "tariff_code": 139}, ["ALLOWED"]),
        ({"packages": goods("4901"), "tariff_code": 7}, ["ALLOWED"]),
        ({"packages": goods("6109"), "tariff_code": 7}, ["FORBIDDEN"]),
        ({"packages": [{"weight": 30_001}]}, ["FORBIDDEN"]),
        ({"packages": [{"weight": 30_000}]}, ["ALLOWED"]),
        ({"packages": [{"weight": 100, "length": 151, "width": 1, "height": 1}]}, ["FORBIDDEN"]),
        ({"packages": goods("6109", "8507", "9305") + goods("6109", "8507")}, ["FORBIDDEN", "LIMITED"]),
    ],
)
def test_what_may_go(desk: Desk, changes: dict[str, Any], codes: list[str]) -> None:
    status, body = ask(desk, **changes)
    assert status == 200, body
    assert [row["status"]["code"] for row in body["packages"]] == codes
    assert all(("reason" in row["status"]) == (row["status"]["code"] != "ALLOWED") for row in body["packages"])


def test_a_package_is_restricted_by_its_goods_or_by_itself_whatever_the_tariff(desk: Desk) -> None:
    heavy = {"weight": 30_001, "items": [{"item_id": "i2", "feacn_code": "6109"}]}
    status, body = ask(desk, tariff_code=None, packages=[heavy, *goods("9305")])
    assert (status, [row["status"]["reason"]["code"] for row in body["packages"]]) == (
        200,
        ["GENERAL_RESTRICTION", "FEACN_RESTRICTION"],
    )
    assert body["packages"][0]["items"][0]["item_id"] == "i2"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"packages": []}, "v2_field_is_empty"),
        ({"from_location": None}, "v2_field_is_empty"),
        ({"from_location": {"city": "Нигде"}}, "v2_sender_location_not_recognized"),
        ({"to_location": {"city": "Нигде"}}, "v2_recipient_location_not_recognized"),
        ({"tariff_code": 5}, "ERR_INVALID_TARIFFTYPECODE"),
        ({"tariff_code": 139}, "error_validate_tariff_not_supported_for_this_drirection"),
        ({"packages": [5]}, "v2_invalid_value_type"),
    ],
)
def test_a_bad_question_about_restrictions(desk: Desk, changes: dict[str, Any], code: str) -> None:
    status, body = ask(desk, **changes)
    assert (status, [error["code"] for error in body["errors"]]) == (400, [code])


@given(st.sampled_from(sorted(RULES)), st.integers(0, 10**6), st.booleans())
def test_the_union_forbids_nothing_that_may_go_abroad(begin: str, rest: int, inside: bool) -> None:
    code = f"{begin}{rest:06}"
    abroad, within = (rule_of(code, documents=False, inside=at) for at in (False, True))
    assert abroad is RULES[begin] or abroad in RULES.values()
    assert within in (None, abroad)
    assert rule_of(code, documents=True, inside=inside) is not None
