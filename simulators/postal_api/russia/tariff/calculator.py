"""The public calculator over the wire: prices, terms, dictionaries; both versions, all forms of answers.

Wire contract: §5.1 to §5.3. Nobody's state changes an answer, but for the day where none is told.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import wraps
from typing import Any

from ....wire.call import Answer, Call
from ....wire.moscow import local
from . import categories, country_view, rendering, shapes, transfers
from .access import Operations
from .calculation import calculated
from .countries import countries
from .prices import NoTariff, Trouble
from .questions import Wrong, day_of, format_of, question, sent_of, with_codes, wrong
from .services import services
from .shapes import TARIFF, TERMS
from .switches import SWITCHES

Handler = Callable[[Call], Answer]
MOST_IDS = 300
KIND_OF_ERROR = {Trouble.NO_DELIVERY: 2, Trouble.NOT_TO_THAT_KIND: 2, Trouble.NOT_PROVIDED: 3}

routes = Operations()


def _told(*templates: str, old: bool = False) -> Callable[[Handler], Handler]:
    """Route a handler under several paths, with the calculator's own words for what is wrong."""

    def register(handler: Handler) -> Handler:
        @wraps(handler)
        def answered(call: Call) -> Answer:
            try:
                return handler(call)
            except (Wrong, NoTariff) as error:
                return _refused(call, error, old=old)

        for template in templates:
            routes.get(template)(answered)
        return answered

    return register


@_told("/v2/calculate/tariff")
def calculate_price(call: Call) -> Answer:
    return _calculated(call, (TARIFF,))


@_told("/v2/calculate/delivery")
def calculate_terms(call: Call) -> Answer:
    return _calculated(call, (TERMS,))


@_told("/v2/calculate/tariff/delivery")
def calculate_price_and_terms(call: Call) -> Answer:
    return _calculated(call, (TARIFF, TERMS))


@_told("/tariff/v1/calculate", "/v1/calculate", old=True)
def calculate_price_v1(call: Call) -> Answer:
    return _calculated(call, (TARIFF,), old=True)


@_told("/delivery/v1/calculate", old=True)
def calculate_terms_v1(call: Call) -> Answer:
    return _calculated(call, (TERMS,), old=True)


def _calculated(call: Call, wanted: tuple[str, ...], *, old: bool = False) -> Answer:
    query, now = call.query, _now(call)
    if number := transfers.is_sold(query):
        return _sold(call, number, old=old)
    found = calculated(question(query, now, weighed=TARIFF in wanted))
    payload = shapes.first(found, wanted) if old else shapes.second(found, wanted)
    easy = str(found.total.gross_minor if TARIFF in wanted else found.found.days_max)
    return _dressed(call, payload, rendering.sections(found, wanted), easy)


def _sold(call: Call, number: int, *, old: bool) -> Answer:
    on = day_of(call.query, _now(call).date())
    price, percent = transfers.price_of(number, call.query, on)
    name = transfers.SOLD[number].name
    payload = shapes.sold(name, number, price, percent, on, old=old)
    lines = [(payload["caption"], []), (name, [rendering.roubles(price)])]
    return _dressed(call, payload, lines, str(price.gross_minor))


# -- dictionaries


@_told("/v2/dictionary/category")
def list_categories(call: Call) -> Answer:
    asked = call.query.get("id", "").strip()
    return _dictionary(call, "Категории", _category(asked) if asked else {"id": 0, "category": categories.tree()})


@_told("/v2/dictionary/object", "/v2/dictionary/object/tariff", "/v2/dictionary/object/tariff/delivery")
def list_objects(call: Call) -> Answer:
    asked = call.query.get("id", "").strip()
    if not asked:
        raise wrong("id", "Не указано значение", Trouble.MISSING_VALUE)
    return _dictionary(call, "Объекты расчета", _objects(call, _number(asked)))


@_told("/v2/dictionary/service")
def list_services(call: Call) -> Answer:
    return _dictionary(call, "Дополнительные услуги", _services(call, _ids(call)))


@_told("/v2/dictionary/country", "/v2/dictionary/country/{ids}")
def list_countries(call: Call) -> Answer:
    return _dictionary(call, "Страны", _countries(call, _ids(call)))


@_told("/v2/dictionary/postoffice")
def list_offices(call: Call) -> Answer:
    if not call.query.get("id", "").strip():
        raise Wrong(Trouble.MISSING_VALUE, "Не указан код почтового объекта")
    return _dictionary(call, "Почтовые объекты", _offices(_ids(call)))


@_told("/v2/dictionary/tariff/delivery", "/v2/dictionary/tariff", "/tariff/v2/dictionary")
def read_dictionary(call: Call) -> Answer:
    return _dictionary(call, "Справочник", _any(call))


@_told("/tariff/v1/dictionary", "/v1/dictionary", old=True)
def read_dictionary_v1(call: Call) -> Answer:
    return _dictionary(call, "Справочник", _any(call), old=True)


