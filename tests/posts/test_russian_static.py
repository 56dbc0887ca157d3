"""Answers of Russian Post that no tenant's state changes: its sheets list them, and list nothing else.

Two worlds of one seed, one clock and of other state are asked the same; what answers alike in both hangs on no state.
What answers alike whatever is asked, too, is always the same. Writes change state: `test_russian_read_back` has them.
"""

import json
from typing import Any

import pytest

from parcelproof.simulators.postal_api.russia import CALCULATED, POST
from parcelproof.simulators.wire.call import Answer
from parcelproof.simulators.wire.carrier import Static

from ..russia.letter_papers import ROW, pdf
from ..russia.own_desk import DAY_MS, HOUR_MS, OWN, OwnDesk
from ..russia.tariff.conftest import Calculator
from ..russia.test_letters import ADDRESS, ANNA, letter
from ..russia.test_offers import SIGN_UP
from ..russia.warehouse import CUP, make, product, scanned, supply
from .russian_life import ABROAD, REBOOKING, SLOTS, WAREHOUSE, Shop, newcomer, packed, shop, upload
from .test_russian_read_back import QUESTIONS

PHONE = 79001234567
CLEANED = {"address": "Саратов", "fio": "Иванов", "phone": "8 495 123-45-67"}
TARIFF = {"index-to": "644099", "mail-category": "ORDINARY", "mail-type": "POSTAL_PARCEL", "mass": 1000}
COD = {"mail-category": "WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY", "insr-value": 90_000, "payment": 90_000}
LATER = SLOTS.replace("2026-03-05", "2026-03-20")
GROUP = {"add-to-mmo": True, "group-name": "G"}
Question = tuple[str, str, Any]
Answers = dict[str, list[Answer]]


def get(*paths: str) -> list[Question]:
    return [("GET", path, None) for path in paths]


def lived(other: bool) -> tuple[Shop, dict[str, list[Question]]]:
    """Live a shop's life; return it with questions of every operation that reads. `other` is the other world's."""
    desk, name = shop(), "Петров" if other else "Иванов"
    booked = desk.booked()
    who = {"surname": name, "recipient-name": f"{name} Иван", "mass": 5_000 if other else 800, **goods(name)}
    fresh = desk.made(**who, **GROUP, **COD)
    grouped = desk.made(**who, **GROUP, **COD, **{"order-num": "A-2", "completeness-checking": True})
    batch = desk.checked_in(grouped)
    abroad = {"recipient-name": "Hans Maier" if other else "Hans Mueller"}
    asked = desk.questioned(**abroad) if other else sent_abroad(desk, **abroad)
    declared = desk.made(**{**ABROAD, **abroad, "order-num": "A-7"})
    old = desk.batch(desk.made(**who, **{"order-num": "A-9"}))
    desk.done("PUT", "/1.0/archive", [old])
    desk.wait(2 * DAY_MS)
    direct = desk.barcode("A-2")
    back = desk.done("PUT", "/1.0/returns", {"direct-barcode": direct})["return-barcode"]
    found = own_lives(desk, other)
    desk.done("PUT", "/1.0/archive", [desk.batch(desk.made(**who, **{"order-num": "A-8"}))])
    if other:
        desk.booked(LATER)
        told = "\n".join((CLEANED["address"], CLEANED["fio"], CLEANED["phone"]))
        more = {"shipping_points": "109012", "online_balance_minor": 5, "esignature": "disabled"}
        desk.settle(unreliable_phones=str(PHONE), confirmed_manually=told, easy_return="off", **more)
        desk.done("POST", f"{OWN}/number-ranges")
    return desk, {**otpravka(fresh, declared, grouped, batch, back), **lookups(booked), **own(asked, batch), **found}


def goods(name: str) -> dict[str, Any]:
    return {"goods": {"items": [{"description": f"Книга {name}", "quantity": 1, "value": 100}]}}


def sent_abroad(desk: Shop, **changes: Any) -> int:
    found = desk.made(**{**ABROAD, **changes})
    desk.checked_in(found)
    desk.wait(DAY_MS)
    return found


