"""What PickPoint's states and sheets say: events, returns, offers.

Source: `courier_api` §4; `statuses` §3a PickPoint. Times have minutes only and no zone: Moscow's. Years are written
with two digits or four.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256

from ...ports import CarrierEvent, Money, Quote, ReturnNotice, Unavailable
from ..amounts import NotAnAmount, minor_of
from ..carrier_codes import pickpoint_meaning
from .bodies import CURRENCY, MODES, STANDARD
from .shapes import Info, Prices, Service, text

NAME = "pickpoint"
MOSCOW = timezone(timedelta(hours=3))
FORMATS = ("%d.%m.%y %H:%M", "%d.%m.%Y %H:%M", "%d.%m.%y %H:%M:%S", "%d.%m.%Y %H:%M:%S")
GIVEN_BACK = "113"
COMES_BACK = frozenset({"115", "116", GIVEN_BACK})
WORDS = {"112": "not collected in time", "114": "refused"}
MODE_NAMES = {"standard": "1", "priority": "2", "стандарт": "1", "приоритет": "2", "1": "1", "2": "2"}
Told = tuple[str, str, str]  # state, time, words


def moment(told: str) -> datetime:
    """Return a time of the carrier's as aware UTC.

    Raises:
        Unavailable: it is none.
    """
    for pattern in FORMATS:
        try:
            return datetime.strptime(told.strip(), pattern).replace(tzinfo=MOSCOW).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    raise Unavailable("unreadable_answer", f"a state has the time {told[:40]!r}")


def events(number: str, states: Iterable[Told]) -> tuple[CarrierEvent, ...]:
    """Return the states of one parcel as events; `sequence` keeps the carrier's order, oldest first, in equal times.

    The id is the same from every call, since it is made of parcel, state and time.
    """
    found: dict[str, CarrierEvent] = {}
    places: Counter[datetime] = Counter()
    for state, told, words in states:
        at = moment(told)
        own = fingerprint(number, state, at)
        if own in found:
            continue
        meaning = pickpoint_meaning(state)
        found[own] = CarrierEvent(
            id=own,
            carrier=NAME,
            number=number,
            code=meaning.code,
            text=words,
            status=meaning.status,
            occurred_at=at,
            reason=WORDS.get(state, ""),
            opens_return=meaning.opens_return,
            sequence=places[at],
        )
        places[at] += 1
    return tuple(found.values())


def fingerprint(number: str, state: str, at: datetime) -> str:
    return sha256(f"{NAME}/{number}/{state}/{at.isoformat()}".encode()).hexdigest()[:32]


def comes_back(story: Sequence[CarrierEvent]) -> bool:
    return any(event.code in COMES_BACK for event in story)


def return_notice(number: str, story: Sequence[CarrierEvent], info: Info | None) -> ReturnNotice | None:
    """Return the goods' way back once it has a number of its own, or they are back; None before.

    The reason is the carrier's own where a line has one, else what the states say.
    """
    back = next((event for event in story if event.code == GIVEN_BACK), None)
    sheet = info.ReturnInfo if info else None
    own = text(sheet.ReturnInvoiceNumber) if sheet else ""
    if not own and back is None:
        return None
    lines = sheet.SubEncloses if sheet and sheet.SubEncloses else []
    reasons = list(dict.fromkeys(line.Reason for line in lines if line.Reason))
    told = next((event.reason for event in reversed(story) if event.reason), "")
    return ReturnNotice(
        carrier=NAME,
        number=own or number,
        direct_number=number,
        reason="; ".join(reasons) or told or "returned",
        received_at=back.occurred_at if back else None,
    )


def unpriced() -> Quote:
    """Return the offer of a carrier that takes the parcel and tells no price."""
    nothing = Money(0, CURRENCY)
    return Quote(
        id=f"{NAME}-{STANDARD}",
        carrier=NAME,
        service=STANDARD,
        net=nothing,
        surcharges=(),
        tax=nothing,
        total=nothing,
        days_min=1,
        days_max=14,
        priced=False,
    )


def offers(prices: Prices) -> tuple[Quote, ...]:
    """Return an offer for each delivery mode; the parts of a mode add up, VAT stands beside them."""
    by_mode: dict[str, list[Service]] = {}
    for service in prices.Services or ():
        mode = MODE_NAMES.get(text(service.DeliveryMode).lower(), STANDARD)
        by_mode.setdefault(mode, []).append(service)
    days = {STANDARD: (prices.DPMin, prices.DPMax), "2": (prices.DPMinPriority, prices.DPMaxPriority)}
    return tuple(_offer(mode, parts, *days[mode]) for mode, parts in sorted(by_mode.items()) if mode in MODES)


def _offer(mode: str, parts: Sequence[Service], least: int | None, most: int | None) -> Quote:
    net = _minor(sum((part.Tariff for part in parts), Decimal(0)))
    tax = _minor(sum((part.NDS or Decimal(0) for part in parts), Decimal(0)))
    days_min = max(least or 1, 0)
    return Quote(
        id=f"{NAME}-{mode}",
        carrier=NAME,
        service=mode,
        net=Money(net, CURRENCY),
        surcharges=(),
        tax=Money(tax, CURRENCY),
        total=Money(net + tax, CURRENCY),
        days_min=days_min,
        days_max=max(most or days_min, days_min),
    )


def _minor(value: Decimal) -> int:
    try:
        minor = minor_of(value, CURRENCY)
    except NotAnAmount as fault:
        raise Unavailable("unreadable_answer", f"a price: {fault}") from fault
    if minor < 0:
        raise Unavailable("unreadable_answer", f"a price of {value}")
    return minor
