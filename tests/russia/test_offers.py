"""From sign-up to a token in virtual hours; services beyond the offer; the paper contract."""

import json
from typing import Any

import pytest

from parcelproof.simulators.postal_api.russia.offers.inn import is_inn

from .own_desk import DAY_MS, HOUR_MS, MINUTE_MS, OwnDesk, order, proves

INN = "7707083893"
SIGN_UP = {
    "organisation": {"name": "ООО «Кедр»", "inn": INN, "kpp": "770701001"},
    "contact": {"name": "Ольга Петрова", "phone": "+79001234567"},
}
COVERED = [
    ("ONLINE_PARCEL", "ORDINARY"),
    ("ONLINE_PARCEL", "WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY"),
    ("POSTAL_PARCEL", "WITH_DECLARED_VALUE"),
    ("ONLINE_COURIER", "ORDINARY"),
    ("PARCEL_CLASS_1", "ORDINARY"),
    ("EMS", "ORDINARY"),
]
REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"mail-type": "BUSINESS_COURIER"}, "UNAVAILABLE_MAIL_TYPE", "business_courier"),
    ({"mail-type": "EMS_OPTIMAL"}, "UNAVAILABLE_MAIL_TYPE", "contract_ems"),
    ({"mail-type": "BANDEROL", "mail-category": "ORDERED"}, "UNAVAILABLE_MAIL_TYPE", "banderols"),
    (
        {
            "mail-type": "LETTER",
            "mail-category": "ORDERED",
            "mass": 20,
            "envelope-type": "C5",
            "dimension": None,
            "dimension-type": None,
        },
        "UNAVAILABLE_MAIL_TYPE",
        "letters",
    ),
    (
        {"mail-category": "WITH_DECLARED_VALUE_AND_COMPULSORY_PAYMENT", "compulsory-payment": 5000},
        "UNAVAILABLE_MAIL_TYPE",
        "obligatory_payment",
    ),
    ({"transport-type": "AVIA"}, "UNDEFINED", "air"),
]


@pytest.fixture
def desk() -> OwnDesk:
    return OwnDesk(token="")


def with_value(mail_type: str, category: str, **more: Any) -> dict[str, Any]:
    made = order(**{"mail-type": mail_type, "mail-category": category, **more})
    if "DECLARED" in category:
        made["insr-value"] = 100_000
    if "CASH" in category:
        made["payment"] = 90_000
    return made


def active(desk: OwnDesk) -> str:
    """Sign up, accept, and go on with the token; return the sign-up's id."""
    made = desk.own("POST", "/sign-ups", SIGN_UP)["id"]
    desk.wait(2 * HOUR_MS)
    desk.own("POST", f"/sign-ups/{made}/acceptance", {"offer_version": "2026-1"})
    desk.wait(HOUR_MS)
    return str(made)


def with_token(desk: OwnDesk, sign_up: str) -> OwnDesk:
    token = desk.read(f"/sign-ups/{sign_up}/token")["access_token"]
    return Shop(tenants=desk.tenants, token=token, keys=desk.keys)


class Shop(OwnDesk):
    """Somebody with the token that was issued; its world is the login's."""

    @property
    def world(self) -> Any:
        return self.tenants.find(self.login)


def state_of(desk: OwnDesk, sign_up: str) -> str:
    return str(desk.read(f"/sign-ups/{sign_up}")["state"])


def codes(answer: Any) -> list[str]:
    return [row["code"] for error in answer.get("errors", []) for row in error["error-codes"]]


@proves("OFR-001")
def test_who_never_signed_up_is_covered_for_everything() -> None:
    desk = OwnDesk(token="never-onboarded")
    services = desk.read("/services")["data"]
    assert all(row["covered"] for row in services) and len(services) > 5
    for change, _, _ in REFUSED:
        made = with_value("ONLINE_PARCEL", str(change.get("mail-category", "ORDINARY")), **change)
        assert codes(desk.put_orders(made)) == [], change


@proves("OFR-002")
def test_a_token_comes_after_three_hours_and_not_a_moment_sooner(desk: OwnDesk) -> None:
    made = desk.own("POST", "/sign-ups", SIGN_UP, status=201)
    assert made["state"] == "checking" and made["kind"] == "public_offer"
    desk.wait(2 * HOUR_MS - 1)
    assert state_of(desk, made["id"]) == "checking"
    desk.wait(1)
    offered = desk.read(f"/sign-ups/{made['id']}")
    assert offered["state"] == "offered"
    assert offered["offer"]["covers"] == ["home", "office", "surface", "accelerated", "cash_on_delivery"]
    assert desk.own("POST", f"/sign-ups/{made['id']}/acceptance", {"offer_version": "2026-1"})["state"] == "activating"
    desk.wait(HOUR_MS - 1)
    assert state_of(desk, made["id"]) == "activating"
    desk.wait(1)
    assert state_of(desk, made["id"]) == "active"
    assert desk.read(f"/sign-ups/{made['id']}/token")["access_token"]


