"""Webhooks: where they go, what disturbs them, every attempt with its answer, and sending one again."""

import msgspec

from ...wire import webhooks as hooks
from ...wire.call import Answer
from ...wire.routes import Routes
from ...wire.transcript import body_of, headers_of
from ...wire.webhooks import Attempt, Switches
from .forms import FormError, duration_ms, whole
from .frame import newest, pages_of, tenant_page
from .table import on
from .visit import Missing, Visit
from .words import plain, short

routes = Routes()

NEUTRAL: dict[str, object] = msgspec.structs.asdict(Switches())
OWN_FIELDS = ("reorder", "drop")
FLAGS = tuple(name for name, value in NEUTRAL.items() if isinstance(value, bool) and name not in OWN_FIELDS)
WORDS = {
    "corrupt_signature": "wrong signature",
    "stale_timestamp": "stale timestamp",
    "rotate_key": "signed as while keys change",
    "down": "the receiver cannot be reached",
}


@on(routes, "GET", "/t/{tenant}/webhooks")
async def webhooks(visit: Visit) -> Answer:
    return _shown(visit)


@on(routes, "POST", "/t/{tenant}/webhooks/{carrier}")
async def set_switches(visit: Visit) -> Answer:
    carrier = visit.carrier(visit.call.params["carrier"])
    try:
        body = switches_of(visit.form)
        await visit.room.ask.json("PATCH", "tenants", visit.tenant, "webhooks", carrier.name, body=body)
    except FormError as error:
        return _shown(visit, wrong=error.sentence, status=error.status, opened=carrier.name)
    return visit.done(f"The switches of {short(carrier.sheet.title)} are set.", "t", visit.tenant, "webhooks")


@on(routes, "GET", "/t/{tenant}/webhooks/attempts/{sequence}")
async def webhook_attempt(visit: Visit) -> Answer:
    found = _attempt(visit)
    return tenant_page(
        visit,
        "attempt.html",
        "webhooks",
        attempt=found,
        request_headers=headers_of(found.headers),
        request_body=body_of(found.body),
        answer_headers=headers_of(found.answer_headers),
        answer_body=body_of(found.answer_body),
    )


@on(routes, "POST", "/t/{tenant}/webhooks/attempts/{sequence}/replay")
async def replay_attempt(visit: Visit) -> Answer:
    sequence = visit.call.params["sequence"]
    made = await visit.room.ask.json("POST", "tenants", visit.tenant, "webhook-attempts", sequence, "replay")
    note = f"Attempt {sequence} was sent once more, byte for byte, as attempt {made['sequence']}."
    return visit.done(note, "t", visit.tenant, "webhooks", "attempts", made["sequence"])


def switches_of(form: dict[str, str]) -> dict[str, object]:
    """Return a form as the switches that the control API takes; an empty field is the neutral position.

    Raises:
        FormError: a field cannot be read.
    """
    drop = whole(form, "drop_next", "How many to drop") if form.get("drop") == "next" else None
    references = tuple(part.strip() for part in form.get("only", "").replace("\n", ",").split(",") if part.strip())
    within = form.get("reorder_within", "")
    return {
        "duplicate": whole(form, "duplicate", "Extra copies") or 0,
        "reorder": bool(form.get("reorder")),
        "reorder_within_ms": duration_ms(within) if within else NEUTRAL["reorder_within_ms"],
        "late_ms": duration_ms(form["late"]) if form.get("late") else 0,
        "drop": form.get("drop") == "all" or drop or False,
        **{name: bool(form.get(name)) for name in FLAGS},
        "only": {"reference": references} if references else None,
    }


def _attempt(visit: Visit) -> Attempt:
    sequence = visit.call.params["sequence"]
    found = visit.world.store.get(hooks.ATTEMPTS, sequence)
    if found is None:
        raise Missing(f"There is no webhook attempt {sequence}, or it was forgotten.")
    return found


def _shown(visit: Visit, *, wrong: str = "", status: int = 200, opened: str = "") -> Answer:
    world, carriers = visit.world, visit.room.carriers
    event = visit.call.query.get("event", "")
    found = [attempt for attempt in hooks.attempts(world) if not event or attempt.event == event]
    pages = pages_of(visit, len(found))
    return tenant_page(
        visit,
        "webhooks.html",
        "webhooks",
        status=status,
        attempts=[found[index] for index in newest(found, pages)],
        endpoints=[
            (carrier, row) for carrier in carriers.values() if carrier.endpoints for row in carrier.endpoints(world)
        ],
        flags={name: WORDS.get(name, plain(name)) for name in FLAGS},
        pages=pages,
        event=event,
        events=sorted({attempt.event for attempt in found}),
        carriers=carriers,
        switches={name: hooks.switches(world, name) for name in carriers},
        disturbed={name: _disturbed(hooks.switches(world, name)) for name in carriers},
        form=visit.form,
        wrong=wrong,
        opened=opened,
    )


def _disturbed(found: Switches) -> list[str]:
    """Return the names of the switches that are not in their neutral position."""
    return [name for name, value in msgspec.structs.asdict(found).items() if value != NEUTRAL[name]]
