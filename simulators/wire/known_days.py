"""Bad days that any carrier can have. A carrier's own of the same name goes before these."""

from .bad_days import DAY_MS, BadDay
from .faults import Fault, FaultKind, Point
from .latency import Lognormal

BUSY_ANSWER = "<html><body><h1>502 Bad Gateway</h1></body></html>"
HTML = {"Content-Type": "text/html"}

KNOWN: dict[str, BadDay] = {
    "black-friday-queue": BadDay(
        title="Black Friday queue",
        sentence="Answers take seconds, one in twenty more than 16 s, and one call in twenty gets 503.",
        source="courier_api §6 CF-14, CF-15: replies slower than 5 s although the order was created; 503 in outages",
        guess="the distribution (median 4 s, 95 % below 16 s) and the share of 503 are ours",
        faults=(
            Fault(
                kind=FaultKind.LATENCY,
                point=Point.AFTER,
                latency=Lognormal(median_ms=4_000, p95_ms=16_000, most_ms=120_000),
                times=0,
            ),
            Fault(kind=FaultKind.STATUS, status=503, probability=0.05),
        ),
    ),
    "answers-lost": BadDay(
        title="Answers lost",
        sentence="One call in five is carried out, and its answer never arrives: the connection is reset.",
        source="courier_api §6 CF-03, CF-15; mail_alliance Part 8 drop_after_commit, Part 9 MA-T02",
        guess="the share is ours",
        faults=(Fault(kind=FaultKind.RESET, point=Point.AFTER, probability=0.2),),
    ),
    "gateway-errors": BadDay(
        title="Gateway errors",
        sentence="One call in ten is answered by a page of the gateway, one in ten by 200 with nothing in it.",
        source="courier_api §6 CF-14: HTML error page, empty body with 200",
        guess="the shares are ours, and that such a call had no effect",
        faults=(
            Fault(kind=FaultKind.STATUS, status=502, body=BUSY_ANSWER, headers=HTML, probability=0.1),
            Fault(kind=FaultKind.STATUS, status=200, body="", probability=0.1),
        ),
    ),
    "webhook-endpoint-down": BadDay(
        title="Webhook endpoint down for a day",
        sentence="For a day of the tenant's clock no webhook reaches its receiver; then it ends by itself.",
        source="courier_api §6 CF-08; mail_alliance Part 6: the schedule of retries; notifications NTF-220, NTF-224",
        switches={"down": True},
        lasts_ms=DAY_MS,
    ),
    "webhooks-lost": BadDay(
        title="Webhooks lost",
        sentence="No webhook is sent at all; only who asks learns what happened.",
        source="courier_api §6 CF-08; mail_alliance Part 9 MA-T10; notifications NTF-220",
        switches={"drop": True},
    ),
    "webhooks-in-disorder": BadDay(
        title="Webhooks twice and out of order",
        sentence="Every webhook is sent twice, and some overtake others by hours.",
        source="courier_api §6 CF-09; mail_alliance Part 5, rule 2: at least once and unordered",
        switches={"duplicate": 1, "reorder": True},
    ),
    "night-batch": BadDay(
        title="Night batch resends everything",
        sentence="At two in the morning (UTC) every webhook that is on record is sent again; then it ends by itself.",
        source="courier_api §6 CF-09: nothing promises once only; mail_alliance Part 5, rule 1: under the same id",
        guess="the hour is ours",
        batch_hour=2,
    ),
}
