"""Bad days of this carrier, beside those that any carrier can have."""

from ...wire.bad_days import BadDay
from ...wire.faults import Fault, FaultKind
from .payouts import DESK

BUSY = '{"Result":"Error","Errors":[{"Code":"System","Message":"Сервис временно недоступен, повторите запрос позже"}]}'
JSON = {"Content-Type": "application/json; charset=utf-8"}

BAD_DAYS: dict[str, BadDay] = {
    "axes-disagree": BadDay(
        title="The two axes contradict each other",
        sentence="Orders made meanwhile are for an hour refused on one axis and delivered on the other, before the "
        "right outcome stands.",
        source="courier_api §6 CF-33: two status axes that disagree for a while; statuses §3a",
        guess="the hour, and that it comes before the first outcome",
        settings={"axes": "disagree"},
    ),
    "error-inside-200": BadDay(
        title="Errors inside 200",
        sentence="One call in ten is refused inside HTTP 200 for no reason of the client's; nothing was done.",
        source="courier_api §6 CF-33: business error inside HTTP 200",
        guess="the share, the code and the words are ours",
        faults=(Fault(kind=FaultKind.STATUS, status=200, body=BUSY, headers=JSON, probability=0.1),),
    ),
    "number-range-exhausted": BadDay(
        title="Number range exhausted",
        sentence="Orders without a barcode of the shop's own are refused: there is no number left for them.",
        source="courier_api §3: the barcode is given by the carrier where the shop gives none",
        guess="the code and the words are ours",
        settings={"number_range": "exhausted"},
    ),
    **DESK.bad_days,
}
