"""Looking at what a step expects. Each check tells what it wanted and what it found."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from parcelproof.labelscan import Unreadable, scan
from parcelproof.scenario.expectations import (
    Answer,
    Documents,
    Event,
    Exchanges,
    Expect,
    Mails,
    Payouts,
    Webhooks,
)
from parcelproof.scenario.times import duration_ms
from parcelproof.scenario.words import Match

from ..checks import judge
from ..evidence import journal_of
from ..wires import WIRES
from .matching import MISSING, at, fits, shown
from .receiver import Received
from .results import Failure
from .signing import signers, stale
from .wire import Reply
from .world import World

T = TypeVar("T")
Check = tuple[bool, Failure]


def check(world: World, expect: Expect) -> tuple[int, tuple[Failure, ...]]:
    """Return how many things were looked at, and those that are not as expected."""
    checks = list(_checks(world, expect))
    return len(checks), tuple(_proving(expect, failure) for good, failure in checks if not good)


def _proving(expect: Expect, failure: Failure) -> Failure:
    """Return a failure as one of the requirement that the expectation proves, in the judge's words."""
    if failure.requirement or expect.requirement is None:
        return failure
    return Failure(failure.what, _bare(failure.expected), _bare(failure.found), expect.requirement)


def _bare(text: str) -> str:
    """Return a text that was written as JSON without its quotation marks."""
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
    return found if isinstance(found, str) else text


def _checks(world: World, expect: Expect) -> Iterator[Check]:
    if expect.answer is not None and expect.requirement is not None:
        yield _refusal(world.reply, expect.answer)
    elif expect.answer is not None:
        yield from _answer(world, world.reply, expect.answer)
    for name, status in expect.status.items():
        yield _same(f"status of {name}", status, world.parcel(name)["status"])
    for name, events in expect.events.items():
        yield from _events(world, name, events)
    for name, count in expect.parcels.items():
        yield _fit(f"parcels of {name} at the carrier", count, len(world.parcels(name)))
    for webhooks in _many(expect.webhooks):
        yield from _webhooks(world, webhooks)
    if expect.label is not None:
        yield _label(world, expect.label)
    for exchanges in _many(expect.journal):
        yield _journal(world, exchanges)
    for mails in _many(expect.mails):
        yield from _mails(world, mails)
    for name, members in expect.orders.items():
        view = _plain(world.connector.order(world.value(f"{name}.reference")))
        yield from _members(f"order {name}", world, view, members.items())
    for documents in _many(expect.documents):
        yield from _documents(world, documents)
    for payouts in _many(expect.payouts):
        yield from _payouts(world, payouts)
    for address, count in expect.refused.items():
        yield _fit(f"mails to {address} refused", count, world.bench.mailbox.refused[address.lower()])
    for listed, members in expect.driver.items():
        yield from _members(listed, world, _plain(getattr(world.connector, listed)()), members.items())
    if expect.holds:
        yield from _laws(world, expect.holds)


def _plain(answer: Any) -> Any:
    """Return an answer of the driver as JSON data."""
    return msgspec.json.decode(msgspec.json.encode(answer))


def _many(given: T | tuple[T, ...] | None) -> tuple[T, ...]:
    if given is None:
        return ()
    return given if isinstance(given, tuple) else (given,)


def _same(what: str, wanted: Any, found: Any) -> Check:
    return wanted == found, Failure(what, shown(wanted), shown(found))


def _fit(what: str, wanted: Any, found: Any) -> Check:
    return fits(found, wanted), Failure(what, shown(wanted), shown(found))


def _members(what: str, world: World, document: Any, members: Iterable[tuple[str, Any]]) -> Iterator[Check]:
    for pointer, wanted in members:
        yield _fit(f"{what} {pointer}", _meant(world, wanted), at(document, pointer))


def _meant(world: World, wanted: Any) -> Any:
    """Return what is wanted with its references replaced."""
    if isinstance(wanted, Match):
        return msgspec.convert(world.filled(msgspec.to_builtins(wanted)), Match)
    return world.filled(wanted)


# -- the answer


def _answer(world: World, reply: Reply | None, wanted: int | Answer) -> Iterator[Check]:
    if reply is None:
        return
    if isinstance(wanted, int):
        wanted = Answer(status=wanted)
    if wanted.lost:
        yield reply.status == 0, Failure("answer", "none: the connection is cut", reply.shown())
        return
    if wanted.status is not None:
        allowed = wanted.status if isinstance(wanted.status, tuple) else (wanted.status,)
        yield reply.status in allowed, Failure("answer", " or ".join(map(str, allowed)), reply.shown())
    yield from _members("answer", world, reply.json(), wanted.json_.items())
    for name, value in wanted.headers.items():
        yield _fit(f"answer header {name}", _meant(world, value), reply.headers.get(name.lower(), MISSING))
    if wanted.text is not None:
        yield _fit("answer text", _meant(world, wanted.text), reply.body.decode("utf-8", "replace"))