def own_lives(desk: Shop, other: bool) -> dict[str, list[Question]]:
    """Make letters, inboxes and goods; return their questions."""
    who = {"name": ANNA["name"], "address": ADDRESS, "consents": True}
    inbox = desk.own("POST", "/recipients", who)["id"]
    title = "Другое" if other else "Требование"
    sent = desk.own("POST", "/letters", letter(pdf(2 if other else 1), title=title, notice=True))["id"]
    uploaded = json.loads(
        desk.ask("POST", f"{OWN}/letter-uploads", packed(upload([{**ROW, "LETTER_TITLE": title}]))).body
    )["id"]
    desk.wait(2 * HOUR_MS if other else HOUR_MS)
    desk.own("POST", f"/recipients/{inbox}/inbox/{sent}/opening", {})
    desk.wait(0 if other else HOUR_MS)
    if other:
        desk.own("PUT", f"/recipients/{inbox}/consent", {"consents": False})
    product(desk, CUP, 500 if other else 400)
    supplied = supply(desk, cup=8 if other else 9)
    made = make(desk, cup=2 if other else 1)
    desk.wait(DAY_MS)
    scanned(desk, made, "1/2", "2/1")
    back = desk.own(
        "POST", f"/fulfilment/orders/{made}/returns", {"lines": [{"sku": CUP, "quantity": 1}], "reason": title}
    )
    return {
        "list_letters": get(f"{OWN}/letters"),
        "read_letter": get(f"{OWN}/letters/{sent}"),
        "read_letter_document": get(f"{OWN}/letters/{sent}/document"),
        "read_letter_signature": get(f"{OWN}/letters/{sent}/signature"),
        "read_letter_notice": get(f"{OWN}/letters/{sent}/notice"),
        "list_letter_uploads": get(f"{OWN}/letter-uploads"),
        "read_letter_upload": get(f"{OWN}/letter-uploads/{uploaded}"),
        "list_recipients": get(f"{OWN}/recipients"),
        "read_recipient": get(f"{OWN}/recipients/{inbox}"),
        "read_inbox": get(f"{OWN}/recipients/{inbox}/inbox"),
        "list_products": get(f"{WAREHOUSE}/products"),
        "read_product": get(f"{WAREHOUSE}/products/{CUP}"),
        "list_supplies": get(f"{WAREHOUSE}/supplies"),
        "read_supply": get(f"{WAREHOUSE}/supplies/{supplied}"),
        "list_stock": get(f"{WAREHOUSE}/stock"),
        "read_stock": get(f"{WAREHOUSE}/stock/{CUP}"),
        "list_stock_movements": get(f"{WAREHOUSE}/movements"),
        "list_warehouse_orders": get(f"{WAREHOUSE}/orders"),
        "read_warehouse_order": get(f"{WAREHOUSE}/orders/{made}"),
        "list_warehouse_returns": get(f"{WAREHOUSE}/returns"),
        "read_warehouse_return": get(f"{WAREHOUSE}/returns/{back['id']}"),
        "list_own_events": get(f"{OWN}/events"),
    }


def otpravka(fresh: int, declared: int, grouped: int, batch: str, back: str) -> dict[str, list[Question]]:
    forms = "/1.0/forms"
    return {
        "search_orders": get("/1.0/backlog/search?query=A-1"),
        "orders_by_group": get("/1.0/backlog/by-group-name/G"),
        "read_order": get(f"/1.0/backlog/{fresh}"),
        "list_batches": get("/1.0/batch"),
        "read_batch": get(f"/1.0/batch/{batch}"),
        "list_batch_orders": get(f"/1.0/batch/{batch}/shipment"),
        "search_shipments": get("/1.0/shipment/search?query=A-2"),
        "shipments_by_group": get("/1.0/shipment/by-group-name/G"),
        "read_shipment": get(f"/1.0/shipment/{grouped}"),
        "list_archive": get("/1.0/archive"),
        "search_long_archive": get("/1.0/long-term-archive/shipment/search?query=A-9"),
        "read_limit": get("/1.0/settings/limit"),
        "read_balance": get("/1.0/counterpart/balance"),
        "read_settings": get("/1.0/settings"),
        "list_shipping_points": get("/1.0/user-shipping-points"),
        "list_ranges": get(f"{OWN}/number-ranges"),
        "f7": get(f"{forms}/{grouped}/f7pdf"),
        "f112": get(f"{forms}/{grouped}/f112pdf"),
        "forms_before_batching": get(f"{forms}/backlog/{declared}/forms"),
        "forms_after_batching": get(f"{forms}/{grouped}/forms"),
        "f103": get(f"{forms}/{batch}/f103pdf"),
        "zip_all": get(f"{forms}/{batch}/zip-all"),
        "completeness_form": get(f"{forms}/{batch}/completeness-checking-form"),
        "easy_return": get(f"{forms}/{back}/easy-return-pdf"),
    }


