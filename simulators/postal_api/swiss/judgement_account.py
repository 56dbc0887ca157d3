"""Rules of the account: billing relation, accepted terms, franking licence, item number.

Wire contract: `postal_api_swiss` §2.1, §6, §7 and §8; `notifications` NTF-173 and NTF-174.
"""

import re

from . import numbers
from .case import Case, Finding
from .services import Group

LICENSE_CODES = ("E2009", "E2010", "E2026", "E2027", "E2035")
_LICENSE = re.compile("[0-9A-Za-z]{4}|[0-9]{6}|[0-9]{8}")
NO_RETURNS = "01"


def judge(case: Case) -> None:
    customer(case)
    _license(case)
    _item(case)


def customer(case: Case) -> None:
    """Judge whether this customer may come by this way at all, and order notifications."""
    if case.way.needs_billing and not case.account.billing_relation:
        case.refuse("E9998", case.user)
    elif case.shipment.item.notification and not case.account.terms_accepted:
        case.errors.append(Finding("E9998", (case.user,), "terms"))


def _license(case: Case) -> None:
    given = case.shipment.franking_license
    if not case.way.needs_billing:
        return None  # the Post's own licence stands for whoever has no account
    if not given:
        return case.refuse("E2009")
    if not _LICENSE.fullmatch(given):
        return case.refuse("E2027", given)
    number = numbers.license_of(given)
    if not case.account.holds(number):
        return case.refuse("E2010", given)
    basic = case.chosen.basic
    if not number.isdigit() and not (basic is not None and basic.group is Group.ABROAD and numbers.is_abroad(given)):
        return case.refuse("E2035", given)
    returns = case.account.return_licenses
    if basic is not None and returns and (number in returns) != basic.is_return:
        return case.refuse("E2026", given, case.codes, basic.group)
    if basic is not None and basic.is_return and number.startswith(NO_RETURNS):
        case.warn("W2026", given)
    return None


def _item(case: Case) -> None:
    item = case.shipment.item
    if item.item_id and not re.fullmatch(r"[A-Za-z0-9_+-]*", item.item_id):
        case.refuse("E2045")
    if item.ident_code:
        case.warn("W9997", "identCode")
    if item.recipient.house_key:
        case.warn("W9997", "houseKey")
    if item.item_number and not case.errors:
        _number(case, int(item.item_number))


def _number(case: Case, number: int) -> None:
    account, basic = case.account, case.chosen.basic
    series = "" if basic is None else numbers.series(case.shipment, basic)
    if not account.first <= number <= numbers.last_of(account, series):
        case.refuse("E2011", account.first, numbers.last_of(account, series))
    elif series and numbers.in_use(case.world, series, number):
        case.refuse("E2016")
