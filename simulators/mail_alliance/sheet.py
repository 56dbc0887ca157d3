"""The carrier sheet: where everything comes from, and what was chosen where the contract is silent."""

from ..wire.carrier import Fidelity, Sheet
from ..wire.routes import Routes
from .countries import ZONES

GUESSES = (
    "A key's prefix chooses test or live; at /oauth/token by the form field `environment` (test when absent).",
    "Access tokens live 3600 s; API keys have all scopes; no scope asked for means all scopes.",
    "GET /v1/time wants any credential and no scope.",
    "Every authenticated call counts against the quota `default`; parcel creation and rates count against their own "
    "as well. Windows are fixed, from a credential's first call on. Answers before a credential is known show an "
    "untouched quota; with `quota: off` the fields are left out.",
    "A body's fault that only the body as a whole shows (two credentials) is `/problems/malformed`; an idempotency "
    "key of a wrong form is `-missing`. A 500 has the type about:blank, since §3.2 has none for it.",
    "An object of the caller's other environment is 403, one of another client 404.",
    "A member that is null counts as absent; a blank text is `too_short`; `contents[]` needs description and quantity; "
    "`unit_weight_g` is 0-31500; postal codes outside Germany are 1-10 letters, digits, blanks or hyphens; "
    "`label.dpi` with a PDF and A4 with ZPL are a `conflict`.",
    "A fault of a query parameter has the pointer /name. Unknown query parameters are ignored.",
    "Letter parcels go within Germany only, up to 2 kg and 353 x 300 x 150 mm; beyond that `limits-exceeded`. Served "
    f"are {len(ZONES)} European countries; the zones, prices, islands and fuel percentages are ours.",
    "The tariff version is the month on the tenant's clock; `saturday` is charged when the shipping day is a Saturday.",
    "In rates and prices every amount is a money object, `currency` stands beside them, and a parcel's price has `tax` "
    "so that it adds up.",
    "A rate's id locks the price for the same service, places, package, insurance and ship_date only.",
    "Both formats of a label can be read whatever was ordered, except ZPL for A4; the JSON form holds the ordered one. "
    "The ETag is the SHA-256 of the label's bytes in either form. ZPL for A6 is drawn as 100 x 150 mm.",
    "`references.shipment` stays taken after a cancellation. Tracking numbers count up from a place that the tenant's "
    "seed chooses. The tenant's setting `number_range` (1 to 10000) makes the range so small that numbers come again, "
    "365 days after they were given out and never after a cancellation; until then a create is 503.",
    "Tracking events are scans, withdrawals and the cancellation (sequence 1); being announced is no event. "
    "`delivered`, `returned` and `lost` end the history: a scan that occurs later is refused, one that occurred "
    "earlier is recorded. Which status may follow which is otherwise not enforced, since scans arrive out of order.",
    "A webhook's id is the event's id; `msg_` ids name deliveries. `return.in_transit` and `return.received` are how "
    "`returning` and `returned` scans are told, and carry the scan as `event`.",
    "The reconciliation feed has every type but endpoint.ping; an item has the members of the tracking event and the "
    "webhook's `type` and `data`. `after` and `cursor` exclude each other.",
    "A whole parcel that goes back keeps its number; a refused part and a shop's return get a number of their own, "
    "which is tracked like a parcel's. A part is the last line of the contents, or one piece of the only line.",
    "A shop may ask for a return until the parcel is lost, cancelled or on its way back; it starts after delivery. An "
    "enclosed return label has the reason `other` and starts only by the control API.",
    "A return is closed three days after it was received.",
    "A reminder at a pick-up point is a second `ready_for_pickup` with the reason `reminder`, a locker has the reason "
    "`locker`; customs are `held` with the reason `customs` and `in_transit` with `customs_cleared`, and meet only "
    "what goes from one country to another, one of them outside the EU.",
    "Lives keep to office hours in UTC and take two to eight days; delivery abroad takes a day longer.",
    "A second rotation within 24 h is 409. Pings on request are POST /v1/webhook-endpoints/{id}/ping. `events` may be "
    "left out and then means all. http targets beyond loopback are refused in test, too.",
    "A wait by schedule is prolonged by Retry-After up to an hour, never shortened.",
    "The e-mail about an endpoint that was switched off goes to the tenant's setting `account_email` "
    "(account@shop.example without one), into the tenant's mailbox; its words are ours. What was still to be sent to "
    "the endpoint then is `failed` and waits for a replay.",
)

DEVIATIONS = (
    "Two parallel calls with one idempotency key are served one after the other, so the second gets 200; 409 in flight "
    "comes only while an answer to SLOW is held back, and only in real time.",
    "202 for a bulk label file is not used: the contract's table has no such endpoint.",
)

MAGIC = {
    "recipient.city RETURNVILLE": "comes back after the first attempt (test)",
    "recipient.city LATETOWN": "delivery is recorded two hours late, after a newer scan (test)",
    "recipient.postal_code 00000": "not served (test)",
    "recipient.name SLOW": "the answer takes 20 s (test)",
    "recipient.name TWICE": "every scan is sent twice (test)",
}
SWITCHES = {
    "quota": "on, off, exhausted",
    "number_range": "100000000000 numbers, 1 to 10000 of them, exhausted",
    "accept_after_ms": "when the day's collection comes, or so long after the order",
    "account_email": "account@shop.example, or another address",
}


def sheet(routes: Routes) -> Sheet:
    """Return the sheet; the contract is our own design, so no operation is documented by a carrier."""
    return Sheet(
        title="Mail Alliance (our own design: no public wire contract of this carrier was found)",
        sources=(
            "Our own contract `mail_alliance`; the seed names only what must be possible, no wire.",
            "Standard Webhooks 1.0.0; RFC 9457, 9110, 8288, 6749; IETF httpapi drafts Idempotency-Key (2025-02) and "
            "RateLimit header fields (2025-09).",
        ),
        fidelity={route.operation: Fidelity.GUESSED for route in routes},
        guesses=GUESSES,
        deviations=DEVIATIONS,
        magic=MAGIC,
        switches=SWITCHES,
    )