@proves("OFR-003")
def test_there_is_no_token_before_the_account_is_active(desk: OwnDesk) -> None:
    other = OwnDesk(tenants=desk.tenants, token=desk.login)  # a token of the same world
    assert codes(other.put_orders(order())) == []
    made = desk.own("POST", "/sign-ups", SIGN_UP)["id"]
    for wait_ms in (0, 2 * HOUR_MS):
        desk.wait(wait_ms)
        refused = desk.read(f"/sign-ups/{made}/token", status=409)
        assert refused["state"] in ("checking", "offered") and refused["allowed"] == ["active"]
        assert codes(other.put_orders(order(**{"order-num": "A-2"}))) == ["UNAVAILABLE_MAIL_TYPE"]
    desk.own("POST", f"/sign-ups/{made}/acceptance", {"offer_version": "2026-1"})
    desk.wait(HOUR_MS - 1)
    assert desk.read(f"/sign-ups/{made}/token", status=409)["state"] == "activating"
    assert other.otpravka("GET", "/1.0/backlog/search?query=A-2") == []


@proves("OFR-004")
def test_only_the_offer_that_was_made_can_be_accepted(desk: OwnDesk) -> None:
    made = desk.own("POST", "/sign-ups", SIGN_UP)["id"]
    path, good = f"/sign-ups/{made}/acceptance", {"offer_version": "2026-1"}
    assert desk.own("POST", path, good, status=409)["state"] == "checking"
    desk.wait(2 * HOUR_MS)
    assert desk.own("POST", path, {"offer_version": "2025-9"}, status=422)["errors"][0]["pointer"] == "/offer_version"
    assert state_of(desk, made) == "offered"
    desk.own("POST", path, good)
    assert desk.own("POST", path, good, status=409)["allowed"] == ["offered"]


@proves("OFR-005")
def test_the_token_opens_the_account_that_signed_up(desk: OwnDesk) -> None:
    made = active(desk)
    told = desk.read(f"/sign-ups/{made}/token")
    shop = with_token(desk, made)
    settings = shop.otpravka("GET", "/1.0/settings")
    assert (settings["agreement-kind"], settings["org-name"], settings["org-inn"]) == (
        "PUBLIC_OFFER",
        "ООО «Кедр»",
        INN,
    )
    agreement = told["agreement"]
    assert (settings["agreement-number"], settings["agreement-date"]) == (agreement["number"], "2026-03-02")
    shop.put_orders(order())
    assert len(OwnDesk(tenants=desk.tenants, token=desk.login).otpravka("GET", "/1.0/backlog/search?query=A-1")) == 1
    stranger = OwnDesk(tenants=desk.tenants, token=shop.token, password="guessed")
    assert stranger.call("GET", "/1.0/settings").status == 403


@proves("OFR-006")
def test_the_offer_covers_home_office_surface_accelerated_and_cash(desk: OwnDesk) -> None:
    shop = with_token(desk, active(desk))
    for mail_type, category in COVERED:
        answer = shop.put_orders(with_value(mail_type, category))
        assert codes(answer) == [] and len(answer["result-ids"]) == 1, (mail_type, answer)


@proves("OFR-007")
def test_everything_else_is_refused_by_otpravka_in_its_own_shape(desk: OwnDesk) -> None:
    shop = with_token(desk, active(desk))
    for number, (change, code, _) in enumerate(REFUSED):
        made = with_value("ONLINE_PARCEL", str(change.get("mail-category", "ORDINARY")), **change)
        good, bad = order(**{"order-num": f"G-{number}"}), {**made, "order-num": f"B-{number}"}
        answer = shop.put_orders(good, bad)
        assert len(answer["result-ids"]) == 1
        assert [error["position"] for error in answer["errors"]] == [1] and codes(answer) == [code], answer
        assert shop.otpravka("GET", f"/1.0/backlog/search?query=B-{number}") == []
    abroad = order(
        **{
            "mail-type": "POSTAL_PARCEL",
            "mail-direct": 276,
            "index-to": None,
            "str-index-to": "10115",
            "region-to": "Berlin",
            "place-to": "Berlin",
            "street-to": "Invalidenstr 1",
            "house-to": None,
            "customs-declaration": {
                "currency": "EUR",
                "entries-type": "GIFT",
                "customs-entries": [
                    {"amount": 1, "description": "Book", "tnved-code": "490199", "value": 50000, "weight": 700}
                ],
            },
            "recipient-name": "Anna Schmidt",
            "given-name": "Anna",
            "surname": "Schmidt",
        }
    )
    assert codes(shop.put_orders(abroad)) == ["UNAVAILABLE_MAIL_TYPE"]


