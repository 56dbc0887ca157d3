"""A tiny carrier, "parrot", with which the tests of core, wire and control drive a real server.

It has a token by form, parcels by JSON, a life of four scans, and webhooks signed with the word "sound".
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import msgspec
import pytest
from hypothesis import settings

from parcelproof.simulators.core.errors import Reason, Rejected
from parcelproof.simulators.core.parcel import Collected, Parcel, Scan, Step, decide_revoke
from parcelproof.simulators.core.records import Due, Kind
from parcelproof.simulators.core.status import Status
from parcelproof.simulators.core.world import PARCELS, Duty, Effect, Outcome, World
from parcelproof.simulators.server import Options, Running, running
from parcelproof.simulators.wire import webhooks
from parcelproof.simulators.wire.call import Answer, Call, json_answer
from parcelproof.simulators.wire.carrier import Carrier, Payouts, Refusal, ReportFile, Sheet
from parcelproof.simulators.wire.routes import Routes
from parcelproof.simulators.wire.tenants import Grant, Tenants

settings.register_profile("parcelproof", deadline=None)  # a busy machine makes no example wrong
settings.load_profile("parcelproof")

HOUR_MS = 3_600_000
LIFE_MS = 12 * HOUR_MS  # of a token
HOOKS: Kind[str] = Kind("parrot.hooks", str)
STORIES = {"delivered": ("accepted", "in_transit", "out_for_delivery", "delivered"), "stuck": ()}
STATUS = {Refusal.NO_ROUTE: 404, Refusal.WRONG_METHOD: 405, Refusal.TOO_LARGE: 413, Refusal.BROKEN: 500,
          Refusal.UNAVAILABLE: 503}  # fmt: skip


class Booking(msgspec.Struct, forbid_unknown_fields=True):
    reference: str
    hook: str = ""


def squawk(status: int, why: str, **facts: object) -> Answer:
    return json_answer({"squawk": why, **facts}, status)


def build_routes() -> Routes:
    routes = Routes()

    @routes.post("/token")
    def token(call: Call) -> Answer:
        fields = dict(part.split("=", 1) for part in call.body.decode("ascii", "replace").split("&") if "=" in part)
        tenants = call.notes["tenants"]
        assert isinstance(tenants, Tenants)
        name = fields.get("client_id", "")
        if not name:
            return squawk(401, "who")
        call.world = tenants.open("parrot", name, fields.get("client_secret", ""))
        call.credential = name
        made = call.world.token_hex("token", str(call.world.count("parrot.tokens")))
        tenants.grant(call.world, made, Grant("parrot", name, call.world.now_ms + LIFE_MS))
        return json_answer({"access_token": made, "expires_in": LIFE_MS // 1000})

    @routes.post("/parcels")
    def book(call: Call) -> Answer:
        try:
            wanted = msgspec.json.decode(call.body, type=Booking)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return squawk(400, "gibberish")
        world = call.world
        number = str(world.count("parrot.numbers"))
        parcel = world.add(Parcel(f"par-{number}", "parrot", f"P{number}", wanted.reference))
        if wanted.hook:
            world.store.put(HOOKS, parcel.id, wanted.hook)
        parcel = world.travel(parcel, story(world, parcel, "delivered"))
        return json_answer(shown(parcel, call), 201)

    @routes.get("/parcels/{id}")
    def read(call: Call) -> Answer:
        return json_answer(shown(call.world.parcel(call.params["id"]), call))

    @routes.get("/boom")
    def boom(call: Call) -> Answer:
        raise ZeroDivisionError("on purpose")

    @routes.get("/slow")
    def slow(call: Call) -> Answer:
        return Answer(200, b"slow", {"Content-Type": "text/plain"}, delay_ms=20_000)

    return routes


def shown(parcel: Parcel, call: Call) -> dict[str, Any]:
    return {"id": parcel.id, "status": parcel.status, "scans": parcel.scans, "link": f"{call.origin}/{parcel.id}"}


def admit(tenants: Tenants, call: Call) -> Answer | None:
    call.notes["tenants"] = tenants
    if call.path == "/token":
        return None
    shown_token = call.headers.get("Authorization", "").removeprefix("Bearer ")
    holder = tenants.holder(shown_token)
    if holder is None:
        return squawk(401, "who", agent=call.headers.get("User-Agent", ""))
    call.world, call.credential = holder.world, holder.grant.credential
    return None if holder.grant.expires_ms > holder.world.now_ms else squawk(401, "late")


def story(world: World, parcel: Parcel, name: str) -> tuple[Step, ...]:
    return tuple(Step(HOUR_MS, code) for code in STORIES[name])


def scan(world: World, parcel: Parcel, step: Step) -> Parcel:
    made = Scan(
        world.now_ms, parcel.scans + 1, world.now_ms - step.late_ms, Status(step.code), step.code, reason=step.reason
    )
    parcel = world.happen(parcel, made)
    if world.store.get(HOOKS, parcel.id):
        key = f"{parcel.id}/{made.sequence}"
        webhooks.plan(world, "parrot", "parrot.webhook", key, reference=parcel.reference)
    return parcel


def revoke(world: World, parcel: Parcel, sequence: int) -> Parcel:
    return world.happen(parcel, decide_revoke(parcel, sequence=sequence, at_ms=world.now_ms))


def take_step(world: World, due: Due) -> None:
    taken = world.take_step(due)
    if taken is not None:
        scan(world, *taken)


def hook(world: World, due: Due) -> Effect:
    parcel_id, _, sequence = due.key.partition("/")
    body = msgspec.json.encode({"parcel": parcel_id, "sequence": int(sequence)})
    word = "wrong" if webhooks.switches(world, "parrot").corrupt_signature else "sound"
    url = world.store.get(HOOKS, parcel_id) or ""
    return Effect("parrot.webhook", due.key, world.now_ms, url, {"Signature": word}, body, 15_000)


def learn(world: World, effect: Effect, outcome: Outcome) -> None:
    webhooks.record(world, "parrot", "scan", effect, outcome)
    if outcome.status == 503:
        world.later(effect.duty, effect.key, after_ms=5_000)


def translate(call: Call, rejected: Rejected) -> Answer:
    return squawk(404 if rejected.reason is Reason.UNKNOWN_PARCEL else 403, rejected.reason)


def refuse(call: Call, refusal: Refusal) -> Answer:
    return squawk(STATUS[refusal], refusal, allowed=call.notes.get("allowed"))


def pay(world: World) -> str | None:
    owed = [found for _, found in world.store.scan(PARCELS) if found.status is Status.DELIVERED]
    for parcel in owed:
        world.happen(parcel, Collected(world.now_ms, 100, "EUR"))
    return str(world.count("parrot.payouts")) if owed else None


def list_payouts(world: World) -> list[dict[str, Any]]:
    return [{"number": str(n + 1)} for n in range(world.store.header.counters.get("parrot.payouts", 0))]


def payout_file(world: World, number: str, form: str) -> ReportFile:
    return ReportFile(f"{number}.{form}", "text/plain", f"{number} as {form}".encode())


def label(world: World, parcel: Parcel, form: str) -> ReportFile | None:
    return (
        ReportFile(f"{parcel.number}.pdf", "application/pdf", b"%PDF-" + parcel.id.encode()) if form == "pdf" else None
    )


def endpoints(world: World) -> list[dict[str, Any]]:
    found = world.store.scan(HOOKS)
    return [{"id": key, "url": url, "events": ["scan"], "status": "enabled"} for key, url in found]


def told(name: str) -> tuple[str, ...]:
    return tuple(f"an hour later: {code}" for code in STORIES[name])


def build_carrier() -> Carrier:
    return Carrier(
        name="parrot",
        mount="par-rot",
        routes=build_routes(),
        kinds=(HOOKS,),
        duties={"parrot.step": Duty(take_step), "parrot.webhook": Duty(hook, learn)},
        sheet=Sheet(title="Parrot", sources=("a test",), fidelity={}),
        admit=admit,
        refuse=refuse,
        translate=translate,
        story=story,
        scan=scan,
        revoke=revoke,
        stories=tuple(STORIES),
        codes=tuple(Status),
        label=label,
        told=told,
        endpoints=endpoints,
        payouts=Payouts(
            make=pay, list=list_payouts, file=payout_file, forms=lambda _: ("json", "csv", "csv-cp1251", "xlsx")
        ),
        signs=True,
        body_limit_bytes=10_000,
    )


Parrot = Callable[..., AbstractAsyncContextManager[Running]]


@pytest.fixture
def parrot() -> Carrier:
    return build_carrier()


@pytest.fixture
def slept() -> list[float]:
    """Every simulated slowness of the server of this test, in seconds; none of them really waits."""
    return []


@pytest.fixture
def parrot_server(parrot: Carrier, slept: list[float]) -> Parrot:
    """Start a server of parrots: `async with parrot_server(seed="x") as started`."""

    async def pass_by(delay_s: float) -> None:
        slept.append(delay_s)

    @asynccontextmanager
    async def start(**options: Any) -> AsyncIterator[Running]:
        wall_ms = options.pop("wall_ms", None)
        given = {"port": 0, "virtual": True, "webhook_cap_s": 5.0, **options}
        async with running(Options(**given), carriers=[parrot], sleep=pass_by, wall_ms=wall_ms) as started:
            yield started

    return start
