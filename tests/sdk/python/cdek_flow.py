"""PyPI `cdek`: the whole flow through its typed models, which refuse what they do not know."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from cdek import CdekAuthException, CdekClient, CdekRequestException
from cdek.apps.agreement.requests import DeliveryIntervalRequest, RegisterDeliveryRequest
from cdek.apps.check.filters import CheckFilter
from cdek.apps.form.requests import PrintBarcodeRequest, PrintInvoiceRequest
from cdek.apps.intake.filters import IntakeDateFilter, IntakeLocation
from cdek.apps.intake.requests import IntakeRequest
from cdek.apps.location.filters import CityFilter, CityListFilter, CoordinatesFilter, RegionFilter, ZipFilter
from cdek.apps.office.filters import OfficeFilter
from cdek.apps.order.requests import OrderRequest, OrderUpdateRequest
from cdek.apps.tariff.requests import TariffCodeRequest, TariffListRequest
from cdek.apps.webhook import WebhookRequest, WebhookType, parse_webhook
from stage import ROOT, SECRET, TENANT, Receiver, advance, control, tell, today

MOSCOW, PETERSBURG = 44, 137
ITEM = {
    "name": "Чайник «Заря», 1,5 л",
    "ware_key": "TEA-1",
    "payment": {"value": 1999.5, "vat_rate": 20, "vat_sum": 333.25},
    "cost": 1999.5,
    "weight": 700,
    "amount": 2,
}


def client(account: str = TENANT, secret: str | None = SECRET) -> CdekClient:
    made = CdekClient(account, secret)
    made.base_url = f"{ROOT}/v2/"
    return made


def order_of(number: str, **changes: Any) -> OrderRequest:
    return OrderRequest.model_validate(
        {
            "type": 1,
            "number": number,
            "tariff_code": 139,
            "recipient": {"name": "Анна Каренина", "phones": [{"number": "+79213334455"}]},
            "sender": {"company": "Чайная", "name": "Иван Петров", "phones": [{"number": "+79161112233"}]},
            "from_location": {"code": MOSCOW, "address": "Тверская ул., 1"},
            "to_location": {"code": PETERSBURG, "address": "Невский пр., 28, кв. 5"},
            "packages": [{"number": "1", "weight": 1500, "length": 30, "width": 20, "height": 10, "items": [ITEM]}],
            **changes,
        }
    )


def refused(call: Any, *words: Any) -> dict[str, Any]:
    """Return what the client says of a call that it must raise at."""
    try:
        made = call(*words)
    except CdekRequestException as error:
        return {"status": error.status_code, "says": str(error)}
    raise AssertionError(f"no exception: {made!r}")


def placed(number: str, **changes: Any) -> str:
    uuid: str | None = api.order.create(order_of(number, **changes)).get_entry_uuid()
    assert uuid
    return uuid


def statuses(uuid: str) -> list[str]:
    entity = api.order.get_by_uuid(uuid).entity
    assert entity
    return [status.code for status in entity.statuses]


def token() -> None:
    assert api.location.city(CityFilter(name="Москва"))
    try:
        client(secret="wrong").location.regions()
    except CdekAuthException:
        tell("token", test_account=len(client("TEST").location.regions()))


def geography() -> None:
    regions = api.location.regions(RegionFilter(country_codes="RU"))
    moscow = api.location.cities(CityListFilter(city="Москва"))
    pages = [api.location.cities(CityListFilter(size=50, page=page)) for page in (0, 1, 999)]
    suggested = api.location.city(CityFilter(name="Новос", country_code="RU"))
    offices = api.office
    found = offices.get(OfficeFilter(city_code=MOSCOW, type="PVZ", is_handout=True))
    lockers = offices.get(OfficeFilter(city_code=MOSCOW, type="POSTAMAT", have_cashless=True, size=3, page=0))
    control("PATCH", "", {"settings": {"postalcodes_shape": "list", "coordinates_shape": "list"}})
    codes = api.location.zip(ZipFilter(city_code=MOSCOW))
    at = api.location.coordinates(CoordinatesFilter(latitude=59.94, longitude=30.31))
    tell(
        "geography",
        regions=len(regions),
        moscow=[city.code for city in moscow],
        pages=[len(page) for page in pages],
        twice=len({city.code for page in pages for city in page}),
        suggested=[city.full_name for city in suggested],
        offices=[office.code for office in found["result"]],
        lockers=len(lockers["result"]),
        paging=lockers["headers"],
        postal_codes=codes[0].postal_code,
        at=[city.code for city in at],
    )


def tariff() -> None:
    way = {"from_location": {"code": MOSCOW}, "to_location": {"code": PETERSBURG}}
    packages = [{"weight": 1500, "length": 30, "width": 20, "height": 10}]
    listed = api.tariff.calc_list(TariffListRequest.model_validate({**way, "packages": packages}))
    asked = {
        **way,
        "packages": packages,
        "tariff_code": 139,
        "services": [{"code": "SMS", "parameter": "+79990000000"}],
    }
    price = api.tariff.calc(TariffCodeRequest.model_validate(asked))
    tell(
        "tariff",
        listed=[found.tariff_code for found in listed.get_codes()],
        available=len(api.tariff.all().get_codes()),
        price=price.model_dump(mode="json"),
    )


def create_and_poll() -> str:
    uuid = placed("A-1", comment="[story: delivered]")
    before = api.order.get_by_uuid(uuid)
    advance(seconds=2)
    after, by_shop = api.order.get_by_uuid(uuid), api.order.get_by_im_number("A-1")
    assert before.entity and after.entity and by_shop.entity
    by_number = api.order.get_by_cdek_number(str(after.entity.cdek_number))
    assert by_number.entity
    tell(
        "create",
        uuid=uuid,
        states=[request.state for found in (before, after) for request in found.get_requests()],
        numbers=[before.entity.cdek_number, after.entity.cdek_number, by_number.entity.cdek_number],
        uuids=[by_shop.entity.uuid, by_number.entity.uuid],
        statuses=[[status.code for status in found.entity.statuses] for found in (before, after) if found.entity],
        package=after.entity.packages[0].package_id,
    )
    return uuid


def documents(uuid: str) -> None:
    number = api.order.get_by_uuid(uuid).entity.cdek_number
    label = api.barcode.set(
        PrintBarcodeRequest.model_validate({"orders": [{"cdek_number": number}], "copy_count": 2, "format": "A6"})
    ).get_entry_uuid()
    waybill = api.invoice.set(
        PrintInvoiceRequest.model_validate({"orders": [{"order_uuid": uuid}], "copy_count": 1, "type": "tpl_russia"})
    ).get_entry_uuid()
    early = [api.barcode.get(label).entity, api.invoice.get(waybill).entity]
    advance(seconds=5)
    ready = [api.barcode.get(label).entity, api.invoice.get(waybill).entity]
    Path("label.pdf").write_bytes(api.barcode.get_pdf(label))
    Path("waybill.pdf").write_bytes(api.invoice.get_pdf(waybill))
    tell(
        "documents",
        number=number,
        related={entity.type.value: entity.url for entity in api.order.get_by_uuid(uuid).related_entities},
        early=[form.url for form in early],
        urls=[form.url for form in ready],
        statuses=[[status.code for status in form.statuses] for form in (*early, *ready)],
    )


def webhooks() -> None:
    uuids = [
        api.webhook.set(WebhookRequest.model_validate({"type": kind.value, "url": f"{hook.url}/{kind.value}"}))
        for kind in WebhookType
    ]
    listed = api.webhook.all()
    one = api.webhook.get(uuids[0].get_entry_uuid()).entity
    spare = api.webhook.set(WebhookRequest.model_validate({"type": "RECEIPT", "url": hook.url})).get_entry_uuid()
    gone = api.webhook.delete(spare)
    tell(
        "webhooks",
        listed=[found.type.value for found in listed],
        one=[str(one.uuid) == uuids[0].get_entry_uuid(), one.type.value, one.url == f"{hook.url}/{one.type.value}"],
        gone=[request.state for request in gone.get_requests()],
        left=len(api.webhook.all()),
    )


def lives(delivered: str) -> dict[str, str]:
    """Let three orders live to their ends; the first was made before."""
    orders = {"delivered": delivered}
    for story in ("partly-refused", "refused"):
        orders[story] = placed(story, comment=f"[story: {story}]")
    advance(days=14)
    found = {story: api.order.get_by_uuid(uuid) for story, uuid in orders.items()}
    events = [parse_webhook(body) for body in hook.bodies]
    scans = [event for event in events if event.type == "ORDER_STATUS"]
    tell(
        "lives",
        statuses={story: statuses(uuid) for story, uuid in orders.items()},
        reasons={story: order.entity.statuses[0].reason_code for story, order in found.items()},
        paid={story: order.entity.delivery_detail.payment_sum for story, order in found.items()},
        related={story: [entity.type.value for entity in order.related_entities] for story, order in found.items()},
        told={
            story: [event.attributes.code for event in scans if str(event.uuid) == uuid]
            for story, uuid in orders.items()
        },
        forms=[event.attributes.url for event in events if event.type == "PRINT_FORM"],
    )
    return orders


def money(orders: dict[str, str]) -> None:
    days = [date.fromisoformat(today()) - timedelta(days=back) for back in range(14)]  # as a shop's nightly job asks
    registries = [found for day in days for found in api.payment.get_registries(day).registries]
    payments = [found for day in days for found in api.payment.get(day).orders]
    number = api.order.get_by_uuid(orders["delivered"]).entity.cdek_number
    receipts = api.check.get(CheckFilter(order_uuid=None, cdek_number=str(number), date=None)).check_info
    tell(
        "money",
        lines=[line.model_dump() for registry in registries for line in registry.orders],
        sums=[registry.sum for registry in registries],
        paid=[payment.number for payment in payments],
        receipts=[receipt.model_dump(mode="json") for receipt in receipts],
        transacted=api.order.get_by_uuid(orders["delivered"]).entity.transacted_payment,
        empty=[api.payment.get_registries(date(2020, 1, 1)).registries, api.payment.get(date(2020, 1, 1)).orders],
    )


def ways_back(orders: dict[str, str]) -> None:
    refusing, deleting = placed("R-1", comment="[story: delivered]"), placed("D-1")
    advance(days=1.5)
    refusal = api.order.refusal(refusing)
    returning = api.order.client_return(orders["delivered"], 139)
    fresh = placed("D-2")
    advance(seconds=2)
    deleted = api.order.delete(fresh)
    too_late = refused(api.order.delete, deleting)
    advance(seconds=5)
    back = api.order.get_by_uuid(orders["delivered"]).related_entities
    home = [entity for entity in back if entity.type.value == "CLIENT_RETURN_ORDER"]
    coming = api.order.get_by_uuid(str(home[0].uuid))
    tell(
        "ways back",
        requests=[request.type for answer in (refusal, returning, deleted) for request in answer.get_requests()],
        refused=statuses(refusing)[0],
        removed=statuses(fresh)[0],
        too_late=too_late,
        coming=[coming.entity.is_client_return, [entity.type.value for entity in coming.related_entities]],
    )


def changes() -> None:
    """Change the phone, the address and what is in the known package, which needs its id."""
    uuid = placed("P-1")
    advance(seconds=2)
    before = api.order.get_by_uuid(uuid).entity
    package = {"number": "1", "weight": 4000, "length": 40, "width": 20, "height": 10, "items": [{**ITEM, "amount": 3}]}
    change = {
        "uuid": uuid,
        "type": 1,
        "recipient": {"name": "Анна Облонская", "phones": [{"number": "+79219999999"}]},
        "to_location": {"code": PETERSBURG, "address": "Литейный пр., 5"},
    }
    known = {**package, "package_id": before.packages[0].package_id}
    without = refused(api.order.update, OrderUpdateRequest.model_validate({**change, "packages": [package]}))
    answer = api.order.update(OrderUpdateRequest.model_validate({**change, "packages": [known]}))
    advance(seconds=2)
    found = api.order.get_by_uuid(uuid)
    after = found.entity
    tell(
        "changes",
        without=without,
        requests=[[request.type, request.state] for request in (*answer.get_requests(), *found.get_requests())],
        name=after.recipient.name,
        address=after.to_location.address,
        package=[after.packages[0].package_id == before.packages[0].package_id, after.packages[0].weight],
        planned=[str(order.planned_delivery_date) for order in (before, after)],
    )


def pickups() -> None:
    uuid = placed("I-1")
    advance(seconds=2)
    day = str(date.fromisoformat(today()) + timedelta(days=2))
    times = {"intake_date": day, "intake_time_from": "10:00", "intake_time_to": "18:00"}
    number = str(api.order.get_by_uuid(uuid).entity.cdek_number)  # the client cannot send a call's order_uuid
    lunch = {"lunch_time_from": "13:00", "lunch_time_to": "14:00"}
    call = IntakeRequest.model_validate({**times, **lunch, "cdek_number": number})
    made = api.intake.create(call)
    intake = made.get_entry_uuid()
    early = api.intake.get(intake).entity
    advance(seconds=5)
    found = api.intake.get(intake)
    second = refused(api.intake.create, call)
    kept = placed("I-2")  # its courier will come, and be told of
    advance(seconds=2)
    number = str(api.order.get_by_uuid(kept).entity.cdek_number)
    other_day = date.fromisoformat(today()) + timedelta(days=3)
    api.intake.create(call.model_copy(update={"cdek_number": number, "intake_date": other_day}))
    deleted = api.intake.delete(intake)
    advance(seconds=5)
    tell(
        "pickups",
        early=[early.intake_number, [status.code for status in early.statuses]],
        requests=[request.state for request in (*made.get_requests(), *found.get_requests(), *deleted.get_requests())],
        number=found.entity.intake_number,
        statuses=[status.code for status in found.entity.statuses],
        second=second,
        by_get=refused(api.intake.get_call_dates, IntakeDateFilter(from_location=IntakeLocation(code=44), date=day)),
    )


def agreements() -> None:
    """Agree on a day for a parcel that waits for its courier."""
    uuid = placed("V-1", comment="[story: delivered]")
    advance(seconds=2)
    number = str(api.order.get_by_uuid(uuid).entity.cdek_number)
    intervals = api.agreement.get_interval_uuid(uuid).date_intervals
    same = api.agreement.get_interval_number(number).date_intervals == intervals
    chosen = intervals[-1]
    wish = {"order_uuid": uuid, "date": chosen.date, "time_from": "14:00", "time_to": "18:00", "comment": "звонить"}
    made = api.agreement.create(RegisterDeliveryRequest.model_validate(wish)).get_entry_uuid()
    advance(seconds=5)
    found = api.agreement.get(made).entity
    late = {**wish, "date": date.fromisoformat(today()) + timedelta(days=300)}
    refusal = api.agreement.create(RegisterDeliveryRequest.model_validate(late)).get_entry_uuid()
    advance(seconds=5)
    place = {"code": PETERSBURG, "address": "Невский пр., 28", "region": "Санкт-Петербург"}
    before = {"date_time": f"{today()}T10:00:00", "shipment_point": "MSK1", "to_location": place, "tariff_code": 137}
    estimate = api.agreement.get_intervals_before_create_order(DeliveryIntervalRequest.model_validate(before))
    tell(
        "agreements",
        days=len(intervals),
        same=same,
        slots=[[slot.start_time, slot.end_time] for slot in chosen.time_intervals],
        statuses=[status.code for status in found.statuses],
        agreed=[str(found.date) == str(chosen.date), found.time_from, found.time_to, found.source],
        late=[status.code for status in api.agreement.get(refusal).entity.statuses],
        related=[one.type.value for one in api.order.get_by_uuid(uuid).related_entities],
        estimate=len(estimate.date_intervals),
    )


def papers() -> None:
    """Hand goods in by a list, have signed papers photographed: no methods of the client's, but events of its."""
    point, home = "MSK1", {"code": PETERSBURG, "address": "Невский пр., 28"}
    uuid = placed(
        "B-1",
        tariff_code=137,
        from_location=None,
        shipment_point=point,
        to_location=home,
        comment="[story: delivered]",
        services=[{"code": "PHOTO_OF_DOCUMENTS"}],
    )
    advance(seconds=2)
    day = str(date.fromisoformat(today()) + timedelta(days=1))
    api.order._post("prealert", json={"planned_date": day, "shipment_point": point, "orders": [{"order_uuid": uuid}]})