def _refusal(reply: Reply | None, wanted: int | Answer) -> Check:
    """Look at whether an act was refused, in the judge's words: a status, with its code where that is wanted too."""
    told = Answer(status=wanted) if isinstance(wanted, int) else wanted
    code = told.json_.get("/code", "")
    statuses = told.status if isinstance(told.status, tuple) else (told.status,)
    expected = f"{' or '.join(map(str, statuses))} {code}".strip()
    if reply is None or reply.status < 300:
        return False, Failure("answer", expected, "accepted")
    found = f"{reply.status} {at(reply.json(), '/code') if code else ''}".strip()
    return reply.status in statuses and found.endswith(str(code)), Failure("answer", expected, found)


# -- the carrier's truth


def _events(world: World, name: str, wanted: tuple[str | Event, ...]) -> Iterator[Check]:
    facts = world.parcel(name)["facts"]
    gone = {fact["revokes"] for fact in facts if fact.get("revokes")}
    scans = [fact for fact in facts if fact["fact"] == "scan"]
    expected = [Event(code=event) if isinstance(event, str) else event for event in wanted]
    found = [(scan["code"], scan["sequence"] in gone) for scan in scans]
    yield (
        found == [(event.code, event.revoked) for event in expected],
        Failure(
            f"events of {name}",
            shown([_word(event.code, event.revoked) for event in expected]),
            shown([_word(*one) for one in found]),
        ),
    )
    if len(scans) == len(expected):
        for event, fact in zip(expected, scans, strict=True):
            yield from _details(f"event {event.code} of {name}", event, fact)


def _word(code: str, revoked: bool) -> str:
    return f"{code} (revoked)" if revoked else code


def _details(what: str, event: Event, fact: dict[str, Any]) -> Iterator[Check]:
    if event.reason is not None:
        yield _fit(f"{what}: reason", event.reason, fact["reason"])
    if event.place is not None:
        yield _fit(f"{what}: place", event.place, fact["place"])
    if event.recorded_after is not None:
        late_ms = round((fact["at"] - fact["occurred_at"]).total_seconds() * 1000)
        yield _same(f"{what}: recorded after (ms)", duration_ms(event.recorded_after), late_ms)


def _label(world: World, name: str) -> Check:
    carrier = world.scenario.parcels[name.removesuffix(".return")].carrier
    label, wanted = world.account(carrier).labels.get(name), _printed(world, carrier, world.value(f"{name}.number"))
    what, expected = f"label of {name}", f"a barcode {' or '.join(wanted)}"
    if label is None:
        return False, Failure(what, expected, "no label was fetched")
    try:
        codes = [code.text for code in scan(label)]
    except Unreadable as problem:
        return False, Failure(what, expected, str(problem))
    return not set(codes).isdisjoint(wanted), Failure(what, expected, shown(codes))


def _printed(world: World, carrier: str, number: str) -> list[str]:
    """Return what stands on a parcel's label: what the carrier told beside its number, else the number itself."""
    told = (row for entry in journal_of(world.control, world.tenant) for row in WIRES[carrier].printed(entry))
    return [code for whose, code in dict.fromkeys(told) if whose == number] or [number]


def _journal(world: World, wanted: Exchanges) -> Check:
    found = [row for row in world.control.journal(world.tenant) if _fits_exchange(row, wanted)]
    parts = msgspec.to_builtins(wanted)
    what = " ".join(f"{name} {parts[name]}" for name in parts if name != "count")
    return _fit(f"exchanges in the journal with {what or 'anything'}", wanted.count, len(found))


def _fits_exchange(row: dict[str, Any], wanted: Exchanges) -> bool:
    plain = ("carrier", "operation", "direction", "status")
    if any(getattr(wanted, name) not in (None, row[name]) for name in plain):
        return False
    return wanted.path is None or fits(row["path"], Match(like=wanted.path))


def _payouts(world: World, wanted: Payouts) -> Iterator[Check]:
    found = world.control.payouts(world.tenant, wanted.carrier)
    if wanted.count is not None:
        yield _fit(f"payouts of {wanted.carrier}", wanted.count, len(found))
    yield from _members(f"payouts of {wanted.carrier}", world, found, wanted.json_.items())


# -- webhooks


def _webhooks(world: World, wanted: Webhooks) -> Iterator[Check]:
    rows = [
        row
        for place, row in world.received_by(wanted.receiver).items()
        if (wanted.during == "scenario" or place >= world.before)
        and (wanted.answered is None or row.status == wanted.answered)
        and (wanted.of is None or _is_about(row.json(), world, wanted.of))
    ]
    of = f" of {wanted.of}" if wanted.of else ""
    what = f"webhooks{of}" + (" during the step" if wanted.during == "step" else "")
    if wanted.events is not None:
        yield _order(what, list(wanted.events), [event_of(row) for row in rows], any_order=wanted.any_order)
    if wanted.count is not None:
        yield _fit(f"{what}: count", wanted.count, len(rows))
    if wanted.different is not None:
        yield _fit(f"{what}: different messages", wanted.different, len({message_of(row) for row in rows}))
    if wanted.signed is not None or wanted.signed_by is not None:
        yield from _signatures(world, what, wanted, rows)
    yield from _members(f"{what}: the last one", world, rows[-1].json() if rows else None, wanted.json_.items())


