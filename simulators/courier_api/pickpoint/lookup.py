"""Finding the sendings a request names: by the carrier's number, else by the shop's; deleted ones are not there."""

from collections.abc import Iterator

from ...core.parcel import Scan
from ...core.world import World
from .body import Fields
from .errors import NOT_FOUND, PARAMETERS, Refused
from .lives import live_scans
from .records import BY_SENDER_CODE, SENDINGS, Sending, sending_of
from .settings import NAME
from .statuses import BY_CODE, Row

LONGEST = 50
SENDER_KEYS = ("SenderInvoiceNumber", "GCInvoiceNumber", "SenderCode")


def not_found(number: str) -> Refused:
    return Refused(NOT_FOUND, f"Отправление не найдено: {number[:60]}")


def by_number(world: World, number: str) -> Sending | None:
    """Return a sending by the carrier's number; a barcode is none, though the depot's scanner knows it."""
    parcel = world.by_number(NAME, number)
    found = None if parcel is None or parcel.number != number else world.store.get(SENDINGS, parcel.id)
    return None if found is None or world.parcel(found.id).cancelled else found


def by_code(world: World, code: str) -> list[Sending]:
    """Return the sendings with a number of the shop's, oldest first."""
    ids = world.store.get(BY_SENDER_CODE, code) or ()
    return [sending_of(world, own_id) for own_id in ids if not world.parcel(own_id).cancelled]


def named(world: World, fields: Fields) -> list[Sending]:
    """Return what a request names: one by the carrier's number, or all with the shop's.

    Raises:
        Refused: it names none, or none that is there.
    """
    if number := fields.text("InvoiceNumber", most=LONGEST):
        found = by_number(world, number)
        if found is None:
            raise not_found(number)
        return [found]
    code = next((text for key in SENDER_KEYS if (text := fields.text(key, most=LONGEST))), "")
    if not code:
        raise Refused(PARAMETERS, "Не заполнен InvoiceNumber или номер заказа магазина")
    if not (several := by_code(world, code)):
        raise not_found(code)
    return several


def one_named(world: World, fields: Fields) -> Sending:
    """Return the sending a request names; of several with the shop's number the newest."""
    return named(world, fields)[-1]


def several_named(world: World, numbers: list[str]) -> list[Sending]:
    """Return the sendings of a list of the carrier's numbers.

    Raises:
        Refused: one of them is nobody's.
    """
    found = []
    for number in numbers:
        sending = by_number(world, number)
        if sending is None:
            raise not_found(number)
        found.append(sending)
    return found


def history(world: World, sending: Sending) -> list[tuple[Row, int, Scan | None]]:
    """Return (state, moment, scan) in the order of time; equal moments keep the order of their recording."""
    told: list[tuple[Row, int, Scan | None]] = [(BY_CODE[code], at_ms, None) for code, at_ms in sending.formed]
    told += [(BY_CODE[int(scan.code)], scan.occurred_ms, scan) for scan in live_scans(world.parcel(sending.id))]
    return sorted(told, key=lambda row: row[1])


def state(world: World, sending: Sending) -> Row:
    return history(world, sending)[-1][0]


def every(world: World) -> Iterator[Sending]:
    """Yield every sending that is there, in the order of registration."""
    for own_id, sending in world.store.scan(SENDINGS):
        if not world.parcel(own_id).cancelled:
            yield sending