def mishaps() -> None:
    """Let go wrong what the carrier tells of beside the statuses; the order that shows it all must parse."""
    uuid = placed("W-1", comment="[story: stuck]")
    advance(seconds=2)
    for code, reason in (
        ("DELIV_PROBLEM", "13"),
        ("CALL_FAILED", "2"),
        ("CALL_RESCHEDULED", ""),
        ("DELAYED", "3"),
        ("WEIGHED_AGAIN", "4000"),
        ("OFFICE_CLOSED", "SPB1"),
        ("OFFICE_OPENED", "SPB1"),
    ):
        control("POST", f"/parcels/{uuid}/scans", {"code": code, "reason": reason})
    advance(seconds=2)
    found = api.order.get_by_uuid(uuid).entity
    tell(
        "mishaps",
        problem=found.delivery_problem.code,
        failed=[call.reason_code for call in found.calls.failed_calls],
        rescheduled=len(found.calls.rescheduled_calls),
        planned=str(found.planned_delivery_date),
    )


def news() -> None:
    """Let the last parcels live on, then parse every event that came in all this time."""
    advance(days=14)
    events = [parse_webhook(body) for body in hook.bodies]
    kinds = {event.type.value for event in events}
    tell(
        "news",
        counts={kind: sum(event.type.value == kind for event in events) for kind in sorted(kinds)},
        samples={event.type.value: event.model_dump(mode="json") for event in events},
    )


