"""Rules of notifications: kind against service, medium against address, texts, control options.

Wire contract: `postal_api_swiss` §4 and §7. Texts that a kind or a medium cannot carry are dropped with a warning; the
rest is kept exactly.
"""

import re

import msgspec

from . import settings
from .case import Case
from .notices import (
    DELIVERY_INFORMATION,
    EXCHANGE,
    EXCHANGE_INSTRUCTION,
    NEEDS,
    WITH_CONTROL_OPTIONS,
    WITH_FREE_TEXT,
)
from .shipment import Notification

MAIL_PATTERN = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
PREFIXES = ("07", "0041", "00423", "0033", "0039", "0043", "0049")
_MOBILE = re.compile("[0-9 ]{10,20}")


def judge(case: Case) -> None:
    for found in case.shipment.item.notification:
        _kind(case, found)
        _address(case, found)
        _options(case, found)
        case.notifications.append(_texts(case, found))
    kinds = {found.kind for found in case.shipment.item.notification}
    if EXCHANGE_INSTRUCTION in case.chosen.instructions and EXCHANGE not in kinds:
        case.refuse("E2044", f"ZAW{EXCHANGE_INSTRUCTION}", EXCHANGE)


def _kind(case: Case, found: Notification) -> None:
    kind, basic = found.kind, case.chosen.basic
    if basic is None:
        return
    wine_refused = settings.choice(case.world, "vinolog_delivery_information") == "refused"
    if kind not in basic.kinds or (kind == DELIVERY_INFORMATION and basic.key == "VL" and wine_refused):
        case.refuse("E2040", kind, case.codes)
    elif kind == EXCHANGE and EXCHANGE_INSTRUCTION not in case.chosen.instructions:
        case.refuse("E2043", kind, f"ZAW{EXCHANGE_INSTRUCTION}")
    elif kind in NEEDS and not case.chosen.has(NEEDS[kind]):
        case.refuse("E2060", kind, NEEDS[kind])


def _address(case: Case, found: Notification) -> None:
    mail, mobile = found.communication.email, found.communication.mobile
    if bool(mail) == bool(mobile) or (found.type and found.type != ("EMAIL" if mail else "SMS")):
        return case.refuse("E2047")
    if mail and (not re.fullmatch(MAIL_PATTERN, mail) or ".." in mail or mail.startswith(".")):
        return case.refuse("E2041", mail, "name@example.ch")
    if mobile and not (_MOBILE.fullmatch(mobile) and mobile.replace(" ", "").startswith(PREFIXES)):
        return case.refuse("E2042", mobile, *PREFIXES[:3])
    return None


def _options(case: Case, found: Notification) -> None:
    """Control options: only by e-mail, only with the first two kinds, only where the way in has them."""
    if not found.delivery_instructions and found.dyn_pic is None:
        return
    if (found.delivery_instructions and not case.way.control_options) or (found.dyn_pic and not case.way.pictures):
        case.refuse("E9992")
    elif found.delivery_instructions and not found.by_mail:
        case.refuse("E2047")
    elif found.delivery_instructions and found.kind not in WITH_CONTROL_OPTIONS:
        case.refuse("E2040", found.kind, case.codes)


def _texts(case: Case, found: Notification) -> Notification:
    """Return a notification without the texts that it cannot carry."""
    if (found.free_text1 or found.free_text2) and found.kind not in WITH_FREE_TEXT:
        case.warn("W2014", found.kind)
        return msgspec.structs.replace(found, free_text1="", free_text2="")
    if found.free_text2 and not found.by_mail:
        case.warn("W2013")
        return msgspec.structs.replace(found, free_text2="")
    return found
