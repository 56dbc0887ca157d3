"""The carrier sheet: sources, how far each operation can be trusted, what was guessed, what is missing."""

from ...wire.carrier import Fidelity, Sheet, Static
from . import settings
from .statuses import ALSO_OUTCOMES, ALSO_STATES

DOCUMENTED, RECORDED, GUESSED = Fidelity.DOCUMENTED, Fidelity.RECORDED, Fidelity.GUESSED

FIDELITY = {
    "create_order": RECORDED,
    "get_orders": RECORDED,
    "get_statuses": RECORDED,
    "link_label": RECORDED,
    "print_label": DOCUMENTED,
    "get_price": GUESSED,
    "get_plant_cost_order": GUESSED,
    "exchange": GUESSED,
    "list_points": RECORDED,
    "list_regions": RECORDED,
    "list_point_regions": RECORDED,
    "list_services": RECORDED,
    "list_statuses": RECORDED,
    "list_states": GUESSED,
    "list_outcomes": GUESSED,
    "list_warehouses": RECORDED,
    "list_zones": RECORDED,
    "list_postal_codes": RECORDED,
    "list_postal_zones": DOCUMENTED,
    "list_postal_limits": DOCUMENTED,
    "list_calendar": RECORDED,
    "list_cities": RECORDED,
    "list_blocked": RECORDED,
    "list_limits": RECORDED,
    "list_units": RECORDED,
    "list_currencies": RECORDED,
    "list_all": RECORDED,
}

STATIC = {
    "list_regions": Static.ALWAYS,
    "list_point_regions": Static.ALWAYS,
    "list_services": Static.ALWAYS,
    "list_statuses": Static.ALWAYS,
    "list_states": Static.ALWAYS,
    "list_outcomes": Static.ALWAYS,
    "list_warehouses": Static.ALWAYS,
    "list_zones": Static.ALWAYS,
    "list_postal_zones": Static.ALWAYS,
    "list_postal_limits": Static.ALWAYS,
    "list_calendar": Static.ALWAYS,
    "list_cities": Static.ALWAYS,
    "list_blocked": Static.ALWAYS,
    "list_limits": Static.ALWAYS,
    "list_units": Static.ALWAYS,
    "list_currencies": Static.ALWAYS,
    "list_all": Static.ALWAYS,
    "list_points": Static.ASKED,
    "list_postal_codes": Static.ASKED,
    "get_price": Static.ASKED,
    "get_plant_cost_order": Static.ASKED,
}

SHEET = Sheet(
    title="IML JSON API",
    sources=(
        "The evidence is thin: one PHP client kept until 2024, whose page has recorded answers, and older shop modules",
        "Whether the service still answers could not be verified",
    ),
    fidelity=FIDELITY,
    static=STATIC,
    guesses=(
        "Missing or wrong credentials are answered with 401, a Basic challenge and a JSON Message.",
        "Unknown paths are answered with 404, wrong methods with 405, too long bodies with 413; all have a Message.",
        "What a recorded answer shows as empty is null here; numbers are numbers and not texts.",
        "CustomerOrder, Job, Contact, Phone, both regions, and the address or the point are obligatory.",
        "A second order with the CustomerOrder of a living one is refused, since modules count their attempts.",
        "The Code of an error is the name of the field, as a module reads it; the words are ours.",
        "Regions other than the chief towns listed here, and towns beside them, are unknown.",
        "Two pickup points are recorded; all others, the warehouses, prices and days are ours, VAT inside.",
        "Limits of services other than 24 and 24КО follow those two.",
        "A number given out begins with 7500; its twelfth digit counts the places of the order, up to nine.",
        "Delivery and place numbers of an order whose BarCode the shop gave follow the same rule.",
        "DeliveryAmount holds the way and 0.06 % of the declared value and is told from the first scan on; "
        "FullDeliveryAmount adds half the way again where goods go back.",
        "Commission is 3 % of the money taken and is told once there is an outcome.",
        "PaymentType is 0 for cash and 1 for card; a third of those who pay do it by card.",
        "ReturnPayment is the money taken, once a payout has it; null before.",
        "ReturnStatus is 0 where nothing goes back, 1 on the way back, 2 when it is back.",
        "returnCode is 1 for every refused line, since no table of them is known.",
        "TransferredToDate is the day after a delivery that failed; DeliveryDate follows it.",
        "Refused goods come back under the same number; the outcome stands while the place changes.",
        "An outcome of delivered after a refusal withdraws the refusal.",
        "Orders of test mode are carried out as any other.",
        "A deleted order is told by no call any more.",
        "The label is ours but for its barcode, EAN-13, one page a place.",
        "Answers of GetPrice and GetPlantCostOrder have the keys that shop modules read.",
        "The XML answer has the root DeliveryResponse in the same namespace; a refused order does not stop the next.",
        "Payout reports exist as files only, and their layout is ours.",
    ),
    deviations=(
        "The status dictionary has rows that only one client knows (State "
        f"{', '.join(map(str, ALSO_STATES))}; OrderStatus {', '.join(map(str, ALSO_OUTCOMES))}); no order gets them.",
        "Of the conditions of handing over (itemType 10) only 10000, whether an order may be taken in parts, has an "
        "effect; the others are told back.",
        "PostIdentifier is a number of our own; the postal service's tracking does not know it.",
        "GlobalRouteLine, AdditionalDeliveryZone, LocationResource and the exchange of files by folders are not built.",
        "There is no code for a lost parcel, and so no life in which one is lost.",
        "There are no webhooks: none are known.",
    ),
    switches=settings.listed(),
    contradictions=tuple(settings.CONTRADICTIONS),
    magic={
        "Comment: [story: NAME]": "the order lives that story: delivered, second-attempt, refused, partly-refused, "
        "returned, pickup or stuck",
    },
)
