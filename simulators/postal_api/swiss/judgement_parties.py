"""Rules of sender, recipient and what instructions need of them.

Wire contract: `postal_api_swiss` §2.2, §2.5, §2.6 and §7.
"""

import re
from datetime import UTC, datetime

from . import areas, settings
from .areas import is_country
from .case import Case
from .reading import day_of
from .shipment import Customer, Recipient

FORBIDDEN = re.compile(r"[|\\<>‘’]")
ZIP_LONGEST = 4
HEAVIEST_G = 99_999


def judge(case: Case) -> None:
    _sender(case)
    _recipient(case)
    _instructions(case)
    _attributes(case)
    if case.chosen.basic is not None and not case.errors:
        areas.judge(case)


def _texts(party: Customer | Recipient) -> list[str]:
    values = [getattr(party, name) for name in party.__struct_fields__ if not name.startswith("logo")]
    return [value for value in values if isinstance(value, str)]


def _sender(case: Case) -> None:
    sender = case.shipment.customer
    if not all((sender.name1, sender.street, sender.zip, sender.city)) or any(map(FORBIDDEN.search, _texts(sender))):
        case.refuse("E2017")
    if sender.country and not is_country(sender.country):
        case.refuse("E2028", sender.country)
    if not sender.domicile_post_office and case.account.domicile_licenses:
        from .numbers import license_of

        if license_of(case.shipment.franking_license) in case.account.domicile_licenses:
            case.refuse("E2002")


def _recipient(case: Case) -> None:
    to = case.shipment.item.recipient
    lines = to.label_lines or ()
    if not to.name1 or not to.city or any(map(FORBIDDEN.search, [*_texts(to), *lines])) or not _one_place(case):
        case.refuse("E2001")
    if to.country and not is_country(to.country):
        return case.refuse("E2028", to.country)
    if to.label_lines is not None and (len(lines) < 2 or not all(line.strip() for line in lines)):
        case.refuse("E2064")
    if case.chosen.basic is not None and "DISP" in case.chosen.basic.parts and not to.pobox:
        case.refuse("E2025")
    if to.is_domestic:
        _zip(case, to.zip)
    return None


def _one_place(case: Case) -> bool:
    """Parcels at home go to a street or to a PO box, not to both and not to neither."""
    to, basic = case.shipment.item.recipient, case.chosen.basic
    if basic is None or basic.is_letter or not to.is_domestic:
        return True
    return bool(to.street) != bool(to.pobox)


def _zip(case: Case, found: str) -> None:
    if not found:
        case.refuse("E2032")
    elif not (found.isascii() and found.isdigit()):
        case.refuse("E2033")
    elif len(found) > ZIP_LONGEST:
        case.refuse("E2034", ZIP_LONGEST)
    elif len(found) < ZIP_LONGEST or found < "1000":
        case.refuse("E2001")


def _instructions(case: Case) -> None:
    asked, to, wanted = case.shipment.item.attributes, case.shipment.item.recipient, case.chosen.instructions
    if 3213 in wanted and not (to.phone or to.mobile):
        case.refuse("E2005")
    if 3213 not in wanted and to.phone:
        case.warn("W2005")
    _date(case)
    if 3218 in wanted and not 0 < (asked.parcel_no or 0) <= (asked.parcel_total or 0):
        case.refuse("E2007")
    if 3218 not in wanted and (asked.parcel_no is not None or asked.parcel_total is not None):
        case.warn("W2007")
    if 3219 in wanted and not asked.delivery_place:
        case.refuse("E2008")
    if 3219 not in wanted and asked.delivery_place:
        case.warn("W2008")


def _date(case: Case) -> None:
    found = case.shipment.item.attributes.delivery_date
    if 3217 not in case.chosen.instructions:
        if found:
            case.warn("W2006")
        return
    day, today = day_of(found), datetime.fromtimestamp(case.world.now_ms // 1000, UTC).date()
    if day is None or day < today:
        case.refuse("E2006")


def _attributes(case: Case) -> None:
    asked = case.shipment.item.attributes
    if asked.weight:
        _weight(case, asked.weight)
    wrong = [number for number in asked.unnumbers if not re.fullmatch("[0-9]{4}", number)]
    if case.chosen.has("LQ") and (wrong or not asked.unnumbers):
        case.refuse("E2038")


def _weight(case: Case, found: str) -> None:
    mass = re.fullmatch(r"(-?[0-9]+)(\.0+)?", found)
    if mass is None or int(mass[1]) > HEAVIEST_G:
        return case.refuse("E2036", HEAVIEST_G)
    refused = settings.choice(case.world, "weight_zero") == "refused"
    if int(mass[1]) < 0 or (refused and int(mass[1]) == 0):
        return case.refuse("E2037")
    return None
