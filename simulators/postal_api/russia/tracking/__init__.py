"""Tracking over SOAP: single access and batch access with tickets, and their descriptions.

Wire contract: `postal_api_russia` §4.
"""

from ....core.world import Duty
from ....wire.call import Answer, Call
from ....wire.carrier import Fidelity, Static
from ....wire.problems import plain
from ....wire.soap.descriptions import described
from ..part import Part
from . import batch, quota, single, switches, tickets
from .access import Operations, own_origin

__all__ = ["PART", "routes"]

FILES = f"{__name__}.wsdl"
SCHEMAS = {"rtm34": 6, "fc": 2}
routes = Operations()


def _description(call: Call, name: str) -> Answer:
    """Return what a bare word of the query asks for: `?wsdl`, or `?xsd=3` of the schemas it imports."""
    asked = {word.lower(): value for word, value in call.query.items()}
    number = asked.get("xsd", "")
    if "wsdl" in asked:
        return described(FILES, f"{name}.wsdl", own_origin(call))
    if number.isascii() and number.isdigit() and 1 <= int(number[:3]) <= SCHEMAS[name]:
        return described(FILES, f"{name}_{int(number[:3])}.xsd", own_origin(call))
    return plain(404)


@routes.get("/rtm34")
def read_single_description(call: Call) -> Answer:
    """WSDL of single access and its six schemas."""
    return _description(call, "rtm34")


@routes.get("/fc")
def read_batch_description(call: Call) -> Answer:
    """WSDL of batch access and its two schemas."""
    return _description(call, "fc")


@routes.get("/tracking-web-static/rtm34_wsdl.xml")
def read_single_copy(call: Call) -> Answer:
    """WSDL of single access where the documentation links it."""
    return described(FILES, "rtm34.wsdl", own_origin(call))


@routes.get("/tracking-web-static/fc_wsdl.xml")
def read_batch_copy(call: Call) -> Answer:
    """WSDL of batch access where the documentation links it."""
    return described(FILES, "fc.wsdl", own_origin(call))


routes.spoken("/rtm34", single.SERVICE)
routes.spoken("/fc", batch.SERVICE)

DOCUMENTED, GUESSED = Fidelity.DOCUMENTED, Fidelity.GUESSED

PART = Part(
    routes=routes,
    kinds=(tickets.TICKETS, quota.CALLS),
    duties={tickets.EXPIRE: Duty(tickets.on_expire)},
    fidelity={
        **dict.fromkeys((route.operation for route in routes), DOCUMENTED),
        "get_operation_history": Fidelity.RECORDED,
        "get_languages": GUESSED,
        "get_custom_duty_events": GUESSED,
        "get_sms_history": GUESSED,
    },
    guesses=(
        "The history shows an operation by the clocks of its place, Moscow's where the place is not known.",
        "Once an item is sent back, its destination is the office where it was taken in.",
        "In English, operations are called by the words of the order interface; attributes without one keep Russian.",
        "Payments stand in every record but that of an announced item, in kopecks with VAT.",
        "A delivery notice is taken in where the item was handed over, and reaches the sender three days later.",
        "Of the types of money events 1 and 3 are known; a return is 2; the order's id is the money order's number.",
        "Money orders are told in Russian where a language is asked for that nobody speaks: no such fault is declared.",
        "Customs duty is 15 percent of the declared value, charged by 14/6 and 4/10, paid by 19, 14/13 and 40/1.",
        "Text messages tell of arrival, of storage running out and of handing over; what their fields hold is a guess.",
        "The answer of getLanguages is a list of code and name.",
        "A limit exceeded at single access is an authorization fault with the words of batch access.",
        "Without the right to batch access a ticket is refused with error 3.",
        "Asking too early or too often gives error 6 until the answer is ready, and nothing else.",
        "An item of which nothing is known yet has error 12 in a batch answer; a malformed number refuses the ticket.",
        "The file name of a batch answer is the ticket's number with .xml behind it.",
        "Below `/~NAME` stand the same addresses, where the faults of the tenant NAME hit the descriptions too.",
        "A body that is no envelope, or one of the other SOAP, is a fault with HTTP 500.",
        *switches.MEANINGS,
    ),
    deviations=("The address of tracking as it was before 2015 is not served: it is dead.",),
    static={
        "read_single_description": Static.ASKED,
        "read_batch_description": Static.ASKED,
        "read_single_copy": Static.ASKED,
        "read_batch_copy": Static.ASKED,
        "get_languages": Static.ALWAYS,
    },
    switches=switches.SWITCHES,
    bad_days=switches.BAD_DAYS,
)