def lookups(booked: str) -> dict[str, list[Question]]:
    office, near = "/postoffice/1.0/109012", "/postoffice/1.0/nearby?latitude=55.75&longitude=37.62"
    kinds = (("addresses", "address", "address"), ("names", "physical", "fio"), ("phones", "phone", "phone"))
    clean = {
        f"clean_{operation}": [("POST", f"/1.0/clean/{path}", [{"id": "1", f"original-{name}": CLEANED[name]}])]
        for operation, path, name in kinds
    }
    return clean | {
        "judge_recipients": [("POST", "/1.0/unreliable-recipient", [{"raw-telephone": PHONE}])],
        "calculate_tariff": [
            ("POST", "/1.0/tariff", TARIFF),
            ("POST", "/1.0/tariff", {**TARIFF, "index-from": "101000"}),
        ],
        "read_office": get(office, "/postoffice/1.0/410012"),
        "list_office_services": get(f"{office}/services", "/postoffice/1.0/644099/services"),
        "list_office_services_of_group": get(f"{office}/services/2101", f"{office}/services/2259"),
        "find_by_address": get("/postoffice/1.0/by-address?address=Саратов", "/postoffice/1.0/by-address?address=Омск"),
        "list_nearby": get(near, f"{near}&top=1"),
        "list_codes": get(
            *(f"/postoffice/1.0/settlement.offices.codes?settlement={name}" for name in ("Саратов", "Омск"))
        ),
        "list_points": get("/1.0/delivery-point/findAll"),
        "dump_offices": get(*(f"/1.0/unloading-passport/zip?type={kind}" for kind in ("OPS", "PVZ"))),
        "list_time_slots": get(f"/external/v1/timeslots-by-postindex?{LATER}"),
        "list_time_slots_for_rebooking": get(f"{REBOOKING.replace('2026-03-05', '2026-03-20')}{booked}"),
    }


def own(asked: int, batch: str) -> dict[str, list[Question]]:
    documents = f"{OWN}/batches/{batch}/documents"
    return {
        "read_authority": get(f"{OWN}/documents/authority"),
        "list_documents": get(documents),
        "read_document": get(f"{documents}/F103.pdf"),
        "read_acceptance": get(f"{OWN}/batches/{batch}/acceptance"),
        "read_customs": get(f"{OWN}/orders/{asked}/customs"),
        "read_customs_form": get(f"{OWN}/orders/{asked}/customs-form"),
    }


def joined(other: bool) -> tuple[Shop, dict[str, list[Question]]]:
    """Sign somebody up; return the desk with questions of every operation that reads about it."""
    desk = newcomer()
    made = desk.own("POST", "/sign-ups", SIGN_UP if other else {**SIGN_UP, "kind": "paper_contract"})["id"]
    desk.wait(2 * HOUR_MS)
    if other:
        desk.own("POST", f"/sign-ups/{made}/acceptance", {"offer_version": "2026-1"})
    desk.wait(15 * DAY_MS)
    asked = [desk.own("POST", "/service-requests", {"service": "letters"})["id"]] if other else []
    contract = desk.own("POST", "/contracts", {})["id"] if other else "ctr_0"
    return desk, {
        "list_sign_ups": get(f"{OWN}/sign-ups"),
        "read_sign_up": get(f"{OWN}/sign-ups/{made}"),
        "read_token": get(f"{OWN}/sign-ups/{made}/token"),
        "list_services": get(f"{OWN}/services"),
        "list_service_requests": get(f"{OWN}/service-requests"),
        "read_service_request": get(f"{OWN}/service-requests/{asked[0] if asked else 'svc_0'}"),
        "list_contracts": get(f"{OWN}/contracts"),
        "read_contract": get(f"{OWN}/contracts/{contract}"),
    }


