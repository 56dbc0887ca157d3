"""A shop of Russian Post's, all of whose chapters can be called, and what has to be there before each write."""

import json
from typing import Any
from urllib.parse import quote

from parcelproof.simulators.wire.call import Answer

from ..russia.letter_papers import ROW, packed, upload
from ..russia.own_desk import DAY_MS, HOUR_MS, OWN, OwnDesk, order
from ..russia.test_letters import CHECK_MS, consenting, letter, send
from ..russia.test_offers import SIGN_UP, active
from ..russia.warehouse import CUP, asked, delivery, lines, make, product, scanned, supply

SETTINGS = {"free_return_address": "on", "long_archive_after_days": 1, "balance_call": "answered", "daily_limit": 10**6}
SLOTS = "postIndexFrom=109012&postIndexTo=410012&plannedShippingDate=2026-03-05"
BOOKING = {
    "timeslotId": 0, "phone": "79001234567", "postIndexFrom": "109012", "postIndexTo": "410012", "contractNumber": "1",
    "plannedShippingDate": "2026-03-05", "address": "ул Ленина, 1", "workTypeCode": "delivery", "mailTypeCode": "24",
    "mailCtgCode": "0",
}  # fmt: skip
BACK = {
    "address-from": {"address-type": "DEFAULT", "index": "410012", "place": "г Саратов", "region": "обл Саратовская"},
    "mail-type": "UNDEFINED",
    "recipient-name": "ООО Ромашка",
    "sender-name": "Иванов Иван",
    "order-num": "R-1",
}
ENTRY = {
    "amount": 1, "description": "Porcelain cup", "tnved-code": "6911100000", "country-code": 643, "value": 450_000,
    "weight": 700,
}  # fmt: skip
ABROAD: dict[str, Any] = {
    "mail-direct": 276, "str-index-to": "10115", "place-to": "Berlin", "region-to": "Berlin", "given-name": "Hans",
    "surname": "Mueller", "recipient-name": "Hans Mueller", "index-to": None, "street-to": "Hauptstrasse",
    "house-to": "5", "mail-type": "POSTAL_PARCEL",
    "customs-declaration": {"currency": "RUB", "entries-type": "SALE_OF_GOODS", "customs-entries": [ENTRY]},
}  # fmt: skip
ZIP = "application/zip"
__all__ = ["CHECK_MS", "DAY_MS", "HOUR_MS", "OWN", "SLOTS", "Shop", "packed", "upload"]


