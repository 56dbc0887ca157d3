"""The carrier value: everything of Mail Alliance that the server needs, put together."""

from functools import wraps

from ..core.world import Duty
from ..wire.call import Answer, Call, Handler
from ..wire.carrier import Carrier
from ..wire.routes import Route, Routes
from . import (
    admission,
    bad_days,
    clock,
    deliveries,
    endpoints,
    events,
    homecoming,
    idempotency,
    journeys,
    labels,
    log,
    parcels,
    problems,
    quotas,
    rates,
    returns,
    scans,
    settings,
    shipments,
    subscribers,
    tokens,
    tracking,
)
from .ids import CARRIER as NAME
from .sheet import sheet
from .statuses import SCANNED
from .subscribers import DUTY

BODY_LIMIT_BYTES = 262_144  # 256 kB (§3.1)


def answering(handler: Handler) -> Handler:
    """Let a handler refuse by raising."""

    @wraps(handler)
    def answer(call: Call) -> Answer:
        try:
            return handler(call)
        except problems.Refused as refused:
            return refused.answer(call)

    return answer


def build() -> Carrier:
    """Return the carrier."""
    routes = Routes()
    for part in (tokens, clock, rates, parcels, labels, tracking, returns, endpoints, events):
        for route in part.routes:
            handler = answering(route.handler)
            routes.add(Route(route.method, route.template, route.operation, handler, route.notes))
    return Carrier(
        name=NAME,
        mount="mail-alliance",
        routes=routes,
        kinds=(
            *shipments.KINDS,
            *log.KINDS,
            *deliveries.KINDS,
            *tracking.KINDS,
            idempotency.KEPT,
            quotas.WINDOWS,
        ),
        duties={
            f"{NAME}.step": Duty(scans.step_due),
            DUTY: Duty(deliveries.send_due, deliveries.sent),
            deliveries.RESEND: Duty(deliveries.resend_due),
            homecoming.CLOSE: Duty(scans.close_due),
            idempotency.FORGET: Duty(idempotency.forget_due),
        },
        sheet=sheet(routes),
        admit=admission.admit,
        refuse=problems.refuse,
        translate=problems.translate,
        story=journeys.story,
        scan=scans.record,
        revoke=scans.revoke,
        stories=journeys.STORIES,
        codes=SCANNED,
        label=labels.of_parcel,
        told=journeys.told,
        endpoints=subscribers.listed,
        finish=admission.finish,
        body_limit_bytes=BODY_LIMIT_BYTES,
        signs=True,
        bad_days=bad_days.BAD_DAYS,
        settings=settings.ALLOWED,
    )


CARRIER = build()
