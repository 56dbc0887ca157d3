"""Which countries there are, and which services which post codes have.

Wire contract: `postal_api_swiss` §7 (E2014, E2061, E2062, E2066). The areas are ours: VinoLog and evening delivery are
not offered in Liechtenstein, NOTIME in a few towns only.
"""

from .case import Case
from .services import Group

_COUNTRIES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
COUNTRIES = frozenset(_COUNTRIES.split())  # ISO 3166-1 alpha-2
LIECHTENSTEIN = range(9485, 9499)
NOTIME_TOWNS = ("10", "12", "30", "40", "60", "80", "84", "90")


def is_country(code: str) -> bool:
    return code.upper() in COUNTRIES


def judge(case: Case) -> None:
    """Judge whether the services are offered where the recipient lives; the post code is sound already."""
    to, basic = case.shipment.item.recipient, case.chosen.basic
    if basic is None or not to.is_domestic:
        return
    in_liechtenstein = to.land == "LI" or int(to.zip) in LIECHTENSTEIN
    if basic.group is Group.VINOLOG and in_liechtenstein:
        case.refuse("E2014", to.zip)
    if case.chosen.has("AZS"):
        if not to.street:
            case.refuse("E2061")
        elif in_liechtenstein:
            case.refuse("E2062")
    if basic.key.startswith("NOTIME") and to.zip[:2] not in NOTIME_TOWNS:
        case.refuse("E2066", basic.key)