def _any(call: Call) -> dict[str, Any]:
    """Return the dictionary that one of the query's names asks for."""
    query = {name: value.strip() for name, value in call.query.items()}
    if "category" in query:
        asked = query["category"]
        return _category(asked) if asked not in ("", "all") else {"category": categories.tree()}
    if "object" in query or "typ" in query:
        number = _number(query["object"]) if query.get("object") else sent_of(query).object
        return _objects(call, number)
    if "service" in query:
        return _services(call, _split(query["service"]))
    if "country" in query:
        told = query["country"]
        return _countries(call, [] if told in ("0", "all") else _split(told))
    if "postoffice" in query:
        if not query["postoffice"]:
            raise Wrong(Trouble.MISSING_VALUE, "Не указан код почтового объекта")
        return _offices(_split(query["postoffice"]))
    text = "Не указан справочник: category, object, service, country или postoffice"
    raise Wrong(Trouble.MISSING_VALUE, text)


def _category(asked: str) -> dict[str, Any]:
    number = _number(asked)
    if number == 0:
        below = categories.children(0)
        return {"id": 0, "category": [categories.described(one) for one in below]}
    found = categories.BY_ID.get(number)
    if found is None:
        raise wrong("category", f"Категория {number} не существует")
    below = categories.children(number)
    return {**categories.described(found), "category": [categories.described(one) for one in below]}


def _objects(call: Call, number: int) -> dict[str, Any]:
    """Return a category's objects, or one object with its category."""
    category = categories.BY_ID.get(number)
    only = 0 if category else number
    category = category or categories.of_object(number)
    if category is None:
        raise wrong("object", f"Категория или объект {number} не существует", Trouble.WRONG_OBJECT)
    day = shapes.whole_date(_day(call))
    named = {**categories.described(category), "productname": category.name, "date": day}
    return {**named, "object": categories.object_shapes(category, day, only)}


def _services(call: Call, ids: list[int]) -> dict[str, Any]:
    if unknown := [number for number in ids if number not in services()]:
        raise wrong("service", f"Услуга {unknown[0]} не существует", Trouble.NOT_PROVIDED)
    wanted = ids or list(services())
    rows = [{"id": number, "name": services()[number]} for number in wanted]
    return {"id": wanted, "name": "Услуги", "date": shapes.whole_date(_day(call)), "service": rows}


def _countries(call: Call, ids: list[int]) -> dict[str, Any]:
    known = countries()
    if unknown := [number for number in ids if number not in known]:
        raise wrong("country", f"Страна {unknown[0]} не существует", Trouble.WRONG_COUNTRY)
    rows = [known[number] for number in ids] or country_view.listed(list(known.values()))
    day = shapes.whole_date(_day(call))
    shown = [country_view.country_shape(country, day) for country in rows]
    return {"id": [country.number for country in rows], "country": shown}


def _offices(ids: list[int]) -> dict[str, Any]:
    rows = []
    for number in ids:
        try:
            rows.append(shapes.office_shape(f"{number:06}"))
        except LookupError as error:
            raise wrong("id", f"Индекс почтового объекта {number} не существует", Trouble.WRONG_ORIGIN) from error
    return {"id": ids, "postoffice": rows}


# -- what is common


def _ids(call: Call) -> list[int]:
    return _split(call.params.get("ids", "") or call.query.get("id", ""))


def _split(told: str) -> list[int]:
    found = [_number(part.strip()) for part in told.split(",") if part.strip()]
    if len(found) > MOST_IDS:
        raise wrong("id", f"Указано {len(found)} кодов, допустимо {MOST_IDS}")
    return list(dict.fromkeys(found))


def _number(told: str) -> int:
    if not (told.isascii() and told.isdigit() and len(told) <= 9):
        raise wrong("id", f"Указано {told[:20]!r}, нужно целое число", Trouble.NO_NUMBER)
    return int(told)


def _now(call: Call) -> datetime:
    return local(call.world.now_ms).replace(tzinfo=None)


def _day(call: Call) -> date:
    return day_of(call.query, _now(call).date())


def _dictionary(call: Call, title: str, payload: Mapping[str, Any], *, old: bool = False) -> Answer:
    head: dict[str, Any] = {"caption": title, "version": shapes.VERSION_1}
    if not old:
        head = {"version_api": shapes.API, "version": shapes.VERSION, "caption": title}
    shown = {**head, **payload}
    return _dressed(call, shown, rendering.listed(title, shown), title)


def _dressed(call: Call, payload: dict[str, Any], told: list[rendering.Section], easy: str) -> Answer:
    body, kind = rendering.dressed(format_of(call.query), payload, told, easy)
    return Answer(200, body, {"Content-Type": kind, "Access-Control-Allow-Origin": "*"})


def _refused(call: Call, error: Wrong | NoTariff, *, old: bool) -> Answer:
    """Return E6; version 1 tells the text a second time, and what was asked."""
    trouble, codes = error.trouble, SWITCHES.choice(call.world, "error_codes")
    one: dict[str, Any] = {"msg": error.text}
    if codes == "always" or with_codes(call.query):
        one["code"] = int(trouble)
    one["type"] = KIND_OF_ERROR.get(trouble, 1)
    payload: dict[str, Any] = {"errors": [one]}
    if old:
        text = f"{error.text} ({int(trouble)})"
        payload = {"caption": shapes.ERRORS, "version": shapes.VERSION_1, "error": [text], **payload}
    answer = _dressed(call, payload, [(shapes.ERRORS, [error.text])], error.text)
    answer.status = SWITCHES.choice(call.world, "v1_error_status") if old else 400
    return answer