@proves("OFR-008")
def test_a_service_is_taken_from_the_moment_at_which_it_is_added(desk: OwnDesk) -> None:
    shop = with_token(desk, active(desk))
    for change, code, service in REFUSED:
        made = with_value("ONLINE_PARCEL", str(change.get("mail-category", "ORDINARY")), **change)
        asked = shop.own("POST", "/service-requests", {"service": service, "comment": "для зимы"}, status=201)
        assert asked["state"] == "asked"
        shop.wait(4 * HOUR_MS - 1)
        assert codes(shop.put_orders(made)) == [code]
        shop.wait(1)
        assert shop.read(f"/service-requests/{asked['id']}")["state"] == "added"
        assert codes(shop.put_orders(made)) == [], service


@proves("OFR-009")
def test_an_account_manager_can_decline(desk: OwnDesk) -> None:
    shop = with_token(desk, active(desk))
    shop.world.store.header.settings = {"russian_post": {"account_manager": "declines"}}
    asked = shop.own("POST", "/service-requests", {"service": "letters"})
    shop.wait(4 * HOUR_MS)
    found = shop.read(f"/service-requests/{asked['id']}")
    assert found["state"] == "declined" and found["reason"]
    letter = order(**next(change for change, _, service in REFUSED if service == "letters"))
    assert codes(shop.put_orders(letter)) == ["UNAVAILABLE_MAIL_TYPE"]
    shop.own("POST", "/service-requests", {"service": "letters"}, status=201)


@proves("OFR-010")
def test_services_that_are_unknown_covered_or_asked_for_are_refused(desk: OwnDesk) -> None:
    shop = with_token(desk, active(desk))
    refused = shop.own("POST", "/service-requests", {"service": "teleport"}, status=422)
    assert "electronic_letters" in refused["detail"]
    assert shop.own("POST", "/service-requests", {"service": "office"}, status=409)["service"] == "office"
    first = shop.own("POST", "/service-requests", {"service": "banderols"})
    assert shop.own("POST", "/service-requests", {"service": "banderols"}, status=409)["request"] == first["id"]
    assert len(shop.read("/service-requests")["data"]) == 1


@proves("OFR-011", "OFR-012")
def test_a_paper_contract_is_in_force_after_two_weeks_and_covers_everything(desk: OwnDesk) -> None:
    shop = with_token(desk, active(desk))
    offer = shop.otpravka("GET", "/1.0/settings")
    asked = shop.own("POST", "/contracts", {}, status=201)
    shop.own("POST", "/contracts", {}, status=409)
    shop.wait(14 * DAY_MS - 1)
    assert shop.read(f"/contracts/{asked['id']}")["state"] == "contract_on_its_way"
    assert shop.otpravka("GET", "/1.0/settings")["agreement-kind"] == "PUBLIC_OFFER"
    assert codes(shop.put_orders(order())) == []
    assert codes(shop.put_orders(order(**{"mail-type": "BUSINESS_COURIER"}))) == ["UNAVAILABLE_MAIL_TYPE"]
    shop.wait(1)
    found = shop.read(f"/contracts/{asked['id']}")
    settings = shop.otpravka("GET", "/1.0/settings")
    assert (found["state"], settings["agreement-kind"]) == ("in_force", "CONTRACT")
    assert settings["agreement-number"] == found["agreement_number"] != offer["agreement-number"]
    assert settings["agreement-date"] == "2026-03-16"
    assert codes(shop.put_orders(order(**{"mail-type": "BUSINESS_COURIER"}))) == []
    assert all(row["covered"] for row in shop.read("/services")["data"])


@proves("OFR-013")
def test_who_wants_paper_from_the_start_waits_for_it(desk: OwnDesk) -> None:
    made = desk.own("POST", "/sign-ups", {**SIGN_UP, "kind": "paper_contract"})["id"]
    desk.wait(2 * HOUR_MS)
    assert state_of(desk, made) == "contract_on_its_way"
    assert desk.own("POST", f"/sign-ups/{made}/acceptance", {"offer_version": "2026-1"}, status=409)
    desk.wait(14 * DAY_MS - 1)
    desk.read(f"/sign-ups/{made}/token", status=409)
    desk.wait(1)
    shop = with_token(desk, made)
    assert shop.otpravka("GET", "/1.0/settings")["agreement-kind"] == "CONTRACT"
    assert codes(shop.put_orders(order(**{"mail-type": "BUSINESS_COURIER"}))) == []


