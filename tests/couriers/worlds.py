"""Two worlds of a courier: one seed, one clock, the same names and numbers, and another state of everything.

`questions` names requests of every operation; both worlds are asked the same.
"""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from parcelproof.simulators.courier_api.cdek import CARRIER as CDEK
from parcelproof.simulators.courier_api.cdek.records import CLOSED
from parcelproof.simulators.courier_api.iml import CARRIER as IML
from parcelproof.simulators.wire.call import Answer

from ..pickpoint.conftest import IKN, OFFICE

DAY_MS = 86_400_000


@dataclass(frozen=True)
class Question:
    """A request: the body as JSON, unless it is bytes."""

    method: str
    path: str
    body: Any = None
    query: str = ""

    def payload(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return b"" if self.body is None else json.dumps(self.body, ensure_ascii=False).encode()


def get(path: str, **query: Any) -> Question:
    return Question("GET", path, query=urlencode(query))


def post(path: str, body: Any = None) -> Question:
    return Question("POST", path, body)


# -- CDEK


def cdek(desk: Any, other: bool) -> dict[str, list[Question]]:
    """Live a life before a CDEK; `other` is the other one. Both make the same things in the same order."""
    name, to = ("Петров Пётр", "Казань") if other else ("Иванова Анна", "Новосибирск")
    person = {"name": name, "phones": [{"number": "+79130000001"}]}
    abroad = {"date_invoice": "2026-03-01", "shipper_name": "S", "shipper_address": "A"} if other else {}
    address = {"city": to, "address": "ул. Ленина, 7"}
    payment = desk.item(payment={"value": 500 if other else 900})

    def order(number: str, **changes: Any) -> str:
        packages = [desk.package(items=[payment])]
        more = {"recipient": person, "to_location": address, "packages": packages, **changes}
        uuid: str = desk.order(number=number, **more)
        desk.still(uuid)
        return uuid

    open_order, removable = order("P-1", **abroad), order("P-2")
    photos = [{"code": "PHOTO_OF_DOCUMENTS"}]
    done = order("P-3", services=photos)
    more = [order(f"P-{n}", services=photos) for n in (4, 5, 6)] if other else []
    for uuid in (done, *more):
        desk.scan(uuid, "DELIVERED")
    desk.advance(3 * DAY_MS - len(more) * 1_000)
    if other:
        desk.log_in()
        desk.scan(removable, "RECEIVED_AT_SHIPMENT_WAREHOUSE")
        desk.world.store.put(CLOSED, "MSK1", desk.world.now_ms)
    day = "2026-03-10" if other else "2026-03-11"
    hours = {"intake_date": day, "intake_time_from": "10:00", "intake_time_to": "15:00"}
    until = "17:00" if other else "18:00"
    agreed = {"order_uuid": open_order, "date": "2026-03-20", "time_from": "14:00", "time_to": until}
    paper: dict[str, Any] = {"orders": [{"order_uuid": open_order}]}
    brought = {"shipment_point": "MSK1", **paper}
    made = {}
    for key, path, body in (
        ("hook", "/webhooks", {"url": f"http://127.0.0.1:9/{int(other)}", "type": "PRINT_FORM"}),
        ("waybills", "/print/orders", {"orders": [{"order_uuid": open_order}]}),
        ("labels", "/print/barcodes", {"orders": [{"order_uuid": open_order}]}),
        ("intake", "/intakes", {"order_uuid": open_order, **hours}),
        ("agreement", "/delivery", agreed),
        (
            "prealert",
            "/prealert",
            {"planned_date": day, **brought},
        ),
    ):
        status, answer = desk.ask("POST", path, body)
        assert status in (200, 202), (path, answer)
        made[key] = answer["entity"]["uuid"]
    desk.advance(5_000)
    link = desk.ask("POST", "/photoDocument", {"orders": [{"order_uuid": done}]})[1]["orders"][0]["link"]
    moscow, there = {"code": 44, "address": "ул. Складская, 1"}, {"code": 270, "address": "ул. Ленина, 7"}
    way = {"from_location": moscow, "to_location": there, "packages": [{"weight": 1500}]}
    later = {"date_time": "2026-03-12T10:00:00+0300", "tariff_code": 139}
    far = {**way, "packages": [{"weight": 9000}]}
    number = desk.shown(open_order)["cdek_number"]
    paid = next(report["payment_date"] for report in payouts(desk))
    form = {"grant_type": "client_credentials", "client_id": "shop", "client_secret": "s"}
    v2 = "/v2"
    return {
        "get_order": [get(f"{v2}/orders/{open_order}")],
        "find_order": [get(f"{v2}/orders", cdek_number=number), get(f"{v2}/orders", im_number="P-3")],
        "list_intakes": [get(f"{v2}/orders/{open_order}/intakes")],
        "get_intake": [get(f"{v2}/intakes/{made['intake']}")],
        "get_agreement": [get(f"{v2}/delivery/{made['agreement']}")],
        "list_intervals": [get(f"{v2}/delivery/intervals", order_uuid=open_order)],
        "estimate_intervals": [
            post(f"{v2}/delivery/estimatedIntervals", {**way, **later, "to_location": {"city": town, "address": "x"}})
            for town in ("Новосибирск", "Казань")
        ],
        "list_intake_days": [post(f"{v2}/intakes/availableDays", {"from_location": moscow})],
        "get_waybills": [get(f"{v2}/print/orders/{made['waybills']}.pdf")],
        "get_labels": [get(f"{v2}/print/barcodes/{made['labels']}.pdf")],
        "get_prealert": [get(f"{v2}/prealert/{made['prealert']}")],
        "get_passports": [get(f"{v2}/passport", order_uuid=open_order)],
        "find_photos": [post(f"{v2}/photoDocument", {"period_begin": "2026-03-01", "period_end": "2026-03-31"})],
        "get_photos": [get(f"{v2}/photoDocument/{link.rpartition('/')[2]}")],
        "list_subscriptions": [get(f"{v2}/webhooks")],
        "get_subscription": [get(f"{v2}/webhooks/{made['hook']}")],
        "list_registries": [get(f"{v2}/registries", date=paid)],
        "list_payments": [get(f"{v2}/payment", date=paid)],
        "list_receipts": [get(f"{v2}/check", order_uuid=done)],
        "list_offices": [get(f"{v2}/deliverypoints", city_code=44), get(f"{v2}/deliverypoints", city_code=270)],
        "list_cities": [get(f"{v2}/location/cities", code=44), get(f"{v2}/location/cities", code=270)],
        "list_regions": [get(f"{v2}/location/regions"), get(f"{v2}/location/regions", country_codes="KZ")],
        "suggest_cities": [get(f"{v2}/location/suggest/cities", name=text) for text in ("Мос", "Каз")],
        "list_postal_codes": [get(f"{v2}/location/postalcodes", code=code) for code in (44, 270)],
        "city_at": [get(f"{v2}/location/coordinates", latitude=at, longitude=37) for at in (55, 60)],
        "list_all_tariffs": [get(f"{v2}/calculator/alltariffs", lang=lang) for lang in ("rus", "eng")],
        "price_tariff": [post(f"{v2}/calculator/tariff", {"tariff_code": 139, **load}) for load in (way, far)],
        "list_tariffs": [post(f"{v2}/calculator/tarifflist", load) for load in (way, far)],
        "list_tariffs_with_services": [post(f"{v2}/calculator/tariffAndService", load) for load in (way, far)],
        "price_customs": [post(f"{v2}/calculator/customs", {"weight": 900, "cost": cost}) for cost in (9, 90_000)],
        "check_restrictions": [
            post(
                f"{v2}/international/package/restrictions",
                {**way, "tariff_code": 139, "packages": [{"weight": 500, "items": [{"feacn_code": code}]}]},
            )
            for code in ("6109", "9305")
        ],
        "check_reverse": [
            post(f"{v2}/reverse/availability", {"tariff_code": tariff, "from_location": moscow, "to_location": there})
            for tariff in (139, 99_999)
        ],
        # writes come last; each leaves another number behind, or finds another state
        "token": [Question("POST", f"{v2}/oauth/token", urlencode(form).encode())],
        "register_order": [post(f"{v2}/orders", desk.body(number="P-9"))],
        "change_order": [Question("PATCH", f"{v2}/orders", {"uuid": removable, "comment": "x"})],
        "subscribe": [post(f"{v2}/webhooks", {"url": "http://127.0.0.1:9/x", "type": "ORDER_STATUS"})],
        "unsubscribe": [Question("DELETE", f"{v2}/webhooks/{made['hook']}")],
        "print_waybills": [post(f"{v2}/print/orders", paper)],
        "print_labels": [post(f"{v2}/print/barcodes", paper)],
        "register_prealert": [
            post(f"{v2}/prealert", {"planned_date": "2026-03-12", **brought})
        ],
        "change_intake": [
            Question("PATCH", f"{v2}/intakes", {"uuid": made["intake"], "status": {"code": "PROCESSING_REQUIRED"}})
        ],
        "call_off_courier": [Question("DELETE", f"{v2}/intakes/{made['intake']}")],
        "call_courier": [post(f"{v2}/intakes", {"order_uuid": removable, **hours, "intake_date": "2026-03-13"})],
        "agree": [post(f"{v2}/delivery", {**agreed, "time_to": "18:00", "date": "2026-03-21"})],
        "client_return": [post(f"{v2}/orders/{done}/clientReturn", {"tariff_code": 140})],
        "refuse_order": [post(f"{v2}/orders/{open_order}/refusal")],
        "delete_order": [Question("DELETE", f"{v2}/orders/{removable}")],
    }  # fmt: skip


def payouts(desk: Any) -> list[dict[str, Any]]:
    assert CDEK.payouts is not None
    return CDEK.payouts.list(desk.world)


# -- IML


def iml(desk: Any, other: bool) -> dict[str, list[Question]]:
    """Live a life before an IML."""
    contact = "Петров Пётр" if other else "Иванова Анна"
    rows = [desk.ask("/json/CreateOrder", desk.body(CustomerOrder=f"A-{n}", Contact=contact))["Order"] for n in (1, 2)]
    if other:
        desk.ask("/json/CreateOrder", desk.body(CustomerOrder="A-3"))
        desk.scan(rows[0], "1/0")
        order = "<Order><number>A-2</number><action>DELETE</action></Order>"
        desk.call("POST", "/imlapi", message(order), {**desk.credentials(), "Content-Type": "text/xml"})
    codes = [row["BarCode"] for row in rows]
    ask = {"Job": "24", "RegionFrom": "МОСКВА", "RegionTo": "НОВОСИБИРСК", "Volume": 1}
    way = {"Job": "24", "RegionCodeFrom": "МОСКВА", "RegionCodeTo": "НОВОСИБИРСК"}
    found = {
        "create_order": [post("/json/CreateOrder", desk.body(CustomerOrder="A-9"))],
        "get_orders": [post("/json/GetOrders", {"CustomerOrder": "A-1"})],
        "get_statuses": [post("/json/GetStatuses", {"CustomerOrder": "A-1"})],
        "link_label": [post("/json/PrintBar", {"BarCode": code}) for code in codes],
        "print_label": [get("/json/PrintBar", BarCode=codes[0])],
        "get_price": [post("/v5/GetPrice", {**ask, "Weigth": mass}) for mass in (1, 9)],
        "get_plant_cost_order": [post("/v5/GetPlantCostOrder", {**way, "Weight": mass}) for mass in (1, 9)],
        "exchange": [post("/imlapi", message("<Order><number>A-1</number><action>STATUS</action></Order>"))],
    }
    for route in IML.routes:
        if route.template.startswith("/list/"):
            found.setdefault(
                route.operation, [get(route.template), get(route.template, RegionCode="МОСКВА", index="630099")]
            )
    return found


def message(orders: str) -> bytes:
    space = "http://www.imlogistic.ru/schema/request/v1"
    return f'<DeliveryRequest xmlns="{space}"><Message/>{orders}</DeliveryRequest>'.encode()


# -- PickPoint


def pickpoint(desk: Any, other: bool) -> dict[str, list[Question]]:
    """Live a life before a PickPoint."""
    person, mass = ("Петров Пётр", 2.5) if other else ("Иванова Анна", 1.5)
    places = [desk.place(Weight=mass, GCBarCode="B" if other else "A")]
    numbers = [desk.still(desk.sending(SenderCode=f"A-{n}", RecipientName=person, Places=places)) for n in range(1, 8)]
    fresh, moved, received, listed, back, printed, other_received = numbers
    for number in (received, other_received) if not other else (received,):
        desk.scan(number, 111)
    if not other:
        for code in (112, 115, 116):
            desk.scan(back, code)
    desk.advance(6 * DAY_MS)
    second = desk.ask("login", Login="shop", Password="s")["SessionId"]
    desk.ask("makereestrnumber", Invoices=[listed])
    desk.ask("makereestrnumber", Invoices=[printed])
    call = {"IKN": IKN, "City": "Москва", "Address": "x", "FIO": "x", "Phone": "1", "Date": "2026.03.10"}
    called = desk.ask("courier", **call)["OrderNumber"]
    if other:
        more = [desk.sending(SenderCode=f"B-{n}", Places=[desk.place()]) for n in range(3)]
        desk.ask("makereestrnumber", Invoices=more)
        desk.scan(fresh, 105)
        desk.ask("removeinvoicefromreestr", IKN=IKN, InvoiceNumber=listed)
        desk.ask("couriercancel", OrderNumber=called)
        desk.log_in()
        keep, desk.session = desk.session, second
        desk.ask("logout")
        desk.session = keep
        desk.ask("courier", **{**call, "Date": "2026.03.11"})
        desk.scan(moved, 111)
    else:
        desk.scan(moved, 105)
        desk.ask("makereturn", InvoiceNumber=received)

    def ask(method: str, **fields: Any) -> Question:
        return post(f"/api/{method}", {"SessionId": fields.pop("session", desk.session), **fields})

    span = {"DateFrom": "01.03.26", "DateTo": "31.03.26"}
    acts = {"IKN": IKN, "DateFrom": "01.03.26", "DateEnd": "31.03.26"}
    way = {"IKN": IKN, "FromCity": "Москва"}
    barcode = desk.info(moved)["Barcodes"][0]
    return {
        "tracksending": [ask("tracksending", InvoiceNumber=fresh)],
        "tracksendings": [ask("tracksendings", Invoices=[fresh, moved])],
        "get_invoices_change_state": [ask("getInvoicesChangeState", **span)],
        "sendinginfo": [ask("sendinginfo", InvoiceNumber=fresh)],
        "encloseinfo": [ask("encloseinfo", BarCode=barcode)],
        "getdeliverycost": [ask("getdeliverycost", Sendings=[{"InvoiceNumber": fresh}])],
        "makelabel": [ask("makelabel", Invoices=[printed])],
        "makezlabel": [ask("makezlabel", Invoices=[printed])],
        "getreestr": [ask("getreestr", InvoiceNumber=printed)],
        "getreestrnumber": [ask("getreestrnumber", InvoiceNumber=listed)],
        "calctariff": [ask("calctariff", **way, PTNumber=OFFICE, Weight=mass_kg) for mass_kg in (1, 9)],
        "getzone": [ask("getzone", FromCity=city, ToPT=OFFICE) for city in ("Москва", "Тверь")],
        "getreturninvoiceslist": [ask("getreturninvoiceslist", **span)],
        "getreturn": [ask("getreturn", Invoices=[back])],
        "getmoneyreturnorder": [ask("getmoneyreturnorder", **acts)],
        "getproductreturnorder": [ask("getproductreturnorder", **acts)],
        "clientpostamatlist": [ask("clientpostamatlist", IKN=IKN), ask("clientpostamatlist", IKN="1234567890")],
        **{name: [get(f"/api/{name}"), get(f"/apitest/{name}")] for name in ("getstates", "citylist", "postamatlist")},
        "login": [post("/api/login", {"Login": "shop", "Password": "s"})],
        "create_shipment": [ask("CreateShipment", Sendings=[{"EDTN": "1", "IKN": IKN, "Invoice": desk.invoice()}])],
        "createsending": [ask("createsending", Sendings=[{"EDTN": "1", "IKN": IKN, "Invoice": desk.invoice()}])],
        "update_invoice": [ask("updateInvoice", InvoiceNumber=moved, Phone="89130000002")],
        "removeinvoicefromreestr": [ask("removeinvoicefromreestr", IKN=IKN, InvoiceNumber=listed)],
        "cancel_invoice": [ask("cancelInvoice", IKN=IKN, InvoiceNumber=fresh)],
        "reject_invoice": [ask("rejectInvoice", IKN=IKN, InvoiceNumber=moved)],
        "makereestrnumber": [ask("makereestrnumber", Invoices=[listed])],
        "makereestr": [ask("makereestr", Invoices=[other_received]), ask("makereestr", Invoices=[fresh])],
        "makereturn": [ask("makereturn", InvoiceNumber=other_received)],
        "createreturn": [
            ask("createreturn", Sendings=[{"EDTN": "1", "IKN": IKN, "Invoice": {
                "InvoiceNumber": other_received, "Description": "x", "MobilePhone": "89130000002"}}])
        ],
        "courier": [ask("courier", **{**call, "Date": "2026.03.12"})],
        "couriercancel": [ask("couriercancel", OrderNumber=called)],
        "logout": [ask("logout", session=second)],
    }  # fmt: skip


def answered(desk: Any, question: Question) -> Answer:
    """Ask a question; what is no answer of a tenant is an error."""
    headers = {"Content-Type": "application/json"}
    path = quote(question.path, safe="/")
    if hasattr(desk, "credentials"):
        headers = desk.credentials(**headers)
    if hasattr(desk, "session"):
        found: Answer = desk.call(question.method, path, question.payload())
        return found
    if question.path.endswith("/oauth/token"):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer: Answer = desk.call(question.method, path, question.payload(), headers, question.query)
    return answer
