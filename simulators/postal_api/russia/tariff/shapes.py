"""Calculations as the calculator tells them, in both versions.

Wire contract: §5.2; version 2 by one whole recorded answer, version 1 by what its clients read.
"""

from datetime import date, datetime
from typing import Any

from ..lookup.offices import Office, offices, place_of
from ..lookup.places import is_index
from . import rates
from .calculation import DELIVERY, GROUND, Calculation
from .objects import OUT
from .prices import HOME, Amount
from .questions import Question

API, VERSION, VERSION_1 = 2, "2.14.1.676", "1.11.37.333"
TARIFF, TERMS = "tariff", "delivery"
CAPTIONS = {
    (TARIFF,): "Расчет тарифов",
    (TERMS,): "Расчет контрольных сроков доставки",
    (TARIFF, TERMS): "Расчет тарифов, контрольных сроков доставки",
}
ERRORS = "Ошибки тарификации"
SUMS = ("ground", "avia", "cover", "service")
PLACE = "C5-d01-8"
AT_HOME, ABROAD = 1, 2  # `directctg`
NORM, BY_HOURS = 130, 132
PARCEL_G = 20_000


def whole_date(on: date) -> int:
    return int(on.strftime("%Y%m%d").lstrip("0") or 0)


def amount(found: Amount, *, stamped: bool) -> dict[str, int]:
    """Return a sum; stamps pay the one without VAT, where they pay at all."""
    mark = {"valmark": found.rate_minor} if stamped else {}
    return {"val": found.rate_minor, "valnds": found.gross_minor, **mark}


def second(found: Calculation, wanted: tuple[str, ...]) -> dict[str, Any]:
    """Return a calculation in the shape of version 2."""
    asked = found.asked
    ends = _ends(asked)
    abroad = {"country-to": asked.country} if asked.country != HOME else {}
    top: dict[str, Any] = {
        "version_api": API,
        "version": VERSION,
        "caption": CAPTIONS[wanted],
        "id": asked.sent.object,
        "name": asked.sent.name,
        "mailtype": asked.sent.mail_type,
        "mailctg": asked.sent.category,
        "directctg": ABROAD if asked.sent.direction == OUT else AT_HOME,
        "weight": asked.weight_g,
        **ends,
        **abroad,
        "date": whole_date(asked.on),
        "time": int(asked.at.strftime("%H%M%S")),
        "date-first": whole_date(_since(asked.on)),
        "delivery-date-first": 20181217,
        "postoffice": _offices(found),
        "transtype": found.transport[0],
        "transname": found.transport[1],
        "items": [],
    }
    if TARIFF in wanted:
        top["items"] += [_item(found, line) for line in found.lines]
    if TERMS in wanted:
        top["items"] += _terms_items(found)
    top |= _sums(found) if TARIFF in wanted else {}
    return top | ({"delivery": _terms(found)} if TERMS in wanted else {}) | {"place": PLACE}


def first(found: Calculation, wanted: tuple[str, ...]) -> dict[str, Any]:
    """Return a calculation in the shape of version 1."""
    asked, (number, name) = found.asked, found.transport
    top: dict[str, Any] = {
        "caption": CAPTIONS[wanted],
        "version": VERSION_1,
        "id": asked.sent.object,
        "typ": asked.sent.mail_type,
        "cat": asked.sent.category,
        "dir": asked.sent.direction,
        "name": asked.sent.name,
        "weight": asked.weight_g,
        **_ends(asked),
        "date": whole_date(asked.on),
        "transid": number,
        "transname": name,
    }
    if TARIFF in wanted:
        lines = [
            {"id": line.id, "name": line.name, line.part: amount(line.amount, stamped=found.stamped)}
            for line in found.lines
        ]
        top |= {"tariff": lines, **_sums(found)}
    return top | ({"delivery": _terms(found)} if TERMS in wanted else {})


