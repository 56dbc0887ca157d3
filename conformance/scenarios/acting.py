"""Doing what a step says: each act of each actor is one call on a wire, the control API, a receiver or the driver."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from parcelproof.scenario.acts import (
    BadDay,
    Create,
    Fault,
    Fetch,
    Forgery,
    Journey,
    Payout,
    Refusal,
    Request,
    Revoke,
    Scan,
    SendBack,
    Subscribe,
    Switch,
)
from parcelproof.scenario.acts import Reply as Telling
from parcelproof.scenario.times import duration_ms, moment

from ..driver.http import Refused
from ..wires import WIRES
from .connecting import ask
from .matching import MISSING, at
from .naming import CARRIERS
from .wire import FORM, JSON, Account, Reply, StepError
from .world import World

CONNECTION = frozenset(
    ("host", "content-length", "connection", "accept-encoding", "transfer-encoding")
)  # headers of the way, not of the message


def act(world: World, actor: str, name: str, what: Any) -> Reply | None:
    """Do it; return the answer where there is one.

    Raises:
        StepError: it cannot be done as it is written.
    """
    return ACTORS[actor](world, name, what)


# -- the shop


def _shop(world: World, name: str, what: Any) -> Reply | None:
    match name:
        case "request":
            return _request(world, what)
        case "subscribe":
            given: Subscribe = what
            url = world.receivers.url(given.receiver)
            return world.account(given.carrier).subscribe(given.receiver, url, given.events)
        case "rotate_secret":
            return world.account(_carrier_of(world, what)).rotate_secret(what)
        case "log_in":
            return world.account(what).log_in()
        case _:
            return _with_parcel(world, name, what)


def _with_parcel(world: World, name: str, what: Any) -> Reply:
    parcel = what if isinstance(what, str) else what.parcel
    account = _account_of(world, parcel)
    match name:
        case "create":
            given = Create(parcel=what) if isinstance(what, str) else what
            return account.create(parcel, world.whole(parcel), again=given.again, key=given.key)
        case "cancel":
            return account.cancel(parcel)
        case "label":
            wanted = what.format if isinstance(what, Fetch) else None
            return account.label(parcel, wanted or world.scenario.parcels[parcel.removesuffix(".return")].label)
        case "track":
            return account.track(parcel)
        case "rates":
            return account.rates(world.whole(parcel))
    back = SendBack(parcel=what) if isinstance(what, str) else what
    return account.send_back(parcel, world.whole(parcel), back.reason, back.items)


def _account_of(world: World, parcel: str) -> Account:
    return world.account(world.scenario.parcels[parcel.removesuffix(".return")].carrier)


def _carrier_of(world: World, receiver: str) -> str:
    """Return the carrier that a receiver's secret comes from: the only one here that signs."""
    if not world.account("mail_alliance").secrets(receiver):
        raise StepError(f"{receiver} has no secret: no carrier that signs sends webhooks to it")
    return "mail_alliance"


def _request(world: World, given: Request) -> Reply:
    account = world.account(given.carrier)
    body, kind = _body(world, given)
    reply = account.request(
        given.method,
        str(world.filled(given.path)),
        body=body,
        kind=kind,
        query=world.filled_texts(given.query),
        headers=world.filled_texts(given.headers),
        credential=given.credential,
    )
    if given.parcel is not None:
        account.learn(given.parcel, reply)
    document = reply.json()
    for name, pointer in given.keep.items():
        found = at(document, pointer)
        if found is not MISSING:
            world.learn(name, found)
    return reply


def _body(world: World, given: Request) -> tuple[bytes | None, str]:
    named = {name.lower() for name in given.headers}
    if given.json_ is not None:
        return msgspec.json.encode(world.filled(given.json_)), "" if "content-type" in named else JSON
    if given.form is not None:
        from urllib.parse import urlencode

        return urlencode(world.filled_texts(given.form)).encode(), "" if "content-type" in named else FORM
    return (None, "") if given.text is None else (str(world.filled(given.text)).encode(), "")


# -- the carrier


def _carrier(world: World, name: str, what: Any) -> None:
    control, tenant = world.control, world.tenant
    match name, what:
        case "scan", Scan():
            _scan(world, what)
        case "revoke", Revoke():
            _revoke(world, what)
        case "journey", Journey():
            control.journey(tenant, world.parcel(what.parcel)["id"], story=what.story, table=_table(world, what))
        case (("pause" | "resume"), str()):
            control.pause(tenant, world.parcel(what)["id"], name == "pause")
        case "step", str():
            control.step(tenant, world.parcel(what)["id"])
        case "payout", _:
            _payout(world, msgspec.convert({"carrier": what}, Payout) if isinstance(what, str) else what)
        case "fault", Fault():
            control.add_fault(tenant, **world.filled(msgspec.to_builtins(what)))
        case "clear_faults", _:
            control.clear_faults(tenant)
        case "bad_day", _:
            day = BadDay(name=what) if isinstance(what, str) else what
            control.begin_bad_day(tenant, day.name, day.carrier)
        case "end_bad_day", str():
            control.end_bad_day(tenant, what)
        case "webhooks", Switch():
            _check_webhooks(what.carrier)
            control.switches(tenant, what.carrier, **_switches(what))
        case _:
            control.change_settings(tenant, world.filled(what))


