"""An order as GET shows it, before and after registration, before and after hand-over.

Wire contract: `courier_api` §1.5.2, §1.5.3. Statuses stand newest first; in `requests` the order's own creation stands
first (inferred).
"""

from typing import Any

from ...core.parcel import Collected, PaidOut, Revoked, Scan
from ...core.status import Status
from ...core.world import World
from . import filled_in, geography, hauls, settings
from .envelope import request_row
from .judgement import ends_of, live_scans, loads_of, origin_of, target_of
from .prices import billed_g, volume_g
from .records import FORMS, FORMS_OF, NEWS, Charge, Form, Item, Order, Package, live_agreement, order_of
from .statuses import BY_CODE, ENDS
from .tariffs import TARIFFS
from .wire_values import day, moment, roubles, vat_inside

OFFICE_WORD = "Офис СДЭК"
DAY_MS = 86_400_000
STORED_FREE_MS = {"office": 2 * DAY_MS, "locker": DAY_MS}  # ours: shorter than what the stories wait
PRINTED = {"orders": "waybill", "barcodes": "barcode"}


def entity(world: World, order: Order) -> dict[str, Any]:
    """Return the order in the wire's shape."""
    registered = bool(order.cdek_number)
    found: dict[str, Any] = {"uuid": order.uuid, "type": order.kind}
    found |= {
        "is_return": order.role == "return",
        "is_reverse": order.role == "reverse",
        "is_client_return": order.role == "client_return",
    }
    if registered:
        found["cdek_number"] = order.cdek_number
    found |= {"number": order.number, "tariff_code": order.tariff, **order.echo}
    if registered:
        found |= {"items_cost_currency": "RUB", "recipient_currency": "RUB"}
    for key, city, point in (
        ("from_location", origin_of(order), order.shipment_point),
        ("to_location", target_of(order), order.delivery_point),
    ):
        if key in order.echo:
            found[key] = filled_in.place(order.echo[key], city)
        elif (place := filled_in.office_place(point)) is not None:
            found[key] = place
    found |= filled_in.parties(world, order, registered=registered)
    if registered and order.tariff in TARIFFS:
        found["delivery_mode"] = str(TARIFFS[order.tariff][1].number)
    for key in ("shipment_point", "delivery_point"):
        if getattr(order, key):
            found[key] = getattr(order, key)
    if order.extra_types:
        found["additional_order_types"] = list(order.extra_types)
    if order.to_collect_vat is not None:
        found["delivery_recipient_cost"] = {"value": roubles(order.to_collect_minor), **_vat(*order.to_collect_vat)}
    if order.thresholds:
        found["delivery_recipient_cost_adv"] = [
            {"threshold": row.upto_minor // 100, "sum": roubles(row.sum_minor), **_vat(*row.vat)}
            for row in order.thresholds
        ]
    found["services"] = [_service(world, charge, registered) for charge in order.services]
    found["packages"] = [_package(world, order, package) for package in order.packages]
    return found | _progress(world, order)


def _progress(world: World, order: Order) -> dict[str, Any]:
    """Return what changes with the order's life."""
    parcel = world.parcel(order.uuid)
    handed = _handed_over(world, order)
    found: dict[str, Any] = {"delivery_detail": _delivery_detail(world, order, handed)}
    if order.cdek_number:
        found["transacted_payment"] = (
            any(isinstance(fact, PaidOut) for fact in parcel.facts) and _taken(world, order) > 0
        )
    if order.planned_date:
        found["planned_delivery_date"] = order.planned_date
    if handed is not None:
        found["delivery_date"] = day(handed.occurred_ms)
    free_until_ms = stored_free_until(world, order)
    if free_until_ms:
        found["keep_free_until"] = settings.dated(world, free_until_ms)
    found |= _news(world, order)
    papers = hauls.accompanying(world, order)
    if papers:
        found["accompanying_waybill"] = papers
    found["statuses"] = statuses(world, order)
    return found


def stored_free_until(world: World, order: Order) -> int:
    """Return when storage where the buyer is awaited begins to cost, 0 when the order waits nowhere."""
    parcel = world.parcel(order.uuid)
    waits = {"ACCEPTED_AT_PICK_UP_POINT": STORED_FREE_MS["office"], "POSTOMAT_POSTED": STORED_FREE_MS["locker"]}
    known = [scan for scan in live_scans(parcel) if scan.code in BY_CODE]
    if not known:
        return 0
    newest = max(known, key=lambda scan: (scan.occurred_ms, scan.sequence))
    return newest.occurred_ms + waits[newest.code] if newest.code in waits else 0


def _news(world: World, order: Order) -> dict[str, Any]:
    """Return what happened beside the scans: the newest problem, delays, calls."""
    news = world.store.get(NEWS, order.uuid)
    if news is None:
        return {"calls": {}}
    found: dict[str, Any] = {}
    problems = [{"code": code, "create_date": settings.dated(world, at_ms)} for code, at_ms in reversed(news.problems)]
    if problems:
        listed = settings.choice(world, "delivery_problem_shape") == "list"
        found["delivery_problem"] = problems if listed else problems[0]
    if news.delays:
        found["delay_reasons"] = [
            {"create_date": settings.dated(world, at_ms), "description": text} for at_ms, text in news.delays
        ]
    calls: dict[str, Any] = {}
    if news.failed_calls:
        calls["failed_calls"] = [
            {"date_time": settings.dated(world, at_ms), "reason_code": reason} for reason, at_ms in news.failed_calls
        ]
    if news.rescheduled:
        calls["rescheduled_calls"] = [
            {"date_time": settings.dated(world, at_ms), "date_next": date, "time_next": time}
            for at_ms, date, time in news.rescheduled
        ]
    return {**found, "calls": calls}


def _handed_over(world: World, order: Order) -> Scan | None:
    known_ms = _known_until(world)
    handed = (scan for scan in live_scans(world.parcel(order.uuid)) if scan.status is Status.DELIVERED)
    return next((scan for scan in handed if scan.at_ms <= known_ms), None)


def _known_until(world: World) -> int:
    """Return up to when reads know of scans: webhooks may be ahead of them."""
    return world.now_ms - settings.number(world, "status_lag_ms")


def _taken(world: World, order: Order) -> int:
    return sum(fact.amount_minor for fact in world.parcel(order.uuid).facts if isinstance(fact, Collected))


def _delivery_detail(world: World, order: Order, handed: Scan | None) -> dict[str, Any]:
    if not order.cdek_number:
        return {"total_sum": 0, "payment_info": []}
    rate, cost_minor = settings.number(world, "vat_rate"), order.delivery_cost_minor
    vat_minor = vat_inside(cost_minor, rate)
    found: dict[str, Any] = {
        "delivery_sum": roubles(cost_minor - vat_minor),
        "total_sum": roubles(order.cost_minor),
        "payment_info": [],
        "delivery_vat_rate": rate,
        "delivery_vat_sum": roubles(vat_minor),
        "delivery_discount_percent": 0,
        "delivery_discount_sum": roubles(0),
    }
    if handed is not None:
        taken_minor = _taken(world, order)
        found |= {
            "date": day(handed.occurred_ms),
            "recipient_name": order.echo.get("recipient", {}).get("name", ""),
            "payment_sum": roubles(taken_minor),
        }
        if taken_minor:
            paid = [fact.method for fact in world.parcel(order.uuid).facts if isinstance(fact, Collected)]
            found["payment_info"] = [{"type": paid[-1], "sum": roubles(taken_minor)}]
    return found


def statuses(world: World, order: Order) -> list[dict[str, Any]]:
    """Return every status, newest first; a withdrawn one stays, and is `deleted`."""
    facts, known_ms = world.parcel(order.uuid).facts, _known_until(world)
    gone = {fact.revokes for fact in facts if isinstance(fact, Revoked) and fact.at_ms <= known_ms}
    scans = [fact for fact in facts if isinstance(fact, Scan) and fact.code in BY_CODE and fact.at_ms <= known_ms]
    scans.sort(key=lambda scan: (scan.occurred_ms, scan.sequence), reverse=True)
    rows = [_scan_row(world, order, scan) | {"deleted": scan.sequence in gone} for scan in scans]
    own = [("ACCEPTED", order.made_ms), ("CREATED", order.created_ms)]
    if order.state in ("INVALID", "REMOVED"):
        own.append((order.state, order.changed_ms))
    return rows + [_own_row(world, code, at_ms) for code, at_ms in reversed(own) if at_ms or code == "ACCEPTED"]


def _own_row(world: World, code: str, at_ms: int) -> dict[str, Any]:
    return {
        "code": code,
        "name": BY_CODE[code].name,
        "date_time": settings.dated(world, at_ms),
        "city": OFFICE_WORD,
        "deleted": False,
    }


def _scan_row(world: World, order: Order, scan: Scan) -> dict[str, Any]:
    row: dict[str, Any] = {"code": scan.code, "name": scan.text, "date_time": settings.dated(world, scan.occurred_ms)}
    if scan.reason:
        row["reason_code"] = scan.reason
    row["city"] = scan.place
    city = geography.named(scan.place, among=ends_of(order))
    if city is not None:
        key = settings.choice(world, "status_city_key")
        row[key] = city.uuid if key == "city_uuid" else str(city.code)
    return row


def _vat(rate: int | None, vat_minor: int | None) -> dict[str, Any]:
    found: dict[str, Any] = {} if vat_minor is None else {"vat_sum": roubles(vat_minor)}
    return found if rate is None else {**found, "vat_rate": rate}


def _service(world: World, charge: Charge, registered: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"code": charge.code}
    if charge.parameter:
        found["parameter"] = charge.parameter
    return found | priced(world, charge.sum_minor) if registered else found


def priced(world: World, sum_minor: int) -> dict[str, Any]:
    """Return the price of a service without discount: `sum` is before VAT, `total_sum` with it, as recorded."""
    rate = settings.number(world, "vat_rate")
    vat_minor = vat_inside(sum_minor, rate)
    return {
        "sum": roubles(sum_minor - vat_minor),
        "total_sum": roubles(sum_minor),
        "discount_percent": 0,
        "discount_sum": roubles(0),
        "vat_rate": rate,
        "vat_sum": roubles(vat_minor),
    }


def _package(world: World, order: Order, package: Package) -> dict[str, Any]:
    found: dict[str, Any] = {"number": package.number, "weight": package.mass_g}
    if package.sides_cm:
        found |= dict(zip(("length", "width", "height"), package.sides_cm, strict=True))
    if package.comment:
        found["comment"] = package.comment
    if package.barcode:
        load = loads_of(order)[order.packages.index(package)]
        found |= {
            "package_id": package.id,
            "barcode": package.barcode,
            "weight_volume": volume_g(package.sides_cm),
            "weight_calc": billed_g(load),
        }
    found["items"] = [_item(world, order, item) for item in package.items]
    return found


def _item(world: World, order: Order, item: Item) -> dict[str, Any]:
    payment = {"value": roubles(item.payment_minor), **_vat(item.payment_vat_rate, item.payment_vat_minor)}
    found: dict[str, Any] = {
        "name": item.name,
        "ware_key": item.ware_key,
        "payment": payment,
        "cost": roubles(item.cost_minor),
        "weight": item.mass_g,
        "weight_gross": item.mass_g if item.gross_g is None else item.gross_g,
        "amount": item.amount,
        **item.echo,
    }
    ended = any(scan.code in ENDS for scan in live_scans(world.parcel(order.uuid)))
    shown = settings.choice(world, "delivery_amount")
    if ended and shown != "hidden":
        found["delivery_amount"] = item.amount if item.delivered is None else item.delivered
    elif order.cdek_number and shown == "from_registration":
        found["delivery_amount"] = 0
    return found


# -- the envelope around it


def request_rows(order: Order) -> list[dict[str, Any]]:
    return [
        request_row(request.uuid, request.kind, request.at_ms, request.state, request.errors, request.warnings)
        for request in order.requests
    ]


def related(world: World, order: Order) -> list[dict[str, Any]]:
    """Return the orders and print forms that belong to an order; another order's number may still be missing."""
    rows = []
    for link in order.related:
        number = order_of(world, link.uuid).cdek_number
        rows.append({"uuid": link.uuid, "type": link.kind, **({"cdek_number": number} if number else {})})
    agreed = live_agreement(world, order.uuid)
    if agreed is not None:
        times = {"time_from": agreed.time_from, "time_to": agreed.time_to}
        shown = {key: value for key, value in times.items() if value}
        rows.append({"uuid": agreed.uuid, "type": "delivery", "date": agreed.date, **shown})
    for uuid in world.store.get(FORMS_OF, order.uuid) or ():
        form = world.store.get(FORMS, uuid)
        if form is not None and form.statuses[-1][0] == "READY":
            rows.append(
                {"uuid": uuid, "type": PRINTED[form.kind], "url": form_url(form), "create_time": moment(form.made_ms)}
            )
    return rows


def form_url(form: Form) -> str:
    return f"{form.wire_origin}/v2/print/{form.kind}/{form.uuid}.pdf"
