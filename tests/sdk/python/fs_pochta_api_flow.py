"""PyPI `fs-pochta-api`: Otpravka by REST and both services of tracking, with nothing changed but the addresses."""

from collections.abc import Callable
from typing import Any

from pochta import BatchTracker, Delivery, SingleTracker
from pochta.enums import MailCategory, MailType
from pochta.exceptions import APIError
from pochta.helpers import Address, Item, Name, Order, Phone, Recipient
from requests import HTTPError
from stage import ROOT, SECRET, TENANT, advance, control, tell
from zeep.exceptions import Fault

Delivery.API_URL = f"{ROOT}/pochta"
SingleTracker.WSDL = f"{ROOT}/pochta-tracking/rtm34?wsdl"
BatchTracker.WSDL = f"{ROOT}/pochta-tracking/fc?wsdl"
UNKNOWN = "80092578900475"
LIFE = ("1/2", "8/1", "8/2", "63/0", "2/1")


def order_of(number: str, **changes: Any) -> Order:
    """Return an order as the client's own helper makes one; what it has no argument for is set on it."""
    made = Order(
        mass=1200,
        order_num=number,
        fragile=True,
        mail_category=MailCategory.WITH_DECLARED_VALUE_AND_CASH_ON_DELIVERY,
        mail_type=MailType.ONLINE_PARCEL,
        payment=150_000,
    )
    made.set_recipient("Николай", "Петров", "Иванович", "Петров Николай Иванович", 79_161_234_567)
    made.set_address(
        house_to="1",
        mail_direct=643,
        region_to="Новосибирская обл",
        place_to="г Новосибирск",
        street_to="ул Ленина",
        index_to="630099",
        postoffice_code="109012",
    )
    made.set_dimensions(height=10, length=30, width=20)
    made.insurance_value = 160_000
    made.items = [Item("Чайник", 1, value=150_000, insurance_value=160_000)]
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def refused(call: Any, *words: Any, **named: Any) -> dict[str, Any]:
    try:
        made = call(*words, **named)
    except HTTPError as error:
        answer: Any = error.response
        return {"status": answer.status_code, "answer": answer.json()}
    raise AssertionError(f"no exception: {made!r}")


def orders(post: Delivery) -> int:
    made = post.orders.create_order([order_of("F-1"), order_of("F-2", mass=None)])
    [number] = made["result-ids"]
    edited = post.orders.edit_order(number, order_of("F-1", mass=1300))
    spare = post.orders.create_order([order_of("F-3")])["result-ids"]
    tell(
        "orders",
        errors=made["errors"],
        edited=edited,
        found=[one["id"] for one in post.orders.search_order("F-1")] == [number],
        one={name: post.orders.search_order_by_id(number)[name] for name in ("mass", "order-num", "index-to")},
        nobody=refused(post.orders.search_order_by_id, 1),
        deleted=post.orders.delete_order([*spare, 1])
        == {
            "result-ids": spare,
            "errors": [{"error-code": "NOT_FOUND", "position": 1}],
        },
        stranger=refused(Delivery(TENANT, "wrong", TENANT).orders.search_order, "F-1")["status"],
    )
    return int(number)


def batches(post: Delivery, number: int) -> str:
    made = post.batches.create_batch([number])
    [batch] = made["batches"]
    name = batch["batch-name"]
    [inside] = post.batches.get_batch_orders_info(name)
    tell(
        "batches",
        made=[batch["batch-status"], made["result-ids"] == [number]],
        again=post.batches.create_batch([number])["errors"],
        listed=[one["batch-name"] == name for one in post.batches.search_all_batches(MailType.COMBINED, sort="desc")],
        one=post.batches.find_batch(name)["batch-name"] == name,
        by_barcode=[one["id"] == number for one in post.batches.find_orders_with_barcode(inside["barcode"])],
        by_id=post.batches.find_order_by_id(number)["barcode"] == inside["barcode"],
        back=post.orders.shipment_to_backlog([number])["result-ids"] == [number],
        moved=post.batches.create_batch([number])["result-ids"] == [number],
        nobody=refused(post.batches.find_batch, "999"),
        by_get=refused(post.batches.delete_order_from_batch, [number])["status"],
    )
    return str(inside["barcode"])