def _scan(world: World, scan: Scan) -> None:
    occurred = None if scan.ago is None else world.now - timedelta(milliseconds=duration_ms(scan.ago))
    parcel = world.parcel(scan.parcel)["id"]
    world.control.scan(
        world.tenant,
        parcel,
        scan.code,
        occurred_at=occurred,
        reason=scan.reason,
        place=scan.place,
        delay_recorded_ms=0 if scan.late is None else duration_ms(scan.late),
        duplicate=scan.duplicate,
        reorder=scan.reorder,
    )


def _revoke(world: World, given: Revoke) -> None:
    parcel = world.parcel(given.parcel)
    sequence = given.sequence
    if not sequence:
        gone = {fact["revokes"] for fact in parcel["facts"] if fact.get("revokes")}
        live = [fact for fact in parcel["facts"] if fact["fact"] == "scan" and fact["sequence"] not in gone]
        found = [fact["sequence"] for fact in live if fact["code"] == given.code]
        if not found:
            raise StepError(f"{given.parcel} has no scan {given.code}; scans: {[fact['code'] for fact in live]}")
        sequence = found[-1]
    world.control.revoke(world.tenant, parcel["id"], sequence)


def _table(world: World, journey: Journey) -> list[dict[str, Any]] | None:
    if journey.table is None:
        return None
    rows: list[dict[str, Any]] = []
    now: datetime = world.now
    for row in journey.table:
        when, code = row if isinstance(row, tuple) else (row.at, row.code)
        now = moment(when, after=now, start=world.start, zone=world.zone)
        made: dict[str, Any] = {"at": now, "code": code}
        if not isinstance(row, tuple):
            made |= {"place": row.place, "reason": row.reason}
            made |= {} if row.late is None else {"late_ms": duration_ms(row.late)}
        rows.append(made)
    return rows


def _payout(world: World, given: Payout) -> None:
    number = world.control.make_payout(world.tenant, given.carrier)
    if number is None:
        raise StepError(f"{given.carrier} has nothing to pay out")
    world.learn(f"{given.report}.number", number)


def _check_webhooks(carrier: str) -> None:
    if not WIRES[carrier].subscribes:
        raise StepError(f"{CARRIERS[carrier]} sends no webhooks")


def _switches(given: Switch) -> dict[str, Any]:
    named = ("duplicate", "reorder", "drop", "corrupt_signature", "stale_timestamp")
    changed = {name: value for name in named if (value := getattr(given, name)) is not None}
    if given.reorder_within is not None:
        changed["reorder_within_ms"] = duration_ms(given.reorder_within)
    return changed | ({} if given.late is None else {"late_ms": duration_ms(given.late)})


# -- the receiver


def _receiver(world: World, name: str, what: Any) -> None:
    if name == "forget":
        world.receivers.forget(what)
        world.before = len(world.receivers.received)
        return
    told = Telling(status=what) if isinstance(what, int) else what
    for receiver in world.scenario.receivers if told.receiver is None else (told.receiver,):
        world.receivers.tell(receiver, told)


# -- the connector


def _connector(world: World, name: str, what: Any) -> Reply:
    """Ask the connector; its answer is shown as JSON with 200, its refusal with the status it gave."""
    try:
        made = ask(world, name, what)
    except Refused as refusal:
        problem = {"status": refusal.status, "code": refusal.code, "title": refusal.title, "detail": refusal.detail}
        return Reply("connector", name, refusal.status, {}, msgspec.json.encode(problem))
    body = made if isinstance(made, bytes) else msgspec.json.encode(made)
    return Reply("connector", name, 200, {}, body)


# -- a stranger, and the mail server


def _stranger(world: World, name: str, what: Any) -> Reply:
    given: Forgery = what
    _check_webhooks(given.carrier)
    bench = world.bench
    url, body, headers = bench.webhook_address(given.carrier), b"", world.filled_texts(given.headers)
    if given.copy is None:
        body = str(world.filled(given.text)).encode()
    else:
        sent = [row for row in bench.attempts() if row.carrier == given.carrier and row.url]
        if len(sent) < given.copy:
            raise StepError(f"{given.carrier} has sent {len(sent)} webhooks; there is none of number {given.copy}")
        genuine = sent[given.copy - 1]
        url, body = genuine.url, genuine.body.encode()
        headers = {key: value for key, value in genuine.headers.items() if key.lower() not in CONNECTION} | headers
    return Reply("stranger", given.carrier, bench.send(url, body, headers))


def _mail_server(world: World, name: str, what: Any) -> None:
    given: Refusal = what
    world.bench.mailbox.refuse(given.to, given.answer, given.times)


ACTORS: dict[str, Callable[[World, str, Any], Reply | None]] = {
    "shop": _shop,
    "carrier": _carrier,
    "receiver": _receiver,
    "connector": _connector,
    "stranger": _stranger,
    "mail_server": _mail_server,
}
