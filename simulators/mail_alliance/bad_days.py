"""Bad days of this carrier, beside those that any carrier can have."""

from ..wire.bad_days import BadDay
from ..wire.faults import Fault, FaultKind

BAD_DAYS: dict[str, BadDay] = {
    "number-range-exhausted": BadDay(
        title="Number range exhausted",
        sentence="There is no tracking number left: a good order is refused with 503, and nothing was created.",
        source="mail_alliance §3.1, §3.2: 503 /problems/unavailable, safe to repeat with the same key; "
        "the idea of a range: postal_api_russia §3.1, postal_api_swiss §2 E2011",
        guess="which problem the carrier answers is ours",
        settings={"number_range": "exhausted"},
    ),
    "quota-exhausted": BadDay(
        title="Quota exhausted",
        sentence="Every call with a credential is over its quota: 429 with Retry-After, whatever was called before.",
        source="mail_alliance §2.4, §3.3: rate limits per credential, /problems/quota-exceeded",
        settings={"quota": "exhausted"},
    ),
    "token-endpoint-down": BadDay(
        title="Token endpoint down",
        sentence="The token endpoint answers 503; tokens that were given out, and keys, go on working.",
        source="mail_alliance §3.1: 503 is maintenance, with Retry-After; postal_api_swiss §1: such an outage",
        faults=(Fault(kind=FaultKind.STATUS, operation="issue_token", status=503, times=0),),
    ),
}