@proves("OFR-014")
def test_an_account_has_one_sign_up_at_a_time(desk: OwnDesk) -> None:
    first = desk.own("POST", "/sign-ups", SIGN_UP)["id"]
    assert desk.own("POST", "/sign-ups", SIGN_UP, status=409)["sign_up"] == first
    desk.own("POST", f"/sign-ups/{first}/withdrawal", {})
    second = desk.own("POST", "/sign-ups", SIGN_UP, status=201)["id"]
    desk.wait(2 * HOUR_MS)
    desk.own("POST", f"/sign-ups/{second}/acceptance", {"offer_version": "2026-1"})
    desk.wait(HOUR_MS)
    assert desk.own("POST", "/sign-ups", SIGN_UP, status=409)["state"] == "active"
    assert [row["state"] for row in desk.read("/sign-ups")["data"]] == ["withdrawn", "active"]


@proves("OFR-015")
def test_an_inn_is_checked_by_its_digits_and_by_the_register(desk: OwnDesk) -> None:
    assert is_inn(INN) and is_inn("500100732259") and not is_inn("500100732258") and not is_inn("7707083894")
    wrong = {**SIGN_UP, "organisation": {"name": "ООО «Кедр»", "inn": "7707083894"}}
    assert desk.own("POST", "/sign-ups", wrong, status=422)["errors"][0]["pointer"] == "/organisation/inn"
    assert desk.read("/sign-ups")["data"] == []
    unknown = next(f"00{n:07d}{digit}" for n in range(9) for digit in range(10) if is_inn(f"00{n:07d}{digit}"))
    nobody = {**SIGN_UP, "organisation": {"name": "ООО «Никто»", "inn": unknown}}
    made = desk.own("POST", "/sign-ups", nobody)["id"]
    assert state_of(desk, made) == "checking"
    desk.wait(2 * HOUR_MS)
    found = desk.read(f"/sign-ups/{made}")
    assert found["state"] == "rejected" and "INN" in found["reason"]
    desk.own("POST", "/sign-ups", SIGN_UP, status=201)


@proves("OFR-016")
def test_an_offer_that_nobody_accepts_expires(desk: OwnDesk) -> None:
    made = desk.own("POST", "/sign-ups", SIGN_UP)["id"]
    desk.wait(2 * HOUR_MS + 30 * DAY_MS - 1)
    assert state_of(desk, made) == "offered"
    desk.wait(1)
    assert state_of(desk, made) == "expired"
    assert desk.own("POST", f"/sign-ups/{made}/acceptance", {"offer_version": "2026-1"}, status=409)
    desk.own("POST", "/sign-ups", SIGN_UP, status=201)


@proves("OFR-016")
def test_an_offer_that_was_accepted_does_not_expire(desk: OwnDesk) -> None:
    made = active(desk)
    desk.wait(40 * DAY_MS)
    assert state_of(desk, made) == "active"


@proves("OFR-017")
@pytest.mark.parametrize("wait_ms", [0, 2 * HOUR_MS])
def test_a_withdrawn_sign_up_goes_no_further(desk: OwnDesk, wait_ms: int) -> None:
    made = desk.own("POST", "/sign-ups", SIGN_UP)["id"]
    desk.wait(wait_ms)
    desk.own("POST", f"/sign-ups/{made}/withdrawal", {})
    desk.wait(40 * DAY_MS)
    assert state_of(desk, made) == "withdrawn"
    desk.read(f"/sign-ups/{made}/token", status=409)
    assert desk.own("POST", f"/sign-ups/{made}/withdrawal", {}, status=409)["state"] == "withdrawn"


@proves("OFR-017")
def test_what_is_on_its_way_can_be_withdrawn_and_what_is_active_cannot(desk: OwnDesk) -> None:
    made = desk.own("POST", "/sign-ups", {**SIGN_UP, "kind": "paper_contract"})["id"]
    desk.wait(3 * HOUR_MS)
    desk.own("POST", f"/sign-ups/{made}/withdrawal", {})
    desk.wait(15 * DAY_MS)
    assert state_of(desk, made) == "withdrawn" and desk.events("contract.in_force") == []
    assert not any(row["covered"] for row in desk.read("/services")["data"])
    made = active(desk)
    assert desk.own("POST", f"/sign-ups/{made}/withdrawal", {}, status=409)["state"] == "active"


