"""Currencies of the calculator. Wire contract: `courier_api` §2.12."""

from decimal import Decimal

from .body import Reader
from .envelope import wrong_value

# What one unit of a currency costs in roubles: plausible round figures, ours. Codes are the carrier's (§2.12).
CURRENCIES: dict[int, tuple[str, Decimal]] = {
    1: ("RUB", Decimal(1)),
    2: ("KZT", Decimal("0.16")),
    3: ("USD", Decimal(80)),
    4: ("EUR", Decimal(92)),
    5: ("GBP", Decimal(106)),
    6: ("CNY", Decimal(11)),
    7: ("BYN", Decimal(27)),
    8: ("UAH", Decimal("1.9")),
    9: ("KGS", Decimal("0.92")),
    10: ("AMD", Decimal("0.21")),
    11: ("TRY", Decimal(2)),
    12: ("THB", Decimal("2.4")),
    13: ("KRW", Decimal("0.056")),
    14: ("AED", Decimal(22)),
    15: ("UZS", Decimal("0.0066")),
    16: ("MNT", Decimal("0.022")),
    17: ("PLN", Decimal(22)),
    18: ("AZN", Decimal(47)),
    19: ("GEL", Decimal(29)),
    55: ("JPY", Decimal("0.53")),
    704: ("VND", Decimal("0.0031")),
}
BY_NAME = {name: code for code, (name, _) in CURRENCIES.items()}
ROUBLES = 1


def currency_of(reader: Reader) -> int:
    """Return the currency a body asks for, roubles when it asks for none; its three letters will do (inferred)."""
    asked = reader.found.get("currency")
    if isinstance(asked, str) and asked.strip().upper() in BY_NAME:
        return BY_NAME[asked.strip().upper()]
    code = reader.whole("currency")
    if code is not None and code not in CURRENCIES:
        reader.errors.append(wrong_value("currency", code))
        return ROUBLES
    return code or ROUBLES
