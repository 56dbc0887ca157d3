"""Bad days of this carrier, beside those that any carrier can have."""

from ...wire.bad_days import BadDay
from ...wire.faults import Fault, FaultKind, Point
from ...wire.latency import Lognormal

MINUTE_MS = 60_000

BAD_DAYS: dict[str, BadDay] = {
    "black-friday-queue": BadDay(
        title="Black Friday queue",
        sentence="Answers take seconds though the order is created, its number appears ten minutes later, print forms "
        "wait a quarter of an hour, and one call in twenty gets 503.",
        source="courier_api §6 CF-01, CF-04, CF-14, CF-15",
        guess="the distribution (median 4 s, 95 % below 16 s), the minutes and the share of 503 are ours",
        faults=(
            Fault(
                kind=FaultKind.LATENCY,
                point=Point.AFTER,
                latency=Lognormal(median_ms=4_000, p95_ms=16_000, most_ms=120_000),
                times=0,
            ),
            Fault(kind=FaultKind.STATUS, status=503, probability=0.05),
        ),
        settings={"accept_after_ms": 10 * MINUTE_MS, "print_after_ms": 15 * MINUTE_MS},
    ),
    "number-range-exhausted": BadDay(
        title="Number range exhausted",
        sentence="Orders are taken in with 202 and found INVALID a moment later: there is no number for them.",
        source="courier_api §6 CF-02: created, and failing later; §2.10 v2_internal_error",
        guess="the code is the general one, since no source shows one for this",
        settings={"number_range": "exhausted"},
    ),
    "registry-without-items": BadDay(
        title="Registry without item detail",
        sentence="Neither orders nor files of registries say which pieces of a partly refused parcel were handed over.",
        source="settlement §9: delivered amounts without item detail; SET-063",
        settings={"registry_items": "hidden", "delivery_amount": "hidden"},
    ),
    "webhooks-ahead-of-reads": BadDay(
        title="Webhooks ahead of reads",
        sentence="A webhook tells of a status five minutes before GET shows it.",
        source="courier_api §6 CF-12",
        guess="the five minutes are ours",
        settings={"status_lag_ms": 5 * MINUTE_MS},
    ),
    "token-endpoint-down": BadDay(
        title="Token endpoint down",
        sentence="The token endpoint says 503, Service Unavailable; tokens that were given out go on working.",
        source="courier_api §1.2: 503 or the bare text Service Unavailable; §6 CF-14",
        faults=(Fault(kind=FaultKind.STATUS, operation="token", status=503, times=0),),
    ),
    "tokens-end-early": BadDay(
        title="Tokens end early",
        sentence="New tokens live a minute instead of an hour, so that one ends in the middle of a run.",
        source="courier_api §1.2, §6 CF-13: token shorter than an hour",
        guess="the minute is ours",
        settings={"token_lifetime_s": 60},
    ),
}