def errors() -> None:
    twice = placed("A-2"), placed("A-2")
    advance(seconds=2)
    second = api.order.get_by_uuid(twice[1])
    missing_city = order_of("E-1", to_location={"city": "Нигдеград", "address": "ул. Первая, 1"})
    tell(
        "errors",
        unknown_uuid=refused(api.order.get_by_uuid, str(uuid4())),
        unknown_number=refused(api.order.get_by_cdek_number, "1"),
        unknown_shop_number=refused(api.order.get_by_im_number, "no such"),
        unknown_form=refused(api.barcode.get, str(uuid4())),
        unknown_webhook=refused(api.webhook.get, str(uuid4())),
        no_pdf=refused(api.barcode.get_pdf, str(uuid4())),
        at_once=refused(api.order.create, missing_city),
        no_tariff=refused(api.tariff.calc, TariffCodeRequest.model_validate({"tariff_code": 139})),
        later=[(request.state, [error.code for error in request.errors or []]) for request in second.get_requests()],
        later_statuses=[status.code for status in second.entity.statuses],
    )


def main() -> None:
    token()
    geography()
    tariff()
    webhooks()
    first = create_and_poll()
    documents(first)
    orders = lives(first)
    money(orders)
    ways_back(orders)
    changes()
    pickups()
    agreements()
    papers()
    mishaps()
    news()
    errors()


if __name__ == "__main__":
    api, hook = client(), Receiver()
    main()
