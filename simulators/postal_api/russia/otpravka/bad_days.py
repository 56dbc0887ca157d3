"""Bad days of Otpravka, beside those that any carrier can have."""

from ....wire.bad_days import BadDay
from ....wire.faults import Fault, FaultKind, Point

E2 = (
    '{"timestamp":"2026-01-12T12:19:44+0300","status":404,"error":"Not Found","message":"Not Found",'
    '"path":"/1.0/counterpart/balance"}'
)
GATEWAY = '{"status":"ERROR","message":"Превышено время ожидания ответа"}'
JSON = {"Content-Type": "application/json;charset=UTF-8"}

BAD_DAYS: dict[str, BadDay] = {
    "number-range-exhausted": BadDay(
        title="Number range exhausted",
        sentence="Orders are refused with BARCODE_ERROR: no number is left for them.",
        source="postal_api_russia §3.1: numbers are issued from ranges; §2.19 BARCODE_ERROR",
        guess="the details' words are ours",
        settings={"number_range": "exhausted"},
    ),
    "daily-quota-spent": BadDay(
        title="Daily limit of calls spent",
        sentence="Every call is refused by the gateway until the day is over or the limit is raised.",
        source="postal_api_russia §1.4, F19",
        guess="status 429 and the words are ours",
        settings={"daily_limit": 0},
    ),
    "balance-of-nothing": BadDay(
        title="No credit",
        sentence="Check-in is refused: the account must pay from its online balance, and nothing is on it.",
        source="postal_api_russia §2.7, F14",
        settings={"balance": "online", "online_balance_minor": 0},
    ),
    "mail-of-the-list-fails": BadDay(
        title="The list is not mailed",
        sentence="Check-in closes batches, but no list reaches the office: f103-sent is false.",
        source="postal_api_russia §2.7, F26",
        settings={"f103_mail": "failed"},
    ),
    "gateway-times-out": BadDay(
        title="The gateway times out",
        sentence="One call in ten is answered with 504 after it was done.",
        source="postal_api_russia §1.4, F5: 504 from the gateway",
        guess="the share, the body, and that the call was done",
        faults=(
            Fault(kind=FaultKind.STATUS, status=504, body=GATEWAY, headers=JSON, probability=0.1, point=Point.AFTER),
        ),
    ),
    "not-found-inside-200": BadDay(
        title="Not Found inside 200",
        sentence="One call in ten is answered with the framework's 404 body inside HTTP 200; nothing was done.",
        source="postal_api_russia §1.3 E2, F3",
        guess="the share, and that any call can have it",
        faults=(Fault(kind=FaultKind.STATUS, status=200, body=E2, headers=JSON, probability=0.1),),
    ),
}
