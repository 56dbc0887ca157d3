"""Rules of cash on delivery: its service code and the keys of `additionalData`.

Wire contract: `postal_api_swiss` §2.7 and §7. The greatest amount is ours.
"""

import re
from decimal import Decimal

from .case import Case

AMOUNT, REFERENCE, IBAN, CUSTOMER = "NN_BETRAG", "NN_ESR_REFNR", "NN_IBAN", "NN_ESR_KNDNR"
MOST = Decimal(10_000)
END = {  # with an IBAN: key -> error
    "NN_END_NAME_VORNAME": "E2051",
    "NN_END_ZUSATZ_NAME": "E2052",
    "NN_END_STRASSE": "E2053",
    "NN_END_PLZ": "E2054",
    "NN_END_ORT": "E2055",
}
_CARRY = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)


def judge(case: Case) -> None:
    pairs = [(pair.type.upper(), pair.value) for pair in case.shipment.item.additional_data]
    keys = {key: value for key, value in reversed(pairs) if value}
    if not case.chosen.has("BLN"):
        if AMOUNT in keys and not case.chosen.has("N"):
            case.warn("W2003")
        if REFERENCE in keys:
            case.warn("W2004")
        return
    _amount(case, [value for key, value in pairs if key == AMOUNT])
    _account(case, keys)


def _amount(case: Case, found: list[str]) -> None:
    if len(found) > 1:
        return case.refuse("E2021")
    if not found or not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", found[0]):
        return case.refuse("E2003")
    if not 0 < Decimal(found[0]) <= MOST:
        return case.refuse("E2020")
    return None


def _account(case: Case, keys: dict[str, str]) -> None:
    """Only an amount, an ISR reference, an ISR customer with one, or an IBAN with its holder."""
    by_slip, by_iban = {REFERENCE, CUSTOMER} & set(keys), {IBAN, *END} & set(keys)
    if by_slip and by_iban:
        return case.refuse("E2058")
    if REFERENCE in keys and not is_reference(keys[REFERENCE]):
        case.refuse("E2004")
    if CUSTOMER in keys and not re.fullmatch("[0-9]{5}|[0-9]{9}", keys[CUSTOMER]):
        case.refuse("E2049")
    elif CUSTOMER in keys and REFERENCE not in keys:
        case.refuse("E2004")
    if by_iban:
        if not is_iban(keys.get(IBAN, "")):
            case.refuse("E2050")
        for key, code in END.items():
            if key not in keys:
                case.refuse(code)
    if by_iban or CUSTOMER in keys:
        _contact(case, keys)
    return None


def _contact(case: Case, keys: dict[str, str]) -> None:
    if "@" not in keys.get("NN_CUS_EMAIL", ""):
        case.refuse("E2056")
    if not re.search("[0-9]{3}", keys.get("NN_CUS_PHONE", "") + keys.get("NN_CUS_MOBILE", "")):
        case.refuse("E2057")


def is_reference(text: str) -> bool:
    """Tell whether a text is 27 digits of which the last is right (recursive modulo 10), not all of them noughts."""
    if not re.fullmatch("[0-9]{27}", text) or not text.strip("0"):
        return False
    carry = 0
    for digit in text[:-1]:
        carry = _CARRY[(carry + int(digit)) % 10]
    return (10 - carry) % 10 == int(text[-1])


def is_iban(text: str) -> bool:
    """Tell whether a text is an IBAN of Switzerland or Liechtenstein whose check digits are right."""
    plain = text.replace(" ", "").upper()
    if not re.fullmatch("(CH|LI)[0-9]{7}[0-9A-Z]{12}", plain):
        return False
    return int("".join(str(int(letter, 36)) for letter in plain[4:] + plain[:4])) % 97 == 1
