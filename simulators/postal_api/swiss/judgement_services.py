"""Rules of services: which basic service, and what goes with it.

Wire contract: `postal_api_swiss` §3 and §7. The tables say what goes with a basic service; which additional services
and instructions exclude one another is not published, so those few pairs are ours.
"""

from itertools import combinations

from .areas import is_country
from .case import Case
from .services import SLOTS, Group

EXCLUDED = (frozenset(("COLD", "AMB")), frozenset(("BLN", "N")), frozenset(("SA", "AZS")))
HAND_OVER = ("SI", "AS", "RMP")  # somebody must be met
LEFT_ALONE = (3214, 3219)  # letterbox or door; a place
AGAINST = ((3212, 3214), (3219, 3234), (3214, 3234), (3222, 3234))
NEIGHBOURS = ("DE", "AT", "FR", "IT")  # to which personal delivery is offered
BESIDE = {"DIRECT": ("AZS",), "APOST": ("BLN", "N"), "BPOST": ("BLN", "N")}


def judge(case: Case) -> None:
    chosen, basic = case.chosen, case.chosen.basic
    if basic is None:
        return _no_basic(case)
    for code in chosen.unknown:
        case.refuse("E1012", code, basic.group)
    if wrong := [code for code in chosen.additional if not basic.takes(code)]:
        case.refuse("E1001", ", ".join(wrong), case.codes)
    if wrong := _excluded(chosen.additional):
        case.refuse("E1002", ", ".join(wrong))
    _instructions(case)
    _beside(case)
    _group(case)
    return None


def _no_basic(case: Case) -> None:
    parts = case.chosen.parts
    if parts == ("GAS",) or parts == ("RETR",):
        return case.refuse("E2059", parts[0], "PRI" if parts == ("RETR",) else "ECO, PRI, SEM, SKB")
    if len(parts) > 1:
        return case.refuse("E1000", ", ".join(parts))
    return case.refuse("E1015", ", ".join(case.shipment.item.attributes.przl))


def _excluded(codes: tuple[str, ...]) -> list[str]:
    slots = [code for code in codes if code in SLOTS]
    if len(slots) > 1:
        return slots
    return next(([one, other] for one, other in combinations(codes, 2) if frozenset((one, other)) in EXCLUDED), [])


def _instructions(case: Case) -> None:
    chosen, basic = case.chosen, case.chosen.basic
    assert basic is not None
    if wrong := [code for code in chosen.instructions if code not in basic.instructions]:
        case.refuse("E1003", _named(wrong), case.codes)
    alone = [code for code in chosen.instructions if code in LEFT_ALONE]
    if alone and (hand := [code for code in chosen.additional if code in HAND_OVER]):
        case.refuse("E1004", _named(alone), ", ".join(hand))
    if wrong := [code for pair in AGAINST if set(pair) <= set(chosen.instructions) for code in pair]:
        case.refuse("E1005", _named(list(dict.fromkeys(wrong))))


def _named(codes: list[int]) -> str:
    return ", ".join(f"ZAW{code}" for code in codes)


def _beside(case: Case) -> None:
    """A basic service that exists only together with an additional one."""
    for part in case.chosen.parts:
        needed = BESIDE.get(part, ())
        if needed and not any(case.chosen.has(code) for code in needed):
            if needed == ("AZS",):
                case.refuse("E2059", part, "AZS")
            else:
                case.refuse("E1014")


def _group(case: Case) -> None:
    basic, recipient = case.chosen.basic, case.shipment.item.recipient
    assert basic is not None
    if not is_country(recipient.land):
        return  # told by the rules of the recipient
    if basic.group is Group.ABROAD and recipient.is_domestic:
        case.refuse("E2031", case.codes)
    elif basic.group is not Group.ABROAD and not recipient.is_domestic:
        case.refuse("E2030", case.codes)
    elif basic.group is Group.ABROAD and case.chosen.has("RMP") and recipient.land not in NEIGHBOURS:
        case.refuse("E2029", "RMP", recipient.land)