def answered(desk: OwnDesk, questions: dict[str, list[Question]]) -> Answers:
    assert isinstance(desk, Shop)
    return {name: [desk.ask(*question) for question in rows] for name, rows in questions.items()}


@pytest.fixture(scope="module")
def answers() -> tuple[Answers, Answers]:
    """Return what two worlds answer to one world's questions."""
    found: tuple[Answers, Answers] = ({}, {})
    for life in (lived, joined):
        (here, _), (there, questions) = life(False), life(True)
        assert here.world.now_ms == there.world.now_ms
        for desk, told in zip((here, there), found, strict=True):
            told.update(answered(desk, questions))
    return found


def static(here: Answers, there: Answers) -> dict[str, Static]:
    """Return the operations that answer alike in both worlds."""
    found = {}
    for operation, rows in here.items():
        if [(row.status, row.body) for row in rows] == [(row.status, row.body) for row in there[operation]]:
            found[operation] = Static.ALWAYS if len({row.body for row in rows}) == 1 else Static.ASKED
    return found


def test_every_operation_that_reads_is_asked_and_answers(answers: tuple[Answers, Answers]) -> None:
    here, there = answers
    reading = {route.operation for route in POST.routes if route.method == "GET"} - {"check_in_batch"}
    assert set(here) == reading | QUESTIONS
    for operation in here:
        rows = [*here[operation], *there[operation]]
        assert any(row.status < 300 and row.body not in (b"[]", b"{}") for row in rows), (operation, rows[0])


def test_static_answers_are_those_that_the_sheet_lists(answers: tuple[Answers, Answers]) -> None:
    assert static(*answers) == dict(POST.sheet.static)


DAY = "date=20260310&time=1200"
CALCULATED_QUESTIONS = {
    **{
        operation: [
            (path, f"object=27030&from=101000&to=630000&weight=1000&{DAY}"),
            (path, f"object=4030&from=101000&to=410012&weight=900&{DAY}"),
        ]
        for operation, path in (
            ("calculate_price", "/v2/calculate/tariff"),
            ("calculate_terms", "/v2/calculate/delivery"),
            ("calculate_price_and_terms", "/v2/calculate/tariff/delivery"),
            ("calculate_price_v1", "/tariff/v1/calculate"),
            ("calculate_terms_v1", "/delivery/v1/calculate"),
        )
    },
    "list_categories": [("/v2/dictionary/category", ""), ("/v2/dictionary/category", "id=100")],
    "list_objects": [("/v2/dictionary/object", f"id=104&{DAY}"), ("/v2/dictionary/object", f"id=101&{DAY}")],
    "list_services": [("/v2/dictionary/service", DAY), ("/v2/dictionary/service", f"id=2&{DAY}")],
    "list_countries": [("/v2/dictionary/country", DAY), ("/v2/dictionary/country/276", DAY)],
    "list_offices": [("/v2/dictionary/postoffice", f"id={index}") for index in (101000, 410012)],
    "read_dictionary": [("/v2/dictionary/tariff", f"category={number}") for number in (100, 200)],
    "read_dictionary_v1": [("/v1/dictionary", f"category={number}") for number in (100, 200)],
}


def test_the_calculator_hangs_on_no_state_at_all() -> None:
    here, other = Calculator(), lived(True)[0]
    there = Calculator(other.tenants)
    told = [
        {
            name: [one.get(f"/~{world}{path}", query) for path, query in rows]
            for name, rows in CALCULATED_QUESTIONS.items()
        }
        for one, world in ((here, "a"), (there, other.token))
    ]
    assert set(told[0]) == {route.operation for route in CALCULATED.routes}
    assert all(row.status == 200 for rows in told[0].values() for row in rows)
    assert static(*told) == dict(CALCULATED.sheet.static)
