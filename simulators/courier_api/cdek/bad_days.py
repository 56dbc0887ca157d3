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
    "registry-reissued": BadDay(
        title="Registry re-issued",
        sentence="A registry that is made meanwhile comes again a day after its payment, under the same number and "
        "with corrected costs.",
        source="settlement §9: re-issued with corrections, SET-017; courier_api §5: the same registry on several days, "
        "§6 CF-27: costs change because a parcel was weighed again",
        guess="which sum is corrected: the services of the first line, by 50 roubles",
        settings={"registry_reissue_days": 1, "registry_correction_minor": 5_000},
    ),
    "registry-late": BadDay(
        title="Registry late",
        sentence="No registry is shown before the third day after its payment.",
        source="settlement §9: a registry that appears late",
        guess="the three days are ours",
        settings={"registry_late_days": 3},
    ),
    "registry-odd-lines": BadDay(
        title="Registry with odd lines",
        sentence="A registry that is made meanwhile repeats a parcel, has one of another merchant, and may be "
        "below zero.",
        source="settlement §9; courier_api §6 CF-28: the same parcel twice, an order the client cannot fetch",
        settings={
            "registry_repeats_parcel": True,
            "registry_foreign_parcel": True,
            "registry_below_zero": "made",
        },
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
