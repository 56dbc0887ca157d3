"""What happens to batches: orders go in, move out, the date changes, the office is told.

Wire contract: `postal_api_russia` §2.4, §2.5, §2.7.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from msgspec.structs import replace

from ....core.records import Due
from ....core.world import World
from ....wire.moscow import day_start_ms
from .. import acceptance, declarations, filing, journeys
from ..answers import Refused, missing
from ..names import OTPRAVKA
from ..numbers import Exhausted
from ..records import (
    ACCEPTED,
    ARCHIVED,
    BATCHES,
    CREATED,
    FROZEN,
    SENT,
    Batch,
    Order,
    Rate,
    changed,
    changed_batch,
    find_batch,
    find_order,
    keep_batch,
    orders_of,
)
from .account import SWITCHES, account_now, balance_minor, spend
from .codes import MARKS, NO_TEXT, TEXTS
from .registration import delete, join_group, numbered, of_group

FREEZE, LONG_ARCHIVE = f"{OTPRAVKA}.freeze", f"{OTPRAVKA}.long-archive"
MOSCOW_S = 10_800
OPENS_MS = 9 * 3_600_000  # the office takes in from nine in the morning on
COMBINED = "COMBINED"
Error = tuple[int, str, str]  # position, code, text


def today(world: World, offset_s: int = MOSCOW_S) -> str:
    """Return the date at an offset from UTC."""
    at = datetime.fromtimestamp(world.now_ms // 1000, UTC) + timedelta(seconds=offset_s)
    return at.date().isoformat()


def batch_named(world: World, name: str) -> Batch:
    """Return a batch.

    Raises:
        Refused: E1.
    """
    found = find_batch(world, name)
    if found is None:
        raise missing("ShipmentBatchTuple", name)
    return found


# -- into a batch


def created(
    world: World, ids: list[int], sending_date: str | None, offset_s: int, *, online: bool
) -> tuple[list[Batch], list[int], list[Error]]:
    """Put orders of the folder "new" into new batches; return those, what went in, and what did not."""
    day = sending_date or today(world, offset_s)
    fit: list[Order] = []
    errors: list[Error] = []
    for place, order_id in enumerate(ids):
        order = _of_new(world, order_id)
        if order is None or order in fit:
            errors.append((place, "NOT_FOUND", TEXTS["NOT_FOUND"]))
        elif day < today(world, offset_s):
            errors.append((place, "PAST_DUE_DATE", TEXTS["PAST_DUE_DATE"]))
        elif (ready := _with_number(world, order)) is None:
            errors.append((place, "BARCODE_ERROR", TEXTS["BARCODE_ERROR"]))
        else:
            fit.append(ready)
    key = _combined_key if SWITCHES.choice(world, "batches") == "combined" else _typed_key
    made = [_made(world, list(orders), day, online=online) for _, orders in groupby(sorted(fit, key=key), key)]
    return made, [order.id for order in fit], _told(world, ids, errors)


def _of_new(world: World, order_id: int) -> Order | None:
    found = find_order(world, order_id)
    return None if found is None or found.batch else found


def _told(world: World, ids: list[int], errors: list[Error]) -> list[Error]:
    """Return the errors; where none is found because all are on their way in batches, it is that which is told."""
    if len(errors) < len(ids) or any(code != "NOT_FOUND" for _, code, _ in errors):
        return errors
    orders = [find_order(world, order_id) for order_id in ids]
    batches = [find_batch(world, order.batch) if order and order.batch else None for order in orders]
    if not all(batch is not None and batch.status == SENT for batch in batches):
        return errors
    return [(place, "ALL_SHIPMENTS_SENT", TEXTS["ALL_SHIPMENTS_SENT"]) for place in range(len(ids))]


def _with_number(world: World, order: Order) -> Order | None:
    try:
        return numbered(world, order)
    except Exhausted:
        return None


def _combined_key(order: Order) -> tuple[str, ...]:
    return order.office, str(order.is_abroad)


def _typed_key(order: Order) -> tuple[str, ...]:
    words = (order.mail_type, order.mail_category, order.text("transport-type"), order.text("payment-method"))
    return *_combined_key(order), *words, *_marks(order)


def _marks(order: Order) -> tuple[str, ...]:
    """Return an order's marks that have to agree within a batch of one kind."""
    return tuple(mark for mark in MARKS if mark in order.postmarks)


def _made(world: World, orders: list[Order], sending_date: str, *, online: bool) -> Batch:
    first, combined = orders[0], SWITCHES.choice(world, "batches") == "combined"
    batch = Batch(
        name=str(world.count("russian_post.batch")),
        made_ms=world.now_ms,
        status=CREATED,
        status_ms=world.now_ms,
        sending_date=sending_date,
        office=first.office,
        mail_type=COMBINED if combined else first.mail_type,
        mail_category=COMBINED if combined else first.mail_category,
        payment_method=first.text("payment-method"),
        transport_type=first.text("transport-type"),
        is_abroad=first.is_abroad,
        group=first.group,
        marks=() if combined else _marks(first),
        online_balance=online,
    )
    return _joined(world, keep_batch(world, batch), orders)