def sold(name: str, number: int, price: Amount, percent: int, on: date, *, old: bool) -> dict[str, Any]:
    """Return what a service that is sold by itself costs."""
    item = {"id": "1", "name": name}
    one = amount(price, stamped=False)
    line = {"tariff": [{**item, "service": one}]} if old else {"items": [{**item, "serviceon": [], "tariff": one}]}
    head = {"version": VERSION_1} if old else {"version_api": API, "version": VERSION}
    return {
        **head,
        "caption": CAPTIONS[(TARIFF,)],
        "id": number,
        "name": name,
        "date": whole_date(on),
        **line,
        "service": one,
        **_payment(price, percent),
    }


def _ends(asked: Question) -> dict[str, int]:
    """Return both indexes as numbers; abroad the second one may be any text, and is left out then."""
    ends = {"from": asked.index_from, "to": asked.index_to}
    return {name: int(index) for name, index in ends.items() if is_index(index)}


def _payment(total: Amount, percent: int) -> dict[str, int]:
    return {"pay": total.rate_minor, "paynds": total.gross_minor, "ndsrate": percent, "nds": total.vat_minor}


def _sums(found: Calculation) -> dict[str, Any]:
    """Return the sums; those that are nothing are left out, but for the one over land."""
    sums = {part: found.sum_of(part) for part in SUMS}
    shown = {part: amount(one, stamped=found.stamped) for part, one in sums.items() if one.rate_minor or part == GROUND}
    mark = {"paymark": found.total.rate_minor} if found.stamped else {}
    return {**shown, **mark, **_payment(found.total, found.found.vat_percent)}


def _item(found: Calculation, line: Any) -> dict[str, Any]:
    off = [53, 57] if line.part == GROUND else []
    return {
        "id": line.id,
        "name": line.name,
        "serviceon": list(line.services),
        "serviceoff": off,
        "tariff": amount(line.amount, stamped=found.stamped),
    }


def _terms(found: Calculation) -> dict[str, Any]:
    return {"min": found.found.days_min, "max": found.found.days_max, "deadline": _deadline(found)}


def _deadline(found: Calculation) -> str:
    return datetime.combine(found.deadline, datetime.min.time()).strftime("%Y%m%dT235900")


def _terms_items(found: Calculation) -> list[dict[str, Any]]:
    asked, days = found.asked, found.found
    ends = _ends(asked)
    norm = {"id": "5203", "name": "Нормативный срок доставки", "serviceon": [NORM, DELIVERY], **ends}
    hours = {"id": "5303", "name": "Срок доставки с учетом расписания работы", "serviceon": [BY_HOURS, DELIVERY]}
    return [
        {**norm, "delivery": {"min": days.days_min, "max": days.days_max}},
        {**hours, "delivery": {"deadline": _deadline(found)}},
    ]


def _since(on: date) -> date:
    """Return since when the rates of a day hold."""
    return next(since for since, _ in rates.VAT if on >= since)


def _offices(found: Calculation) -> list[dict[str, Any]]:
    """Return both ends, where it goes first."""
    asked = found.asked
    ends = [(asked.index_to, 2)] if asked.country == HOME else []
    return [office_shape(index, role) for index, role in [*ends, (asked.index_from, 1)]]


def office_shape(index: str, role: int = 0) -> dict[str, Any]:
    """Return an office as the calculator knows it: with its town's main one where it has no row of its own."""
    place, office = place_of(index), offices().get(index)
    if place is None:
        raise LookupError(f"no office {index}")
    main = int(place.index)
    return {
        "index": int(index),
        **({"tp": role} if role else {}),
        "type": 3 if office is None or not office.partner else 26,
        "typei": 1,
        "name": f"{place.name.upper()} {int(index[3:])}" if index[3:] != "000" else place.name.upper(),
        "regionid": int(place.region.code),
        "region-main": int(place.number <= 90),
        "area-main": int(place.number <= 90),
        "placeid": place.number,
        "parent": main,
        "root": main,
        "courier": main if place.thousands >= rates.COURIER_THOUSANDS else 0,
        "pvz": int(_hands_out(office)),
        "item-check-view": 1,
        "move": 1,
        "weight-max": PARCEL_G if office is None or office.kind != "S" else PARCEL_G // 2,
        "pack-max": 99,
        "cutoff": 235900,
        "box": int(index) if office and office.locker else main,
    }


def _hands_out(office: Office | None) -> bool:
    return office is None or office.kind != "U"