def cleaning(post: Delivery) -> None:
    [address] = post.nogroup.address_normalization([Address("г Новосибирск, ул Ленина, д 1")])
    [name] = post.nogroup.fio_normalization([Name("Петров Николай Иванович")])
    [phone] = post.nogroup.phone_normalization([Phone("8 (916) 123-45-67")])
    [person] = post.nogroup.check_reliability([Recipient("г Москва", "Петров Николай", "79161234567")])
    rate = post.nogroup.calc_delivery_rate(
        index_from="109012", index_to="630099", mail_category=MailCategory.ORDINARY, mail_direct=643, mass=1200
    )
    tell(
        "cleaning",
        address=[address["place"], address["street"], address["house"]],
        name=[name["surname"], name["name"], name["middle-name"]],
        phone=phone["phone-number"],
        person=sorted(person),
        rate=rate["total-rate"] > 0,
        points=[type(point["operator-postcode"]).__name__ for point in post.settings.user_shipping_points()][:1],
        settings=len(post.settings.user_settings()) > 10,
        balance=refused(lambda: post.nogroup.counterpart_balance)["status"],
        archive=post.lta.search_shipments("none"),
    )


def offices(post: Delivery) -> None:
    found = post.services
    tell(
        "offices",
        one=found.get_postoffice("109012")["postal-code"],
        near=len(found.get_nearby_postoffices(55.75, 37.62, top=2)),
        address=len(found.get_postoffice_by_address("Москва, ул Никольская, 7", top=1)["postoffices"]),
        services=isinstance(found.get_postoffice_services("109012"), list),
        settlement=len(found.get_settlement_postoffices("Новосибирск")) > 0,
        nobody=refused(found.get_postoffice, "900000"),
    )


def tracking(barcode: str) -> None:
    single = SingleTracker(TENANT, SECRET, caching=False)
    [parcel] = [one for one in control("GET", "/parcels?carrier=russian_post")["parcels"] if one["number"] == barcode]
    for code in LIFE:
        advance(seconds=3600)
        control("POST", f"/parcels/{parcel['id']}/scans", {"code": code})
    told = [record["OperationParameters"] for record in single.get_history(barcode)]
    faults = {}
    calls: dict[str, Callable[[], object]] = {
        "malformed": lambda: single.get_history("x"),
        "stranger": lambda: SingleTracker(TENANT, "wrong", caching=False).get_history(barcode),
    }
    for name, call in calls.items():
        try:
            raise AssertionError(f"no fault: {call()!r}")
        except Fault as fault:
            faults[name] = fault.detail[0].text
    [money] = single.get_order_events_for_mail(barcode)
    tell(
        "tracking",
        codes=[f"{one['OperType']['Id']}/{one['OperAttr']['Id']}" for one in told],
        last=told[-1]["OperAttr"]["Name"],
        unknown=single.get_history(UNKNOWN),
        money=[money["EventName"], money["SumPaymentForward"]],
        faults=faults,
    )


def tickets(barcode: str) -> None:
    batch = BatchTracker(TENANT, SECRET, caching=False)
    ticket = batch.get_ticket([barcode, UNKNOWN])
    complaints = []
    calls: list[Callable[[], object]] = [
        lambda: batch.get_response_by_ticket(ticket),
        lambda: batch.get_response_by_ticket("20200101000000000NOBODY"),
        lambda: batch.get_ticket(["x" * 15]),
        lambda: BatchTracker(TENANT, "wrong", caching=False).get_ticket([barcode]),
    ]
    for call in calls:
        try:
            raise AssertionError(f"no exception: {call()!r}")
        except APIError as error:
            complaints.append(int(str(error).split("'ErrorTypeID': ")[1].split(",")[0]))
    advance(seconds=900)
    known, unknown = batch.get_response_by_ticket(ticket)
    tell(
        "tickets",
        complaints=complaints,
        owner=ticket[17:],
        codes=[f"{one['OperTypeID']}/{one['OperCtgID']}" for one in known["Operation"]],
        unknown=[one["ErrorName"] for one in unknown["Error"]],
    )


def main() -> None:
    post = Delivery(TENANT, SECRET, TENANT)
    number = orders(post)
    barcode = batches(post, number)
    cleaning(post)
    offices(post)
    tracking(barcode)
    tickets(barcode)


if __name__ == "__main__":
    main()