class Shop(OwnDesk):
    """One client with a token, or, without one, a login that signs up."""

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """Call anything; a body that is no bytes is JSON, a write of ours has a key of its own."""
        kind = ZIP if isinstance(body, bytes) else "application/json"
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        headers = self.headers(**{"Content-Type": kind, "Idempotency-Key": f"key-{next(self.keys):020d}"})
        return self.call(method, quote(path, safe="/?&=-._~:"), sent, headers)

    def done(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.ask(method, path, body)
        assert answer.status < 300, (path, answer.status, answer.body.decode())
        return json.loads(answer.body)

    def settle(self, **changes: Any) -> None:
        header = self.world.store.header
        header.settings = {**header.settings, "russian_post": {**SETTINGS, **changes}}

    # -- what has to be there

    def made(self, **changes: Any) -> int:
        found = self.done("PUT", "/1.0/user/backlog", [order(**changes)])
        assert "errors" not in found, found
        return int(found["result-ids"][0])

    def batch(self, *ids: int) -> str:
        return str(self.done("POST", "/1.0/user/shipment", list(ids))["batches"][0]["batch-name"])

    def checked_in(self, *ids: int) -> str:
        name = self.batch(*ids)
        assert self.done("POST", f"/1.0/batch/{name}/checkin") == {"f103-sent": True}
        return name

    def barcode(self, number: str = "A-1") -> str:
        rows = self.done("GET", f"/1.0/backlog/search?query={number}")
        rows += self.done("GET", f"/1.0/shipment/search?query={number}")
        return str(rows[0]["barcode"])

    def booked(self, query: str = SLOTS) -> str:
        """Book a time slot and return what it is called by."""
        found = self.done("GET", f"/external/v1/timeslots-by-postindex?{query}")
        planned = {"plannedShippingDate": query.rpartition("=")[2]}
        self.done("POST", "/external/v1/booking-by-postindex", {**self.booking(found), **planned})
        return str(found["uuid"])

    def booking(self, found: Any) -> dict[str, Any]:
        return {**BOOKING, "uuid": found["uuid"], "timeslotId": found["timeslots"][0]["id"]}

    def separate_return(self) -> str:
        return str(self.done("PUT", "/1.0/returns/return-without-direct", [BACK])[0]["return-barcode"])

    def questioned(self, **changes: Any) -> int:
        """Return an order abroad of which customs want to know more."""
        found = self.made(**{**ABROAD, "comment": "[customs: questions]", **changes})
        self.checked_in(found)
        self.wait(DAY_MS)
        return found

    def lies_in(self, inbox: str) -> str:
        """Send a letter that lies unopened."""
        assert inbox
        return send(self)

    def stocked(self) -> None:
        product(self, CUP, 400)
        supply(self, cup=9)

    def delivered(self) -> str:
        self.stocked()
        found = make(self, cup=1)
        self.wait(DAY_MS)
        scanned(self, found, "1/2", "2/1")
        return found

    def quarantined(self) -> None:
        self.stocked()
        found = make(self, cup=1)
        self.wait(DAY_MS)
        self.settle(returned_goods="damaged")
        scanned(self, found, "3/1", "2/2")
        self.wait(3 * HOUR_MS)


def shop() -> Shop:
    found = Shop()
    found.done("GET", "/1.0/settings/limit")
    found.settle()
    return found


def newcomer() -> Shop:
    return Shop(token="")


Call = tuple[str, str, Any]
Prepared = tuple[Call, str]


# -- every write: the call, and the path that reads back what it did


def create_in_batch(desk: Shop) -> Prepared:
    name = desk.batch(desk.made())
    return ("PUT", f"/1.0/batch/{name}/shipment", [order()]), f"/1.0/batch/{name}/shipment"


def move_into_batch(desk: Shop) -> Prepared:
    name = desk.batch(desk.made())
    return ("POST", f"/1.0/batch/{name}/shipment", [desk.made()]), f"/1.0/batch/{name}/shipment"


def return_to_new(desk: Shop) -> Prepared:
    first, second = desk.made(), desk.made()
    name = desk.batch(first, second)
    return ("POST", "/1.0/user/backlog", [first]), f"/1.0/batch/{name}/shipment"


def edit_order(desk: Shop) -> Prepared:
    path = f"/1.0/backlog/{desk.made()}"
    return ("PUT", path, order(mass=900)), path


def delete_orders(desk: Shop) -> Prepared:
    made = desk.made()
    return ("DELETE", "/1.0/backlog", [made]), f"/1.0/backlog/{made}"


def delete_from_batch(desk: Shop) -> Prepared:
    made = desk.made()
    desk.batch(made)
    return ("DELETE", "/1.0/shipment", [made]), f"/1.0/shipment/{made}"


def change_sending_date(desk: Shop) -> Prepared:
    path = f"/1.0/batch/{desk.batch(desk.made())}"
    return ("POST", f"{path}/sending/2026/3/9", None), path


def check_in_batch(desk: Shop) -> Prepared:
    path = f"/1.0/batch/{desk.batch(desk.made())}"
    return ("POST", f"{path}/checkin", None), path


def archive_batches(desk: Shop) -> Prepared:
    return ("PUT", "/1.0/archive", [desk.batch(desk.made())]), "/1.0/archive"


def revert_archive(desk: Shop) -> Prepared:
    name = desk.batch(desk.made())
    desk.done("PUT", "/1.0/archive", [name])
    return ("POST", "/1.0/archive/revert", [name]), "/1.0/archive"


REBOOKING = "/external/v1/timeslots-for-rebooking?plannedShippingDate=2026-03-05&uuidOrBarcode="


def book_time_slot(desk: Shop) -> Prepared:
    found = desk.done("GET", f"/external/v1/timeslots-by-postindex?{SLOTS}")
    return ("POST", "/external/v1/booking-by-postindex", desk.booking(found)), REBOOKING + found["uuid"]


def name_booking(desk: Shop) -> Prepared:
    desk.made()
    body = {"barcode": desk.barcode(), "contractNumber": "1"}
    return ("PUT", f"/external/v1/booking-by-postindex?uuid={desk.booked()}", body), REBOOKING + body["barcode"]


def cancel_booking(desk: Shop) -> Prepared:
    key = desk.booked()
    return ("DELETE", f"/external/v1/booking-by-postindex/{key}", None), REBOOKING + key


def create_return(desk: Shop) -> Prepared:
    desk.batch(desk.made())
    return ("PUT", "/1.0/returns", {"direct-barcode": desk.barcode()}), "/1.0/backlog/search?query=A-1"


OF_RETURN = "/1.0/backlog/search?query=R-1"


def delete_separate_return(desk: Shop) -> Prepared:
    return ("DELETE", f"/1.0/returns/delete-separate-return?barcode={desk.separate_return()}", None), OF_RETURN


def edit_return(desk: Shop) -> Prepared:
    return ("POST", f"/1.0/returns?barcode={desk.separate_return()}", {**BACK, "sender-name": "Пётр"}), OF_RETURN


def edit_return_by_path(desk: Shop) -> Prepared:
    return ("PUT", f"/1.0/returns/{desk.separate_return()}", {**BACK, "sender-name": "Пётр"}), OF_RETURN


def answer_customs(desk: Shop) -> Prepared:
    path = f"{OWN}/orders/{desk.questioned()}/customs"
    return ("POST", f"{path}/answer", {"text": "Счёт приложен"}), path


def withdraw_letter(desk: Shop) -> Prepared:
    path = f"{OWN}/letters/{desk.own('POST', '/letters', letter())['id']}"
    return ("POST", f"{path}/withdrawal", {}), path


def change_consent(desk: Shop) -> Prepared:
    path = f"{OWN}/recipients/{consenting(desk)}"
    return ("PUT", f"{path}/consent", {"consents": False}), path


def open_letter(desk: Shop) -> Prepared:
    who = consenting(desk)
    found = desk.lies_in(who)
    return ("POST", f"{OWN}/recipients/{who}/inbox/{found}/opening", {}), f"{OWN}/letters/{found}"


def refuse_letter(desk: Shop) -> Prepared:
    who = consenting(desk)
    found = desk.lies_in(who)
    return ("POST", f"{OWN}/recipients/{who}/inbox/{found}/refusal", {}), f"{OWN}/letters/{found}"


def accept_offer(desk: Shop) -> Prepared:
    path = f"{OWN}/sign-ups/{desk.own('POST', '/sign-ups', SIGN_UP)['id']}"
    desk.wait(2 * HOUR_MS)
    return ("POST", f"{path}/acceptance", {"offer_version": "2026-1"}), path


def withdraw_sign_up(desk: Shop) -> Prepared:
    path = f"{OWN}/sign-ups/{desk.own('POST', '/sign-ups', SIGN_UP)['id']}"
    return ("POST", f"{path}/withdrawal", {}), path


def ask_for_service(desk: Shop) -> Prepared:
    active(desk)
    return ("POST", f"{OWN}/service-requests", {"service": "letters"}), f"{OWN}/service-requests"


def ask_for_contract(desk: Shop) -> Prepared:
    active(desk)
    return ("POST", f"{OWN}/contracts", {}), f"{OWN}/contracts"


WAREHOUSE = f"{OWN}/fulfilment"
ARTICLE = {"name": "Чашка", "mass_g": 400, "sides_cm": {"length": 12, "width": 10, "height": 7}}


def announce_supply(desk: Shop) -> Prepared:
    product(desk, CUP, 400)
    return ("POST", f"{WAREHOUSE}/supplies", {"number": "S-1", "lines": lines(cup=2)}), f"{WAREHOUSE}/supplies"


def create_warehouse_order(desk: Shop) -> Prepared:
    desk.stocked()
    return ("POST", f"{WAREHOUSE}/orders", asked()), f"{WAREHOUSE}/stock/{CUP}"


def change_delivery(desk: Shop) -> Prepared:
    desk.stocked()
    path = f"{WAREHOUSE}/orders/{make(desk)}"
    return ("PUT", f"{path}/delivery", delivery(comment="другой")), path


def cancel_warehouse_order(desk: Shop) -> Prepared:
    desk.stocked()
    path = f"{WAREHOUSE}/orders/{make(desk)}/cancellation"
    return ("POST", path, {}), f"{WAREHOUSE}/stock/{CUP}"


def create_warehouse_return(desk: Shop) -> Prepared:
    path = f"{WAREHOUSE}/orders/{desk.delivered()}/returns"
    return ("POST", path, {"lines": lines(cup=1), "reason": "мала"}), f"{WAREHOUSE}/returns"


def decide_quarantine(desk: Shop) -> Prepared:
    desk.quarantined()
    body = {"sku": CUP, "quantity": 1, "decision": "restock"}
    return ("POST", f"{WAREHOUSE}/quarantine-decisions", body), f"{WAREHOUSE}/stock/{CUP}"


STAGED = (
    create_in_batch, move_into_batch, return_to_new, edit_order, delete_orders, delete_from_batch, change_sending_date,
    check_in_batch, archive_batches, revert_archive, book_time_slot, name_booking, cancel_booking, create_return,
    delete_separate_return, edit_return, edit_return_by_path, answer_customs, withdraw_letter, change_consent,
    open_letter, refuse_letter, accept_offer, withdraw_sign_up, ask_for_service, ask_for_contract, announce_supply,
    create_warehouse_order, change_delivery, cancel_warehouse_order, create_warehouse_return, decide_quarantine,
)  # fmt: skip
AT_ONCE: dict[str, Prepared] = {
    "create_orders": (("PUT", "/1.0/user/backlog", [order()]), "/1.0/backlog/search?query=A-1"),
    "create_orders_v2": (("PUT", "/2.0/user/backlog", [order()]), "/1.0/backlog/search?query=A-1"),
    "order_range": (("POST", f"{OWN}/number-ranges", None), f"{OWN}/number-ranges"),
    "create_separate_returns": (("PUT", "/1.0/returns/return-without-direct", [BACK]), OF_RETURN),
    "create_letter": (("POST", f"{OWN}/letters", letter()), f"{OWN}/letters"),
    "upload_letters": (("POST", f"{OWN}/letter-uploads", packed(upload([ROW]))), f"{OWN}/letter-uploads"),
    "create_recipient": (
        ("POST", f"{OWN}/recipients", {"name": "А", "address": "410012, Саратов", "consents": True}),
        f"{OWN}/recipients",
    ),
    "create_sign_up": (("POST", f"{OWN}/sign-ups", SIGN_UP), f"{OWN}/sign-ups"),
    "put_product": (("PUT", f"{WAREHOUSE}/products/cup", ARTICLE), f"{WAREHOUSE}/products/cup"),
}
JOINING = {"create_sign_up", "accept_offer", "withdraw_sign_up", "ask_for_service", "ask_for_contract"}


def create_batch(desk: Shop) -> Prepared:
    return ("POST", "/1.0/user/shipment", [desk.made()]), "/1.0/batch"


def prepared(operation: str) -> tuple[Shop, Prepared]:
    """Return a desk where a write can be done, the write, and where it is read back."""
    desk = newcomer() if operation in JOINING else shop()
    if operation in AT_ONCE:
        return desk, AT_ONCE[operation]
    stage = {staged.__name__: staged for staged in (*STAGED, create_batch)}[operation]
    return desk, stage(desk)


WRITES = sorted({*AT_ONCE, *(staged.__name__ for staged in (*STAGED, create_batch))})