def _order(what: str, wanted: list[str], found: list[str], *, any_order: bool) -> Check:
    good = sorted(wanted) == sorted(found) if any_order else wanted == found
    return good, Failure(what, shown(wanted) + (" in any order" if any_order else ""), shown(found))


def event_of(row: Received) -> str:
    """Return a webhook's type: Mail Alliance's `type`, CDEK's status code, or CDEK's type for what is no status."""
    body = row.json()
    if not isinstance(body, dict):
        return "(no JSON)"
    attributes = body.get("attributes")
    if body.get("type") == "ORDER_STATUS" and isinstance(attributes, dict):
        tail = " (deleted)" if attributes.get("deleted") else ""
        return f"{attributes.get('code')}{tail}"
    return str(body.get("type"))


def message_of(row: Received) -> Any:
    """Return what makes a message the same one: its id where the carrier gives one, else its bytes."""
    return row.headers.get("webhook-id") or row.body


def _is_about(body: Any, world: World, name: str) -> bool:
    parcel = world.parcel(name)
    known = {parcel["id"], parcel["number"]} - {""}
    places = ["/data/return_tracking_number", "/uuid", "/attributes/cdek_number"]
    if not name.endswith(".return"):
        places.append("/data/parcel_id")
        if at(body, "/data/return_tracking_number") not in (MISSING, None, parcel["number"]):
            return False  # about its way back, which has a number of its own
    return any(at(body, place) in known for place in places)


def _signatures(world: World, what: str, wanted: Webhooks, rows: list[Received]) -> Iterator[Check]:
    if not rows:
        yield False, Failure(f"{what}: signatures", "at least one webhook", "none")
        return
    sent = _sent(world)
    for row in rows:
        account = world.account("mail_alliance")
        secrets = account.secrets(row.receiver) or account.secrets(world.receivers.url(row.receiver))
        made_by = signers(row.headers, row.body, secrets)
        when = sent.get((row.headers.get("webhook-id", ""), row.headers.get("webhook-timestamp", "")), world.now)
        good = bool(made_by) and not stale(row.headers, when)
        one = f"{what}: signature of {event_of(row)}"
        if wanted.signed is not None:
            yield good is wanted.signed, Failure(one, *_words(wanted.signed, bool(made_by), good))
        if wanted.signed_by is not None:
            places = {"old": [0], "new": [len(secrets) - 1], "both": [0, len(secrets) - 1]}[wanted.signed_by]
            yield (
                made_by == sorted(set(places)),
                Failure(
                    one, f"by secret {shown([place + 1 for place in places])}", shown([place + 1 for place in made_by])
                ),
            )


def _words(wanted: bool, fits_secret: bool, good: bool) -> tuple[str, str]:
    found = "good" if good else "a stale time stamp" if fits_secret else "no fitting signature"
    return ("good" if wanted else "not good"), found


def _sent(world: World) -> dict[tuple[str, str], datetime]:
    """Return when each webhook was sent, by its id and time stamp."""
    return {
        (row["headers"].get("webhook-id", ""), row["headers"].get("webhook-timestamp", "")): row["at"]
        for row in world.control.attempts(world.tenant)
    }


# -- the connector


def _mails(world: World, wanted: Mails) -> Iterator[Check]:
    found = [
        mail
        for mail in world.mails()
        if (not wanted.to or wanted.to.lower() in {person.lower() for person in mail.recipients})
        and (wanted.subject is None or fits(mail.subject, wanted.subject))
        and (wanted.text is None or fits(mail.text, wanted.text))
    ]
    what = " ".join(filter(None, ("mails", f"to {wanted.to}" if wanted.to else "")))
    if wanted.told is not None:
        said = ["+".join(word for word in wanted.words if word in mail.text) for mail in found]
        yield _same(f"{what}: told", list(wanted.told), said)
    if wanted.count is not None or wanted.told is None:
        yield _fit(what, 1 if wanted.count is None else wanted.count, len(found))


def _laws(world: World, requirements: tuple[str, ...]) -> Iterator[Check]:
    """Hold the checks of requirements against all that happened; one that finds no subject has nothing against it."""
    for judgement in judge(world.history(requirements), requirements):
        if not judgement.findings:
            yield True, Failure(judgement.requirement, "", "")
        for row in judgement.findings:
            yield False, Failure(row.subject, row.expected, row.found, requirement=row.requirement)


def _documents(world: World, wanted: Documents) -> Iterator[Check]:
    reference = None if wanted.of is None else world.value(f"{wanted.of}.reference")
    found = world.connector.documents(reference)
    what = "documents" + (f" of {wanted.of}" if wanted.of else "")
    if wanted.kinds is not None:
        yield _same(what, sorted(wanted.kinds), sorted(document.kind for document in found))
    if wanted.count is not None:
        yield _fit(f"{what}: count", wanted.count, len(found))
