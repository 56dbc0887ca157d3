"""Currencies of customs declarations: which codes there are, and what a special drawing right is worth in some.

Wire contract: `postal_api_russia` §2.18. The codes are those of ISO 4217 that goods are paid in, as of 2026: no funds,
no metals, no codes for tests or for no currency. The rates are ours; that of the rouble is a setting.
"""

_CODES = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP
CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR
IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU
MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG
SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV
WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
CODES = frozenset(_CODES.split())
SDR_IN_HUNDREDTHS = {  # of the currency's unit
    "AMD": 52_000,
    "BYN": 410,
    "CHF": 110,
    "CNY": 970,
    "EUR": 117,
    "GBP": 102,
    "JPY": 20_100,
    "KGS": 11_900,
    "KZT": 70_000,
    "TRY": 5_700,
    "USD": 136,
}


def said_of_code(code: str) -> str:
    """Return why a declaration's currency cannot be used, "" where it can."""
    if code in CODES:
        return ""
    found = f"{code[:20]!r} не подходит" if code else "не указана"
    allowed = "нужен код ISO 4217 из трёх заглавных латинских букв, например RUB или EUR"
    return f"Валюта таможенной декларации {found}: {allowed}"