def _joined(world: World, batch: Batch, orders: list[Order]) -> Batch:
    for order in orders:
        changed(world, order, batch=batch.name)
    return changed_batch(world, batch, orders=(*batch.orders, *(order.id for order in orders)))


def moved_in(world: World, batch: Batch, ids: list[int], group: str) -> tuple[list[int], list[Error]]:
    """Put orders of the folder "new" into a batch that is open, and into a group of it where one is named."""
    done: list[int] = []
    errors: list[Error] = []
    for place, order_id in enumerate(ids):
        if code := _refusal(world, batch, order_id, group):
            errors.append((place, *code))
            continue
        order = find_order(world, order_id)
        assert order is not None
        ready = _with_number(world, order)
        if ready is None:
            errors.append((place, "BARCODE_ERROR", TEXTS["BARCODE_ERROR"]))
            continue
        batch = _joined(world, batch, [join_group(world, ready, group) if group else ready])
        done.append(order_id)
    return done, _told(world, ids, errors)


def _refusal(world: World, batch: Batch, order_id: int, group: str) -> tuple[str, str] | None:
    order = find_order(world, order_id)
    if order is not None and order.batch == batch.name:
        return "UNDEFINED", NO_TEXT
    if order is None or order.batch:
        return "NOT_FOUND", TEXTS["NOT_FOUND"]
    code = "" if batch.is_open else "READONLY_STATE"
    if not code and group and not any(other.batch == batch.name for other in of_group(world, group)):
        code = "GROUP_NOT_FOUND"
    code = code or misfit(batch, order)
    return (code, TEXTS[code]) if code else None


def misfit(batch: Batch, order: Order) -> str:
    """Return why an order does not fit a batch, "" where it does."""
    if order.office != batch.office:
        return "DIFFERENT_POSTCODE"
    if order.is_abroad != batch.is_abroad:
        return "DIFFERENT_MAIL_TYPE"
    if batch.mail_type == COMBINED:
        return ""
    if order.mail_type != batch.mail_type:
        return "DIFFERENT_MAIL_TYPE"
    if order.mail_category != batch.mail_category:
        return "DIFFERENT_MAIL_CATEGORY"
    if order.text("transport-type") != batch.transport_type:
        return "DIFFERENT_TRANSPORT_TYPE"
    for mark, (code, _) in MARKS.items():
        if (mark in batch.marks) != (mark in order.postmarks):
            return f"{'ABSENT' if mark in batch.marks else 'UNEXPECTED'}_{code}_POSTMARK"
    return ""


def added(world: World, batch: Batch, orders: list[Order]) -> Batch:
    """Put orders that were just made into a batch that is open."""
    return _joined(world, batch, orders) if orders else batch


# -- out of a batch


def taken_out(world: World, ids: list[int]) -> tuple[list[int], list[tuple[int, str]]]:
    """Return orders to the folder "new"; a batch that is left empty is no more."""
    done: list[int] = []
    errors: list[tuple[int, str]] = []
    for place, order_id in enumerate(ids):
        order = find_order(world, order_id)
        code = "NOT_FOUND" if order is None else _closed_to(world, order)
        if code or order is None:
            errors.append((place, code))
            continue
        _leave(world, order)
        changed(world, order, batch="")
        done.append(order_id)
    return done, errors


def deleted(world: World, ids: list[int]) -> tuple[list[int], list[tuple[int, str]]]:
    """Delete orders out of their batches."""
    done, errors = taken_out(world, ids)
    for order_id in done:
        order = find_order(world, order_id)
        assert order is not None
        delete(world, order)
    return done, errors


def _closed_to(world: World, order: Order) -> str:
    """Return why an order cannot leave its batch, "" where it can."""
    batch = find_batch(world, order.batch) if order.batch else None
    if batch is None:
        return "NOT_FOUND"
    if batch.status in (ACCEPTED, SENT) or order.id in batch.accepted:
        return "DELIVERY_IN_PROGRESS"
    return "" if batch.is_open else "READONLY_STATE"


def _leave(world: World, order: Order) -> None:
    batch = batch_named(world, order.batch)
    rest = tuple(found for found in batch.orders if found != order.id)
    if rest:
        changed_batch(world, batch, orders=rest)
    else:
        world.store.drop(BATCHES, batch.name)


# -- a batch as a whole


