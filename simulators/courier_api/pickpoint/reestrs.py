"""Hand-over lists: made of registered sendings, which are formed for hand-over by it; printed, asked for, taken out of.

Wire contract: `courier_api` §4 `makereestr`, `makereestrnumber`, `getreestr`, `getreestrnumber`,
`removeinvoicefromreestr`.
"""

from msgspec.structs import replace

from ...core.world import World
from ...wire.call import Answer, Call
from . import list_page
from .body import Fields, document
from .errors import NO_DATA, OK, PARAMETERS, PDF, UNEXPECTED, Operations, Refused, json
from .lookup import LONGEST, one_named, several_named, state
from .records import REESTRS, Reestr, Sending, changed, sending_of
from .sending_fields import ikn_of
from .statuses import BEFORE_ACCEPTANCE, FORMED, REGISTERED
from .tracking import INVOICES_MOST
from .wire_values import moment, roubles_text

FIRST_NUMBER = 900_000
COLUMNS = (
    ("№", 10.0),
    ("Отправление", 30.0),
    ("Штрих-код", 30.0),
    ("Заказ", 40.0),
    ("ПТ", 20.0),
    ("Сумма", 25.0),
    ("Вес, кг", 20.0),
)

routes = Operations()


@routes.post("/makereestrnumber")
def makereestrnumber(call: Call) -> Answer:
    """Make the lists of some sendings, one for each way of handing over, and tell their numbers."""
    try:
        made = _made(call)
    except Refused as refused:
        return json({"Numbers": [], "ErrorMessage": refused.message, "ErrorCode": refused.code})
    return json({"Numbers": [reestr.number for reestr in made], "ErrorMessage": "", "ErrorCode": OK})


@routes.post("/makereestr", gives="pdf")
def makereestr(call: Call) -> Answer:
    """Make the lists of some sendings and print them."""
    return Answer(200, _pdf(call.world, _made(call)), {"Content-Type": PDF})


@routes.post("/getreestr", gives="pdf")
def getreestr(call: Call) -> Answer:
    """Print a list again, by its number or by that of a sending on it."""
    world, fields = call.world, document(call)
    number = fields.text("ReestrNumber", most=LONGEST) or _reestr_of(world, fields)
    found = world.store.get(REESTRS, number)
    if found is None or not found.sendings:
        raise Refused(NO_DATA, f"Реестр не найден: {number}")
    return Answer(200, _pdf(world, [found]), {"Content-Type": PDF})


@routes.post("/getreestrnumber")
def getreestrnumber(call: Call) -> Answer:
    """Tell the number of the list that a sending is on."""
    return json({"Number": _reestr_of(call.world, document(call)), "ErrorCode": OK, "ErrorMessage": ""})


@routes.post("/removeinvoicefromreestr")
def removeinvoicefromreestr(call: Call) -> Answer:
    """Take a sending off its list; it is registered only again."""
    world, fields = call.world, document(call)
    ikn_of(world, fields)
    sending = one_named(world, fields)
    code = state(world, sending).code
    if not sending.reestr or code not in BEFORE_ACCEPTANCE or code == REGISTERED:
        raise Refused(UNEXPECTED, f"Отправление в статусе {code} не может быть удалено из реестра")
    reestr = world.store.get(REESTRS, sending.reestr)
    assert reestr is not None
    left = tuple(own_id for own_id in reestr.sendings if own_id != sending.id)
    world.store.put(REESTRS, reestr.number, replace(reestr, sendings=left))
    changed(world, sending, reestr="", formed=(*sending.formed, (REGISTERED, world.now_ms)))
    return json({"ErrorCode": OK, "ErrorMessage": ""})


def _reestr_of(world: World, fields: Fields) -> str:
    sending = one_named(world, fields)
    if not sending.reestr:
        raise Refused(NO_DATA, f"Отправление {sending.number} не содержится ни в одном реестре")
    return sending.reestr


def _made(call: Call) -> list[Reestr]:
    """Make the lists of a request, or none of them."""
    world, fields = call.world, document(call)
    numbers = list(dict.fromkeys(fields.texts("Invoices", most=INVOICES_MOST, required=True)))
    found = several_named(world, numbers)
    late = [sending.number for sending in found if state(world, sending).code != REGISTERED]
    if late:
        sentence = "Не все отправления находятся в статусе «Зарегистрирован» № отправления: "
        raise Refused(PARAMETERS, sentence + ", ".join(late))
    city = fields.text("CityName", most=50), fields.text("RegionName", most=50)
    point = fields.text("DeliveryPoint", most=50)
    ways: dict[int, list[Sending]] = {}
    for sending in found:
        ways.setdefault(sending.getting_type, []).append(sending)
    return [_listed(world, city, point, way, several) for way, several in ways.items()]


def _listed(world: World, city: tuple[str, str], point: str, way: int, several: list[Sending]) -> Reestr:
    number = str(FIRST_NUMBER + world.count("pickpoint.reestr"))
    reestr = Reestr(number, world.now_ms, city, point, way, tuple(sending.id for sending in several))
    world.store.put(REESTRS, number, reestr)
    for sending in several:
        changed(world, sending, reestr=number, formed=(*sending.formed, (FORMED, world.now_ms)))
    return reestr


def _pdf(world: World, reestrs: list[Reestr]) -> bytes:
    """Return the lists one below the other; several lists are headed by all their numbers."""
    numbers = ", ".join(reestr.number for reestr in reestrs)
    sendings = [sending_of(world, own_id) for reestr in reestrs for own_id in reestr.sendings]
    city = reestrs[0].city
    heading = (
        f"Реестр передачи отправлений № {numbers}",
        ", ".join(filter(None, (f"Составлен {moment(world, reestrs[0].made_ms)}", " ".join(filter(None, city))))),
        f"Отправлений {len(sendings)}, мест {sum(len(sending.places) for sending in sendings)}, "
        f"наложенный платёж {roubles_text(sum(sending.sum_minor for sending in sendings))} руб.",
    )
    rows = [
        (
            sending.number,
            place.barcode,
            sending.sender_code,
            sending.postamat,
            "" if number else roubles_text(sending.sum_minor),  # once, so that the column adds up to the heading
            f"{place.mass_g / 1000:.3f}",
        )
        for sending in sendings
        for number, place in enumerate(sending.places)
    ]
    return list_page.printed(heading, COLUMNS, [(str(place), *row) for place, row in enumerate(rows, 1)])
