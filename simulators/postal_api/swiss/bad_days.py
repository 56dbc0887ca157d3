"""Bad days of this carrier, beside those that any carrier can have."""

from ...wire.bad_days import BadDay
from ...wire.faults import Fault, FaultKind

BAD_DAYS: dict[str, BadDay] = {
    "token-endpoint-down": BadDay(
        title="Token endpoint down",
        sentence="No token is to be had: 503 with an empty page, as it was recorded; tokens that live go on working.",
        source="postal_api_swiss §1: outage of the token service, recorded",
        faults=(
            Fault(kind=FaultKind.STATUS, status=503, operation="token", times=0, headers={"Content-Type": "text/html"}),
            Fault(
                kind=FaultKind.STATUS, status=503, operation="old_token", times=0, headers={"Content-Type": "text/html"}
            ),
        ),
    ),
    "gateway-refuses": BadDay(
        title="The gateway refuses",
        sentence="One label call in four is refused by the gateway with 400 and no body; nothing was done.",
        source="postal_api_swiss §5: gateway refusal",
        guess="the share is ours",
        faults=(Fault(kind=FaultKind.STATUS, status=400, operation="generate_address_label", probability=0.25),),
    ),
    "number-range-exhausted": BadDay(
        title="Number range exhausted",
        sentence="No item number is left: every label is refused with E9997, and a number of one's own with E2011.",
        source="postal_api_swiss §7: E9997 and E2011",
        settings={"number_range": "exhausted"},
    ),
}