@proves("OFR-018")
def test_another_password_learns_nothing(desk: OwnDesk) -> None:
    made = active(desk)
    thief = OwnDesk(tenants=desk.tenants, token="", password="guessed")
    for path in (f"/sign-ups/{made}", f"/sign-ups/{made}/token", "/sign-ups", "/services"):
        refused = thief.read(path, status=401)
        assert "Кедр" not in json.dumps(refused, ensure_ascii=False)
    other = OwnDesk(tenants=desk.tenants, token="", login="other@example.org")
    other.read(f"/sign-ups/{made}", status=404)
    bare = desk.call("GET", "/parcelproof/v1/sign-ups", headers={})
    assert bare.status == 401 and bare.headers["Content-Type"] == "application/problem+json"


@proves("OFR-019")
def test_every_step_is_an_event_and_none_tells_the_token(desk: OwnDesk) -> None:
    shop = with_token(desk, active(desk))
    shop.own("POST", "/service-requests", {"service": "letters"})
    shop.own("POST", "/contracts", {})
    shop.wait(14 * DAY_MS)
    assert [type for type, _ in shop.events()] == [
        "sign_up.checking",
        "sign_up.offered",
        "sign_up.activating",
        "sign_up.active",
        "service.asked",
        "contract.contract_on_its_way",
        "service.added",
        "contract.in_force",
    ]
    times = [at for _, at in shop.events()]
    assert times == sorted(times) and times[3] == "2026-03-02T12:00:00.000Z" and times[-1][:10] == "2026-03-16"
    assert shop.token not in json.dumps(shop.read("/events"))
    first = shop.read("/events?limit=3")
    rest = shop.read(f"/events?limit=200&after={first['next']}")
    assert [row["id"] for row in first["data"] + rest["data"]] == [row["id"] for row in shop.read("/events")["data"]]


@proves("OFR-020")
def test_a_repeated_sign_up_is_one(desk: OwnDesk) -> None:
    key = "sign-up-0000000000000001"
    first = desk.own("POST", "/sign-ups", SIGN_UP, key=key, status=201)
    assert desk.own("POST", "/sign-ups", SIGN_UP, key=key, status=200) == first
    assert desk.own("POST", "/sign-ups", SIGN_UP, key=f'"{key}"', status=200) == first
    other = {**SIGN_UP, "kind": "paper_contract"}
    assert desk.own("POST", "/sign-ups", other, key=key, status=422)["type"] == "/problems/idempotency-key-reused"
    assert desk.own("POST", "/sign-ups", SIGN_UP, key="short", status=400)["type"].endswith("key-missing")
    assert len(desk.read("/sign-ups")["data"]) == 1
    desk.wait(DAY_MS + MINUTE_MS)
    assert desk.own("POST", "/sign-ups", SIGN_UP, key=key, status=409)["type"] == "/problems/taken"


@proves("OFR-021")
def test_available_products_are_those_that_are_covered(desk: OwnDesk) -> None:
    everything = OwnDesk(tenants=desk.tenants, token="never-onboarded").otpravka("GET", "/1.0/user-shipping-points")
    shop = with_token(desk, active(desk))

    def types(points: Any) -> set[str]:
        return {row["mail-type"] for point in points for row in point["available-products"]}

    assert types(shop.otpravka("GET", "/1.0/user-shipping-points")) == {
        "POSTAL_PARCEL",
        "ONLINE_PARCEL",
        "ONLINE_COURIER",
        "PARCEL_CLASS_1",
        "EMS",
    }
    assert "BUSINESS_COURIER" in types(everything)
    shop.own("POST", "/service-requests", {"service": "banderols"})
    shop.wait(4 * HOUR_MS)
    assert "BANDEROL" in types(shop.otpravka("GET", "/1.0/user-shipping-points"))


@proves("OFR-022")
def test_letters_and_fulfilment_are_beyond_the_offer(desk: OwnDesk) -> None:
    shop = with_token(desk, active(desk))
    for path, service in (("/letters", "electronic_letters"), ("/fulfilment/orders", "fulfilment")):
        refused = shop.own("POST", path, {}, status=403)
        assert refused["type"] == "/problems/not-covered" and refused["service"] == service
        assert shop.read(path)["data"] == []
        shop.own("POST", "/service-requests", {"service": service})
    shop.wait(4 * HOUR_MS)
    for path in ("/letters", "/fulfilment/orders"):
        assert shop.own("POST", path, {}, status=422)["type"] == "/problems/validation"