def redated(world: World, batch: Batch, to: date) -> str:
    """Change the day on which a batch is handed in; return why not, "" where it is done."""
    if not batch.is_open:
        return "READONLY_STATE"
    if to.isoformat() < today(world):
        return "PAST_DUE_DATE"
    changed_batch(world, batch, sending_date=to.isoformat())
    return ""


def checked_in(world: World, batch: Batch, *, online: bool, mail: bool) -> dict[str, Any]:
    """Tell the office what will come: the list gets its number, the batch is closed to changes.

    Raises:
        Refused: E1d, the online balance is too small.
    """
    if batch.is_checked_in and batch.checked == batch.orders:
        return {"error-code": "BATCH_NOT_CHANGED", "f103-sent": False}
    if not batch.is_open:
        return {"error-code": "UNDEFINED", "f103-sent": False}
    online = online or batch.online_balance
    if not online and SWITCHES.choice(world, "balance") == "online":
        return {"error-code": "OFFLINE_BALANCE_FORBIDDEN", "f103-sent": False}
    orders = orders_of(world, batch)
    cost = total(orders)
    cost_minor = cost.rate_minor + cost.vat_minor
    if online:
        _charge(world, cost_minor - batch.charged_minor)
    sent = mail and SWITCHES.choice(world, "f103_mail") == "sent"
    batch = changed_batch(
        world,
        batch,
        version=batch.version + 1,
        checked=batch.orders,
        list_number=batch.list_number or world.count("russian_post.list"),
        list_date=batch.list_date or today(world),
        f103_sent=sent,
        online_balance=online,
        charged_minor=cost_minor if online else 0,
    )
    filing.file(world, batch, orders, account_now(world))
    declarations.send(world, batch)
    _freeze_later(world, batch)
    _start(world, batch)
    return {"f103-sent": sent}


def total(orders: list[Order]) -> Rate:
    """Return what orders cost together."""
    totals = [order.total for order in orders]
    return Rate(sum(one.rate_minor for one in totals), sum(one.vat_minor for one in totals))


def _charge(world: World, minor: int) -> None:
    there_minor = balance_minor(world)
    if minor > there_minor:
        text = (
            "Ошибка в сервисе. Код ошибки: EXTERNAL_SYSTEMS, вспомогательный код: UNDEFINED, описание: "
            f"'UNDEFINED->UNDEFINED. Requested {minor} but available {there_minor}'"
        )
        raise Refused(400, {"code": "1024", "desc": text})
    spend(world, minor)


def _freeze_later(world: World, batch: Batch) -> None:
    after_ms = SWITCHES.number(world, "freeze_after_ms")
    if after_ms:
        world.later(FREEZE, batch.name, after_ms=after_ms)
    else:
        changed_batch(world, batch, status=FROZEN)


def on_freeze(world: World, due: Due) -> None:
    batch = find_batch(world, due.key)
    if batch is not None and batch.is_open and batch.is_checked_in:
        changed_batch(world, batch, status=FROZEN)


def _start(world: World, batch: Batch) -> None:
    """Let the lives of the items begin: all are taken in at the same time, not before the day that was told.

    A life that somebody chose already stands.
    """
    opens_ms = day_start_ms(batch.sending_date) + OPENS_MS - world.now_ms
    wait_ms = max(opens_ms, 0) + SWITCHES.number(world, "accept_after_ms")
    acceptance.bring_along(world, batch, wait_ms)
    for place, order in enumerate(orders_of(world, batch), 1):
        parcel = world.parcel(order.parcel_id)
        if parcel.journey or acceptance.is_missing(world, place):
            continue
        steps = journeys.story(world, parcel, journeys.chosen_story(world, order))
        if steps:
            world.travel(parcel, (replace(steps[0], after_ms=wait_ms), *steps[1:]))


def archived(world: World, batch: Batch) -> str:
    """Put a batch into the archive; return why not."""
    if batch.status == ARCHIVED:
        return ""
    days = SWITCHES.number(world, "long_archive_after_days")
    changed_batch(world, batch, status=ARCHIVED, status_before=batch.status)
    world.later(LONG_ARCHIVE, batch.name, after_ms=days * 86_400_000)
    return ""


def reverted(world: World, batch: Batch) -> str:
    if batch.status != ARCHIVED:
        return "NOT_FOUND"
    changed_batch(world, batch, status=batch.status_before or CREATED, status_before="")
    return ""


def on_long_archive(world: World, due: Due) -> None:
    """Put the orders of a batch that lay in the archive for so long where only one search finds them."""
    batch = find_batch(world, due.key)
    after_ms = SWITCHES.number(world, "long_archive_after_days") * 86_400_000
    if batch is None or batch.status != ARCHIVED or world.now_ms - batch.status_ms < after_ms:
        return
    for order in orders_of(world, batch):
        changed(world, order, in_long_archive=True)
    world.store.drop(BATCHES, batch.name)
