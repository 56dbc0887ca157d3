"""Country codes, the countries that are served and how far away they are, and postal codes of islands.

Sources: ISO 3166-1 alpha-2 (officially assigned codes); postal codes of islands without a fixed link are public facts
of the national posts. Which countries are served, and the zones, are our own choice (contract §4.5 leaves it open).
"""

_ALPHA_2 = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
CODES = frozenset(_ALPHA_2.split())

ZONES: dict[str, int] = {
    "DE": 0,
    **dict.fromkeys(("AT", "BE", "CZ", "DK", "FR", "LU", "NL", "PL"), 1),
    **dict.fromkeys(("ES", "FI", "HR", "HU", "IE", "IT", "PT", "SE", "SI", "SK"), 2),
    **dict.fromkeys(("BG", "CY", "EE", "GR", "LT", "LV", "MT", "RO"), 3),
    **dict.fromkeys(("CH", "GB", "LI", "NO"), 4),
}
OUTSIDE_TAX_UNION = frozenset({"CH", "GB", "LI", "NO"})

ISLANDS: dict[str, tuple[str, ...]] = {
    "DE": ("18565", "25938", "25946", "2598", "2599", "26465", "26474", "26486", "26548", "26571", "26579", "26757",
           "27498"),
    "ES": ("07", "35", "38"),
    "FR": ("20",),
    "IT": ("07", "08", "09", "90", "91", "92", "93", "94", "95", "96", "97", "98"),
    "PT": ("9",),
}  # fmt: skip

UNSERVED_POSTAL_CODE = "00000"  # contract Part 8: magic for "not served"


def served(country: str, postal_code: str, *, livemode: bool) -> bool:
    """Tell whether the carrier delivers there; the magic postal code counts in the test environment only."""
    return country in ZONES and (livemode or postal_code != UNSERVED_POSTAL_CODE)


def on_island(country: str, postal_code: str) -> bool:
    return postal_code.startswith(ISLANDS.get(country, ("\0",)))


def zone(origin: str, destination: str) -> int:
    """Return how far apart two served countries are: 0 within one country near, up to 4."""
    return max(ZONES[origin], ZONES[destination])
