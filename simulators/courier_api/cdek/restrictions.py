"""What may not cross a border, and what only with papers.

Wire contract: `courier_api` §1.9, `/international/package/restrictions`; the contract types no body. Shape, codes of
states and of reasons: the vendor's OpenAPI description (as stored in GitHub wishboxcdek); which goods they stand for is
ours.
"""

from typing import Any, NamedTuple

from ...wire.call import Answer, Call
from . import geography
from .body import Reader, document
from .contacts import location
from .envelope import Error, Operations, calculator_error, json
from .geography import UNION, City
from .prices import Load, billed_g, serves
from .tariffs import TARIFFS, Family

SIDE_MOST_CM = 150
DIRECTION = "error_validate_tariff_not_supported_for_this_drirection"  # sic, as for orders
NAMES = {"ALLOWED": "Разрешено", "LIMITED": "Разрешено с ограничениями", "FORBIDDEN": "Запрещено"}
WORSE = list(NAMES)
REASONS = {"FEACN_RESTRICTION": "Ограничение на товар", "GENERAL_RESTRICTION": "Ограничение на грузоместо"}
GENERAL = "GENERAL_RESTRICTION"
PRINTED = "49"  # printed matter, in the customs nomenclature


class Rule(NamedTuple):
    """What holds for goods whose code in the customs nomenclature begins so; `union` when inside the union too.

    `reason` tells what is restricted: goods, or a package whatever is in it.
    """

    state: str
    name: str
    limitation: str = ""
    document: str = ""
    union: bool = False
    reason: str = "FEACN_RESTRICTION"


RULES = {  # first digits of a code
    "93": Rule("FORBIDDEN", "Оружие и боеприпасы", union=True),
    "36": Rule("FORBIDDEN", "Взрывчатые и пиротехнические вещества", union=True),
    "24": Rule("FORBIDDEN", "Табак и его заменители", union=True),
    "01": Rule("FORBIDDEN", "Живые животные", union=True),
    "2203": Rule("FORBIDDEN", "Алкогольная продукция", union=True),
    "2204": Rule("FORBIDDEN", "Алкогольная продукция", union=True),
    "2208": Rule("FORBIDDEN", "Алкогольная продукция", union=True),
    "02": Rule("FORBIDDEN", "Мясо"),
    "04": Rule("FORBIDDEN", "Молочная продукция"),
    "97": Rule("LIMITED", "Культурные ценности", document="Разрешение Министерства культуры", union=True),
    "30": Rule("LIMITED", "Лекарства", document="Рецепт или заключение врача"),
    "71": Rule("LIMITED", "Драгоценности", document="Декларация на товары"),
    "8506": Rule("LIMITED", "Элементы питания", limitation="Только в составе прибора", union=True),
    "8507": Rule("LIMITED", "Аккумуляторы", limitation="Только в составе прибора", union=True),
    "8517": Rule("LIMITED", "Радиоэлектроника", document="Нотификация"),
    "33": Rule("LIMITED", "Парфюмерия", limitation="Не более 100 мл в упаковке"),
}
NO_CODE = Rule("LIMITED", "Не указан код ТН ВЭД", limitation="Укажите код ТН ВЭД")
NOT_PRINTED = Rule("FORBIDDEN", "Тариф только для документов")
TOO_HEAVY = Rule("FORBIDDEN", "Вес места больше допустимого для тарифа", reason=GENERAL)
TOO_LARGE = Rule("FORBIDDEN", "Сторона места больше допустимой", reason=GENERAL)

routes = Operations()


@routes.post("/v2/international/package/restrictions")
def check_restrictions(call: Call) -> Answer:
    reader = Reader(document(call))
    start, end = _end(reader, "from_location", "sender"), _end(reader, "to_location", "recipient")
    tariff = reader.whole("tariff_code")
    packages = reader.children("packages", required=True, most=255)
    if tariff is not None and tariff not in TARIFFS:
        reader.errors.append(
            calculator_error(call.world, "ERR_INVALID_TARIFFTYPECODE", f"Неверный код тарифа {tariff}")
        )
    elif tariff is not None and start and end and not serves(*TARIFFS[tariff], start, end):
        reader.errors.append(Error(DIRECTION, f"Тариф {tariff} не поддерживается по данному направлению"))
    family = TARIFFS[tariff][0] if tariff in TARIFFS else TARIFFS[8][0]
    inside = bool(start and end and {start.country, end.country} <= UNION)
    rows = [_package(row, family, inside=inside) for row in packages]
    reader.refuse_if_wrong()
    return json({"packages": rows})


def _end(reader: Reader, key: str, party: str) -> City | None:
    told = len(reader.errors)
    child = reader.child(key, required=True)
    if child is None:
        return None
    place = location(child, address=False)
    if place.get("code") not in geography.cities():
        place.pop("code", None)  # a direction needs no more than what else is told
    city = geography.resolve(place)
    if city is None and len(reader.errors) == told:
        reader.errors.append(
            Error(f"v2_{party}_location_not_recognized", f"{party.title()} location is not recognized")
        )
    return city


def _package(reader: Reader, family: Family, *, inside: bool) -> dict[str, Any]:
    """Return a package's state: the worst of its own and of its goods."""
    mass_g = reader.whole("weight", most=10**9, round_up=True) or 0
    sides = [reader.whole(key, most=1_500, round_up=True) or 0 for key in ("length", "width", "height")]
    load = Load(mass_g, (sides[0], sides[1], sides[2]) if all(sides) else None)
    items = [_item(row, family, inside=inside) for row in reader.children("items", most=1_000)]
    broken = [rule for rule, is_broken in (
        (TOO_HEAVY, billed_g(load) > family.mass_max_g),
        (TOO_LARGE, max(sides) > SIDE_MOST_CM),
    ) if is_broken]  # fmt: skip
    worst = _worst(broken + [rule for rule, _ in items if rule])
    found: dict[str, Any] = {"status": _state(worst)}
    if package_id := reader.text("package_id"):
        found = {"package_id": package_id, **found}
    if worst is not None:
        found["description"] = worst.name
    return found | {"items": [row for _, row in items]}


def _item(reader: Reader, family: Family, *, inside: bool) -> tuple[Rule | None, dict[str, Any]]:
    reader.text("name")
    reader.whole("amount")
    code = (reader.text("feacn_code", limit=20) or "").replace(" ", "")
    rule = rule_of(code, documents=not family.goods, inside=inside)
    told = {"item_id": reader.text("itemId") or reader.text("item_id"), "feacn_code": code}
    found: dict[str, Any] = {key: value for key, value in told.items() if value}
    found["status"] = _state(rule)
    found["limitations"] = [rule.limitation or rule.name] if rule else []
    found["documents"] = [rule.document] if rule and rule.document else []
    return rule, found


def rule_of(code: str, *, documents: bool, inside: bool) -> Rule | None:
    """Return what holds for goods of a code; None when nothing does.

    Args:
        documents: the tariff carries documents only.
        inside: both ends lie in the union.
    """
    if documents and not code.startswith(PRINTED):
        return NOT_PRINTED
    if not code:
        return None if inside else NO_CODE
    rule = next((RULES[code[:n]] for n in (4, 2) if code[:n] in RULES), None)
    return rule if rule and (rule.union or not inside) else None


def _worst(rules: list[Rule]) -> Rule | None:
    return max(rules, key=lambda rule: WORSE.index(rule.state), default=None)


def _state(rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {"code": "ALLOWED", "name": NAMES["ALLOWED"]}
    return {
        "code": rule.state,
        "name": NAMES[rule.state],
        "reason": {"code": rule.reason, "name": REASONS[rule.reason]},
    }
