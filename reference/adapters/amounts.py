"""Decimal text at the edges, whole minor units inside; nothing passes through a binary float.

Source: ISO 4217 (the number of decimals of each currency, list one, read 2026-11); `settlement` SET-004…006, SET-012.
"""

import re
from decimal import Decimal

from ..domain.money import EXPONENTS

_TWO_DECIMALS = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP "
    "CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR "
    "IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN "
    "NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP "
    "STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST YER ZAR ZMW "
)
TWO_DECIMALS = frozenset(_TWO_DECIMALS.split())
MOST_DIGITS = 15  # whole-unit digits; more is no amount of a parcel and would only cost time

_SPACES = " \u00a0\u2009\u202f"
_AMOUNT = re.compile(rf"([+\-\u2212]?)([0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+|[0-9]+)(?:[.,]([0-9]+))?")


class NotAnAmount(ValueError):
    """The text is no decimal amount. The message says what was found."""


class SurplusDigits(NotAnAmount):
    """The amount is finer than the currency's smallest unit; it is never rounded in silence."""


def exponent(currency: str) -> int:
    """Return how many decimals a currency has.

    Raises:
        NotAnAmount: the code is not in ISO 4217.
    """
    if currency in TWO_DECIMALS:
        return 2
    if currency in EXPONENTS:
        return EXPONENTS[currency]
    raise NotAnAmount(f"{currency!r} is no ISO 4217 currency code")


def decimal_of(text: str) -> Decimal:
    """Return the exact value of an amount written by people or programs.

    Decimal comma or point; plain, no-break and thin spaces between groups of three; a leading plus, ASCII minus or
    typographic minus. No exponents, no other thousands marks.

    Raises:
        NotAnAmount: anything else.
    """
    match = _AMOUNT.fullmatch(text.strip(_SPACES))
    if match is None:
        raise NotAnAmount(f"{text[:40]!r} is no amount; write it like 1150.35 or 1 150,35")
    sign, whole, fraction = match.groups()
    digits = re.sub(rf"[{_SPACES}]", "", whole)
    if len(digits) > MOST_DIGITS or len(fraction or "") > MOST_DIGITS:
        raise NotAnAmount(f"{text[:40]!r} has more than {MOST_DIGITS} digits")
    value = Decimal(f"{digits}.{fraction or '0'}")
    return value if sign in ("", "+") else -value


def minor_of(value: Decimal, currency: str) -> int:
    """Return an exact decimal in whole minor units.

    Raises:
        SurplusDigits: digits beyond the currency's decimals that aren't zeros.
        NotAnAmount: not finite, too large, or an unknown currency.
    """
    if not value.is_finite() or not -2 * MOST_DIGITS <= value.adjusted() < MOST_DIGITS:
        raise NotAnAmount(f"{str(value)[:40]} is no amount")
    sign, digits, power = value.normalize().as_tuple()
    shift = int(power) + exponent(currency)
    if shift < 0:
        raise SurplusDigits(f"{value} has more decimals than {currency} ({exponent(currency)})")
    minor: int = int("".join(map(str, digits))) * 10**shift
    return -minor if sign else minor


def parse_minor(text: str, currency: str) -> int:
    """Return decimal text in whole minor units of `currency`; raises as `decimal_of` and `minor_of` do."""
    return minor_of(decimal_of(text), currency)


def decimal_text(minor: int, currency: str) -> str:
    """Return whole minor units as decimal text with the currency's decimals, the way carriers want it."""
    places = exponent(currency)
    sign, digits = "-" if minor < 0 else "", str(abs(minor)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"
