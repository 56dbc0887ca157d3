"""What a step asks of the connector, through its driver."""

from base64 import b64decode
from binascii import Error
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec

from parcelproof.scenario.acts import Confirm, Feed, Follow, Kill, Novelty, SendBack, Unfollow
from parcelproof.scenario.times import duration_ms

from ..driver.shapes import Quote
from .bodies import order
from .wire import StepError
from .world import World


def ask(world: World, name: str, what: Any) -> Any:
    """Ask it; return what it answers.

    Raises:
        Refused: it said no. StepError: it cannot be asked as it is written.
    """
    match name, what:
        case "book", _:
            return _book(world, (what,) if isinstance(what, str) else what)
        case "confirm", Confirm():
            offer = _offer(world, what.parcel, what.offer) if what.offer else None
            return world.connector.confirm(_reference(world, what.parcel), offer)
        case "return", SendBack():
            return world.connector.send_back(_reference(world, what.parcel), what.reason, what.items)
        case "subscribe", Follow():
            names = {key: found for key in ("first_name", "last_name") if (found := getattr(what, key))}
            return world.connector.subscribe(_reference(world, what.parcel), what.email, what.origin, **names)
        case "unsubscribe", Unfollow():
            return _unfollow(world, what)
        case "novelty", Novelty():
            return _novelty(world, what)
        case "feed", _:
            return _feed(world, msgspec.convert({"carrier": what}, Feed) if isinstance(what, str) else what)
        case "run_alerts", _:
            return world.connector.run_alerts()
        case "kill", Kill():
            return world.bench.kill(what.operation, carrier=what.carrier, when=what.when)
        case "kill", _:
            return world.bench.kill()
    return _about(world, name, what)


def _about(world: World, name: str, parcel: str) -> Any:
    connector, number = world.connector, _reference(world, parcel)
    match name:
        case "place" | "draft":
            world.bench.place(order(world.whole(parcel), confirm=name == "place"))
            world.passed()  # it may have been asked again, where it was killed
            return {"number": number}
        case "confirm":
            return connector.confirm(number)
        case "cancel":
            return connector.cancel(number)
        case "label":
            world.account(world.scenario.parcels[parcel].carrier).labels[parcel] = found = connector.label(number)
            return found
        case "quotes":
            world.bench.shown[number] = offers = connector.quotes(number)
            world.offers[parcel] = {offer_name(row): row.id for row in offers}
            return offers
    return connector.send_back(number, "changed_mind", {})


def offer_name(row: Quote) -> str:
    """Return how a scenario names an offer."""
    return f"{row.carrier} {row.service}"


def _book(world: World, parcels: tuple[str, ...]) -> Any:
    try:
        return world.bench.book(*(order(world.whole(parcel), confirm=True) for parcel in parcels))
    finally:
        world.passed()


def _offer(world: World, parcel: str, wanted: str) -> str:
    offers = world.offers.get(parcel, {})
    if wanted not in offers:
        raise StepError(f"{parcel} has no offer {wanted!r}; offers last asked for: {', '.join(offers) or 'none'}")
    return offers[wanted]


def _novelty(world: World, what: Novelty) -> Mapping[str, str]:
    details = {name: found for name in ("reason", "observation") if (found := getattr(what, name))}
    if what.ago is not None:
        details["at"] = (world.now - timedelta(milliseconds=duration_ms(what.ago))).isoformat()
    return {"event_id": world.connector.enter_novelty(_reference(world, what.parcel), what.state, **details)}


def _unfollow(world: World, what: Unfollow) -> None:
    wanted = (_reference(world, what.parcel), what.email)
    found = [row for row in world.connector.subscriptions() if (row.order, row.email) == wanted and row.active]
    if not found:
        raise StepError(f"{what.email} does not follow {what.parcel}")
    world.connector.unsubscribe(found[0].id)


def _feed(world: World, given: Feed) -> Any:
    if given.carrier is not None:
        name, content = _payout(world, given, given.carrier)
        return _fed(world, given.name or name, content)
    if given.json_ is not None:
        normal = world.filled(given.json_)
        return _fed(world, given.name or "report.json", msgspec.json.encode(normal), normal)
    if given.text is not None:
        return _fed(world, given.name or "report.csv", str(world.filled(given.text)).encode())
    try:
        return _fed(world, given.name or "report.bin", b64decode(given.base64 or "", validate=True))
    except Error as error:
        raise StepError(f"`base64` is none: {error}") from error


def _fed(world: World, name: str, content: bytes, normal: Mapping[str, Any] | None = None) -> Any:
    """Feed it; with its documents before and after, where the connector has documents."""
    if "settlement" in world.bench.profiles:
        return world.bench.feed(name, content, normal).result
    return world.connector.feed(name, content)


def _payout(world: World, given: Feed, carrier: str) -> tuple[str, bytes]:
    if given.report == "latest":
        reports = world.control.payouts(world.tenant, carrier)
        if not reports:
            raise StepError(f"{carrier} has made no payout yet")
        number = str(reports[-1]["number"])
    else:
        number = world.value(f"{given.report}.number")
    content = world.control.payout_file(world.tenant, carrier, number, given.format)
    return f"{carrier}-{number}.{given.format.partition('-')[0]}", content


def _reference(world: World, parcel: str) -> str:
    return world.value(f"{parcel}.reference")
